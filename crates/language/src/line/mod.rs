//! One line of text, split and looked up: what every recogniser reads.

mod atoms;
mod cursor;
mod token;

pub(crate) use atoms::content;
pub(crate) use token::{Kind, Token};

use crate::lexicon::{Lexicon, Sense};

/// A meaning of the words that start at a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// The meaning.
    pub(crate) sense: Sense,
    /// How many tokens it covers.
    pub(crate) length: usize,
}

/// A line with its tokens and, per token, the vocabulary that starts there (longest first).
pub(crate) struct Line<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    hits: Vec<Hit>,
    /// `hits[first_hit[i]..first_hit[i + 1]]` start at token `i`.
    first_hit: Vec<usize>,
}

impl<'a> Line<'a> {
    /// Splits the text and looks every token up once.
    pub(crate) fn new(text: &'a str, lexicon: &Lexicon) -> Self {
        let tokens = token::split(text);
        let lower = Lower::new(text, &tokens);
        let mut hits = Vec::with_capacity(tokens.len());
        let mut first_hit = Vec::with_capacity(tokens.len() + 1);
        for (at, token) in tokens.iter().enumerate() {
            first_hit.push(hits.len());
            if matches!(token.kind, Kind::Word | Kind::Mark(_)) {
                lexicon.look_up(|offset| lower.get(at + offset), &mut hits);
            }
        }
        first_hit.push(hits.len());
        Self { text, tokens, hits, first_hit }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The token at a position; `None` past the end.
    pub(crate) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// The bytes of the tokens `from..to`.
    pub(crate) fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if from < to => (first.start, last.end),
            _ => (0, 0),
        }
    }

    /// The text of the tokens `from..to`, as written.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        let (start, end) = self.bytes(from, to);
        &self.text[start..end]
    }

    /// The vocabulary that starts at a token.
    pub(crate) fn hits(&self, at: usize) -> &[Hit] {
        match (self.first_hit.get(at), self.first_hit.get(at + 1)) {
            (Some(from), Some(to)) => &self.hits[*from..*to],
            _ => &[],
        }
    }
}

/// All tokens in lower case, in one buffer.
struct Lower {
    buffer: String,
    ends: Vec<usize>,
}

impl Lower {
    fn new(text: &str, tokens: &[Token]) -> Self {
        let mut buffer = String::with_capacity(text.len());
        let mut ends = Vec::with_capacity(tokens.len());
        for token in tokens {
            for c in text[token.start..token.end].chars() {
                match c {
                    '’' => buffer.push('\''),
                    c if c.is_ascii() => buffer.push(c.to_ascii_lowercase()),
                    c => buffer.extend(c.to_lowercase()),
                }
            }
            ends.push(buffer.len());
        }
        Self { buffer, ends }
    }

    fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        Some(&self.buffer[start..end])
    }
}

/// The tokens of a phrase in lower case, as a vocabulary holds them.
pub(crate) fn words(phrase: &str) -> Vec<String> {
    let tokens = token::split(phrase);
    let lower = Lower::new(phrase, &tokens);
    (0..tokens.len()).filter_map(|at| lower.get(at).map(str::to_owned)).collect()
}
