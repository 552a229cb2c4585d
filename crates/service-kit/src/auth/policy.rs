//! What a token must say to be accepted here.

use std::time::Duration;

use crate::config::{FromEnv, Reader};

/// Largest leeway, in seconds: clocks in one cluster do not differ by more.
const MAX_LEEWAY: u64 = 5;

/// Issuer, audience and leeway; whoever mints and whoever verifies must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// Expected `iss`.
    pub issuer: String,
    /// Expected in `aud`.
    pub audience: String,
    /// How far clocks may differ.
    pub leeway: Duration,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        let (issuer, audience) = ("todo".to_owned(), "todo-api".to_owned());
        Self { issuer, audience, leeway: Duration::from_secs(2) }
    }
}

impl FromEnv for TokenPolicy {
    /// `JWT_ISSUER` (todo), `JWT_AUDIENCE` (todo-api), `JWT_LEEWAY_SECONDS` (2, at most 5).
    fn read(reader: &mut Reader) -> Self {
        let defaults = Self::default();
        let leeway = reader.parsed_or("JWT_LEEWAY_SECONDS", defaults.leeway.as_secs());
        if leeway > MAX_LEEWAY {
            reader.fault("JWT_LEEWAY_SECONDS", format!("must be at most {MAX_LEEWAY}"));
        }
        Self {
            issuer: reader.or("JWT_ISSUER", &defaults.issuer),
            audience: reader.or("JWT_AUDIENCE", &defaults.audience),
            leeway: Duration::from_secs(leeway),
        }
    }
}
