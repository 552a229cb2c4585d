//! `state.postgresql` v2: values with `ETag`s and expiry in the table layout of the real component.

mod item;
mod statements;
mod store;

pub(crate) use item::{DeleteItem, Operation, SaveItem, StepError, TransactionRequest};
pub(crate) use store::{StateError, StateStore};
