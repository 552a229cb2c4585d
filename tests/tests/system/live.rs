//! Every open client is in step.

use serde_json::json;

use crate::{shared::product, tokens::upgrade};

#[tokio::test]
async fn two_clients_see_every_change_in_order() {
    let ada = product().person("ada").await.unwrap();
    let mut sockets =
        [product().socket(&ada).await.unwrap(), product().socket(&ada).await.unwrap()];
    let task = ada.add(json!({ "title": "one" })).await;
    let path = format!("/tasks/{}", task["number"]);
    ada.patch(&path, json!({ "title": "two", "priority": "high" })).await;
    ada.patch(&format!("{path}/complete"), json!({})).await;
    ada.send(ada.request(reqwest::Method::DELETE, &path)).await;
    for socket in &mut sockets {
        for (sequence, change) in (1..).zip(["created", "updated", "completed", "deleted"]) {
            assert_eq!(socket.change(sequence).await.unwrap()["event_type"], change);
        }
    }
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_or_is_told_to_list() {
    let ada = product().person("ada").await.unwrap();
    let mut first = product().socket(&ada).await.unwrap();
    ada.add(json!({ "title": "one" })).await;
    first.until(|frame| frame["sequence"] == 1).await.unwrap();
    ada.add(json!({ "title": "two" })).await;
    first.until(|frame| frame["sequence"] == 2).await.unwrap();
    let mut second = product().socket(&ada).await.unwrap();
    second.send(json!({ "type": "resume", "sequence": 1 })).await.unwrap();
    let frame = second.until(|frame| frame["type"] != "hello").await.unwrap();
    assert_eq!((&frame["type"], &frame["sequence"]), (&json!("task"), &json!(2)));
    let listed = ada.get("/tasks").await;
    assert_eq!(listed.body["sequence"], 2);
    // Nothing is remembered of somebody whose changes no socket has ever seen.
    let bob = product().person("bob").await.unwrap();
    let mut lost = product().socket(&bob).await.unwrap();
    lost.send(json!({ "type": "resume", "sequence": 5 })).await.unwrap();
    lost.until(|frame| frame["type"] == "resync").await.unwrap();
}

#[tokio::test]
async fn a_socket_needs_a_good_token() {
    let ada = product().person("ada").await.unwrap();
    let url = product().public_url("websocket").unwrap();
    for protocols in ["todo.v1", "todo.v1, bearer.x", "bearer."] {
        let request = upgrade(product().client(), &url);
        let answer = ada.send(request.header("sec-websocket-protocol", protocols)).await;
        assert_eq!(answer.status, 401, "{protocols}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}
