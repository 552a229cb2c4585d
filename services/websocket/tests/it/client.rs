//! A client as a browser would be one.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http},
};

use crate::server::{Server, within};

/// An open socket.
pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What an open socket came to.
#[derive(Debug, PartialEq)]
pub(crate) enum Received {
    /// A frame.
    Frame(Value),
    /// The server closed with this code.
    Closed(u16),
    /// The connection broke.
    Broken,
}

/// A request to open a socket, with these headers and no others of its own.
pub(crate) fn request(server: &Server, headers: &[(&str, &str)]) -> http::Request<()> {
    request_to(server.address, headers)
}

fn request_to(address: SocketAddr, headers: &[(&str, &str)]) -> http::Request<()> {
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

/// Opens a socket, or answers the status and the problem's code.
pub(crate) async fn open(request: http::Request<()>) -> Result<Client, (u16, String)> {
    match within("the handshake", connect_async(request)).await {
        Ok((socket, response)) => {
            assert_eq!(response.headers()["sec-websocket-protocol"], "todo.v1");
            Ok(Client(socket))
        }
        Err(Error::Http(response)) => {
            let body = response.body().as_deref().unwrap_or_default();
            let problem: Value = serde_json::from_slice(body).unwrap_or_default();
            Err((response.status().as_u16(), problem["code"].as_str().unwrap_or("").to_owned()))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Opens a socket for whoever the token names, or answers the status and the problem's code.
pub(crate) async fn try_with_token(
    address: SocketAddr,
    token: &str,
) -> Result<Client, (u16, String)> {
    let offer = format!("todo.v1, bearer.{token}");
    open(request_to(address, &[("sec-websocket-protocol", &offer)])).await
}

impl Client {
    /// Opens a socket for `user` and takes its `hello`; answers the sequence in it.
    pub(crate) async fn greeted(server: &Server, user: &str) -> (Self, Option<u64>) {
        let mut client = Self::connect(server, user).await;
        let hello = client.frame().await;
        assert_eq!((&hello["type"], &hello["user_id"]), (&json!("hello"), &json!(user)));
        (client, hello["sequence"].as_u64())
    }

    /// Opens a socket for `user`.
    pub(crate) async fn connect(server: &Server, user: &str) -> Self {
        Self::with_token(server.address, &server.token(user)).await
    }

    /// Opens a socket for whoever the token names.
    pub(crate) async fn with_token(address: SocketAddr, token: &str) -> Self {
        try_with_token(address, token).await.ok().unwrap()
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text message.
    pub(crate) async fn send_text(&mut self, text: &str) {
        within("sending", self.0.send(Message::text(text))).await.unwrap();
    }

    /// Sends any message; the server may be gone.
    pub(crate) async fn try_send(&mut self, message: Message) {
        let _ = within("sending", self.0.send(message)).await;
    }

    /// The next frame; the connection must still be there.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.next().await {
            Received::Frame(frame) => frame,
            other => panic!("{other:?}"),
        }
    }

    /// The sequences of the next task frames.
    pub(crate) async fn sequences(&mut self, count: usize) -> Vec<u64> {
        let mut sequences = Vec::new();
        while sequences.len() < count {
            let frame = self.frame().await;
            assert_eq!(frame["type"], "task", "{frame}");
            sequences.push(frame["sequence"].as_u64().unwrap());
        }
        sequences
    }

    /// Asserts that nothing waits: the answer to a ping comes next.
    pub(crate) async fn nothing_waits(&mut self) {
        self.send(json!({"type": "ping"})).await;
        assert_eq!(self.frame().await, json!({"type": "pong"}));
    }

    /// What comes next.
    pub(crate) async fn next(&mut self) -> Received {
        loop {
            match within("the next frame", self.0.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Received::Frame(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(Some(close)))) => {
                    return Received::Closed(close.code.into());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Received::Broken,
            }
        }
    }

    /// Reads to the end of the connection.
    pub(crate) async fn end(&mut self) -> Received {
        loop {
            match self.next().await {
                Received::Frame(_) => {}
                end => return end,
            }
        }
    }
}
