//! Many sockets, and one that does not keep up.

use std::{sync::Arc, time::Instant};

use futures_util::future::join_all;

use crate::{
    client::{Client, Received},
    server::{Server, eventually},
};

#[tokio::test]
async fn a_slow_client_is_closed_while_the_others_go_on() {
    let server = Server::with(&[("QUEUE_FRAMES", "8")]).await;
    let (mut slow, _) = Client::greeted(&server, "ada").await;
    let (mut quick, _) = Client::greeted(&server, "ada").await;
    let description = "x".repeat(200_000);
    let mut sequence = 0;
    // The network of this machine takes some megabytes before the slow client is noticed.
    while server.hub.sockets() == 2 {
        sequence += 1;
        assert!(sequence < 1_000, "the slow client was never noticed");
        server.task_described("ada", sequence, &description).await;
        assert_eq!(quick.sequences(1).await, [sequence]);
    }
    assert!(matches!(slow.end().await, Received::Closed(4008) | Received::Broken));
    server.task("ada", sequence + 1).await;
    assert_eq!(quick.sequences(1).await, [sequence + 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_sockets_get_one_change() {
    const SOCKETS: usize = 1_000;
    let server = Arc::new(Server::with(&[("MAX_SOCKETS_PER_USER", "2000")]).await);
    let mut clients = Vec::new();
    for _ in 0..SOCKETS / 50 {
        let opening = (0..50).map(|_| Client::greeted(&server, "ada"));
        clients.extend(join_all(opening).await.into_iter().map(|(client, _)| client));
    }
    assert_eq!(server.hub.sockets(), SOCKETS);
    let started = Instant::now();
    server.task("ada", 1).await;
    let received = join_all(clients.iter_mut().map(|client| client.sequences(1))).await;
    println!("{SOCKETS} sockets in {:?}", started.elapsed());
    assert!(received.iter().all(|sequences| sequences == &[1]));
    drop(clients);
    eventually("every seat is free", || server.hub.sockets() == 0).await;
}
