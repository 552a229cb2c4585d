//! Tokens that must not open anything.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, encode};
use serde_json::{Value, json};

/// Makes tokens with the product's own secret or without.
#[derive(Debug, Clone)]
pub struct Forger {
    secret: String,
    user: String,
}

impl Forger {
    /// A forger who knows `secret` and wants to be `user`.
    pub fn new(secret: &str, user: &str) -> Self {
        Self { secret: secret.to_owned(), user: user.to_owned() }
    }

    /// What a good token says.
    pub fn claims(&self) -> Value {
        #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
        let now = Utc::now();
        let (from, to) = (now.timestamp(), (now + TimeDelta::hours(1)).timestamp());
        json!({ "iss": "todo", "aud": "todo-api", "sub": self.user, "iat": from, "exp": to })
    }

    /// A token with the right signature: good claims, changed by `change`.
    ///
    /// # Panics
    /// When it cannot be signed.
    pub fn signed(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims();
        change(&mut claims);
        sign(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, &self.secret)
    }

    /// Every bad token with what is wrong with it.
    pub fn bad_tokens(&self) -> Vec<(&'static str, String)> {
        let claims = self.claims();
        let hmac = |algorithm, secret: &str| {
            let key = EncodingKey::from_secret(secret.as_bytes());
            encode(&Header::new(algorithm), &claims, &key).unwrap_or_else(|e| panic!("{e}"))
        };
        let headed = |header: Value| sign(&header, &claims, &self.secret);
        let own_key = json!({ "alg": "HS256", "jwk": { "kty": "oct", "k": "eHh4" } });
        let good = self.signed(|_| {});
        let (head, signature) = good.rsplit_once('.').unwrap_or_default();
        let other = Self::new(&self.secret, "somebody-else").signed(|_| {});
        let foreign = other.rsplit_once('.').unwrap_or_default().0;
        let mut tokens = vec![
            ("unsigned", format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))),
            (
                "unsigned, in capitals",
                format!("{}.{}.", part(&json!({ "alg": "NONE" })), part(&claims)),
            ),
            ("none with a signature", headed(json!({ "alg": "none" }))),
            ("without its signature", format!("{head}.")),
            ("two parts", head.to_owned()),
            ("another's payload under this signature", format!("{foreign}.{signature}")),
            ("another secret", hmac(Algorithm::HS256, &"x".repeat(64))),
            ("an empty secret", hmac(Algorithm::HS256, "")),
            ("HS384", hmac(Algorithm::HS384, &self.secret)),
            ("HS512", hmac(Algorithm::HS512, &self.secret)),
            ("no algorithm", headed(json!({ "typ": "JWT" }))),
            ("a key of its own", sign(&own_key, &claims, "xxx")),
            ("too long", "x".repeat(9000)),
            ("no token", "nonsense".to_owned()),
        ];
        for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
            tokens.push((algorithm, headed(json!({ "alg": algorithm, "typ": "JWT" }))));
        }
        let now = claims["iat"].as_i64().unwrap_or_default();
        let changes: [(&'static str, &'static str, Value); 11] = [
            ("expired", "exp", json!(now - 60)),
            ("expired long ago", "exp", json!(1)),
            ("never expires", "exp", Value::Null),
            ("expires as text", "exp", json!("tomorrow")),
            ("not valid yet", "nbf", json!(now + 600)),
            ("wrong audience", "aud", json!("another-api")),
            ("wrong audiences", "aud", json!(["a", "b"])),
            ("no audience", "aud", Value::Null),
            ("wrong issuer", "iss", json!("somebody")),
            ("no subject", "sub", Value::Null),
            ("a subject nobody can have", "sub", json!("a b/c")),
        ];
        for (fault, claim, value) in changes {
            tokens.push((fault, self.signed(|claims| put(claims, claim, value))));
        }
        tokens
    }
}

/// A token that is signed with HMAC-SHA-256, whatever its header says.
fn sign(header: &Value, claims: &Value, secret: &str) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
    format!("{message}.{}", signature.unwrap_or_else(|error| panic!("{error}")))
}

fn put(claims: &mut Value, name: &str, value: Value) {
    let Some(claims) = claims.as_object_mut() else { return };
    if value.is_null() {
        claims.remove(name);
    } else {
        claims.insert(name.to_owned(), value);
    }
}

/// JSON as a part of a token (RFC 7515 §2).
fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
