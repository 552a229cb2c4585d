//! From a serde error to the field it is about.

use serde_path_to_error::{Path, Segment};

/// The place of a serde error: the path, and the name that a `missing field` or `unknown field` message carries.
pub(super) fn segments(path: &Path, message: &str) -> Vec<String> {
    let mut names: Vec<String> = path.iter().filter_map(segment_name).collect();
    // serde reports both at the parent or at the key, depending on the format.
    let named = ["missing field `", "unknown field `", "duplicate field `"]
        .into_iter()
        .find_map(|start| message.strip_prefix(start)?.split('`').next());
    if let Some(name) = named
        && names.last().is_none_or(|last| last != name)
    {
        names.push(name.to_owned());
    }
    names
}

fn segment_name(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        // Neither exists in the document: one is Rust's name for a shape, the other a place serde lost.
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Those names as a JSON pointer in a URI fragment (RFC 6901 §6).
pub(super) fn pointer(names: &[String]) -> String {
    let escape = |name: &String| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    format!("#{}", names.iter().map(escape).collect::<String>())
}

/// serde's message without the position in the text, and without the names of Rust types.
pub(super) fn rule(message: &str) -> String {
    if message.starts_with("data did not match any variant") {
        return "has none of the accepted shapes".to_owned();
    }
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(pointer(&[]), "#");
        assert_eq!(pointer(&["a/b".to_owned(), "c~d".to_owned()]), "#/a~1b/c~0d");
    }

    #[test]
    fn rules_hold_neither_positions_nor_type_names() {
        assert_eq!(rule("missing field `title` at line 1 column 2"), "missing field `title`");
        let shape = "data did not match any variant of untagged enum DueInput";
        assert_eq!(rule(shape), "has none of the accepted shapes");
    }
}
