//! What the trail and the dead letters consist of: pure, without a clock and without calls.

mod dead_letter;
mod diff;
mod entry;
mod page;
mod retention;

pub use dead_letter::{DeadLetter, DeadLetterId, Encoding};
pub use diff::FieldChange;
pub use entry::{Entry, Recorded};
pub use page::{Bound, Limit, NotACursor, NotALimit, Position};
pub use retention::{NotARetention, Retention};
