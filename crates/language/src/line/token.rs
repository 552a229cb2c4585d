//! Text → tokens with byte spans.
//!
//! A token is the smallest thing a recogniser looks at: a run of letters, a run of digits, one mark,
//! or an atom that must never be looked into (a quotation, a link, an address, a label). Digits are
//! split from letters, so that `5pm` and `5 pm` are the same two tokens; `glued` keeps the difference.

use super::atoms;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with apostrophes inside.
    Word,
    /// Decimal digits of any script and their value (`u32::MAX` when it is larger).
    Number(u32),
    /// One character that is neither letter nor digit.
    Mark(char),
    /// Text in quotation marks; the span includes the marks.
    Quoted,
    /// A link, an e-mail address or a path.
    Link,
    /// `#tag`, `@tag`, `#"two words"`.
    Label,
    /// `+project`.
    Project,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// What it is.
    pub(crate) kind: Kind,
    /// No white space stands before it (false for the first token).
    pub(crate) glued: bool,
}

/// Splits a text; every byte that is not white space belongs to exactly one token, in order.
pub(crate) fn split(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 2);
    let mut at = 0;
    let mut glued = false;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            glued = false;
            continue;
        }
        let (kind, end) = next_token(text, at, first, glued);
        tokens.push(Token { start: at, end, kind, glued });
        at = end;
        glued = true;
    }
    tokens
}

fn next_token(text: &str, at: usize, first: char, glued: bool) -> (Kind, usize) {
    let after_word = glued && text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    if !after_word && let Some(atom) = atoms::at(text, at, first) {
        return atom;
    }
    if digit(first).is_some() {
        return number(text, at);
    }
    if first.is_alphabetic() {
        return (Kind::Word, word_end(text, at));
    }
    (Kind::Mark(first), at + first.len_utf8())
}

fn number(text: &str, at: usize) -> (Kind, usize) {
    let mut value: u32 = 0;
    let mut end = at;
    for c in text[at..].chars() {
        let Some(digit) = digit(c) else { break };
        value = value.saturating_mul(10).saturating_add(digit);
        end += c.len_utf8();
    }
    (Kind::Number(value), end)
}

/// Letters and combining signs; an apostrophe or a zero-width joiner only between letters.
fn word_end(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut chars = text[at..].chars().peekable();
    while let Some(c) = chars.next() {
        let inside = matches!(c, '\'' | '’' | '\u{200c}' | '\u{200d}')
            && chars.peek().is_some_and(|next| next.is_alphabetic());
        let combining =
            ('\u{0300}'..='\u{036f}').contains(&c) || ('\u{064b}'..='\u{065f}').contains(&c);
        if !(inside || combining || (c.is_alphabetic() && digit(c).is_none())) {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// Value of a digit: ASCII, Arabic-Indic, Persian/Urdu or Devanagari.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [u32; 4] = ['0' as u32, '\u{0660}' as u32, '\u{06f0}' as u32, '\u{0966}' as u32];
    if c < '0' {
        return None;
    }
    ZEROS.iter().map(|zero| (c as u32).wrapping_sub(*zero)).find(|value| *value < 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(&str, Kind)> {
        split(text).iter().map(|t| (&text[t.start..t.end], t.kind)).collect()
    }

    #[test]
    fn digits_part_from_letters() {
        assert_eq!(
            pieces("5pm p1"),
            [("5", Kind::Number(5)), ("pm", Kind::Word), ("p", Kind::Word), ("1", Kind::Number(1))]
        );
        assert_eq!(pieces("۱۵"), [("۱۵", Kind::Number(15))]);
        assert_eq!(pieces("99999999999"), [("99999999999", Kind::Number(u32::MAX))]);
    }

    #[test]
    fn atoms_stay_whole() {
        assert_eq!(pieces("bob@example.com"), [("bob@example.com", Kind::Link)]);
        assert_eq!(
            pieces("https://example.org/a/2019/1/b, ok")[0],
            ("https://example.org/a/2019/1/b", Kind::Link)
        );
        assert_eq!(
            pieces("#home @\"deep work\" +family"),
            [("#home", Kind::Label), ("@\"deep work\"", Kind::Label), ("+family", Kind::Project)]
        );
        assert_eq!(pieces("#12")[0], ("#", Kind::Mark('#')));
    }

    #[test]
    fn apostrophes_belong_to_words_and_quotes_to_quotations() {
        assert_eq!(pieces("what's"), [("what's", Kind::Word)]);
        assert_eq!(pieces("'Call mom tonight'"), [("'Call mom tonight'", Kind::Quoted)]);
        assert_eq!(pieces("the boys' room").len(), 4);
    }
}
