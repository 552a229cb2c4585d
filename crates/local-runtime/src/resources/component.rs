//! Kind Component.

use serde::Deserialize;
use serde_json::Value;

use super::in_scope;

/// A component as written in its file: secrets and templates are not resolved yet.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Component {
    pub(crate) metadata: Named,
    pub(crate) spec: Spec,
    #[serde(default)]
    pub(crate) auth: Auth,
    #[serde(default)]
    scopes: Vec<String>,
}

/// `metadata` of any resource.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// `spec` of a component.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spec {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default = "v1")]
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) ignore_errors: bool,
    #[serde(default)]
    pub(crate) metadata: Vec<Item>,
}

fn v1() -> String {
    "v1".to_owned()
}

/// Where `secretKeyRef` looks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Auth {
    pub(crate) secret_store: Option<String>,
}

/// One metadata item: a plain value or a reference to a secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: Value,
    pub(crate) secret_key_ref: Option<SecretKeyRef>,
    pub(crate) env_ref: Option<String>,
}

/// Names a secret and, for stores with several values per secret, the key inside.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SecretKeyRef {
    pub(crate) name: String,
    pub(crate) key: Option<String>,
}

impl Component {
    pub(crate) fn name(&self) -> &str {
        &self.metadata.name
    }

    pub(crate) fn kind(&self) -> &str {
        &self.spec.kind
    }

    pub(crate) fn serves(&self, app_id: &str) -> bool {
        in_scope(&self.scopes, app_id)
    }
}

impl Item {
    /// The plain value as text; YAML numbers and booleans are accepted.
    pub(crate) fn text(&self) -> String {
        match &self.value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}
