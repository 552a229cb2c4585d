//! Coming back after a break.

use serde_json::json;
use uuid::Uuid;

use crate::{
    client::Client,
    server::{Server, eventually},
};

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_and_nothing_twice() {
    let server = Server::start().await;
    let (mut client, newest) = Client::greeted(&server, "ada").await;
    assert_eq!(newest, None);
    server.task("ada", 7).await;
    assert_eq!(client.sequences(1).await, [7]);
    drop(client);
    eventually("the seat is free", || server.hub.sockets() == 0).await;
    server.task("ada", 8).await;
    let missed = Uuid::now_v7();
    server.notification("ada", missed).await;
    server.task("ada", 9).await;
    let (mut client, newest) = Client::greeted(&server, "ada").await;
    assert_eq!(newest, Some(9));
    client.send(json!({"type": "resume", "sequence": 7})).await;
    assert_eq!(client.sequences(1).await, [8]);
    assert_eq!(client.frame().await["id"], json!(missed));
    assert_eq!(client.sequences(1).await, [9]);
    client.nothing_waits().await;
    server.task("ada", 10).await;
    assert_eq!(client.sequences(1).await, [10]);
}

#[tokio::test]
async fn what_cannot_be_replayed_is_to_be_listed() {
    let server = Server::with(&[("HISTORY_FRAMES", "2")]).await;
    let (mut client, _) = Client::greeted(&server, "ada").await;
    let mut ask = async |sequence: u64| {
        client.send(json!({"type": "resume", "sequence": sequence})).await;
        client.frame().await
    };
    let resync = |reason: &str| json!({"type": "resync", "reason": reason});
    assert_eq!(ask(7).await, resync("no_history"));
    for sequence in [8, 9, 10] {
        server.task("ada", sequence).await;
    }
    // The live frames stand before the answer.
    assert_eq!(ask(6).await["sequence"], 8);
    assert_eq!(client.sequences(2).await, [9, 10]);
    assert_eq!(client.frame().await, resync("too_old"));
    server.task("ada", 12).await;
    assert_eq!(client.sequences(1).await, [12]);
    client.send(json!({"type": "resume", "sequence": 9})).await;
    assert_eq!(client.frame().await, resync("gap"));
    client.nothing_waits().await;
}
