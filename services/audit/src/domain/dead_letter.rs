//! What a subscriber could not handle, in whatever shape it arrives.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use todo_dapr::CloudEvent;
use todo_events::Event;
use uuid::Uuid;

/// The end of every dead-letter topic's name: `<topic>.<app-id>.dead`.
const SUFFIX: &str = ".dead";
/// Stands where nothing says which topic or service it was.
const UNKNOWN: &str = "unknown";

/// The largest message that is kept as text, in bytes. On its way to the database a byte may become seven (a control character in JSON in
/// JSON), and a call of the sidecar takes 4 MiB; a larger one, of 1 MiB as brokers take them, fits as base64.
const LARGEST_TEXT: usize = 256 * 1024;

/// Names a dead letter. It follows from topic and content, so that the same letter is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeadLetterId(pub Uuid);

/// How `body` stands for the bytes that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// As text.
    Utf8,
    /// As base64 (RFC 4648 §4): the bytes are no UTF-8, hold a zero byte, which PostgreSQL's text cannot, or are too many.
    Base64,
}

/// A message from a dead-letter topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// See [`DeadLetterId`].
    pub id: DeadLetterId,
    /// Where it was found.
    pub dead_letter_topic: String,
    /// Where it was published first, and where a replay goes.
    pub source_topic: String,
    /// The subscriber that could not handle it.
    pub source_app: String,
    /// Its CloudEvent id, if it is a CloudEvent.
    pub event_id: Option<String>,
    /// Its CloudEvent type.
    pub event_type: Option<String>,
    /// What looks wrong with it from here; the sidecar hands no reason on.
    pub reason: String,
    /// How `body` is to be read.
    pub body_encoding: Encoding,
    /// The message.
    pub body: String,
}

/// The envelope that the sidecar puts around a message of a subscription with `rawPayload`.
#[derive(Deserialize)]
struct Wrapper {
    topic: String,
    data_base64: String,
}

impl DeadLetter {
    /// Reads what was delivered from a dead-letter topic; nothing is refused. `topic` is what the delivery's headers say
    /// about the topic, and is asked only when the sidecar did not wrap the message.
    pub fn read(topic: Option<&str>, delivered: &[u8]) -> Self {
        match unwrap(delivered) {
            Some((topic, message)) => Self::of(&topic, &message),
            None => Self::of(topic.unwrap_or_default(), delivered),
        }
    }

    /// Reads an entry of a batch from a dead-letter topic: a JSON string in base64, or else what came.
    pub fn of_batch(topic: &str, entry: &str) -> Self {
        let encoded = serde_json::from_str::<String>(entry).ok();
        let message = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
        Self::of(topic, message.as_deref().unwrap_or(entry.as_bytes()))
    }

    fn of(topic: &str, message: &[u8]) -> Self {
        let (named_topic, app) = parts(topic).unwrap_or((UNKNOWN, UNKNOWN));
        let event = CloudEvent::read(message);
        let reason = reason(event.as_ref(), app);
        let (body, body_encoding) = text(message);
        let event = event.ok();
        let own_topic = event.as_ref().map(|event| event.topic.as_str());
        let content = event.as_ref().map_or(message, |event| event.id.as_bytes());
        Self {
            id: id(topic, content),
            dead_letter_topic: clean(if topic.is_empty() { UNKNOWN } else { topic }),
            source_topic: clean(own_topic.filter(|own| !own.is_empty()).unwrap_or(named_topic)),
            source_app: clean(app),
            event_id: event.as_ref().map(|event| clean(&event.id)),
            event_type: event.as_ref().map(|event| clean(&event.kind)),
            reason: clean(&reason),
            body_encoding,
            body,
        }
    }

    /// Whether it is an event of ours that its subscriber could have handled, had nothing been away.
    pub fn is_well_formed(&self) -> bool {
        let event = CloudEvent::read(self.body.as_bytes());
        let read = event.map(|event| Event::read(&event.kind, &event.data));
        let known = |event: &Event| !matches!(event, Event::Probe | Event::Unknown);
        self.source_app != UNKNOWN && read.is_ok_and(|event| event.is_ok_and(|event| known(&event)))
    }
}

/// Topic and message of a wrapped delivery. A CloudEvent with binary data of its own is none: its topic is another.
fn unwrap(delivered: &[u8]) -> Option<(String, Vec<u8>)> {
    let wrapper: Wrapper = serde_json::from_slice(delivered).ok()?;
    let message = STANDARD.decode(&wrapper.data_base64).ok()?;
    wrapper.topic.ends_with(SUFFIX).then_some((wrapper.topic, message))
}

/// Source topic and app of a dead-letter topic; an app-id has no dots, a topic may.
fn parts(topic: &str) -> Option<(&str, &str)> {
    topic.strip_suffix(SUFFIX)?.rsplit_once('.')
}

fn id(topic: &str, content: &[u8]) -> DeadLetterId {
    let topic = Uuid::new_v5(&Uuid::NAMESPACE_URL, topic.as_bytes());
    DeadLetterId(Uuid::new_v5(&topic, content))
}

fn reason(event: Result<&CloudEvent, &todo_dapr::UnreadableEnvelope>, app: &str) -> String {
    let with_cause = |error: &dyn std::error::Error| match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    let event = match event {
        Ok(event) => event,
        Err(error) => return with_cause(error),
    };
    match Event::read(&event.kind, &event.data) {
        Err(error) => with_cause(&error),
        Ok(_) => format!("well-formed; {app} refused it or failed each time, and its log says why"),
    }
}

fn text(message: &[u8]) -> (String, Encoding) {
    match std::str::from_utf8(message) {
        Ok(text) if text.len() <= LARGEST_TEXT && !text.contains('\0') => {
            (text.to_owned(), Encoding::Utf8)
        }
        _ => (STANDARD.encode(message), Encoding::Base64),
    }
}

/// Without zero characters, which PostgreSQL's text cannot hold.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: &str = "task-events.recurring-task.dead";

    fn event(kind: &str, data: &str) -> String {
        format!(r#"{{"id":"e1","type":"{kind}","topic":"task-events","data":{data}}}"#)
    }

    fn wrapped(message: &[u8]) -> String {
        let data = STANDARD.encode(message);
        format!(
            r#"{{"id":"random","type":"com.dapr.event.sent","topic":"{TOPIC}","data_base64":"{data}"}}"#
        )
    }

    #[test]
    fn wrapped_and_verbatim_deliveries_are_the_same_letter() {
        let message = event("todo.task.created.v1", "{}");
        let verbatim = DeadLetter::read(Some(TOPIC), message.as_bytes());
        assert_eq!(DeadLetter::read(None, wrapped(message.as_bytes()).as_bytes()), verbatim);
        let entry = format!("\"{}\"", STANDARD.encode(&message));
        assert_eq!(DeadLetter::of_batch(TOPIC, &entry), verbatim);
        assert_eq!(DeadLetter::of_batch(TOPIC, &message), verbatim);
        assert_eq!(verbatim.body, message);
        assert_eq!(
            (&*verbatim.source_topic, &*verbatim.source_app),
            ("task-events", "recurring-task")
        );
        assert_eq!(verbatim.event_id.as_deref(), Some("e1"));
        assert!(
            verbatim.reason.contains("shape of its type: missing field"),
            "{}",
            verbatim.reason
        );
    }

    #[test]
    fn what_is_no_cloud_event_is_kept_as_it_is() {
        for (bytes, encoding, body) in [
            (&b"not json"[..], Encoding::Utf8, "not json"),
            (b"", Encoding::Utf8, ""),
            (b"a\0b", Encoding::Base64, "YQBi"),
            (b"\xff", Encoding::Base64, "/w=="),
        ] {
            let letter = DeadLetter::read(None, wrapped(bytes).as_bytes());
            assert_eq!((letter.body_encoding, &*letter.body), (encoding, body));
            assert_eq!((letter.event_id, &*letter.source_topic), (None, "task-events"));
        }
    }

    #[test]
    fn a_large_message_is_kept_in_a_form_that_does_not_grow() {
        let of = |size| DeadLetter::read(Some(TOPIC), "\u{1}".repeat(size).as_bytes());
        assert_eq!(of(LARGEST_TEXT).body_encoding, Encoding::Utf8);
        let large = of(1024 * 1024);
        assert_eq!(large.body_encoding, Encoding::Base64);
        assert!(serde_json::to_string(&large).unwrap().len() < 2 * 1024 * 1024);
    }

    #[test]
    fn without_any_hint_it_is_still_kept() {
        let letter = DeadLetter::read(None, b"[]");
        assert_eq!((&*letter.source_topic, &*letter.dead_letter_topic), (UNKNOWN, UNKNOWN));
    }

    #[test]
    fn a_letter_has_one_id_for_each_subscriber() {
        let message = event("other", "1");
        let id = |topic| DeadLetter::read(Some(topic), message.as_bytes()).id;
        assert_eq!(id(TOPIC), id(TOPIC));
        assert_ne!(id(TOPIC), id("task-events.audit.dead"));
    }
}
