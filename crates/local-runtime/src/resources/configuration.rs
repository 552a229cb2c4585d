//! Kind Configuration: the parts that change what applications observe.

use serde::Deserialize;

use super::api_access::ApiAccess;

/// Secret scopes, access control and tracing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Configuration {
    #[serde(default)]
    pub(crate) spec: ConfigurationSpec,
}

/// `spec` of the Configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigurationSpec {
    #[serde(default)]
    pub(crate) secrets: Secrets,
    pub(crate) access_control: Option<AccessControl>,
    #[serde(default)]
    pub(crate) api: ApiAccess,
    #[serde(default)]
    pub(crate) tracing: Tracing,
}

/// `spec.secrets`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Secrets {
    #[serde(default)]
    pub(crate) scopes: Vec<SecretScope>,
}

/// What applications may read from one store. A store without a scope is open.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretScope {
    pub(crate) store_name: String,
    #[serde(default)]
    pub(crate) default_access: DefaultAccess,
    #[serde(default)]
    pub(crate) allowed_secrets: Vec<String>,
    #[serde(default)]
    pub(crate) denied_secrets: Vec<String>,
}

/// Access to secrets that no list names.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DefaultAccess {
    #[default]
    Allow,
    Deny,
}

/// `spec.tracing`: only whether traces are begun here matters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tracing {
    #[serde(default)]
    sampling_rate: String,
}

impl Tracing {
    /// daprd begins traces itself when a rate is given; an empty one passes contexts on and makes none.
    pub(crate) fn begins_traces(&self) -> bool {
        self.sampling_rate.parse::<f64>().is_ok_and(|rate| rate > 0.0)
    }
}

/// `spec.accessControl`, evaluated at the callee.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessControl {
    /// Deny, unless it says otherwise.
    #[serde(default = "AclAction::deny")]
    pub(crate) default_action: AclAction,
    #[serde(default)]
    pub(crate) policies: Vec<AclPolicy>,
}

/// Permission of a call.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AclAction {
    #[default]
    Allow,
    Deny,
}

impl AclAction {
    fn deny() -> Self {
        Self::Deny
    }
}

/// What one caller may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AclPolicy {
    pub(crate) app_id: String,
    /// Without it and the namespace daprd does not start.
    #[serde(rename = "trustDomain")]
    _trust_domain: String,
    #[serde(rename = "namespace")]
    _namespace: String,
    pub(crate) default_action: Option<AclAction>,
    #[serde(default)]
    pub(crate) operations: Vec<AclOperation>,
}

/// Verbs on a path, which may end in `*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AclOperation {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) http_verb: Vec<String>,
    pub(crate) action: AclAction,
}
