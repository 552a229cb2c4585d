//! Label selectors.

use std::collections::BTreeMap;

use serde_json::Value;

use super::strings;

/// Whether a selector selects what has these labels. An empty one selects everything.
pub(crate) fn selects(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let equal = selector["matchLabels"].as_object().into_iter().flatten();
    let mut expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    equal.into_iter().all(|(name, value)| labels.get(name.as_str()).copied() == value.as_str())
        && expressions.all(|expression| {
            assert_eq!(expression["operator"], "In", "{expression}");
            let label = labels.get(expression["key"].as_str().unwrap());
            label.is_some_and(|label| strings(&expression["values"]).contains(label))
        })
}
