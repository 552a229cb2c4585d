//! The description of the interface (OpenAPI 3.1), put together from three sources: the shapes of requests and answers
//! from the types themselves, the task from the schema of the events, and the operations from one table.
//!
//! `schemas/openapi.json` is the committed copy. After a change: `UPDATE_OPENAPI=1 cargo test -p chat-api openapi`.

mod docs;
mod operations;
mod shapes;

pub(crate) use docs::{get_events, get_page, get_script, get_style};
pub(crate) use shapes::shape;

use std::sync::LazyLock;

use axum::{http::header, response::IntoResponse};
use serde_json::{Value, json};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// `GET /openapi.json`
pub(crate) async fn get_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

fn document() -> Value {
    let mut components = shapes::components();
    components["responses"] = operations::refusals();
    components["parameters"] = operations::shared_parameters();
    components["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A token whose subject is the {user_id} of the path." },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Todo",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Tasks, reminders and repeats. Errors are problem details (RFC 9457); a task's entity tag is its \
                            revision in quotes.",
        },
        "servers": [{ "url": "/" }],
        "tags": operations::tags(),
        "paths": operations::paths(),
        "components": components,
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, env, fs, path::Path};

    use super::*;

    /// Routes that serve the page and this description, which are no part of the interface, and the one of MCP, which
    /// describes itself.
    const APART: [&str; 7] = [
        "/",
        "/mcp",
        "/openapi.json",
        "/asyncapi.json",
        "/docs",
        "/docs/docs.js",
        "/docs/docs.css",
    ];

    #[test]
    fn the_committed_copy_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/openapi.json");
        if env::var_os("UPDATE_OPENAPI").is_some() {
            let text = serde_json::to_string_pretty(&document()).unwrap();
            fs::write(&path, text + "\n").unwrap();
        }
        let committed: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap_or_default())
            .unwrap_or_default();
        assert!(
            committed == document(),
            "schemas/openapi.json differs: UPDATE_OPENAPI=1 cargo test -p chat-api openapi"
        );
    }

    #[test]
    fn every_route_is_described() {
        let source = include_str!("../mod.rs");
        let quoted = |rest: &str| Some(rest.split('"').nth(1)?.to_owned());
        let routes: BTreeSet<String> = source.split(".route(").skip(1).filter_map(quoted).collect();
        let document = document();
        let described = document["paths"].as_object().unwrap().keys().cloned();
        let described: BTreeSet<String> = described.chain(APART.map(str::to_owned)).collect();
        assert_eq!(routes, described, "operations.rs describes every route of http/mod.rs");
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_shape_is_used() {
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
        let (document, mut found) = (document(), BTreeSet::new());
        references(&document, &mut found);
        for reference in &found {
            let target = document.pointer(reference.trim_start_matches('#'));
            assert!(target.is_some(), "{reference}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(found.contains(&format!("#/components/schemas/{name}")), "{name} is unused");
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_owners_need_a_token() {
        let (document, mut names) = (document(), BTreeSet::new());
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                assert!(names.insert(operation["operationId"].to_string()), "{method} {path}");
                let protected = operation["security"] == json!([{ "bearer": [] }]);
                assert_eq!(protected, path.starts_with("/api/"), "{method} {path}");
                let problems = operation["responses"].as_object().unwrap();
                assert_eq!(problems.contains_key("401"), protected, "{method} {path}");
            }
        }
    }
}
