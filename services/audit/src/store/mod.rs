//! The two tables, reached through the sidecar's database binding. Every statement may run twice.

mod dead_letters;
mod entries;

pub use dead_letters::{DeadLetters, Kept, LetterState, OpenLetters};
pub use entries::Entries;
