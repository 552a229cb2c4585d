//! An open WebSocket.

use std::time::Duration;

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::LONG;

/// A person's open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(url: &str, token: &str) -> anyhow::Result<Self> {
        let mut request = url.into_client_request()?;
        let protocols = format!("todo.v1, bearer.{token}").parse()?;
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        let (stream, _) = connect_async(request).await.context("open the socket")?;
        Ok(Self(stream))
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, frame: Value) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(frame.to_string())).await?)
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the socket is closed, or no frame comes.
    pub async fn next(&mut self) -> anyhow::Result<Value> {
        self.next_within(LONG).await
    }

    /// The next frame, when it comes in time.
    ///
    /// # Errors
    /// As [`Socket::next`].
    pub async fn next_within(&mut self, limit: Duration) -> anyhow::Result<Value> {
        loop {
            let message = timeout(limit, self.0.next()).await.context("no frame came")?;
            match message.context("the socket was closed")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => anyhow::bail!("the socket was closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Waits until something can be read, without reading it.
    ///
    /// # Errors
    /// When the socket is broken, or encrypted.
    pub async fn readable(&self) -> anyhow::Result<()> {
        match self.0.get_ref() {
            MaybeTlsStream::Plain(stream) => Ok(stream.readable().await?),
            _ => anyhow::bail!("an encrypted socket cannot be watched"),
        }
    }

    /// The frame of a person's change number `sequence`. Earlier ones may come again, since delivery is at least once.
    ///
    /// # Errors
    /// As [`Socket::next`], and when a later one comes first.
    pub async fn change(&mut self, sequence: u64) -> anyhow::Result<Value> {
        let reached =
            |frame: &Value| frame["type"] == "task" && frame["sequence"].as_u64() >= Some(sequence);
        let frame = self.until(reached).await?;
        anyhow::ensure!(frame["sequence"] == sequence, "{sequence} is missing before {frame:#}");
        Ok(frame)
    }

    /// The next frame of which something holds.
    ///
    /// # Errors
    /// As [`Socket::next`].
    pub async fn until(&mut self, holds: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        self.until_within(LONG, holds).await
    }

    /// The next frame of which something holds, where `limit` may pass without any.
    ///
    /// # Errors
    /// As [`Socket::next`].
    pub async fn until_within(
        &mut self,
        limit: Duration,
        holds: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        loop {
            let frame = self.next_within(limit).await?;
            if holds(&frame) {
                return Ok(frame);
            }
        }
    }
}
