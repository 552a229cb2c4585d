//! Parsed commands and the rules they obey. No I/O and no clock.

mod document;
mod due;
mod faults;
mod list_query;
mod new_task;
mod patch;
mod settings;
mod text;

pub use due::ResolvedDue;
pub use faults::{Faults, FieldFault};
pub use list_query::{
    Cursor, CursorFault, Direction, ListQuery, SortField, SortKey, StatusFilter, TagMatch,
};
pub(crate) use new_task::first_occurrence;
pub use new_task::{NewTask, RecurrenceInput, TaskInput};
pub use patch::{Patch, PatchInput, Tri};
pub use settings::Settings;

use todo_events::{Actor, CorrelationId, UserId};

/// Who does something, through which door, and as part of what.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Whose tasks.
    pub user: UserId,
    /// Through which door.
    pub actor: Actor,
    /// Ties all consequences together.
    pub correlation: CorrelationId,
}
