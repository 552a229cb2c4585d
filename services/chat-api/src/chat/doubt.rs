//! Lines that are an order when there is such a task, and a new task when there is none: "complete the plants".
//!
//! The very title is done as said; a title that only has the words is asked about, because "finish the report" may be
//! something new as well. Nothing becomes a new task without a word that it did.

use todo_events::Task;
use todo_language::{Command, Target};

use super::{
    answer::Answer,
    deed::Deed,
    find::{MAX_OFFERED, folded, has_words},
    talk::Talk,
    words,
};
use crate::store::StoreError;

impl Talk<'_> {
    /// Carries the order out, or asks which task it means; `None` when no task has that name.
    pub(super) async fn doubtful(&self, order: Command) -> Result<Option<Answer>, StoreError> {
        let Some((deed, Target::Title(title))) = Deed::of(order) else { return Ok(None) };
        let mut tasks = self.mentioning(&title).await?;
        tasks.retain(|task| deed.usual_status().is_none_or(|status| task.status == status));
        let (fitting, exact) = fitting(&title, tasks, deed == Deed::Delete);
        let talk = self.naming(&deed, &fitting);
        Ok(match fitting.len() {
            0 => None,
            1 if exact => Some(talk.unless_deletion(&deed, fitting).await?),
            1 => Some(talk.ask_whether(&deed, fitting)),
            2..=MAX_OFFERED => Some(talk.ask_which(&deed, fitting)),
            many => {
                let title = words::quoted(&title);
                let reply = format!("{many} tasks fit {title}; please give a number.");
                Some(Answer::nothing(reply).suggesting(["show my tasks"]))
            }
        })
    }

    /// What is said beside a new task whose line could have been an order.
    pub(super) fn no_such(order: &Command) -> String {
        match order {
            Command::Complete(Target::Title(title))
            | Command::Reopen(Target::Title(title))
            | Command::Delete(Target::Title(title))
            | Command::Update { target: Target::Title(title), .. } => {
                format!("(No task is called {}, so this is a new one.)", words::quoted(title))
            }
            _ => String::new(),
        }
    }

    /// The same turn with a line that names the tasks by number, as it is read again on an answer; every language knows
    /// these words.
    fn naming(&self, deed: &Deed, tasks: &[Task]) -> Self {
        let verb = match deed {
            Deed::Delete => "delete",
            Deed::Reopen => "reopen",
            Deed::Change(_) => "stop repeating",
            _ => "complete",
        };
        let numbers: Vec<_> = tasks.iter().map(|task| task.number.to_string()).collect();
        Self { line: format!("{verb} task {}", numbers.join(", ")), ..self.again() }
    }
}

/// The tasks with this very title, or else those that have its words; and whether it is the very title.
fn fitting(title: &str, tasks: Vec<Task>, only_exact: bool) -> (Vec<Task>, bool) {
    let (same, others): (Vec<_>, Vec<_>) =
        tasks.into_iter().partition(|task| folded(&task.title) == folded(title));
    if !same.is_empty() || only_exact {
        return (same, true);
    }
    (others.into_iter().filter(|task| has_words(&task.title, title)).collect(), false)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::chat::words::tests::task;

    #[test]
    fn the_very_title_comes_before_one_with_its_words() {
        let tasks = || {
            vec![
                task(1, "Call alice", Value::Null),
                task(2, "Call bob", Value::Null),
                task(3, "Call", Value::Null),
            ]
        };
        let numbers = |title: &str, only_exact: bool| {
            let (found, exact) = fitting(title, tasks(), only_exact);
            (found.iter().map(|task| task.number.0).collect::<Vec<_>>(), exact)
        };
        assert_eq!(numbers("call", false), (vec![3], true));
        assert_eq!(numbers("alice", false), (vec![1], false));
        assert_eq!(numbers("alice", true), (vec![], true));
        assert_eq!(numbers("plumber", false), (vec![], false));
    }
}
