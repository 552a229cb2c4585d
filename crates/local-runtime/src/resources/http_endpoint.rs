//! Kind `HTTPEndpoint`: an outside service that applications may invoke by name.

use serde::Deserialize;

use super::{
    component::{Auth, Item, Named},
    in_scope,
};

/// An endpoint with its base URL and the headers added to each call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct HttpEndpoint {
    pub(crate) metadata: Named,
    pub(crate) spec: EndpointSpec,
    #[serde(default)]
    pub(crate) auth: Auth,
    #[serde(default)]
    scopes: Vec<String>,
}

/// `spec` of an endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointSpec {
    pub(crate) base_url: String,
    #[serde(default)]
    pub(crate) headers: Vec<Item>,
}

impl HttpEndpoint {
    pub(crate) fn serves(&self, app_id: &str) -> bool {
        in_scope(&self.scopes, app_id)
    }
}
