//! `state.postgresql` v2: values with ETags and expiry in the table layout of the real component.

mod item;
mod store;

pub(crate) use item::{DeleteItem, Operation, Options, SaveItem, TransactionRequest};
pub(crate) use store::{StateError, StateStore};
