//! Finds the policy of a target among the Resiliency documents in an application's scope.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{Policy, Retry, breaker::Breaker, recent::Recent, template::BreakerTemplate};
use crate::{
    resources::{PolicyNames, ResiliencyDocument},
    text::duration::parse_policy,
};

/// Breakers kept per application, one a method, without a `circuitBreakerCacheSize`.
const BREAKERS: usize = 100;

/// All policies one application sees, and the state of its breakers.
#[derive(Debug, Default)]
pub(crate) struct Resiliency {
    timeouts: HashMap<String, Duration>,
    retries: HashMap<String, Arc<Retry>>,
    templates: HashMap<String, BreakerTemplate>,
    apps: HashMap<String, PolicyNames>,
    inbound: HashMap<String, PolicyNames>,
    outbound: HashMap<String, PolicyNames>,
    names: Vec<String>,
    /// Both directions of a component share one breaker, made from the policy that is asked for first.
    component_breakers: Mutex<HashMap<String, Arc<Breaker>>>,
    app_breakers: Mutex<HashMap<String, Recent<Arc<Breaker>>>>,
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
            let retry = Retry::parse(retry).map_err(|e| format!("{name}: {e}"))?;
            self.retries.insert(name.clone(), Arc::new(retry));
        }
        for (name, breaker) in &policies.circuit_breakers {
            let template = BreakerTemplate::parse(breaker).map_err(|e| format!("{name}: {e}"))?;
            self.templates.insert(name.clone(), template);
        }
        self.apps.extend(targets.apps.clone());
        for (component, directions) in &targets.components {
            self.inbound.insert(component.clone(), directions.inbound.clone());
            self.outbound.insert(component.clone(), directions.outbound.clone());
        }
        self.names.push(document.metadata.name.clone());
        Ok(())
    }

    /// The policy of calls to another application. Breakers are told apart by `endpoint`, which is the method's name.
    pub(crate) fn app(&self, app_id: &str, endpoint: &str) -> Policy {
        let defaults = || self.by_convention(&["App", ""]);
        let names = self.apps.get(app_id).cloned().unwrap_or_else(defaults);
        let size = names.circuit_breaker_cache_size.filter(|size| *size > 0).unwrap_or(BREAKERS);
        self.policy(&names, |template| {
            let mut caches = self.app_breakers.lock().unwrap_or_else(PoisonError::into_inner);
            let cache = caches.entry(app_id.to_owned()).or_insert_with(|| Recent::new(size));
            let target = format!("{app_id}:{endpoint}");
            Arc::clone(cache.get_or_insert(&target, || Arc::new(Breaker::new(&target, template))))
        })
    }

    /// The policy of deliveries from a pub/sub or binding component.
    pub(crate) fn inbound(&self, component: &str, kind: &str) -> Policy {
        let names = self.inbound.get(component).cloned();
        let names = names.unwrap_or_else(|| self.component_defaults(kind, "Inbound"));
        self.component(component, &names)
    }

    /// The policy of calls to a component.
    pub(crate) fn outbound(&self, component: &str, kind: &str) -> Policy {
        let names = self.outbound.get(component).cloned();
        let names = names.unwrap_or_else(|| self.component_defaults(kind, "Outbound"));
        self.component(component, &names)
    }

    fn component(&self, component: &str, names: &PolicyNames) -> Policy {
        self.policy(names, |template| {
            let mut breakers =
                self.component_breakers.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Breaker::new(component, template));
            Arc::clone(breakers.entry(component.to_owned()).or_insert_with(new))
        })
    }

    fn policy(
        &self,
        names: &PolicyNames,
        breaker: impl FnOnce(&BreakerTemplate) -> Arc<Breaker>,
    ) -> Policy {
        let timeout = names.timeout.as_ref().and_then(|name| self.timeouts.get(name));
        let retry = names.retry.as_ref().and_then(|name| self.retries.get(name));
        let template = names.circuit_breaker.as_ref().and_then(|name| self.templates.get(name));
        Policy { timeout: timeout.copied(), retry: retry.cloned(), breaker: template.map(breaker) }
    }

    /// Policies that apply by their name alone, the most specific first: `DefaultPubsubComponentInboundRetryPolicy`.
    fn component_defaults(&self, kind: &str, direction: &str) -> PolicyNames {
        let specific = format!("{kind}Component{direction}");
        let general = format!("Component{direction}");
        self.by_convention(&[&specific, &general, "Component", ""])
    }

    fn by_convention(&self, infixes: &[&str]) -> PolicyNames {
        let find = |kind: &str, exists: &dyn Fn(&String) -> bool| {
            let mut names = infixes.iter().map(|infix| format!("Default{infix}{kind}Policy"));
            names.find(|name| exists(name))
        };
        PolicyNames {
            timeout: find("Timeout", &|name| self.timeouts.contains_key(name)),
            retry: find("Retry", &|name| self.retries.contains_key(name)),
            circuit_breaker: find("CircuitBreaker", &|name| self.templates.contains_key(name)),
            circuit_breaker_cache_size: None,
        }
    }

    /// Names of the documents, for the metadata route.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resiliency(spec: &str) -> Resiliency {
        let text = format!("{{ metadata: {{ name: r }}, spec: {{ {spec} }} }}");
        let document: ResiliencyDocument = serde_saphyr::from_str(&text).unwrap();
        document.check().unwrap();
        Resiliency::for_app(&[document], "a").unwrap()
    }

    #[test]
    fn the_most_specific_default_applies_where_no_target_does() {
        let resiliency = resiliency(
            "policies: { timeouts: { DefaultTimeoutPolicy: 1s, DefaultPubsubComponentInboundTimeoutPolicy: 2s, own: 3s },
               circuitBreakers: { DefaultComponentCircuitBreakerPolicy: {} } },
             targets: { components: { c: { inbound: { timeout: own } } } }",
        );
        let seconds = |policy: Policy| policy.timeout.map(|timeout| timeout.as_secs());
        assert_eq!(seconds(resiliency.inbound("x", "Pubsub")), Some(2));
        assert_eq!(seconds(resiliency.outbound("x", "Pubsub")), Some(1));
        assert_eq!(seconds(resiliency.app("x", "m")), Some(1));
        assert_eq!(seconds(resiliency.inbound("c", "Pubsub")), Some(3));
        assert_eq!(seconds(resiliency.outbound("c", "Pubsub")), None, "a target replaces them all");
        assert!(resiliency.outbound("x", "Binding").breaker.is_some());
        assert!(resiliency.inbound("c", "Pubsub").breaker.is_none());
    }

    #[test]
    fn breakers_are_one_a_component_and_one_a_method_of_an_application() {
        let resiliency = resiliency(
            "policies: { circuitBreakers: { one: {}, two: { maxRequests: 2 } } },
             targets: { apps: { b: { circuitBreaker: one, circuitBreakerCacheSize: 1 } },
               components: { c: { inbound: { circuitBreaker: one }, outbound: { circuitBreaker: two } } } }",
        );
        let of = |policy: Policy| policy.breaker.unwrap();
        let inbound = of(resiliency.inbound("c", "Pubsub"));
        assert!(Arc::ptr_eq(&inbound, &of(resiliency.outbound("c", "Pubsub"))));
        let method = of(resiliency.app("b", "m"));
        assert!(Arc::ptr_eq(&method, &of(resiliency.app("b", "m"))));
        assert!(!Arc::ptr_eq(&method, &of(resiliency.app("b", "n"))));
        assert!(!Arc::ptr_eq(&method, &of(resiliency.app("b", "m"))), "one is kept at most");
    }
}
