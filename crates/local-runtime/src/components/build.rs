//! Sets up the components an application sees, secret stores first.

use std::{path::PathBuf, sync::Arc};

use super::{Components, Loaded, Settings};
use crate::{
    Error,
    bindings::{CronBinding, OutputBinding},
    conversation::Conversation,
    pubsub::PubSub,
    resources::Component,
    secrets::SecretStore,
    state::StateStore,
};

/// What the caller of the runtime replaces in component files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    /// `secretsFile` of local file stores.
    pub(crate) secrets_file: Option<PathBuf>,
}

/// Builds the components of one application.
pub(crate) struct Builder<'a> {
    app_id: &'a str,
    overrides: &'a Overrides,
    built: Components,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(app_id: &'a str, overrides: &'a Overrides) -> Self {
        Self { app_id, overrides, built: Components::default() }
    }

    /// Fails on the first component that cannot be set up, unless the component says `ignoreErrors`.
    pub(crate) async fn build(mut self, components: &[Component]) -> Result<Components, Error> {
        let mine = || components.iter().filter(|component| component.serves(self.app_id));
        let (stores, others): (Vec<_>, Vec<_>) =
            mine().partition(|component| component.kind().starts_with("secretstores."));
        for component in stores.into_iter().chain(others) {
            match self.add(component).await {
                Ok(capabilities) => self.note(component, capabilities),
                Err(error) if component.spec.ignore_errors => {
                    tracing::warn!(
                        app = self.app_id,
                        component = component.name(),
                        error,
                        "component ignored"
                    );
                }
                Err(error) => return Err(Error::component(component.name(), error)),
            }
        }
        Ok(self.built)
    }

    fn note(&mut self, component: &Component, capabilities: Vec<&'static str>) {
        self.built.loaded.push(Loaded {
            name: component.name().to_owned(),
            kind: component.kind().to_owned(),
            version: component.spec.version.clone(),
            capabilities,
        });
    }

    async fn add(&mut self, component: &Component) -> Result<Vec<&'static str>, String> {
        let settings = self.settings(component)?;
        let (name, kind, built) = (component.name(), component.kind(), &mut self.built);
        match kind {
            "secretstores.local.file" | "secretstores.local.env" => {
                let file = self.overrides.secrets_file.as_deref();
                let store = SecretStore::new(kind, &settings, file)?;
                built.secrets.insert(name.to_owned(), Arc::new(store));
                Ok(vec![])
            }
            "pubsub.kafka" => {
                let pubsub = PubSub::new(name, self.app_id, &settings)?;
                built.pubsubs.insert(name.to_owned(), Arc::new(pubsub));
                Ok(vec!["BULK_PUBSUB"])
            }
            "state.postgresql" | "state.postgres" if component.spec.version == "v2" => {
                let store = StateStore::open(name, self.app_id, &settings).await?;
                built.states.insert(name.to_owned(), Arc::new(store));
                Ok(vec!["ETAG", "TRANSACTIONAL", "TTL"])
            }
            "state.postgresql" | "state.postgres" => Err(format!(
                "version {} of {kind} is not supported, use v2",
                component.spec.version
            )),
            "bindings.cron" => {
                built.crons.push(CronBinding::new(name, &settings)?);
                Ok(vec!["INPUT_BINDING"])
            }
            kind if kind.starts_with("conversation.") => {
                let conversation = Conversation::open(kind, &settings)?;
                built.conversations.insert(name.to_owned(), conversation);
                Ok(vec![])
            }
            kind => match OutputBinding::open(kind, &settings).await? {
                Some(binding) => {
                    built.outputs.insert(name.to_owned(), Arc::new(binding));
                    Ok(vec!["OUTPUT_BINDING"])
                }
                None => Err(format!("type {kind} is not supported by the local runtime")),
            },
        }
    }

    fn settings(&self, component: &Component) -> Result<Settings, String> {
        let mut settings = Settings::default();
        for item in &component.spec.metadata {
            let text = self.built.text(item, component.auth.secret_store.as_deref())?;
            settings.insert(&item.name, &text, self.app_id);
        }
        Ok(settings)
    }
}
