//! Access to PostgreSQL for everything in this crate: the runtime's own tables, the state store and the binding.

mod connection_string;
mod pool;

pub(crate) use connection_string::ConnectionString;
pub use pool::PostgresError;
pub(crate) use pool::{Connection, Pool, message_of};
