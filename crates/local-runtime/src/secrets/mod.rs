//! Secret stores `secretstores.local.file` and `secretstores.local.env`, and who may read which secret.

mod file;
mod scope;

use std::{collections::BTreeMap, path::Path};

use crate::components::Settings;

pub(crate) use scope::may_read;

/// A secret as the API answers it: keys and values.
pub(crate) type Secret = BTreeMap<String, String>;

/// One configured store.
pub(crate) enum SecretStore {
    /// Read once, when the store is set up.
    File(BTreeMap<String, Secret>),
    /// The environment of this process.
    Environment { prefix: String },
}

impl SecretStore {
    /// Sets a store up. `file` replaces the component's `secretsFile`.
    pub(crate) fn new(
        kind: &str,
        settings: &Settings,
        file: Option<&Path>,
    ) -> Result<Self, String> {
        match kind {
            "secretstores.local.file" => {
                let path = match file {
                    Some(path) => path,
                    None => Path::new(settings.required("secretsFile")?),
                };
                let separator = settings.get("nestedSeparator").unwrap_or(":");
                let multi_valued = settings.flag("multiValued").unwrap_or(false);
                Ok(Self::File(file::read(path, separator, multi_valued)?))
            }
            "secretstores.local.env" => Ok(Self::Environment {
                prefix: settings.get("prefix").unwrap_or_default().to_owned(),
            }),
            other => Err(format!("type {other} is not supported by the local runtime")),
        }
    }

    /// The secret, or `None`. A missing environment variable is an empty value, not an absent secret.
    pub(crate) fn get(&self, name: &str) -> Option<Secret> {
        match self {
            Self::File(secrets) => secrets.get(name).cloned(),
            Self::Environment { prefix } => {
                let value = environment(&format!("{prefix}{name}")).unwrap_or_default();
                Some(Secret::from([(name.to_owned(), value)]))
            }
        }
    }

    /// Every secret of a file; the environment is not listed beyond its prefix.
    pub(crate) fn all(&self) -> BTreeMap<String, Secret> {
        match self {
            Self::File(secrets) => secrets.clone(),
            Self::Environment { prefix } => std::env::vars()
                .filter(|(name, _)| !blocked(name))
                .filter_map(|(name, value)| {
                    let name = name.strip_prefix(prefix.as_str())?.to_owned();
                    Some((name.clone(), Secret::from([(name, value)])))
                })
                .collect(),
        }
    }

    /// One value for a `secretKeyRef`.
    pub(crate) fn value(&self, name: &str, key: Option<&str>) -> Option<String> {
        let secret = self.get(name)?;
        secret
            .get(key.unwrap_or(name))
            .cloned()
            .or_else(|| (secret.len() == 1).then(|| secret.into_values().next()).flatten())
    }
}

/// A variable of this process; Dapr's own are not for applications.
#[expect(
    clippy::disallowed_methods,
    reason = "a component names the variable, so no configuration can list it"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    if blocked(name) { None } else { std::env::var(name).ok() }
}

fn blocked(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("DAPR_") || name == "APP_API_TOKEN"
}
