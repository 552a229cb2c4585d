//! Output bindings.

use std::collections::HashMap;

use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use crate::{Dapr, Error, client::segment};

#[derive(Serialize)]
struct BindingRequest<'a> {
    operation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    metadata: &'a HashMap<&'a str, &'a str>,
}

impl Dapr {
    /// Runs an operation of an output binding (`POST /v1.0/bindings/{name}`) and returns what it answered.
    ///
    /// # Errors
    /// Every failure of a component is a 500 `ERR_INVOKE_OUTPUT_BINDING`; only its text tells them apart.
    pub async fn binding(
        &self,
        name: &str,
        operation: &str,
        data: Option<&Value>,
        metadata: &HashMap<&str, &str>,
    ) -> Result<Bytes, Error> {
        let path = format!("/v1.0/bindings/{}", segment(name));
        let body = BindingRequest { operation, data, metadata };
        let request = self.request(Method::POST, &path).json(&body);
        Ok(self.send("binding", request).await?.body)
    }
}
