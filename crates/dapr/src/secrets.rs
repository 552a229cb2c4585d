//! Secrets.

use std::collections::HashMap;

use reqwest::Method;

use crate::{Dapr, Error, client::segment};

impl Dapr {
    /// Reads one secret (`GET /v1.0/secrets/{store}/{key}`). In Kubernetes `key` is the Secret's name and its entry of the
    /// same name is taken, or the only one. An empty value is an error: a store of environment variables answers one for
    /// a variable that is not set.
    ///
    /// # Errors
    /// When the store, the key or a value is missing, or access is denied.
    pub async fn secret(&self, store: &str, key: &str) -> Result<String, Error> {
        const OPERATION: &str = "secret get";
        let path = format!("/v1.0/secrets/{}/{}", segment(store), segment(key));
        let answer = self.send(OPERATION, self.request(Method::GET, &path)).await?;
        let mut values: HashMap<String, String> =
            serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))?;
        let only = (values.len() == 1).then(|| values.values().next().cloned()).flatten();
        values
            .remove(key)
            .or(only)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Error::unreadable(OPERATION, format!("secret {key} has no value")))
    }
}
