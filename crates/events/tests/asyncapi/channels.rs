//! Channels, messages and operations of the document.

use serde_json::{Map, Value, json};
use todo_events::{EventKind, Topic};

use crate::{dapr::Wiring, schemas};

const SERVER_FRAMES: &str = "websocket/server-frames.v1.json";
const CLIENT_FRAMES: &str = "websocket/client-frames.v1.json";

/// CloudEvent types of a topic, from the changes that the schema names.
fn kinds(topic: Topic) -> Vec<String> {
    let changes = schemas::components()["change"]["enum"].clone();
    let changes = changes.as_array().unwrap().iter().map(|change| change.as_str().unwrap());
    let of = |subject: &str| -> Vec<String> {
        changes.map(|change| format!("todo.{subject}.{change}.v1")).collect()
    };
    let kinds = match topic {
        Topic::TaskEvents => of("task"),
        Topic::TaskUpdates => of("task-update"),
        Topic::Reminders => vec!["todo.reminder.due.v1".to_owned()],
        Topic::Notifications => vec!["todo.notification.raised.v1".to_owned()],
    };
    for kind in &kinds {
        assert_ne!(EventKind::parse(kind), EventKind::Unknown, "{kind}");
    }
    kinds
}

fn key(topic: Topic) -> &'static str {
    match topic {
        Topic::TaskEvents => "uuid",
        Topic::TaskUpdates | Topic::Reminders | Topic::Notifications => "user",
    }
}

fn to(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

pub(crate) fn messages() -> Value {
    let mut all = Map::new();
    for topic in Topic::ALL {
        let name = topic.name();
        let message = json!({
            "title": schemas::title(name),
            "contentType": "application/cloudevents+json",
            "payload": { "allOf": [
                to("schemas", "cloud-event"),
                { "properties": { "type": { "enum": kinds(topic) }, "data": to("schemas", name) } },
            ] },
            "bindings": { "kafka": { "key": to("schemas", key(topic)) } },
        });
        all.insert(name.to_owned(), message);
    }
    let dead = json!({
        "title": "A message that its subscriber could not handle, byte for byte as it was.",
        "description": "Kept by audit, which can list it and publish it again.",
        "payload": { "description": "Usually a CloudEvent; whatever was published." },
    });
    all.insert("dead-letter".to_owned(), dead);
    for name in frame_names() {
        let frame = json!({ "title": schemas::title(&name), "payload": to("schemas", &name) });
        all.insert(name, frame);
    }
    Value::Object(all)
}

fn frame_names() -> impl Iterator<Item = String> {
    [SERVER_FRAMES, CLIENT_FRAMES].into_iter().flat_map(schemas::frames)
}

pub(crate) fn channels(dapr: &Wiring) -> Value {
    let mut all = Map::new();
    let broker = json!([{ "$ref": "#/servers/broker" }]);
    for topic in Topic::ALL {
        let name = topic.name();
        let channel = json!({
            "address": name,
            "title": schemas::title(name),
            "servers": broker,
            "messages": { name: to("messages", name) },
        });
        all.insert(name.to_owned(), channel);
    }
    for address in dapr.dead_letters() {
        let (topic, app) = address.trim_end_matches(".dead").split_once('.').unwrap();
        let channel = json!({
            "address": address,
            "title": format!("What {app} could not handle of {topic}."),
            "servers": broker,
            "messages": { "dead-letter": to("messages", "dead-letter") },
        });
        all.insert(address.replace('.', "_"), channel);
    }
    let frames: Map<String, Value> =
        frame_names().map(|name| (name.clone(), to("messages", &name))).collect();
    let socket = json!({
        "address": "/ws",
        "title": "A page's live connection.",
        "servers": [{ "$ref": "#/servers/websocket" }],
        "messages": frames,
        "bindings": { "ws": { "method": "GET", "headers": {
            "type": "object",
            "properties": { "Sec-WebSocket-Protocol": {
                "type": "string",
                "description": "`todo.v1, bearer.<jwt>`; the answer names `todo.v1`.",
            } },
            "required": ["Sec-WebSocket-Protocol"],
        } } },
    });
    all.insert("socket".to_owned(), socket);
    Value::Object(all)
}

pub(crate) fn operations(dapr: &Wiring) -> Value {
    let mut all = Map::new();
    let both = [("send", "publishes", &dapr.publishes), ("receive", "receives", &dapr.receives)];
    for (action, verb, pairs) in both {
        for (app, topic) in pairs {
            let channel = topic.replace('.', "_");
            let operation = json!({
                "action": action,
                "channel": { "$ref": format!("#/channels/{channel}") },
                "title": format!("{app} {verb} {topic}"),
                "tags": [{ "name": app }],
            });
            all.insert(format!("{app}_{verb}_{channel}"), operation);
        }
    }
    for (action, verb, file) in
        [("send", "sends", SERVER_FRAMES), ("receive", "receives", CLIENT_FRAMES)]
    {
        let frames = schemas::frames(file).into_iter();
        let frames =
            frames.map(|name| json!({ "$ref": format!("#/channels/socket/messages/{name}") }));
        let operation = json!({
            "action": action,
            "channel": { "$ref": "#/channels/socket" },
            "title": format!("websocket {verb} frames"),
            "messages": frames.collect::<Vec<_>>(),
            "tags": [{ "name": "websocket" }],
        });
        all.insert(format!("websocket_{verb}_frames"), operation);
    }
    Value::Object(all)
}
