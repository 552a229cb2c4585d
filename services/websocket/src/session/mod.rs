//! One connection from its first frame to its close.

mod allowance;
mod closing;
mod lifetime;

use std::{pin::pin, sync::Arc, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    hub::{Arrival, Frame, FrameKind, Seat},
    metrics,
    protocol::{ClientFrame, Ending, ServerFrame},
};

use allowance::Allowance;
use lifetime::{Due, Lifetime};

/// What every session keeps to.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Pause after the last sign of life before a ping.
    pub ping_every: Duration,
    /// How long the pong may take.
    pub pong_within: Duration,
    /// How long one frame may take to leave: a client that reads nothing is slow even when few frames come.
    pub write_within: Duration,
    /// Frames a client may send in a second.
    pub client_frames: u16,
}

/// A resume makes the server send up to a whole history, so it counts as much as this many frames.
const RESUME_COST: f32 = 5.0;

/// Why a session is over.
#[derive(Debug)]
enum End {
    /// The server closes.
    Close(Ending),
    /// The client closed, or the connection broke.
    Gone,
}

impl From<Ending> for End {
    fn from(ending: Ending) -> Self {
        Self::Close(ending)
    }
}

/// Serves one socket until the client leaves, the hub ends it, or the token is good no longer.
pub async fn run(mut socket: WebSocket, seat: Seat, limits: SessionLimits, expires: Instant) {
    let now = Instant::now();
    let mut session = Session {
        socket: &mut socket,
        lifetime: Lifetime::new(limits.ping_every, limits.pong_within, expires, now),
        allowance: Allowance::new(limits.client_frames, now),
        write_within: limits.write_within,
        replayed: Arrival::default(),
        seat,
    };
    let end = session.serve().await;
    // The seat first: a socket that is being closed takes no room, and gets no frames.
    drop(session);
    if let End::Close(ending) = end {
        closing::close(socket, ending).await;
    }
}

/// Refuses a socket that has been opened already: only a close code is visible to a browser.
pub async fn refuse(socket: WebSocket, ending: Ending) {
    closing::close(socket, ending).await;
}

struct Session<'a> {
    socket: &'a mut WebSocket,
    seat: Seat,
    lifetime: Lifetime,
    allowance: Allowance,
    write_within: Duration,
    /// Task frames that came in up to here have been replayed, although they may still be queued.
    replayed: Arrival,
}

impl Session<'_> {
    async fn serve(&mut self) -> End {
        match self.exchange().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn exchange(&mut self) -> Result<std::convert::Infallible, End> {
        let hello = ServerFrame::Hello { user_id: self.seat.user(), sequence: self.seat.newest };
        let hello = text(&hello)?;
        self.write(hello).await?;
        let mut timer = pin!(sleep_until(self.lifetime.next()));
        loop {
            tokio::select! {
                ending = &mut self.seat.ending => return Err(hub_ended(ending)),
                Some(frame) = self.seat.queue.recv() => self.forward(&frame).await?,
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.read(message).await?,
                    Some(Err(error)) => return Err(closing::of_error(error)),
                    None => return Err(End::Gone),
                },
                () = &mut timer => {
                    self.look_after().await?;
                    timer.as_mut().reset(self.lifetime.next());
                }
            }
        }
    }

    async fn forward(&mut self, frame: &Arc<Frame>) -> Result<(), End> {
        let repeated = frame.kind() == FrameKind::Task && frame.arrival() <= self.replayed;
        if repeated { Ok(()) } else { self.write(Message::Text(frame.text())).await }
    }

    async fn read(&mut self, message: Message) -> Result<(), End> {
        let now = Instant::now();
        self.lifetime.heard(now);
        self.spend(1.0, now)?;
        match message {
            Message::Text(text) => self.obey(&text, now).await,
            Message::Binary(_) => self.complain("frames are JSON text").await,
            // The protocol beneath answers pings and closes by itself; the end of the stream follows a close.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        }
    }

    async fn obey(&mut self, received: &str, now: Instant) -> Result<(), End> {
        match ClientFrame::read(received) {
            Ok(ClientFrame::Ping) => {
                let pong = text(&ServerFrame::Pong)?;
                self.write(pong).await
            }
            Ok(ClientFrame::Resume { sequence }) => {
                self.spend(RESUME_COST, now)?;
                let (backlog, arrival) = self.seat.since(sequence);
                metrics::resumed(backlog.resync);
                if let Some(reason) = backlog.resync {
                    let resync = text(&ServerFrame::Resync { reason })?;
                    self.write(resync).await?;
                } else {
                    self.replayed = arrival;
                }
                for frame in backlog.frames {
                    self.write(Message::Text(frame.text())).await?;
                }
                Ok(())
            }
            Err(error) => self.complain(&format!("not a frame of todo.v1: {error}")).await,
        }
    }

    async fn complain(&mut self, detail: &str) -> Result<(), End> {
        let error = text(&ServerFrame::Error { detail })?;
        self.write(error).await
    }

    async fn look_after(&mut self) -> Result<(), End> {
        match self.lifetime.due(Instant::now()) {
            Due::Ping => self.write(Message::Ping(axum::body::Bytes::new())).await,
            Due::End(ending) => Err(ending.into()),
            Due::Nothing => Ok(()),
        }
    }

    /// Writes one message, or gives up: when the hub says so, or when it takes too long.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        tokio::select! {
            biased;
            sent = timeout(self.write_within, self.socket.send(message)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(Ending::SlowClient.into()),
            },
            ending = &mut self.seat.ending => Err(hub_ended(ending)),
        }
    }

    fn spend(&mut self, cost: f32, now: Instant) -> Result<(), End> {
        if self.allowance.take(cost, now) { Ok(()) } else { Err(Ending::TooManyFrames.into()) }
    }
}

/// The hub always says why before it lets go; should it not, the client is to come back.
fn hub_ended(ending: Result<Ending, tokio::sync::oneshot::error::RecvError>) -> End {
    ending.unwrap_or(Ending::GoingAway).into()
}

fn text(frame: &ServerFrame<'_>) -> Result<Message, End> {
    match frame.to_text() {
        Ok(text) => Ok(Message::Text(text)),
        Err(error) => {
            tracing::error!(%error, "a frame cannot be written");
            Err(Ending::GoingAway.into())
        }
    }
}
