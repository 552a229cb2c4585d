//! Who is calling: bearer tokens (RFC 6750) that are JWTs (RFC 7519, RFC 8725).
//!
//! The user is who the token says, never who a body or a tool argument says. The algorithm comes from the key, never
//! from the token; `exp`, `sub`, `aud` and `iss` must be there; times are compared with the injected clock.

mod issuer;
mod keys;
mod mint;
mod policy;
mod user;
mod verify;

pub use issuer::IssuerConfig;
pub use keys::{KeyError, KeySet};
pub use mint::{MintError, Minted, Minter};
pub use policy::TokenPolicy;
pub use user::{AuthenticatedUser, Owner};
pub use verify::{TokenError, Verifier};

/// The `Sec-WebSocket-Protocol` entry that carries a token, since browsers cannot set headers on an upgrade.
const SUBPROTOCOL_PREFIX: &str = "bearer.";

/// The token in a `Sec-WebSocket-Protocol` header such as `todo.v1, bearer.<jwt>`.
#[must_use]
pub fn subprotocol_token(header: &str) -> Option<&str> {
    header.split(',').find_map(|entry| entry.trim().strip_prefix(SUBPROTOCOL_PREFIX))
}
