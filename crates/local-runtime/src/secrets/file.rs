//! The JSON file of `secretstores.local.file`.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value};

use super::Secret;

/// Reads and flattens the file: `{"db":{"password":"x"}}` becomes `db:password`. With `multi_valued` the first level
/// names secrets and the second their keys.
pub(super) fn read(
    path: &Path,
    separator: &str,
    multi_valued: bool,
) -> Result<BTreeMap<String, Secret>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let fields: Map<String, Value> =
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    if multi_valued {
        return Ok(fields.into_iter().map(|(name, value)| multi(name, value, separator)).collect());
    }
    let mut flat = Secret::new();
    flatten("", separator, fields, &mut flat);
    Ok(flat
        .into_iter()
        .map(|(name, value)| (name.clone(), Secret::from([(name, value)])))
        .collect())
}

fn multi(name: String, value: Value, separator: &str) -> (String, Secret) {
    let secret = match value {
        Value::Object(fields) => {
            let mut flat = Secret::new();
            flatten("", separator, fields, &mut flat);
            flat
        }
        other => Secret::from([(name.clone(), text(&other))]),
    };
    (name, secret)
}

fn flatten(prefix: &str, separator: &str, fields: Map<String, Value>, flat: &mut Secret) {
    for (key, value) in fields {
        let name = if prefix.is_empty() { key } else { format!("{prefix}{separator}{key}") };
        match value {
            Value::Object(inner) => flatten(&name, separator, inner, flat),
            other => drop(flat.insert(name, text(&other))),
        }
    }
}

/// daprd prints other JSON types as Go garbage; here they keep their JSON text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
