//! `bindings.http`: calls to one fixed base URL. Plain HTTP only; the runtime carries no TLS stack.

use std::time::Duration;

use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use super::{BindingError, BindingRequest, BindingResponse};
use crate::{
    components::Settings,
    text::{duration::parse_go, go_json},
};

/// A client for one host.
pub(crate) struct HttpBinding {
    url: String,
    client: reqwest::Client,
    error_if_not_2xx: bool,
    token: Option<(String, String)>,
}

impl HttpBinding {
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let url = settings.required("url")?.to_owned();
        if url.starts_with("https://") {
            return Err("https is not supported by the local runtime".to_owned());
        }
        let mut client = reqwest::Client::builder().no_proxy();
        if let Some(text) = settings.get("responseTimeout") {
            let timeout: Duration =
                parse_go(text).ok_or_else(|| format!("responseTimeout {text} is no duration"))?;
            client = client.timeout(timeout);
        }
        let token = settings.get("securityToken").zip(settings.get("securityTokenHeader"));
        Ok(Self {
            url,
            client: client.build().map_err(|e| e.to_string())?,
            error_if_not_2xx: settings.flag("errorIfNot2XX").unwrap_or(true),
            token: token.map(|(token, header)| (header.to_owned(), token.to_owned())),
        })
    }

    pub(super) async fn invoke(
        &self,
        request: BindingRequest,
    ) -> Result<BindingResponse, BindingError> {
        let method = method(&request.operation)?;
        let path = request.metadata("path").unwrap_or_default();
        let url = format!("{}{path}", self.url);
        let mut call = self.client.request(method.clone(), url).headers(self.headers(&request));
        if !matches!(method, Method::GET | Method::HEAD) {
            call = call.body(request.data.as_ref().map(go_json::to_string).unwrap_or_default());
        }
        let response = call.send().await.map_err(|e| e.to_string())?;
        let status = response.status();
        let mut metadata = vec![
            ("statusCode".to_owned(), status.as_str().as_bytes().to_vec()),
            ("status".to_owned(), status.to_string().into_bytes()),
        ];
        for (name, value) in response.headers() {
            metadata.push((name.to_string(), value.as_bytes().to_vec()));
        }
        let demanded =
            request.metadata("errorIfNot2XX").map_or(self.error_if_not_2xx, |text| text == "true");
        let data = response.bytes().await.map_err(|e| e.to_string())?;
        if demanded && !status.is_success() {
            let message = format!("received status code '{status}'");
            return Err(BindingError { message, metadata });
        }
        Ok(BindingResponse { data: Some(data), metadata })
    }

    /// Metadata beginning with a capital letter are headers, and so is the trace context.
    fn headers(&self, request: &BindingRequest) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for name in ["content-type", "accept"] {
            headers.insert(name, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        let given = request.metadata.iter().flatten().filter(|(key, _)| {
            key.starts_with(char::is_uppercase)
                || matches!(key.as_str(), "traceparent" | "tracestate")
        });
        let token = self.token.iter().map(|(name, value)| (name, value));
        for (name, value) in given.chain(token) {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                headers.insert(name, value);
            }
        }
        headers
    }
}

fn method(operation: &str) -> Result<Method, String> {
    match operation.to_ascii_lowercase().as_str() {
        "create" => Ok(Method::POST),
        "get" | "head" | "post" | "put" | "patch" | "delete" | "options" | "trace" => {
            Method::from_bytes(operation.to_ascii_uppercase().as_bytes()).map_err(|e| e.to_string())
        }
        other => Err(format!("invalid operation: {other}")),
    }
}
