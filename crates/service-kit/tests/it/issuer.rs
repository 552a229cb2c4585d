//! Tokens of an issuer whose keys are read through the sidecar.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get};
use futures_util::{FutureExt as _, future::join_all};
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{
    BaseConfig, Clock, Env, FromEnv, Health, Kit, Problem, Reader, Tasks, Verifier,
    auth::{IssuerConfig, TokenError, TokenPolicy},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    harness::within,
    tokens::{claims, ed25519, jwk, keys, manual_clock, mint},
};

/// A sidecar that knows an issuer, and who asks it.
struct Stage {
    verifier: Verifier,
    clock: Clock,
    answer: Arc<Mutex<(StatusCode, Value)>>,
    asked: Arc<AtomicUsize>,
    cancel: CancellationToken,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
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
        Self { verifier, clock, answer, asked, cancel }
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
    changed(key, id, json!({}))
}

fn changed(key: &EncodingKey, id: &str, changes: Value) -> String {
    let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, &claims(changes), key).unwrap()
}

#[tokio::test]
async fn a_new_key_is_found_by_the_first_token_that_names_it_and_made_up_ones_cost_nothing() {
    let (old, new) = (ed25519(7), ed25519(8));
    let stage = Stage::open(StatusCode::OK, set(&[(&old, "k1")])).await;
    assert_eq!(stage.check(&token(&old, "k1")).await.unwrap(), "ada");
    let own = mint(&stage.clock, "bob", Duration::from_secs(60));
    assert_eq!(stage.check(&own).await.unwrap(), "bob", "the shared secret signs beside it");

    // What no key could make good is not worth a question.
    for changes in [
        json!({ "exp": 1 }),
        json!({ "aud": "mail" }),
        json!({ "aud": ["a", "b"] }),
        json!({ "iss": "me" }),
        json!({ "sub": "a|b" }),
        json!({ "exp": null }),
    ] {
        let bad = changed(&new, "k2", changes);
        assert_eq!(stage.check(&bad).await.map_err(Problem::from).unwrap_err().status(), 401);
    }
    // One at the start, and one if the first token came before its answer.
    assert!(stage.asked() <= 2, "{} times", stage.asked());

    // Neither is who does not wait for the answer, nor is everybody who does one of his own.
    let before = stage.asked();
    stage.answers(StatusCode::OK, set(&[(&old, "k1"), (&new, "k2")]));
    let (known, forged, replaced) = (token(&new, "k2"), token(&old, "k3"), token(&new, "k1"));
    for _ in 0..50 {
        assert!(stage.check(&forged).now_or_never().is_none());
    }
    let crowd = (0..30).map(|number| stage.check([&known, &forged, &replaced][number % 3]));
    for (number, checked) in join_all(crowd).await.into_iter().enumerate() {
        let expected = if number % 3 == 0 { Ok("ada".to_owned()) } else { Err(TokenError::NoKey) };
        assert_eq!(checked, expected, "{number}");
    }
    assert!(stage.asked() - before <= 2, "{} times for eighty tokens", stage.asked() - before);

    // Another key under the same name is a new key, too.
    stage.answers(StatusCode::OK, set(&[(&new, "k1")]));
    assert_eq!(stage.check(&replaced).await.unwrap(), "ada");

    // What the issuer has withdrawn is good for nothing, and be it everything.
    stage.answers(StatusCode::OK, json!({ "keys": [] }));
    assert_eq!(stage.check(&forged).await, Err(TokenError::NoKey));
    for withdrawn in [token(&old, "k1"), known, replaced] {
        assert_eq!(stage.verifier.verify(&withdrawn), Err(TokenError::NoKey));
    }
    assert_eq!(stage.check(&own).await.unwrap(), "bob");
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
    let own = mint(&stage.clock, "bob", Duration::from_secs(60));
    assert_eq!(stage.check(&own).await.unwrap(), "bob");
    // What no key could make good is bad in any case.
    let shared = EncodingKey::from_secret(&[7; 64]);
    let hs512 = encode(&Header::new(Algorithm::HS512), &claims(json!({})), &shared).unwrap();
    let expired = changed(&old, "k1", json!({ "exp": 1 }));
    for bad in ["nonsense", &hs512, &expired] {
        assert_eq!(stage.check(bad).await.map_err(Problem::from).unwrap_err().status(), 401);
    }

    stage.answers(StatusCode::OK, set(&[(&old, "k1")]));
    // It is asked again by itself.
    let accepted = async {
        while stage.check(&good).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(accepted).await;

    // What is known stays known; of what is not, nobody can say anything.
    stage.answers(StatusCode::OK, json!("no key set"));
    assert_eq!(stage.check(&token(&new, "k2")).await, Err(TokenError::IssuerAway));
    assert_eq!(stage.check(&good).await.unwrap(), "ada");

    // Nobody waits for one who has gone.
    stage.cancel.cancel();
    let gone = within(stage.check(&token(&new, "k3"))).await;
    assert_eq!(gone, Err(TokenError::IssuerAway));
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
    for address in ["https://login.example.com", "issuer/keys", "issuer:8080"] {
        assert_eq!(read(&[("JWKS_ENDPOINT", address)]).1, 1, "{address}");
    }
    for seconds in ["9", "86401", "often"] {
        let variables = [("JWKS_ENDPOINT", "issuer"), ("JWKS_REFRESH_SECONDS", seconds)];
        assert_eq!(read(&variables).1, 1, "{seconds}");
    }
}
