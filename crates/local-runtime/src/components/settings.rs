//! A component's metadata with secrets fetched and templates filled in.

use std::collections::HashMap;

use uuid::Uuid;

/// Values by name; names are compared without regard to case, as in Dapr.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    values: HashMap<String, Value>,
}

#[derive(Debug)]
struct Value {
    text: String,
    unique: bool,
}

impl Settings {
    /// Adds a value, replacing `{appID}`, `{uuid}` and `{namespace}`.
    pub(super) fn insert(&mut self, name: &str, text: &str, app_id: &str) {
        let unique = text.contains("{uuid}");
        let text = text
            .replace("{uuid}", &Uuid::new_v4().to_string())
            .replace("{appID}", app_id)
            .replace("{namespace}", &format!("default.{app_id}"));
        self.values.insert(name.to_ascii_lowercase(), Value { text, unique });
    }

    /// A value that is there and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(&name.to_ascii_lowercase())?;
        Some(value.text.as_str()).filter(|text| !text.is_empty())
    }

    /// A value the component cannot do without.
    pub(crate) fn required(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("metadata {name} is missing"))
    }

    /// A number; absent is `None`, nonsense is an error.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, String> {
        self.get(name)
            .map(|text| text.parse().map_err(|_| format!("metadata {name}: {text} is no number")))
            .transpose()
    }

    /// `true` for the spellings Dapr accepts as such.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        let text = self.get(name)?.to_ascii_lowercase();
        Some(matches!(text.as_str(), "y" | "yes" | "true" | "t" | "on" | "1"))
    }

    /// Whether the value differs at each start, because it contained `{uuid}`.
    pub(crate) fn is_unique_per_start(&self, name: &str) -> bool {
        self.values.get(&name.to_ascii_lowercase()).is_some_and(|value| value.unique)
    }

    #[cfg(test)]
    pub(crate) fn of_pairs(pairs: &[(&str, &str)]) -> Self {
        let mut settings = Self::default();
        for (name, text) in pairs {
            settings.insert(name, text, "app");
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_in() {
        let mut settings = Settings::default();
        settings.insert("consumerID", "{appID}-{uuid}", "websocket");
        let id = settings.get("consumerid").unwrap();
        assert!(id.starts_with("websocket-") && id.len() == "websocket-".len() + 36);
        assert!(settings.is_unique_per_start("consumerID"));
    }

    #[test]
    fn empty_values_count_as_absent() {
        let settings = Settings::of_pairs(&[("host", ""), ("port", "x")]);
        assert!(settings.required("host").is_err());
        assert!(settings.number::<u16>("port").is_err());
        assert_eq!(settings.number::<u16>("other"), Ok(None));
    }
}
