//! The committed JSON Schemas as components of one document.

use std::fs;

use serde_json::{Map, Value, json};

use crate::root;

/// Files below `schemas/`, with the name of what each describes. Frames have no component of their own: their parts have.
const FILES: [(&str, Option<&str>); 6] = [
    ("events/task-events.v1.json", Some("task-events")),
    ("events/task-updates.v1.json", Some("task-updates")),
    ("events/reminders.v1.json", Some("reminders")),
    ("events/notifications.v1.json", Some("notifications")),
    ("websocket/server-frames.v1.json", None),
    ("websocket/client-frames.v1.json", None),
];

/// The `schemas` of the document. What several files define under one name, they must define alike.
pub(crate) fn components() -> Value {
    let mut all = Map::new();
    for (file, name) in FILES {
        let mut schema = read(file);
        let definitions = schema["$defs"].take();
        for (name, definition) in definitions.as_object().unwrap() {
            put(&mut all, name, definition.clone());
        }
        if let Some(name) = name {
            put(&mut all, name, schema);
        }
    }
    put(&mut all, "cloud-event", envelope());
    Value::Object(all)
}

/// Words in `oneOf` of a file of frames: the names of its frames.
pub(crate) fn frames(file: &str) -> Vec<String> {
    let schema = read(file);
    let parts = schema["oneOf"].as_array().unwrap().iter();
    parts
        .map(|part| part["$ref"].as_str().unwrap().trim_start_matches("#/$defs/").to_owned())
        .collect()
}

/// What a frame or a payload says about itself.
pub(crate) fn title(name: &str) -> String {
    components()[name]["title"].as_str().unwrap().to_owned()
}

fn put(all: &mut Map<String, Value>, name: &str, mut schema: Value) {
    localise(&mut schema);
    let known = all.entry(name).or_insert_with(|| schema.clone());
    assert_eq!(known, &schema, "{name} means one thing everywhere");
}

/// References of the files, to one another and within, become references of the document.
fn localise(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for name in ["$schema", "$id", "$defs"] {
                map.remove(name);
            }
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
                *reference = format!("#/components/schemas/{name}");
            }
            map.values_mut().for_each(localise);
        }
        Value::Array(list) => list.iter_mut().for_each(localise),
        _ => {}
    }
}

fn read(file: &str) -> Value {
    serde_json::from_slice(&fs::read(root().join("schemas").join(file)).unwrap()).unwrap()
}

/// What Dapr puts around every payload (CloudEvents 1.0, structured JSON).
fn envelope() -> Value {
    json!({
        "title": "What the sidecar puts around every event: a CloudEvent.",
        "type": "object",
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "format": "uuid", "description": "The event_id of the payload." },
            "source": { "type": "string", "description": "App-id of the publisher." },
            "type": { "type": "string" },
            "datacontenttype": { "const": "application/json" },
            "topic": { "type": "string" },
            "pubsubname": { "type": "string" },
            "time": { "type": "string", "format": "date-time" },
            "traceid": { "type": "string" },
            "traceparent": { "type": "string", "description": "W3C trace context." },
            "tracestate": { "type": "string" },
            "data": { "description": "The payload." },
        },
        "required": ["specversion", "id", "source", "type", "data"],
    })
}
