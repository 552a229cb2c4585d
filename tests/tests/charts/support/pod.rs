//! What a workload makes pods of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{KUBERNETES_SECONDS, Object, number, seconds};

/// The template of a workload's pods.
pub(crate) struct Pod<'a> {
    pub(crate) of: &'a Object,
    pub(super) template: &'a Value,
}

/// One of its containers.
pub(crate) struct Container<'a>(pub(crate) &'a Value);

impl<'a> Pod<'a> {
    pub(crate) fn at(&self, pointer: &str) -> &'a Value {
        self.template.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub(crate) fn annotation(&self, name: &str) -> &'a str {
        self.at("/metadata/annotations")[name].as_str().unwrap_or_default()
    }

    pub(crate) fn has_sidecar(&self) -> bool {
        self.annotation("dapr.io/enabled") == "true"
    }

    pub(crate) fn app_id(&self) -> &'a str {
        self.annotation("dapr.io/app-id")
    }

    /// As they are in the cluster: Dapr's injector adds its own.
    pub(crate) fn labels(&self) -> BTreeMap<&'a str, &'a str> {
        let labels = self.at("/metadata/labels").as_object().into_iter().flatten();
        let mut labels: BTreeMap<_, _> =
            labels.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        if self.has_sidecar() {
            labels.insert("dapr.io/sidecar-injected", "true");
        }
        labels
    }

    /// Init containers too.
    pub(crate) fn containers(&self) -> Vec<Container<'a>> {
        let lists = ["/spec/initContainers", "/spec/containers"].map(|list| self.at(list));
        lists.iter().filter_map(|list| list.as_array()).flatten().map(Container).collect()
    }

    /// The container of the service itself.
    pub(crate) fn service(&self) -> Container<'a> {
        Container(self.at("/spec/containers/0"))
    }

    /// Names of ports, with those of the sidecar.
    pub(crate) fn ports(&self) -> BTreeMap<&'a str, u64> {
        let containers = self.containers();
        let ports = containers.iter().flat_map(Container::ports);
        let sidecar = if self.has_sidecar() {
            &[("dapr-metrics", 9090), ("dapr-internal", 50_002)][..]
        } else {
            &[]
        };
        ports.chain(sidecar.iter().copied()).collect()
    }

    /// Seconds that an annotation of Dapr's says, `13s` or `5`.
    pub(crate) fn annotated_seconds(&self, name: &str) -> Option<u64> {
        let text = Some(self.annotation(name)).filter(|text| !text.is_empty())?;
        Some(seconds(text).unwrap_or_else(|| panic!("{}: {name} is {text}", self.of)))
    }

    pub(crate) fn grace(&self) -> u64 {
        number(self.at("/spec/terminationGracePeriodSeconds")).unwrap_or(KUBERNETES_SECONDS)
    }
}

impl<'a> Container<'a> {
    pub(crate) fn name(&self) -> &'a str {
        self.0["name"].as_str().unwrap_or_default()
    }

    pub(crate) fn at(&self, pointer: &str) -> &'a Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Those that have a name.
    pub(crate) fn ports(&self) -> Vec<(&'a str, u64)> {
        let ports = self.0["ports"].as_array().into_iter().flatten();
        ports
            .filter_map(|port| Some((port["name"].as_str()?, port["containerPort"].as_u64()?)))
            .collect()
    }

    /// Environment variables: name and entry.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let variables = self.0["env"].as_array().into_iter().flatten();
        variables.map(|variable| (variable["name"].as_str().unwrap(), variable))
    }

    /// The text that a variable is set to.
    pub(crate) fn variable(&self, name: &str) -> Option<&'a str> {
        self.variables().find(|(other, _)| *other == name)?.1["value"].as_str()
    }
}
