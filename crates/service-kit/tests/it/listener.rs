//! The accept loop over real sockets.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{
        ConnectInfo, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
    routing::{get, post},
};
use todo_service_kit::{
    http::{PublicOptions, public},
    serve::{ServeOptions, serve},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::harness::{Wire, fetch, within};

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket: WebSocket| async move {
        while let Some(Ok(Message::Text(text))) = socket.recv().await {
            if socket.send(Message::Text(text)).await.is_err() {
                break;
            }
        }
    })
}

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

async fn start(options: ServeOptions) -> Running {
    start_with(options, plain()).await
}

fn plain() -> Router {
    Router::new()
        .route(
            "/peer",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route("/length", post(|body: Bytes| async move { format!("length {}", body.len()) }))
        .route("/ws", get(echo))
}

async fn start_with(options: ServeOptions, router: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(listener, router, options, stop.clone()));
    Running { address, stop, server }
}

fn hasty() -> ServeOptions {
    ServeOptions { head_timeout: Duration::from_millis(50), ..ServeOptions::public() }
}

fn guarded() -> Router {
    let routes = Router::new()
        .route("/length", post(|body: Bytes| async move { format!("length {}", body.len()) }));
    public(routes, 1024, &PublicOptions::default())
}

const HALF: &str = "GET /peer HTTP/1.1\r\nhost: te";
const WHOLE: &str = "GET /peer HTTP/1.1\r\nhost: test\r\n\r\n";

#[tokio::test]
async fn a_half_sent_head_is_closed() {
    let running = start(hasty()).await;
    let mut wire = Wire::connect(running.address).await.unwrap();
    wire.write(HALF).await;
    assert_eq!(wire.read_to_end().await, "");
    let mut silent = Wire::connect(running.address).await.unwrap();
    assert_eq!(silent.read_to_end().await, "", "a first head that never begins is no better");
}

#[tokio::test]
async fn a_half_sent_head_on_a_used_connection_is_closed() {
    let running = start(hasty()).await;
    let mut wire = Wire::connect(running.address).await.unwrap();
    wire.write(WHOLE).await;
    wire.read_until("127.0.0.1").await;
    wire.write(HALF).await;
    wire.read_to_end().await;
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let running = start(ServeOptions::public()).await;
    let long = format!("GET /peer HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let many = format!("GET /peer HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(150));
    for head in [long, many] {
        let mut wire = Wire::connect(running.address).await.unwrap();
        wire.write(&head).await;
        let answer = wire.read_to_end().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn whoever_sends_too_much_gets_to_read_that_it_is_too_much() {
    let running = start_with(ServeOptions::public(), guarded()).await;
    let mut wire = Wire::connect(running.address).await.unwrap();
    let length = 12 * 1024 * 1024;
    wire.write(format!("POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n"))
        .await;
    wire.write("x".repeat(length)).await;
    wire.read_until("payload_too_large").await;
}

#[tokio::test]
async fn whoever_asks_before_sending_is_refused_before_sending() {
    let running = start_with(ServeOptions::public(), guarded()).await;
    let mut wire = Wire::connect(running.address).await.unwrap();
    wire.write("POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: 5000\r\nexpect: 100-continue\r\n\r\n").await;
    let answer = wire.read_until("payload_too_large").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_stop_answers_what_is_in_flight_and_takes_nothing_new() {
    let running = start(ServeOptions::public()).await;
    let mut idle = Wire::connect(running.address).await.unwrap();
    idle.write(WHOLE).await;
    idle.read_until("127.0.0.1").await;
    let mut busy = Wire::connect(running.address).await.unwrap();
    let head =
        "POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n";
    busy.write(head).await;
    busy.read_until("100 Continue").await;

    running.stop.cancel();
    idle.read_to_end().await;
    fetch(running.address, "GET /peer").await.expect_err("the listener is closed");
    assert!(!running.server.is_finished());
    busy.write("done").await;
    let answer = busy.read_to_end().await;
    assert!(answer.ends_with("length 4"), "{answer}");
    within(running.server).await.unwrap();
}

#[tokio::test]
async fn connections_over_the_limit_wait_for_a_place() {
    let options = ServeOptions { max_connections: 1, ..ServeOptions::public() };
    let running = start(options).await;
    let mut first = Wire::connect(running.address).await.unwrap();
    first.write(WHOLE).await;
    first.read_until("127.0.0.1").await;
    let mut second = Wire::connect(running.address).await.unwrap();
    second.write(WHOLE).await;
    first.write("GET /peer HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await;
    first.read_to_end().await;
    second.read_until("127.0.0.1").await;
}

#[tokio::test]
async fn an_upgraded_connection_outlives_the_stop() {
    let running = start(hasty()).await;
    let mut wire = Wire::connect(running.address).await.unwrap();
    let head = "GET /ws HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    wire.write(head).await;
    let answer = wire.read_until("\r\n\r\n").await;
    assert!(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{answer}");
    running.stop.cancel();
    within(running.server).await.unwrap();
    // RFC 6455 §5.2: a text frame "hi", masked with zeros, and its unmasked echo.
    wire.write([0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).await;
    assert_eq!(wire.read_exact().await, [0x81, 2, b'h', b'i']);
}
