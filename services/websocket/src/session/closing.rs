//! The end of a connection.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use super::End;
use crate::{metrics, protocol::Ending};

/// How long a client may take to take note of a close; one that reads nothing never does.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says why, and waits a moment until the client has answered, so that the reason is not lost with the connection.
pub(super) async fn close(mut socket: WebSocket, ending: Ending) {
    metrics::closed(ending);
    tracing::debug!(code = ending.code(), reason = ending.reason(), "closing a socket");
    let frame = CloseFrame { code: ending.code(), reason: Utf8Bytes::from_static(ending.reason()) };
    let handshake = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // A client that does not answer is cut off.
    let _ = timeout(PATIENCE, handshake).await;
}

/// What an error while reading means.
pub(super) fn of_error(error: axum::Error) -> End {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => Ending::MessageTooBig.into(),
        Some(tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_)) => {
            Ending::ProtocolError.into()
        }
        _ => End::Gone,
    }
}
