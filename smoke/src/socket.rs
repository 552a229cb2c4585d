//! An open WebSocket.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _},
};

use crate::{person::Person, problem::told};

const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// The server pings every 25 s; without any sign for longer the connection is dead.
const SILENCE: Duration = Duration::from_secs(45);

/// A person's socket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens it.
    ///
    /// # Errors
    /// With the server's words when it refuses.
    pub(crate) async fn open(url: &str, person: &Person) -> anyhow::Result<Self> {
        let mut request = url.into_client_request().context("WEBSOCKET_URL")?;
        let protocols = format!("todo.v1, bearer.{}", person.token()).parse()?;
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        match timeout(OPEN_WITHIN, connect_async(request)).await.context("no answer")? {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                bail!("{}: {}", answer.status().as_u16(), told(&String::from_utf8_lossy(body)))
            }
            Err(error) => Err(whole(&error)),
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the socket is closed.
    pub(crate) async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(frame.to_string())).await?)
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the socket is closed, with the reason, or silent for too long.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Value> {
        loop {
            let message = timeout(SILENCE, self.0.next()).await.context("no sign of life")?;
            let message = message.context("the connection ended")?;
            match message.map_err(|error| whole(&error))? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(Some(frame)) => bail!("closed with {frame}"),
                Message::Close(None) => bail!("closed without a reason"),
                _ => {}
            }
        }
    }
}

/// The library's words have its cause in them already.
fn whole(error: &Error) -> anyhow::Error {
    anyhow!("{error}")
}
