//! A running product for tests, and the ways a person reaches it: HTTP and a WebSocket.
//!
//! Tests know nothing of the services' code. What they need to break things (kill a service, forge a message, lose the
//! scheduler's data) the launcher offers.

mod output;
mod person;
mod product;
mod socket;
mod wait;

pub use output::Lines;
pub use person::{Answer, Person};
pub use product::Product;
pub use socket::Socket;
pub use wait::{LONG, eventually};
