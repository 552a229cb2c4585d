#![doc = include_str!("../README.md")]

mod assemble;
mod calendar;
mod command;
mod context;
mod describe;
mod error;
mod grammar;
mod intent;
mod interpret;
mod interpretation;
mod lexicon;
mod line;

pub use command::{
    Changes, Command, DayRange, DueChange, Edit, NewTask, Query, Repeat, SmallTalk, Sort,
    SortField, Target,
};
pub use context::{Context, Language, Locale};
pub use describe::{describe, describe_due, describe_rule, describe_task};
pub use error::LanguageError;
pub use interpret::{MAX_LENGTH, interpret};
pub use interpretation::{Interpretation, Note, Span, SpanKind};
