//! Attacks on tokens, and the extractors that stand on them.

use std::time::Duration;

use axum::{Router, extract::FromRef, middleware::from_fn_with_state, routing::get};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use todo_service_kit::{
    AuthenticatedUser, Clock, Owner, Secret, Verifier,
    auth::{KeyError, KeySet, Minter, TokenError, TokenPolicy, subprotocol_token},
    limit::{Cost, LimitConfig, Limiter, charge},
};

use crate::harness::{request, send};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_800_000_000;

pub(crate) fn manual_clock() -> Clock {
    Clock::manual(DateTime::from_timestamp(NOW, 0).unwrap())
}

pub(crate) fn keys() -> KeySet {
    KeySet::hs256(&Secret::new(SECRET)).unwrap()
}

fn verifier(clock: &Clock) -> Verifier {
    Verifier::new(keys(), TokenPolicy::default(), clock.clone())
}

pub(crate) fn mint(clock: &Clock, user: &str, lifetime: Duration) -> String {
    let minter = Minter::new(&Secret::new(SECRET), TokenPolicy::default(), clock.clone()).unwrap();
    minter.mint(&user.parse().unwrap(), lifetime).unwrap().token.expose().to_owned()
}

/// Good claims with some of them replaced; a null takes one away.
pub(crate) fn claims(changes: Value) -> Value {
    let mut claims = json!({ "iss": "todo", "aud": "todo-api", "sub": "ada", "exp": NOW + 60 });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn sign(algorithm: Algorithm, secret: &str, changes: Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(algorithm), &claims(changes), &key).unwrap()
}

fn refusal(token: &str) -> TokenError {
    verifier(&manual_clock()).verify(token).expect_err(token)
}

#[test]
fn a_minted_token_is_accepted_until_it_expires() {
    let clock = manual_clock();
    let token = mint(&clock, "ada", Duration::from_secs(60));
    let verifier = verifier(&clock);
    let caller = verifier.verify(&token).unwrap();
    assert_eq!(caller.user.as_str(), "ada");
    assert_eq!(caller.expires_at.timestamp(), NOW + 60);
    clock.advance(Duration::from_secs(61));
    assert!(verifier.verify(&token).is_ok(), "within the leeway");
    clock.advance(Duration::from_secs(1));
    assert_eq!(verifier.verify(&token), Err(TokenError::Expired));
}

#[test]
fn claims_that_are_missing_wrong_or_out_of_time_are_refused() {
    let cases = [
        json!({ "exp": null }),
        json!({ "sub": null }),
        json!({ "aud": null }),
        json!({ "iss": null }),
        json!({ "aud": "another-api" }),
        json!({ "aud": ["another-api"] }),
        json!({ "aud": [] }),
        json!({ "iss": "somebody" }),
        json!({ "exp": NOW - 30 }),
        json!({ "exp": 0 }),
        json!({ "exp": -1 }),
        json!({ "exp": 1e300 }),
        json!({ "exp": "9999999999" }),
        json!({ "nbf": NOW + 30 }),
        json!({ "nbf": "now" }),
        json!({ "sub": "" }),
        json!({ "sub": "../ada" }),
        json!({ "sub": "ada lovelace" }),
        json!({ "sub": "a".repeat(65) }),
        json!({ "sub": 7 }),
    ];
    for case in cases {
        refusal(&sign(Algorithm::HS256, SECRET, case));
    }
    let fine = json!({ "aud": ["another-api", "todo-api"], "nbf": NOW, "exp": 1_800_000_060.5 });
    let token = sign(Algorithm::HS256, SECRET, fine);
    verifier(&manual_clock()).verify(&token).unwrap();
}

#[test]
fn signatures_that_are_absent_foreign_or_taken_from_another_token_are_refused() {
    let good = sign(Algorithm::HS256, SECRET, json!({}));
    let admin =
        sign(Algorithm::HS256, "another secret of the right length", json!({ "sub": "root" }));
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let foreign_payload = admin.split('.').nth(1).unwrap();
    let cases = [
        admin.clone(),
        // {"alg":"none"}, {"alg":"None"}, {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIn0.{payload}."),
        format!("eyJhbGciOiJOb25lIn0.{payload}."),
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{foreign_payload}.{signature}"),
        format!("{header}.{payload}.{signature}x"),
        format!("{header}.{payload}.{signature}.{signature}"),
        sign(Algorithm::HS384, SECRET, json!({})),
        sign(Algorithm::HS512, SECRET, json!({})),
        String::new(),
        "..".to_owned(),
        "x".repeat(100_000),
    ];
    for case in cases {
        refusal(&case);
    }
}

/// An Ed25519 private key in PKCS #8 (RFC 8410 §7) from a seed.
pub(crate) fn ed25519(seed: u8) -> EncodingKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    EncodingKey::from_ed_der(&der)
}

pub(crate) fn jwk(key: &EncodingKey, id: &str) -> Value {
    let mut jwk = Jwk::from_encoding_key(key, Algorithm::EdDSA).unwrap();
    jwk.common.key_id = Some(id.to_owned());
    serde_json::to_value(jwk).unwrap()
}

#[test]
fn an_issuers_public_keys_are_pinned_to_their_algorithm_and_id() {
    let (ours, theirs) = (ed25519(7), ed25519(8));
    let public = jwk(&ours, "k1");
    let future = json!({ "kty": "FUTURE", "kid": "zz", "alg": "XX1" });
    let set = json!({ "keys": [future, public] }).to_string();
    let keys = KeySet::default().with_jwks(set.as_bytes()).unwrap();
    let verifier = Verifier::new(keys, TokenPolicy::default(), manual_clock());
    let token = |key: &EncodingKey, algorithm, id: Option<&str>| {
        let header = Header { kid: id.map(str::to_owned), ..Header::new(algorithm) };
        encode(&header, &claims(json!({})), key).unwrap()
    };
    verifier.verify(&token(&ours, Algorithm::EdDSA, Some("k1"))).unwrap();
    let unknown = token(&ours, Algorithm::EdDSA, Some("k2"));
    assert_eq!(verifier.verify(&unknown), Err(TokenError::NoKey));
    assert_eq!(verifier.verify(&token(&ours, Algorithm::EdDSA, None)), Err(TokenError::NoKey));
    verifier.verify(&token(&theirs, Algorithm::EdDSA, Some("k1"))).unwrap_err();
    // The classic confusion: the public key, which everyone has, used as an HMAC secret.
    let confused = EncodingKey::from_secret(public["x"].as_str().unwrap().as_bytes());
    let confused = token(&confused, Algorithm::HS256, Some("k1"));
    assert_eq!(verifier.verify(&confused), Err(TokenError::NoKey));
}

#[test]
fn a_key_may_leave_out_its_algorithm_but_not_be_for_something_else() {
    let key = ed25519(7);
    let read = |change: &dyn Fn(&mut Value)| {
        let mut public = jwk(&key, "k1");
        change(&mut public);
        KeySet::default().with_jwks(json!({ "keys": [public] }).to_string().as_bytes())
    };
    let without = |key: &mut Value| drop(key.as_object_mut().unwrap().remove("alg"));
    let token = {
        let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims(json!({})), &key).unwrap()
    };
    for usage in [None, Some("sig")] {
        let keys = read(&|key| {
            without(key);
            if let Some(usage) = usage {
                key["use"] = usage.into();
            }
        });
        let verifier = Verifier::new(keys.unwrap(), TokenPolicy::default(), manual_clock());
        verifier.verify(&token).unwrap();
    }
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS256")),
        ("key_ops", json!(["encrypt"])),
        ("crv", json!("P-256")),
    ] {
        let refused = read(&|key| key[name] = value.clone());
        assert!(matches!(refused, Err(KeyError::NoUsableKey)), "{name} {value}: {refused:?}");
    }
}

#[test]
fn unusable_keys_are_refused() {
    assert!(matches!(KeySet::hs256(&Secret::new("short")), Err(KeyError::ShortSecret)));
    let symmetric =
        json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256" }] }).to_string();
    let published = KeySet::default().with_jwks(symmetric.as_bytes());
    assert!(matches!(published, Err(KeyError::NoUsableKey)));
    assert!(matches!(KeySet::default().with_jwks(b"[]"), Err(KeyError::Unreadable(_))));
}

#[test]
fn the_token_is_found_among_subprotocols() {
    let cases = [
        ("todo.v1, bearer.a.b.c", Some("a.b.c")),
        ("bearer.a.b.c,todo.v1", Some("a.b.c")),
        ("todo.v1", None),
        ("bearer", None),
        ("", None),
    ];
    for (header, expected) in cases {
        assert_eq!(subprotocol_token(header), expected, "{header}");
    }
}

#[derive(Clone)]
struct AppState {
    verifier: Verifier,
}

impl FromRef<AppState> for Verifier {
    fn from_ref(state: &AppState) -> Self {
        state.verifier.clone()
    }
}

async fn whoami(caller: AuthenticatedUser) -> String {
    let expires_at: DateTime<Utc> = caller.expires_at;
    format!("{} until {}", caller.user, expires_at.timestamp())
}

fn router(clock: &Clock) -> Router {
    let verifier = verifier(clock);
    let limiter = Limiter::new(LimitConfig { per_second: 1, burst: 20 }, clock.clone());
    let charged = Router::new()
        .route("/dear", get(whoami))
        .route_layer(from_fn_with_state((verifier.clone(), limiter, Cost::Heavy), charge));
    Router::new()
        .route("/whoami", get(whoami))
        .route("/api/{user_id}/tasks", get(|Owner(user): Owner| async move { user.to_string() }))
        .merge(charged)
        .with_state(AppState { verifier })
}

#[tokio::test]
async fn extractors_answer_401_without_a_token_and_403_to_others() {
    let clock = manual_clock();
    let token = mint(&clock, "ada", Duration::from_secs(60));
    let old = sign(Algorithm::HS256, SECRET, json!({ "exp": NOW - 60 }));
    let bearer = format!("Bearer {token}");
    let cases: &[(&str, &str, &str, u16, &str)] = &[
        ("/whoami", "authorization", &bearer, 200, ""),
        ("/whoami", "authorization", &format!("bearer {token}"), 200, ""),
        ("/whoami", "sec-websocket-protocol", &format!("todo.v1, bearer.{token}"), 200, ""),
        ("/whoami", "x-none", "", 401, "token_missing"),
        ("/whoami", "authorization", &format!("Basic {token}"), 401, "token_missing"),
        ("/whoami", "authorization", &token, 401, "token_missing"),
        ("/whoami", "authorization", "Bearer x", 401, "token_invalid"),
        ("/whoami", "authorization", &format!("Bearer {old}"), 401, "token_expired"),
        ("/api/ada/tasks", "authorization", &bearer, 200, ""),
        ("/api/a%64a/tasks", "authorization", &bearer, 200, ""),
        ("/api/bob/tasks", "authorization", &bearer, 403, "not_your_account"),
        ("/api/ADA/tasks", "authorization", &bearer, 403, "not_your_account"),
        ("/api/ada%00/tasks", "authorization", &bearer, 403, "not_your_account"),
        ("/api/ada/tasks", "x-none", "", 401, "token_missing"),
    ];
    let router = router(&clock);
    for (path, name, value, status, code) in cases {
        let line = format!("GET {path}");
        let answer = send(&router, request(&line, &[(name, value)], "")).await;
        assert_eq!(answer.status, *status, "{path} {name}: {value}");
        if *status >= 400 {
            assert_eq!(answer.problem()["code"], *code, "{path} {name}: {value}");
        }
        assert_eq!(answer.header("www-authenticate").is_empty(), *status != 401, "{path}");
    }
}

#[tokio::test]
async fn a_charged_route_is_limited_for_each_user() {
    let clock = manual_clock();
    let router = router(&clock);
    let get = |user: &str| {
        let bearer = format!("Bearer {}", mint(&clock, user, Duration::from_secs(600)));
        let request = request("GET /dear", &[("authorization", &bearer)], "");
        let router = router.clone();
        async move { send(&router, request).await }
    };
    assert_eq!(get("ada").await.status, 200);
    let refused = get("ada").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.problem()["code"], "rate_limited");
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(get("bob").await.status, 200);
    clock.advance(Duration::from_secs(20));
    assert_eq!(get("ada").await.status, 200);
    assert_eq!(send(&router, request("GET /dear", &[], "")).await.status, 401);
}
