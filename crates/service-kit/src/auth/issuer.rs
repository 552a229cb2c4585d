//! The keys of an issuer, such as a sign-in service, which replaces them when it likes.
//!
//! They are read through the sidecar, from an `HTTPEndpoint`
//! (<https://docs.dapr.io/developing-applications/building-blocks/service-invocation/howto-invoke-non-dapr-endpoints/>): at the
//! start, every few minutes, and when a token names a key that nobody knows yet. A token that cannot be judged because the
//! issuer is away is no bad token: it is a 503, and people stay signed in.

use std::time::Duration;

use todo_dapr::{Dapr, Invocation};
use tokio::{sync::Mutex, time::sleep};

use super::{AuthenticatedUser, KeyError, KeySet, TokenError, TokenPolicy, Verifier};
use crate::{Clock, Kit, Reader, telemetry};

/// What metrics call the issuer.
const DEPENDENCY: &str = "issuer";
/// Keys that came are not asked for again before this, whatever unknown keys tokens name.
const PAUSE: Duration = Duration::from_secs(10);
/// Keys that did not come are.
const PAUSE_WHILE_AWAY: Duration = Duration::from_secs(1);
/// Between two attempts that nobody waits for while the issuer is away.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Where an issuer publishes its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerConfig {
    /// Name of the `HTTPEndpoint`.
    pub endpoint: String,
    /// Path of the key set (RFC 7517 §5) there, without a leading slash.
    pub path: String,
    /// How old keys may become: a key that the issuer has withdrawn is good for no longer.
    pub refresh: Duration,
}

impl IssuerConfig {
    /// Reads `JWKS_ENDPOINT` (none: the shared secret alone signs), `JWKS_PATH` (`.well-known/jwks.json`) and
    /// `JWKS_REFRESH_SECONDS` (300, from 10 to 86,400).
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let seconds = reader.parsed_or("JWKS_REFRESH_SECONDS", 300_u64);
        if !(10..=86_400).contains(&seconds) {
            reader.fault("JWKS_REFRESH_SECONDS", "must be 10 to 86400");
        }
        let path = reader.or("JWKS_PATH", ".well-known/jwks.json");
        let endpoint = reader.optional("JWKS_ENDPOINT").filter(|name| !name.is_empty())?;
        let path = path.trim_start_matches('/').to_owned();
        Some(Self { endpoint, path, refresh: Duration::from_secs(seconds) })
    }
}

/// An issuer, and when it was last asked.
#[derive(Debug)]
pub(super) struct Issuer {
    dapr: Dapr,
    config: IssuerConfig,
    /// What signs beside it.
    own: KeySet,
    asked: Mutex<Option<Asked>>,
    clock: Clock,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    /// By the clock's uptime.
    at: Duration,
    came: bool,
}

impl Asked {
    fn is_recent(&self, now: Duration) -> bool {
        now - self.at < if self.came { PAUSE } else { PAUSE_WHILE_AWAY }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
enum AwayError {
    #[error(transparent)]
    Sidecar(#[from] todo_dapr::Error),
    #[error("it answered {0}")]
    Status(u16),
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl Issuer {
    /// Reads the keys, at most once for all who wait for them; nothing when that was tried a moment ago.
    ///
    /// # Errors
    /// When the newest attempt had no keys.
    async fn renew(&self, set: impl FnOnce(KeySet)) -> Result<(), TokenError> {
        let mut asked = self.asked.lock().await;
        let before = *asked;
        if !before.is_some_and(|before| before.is_recent(self.clock.uptime())) {
            let fetched = self.fetch().await;
            let came = fetched.is_ok();
            *asked = Some(Asked { at: self.clock.uptime(), came });
            let news = before.is_none_or(|before| before.came != came);
            match fetched {
                Ok(keys) => {
                    if news {
                        tracing::info!(?keys, "the issuer's keys are known");
                    }
                    set(keys);
                }
                Err(error) if news => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "the issuer's keys cannot be read; known ones stay good");
                }
                Err(_) => {}
            }
            telemetry::dependency(DEPENDENCY, came);
        }
        asked.is_some_and(|asked| asked.came).then_some(()).ok_or(TokenError::IssuerAway)
    }

    async fn fetch(&self) -> Result<KeySet, AwayError> {
        let IssuerConfig { endpoint, path, .. } = &self.config;
        let reply = self.dapr.invoke(Invocation::get(endpoint, path)).await?;
        if !reply.is_success() {
            return Err(AwayError::Status(reply.status));
        }
        Ok(self.own.clone().with_jwks(&reply.body)?)
    }
}

impl Verifier {
    /// Checks a token; the issuer is asked for a key that is not known.
    ///
    /// # Errors
    /// Why it is not accepted, or [`TokenError::IssuerAway`].
    pub async fn check(&self, token: &str) -> Result<AuthenticatedUser, TokenError> {
        match (self.verify(token), self.issuer()) {
            (Err(TokenError::NoKey), Some(issuer)) => {
                issuer.renew(|keys| self.set_keys(keys)).await?;
                self.verify(token)
            }
            (checked, _) => checked,
        }
    }
}

impl Kit {
    /// What checks tokens: they are signed with one of `keys`, or by the issuer, whose keys are looked after from here on.
    pub fn verifier(
        &self,
        keys: KeySet,
        policy: TokenPolicy,
        issuer: Option<IssuerConfig>,
    ) -> Verifier {
        let clock = self.clock.clone();
        let Some(config) = issuer else { return Verifier::new(keys, policy, clock) };
        let refresh = config.refresh;
        let (dapr, own, asked) = (self.dapr.clone(), keys.clone(), Mutex::default());
        let issuer = Issuer { dapr, config, own, asked, clock: clock.clone() };
        let verifier = Verifier::with_issuer(keys, policy, clock, issuer);
        let (looked_after, cancel) = (verifier.clone(), self.cancel.clone());
        self.tasks.supervise("issuer keys", async move {
            cancel.run_until_cancelled(keep_fresh(&looked_after, refresh)).await;
        });
        verifier
    }
}

async fn keep_fresh(verifier: &Verifier, refresh: Duration) {
    let Some(issuer) = verifier.issuer() else { return };
    loop {
        let renewed = issuer.renew(|keys| verifier.set_keys(keys)).await;
        sleep(if renewed.is_ok() { refresh } else { AGAIN_AFTER }).await;
    }
}
