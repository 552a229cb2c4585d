//! What every service is configured with.
//!
//! | Variable | Meaning | Default |
//! |---|---|---|
//! | `APP_HOST` | address both listeners bind | `127.0.0.1` |
//! | `APP_PORT` | port the sidecar calls | must be set |
//! | `PUBLIC_PORT` | port people call | none |
//! | `LOG_FORMAT` | `json` or `compact` | `json` |
//! | `RUST_LOG` | log filter of `tracing-subscriber` | `info` |
//! | `DAPR_HTTP_ENDPOINT` | the sidecar's address, before `DAPR_HTTP_PORT` | |
//! | `DAPR_HTTP_PORT` | the sidecar's port on this host | `3500` |
//! | `DAPR_API_TOKEN` | sent with every call to the sidecar | none |
//! | `APP_API_TOKEN` | what the sidecar must send with every call | must be set |
//! | `DRAIN_SECONDS` | how long a stop may take | `8` |
//! | `BODY_LIMIT_BYTES` | largest body of a public request | `262144` |

use std::{net::IpAddr, str::FromStr, time::Duration};

use super::{FromEnv, Reader, Secret};

/// The configuration that all services share.
#[derive(Debug, Clone)]
pub struct BaseConfig {
    /// Address that both listeners bind.
    pub host: IpAddr,
    /// Port the sidecar calls.
    pub app_port: u16,
    /// Port people call, for services that have one.
    pub public_port: Option<u16>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written (`RUST_LOG` syntax).
    pub log_filter: String,
    /// The sidecar's base address, without a slash at the end.
    pub dapr_endpoint: String,
    /// Sent with every call to the sidecar.
    pub dapr_api_token: Option<Secret>,
    /// What the sidecar must send with every call.
    pub app_api_token: Secret,
    /// How long a stop may take before work in flight is cut off.
    pub drain_deadline: Duration,
    /// Largest body of a public request, in bytes.
    pub body_limit: usize,
}

impl FromEnv for BaseConfig {
    fn read(reader: &mut Reader) -> Self {
        let port = reader.parsed_or("DAPR_HTTP_PORT", 3500_u16);
        let endpoint = reader.or("DAPR_HTTP_ENDPOINT", &format!("http://127.0.0.1:{port}"));
        if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
            reader.fault("DAPR_HTTP_ENDPOINT", "must start with http:// or https://");
        }
        let drain_seconds = reader.parsed_or("DRAIN_SECONDS", 8_u16);
        Self {
            host: reader.parsed_or("APP_HOST", IpAddr::from([127, 0, 0, 1])),
            app_port: reader.required_parsed("APP_PORT", 0),
            public_port: reader.parsed_optional("PUBLIC_PORT"),
            log_format: reader.parsed_or("LOG_FORMAT", LogFormat::Json),
            log_filter: reader.or("RUST_LOG", "info"),
            dapr_endpoint: endpoint.trim_end_matches('/').to_owned(),
            dapr_api_token: reader.secret("DAPR_API_TOKEN"),
            app_api_token: reader.required_secret("APP_API_TOKEN"),
            drain_deadline: Duration::from_secs(drain_seconds.into()),
            body_limit: reader.parsed_or("BODY_LIMIT_BYTES", 256 * 1024),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// One short line, for people.
    Compact,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "compact" => Ok(Self::Compact),
            _ => Err("must be json or compact"),
        }
    }
}
