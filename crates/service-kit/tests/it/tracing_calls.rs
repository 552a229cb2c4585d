//! The trace goes from a request to the sidecar calls it makes.

use std::time::Duration;

use axum::{Router, routing::get};
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::http::{PublicOptions, public};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::harness::{request, send, within};

#[tokio::test]
async fn a_sidecar_call_carries_the_trace_of_its_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let config = DaprConfig { endpoint, api_token: None, timeout: Duration::from_secs(10) };
    let dapr = Dapr::new(&config).unwrap();
    let routes = Router::new().route(
        "/ask",
        get(move || async move { dapr.secret("secrets", "jwt-secret").await.unwrap() }),
    );
    let router = public(routes, 1024, &PublicOptions::default());

    let sidecar = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = vec![0; 4096];
        let count = stream.read(&mut head).await.unwrap();
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"jwt-secret\":\"abc\"}";
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(head[..count].to_vec()).unwrap()
    });
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let asked = within(send(&router, request("GET /ask", &[("traceparent", &parent)], ""))).await;
    assert_eq!(asked.body, b"abc");
    let head = within(sidecar).await.unwrap();
    assert!(head.contains(&format!("traceparent: 00-{trace}-")), "{head}");
    assert!(!head.contains("b7ad6b7169203331"), "the span is this service's own: {head}");
}
