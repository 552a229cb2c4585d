//! The keys that tokens may be signed with.

use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{
        AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, KeyOperations, PublicKeyUse,
    },
};

use crate::config::Secret;

/// Shortest secret for HS256, in bytes (RFC 7518 §3.2).
pub(super) const MIN_SECRET: usize = 32;

/// What tokens may be signed with.
pub(super) const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::HS256, Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// Keys to verify with. Each knows its algorithm, so a token cannot choose one.
#[derive(Clone, Default)]
pub struct KeySet(Vec<Key>);

/// One key.
#[derive(Clone)]
enum Key {
    /// A secret shared with whoever mints.
    Shared(DecodingKey),
    /// An issuer's public key.
    Public { id: Option<String>, algorithm: Algorithm, key: DecodingKey },
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Too short to be safe.
    #[error("the JWT secret must have at least {MIN_SECRET} bytes")]
    ShortSecret,
    /// Not a JSON Web Key Set.
    #[error("the key set cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// None of its keys is one that we verify with.
    #[error("the key set has no usable key")]
    NoUsableKey,
}

impl KeySet {
    /// One HS256 secret.
    ///
    /// # Errors
    /// When it is shorter than 32 bytes.
    pub fn hs256(secret: &Secret) -> Result<Self, KeyError> {
        Self::default().with_hs256(secret)
    }

    /// Adds an HS256 secret; with two of them, one can be replaced without a gap.
    ///
    /// # Errors
    /// When it is shorter than 32 bytes.
    pub fn with_hs256(mut self, secret: &Secret) -> Result<Self, KeyError> {
        let bytes = secret.expose().as_bytes();
        if bytes.len() < MIN_SECRET {
            return Err(KeyError::ShortSecret);
        }
        self.0.push(Key::Shared(DecodingKey::from_secret(bytes)));
        Ok(self)
    }

    /// Adds an issuer's public keys (RFC 7517). Keys of other kinds or for other uses are left out, and symmetric ones
    /// always: a published secret is none.
    ///
    /// # Errors
    /// When `json` is not a key set, or none of its keys is usable.
    pub fn with_jwks(mut self, json: &[u8]) -> Result<Self, KeyError> {
        let set: JwkSet = serde_json::from_slice(json).map_err(KeyError::Unreadable)?;
        let before = self.0.len();
        self.0.extend(set.keys.iter().filter_map(public_key));
        if self.0.len() == before { Err(KeyError::NoUsableKey) } else { Ok(self) }
    }

    /// The keys that fit a token's header, each with the one algorithm it is for.
    pub(super) fn candidates<'a>(
        &'a self,
        algorithm: Algorithm,
        id: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a DecodingKey, Algorithm)> {
        self.0.iter().filter_map(move |key| match key {
            Key::Shared(key) => (algorithm == Algorithm::HS256).then_some((key, algorithm)),
            Key::Public { id: key_id, algorithm: pinned, key } => {
                let fits = *pinned == algorithm && (key_id.is_none() || key_id.as_deref() == id);
                fits.then_some((key, *pinned))
            }
        })
    }
}

fn public_key(jwk: &Jwk) -> Option<Key> {
    let (usage, operations) = (&jwk.common.public_key_use, &jwk.common.key_operations);
    if usage.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature)
        || operations.as_ref().is_some_and(|listed| !listed.contains(&KeyOperations::Verify))
    {
        return None;
    }
    let algorithm = only_algorithm(&jwk.algorithm)?;
    // `alg` may be left out (RFC 7517 §4.4), and Microsoft Entra does.
    if jwk.common.key_algorithm.is_some_and(|named| named != KeyAlgorithm::from(algorithm)) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some(Key::Public { id: jwk.common.key_id.clone(), algorithm, key })
}

/// The one algorithm that a key of a kind is good for here.
fn only_algorithm(parameters: &AlgorithmParameters) -> Option<Algorithm> {
    match parameters {
        AlgorithmParameters::RSA(_) => Some(Algorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Some(Algorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            Some(Algorithm::EdDSA)
        }
        _ => None,
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySet({} keys)", self.0.len())
    }
}
