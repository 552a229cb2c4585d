//! The ways of telling: push through the `notifications` topic, and two couriers that go outside.

mod courier;
mod email;
mod push;
mod webhook;

pub(crate) use courier::{Courier, Wake};
pub(crate) use email::EmailCarrier;
pub(crate) use push::Push;
pub(crate) use webhook::WebhookCarrier;
