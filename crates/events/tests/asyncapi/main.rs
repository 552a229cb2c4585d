//! The description of events and frames (`AsyncAPI` 3.0) is put together from the schemas, the topics of this crate and
//! the Dapr files, so it cannot say anything else than they do.
//!
//! `schemas/asyncapi.json` is the committed copy. After a change: `UPDATE_ASYNCAPI=1 cargo test -p todo-events asyncapi`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod channels;
mod dapr;
mod schemas;

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use serde_json::{Value, json};
use todo_events::Topic;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> Value {
    let dapr = dapr::Wiring::read();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Todo: events and frames",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0" },
            "description": "What the services tell one another on the broker, and what travels over a page's socket. Readers \
                tolerate fields they do not know; an event of an unknown type is acknowledged and counted.",
        },
        "servers": {
            "broker": {
                "host": "127.0.0.1:9092",
                "protocol": "kafka",
                "description": "Reached through Dapr's pub/sub component `events` alone; names of topics are configuration.",
            },
            "websocket": {
                "host": "127.0.0.1:8081",
                "protocol": "ws",
                "description": "The websocket service.",
                "security": [{ "$ref": "#/components/securitySchemes/bearer" }],
            },
        },
        "defaultContentType": "application/json",
        "channels": channels::channels(&dapr),
        "operations": channels::operations(&dapr),
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "In the subprotocol: `Sec-WebSocket-Protocol: todo.v1, bearer.<jwt>`.",
                },
            },
            "messages": channels::messages(),
            "schemas": schemas::components(),
        },
    })
}

#[test]
fn the_committed_asyncapi_is_up_to_date() {
    let path = root().join("schemas/asyncapi.json");
    if env::var_os("UPDATE_ASYNCAPI").is_some() {
        let text = serde_json::to_string_pretty(&document()).unwrap();
        fs::write(&path, text + "\n").unwrap();
    }
    let committed: Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap_or_default()).unwrap_or_default();
    assert!(
        committed == document(),
        "schemas/asyncapi.json differs: UPDATE_ASYNCAPI=1 cargo test -p todo-events asyncapi"
    );
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn asyncapi_references_lead_somewhere_and_everything_is_used() {
    let (document, mut found) = (document(), BTreeSet::new());
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("the document stands alone");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for kind in ["messages", "schemas"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(found.contains(&format!("#/components/{kind}/{name}")), "{name} is unused");
        }
    }
}

#[test]
fn asyncapi_knows_every_topic_and_every_dead_letter() {
    let dapr = dapr::Wiring::read();
    for topic in Topic::ALL {
        assert!(dapr.publishes.iter().any(|(_, name)| name == topic.name()), "{topic}");
        assert!(dapr.receives.iter().any(|(_, name)| name == topic.name()), "{topic}");
    }
    let document = document();
    let addresses: BTreeSet<&str> = document["channels"]
        .as_object()
        .unwrap()
        .values()
        .map(|channel| channel["address"].as_str().unwrap())
        .collect();
    for (app, name) in &dapr.receives {
        assert!(addresses.contains(name.as_str()), "{app} receives {name}");
        if !name.ends_with(".dead") {
            // Wherever something is received it can fail.
            let topic = Topic::ALL.into_iter().find(|topic| topic.name() == name).unwrap();
            assert!(addresses.contains(topic.dead_letter(app).as_str()), "{topic} of {app}");
        }
    }
}
