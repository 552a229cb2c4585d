//! What is never looked into: quotations, links, addresses, labels.

use super::token::Kind;

/// Opening and closing quotation marks that are understood.
const QUOTES: [(char, char); 7] =
    [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('„', '“'), ('«', '»'), ('`', '`')];

/// The atom that starts at this byte, and where it ends.
pub(super) fn at(text: &str, at: usize, first: char) -> Option<(Kind, usize)> {
    if let Some(end) = quotation(text, at) {
        return Some((Kind::Quoted, end));
    }
    match first {
        '#' | '@' => label(text, at).map(|end| (Kind::Label, end)),
        '+' => label(text, at).map(|end| (Kind::Project, end)),
        _ => link(text, at).map(|end| (Kind::Link, end)),
    }
}

/// The text between the marks of a quotation or behind the sign of a label.
pub(crate) fn content(raw: &str) -> &str {
    let raw = raw.strip_prefix(['#', '@', '+']).unwrap_or(raw);
    let Some(first) = raw.chars().next() else { return raw };
    match QUOTES.iter().find(|(open, _)| *open == first) {
        Some((open, close)) => raw
            .strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close))
            .map_or(raw, str::trim),
        None => raw,
    }
}

/// A quotation needs something inside, its closing mark, and no letter right behind that.
fn quotation(text: &str, at: usize) -> Option<usize> {
    let first = text[at..].chars().next()?;
    let (_, close) = QUOTES.iter().find(|(open, _)| *open == first)?;
    let inside = at + first.len_utf8();
    let mut search = inside;
    loop {
        let found = search + text[search..].find(*close)?;
        let end = found + close.len_utf8();
        let next_is_word = text[end..].chars().next().is_some_and(char::is_alphanumeric);
        if !next_is_word {
            return (!text[inside..found].trim().is_empty()).then_some(end);
        }
        search = end;
    }
}

/// A sign, then a quotation or a name that starts with a letter.
fn label(text: &str, at: usize) -> Option<usize> {
    let name = at + 1;
    if let Some(end) = quotation(text, name) {
        return Some(end);
    }
    let rest = &text[name..];
    if !rest.chars().next()?.is_alphabetic() {
        return None;
    }
    let length = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '/')))
        .unwrap_or(rest.len());
    Some(name + rest[..length].trim_end_matches(['-', '/']).len())
}

/// `scheme://…`, `www.…`, `name@host.tld`, and names with an inner dot or slash like `notes.md`.
fn link(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    if !rest[..length].bytes().any(|byte| matches!(byte, b'.' | b'@' | b':')) {
        return None;
    }
    let chunk =
        rest[..length].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'']);
    let host_like = |s: &str| {
        s.split_once('.').is_some_and(|(name, rest)| {
            !name.is_empty() && rest.starts_with(|c: char| c.is_alphanumeric())
        })
    };
    let is_link = chunk.contains("://")
        || chunk.starts_with("www.")
        || chunk.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host_like(host))
        || (chunk.starts_with(char::is_alphabetic)
            && chunk.split_once('.').is_some_and(|(name, end)| {
                name.chars().count() > 1
                    && end.starts_with(char::is_alphabetic)
                    && !end.ends_with('.')
            }));
    is_link.then_some(at + chunk.len())
}
