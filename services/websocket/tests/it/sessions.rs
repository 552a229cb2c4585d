//! What open sockets get, and how they end.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::{
    client::{Client, Received},
    server::{Server, eventually, update},
};

#[tokio::test]
async fn every_socket_of_a_user_and_nobody_else_sees_a_change() {
    let server = Server::start().await;
    let (mut page, _) = Client::greeted(&server, "ada").await;
    let (mut phone, _) = Client::greeted(&server, "ada").await;
    let (mut stranger, _) = Client::greeted(&server, "bob").await;
    server.task("ada", 42).await;
    let expected = json!({"type": "task", "event_type": "updated", "task_id": Uuid::nil(),
        "revision": 42, "sequence": 42, "actor": "api",
        "task": {"id": Uuid::nil(), "title": "Pay rent", "description": "", "later": 1.10}});
    assert_eq!(page.frame().await, expected);
    assert_eq!(phone.frame().await, expected);
    let id = Uuid::now_v7();
    server.notification("ada", id).await;
    let expected = json!({"type": "notification", "id": id, "kind": "reminder", "title": "Call mom",
        "body": "due at 17:00", "task_id": Uuid::nil(), "late_by_ms": 3,
        "timestamp": "2026-11-21T12:00:00Z"});
    assert_eq!(page.frame().await, expected);
    assert_eq!(phone.frame().await, expected);
    stranger.nothing_waits().await;
    assert_eq!(Client::greeted(&server, "ada").await.1, Some(42));
}

#[tokio::test]
async fn a_redelivered_event_is_sent_once() {
    let server = Server::start().await;
    let (mut client, _) = Client::greeted(&server, "ada").await;
    let id = Uuid::now_v7();
    for sequence in [1, 2, 1, 2, 4, 3, 4, 3] {
        server.task("ada", sequence).await;
        server.notification("ada", id).await;
    }
    assert_eq!(client.sequences(1).await, [1]);
    assert_eq!(client.frame().await["type"], "notification");
    assert_eq!(client.sequences(3).await, [2, 4, 3]);
    client.nothing_waits().await;
}

#[tokio::test]
async fn what_is_not_for_a_socket_is_acknowledged_and_what_cannot_be_read_is_dropped() {
    let server = Server::start().await;
    let (mut client, _) = Client::greeted(&server, "ada").await;
    let mut broken = update("ada", 1, "");
    broken["sequence"] = json!("one");
    let mut nobodys = broken.clone();
    nobodys["user_id"] = json!("nobody");
    let kind = "todo.task-update.updated.v1";
    let cases = [
        ("todo.task-update.archived.v1", &broken, "SUCCESS"),
        ("todo.task.updated.v1", &broken, "SUCCESS"),
        (kind, &nobodys, "SUCCESS"),
        (kind, &broken, "DROP"),
        (kind, &json!({"user_id": 7}), "DROP"),
        (kind, &json!([]), "DROP"),
        ("todo.notification.raised.v1", &json!({"user_id": "ada"}), "DROP"),
    ];
    for (kind, data, expected) in cases {
        let outcome = server.deliver("/events/task-updates", kind, data).await;
        assert_eq!(outcome, expected, "{kind} {data}");
    }
    assert_eq!(server.deliver("/events/other", kind, &broken).await, "500");
    client.nothing_waits().await;
}

#[tokio::test]
async fn frames_that_cannot_be_read_are_answered_and_the_socket_goes_on() {
    let server = Server::start().await;
    let (mut client, _) = Client::greeted(&server, "ada").await;
    for text in ["", "{}", "{\"type\":\"shout\"}", "nonsense"] {
        client.send_text(text).await;
        assert_eq!(client.frame().await["type"], "error", "{text}");
    }
    client.try_send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(client.frame().await, json!({"type": "error", "detail": "frames are JSON text"}));
    client.nothing_waits().await;
}

#[tokio::test]
async fn a_flood_and_an_oversized_message_end_the_socket() {
    let server = Server::start().await;
    let (mut client, _) = Client::greeted(&server, "ada").await;
    for _ in 0..30 {
        client.try_send(Message::text(r#"{"type":"ping"}"#)).await;
    }
    assert_eq!(client.end().await, Received::Closed(4029));
    let (mut client, _) = Client::greeted(&server, "ada").await;
    client.try_send(Message::text("x".repeat(20_000))).await;
    assert_eq!(client.end().await, Received::Closed(1009));
    eventually("both seats are free", || server.hub.sockets() == 0).await;
}

#[tokio::test]
async fn sockets_of_one_user_are_counted() {
    let server = Server::with(&[("MAX_SOCKETS_PER_USER", "2"), ("MAX_SOCKETS", "3")]).await;
    let first = Client::greeted(&server, "ada").await;
    let _second = Client::greeted(&server, "ada").await;
    assert_eq!(Client::connect(&server, "ada").await.end().await, Received::Closed(4003));
    let _third = Client::greeted(&server, "bob").await;
    assert_eq!(Client::connect(&server, "eve").await.end().await, Received::Closed(1013));
    drop(first);
    eventually("a seat is free", || server.hub.sockets() == 2).await;
    Client::greeted(&server, "ada").await;
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let server = Server::start().await;
    let offer = format!("todo.v1, bearer.{}", server.token("ada"));
    server.clock.advance(Duration::from_millis(59_900));
    let request = crate::client::request(&server, &[("sec-websocket-protocol", &offer)]);
    let mut client = crate::client::open(request).await.ok().unwrap();
    assert_eq!(client.end().await, Received::Closed(4001));
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_let_go() {
    let server = Server::with(&[("PING_SECONDS", "1"), ("PONG_SECONDS", "1")]).await;
    let (mut lively, _) = Client::greeted(&server, "bob").await;
    let (_deaf, _) = Client::greeted(&server, "ada").await;
    // Reading answers pings; whoever does not read is silent.
    let reading = tokio::spawn(async move { lively.end().await });
    eventually("the silent one is gone", || server.hub.sockets() == 1).await;
    server.cancel.cancel();
    assert_eq!(reading.await.unwrap(), Received::Closed(1001));
}

#[tokio::test]
async fn a_stop_tells_every_client_to_go_elsewhere() {
    let server = Server::start().await;
    let mut clients = Vec::new();
    for user in ["ada", "ada", "bob"] {
        clients.push(Client::greeted(&server, user).await.0);
    }
    server.cancel.cancel();
    for client in &mut clients {
        assert_eq!(client.end().await, Received::Closed(1001));
    }
    assert_eq!(Client::connect(&server, "eve").await.end().await, Received::Closed(1001));
}
