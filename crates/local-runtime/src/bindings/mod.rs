//! Output bindings (`bindings.postgresql`, `bindings.http`, `bindings.smtp`) and the input binding `bindings.cron`.

mod cron;
mod http;
mod postgresql;
mod smtp;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    components::Settings,
    resiliency::{Failure, Repeat, Repeatable},
};

pub(crate) use cron::{CronBinding, start as start_crons};

/// Body of `POST /v1.0/bindings/{name}`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BindingRequest {
    #[serde(default)]
    pub(crate) operation: String,
    #[serde(default)]
    pub(crate) data: Option<Value>,
    #[serde(default)]
    pub(crate) metadata: Option<BTreeMap<String, String>>,
}

/// What a binding answers; `data` of `None` is a 204.
#[derive(Debug, Default)]
pub(crate) struct BindingResponse {
    pub(crate) data: Option<Bytes>,
    /// Become headers `metadata.<key>`. Values may hold any bytes a header may.
    pub(crate) metadata: Vec<(String, Vec<u8>)>,
}

/// A failure, possibly with response metadata.
#[derive(Debug)]
pub(crate) struct BindingError {
    pub(crate) message: String,
    pub(crate) metadata: Vec<(String, Vec<u8>)>,
}

impl From<String> for BindingError {
    fn from(message: String) -> Self {
        Self { message, metadata: Vec::new() }
    }
}

impl From<Failure<Self>> for BindingError {
    fn from(failure: Failure<Self>) -> Self {
        match failure {
            Failure::Own(error) => error,
            Failure::Timeout | Failure::Refused(_) => failure.to_string().into(),
        }
    }
}

impl std::fmt::Display for BindingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Repeatable for BindingError {
    /// Components give no codes, so a policy repeats every failure.
    fn repeat(&self) -> Repeat {
        Repeat::Yes
    }
}

/// A binding that can be called.
pub(crate) enum OutputBinding {
    Postgresql(postgresql::PostgresqlBinding),
    Http(http::HttpBinding),
    Smtp(Box<smtp::SmtpBinding>),
}

impl OutputBinding {
    /// Sets a binding up; `None` for a type that is no supported output binding.
    pub(crate) async fn open(kind: &str, settings: &Settings) -> Result<Option<Self>, String> {
        Ok(match kind {
            "bindings.postgresql" | "bindings.postgres" => {
                Some(Self::Postgresql(postgresql::PostgresqlBinding::open(settings).await?))
            }
            "bindings.http" => Some(Self::Http(http::HttpBinding::new(settings)?)),
            "bindings.smtp" => Some(Self::Smtp(Box::new(smtp::SmtpBinding::new(settings)?))),
            _ => None,
        })
    }

    /// What it can do; daprd refuses anything else before the component sees it.
    pub(crate) fn operations(&self) -> &'static [&'static str] {
        match self {
            Self::Postgresql(_) => &["exec", "query", "close"],
            Self::Http(_) => {
                &["create", "get", "head", "post", "put", "patch", "delete", "options", "trace"]
            }
            Self::Smtp(_) => &["create"],
        }
    }

    /// Runs one operation.
    pub(crate) async fn invoke(
        &self,
        request: BindingRequest,
    ) -> Result<BindingResponse, BindingError> {
        match self {
            Self::Postgresql(binding) => Ok(binding.invoke(request).await?),
            Self::Http(binding) => binding.invoke(request).await,
            Self::Smtp(binding) => Ok(binding.invoke(request).await?),
        }
    }
}

impl BindingRequest {
    /// Metadata by name, whatever its case.
    fn metadata(&self, name: &str) -> Option<&str> {
        let metadata = self.metadata.as_ref()?;
        let found = metadata.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}
