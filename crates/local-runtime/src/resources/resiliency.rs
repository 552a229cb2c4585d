//! Kind Resiliency, as written. [`crate::resiliency`] turns it into policies.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::in_scope;

/// One Resiliency document.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ResiliencyDocument {
    pub(crate) metadata: super::component::Named,
    pub(crate) spec: ResiliencySpec,
    #[serde(default)]
    scopes: Vec<String>,
}

/// `spec` of the document.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ResiliencySpec {
    #[serde(default)]
    pub(crate) policies: Policies,
    #[serde(default)]
    pub(crate) targets: Targets,
}

/// Named building blocks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policies {
    #[serde(default)]
    pub(crate) timeouts: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(crate) retries: BTreeMap<String, RetryDocument>,
    #[serde(default)]
    pub(crate) circuit_breakers: BTreeMap<String, BreakerDocument>,
}

/// A duration or number that YAML may have read as a number.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Number(u64),
    Text(String),
}

impl Scalar {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// One retry policy as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryDocument {
    pub(crate) policy: Option<String>,
    pub(crate) duration: Option<Scalar>,
    pub(crate) initial_interval: Option<Scalar>,
    pub(crate) max_interval: Option<Scalar>,
    pub(crate) max_elapsed_time: Option<Scalar>,
    pub(crate) multiplier: Option<f64>,
    pub(crate) randomization_factor: Option<f64>,
    pub(crate) max_retries: Option<i64>,
    #[serde(default)]
    pub(crate) matching: Matching,
}

/// Which failures a retry applies to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Matching {
    #[serde(default)]
    pub(crate) http_status_codes: String,
}

/// One circuit breaker policy as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BreakerDocument {
    pub(crate) max_requests: Option<Scalar>,
    pub(crate) interval: Option<Scalar>,
    pub(crate) timeout: Option<Scalar>,
    pub(crate) trip: Option<String>,
}

/// What policies apply to.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Targets {
    #[serde(default)]
    pub(crate) apps: BTreeMap<String, PolicyNames>,
    #[serde(default)]
    pub(crate) components: BTreeMap<String, Directions>,
}

/// Policies of a component by direction, seen from the sidecar.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Directions {
    #[serde(default)]
    pub(crate) inbound: PolicyNames,
    #[serde(default)]
    pub(crate) outbound: PolicyNames,
}

/// Names into [`Policies`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PolicyNames {
    pub(crate) timeout: Option<String>,
    pub(crate) retry: Option<String>,
    pub(crate) circuit_breaker: Option<String>,
    /// Of applications: how many methods have a breaker of their own.
    pub(crate) circuit_breaker_cache_size: Option<usize>,
}

impl ResiliencyDocument {
    pub(crate) fn serves(&self, app_id: &str) -> bool {
        in_scope(&self.scopes, app_id)
    }

    /// Every name a target uses must exist: daprd takes an unknown retry for "no policy" and panics on an unknown
    /// circuit breaker.
    pub(crate) fn check(&self) -> Result<(), String> {
        let policies = &self.spec.policies;
        let components = self.spec.targets.components.values();
        let uses =
            self.spec.targets.apps.values().chain(
                components.flat_map(|directions| [&directions.inbound, &directions.outbound]),
            );
        for names in uses {
            let known = |name: &Option<String>, defined: &dyn Fn(&str) -> bool| match name {
                Some(name) if !defined(name) => Err(format!("policy {name} is not defined")),
                _ => Ok(()),
            };
            known(&names.timeout, &|name| policies.timeouts.contains_key(name))?;
            known(&names.retry, &|name| {
                policies.retries.contains_key(name) || name.starts_with("DaprBuiltIn")
            })?;
            known(&names.circuit_breaker, &|name| policies.circuit_breakers.contains_key(name))?;
        }
        Ok(())
    }
}
