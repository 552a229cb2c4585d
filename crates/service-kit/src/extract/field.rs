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
    let message = &message[..end];
    let said = IN_OUR_WORDS.iter().find(|(theirs, _)| *theirs == message);
    let number = || message.rsplit_once("expected ").filter(|(_, kind)| is_integer(kind));
    match said {
        Some((_, ours)) => (*ours).to_owned(),
        None => number().map_or_else(
            || message.to_owned(),
            |(before, _)| format!("{before}expected a whole number"),
        ),
    }
}

/// What libraries say of values, and what it means for whoever sent them.
const IN_OUR_WORDS: [(&str, &str); 8] = [
    ("invalid digit found in string", "must be a whole number"),
    ("cannot parse integer from empty string", "must be a whole number"),
    ("number too large to fit in target type", "is too large a number"),
    ("unsupported value", "must be given once"),
    ("input is out of range", "must be a date and time that exist"),
    ("input contains invalid characters", "must be a date and time, like 2026-11-22T17:00:00Z"),
    ("premature end of input", "must be a date and time, like 2026-11-22T17:00:00Z"),
    ("trailing input", "must be a date and time, like 2026-11-22T17:00:00Z"),
];

/// The rule of a value that is text and should read as a Rust type.
pub(super) fn must_be(kind: &str) -> String {
    if is_integer(kind) { "must be a whole number".to_owned() } else { format!("must be a {kind}") }
}

fn is_integer(kind: &str) -> bool {
    let bits = kind.strip_prefix(['u', 'i']);
    bits.is_some_and(|bits| matches!(bits, "8" | "16" | "32" | "64" | "size"))
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
        assert_eq!(rule("invalid digit found in string"), "must be a whole number");
        let float = "invalid type: floating point `1.5`, expected u32 at line 1 column 30";
        assert_eq!(rule(float), "invalid type: floating point `1.5`, expected a whole number");
        assert_eq!(rule("expected u32x"), "expected u32x");
    }
}
