//! The keys of an issuer, such as a sign-in service, which replaces them when it likes.
//!
//! They are read through the sidecar, from an `HTTPEndpoint`
//! (<https://docs.dapr.io/developing-applications/building-blocks/service-invocation/howto-invoke-non-dapr-endpoints/>): at the
//! start, every few minutes, and when a token is signed with a key that nobody knows yet. One task does that ([`keeper`]), so
//! whoever sends tokens decides neither how often nor for how long the issuer is asked. A token that cannot be judged because
//! the issuer is away is no bad token: it is a 503, and people stay signed in.

mod keeper;

use std::{sync::Arc, time::Duration};

use tokio::sync::{Notify, watch};

use self::keeper::{Attempts, Keeper, keep};
use super::{AuthenticatedUser, KeySet, TokenError, TokenPolicy, Verifier};
use crate::{Kit, Reader};

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
        let seconds = reader.parsed_within("JWKS_REFRESH_SECONDS", 300_u64, 10..=86_400);
        let path = reader.or("JWKS_PATH", ".well-known/jwks.json");
        let endpoint = reader.optional("JWKS_ENDPOINT")?;
        // An address would work as well, and daprd would send it the application's token.
        if !endpoint.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
            reader.fault("JWKS_ENDPOINT", "must be the name of an HTTPEndpoint");
        }
        let path = path.trim_start_matches('/').to_owned();
        Some(Self { endpoint, path, refresh: Duration::from_secs(seconds) })
    }
}

/// Where requests ask for newer keys.
#[derive(Debug)]
pub(super) struct Issuer {
    wanted: Arc<Notify>,
    attempts: watch::Receiver<Attempts>,
}

impl Issuer {
    fn ask(&self) -> Question {
        let attempts = self.attempts.clone();
        let Attempts { begun, ended, .. } = *attempts.borrow();
        self.wanted.notify_one();
        Question { attempts, seen: ended, enough: begun + 1 }
    }
}

/// A wish for keys that are newer than itself.
struct Question {
    attempts: watch::Receiver<Attempts>,
    /// Attempts that had ended when it was last answered.
    seen: u64,
    /// The first attempt that began after it.
    enough: u64,
}

impl Question {
    /// Waits for the next keys; whether they are new enough.
    ///
    /// # Errors
    /// [`TokenError::IssuerAway`] as soon as the newest attempt has failed, or when nobody asks any more.
    async fn answered(&mut self) -> Result<bool, TokenError> {
        let seen = self.seen;
        let answer = self.attempts.wait_for(|attempts| attempts.away || attempts.ended > seen);
        let attempts = *answer.await.map_err(|_| TokenError::IssuerAway)?;
        if attempts.away {
            return Err(TokenError::IssuerAway);
        }
        self.seen = attempts.ended;
        Ok(attempts.ended >= self.enough)
    }
}

impl Verifier {
    /// Checks a token; the issuer is asked for a key that is not known, unless nothing could make the token good.
    ///
    /// # Errors
    /// Why it is not accepted, or [`TokenError::IssuerAway`].
    pub async fn check(&self, token: &str) -> Result<AuthenticatedUser, TokenError> {
        let checked = self.verify(token);
        let (Err(TokenError::NoKey), Some(issuer)) = (&checked, self.issuer()) else {
            return checked;
        };
        self.check_unsigned(token)?;
        let mut question = issuer.ask();
        loop {
            let enough = question.answered().await?;
            let checked = self.verify(token);
            if enough || checked != Err(TokenError::NoKey) {
                return checked;
            }
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
        let (wanted, refresh) = (Arc::<Notify>::default(), config.refresh);
        let (sender, attempts) = watch::channel(Attempts::default());
        let issuer = Issuer { wanted: Arc::clone(&wanted), attempts };
        let verifier = Verifier::with_issuer(keys.clone(), policy, clock, issuer);
        let keeper = Keeper::new(self.dapr.clone(), config, keys, verifier.clone());
        let cancel = self.cancel.clone();
        self.tasks.supervise("issuer keys", async move {
            let keeping = keep(sender, &wanted, refresh, || keeper.renew());
            cancel.run_until_cancelled(keeping).await;
        });
        verifier
    }
}
