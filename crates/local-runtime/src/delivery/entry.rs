//! One message of a batch.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    consumer::Consumer,
    request::{Message, metadata},
    statuses::Verdict,
};
use crate::{broker::Record, clock, text::go_json};

/// A message on its way in a batch, and what has become of it.
pub(super) struct Entry {
    /// Its position in the batch, in decimal.
    pub(super) id: String,
    /// Empty when no rule matches: daprd then calls the application's root.
    pub(super) path: String,
    /// As it stands in the call.
    pub(super) item: Value,
    /// The application gave it up; a copy is due.
    pub(super) dropped: bool,
    record: Arc<Record>,
    state: State,
}

enum State {
    Pending,
    Failed(String),
    Done,
}

/// An entry, and whether a copy of its message is due already.
pub(super) struct Prepared {
    pub(super) entry: Entry,
    pub(super) copy: bool,
}

impl Entry {
    /// Reads and routes a message. What is no event fails, what has expired is done.
    pub(super) fn prepare(
        consumer: &Consumer,
        partition: u32,
        at: usize,
        record: &Arc<Record>,
    ) -> Prepared {
        let mut entry = Self {
            id: at.to_string(),
            path: String::new(),
            item: Value::Null,
            dropped: false,
            record: Arc::clone(record),
            state: State::Pending,
        };
        let mut copy = false;
        match read(consumer, record) {
            Err(reason) => entry.state = State::Failed(reason),
            Ok(None) => (entry.state, copy) = (State::Done, true),
            Ok(Some(Read { event, content_type, path })) => {
                copy = path.is_none();
                entry.path = path.unwrap_or_default();
                let metadata: Map<String, Value> =
                    metadata(record, consumer.topic.name(), partition)
                        .into_iter()
                        .map(|(name, value)| (name, value.into()))
                        .collect();
                entry.item = json!({
                    "entryId": entry.id,
                    "event": event,
                    "metadata": metadata,
                    "contentType": content_type,
                });
            }
        }
        Prepared { entry, copy }
    }

    pub(super) fn settle(&mut self, verdict: Verdict) {
        self.dropped = verdict == Verdict::Dropped;
        self.state = match verdict {
            Verdict::Handled | Verdict::Dropped | Verdict::Lost => State::Done,
            Verdict::Failed(reason) => State::Failed(reason),
        };
    }

    /// Not sent yet, or without an answer.
    pub(super) fn is_pending(&self) -> bool {
        matches!(self.state, State::Pending)
    }

    /// To be sent, for the first time or again.
    pub(super) fn is_unsettled(&self) -> bool {
        !self.item.is_null() && !matches!(self.state, State::Done)
    }

    pub(super) fn failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// Why it failed.
    pub(super) fn reason(&self) -> String {
        match &self.state {
            State::Failed(reason) => reason.clone(),
            State::Pending | State::Done => String::new(),
        }
    }

    pub(super) fn record(&self) -> Arc<Record> {
        Arc::clone(&self.record)
    }
}

struct Read {
    event: Value,
    content_type: &'static str,
    path: Option<String>,
}

/// `None` for an event that has expired.
fn read(consumer: &Consumer, record: &Record) -> Result<Option<Read>, String> {
    let Consumer { subscription, topic, .. } = consumer;
    let route = |event: &Value| -> Result<Option<String>, String> {
        let path = subscription.router.path(event).map_err(|e| format!("routing rule: {e}"))?;
        Ok(path.map(str::to_owned))
    };
    if subscription.raw_payload {
        // The rules see the bytes as text, the application sees them in base64, without an envelope.
        let path = route(&String::from_utf8_lossy(&record.body).into())?;
        let event = STANDARD.encode(&record.body).into();
        return Ok(Some(Read { event, content_type: "application/octet-stream", path }));
    }
    let message = Message::read(record, false, &subscription.pubsub.name, topic.name())
        .map_err(|e| format!("message is no event: {e}"))?;
    if message.is_expired(clock::now()) {
        return Ok(None);
    }
    let path = route(&message.event)?;
    let event = go_json::through_float64(message.event);
    Ok(Some(Read { event, content_type: "application/cloudevents+json", path }))
}
