//! One call over gRPC without a message, as far as its status. Services call no sidecar that way, so the workspace has no
//! client for it.

use bytes::Bytes;
use h2::client;
use http::{HeaderMap, Request};
use tokio::{net::TcpStream, time::timeout};

use super::PATIENCE;

/// `UNIMPLEMENTED`, which is how daprd refuses what is on no list.
pub(crate) const UNIMPLEMENTED: u8 = 12;

/// Calls a method of `dapr.proto.runtime.v1.Dapr` at a sidecar; answers its `grpc-status`.
pub(super) async fn call(port: u16, token: &str, method: &str) -> u8 {
    timeout(PATIENCE, status(port, token, method)).await.expect("an answer over gRPC")
}

async fn status(port: u16, token: &str, method: &str) -> u8 {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (client, connection) = client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://127.0.0.1/dapr.proto.runtime.v1.Dapr/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("dapr-api-token", token)
        .body(())
        .unwrap();
    let (answer, mut body) = client.ready().await.unwrap().send_request(request, false).unwrap();
    // Not compressed, and of no length.
    body.send_data(Bytes::from_static(&[0; 5]), true).unwrap();
    let (head, mut body) = answer.await.unwrap().into_parts();
    let status = match status_in(&head.headers) {
        Some(refused) => refused,
        None => {
            while let Some(data) = body.data().await {
                body.flow_control().release_capacity(data.unwrap().len()).unwrap();
            }
            status_in(&body.trailers().await.unwrap().expect("trailers")).expect("a status")
        }
    };
    connection.abort();
    status
}

fn status_in(headers: &HeaderMap) -> Option<u8> {
    Some(headers.get("grpc-status")?.to_str().unwrap().parse().unwrap())
}
