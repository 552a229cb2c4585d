//! One rendered object.

use std::fmt::{Display, Formatter, Result};

use serde_json::Value;

use super::Pod;

/// A Kubernetes object.
pub(crate) struct Object {
    /// `gke/todo`: the target and the chart.
    from: String,
    value: Value,
}

impl Object {
    pub(crate) fn read(from: &str, yaml: &str) -> Vec<Self> {
        let documents = serde_saphyr::from_multiple::<Value>(yaml);
        let documents = documents.unwrap_or_else(|error| panic!("{from}: {error}"));
        let objects = documents.into_iter().filter(|document| !document.is_null());
        objects.map(|value| Self { from: from.to_owned(), value }).collect()
    }

    pub(crate) fn kind(&self) -> &str {
        self.at("/kind").as_str().unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.at("/metadata/name").as_str().unwrap_or_default()
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Null when there is nothing.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.value.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A text, empty when there is none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// A list, empty when there is none.
    pub(crate) fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn pod(&self) -> Option<Pod<'_>> {
        let template = self.value.pointer("/spec/template")?;
        template.pointer("/spec/containers").is_some().then_some(Pod { of: self, template })
    }
}

impl Display for Object {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        write!(formatter, "{}: {} {}", self.from, self.kind(), self.name())
    }
}
