//! Vocabulary: words and phrases with their meanings, one data file per language.
//!
//! A file has lines `class value…: word, phrase of words, …`; `#` starts a comment. A language is
//! laid over English, whose words it may shadow, so that "Zahnarzt tomorrow" works everywhere.
//! Words in a script of their own (Urdu) are known in every language.

mod sense;
mod word;

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

pub(crate) use sense::{FieldWord, Sense, StateWord, Unit};
pub(crate) use word::Word;

use crate::{context::Language, line::Hit};

/// One reading of a first word: the words that must follow it, and the meaning.
struct Entry {
    rest: Box<[String]>,
    sense: Sense,
    layer: usize,
}

/// The words of one language over its fallbacks.
pub(crate) struct Lexicon {
    entries: HashMap<String, Vec<Entry>, BuildHasherDefault<WordHasher>>,
}

/// FNV-1a: words are short, and the table is fixed, so nobody can choose keys that collide in it.
struct WordHasher(u64);

impl Default for WordHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// A line of a vocabulary file that says nothing sensible.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("vocabulary line {line}: {reason}")]
pub(crate) struct LexiconError {
    line: usize,
    reason: &'static str,
}

const ENGLISH: &str = include_str!("../../lexicon/en.txt");
const GERMAN: &str = include_str!("../../lexicon/de.txt");
const URDU: &str = include_str!("../../lexicon/ur.txt");
const ROMAN_URDU: &str = include_str!("../../lexicon/ur-latn.txt");

impl Lexicon {
    /// The vocabulary of a language, read on first use.
    pub(crate) fn of(language: Language) -> &'static Self {
        static ENGLISH_FIRST: LazyLock<Lexicon> = LazyLock::new(|| compiled(&[URDU, ENGLISH]));
        static GERMAN_FIRST: LazyLock<Lexicon> =
            LazyLock::new(|| compiled(&[GERMAN, URDU, ENGLISH]));
        static URDU_FIRST: LazyLock<Lexicon> =
            LazyLock::new(|| compiled(&[URDU, ROMAN_URDU, ENGLISH]));
        match language {
            Language::English => &ENGLISH_FIRST,
            Language::German => &GERMAN_FIRST,
            Language::Urdu => &URDU_FIRST,
        }
    }

    /// Reads files, the first of which wins where they share a word.
    fn parse(files: &[&str]) -> Result<Self, LexiconError> {
        let mut lexicon = Self { entries: HashMap::default() };
        for (layer, file) in files.iter().enumerate() {
            for (number, line) in file.lines().enumerate() {
                let line = line.split('#').next().unwrap_or_default().trim();
                if !line.is_empty() {
                    lexicon
                        .parse_line(line, layer)
                        .map_err(|reason| LexiconError { line: number + 1, reason })?;
                }
            }
        }
        for entries in lexicon.entries.values_mut() {
            let first = entries.iter().filter(|e| e.rest.is_empty()).map(|e| e.layer).min();
            entries.retain(|e| !e.rest.is_empty() || Some(e.layer) == first);
            entries.sort_by_key(|e| std::cmp::Reverse(e.rest.len()));
        }
        Ok(lexicon)
    }

    fn parse_line(&mut self, line: &str, layer: usize) -> Result<(), &'static str> {
        let (class, words) = line.split_once(": ").ok_or("expected `class: words`")?;
        let mut class = class.split_whitespace();
        let name = class.next().ok_or("the class is missing")?;
        let sense = Sense::named(name, &class.collect::<Vec<_>>()).ok_or("unknown class")?;
        for phrase in words.split(',').map(str::trim) {
            let mut tokens = crate::line::words(phrase).into_iter();
            let first = tokens.next().ok_or("an empty word")?;
            let entry = Entry { rest: tokens.collect(), sense, layer };
            self.entries.entry(first).or_default().push(entry);
        }
        Ok(())
    }

    /// Appends what the words at a place can mean, longest first; `word(0)` is the word itself.
    pub(crate) fn look_up<'w>(&self, word: impl Fn(usize) -> Option<&'w str>, hits: &mut Vec<Hit>) {
        let Some(entries) = word(0).and_then(|first| self.entries.get(first)) else { return };
        for entry in entries {
            let follows = |(i, rest): (usize, &String)| word(i + 1) == Some(rest.as_str());
            if entry.rest.iter().enumerate().all(follows) {
                hits.push(Hit { sense: entry.sense, length: entry.rest.len() + 1 });
            }
        }
    }
}

fn compiled(files: &[&str]) -> Lexicon {
    #[expect(clippy::expect_used, reason = "the files are part of the program and tested")]
    Lexicon::parse(files).expect("vocabulary files are well formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_reads() {
        for file in [ENGLISH, GERMAN, URDU, ROMAN_URDU] {
            assert_eq!(Lexicon::parse(&[file]).err(), None);
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = Lexicon::parse(&["one: a\nsoup: x"]).err().map(|e| e.line);
        assert_eq!(error, Some(2));
    }
}
