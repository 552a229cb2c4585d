//! Rules for the words of a task.

/// Longest title, in characters.
pub(super) const MAX_TITLE: usize = 500;
/// Longest description, in characters.
pub(super) const MAX_DESCRIPTION: usize = 10_000;
/// Longest tag or project, in characters.
pub(super) const MAX_LABEL: usize = 60;
/// Most tags on a task.
pub(super) const MAX_TAGS: usize = 30;

/// One line that says something.
pub(super) fn title(text: &str) -> Result<String, String> {
    line(text, MAX_TITLE)
}

/// A tag or a project.
pub(super) fn label(text: &str) -> Result<String, String> {
    line(text, MAX_LABEL)
}

fn line(text: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().all(is_invisible) {
        return Err("must not be empty".into());
    }
    if text.chars().any(char::is_control) {
        return Err("must not contain line breaks or control characters".into());
    }
    if text.chars().count() > longest {
        return Err(format!("must not be longer than {longest} characters"));
    }
    Ok(text.to_owned())
}

/// What leaves no mark: spaces, joiners, and signs that only turn the direction of writing.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Any text, with line breaks.
pub(super) fn description(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("must not contain NUL characters".into());
    }
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(format!("must not be longer than {MAX_DESCRIPTION} characters"));
    }
    Ok(text.to_owned())
}

/// Labels, lower-cased, sorted, each once.
pub(super) fn tags(tags: &[String]) -> Result<Vec<String>, (usize, String)> {
    if tags.len() > MAX_TAGS {
        return Err((MAX_TAGS, format!("at most {MAX_TAGS} tags")));
    }
    let mut clean = Vec::with_capacity(tags.len());
    for (index, tag) in tags.iter().enumerate() {
        let tag = label(tag.trim().trim_start_matches('#')).map_err(|rule| (index, rule))?;
        clean.push(tag.to_lowercase());
    }
    clean.sort_unstable();
    clean.dedup();
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_out_sorted_and_once() {
        let given = ["#Work", "home", "work ", "Ärger"].map(str::to_owned);
        assert_eq!(tags(&given).unwrap(), ["home", "work", "ärger"]);
        assert_eq!(tags(&["ok".into(), " ".into()]).unwrap_err().0, 1);
        assert!(tags(&vec!["x".to_owned(); 100]).is_err());
    }

    #[test]
    fn a_title_is_one_line_that_says_something() {
        assert_eq!(title("  Call mom ").unwrap(), "Call mom");
        for bad in ["", "   ", "a\nb", "a\0b", &"x".repeat(501)] {
            assert!(title(bad).is_err(), "{bad:?}");
        }
        assert!(title(&"ü".repeat(500)).is_ok());
    }
}
