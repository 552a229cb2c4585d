//! An open WebSocket.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::LONG;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A person's open socket that is read when somebody asks, and else answers no ping: for measuring.
#[derive(Debug)]
pub struct Connection(Stream);

impl Connection {
    pub(crate) async fn open(url: &str, token: &str) -> anyhow::Result<Self> {
        let mut request = url.into_client_request()?;
        let protocols = format!("todo.v1, bearer.{token}").parse()?;
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        let (stream, _) = connect_async(request).await.context("open the socket")?;
        Ok(Self(stream))
    }

    /// Waits until something can be read, without reading it.
    ///
    /// # Errors
    /// When the socket is broken, or encrypted.
    pub async fn readable(&self) -> anyhow::Result<()> {
        match self.0.get_ref() {
            MaybeTlsStream::Plain(stream) => Ok(stream.readable().await?),
            _ => bail!("an encrypted socket cannot be watched"),
        }
    }

    /// Reads the next frame.
    ///
    /// # Errors
    /// When the socket is closed, or no frame comes.
    pub async fn next(&mut self) -> anyhow::Result<Value> {
        let frame = timeout(LONG, next(&mut self.0)).await.context("no frame came")?;
        frame.unwrap_or_else(|| Err(anyhow!("the socket was closed")))
    }
}

/// A person's open socket. As in a browser, somebody reads it and answers pings whatever its page is busy with; frames wait
/// until they are asked for.
#[derive(Debug)]
pub struct Socket {
    sender: SplitSink<Stream, Message>,
    frames: UnboundedReceiver<anyhow::Result<Value>>,
    reader: JoinHandle<()>,
}

impl Socket {
    pub(crate) async fn open(url: &str, token: &str) -> anyhow::Result<Self> {
        let (sender, receiver) = Connection::open(url, token).await?.0.split();
        let (found, frames) = unbounded_channel();
        let reader = tokio::spawn(read(receiver, found));
        Ok(Self { sender, frames, reader })
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, frame: Value) -> anyhow::Result<()> {
        Ok(self.sender.send(Message::text(frame.to_string())).await?)
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
        let frame = timeout(limit, self.frames.recv()).await.context("no frame came")?;
        frame.unwrap_or_else(|| Err(anyhow!("the socket was closed")))
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
        loop {
            let frame = self.next().await?;
            if holds(&frame) {
                return Ok(frame);
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Passes frames on, and at last why there are no more.
async fn read(mut stream: SplitStream<Stream>, found: UnboundedSender<anyhow::Result<Value>>) {
    while let Some(frame) = next(&mut stream).await {
        if found.send(frame).is_err() {
            return;
        }
    }
}

/// The next frame, or how the socket ended; nothing when that was said before.
async fn next(
    stream: &mut (impl futures_util::Stream<Item = Result<Message, Error>> + Unpin),
) -> Option<anyhow::Result<Value>> {
    loop {
        return Some(match stream.next().await? {
            Ok(Message::Text(text)) => serde_json::from_str(&text).map_err(Into::into),
            Ok(Message::Close(frame)) => Err(anyhow!("the socket was closed: {frame:?}")),
            Ok(_) => continue,
            Err(error) => Err(error.into()),
        });
    }
}
