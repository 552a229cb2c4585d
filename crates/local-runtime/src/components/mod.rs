//! The components in an application's scope, set up and ready.

mod build;
mod settings;

use std::{collections::HashMap, sync::Arc};

use crate::{
    bindings::{CronBinding, OutputBinding},
    pubsub::PubSub,
    secrets::SecretStore,
    state::StateStore,
};

pub(crate) use build::{Builder, Overrides};
pub(crate) use settings::Settings;

/// What one sidecar can reach, by component name.
#[derive(Default)]
pub(crate) struct Components {
    pub(crate) pubsubs: HashMap<String, Arc<PubSub>>,
    pub(crate) states: HashMap<String, Arc<StateStore>>,
    pub(crate) outputs: HashMap<String, Arc<OutputBinding>>,
    pub(crate) crons: Vec<CronBinding>,
    pub(crate) secrets: HashMap<String, Arc<SecretStore>>,
    pub(crate) loaded: Vec<Loaded>,
}

/// One line of the metadata route.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Loaded {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) capabilities: Vec<&'static str>,
}
