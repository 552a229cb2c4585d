//! No door opens to a bad token.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use todo_tests::{Forger, Product};

use crate::shared::product;

/// Every operation of the description that needs a token, with its path filled in.
async fn guarded(product: &Product, user: &str) -> Vec<(Method, String)> {
    let text = product.client().get(product.url("/openapi.json")).send().await.unwrap();
    let document: Value = serde_json::from_str(&text.text().await.unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["security"] != json!([]) && !operation["security"].is_null() {
                let path = path.replace("{user_id}", user).replace("{id}", "1");
                found.push((method.to_uppercase().parse().unwrap(), product.url(&path)));
            }
        }
    }
    assert!(found.len() >= 17, "{found:?}");
    found
}

/// A request for a socket.
pub(crate) fn upgrade(client: &Client, url: &str) -> RequestBuilder {
    client
        .get(format!("{url}/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn assert_refused(what: &str, request: RequestBuilder) {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 401, "{what}");
    let headers = answer.headers().clone();
    assert_eq!(headers["content-type"], "application/problem+json", "{what}");
    assert!(headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"), "{what}");
    let problem: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let code = problem["code"].as_str().unwrap_or_default();
    assert!(code.starts_with("token_"), "{what}: {problem:#}");
}

#[tokio::test]
async fn every_route_refuses_every_bad_token() {
    let ada = product().person("ada").await.unwrap();
    let task = ada.add(json!({ "title": "safe" })).await;
    let forger = Forger::new(&product().secrets().jwt_secret, ada.user());
    for (method, url) in guarded(product(), ada.user()).await {
        let request = || product().client().request(method.clone(), &url);
        assert_refused(&format!("{method} {url} without a token"), request()).await;
        for (fault, token) in forger.bad_tokens() {
            let what = format!("{method} {url} with {fault}");
            assert_refused(&what, request().bearer_auth(&token)).await;
        }
        let good = forger.signed(|_| {});
        let query = format!("{url}?access_token={good}&token={good}");
        let places = [
            ("in the query", product().client().request(method.clone(), query)),
            ("as Basic", request().header("authorization", format!("Basic {good}"))),
            ("without a scheme", request().header("authorization", &good)),
            ("in a cookie", request().header("cookie", format!("token={good}"))),
        ];
        for (place, request) in places {
            assert_refused(&format!("{method} {url} with a token {place}"), request).await;
        }
    }
    assert_eq!(ada.get(&format!("/tasks/{}", task["number"])).await.body["revision"], 1);
}

#[tokio::test]
async fn the_websocket_refuses_every_bad_token() {
    let ada = product().person("ada").await.unwrap();
    let (client, url) = (product().client(), product().public_url("websocket").unwrap());
    let forger = Forger::new(&product().secrets().jwt_secret, ada.user());
    for (fault, token) in forger.bad_tokens() {
        let protocols = format!("todo.v1, bearer.{token}");
        let offered = upgrade(client, &url).header("sec-websocket-protocol", protocols);
        assert_refused(&format!("subprotocol with {fault}"), offered).await;
        let header =
            upgrade(client, &url).header("sec-websocket-protocol", "todo.v1").bearer_auth(&token);
        assert_refused(&format!("header with {fault}"), header).await;
    }
    let good = forger.signed(|_| {});
    let query = upgrade(client, &format!("{url}/ws?token={good}#"))
        .header("sec-websocket-protocol", "todo.v1");
    assert_refused("a token in the query", query).await;
    let offered =
        upgrade(client, &url).header("sec-websocket-protocol", format!("todo.v1, bearer.{good}"));
    assert_eq!(offered.send().await.unwrap().status(), 101, "the same with a good token");
}

#[tokio::test]
async fn a_good_token_of_another_user_opens_nothing_here() {
    let (ada, eve) =
        (product().person("ada").await.unwrap(), product().person("eve").await.unwrap());
    ada.add(json!({ "title": "safe" })).await;
    for (method, url) in guarded(product(), ada.user()).await {
        let request = product().client().request(method.clone(), &url).bearer_auth(eve.token());
        let answer = eve.send(request.json(&json!({}))).await;
        assert_eq!(answer.status, 403, "{method} {url}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}
