//! To be written.

pub mod database;
