//! Tokens of an issuer whose keys are read through the sidecar.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get};
use chrono::TimeDelta;
use futures_util::future::join_all;
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{
    BaseConfig, Clock, Env, FromEnv, Health, Kit, Problem, Reader, Tasks, Verifier,
    auth::{IssuerConfig, TokenError, TokenPolicy},
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::tokens::{claims, ed25519, jwk, keys, manual_clock, mint};

/// A sidecar that knows an issuer, and who asks it.
struct Stage {
    verifier: Verifier,
    clock: Clock,
    answer: Arc<Mutex<(StatusCode, Value)>>,
    asked: Arc<AtomicUsize>,
    _stop: DropGuard,
}

impl Stage {
    async fn open(status: StatusCode, keys_of_issuer: Value) -> Self {
        let answer = Arc::new(Mutex::new((status, keys_of_issuer)));
        let asked = Arc::new(AtomicUsize::new(0));
        let (given, counted) = (Arc::clone(&answer), Arc::clone(&asked));
        let keys_route = get(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let (status, keys) = given.lock().unwrap_or_else(PoisonError::into_inner).clone();
            async move { (status, axum::Json(keys)) }
        });
        let sidecar = Router::new().route("/v1.0/invoke/issuer/method/realms/keys", keys_route);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, sidecar).await });
        let (clock, cancel) = (manual_clock(), CancellationToken::new());
        let mut reader = Reader::new(
            [("JWKS_ENDPOINT", "issuer"), ("JWKS_PATH", "/realms/keys"), ("APP_PORT", "0")]
                .into_iter()
                .collect::<Env>(),
        );
        let kit = Kit {
            base: BaseConfig::read(&mut reader),
            dapr: Dapr::new(&DaprConfig::local(port)).unwrap(),
            clock: clock.clone(),
            health: Health::default(),
            tasks: Tasks::unsupervised(cancel.clone()),
            cancel: cancel.clone(),
        };
        let issuer = IssuerConfig::read(&mut reader);
        assert!(issuer.is_some());
        let verifier = kit.verifier(keys(), TokenPolicy::default(), issuer);
        Self { verifier, clock, answer, asked, _stop: cancel.drop_guard() }
    }

    fn answers(&self, status: StatusCode, keys: Value) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = (status, keys);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn check(&self, token: &str) -> Result<String, TokenError> {
        self.verifier.check(token).await.map(|caller| caller.user.to_string())
    }
}

fn set(keys: &[(&EncodingKey, &str)]) -> Value {
    let keys: Vec<Value> = keys.iter().map(|(key, id)| jwk(key, id)).collect();
    json!({ "keys": keys })
}

fn token(key: &EncodingKey, id: &str) -> String {
    let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, &claims(json!({})), key).unwrap()
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_for_all_who_wait() {
    let (old, new) = (ed25519(7), ed25519(8));
    let stage = Stage::open(StatusCode::OK, set(&[(&old, "k1")])).await;
    // Whoever comes first: the one who looks after the keys, or a person.
    assert_eq!(stage.check(&token(&old, "k1")).await.unwrap(), "ada");
    assert_eq!(stage.asked(), 1);
    let own = mint(&stage.clock, "bob", std::time::Duration::from_secs(60));
    assert_eq!(stage.check(&own).await.unwrap(), "bob", "the shared secret signs beside it");

    // Anybody can make up keys; the issuer is not asked for each.
    stage.answers(StatusCode::OK, set(&[(&old, "k1"), (&new, "k2")]));
    for _ in 0..3 {
        assert_eq!(stage.check(&token(&new, "k2")).await, Err(TokenError::NoKey));
    }
    assert_eq!(stage.asked(), 1);
    advance(&stage, 10);
    let (known, forged) = (token(&new, "k2"), token(&old, "k3"));
    let crowd = (0..20).map(|number| stage.check(if number % 2 == 0 { &known } else { &forged }));
    for (number, checked) in join_all(crowd).await.into_iter().enumerate() {
        let expected = if number % 2 == 0 { Ok("ada".to_owned()) } else { Err(TokenError::NoKey) };
        assert_eq!(checked, expected);
    }
    assert_eq!(stage.asked(), 2);

    // What the issuer has withdrawn is good for nothing once the keys are read again.
    stage.answers(StatusCode::OK, set(&[(&new, "k2")]));
    advance(&stage, 10);
    assert_eq!(stage.check(&forged).await, Err(TokenError::NoKey));
    assert_eq!(stage.check(&token(&old, "k1")).await, Err(TokenError::NoKey));
    assert_eq!(stage.check(&known).await.unwrap(), "ada");
}

#[tokio::test]
async fn an_issuer_that_is_away_makes_no_token_bad() {
    let (old, new) = (ed25519(7), ed25519(8));
    let away = StatusCode::SERVICE_UNAVAILABLE;
    let stage = Stage::open(away, json!({})).await;
    let good = token(&old, "k1");
    let refused = stage.check(&good).await.unwrap_err();
    assert_eq!(refused, TokenError::IssuerAway);
    let problem = Problem::from(refused);
    assert_eq!((problem.status(), problem.code()), (away, "issuer_unavailable"));
    let own = mint(&stage.clock, "bob", std::time::Duration::from_secs(60));
    assert_eq!(stage.check(&own).await.unwrap(), "bob");
    // What no key could make good is bad in any case.
    let shared = EncodingKey::from_secret(&[7; 64]);
    let hs512 = encode(&Header::new(Algorithm::HS512), &claims(json!({})), &shared).unwrap();
    for bad in ["nonsense", &hs512] {
        assert_eq!(stage.check(bad).await.map_err(Problem::from).unwrap_err().status(), 401);
    }

    stage.answers(StatusCode::OK, set(&[(&old, "k1")]));
    advance(&stage, 1);
    assert_eq!(stage.check(&good).await.unwrap(), "ada");

    // What is known stays known; of what is not, nobody can say anything.
    for (status, keys) in [(away, json!({})), (StatusCode::OK, json!({ "keys": [] }))] {
        stage.answers(status, keys);
        advance(&stage, 10);
        assert_eq!(stage.check(&token(&new, "k2")).await, Err(TokenError::IssuerAway));
        assert_eq!(stage.check(&good).await.unwrap(), "ada");
    }
}

#[test]
fn an_issuer_is_there_when_it_is_named() {
    let read = |variables: &[(&str, &str)]| {
        let mut reader = Reader::new(variables.iter().copied().collect::<Env>());
        let issuer = IssuerConfig::read(&mut reader);
        (issuer, reader.finish().map_or_else(|faults| faults.0.len(), |()| 0))
    };
    assert_eq!(read(&[]), (None, 0));
    assert_eq!(read(&[("JWKS_ENDPOINT", "")]), (None, 0));
    let (issuer, faults) = read(&[("JWKS_ENDPOINT", "issuer")]);
    assert_eq!((issuer.unwrap().path.as_str(), faults), (".well-known/jwks.json", 0));
    for seconds in ["9", "86401", "often"] {
        let variables = [("JWKS_ENDPOINT", "issuer"), ("JWKS_REFRESH_SECONDS", seconds)];
        assert_eq!(read(&variables).1, 1, "{seconds}");
    }
}

fn advance(stage: &Stage, seconds: i64) {
    stage.clock.set(stage.clock.now() + TimeDelta::seconds(seconds));
}
