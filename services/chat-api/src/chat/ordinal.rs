//! "complete the second one", "delete them": places in the list shown last, and all of it, become numbers of tasks.

use todo_events::TaskNumber;

/// English words for places, as the list is shown.
const PLACES: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// The line with "the second one" behind an order replaced by the number of that task; `None` when it names no place, or one
/// that the list does not have. A line that is nothing but a place is an answer and stays.
pub(super) fn placed(line: &str, listed: &[TaskNumber]) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let bare = |at: usize| {
        let word = words.get(at)?;
        Some(word.trim_end_matches(['.', ',', '!', '?']).to_ascii_lowercase())
    };
    for at in 1..words.len() {
        let Some(place) = bare(at).and_then(|word| place(&word, listed.len())) else { continue };
        let noun =
            bare(at + 1).is_some_and(|word| matches!(word.as_str(), "one" | "task" | "item"));
        let last = at + 1 == words.len();
        let led = bare(at - 1).as_deref() == Some("the");
        if !(noun || (last && led)) {
            continue;
        }
        let number = listed.get(place)?;
        let head = &words[..if led { at - 1 } else { at }];
        if head.is_empty() {
            return None;
        }
        let tail = words.get(at + 1 + usize::from(noun)..).unwrap_or_default();
        let number = format!("task {number}");
        return Some([head, &[number.as_str()], tail].concat().join(" "));
    }
    None
}

/// The line with "them" at its end replaced by the numbers of several tasks; `None` when it says no such thing.
pub(super) fn all(line: &str, tasks: &[TaskNumber]) -> Option<String> {
    let line = line.trim_end_matches(['.', '!', ' ']);
    let (head, last) = line.rsplit_once(' ')?;
    let head =
        ["all of", "both of", "all"].iter().find_map(|all| head.strip_suffix(all)).unwrap_or(head);
    if !last.eq_ignore_ascii_case("them") || tasks.len() < 2 {
        return None;
    }
    let numbers: Vec<_> = tasks.iter().map(ToString::to_string).collect();
    Some(format!("{} tasks {}", head.trim_end(), numbers.join(", ")))
}

fn place(word: &str, listed: usize) -> Option<usize> {
    if word == "last" {
        return listed.checked_sub(1);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let counted = digits.and_then(|digits| digits.parse::<usize>().ok()?.checked_sub(1));
    counted.or_else(|| PLACES.iter().position(|place| *place == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_tasks_are_them() {
        let several = [7, 12].map(TaskNumber);
        assert_eq!(all("delete them", &several).as_deref(), Some("delete tasks 7, 12"));
        assert_eq!(all("complete all of them!", &several).as_deref(), Some("complete tasks 7, 12"));
        assert_eq!(all("delete them", &several[..1]), None);
        assert_eq!(all("delete it", &several), None);
    }

    #[test]
    fn places_become_numbers() {
        let listed = [7, 12, 9].map(TaskNumber);
        let cases = [
            ("complete the second one", Some("complete task 12")),
            ("Delete the last one.", Some("Delete task 9")),
            ("move the 1st task to friday", Some("move task 7 to friday")),
            ("mark the third as done", None),
            ("reopen the third", Some("reopen task 9")),
            ("complete the fifth one", None),
            ("the second one", None),
            ("second one", None),
            ("buy milk", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(placed(line, &listed).as_deref(), expected, "{line}");
        }
        assert_eq!(placed("complete the last one", &[]), None);
    }
}
