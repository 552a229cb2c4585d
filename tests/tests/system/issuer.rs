//! Tokens of an issuer, such as a sign-in service: its keys come through the sidecars, and change.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{encoding::AsDer, rsa};
use axum::{Json, Router, http::StatusCode as Status, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use reqwest::StatusCode;
use serde_json::{Value, json};
use todo_local_runtime::free_ports::FreePorts;
use todo_tests::{Answer, Person, Product, ProductBuilder, eventually};
use tokio::net::TcpListener;

use crate::tokens::upgrade;

const ENDPOINT: &str = include_str!("../../../dapr/optional/issuer.yaml");
const NAME: &str = "https://login.example.com/realms/todo";
const AUDIENCE: &str = "todo-of-ada";

/// A key pair for RS256, which nearly every issuer signs with.
struct Key {
    id: &'static str,
    private: EncodingKey,
}

impl Key {
    fn new(id: &'static str) -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let text = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        Self { id, private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap() }
    }

    /// Its public half, as Microsoft Entra publishes it: without an algorithm.
    fn public(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.private, Algorithm::RS256).unwrap();
        (key.common.key_id, key.common.key_algorithm) = (Some(self.id.to_owned()), None);
        serde_json::to_value(key).unwrap()
    }

    fn token(&self, user: &str, changes: &Value) -> String {
        #[expect(clippy::disallowed_methods, reason = "an issuer has a clock of its own")]
        let now = Utc::now().timestamp();
        let mut claims = json!({ "iss": NAME, "aud": AUDIENCE, "sub": user, "exp": now + 3600 });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = Header { kid: Some(self.id.to_owned()), ..Header::new(Algorithm::RS256) };
        encode(&header, &claims, &self.private).unwrap()
    }
}

/// What the issuer answers.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<Option<Vec<Value>>>>);

impl Keys {
    fn are(&self, keys: Option<&[&Key]>) {
        let keys = keys.map(|keys| keys.iter().map(|key| key.public()).collect());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    async fn listen(&self, port: u16) {
        let keys = self.clone();
        let answer = async move || match &*keys.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(keys) => Ok(Json(json!({ "keys": keys }))),
            None => Err(Status::SERVICE_UNAVAILABLE),
        };
        let router = Router::new().route("/realms/todo/keys", get(answer));
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
}

fn product(port: u16) -> ProductBuilder {
    let endpoint = ENDPOINT.replace("127.0.0.1:9001", &format!("127.0.0.1:{port}"));
    assert_ne!(endpoint, ENDPOINT);
    let builder = Product::builder().further_file("dapr/components/issuer.yaml", endpoint);
    ["chat-api", "websocket"].into_iter().fold(builder, |builder, app| {
        builder
            .variable(app, "JWT_ISSUER", NAME)
            .variable(app, "JWT_AUDIENCE", AUDIENCE)
            .variable(app, "JWKS_ENDPOINT", "issuer")
            .variable(app, "JWKS_PATH", "realms/todo/keys")
    })
}

async fn list(person: &Person) -> Answer {
    person.get("/tasks").await
}

#[tokio::test]
async fn whoever_an_issuer_vouches_for_comes_in() {
    let mut ports = FreePorts::default();
    let port = ports.take().unwrap();
    let (first, second, forged) = (Key::new("k1"), Key::new("k2"), Key::new("k1"));
    let product = product(port).start().await.unwrap();

    // An issuer that is away keeps nobody from starting, and makes no token a bad one.
    let own = product.person("own").await.unwrap();
    let ada = own.with_token(first.token(own.user(), &json!({})));
    let away = list(&ada).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{:#}", away.body);
    assert_eq!(away.body["code"], "issuer_unavailable");
    assert!(away.headers.contains_key("retry-after"));
    let socket = upgrade(product.client(), &product.public_url("websocket").unwrap());
    let socket = socket.header("sec-websocket-protocol", "todo.v1");
    let tool = product.client().post(product.url("/mcp"));
    for (what, request) in [("a socket", socket), ("a tool", tool)] {
        let answer = ada.send(request.bearer_auth(ada.token())).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{what}: {:#}", answer.body);
        assert_eq!(answer.body["code"], "issuer_unavailable", "{what}");
    }
    assert_eq!(list(&own).await.status, StatusCode::OK, "the secret of the suite signs beside it");

    let keys = Keys::default();
    keys.are(Some(&[&first]));
    keys.listen(port).await;
    eventually("a token of the issuer", async || {
        (list(&ada).await.status == StatusCode::OK).then_some(())
    })
    .await;
    let mut socket = eventually("a socket", async || product.socket(&ada).await.ok()).await;
    let task = ada.add(json!({ "title": "vouched for" })).await;
    socket.until(|frame| frame["task"]["id"] == task["id"]).await.unwrap();

    for (what, token) in [
        ("another's key under the same name", forged.token(ada.user(), &json!({}))),
        ("another audience", first.token(ada.user(), &json!({ "aud": "mail" }))),
        ("another issuer", first.token(ada.user(), &json!({ "iss": "https://evil.example" }))),
        ("expired", first.token(ada.user(), &json!({ "exp": 1_700_000_000 }))),
        ("a subject that cannot be a user", first.token(ada.user(), &json!({ "sub": "a|b" }))),
        ("a key that nobody has", second.token(ada.user(), &json!({}))),
    ] {
        let refused = list(&ada.with_token(token)).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{what}: {:#}", refused.body);
    }
    let eve = ada.with_token(first.token("eve", &json!({})));
    assert_eq!(list(&eve).await.status, StatusCode::FORBIDDEN);

    // A new key is found when the first token names it.
    keys.are(Some(&[&first, &second]));
    let later = ada.with_token(second.token(ada.user(), &json!({})));
    eventually("a token of the new key", async || {
        (list(&later).await.status == StatusCode::OK).then_some(())
    })
    .await;

    // Away again: what is known is enough, and of what is not, nobody can say anything.
    keys.are(None);
    let unknown = Key::new("k3").token(ada.user(), &json!({}));
    let away = list(&ada.with_token(unknown)).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{:#}", away.body);
    assert_eq!(list(&later).await.status, StatusCode::OK);
    assert_eq!(list(&ada).await.status, StatusCode::OK);
}
