//! What the program can be told to do.

mod database;
mod topics;

pub(crate) use database::DatabaseArguments;
pub(crate) use topics::TopicsArguments;
