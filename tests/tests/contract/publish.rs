//! Publishing: answers, the envelope, and what becomes of metadata.

use serde_json::{Value, json};

use crate::support::{TestApp, events_component, ok, subscription, world};

#[tokio::test]
async fn an_event_arrives_verbatim_with_its_headers() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "orders", None)])
        .app("a", app.port)
        .client("publisher")
        .start()
        .await;
    let publisher = world.sidecar("publisher");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let query = "?metadata.partitionKey=k1&metadata.cloudevent.id=e1&metadata.cloudevent.type=t.v1&metadata.x-note=hi";
    let answer = publisher
        .call(reqwest::Method::POST, &format!("/v1.0/publish/events/orders{query}"))
        .header("traceparent", trace)
        .json(&json!({"b": 9_007_199_254_740_993_i64, "a": "<x>"}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);

    let call = app.calls.wait_for("/events/orders", 1).await.remove(0);
    let event = call.json();
    assert_eq!(event["id"], "e1");
    assert_eq!(event["type"], "t.v1");
    assert_eq!(event["source"], "publisher");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["datacontenttype"], "application/json");
    assert_eq!((&event["topic"], &event["pubsubname"]), (&json!("orders"), &json!("events")));
    assert_eq!((&event["traceid"], &event["traceparent"]), (&json!(trace), &json!(trace)));
    assert_eq!(event["data"], json!({"a": "<x>", "b": 9_007_199_254_740_993_i64}));
    assert!(event["time"].as_str().unwrap().ends_with('Z'));
    let text = String::from_utf8(call.body.to_vec()).unwrap();
    assert!(text.contains(r#""data":{"a":"\u003cx\u003e","b":9007199254740993}"#), "{text}");

    assert_eq!(call.header("content-type"), "application/cloudevents+json");
    assert_eq!(call.header("__key"), "k1");
    assert_eq!(call.header("partitionkey"), "k1");
    assert_eq!(call.header("__topic"), "orders");
    assert_eq!(call.header("__offset"), "0");
    assert!(call.header("__partition").parse::<u32>().unwrap() < 4);
    assert!(call.header("__timestamp").parse::<i64>().unwrap() > 1_600_000_000_000);
    assert_eq!(call.header("pubsubname"), "events");
    assert_eq!(call.header("x-note"), "hi");
    assert_eq!(call.header("traceparent"), trace);
}

#[tokio::test]
async fn refusals_have_daprs_codes() {
    let world = world([events_component(&[("publishingScopes", "a=allowed")])])
        .topic("allowed")
        .client("a")
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let cases = [
        ("/v1.0/publish/nowhere/t", 404, "ERR_PUBSUB_NOT_FOUND"),
        ("/v1.0/publish/events/", 404, "ERR_DIRECT_INVOKE"),
        ("/v1.0/publish/events/denied", 403, "ERR_PUBSUB_FORBIDDEN"),
        (
            "/v1.0/publish/events/allowed?metadata.rawPayload=maybe",
            400,
            "ERR_PUBSUB_REQUEST_METADATA",
        ),
        (
            "/v1.0/publish/events/allowed?metadata.partitionNumber=99",
            500,
            "ERR_PUBSUB_PUBLISH_MESSAGE",
        ),
    ];
    for (path, status, code) in cases {
        let answer = sidecar.post(path, &json!({})).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap()["errorCode"], code, "{path}");
    }
    let large = sidecar
        .call(reqwest::Method::POST, "/v1.0/publish/events/allowed")
        .body(vec![b'x'; 5 * 1024 * 1024])
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), 500);
    assert!(large.text().await.unwrap().contains("stream too large"));
}

#[tokio::test]
async fn content_types_decide_what_data_becomes() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let bodies = [
        (None, "{\"a\":1}", json!("{\"a\":1}")),
        (Some("application/json; charset=utf-8"), "{\"a\":1}", json!({"a": 1})),
        (Some("application/json"), "{broken", json!("{broken")),
    ];
    for (index, (content_type, body, expected)) in bodies.into_iter().enumerate() {
        let mut request = sidecar
            .call(reqwest::Method::POST, "/v1.0/publish/events/t?metadata.partitionKey=k")
            .body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        assert_eq!(request.send().await.unwrap().status(), 204);
        let calls = app.calls.wait_for("/events/t", index + 1).await;
        assert_eq!(calls[index].json()["data"], expected);
    }
}

#[tokio::test]
async fn bulk_publish_keeps_the_order_of_its_entries() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let entries: Vec<Value> = (0..50)
        .map(|n| {
            json!({"entryId": n.to_string(), "event": {"n": n}, "contentType": "application/json",
                   "metadata": {"partitionKey": "one", "cloudevent.id": format!("e{n}")}})
        })
        .collect();
    let answer = sidecar.post("/v1.0/publish/bulk/events/t", &json!(entries)).await;
    assert_eq!(answer.status(), 204);
    let calls = app.calls.wait_for("/events/t", 50).await;
    let numbers: Vec<_> =
        calls.iter().map(|call| call.json()["data"]["n"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (0..50).collect::<Vec<_>>());
    assert_eq!(calls[7].json()["id"], "e7");

    let entry = json!({"entryId": "1", "event": 1, "contentType": "application/json"});
    let twice = sidecar.post("/v1.0/publish/bulk/events/t", &json!([entry, entry])).await;
    assert_eq!(twice.status(), 400);
    let misplaced = json!([{"entryId": "x", "event": 1, "contentType": "application/json", "metadata": {"partitionNumber": "77"}}]);
    let failed = sidecar.post("/v1.0/publish/bulk/events/t", &misplaced).await;
    assert_eq!(failed.status(), 500);
    assert_eq!(failed.json::<Value>().await.unwrap()["failedEntries"][0]["entryId"], "x");
}

#[tokio::test]
async fn raw_payloads_have_no_envelope_until_delivery() {
    let app = TestApp::start(ok).await;
    let raw = subscription("a", "t", None)
        .replace("  routes:", "  metadata: { rawPayload: \"true\" }\n  routes:");
    let world = world([events_component(&[]), raw]).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "?metadata.rawPayload=true", &json!("hi")).await;
    let event = app.calls.wait_for("/events/t", 1).await[0].json();
    assert_eq!(event["data_base64"], "ImhpIg==");
    assert_eq!(event["datacontenttype"], "application/octet-stream");
}

#[tokio::test]
async fn what_is_not_said_is_filled_in() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let sidecar = world.sidecar("a");
    sidecar.publish("t", "?metadata.partitionKey=k&metadata.ttlInSeconds=3600", &json!(1)).await;
    let bytes = sidecar
        .call(reqwest::Method::POST, "/v1.0/publish/events/t?metadata.partitionKey=k")
        .header("content-type", "application/octet-stream")
        .body("hi");
    assert_eq!(bytes.send().await.unwrap().status(), 204);
    let calls = app.calls.wait_for("/events/t", 2).await;
    let event = calls[0].json();
    assert!(uuid::Uuid::parse_str(event["id"].as_str().unwrap()).is_ok());
    assert_eq!(
        (&event["type"], &event["source"], &event["data"]),
        (&json!("com.dapr.event.sent"), &json!("a"), &json!(1))
    );
    assert!(event["expiration"].as_str().unwrap().ends_with('Z'));
    let names: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "data",
        "datacontenttype",
        "expiration",
        "id",
        "pubsubname",
        "source",
        "specversion",
        "time",
        "topic",
        "traceid",
        "traceparent",
        "tracestate",
        "type",
    ];
    assert_eq!(names, expected);
    let raw = calls[1].json();
    assert_eq!((&raw["data_base64"], raw.get("data")), (&json!("aGk="), None));
}

#[tokio::test]
async fn complete_events_are_passed_on() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let given = json!({"specversion": "1.0", "type": "own", "source": "me", "topic": "other",
                       "pubsubname": "other", "note": "kept", "data": {"n": 9_007_199_254_740_993_i64}});
    let call = world
        .sidecar("a")
        .call(reqwest::Method::POST, "/v1.0/publish/events/t?metadata.cloudevent.type=ignored");
    let call = call.header("content-type", "application/cloudevents+json");
    assert_eq!(call.body(given.to_string()).send().await.unwrap().status(), 204);
    let event = app.calls.wait_for("/events/t", 1).await[0].json();
    assert_eq!((&event["type"], &event["source"]), (&json!("own"), &json!("me")));
    assert_eq!((&event["topic"], &event["pubsubname"]), (&json!("t"), &json!("events")));
    assert_eq!(event["note"], "kept");
    assert!(event.get("id").is_none(), "nobody makes one up");
    assert!(event.get("time").is_some() && event.get("traceid").is_some());
}

#[tokio::test]
async fn bulk_entries_pass_through_a_float64_and_the_requests_key_wins() {
    let app = TestApp::start(ok).await;
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", app.port)
        .start()
        .await;
    let entry = json!({"entryId": "1", "event": 9_007_199_254_740_993_i64, "contentType": "application/json",
                       "metadata": {"partitionKey": "own", "cloudevent.type": "one.v1"}});
    let path = "/v1.0/publish/bulk/events/t?metadata.partitionKey=requests";
    assert_eq!(world.sidecar("a").post(path, &json!([entry])).await.status(), 204);
    let call = app.calls.wait_for("/events/t", 1).await.remove(0);
    assert_eq!(call.json()["data"], 9_007_199_254_740_992_i64);
    assert_eq!(call.json()["type"], "one.v1");
    assert_eq!(call.header("__key"), "requests");
}
