//! What is told and to whom: pure, without a clock and without calls.

mod email_address;
mod mail;
mod preferences;
mod story;
mod wording;

pub use email_address::{EmailAddress, NotAnAddress};
pub use mail::Mail;
pub use preferences::{Door, Preferences};
pub use story::{Cause, Story};
