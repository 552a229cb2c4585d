//! The components in an application's scope, set up and ready.

mod build;
mod settings;

use std::{collections::HashMap, sync::Arc};

use crate::{
    bindings::{CronBinding, OutputBinding},
    conversation::Conversation,
    pubsub::PubSub,
    resources::Item,
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
    pub(crate) conversations: HashMap<String, Conversation>,
    pub(crate) secrets: HashMap<String, Arc<SecretStore>>,
    pub(crate) loaded: Vec<Loaded>,
}

impl Components {
    /// A metadata item's value: plain, out of a secret of `store`, or out of this process's environment.
    pub(crate) fn text(&self, item: &Item, store: Option<&str>) -> Result<String, String> {
        let (name, store) = (&item.name, store.unwrap_or("kubernetes"));
        match (&item.secret_key_ref, &item.env_ref) {
            (Some(reference), _) => {
                let secrets = self.secrets.get(store).ok_or_else(|| {
                    format!("metadata {name}: secret store {store} does not exist")
                })?;
                secrets.value(&reference.name, reference.key.as_deref()).ok_or_else(|| {
                    format!("metadata {name}: no secret {} in {store}", reference.name)
                })
            }
            (None, Some(variable)) => Ok(crate::secrets::environment(variable).unwrap_or_default()),
            (None, None) => Ok(item.text()),
        }
    }
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
