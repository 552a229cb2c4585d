//! Rendered suites, and the words that rules about them are written in.

mod dapr;
mod faults;
mod files;
mod helm;
mod names;
mod object;
mod pod;
mod policies;
mod selector;
mod suite;

pub(crate) use dapr::{GROUP_NAMES, metadata, published};
pub(crate) use faults::{Faults, rule};
pub(crate) use files::{documents, folder, names_in, text};
pub(crate) use helm::Helm;
pub(crate) use names::{APPS, KUBERNETES_SECONDS, NAMESPACE, number, seconds, strings};
pub(crate) use object::Object;
pub(crate) use pod::Pod;
pub(crate) use policies::{Labels, Peer, may_be_reached, may_reach, may_send};
pub(crate) use selector::selects;
pub(crate) use suite::{Suite, suites};
