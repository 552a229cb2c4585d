//! Finds the policy of a target among the Resiliency documents in an application's scope.

use std::{collections::HashMap, time::Duration};

use super::Retry;
use crate::{
    resources::{PolicyNames, ResiliencyDocument},
    text::duration::parse_policy,
};

/// What wraps one kind of call: a timeout for each attempt, inside a retry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
}

/// All policies one application sees. Circuit breakers are not reproduced.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resiliency {
    timeouts: HashMap<String, Duration>,
    retries: HashMap<String, Retry>,
    apps: HashMap<String, Policy>,
    inbound: HashMap<String, Policy>,
    outbound: HashMap<String, Policy>,
    names: Vec<String>,
}

impl Resiliency {
    /// Merges the documents in scope of `app_id`; later files win over earlier ones.
    pub(crate) fn for_app(documents: &[ResiliencyDocument], app_id: &str) -> Result<Self, String> {
        let mut merged = Self::default();
        for document in documents.iter().filter(|document| document.serves(app_id)) {
            merged.add(document).map_err(|e| format!("{}: {e}", document.metadata.name))?;
        }
        Ok(merged)
    }

    fn add(&mut self, document: &ResiliencyDocument) -> Result<(), String> {
        let (policies, targets) = (&document.spec.policies, &document.spec.targets);
        for (name, value) in &policies.timeouts {
            let text = value.text();
            let timeout = parse_policy(&text).ok_or_else(|| format!("{text} is no duration"))?;
            self.timeouts.insert(name.clone(), timeout);
        }
        for (name, retry) in &policies.retries {
            self.retries
                .insert(name.clone(), Retry::parse(retry).map_err(|e| format!("{name}: {e}"))?);
        }
        if !policies.circuit_breakers.is_empty() {
            tracing::warn!(
                resiliency = document.metadata.name,
                "circuit breakers are not reproduced"
            );
        }
        for (app, names) in &targets.apps {
            self.apps.insert(app.clone(), self.policy(names));
        }
        for (component, directions) in &targets.components {
            self.inbound.insert(component.clone(), self.policy(&directions.inbound));
            self.outbound.insert(component.clone(), self.policy(&directions.outbound));
        }
        self.names.push(document.metadata.name.clone());
        Ok(())
    }

    fn policy(&self, names: &PolicyNames) -> Policy {
        let timeout = names.timeout.as_ref().and_then(|name| self.timeouts.get(name));
        let retry = names.retry.as_ref().and_then(|name| self.retries.get(name));
        Policy { timeout: timeout.copied(), retry: retry.cloned() }
    }

    /// The policy of calls to another application, `None` without a target.
    pub(crate) fn app(&self, app_id: &str) -> Option<Policy> {
        let default = self.by_name(&["App", ""]);
        self.apps.get(app_id).cloned().or(default)
    }

    /// The policy of deliveries from a pub/sub or binding component.
    pub(crate) fn inbound(&self, component: &str, kind: &str) -> Policy {
        self.inbound.get(component).cloned().unwrap_or_else(|| self.default_of(kind, "Inbound"))
    }

    /// The policy of calls to a component.
    pub(crate) fn outbound(&self, component: &str, kind: &str) -> Policy {
        self.outbound.get(component).cloned().unwrap_or_else(|| self.default_of(kind, "Outbound"))
    }

    /// Default policies go by name, the most specific first: `DefaultPubsubComponentInboundRetryPolicy`.
    fn default_of(&self, kind: &str, direction: &str) -> Policy {
        let specific = format!("{kind}Component{direction}");
        let general = format!("Component{direction}");
        self.by_name(&[&specific, &general, "Component", ""]).unwrap_or_default()
    }

    fn by_name(&self, infixes: &[&str]) -> Option<Policy> {
        let mut infixes_of = infixes.iter();
        let timeout =
            infixes_of.find_map(|infix| self.timeouts.get(&format!("Default{infix}TimeoutPolicy")));
        let mut infixes_of = infixes.iter();
        let retry =
            infixes_of.find_map(|infix| self.retries.get(&format!("Default{infix}RetryPolicy")));
        let (timeout, retry) = (timeout.copied(), retry.cloned());
        (timeout.is_some() || retry.is_some()).then_some(Policy { timeout, retry })
    }

    /// Names of the documents, for the metadata route.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}
