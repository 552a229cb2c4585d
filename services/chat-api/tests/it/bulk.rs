//! Many tasks in one request.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

async fn act(stage: &Stage, action: &str, ids: &Value) -> Vec<(Value, String)> {
    let body = json!({ "action": action, "ids": ids });
    let answer = stage.send(Method::POST, "/tasks/bulk", &body).await.expect(200);
    let item = |item: &Value| (item["id"].clone(), item["status"].as_str().unwrap().to_owned());
    answer["results"].as_array().unwrap().iter().map(item).collect()
}

#[tokio::test]
async fn every_name_has_its_result_in_the_order_of_the_request() {
    let stage = Stage::open().await;
    let mut ids = vec![];
    for title in ["a", "b", "c"] {
        ids.push(stage.create(&json!({ "title": title })).await["id"].clone());
    }
    let unknown = json!("0198c0de-0000-7000-8000-000000000001");
    let names = json!([ids[2], 1, "2", 99, unknown]);
    let results = act(&stage, "complete", &names).await;
    let done = |id: &Value| (id.clone(), "done".to_owned());
    let missing = |id: Value| (id, "not_found".to_owned());
    let lost = [missing(json!(99)), missing(unknown)];
    assert_eq!(results[..3], [done(&ids[2]), done(&ids[0]), done(&ids[1])]);
    assert_eq!(results[3..], lost);
    let again = act(&stage, "complete", &json!([1])).await;
    assert_eq!(again, [(ids[0].clone(), "unchanged".to_owned())]);
    assert_eq!(act(&stage, "reopen", &json!([1])).await, [done(&ids[0])]);
    assert_eq!(act(&stage, "delete", &json!([1, 2, 3])).await.len(), 3);
    assert_eq!(act(&stage, "delete", &json!([1])).await, [missing(json!(1))]);
    stage.close().await;
}

#[tokio::test]
async fn a_request_names_1_to_200_tasks() {
    let stage = Stage::open().await;
    let many: Vec<_> = (1..=201).collect();
    for (body, pointer) in [
        (json!({ "action": "complete", "ids": [] }), "#/ids"),
        (json!({ "action": "complete", "ids": many }), "#/ids"),
        (json!({ "action": "complete", "ids": ["x"] }), "#/ids/0"),
        (json!({ "action": "explode", "ids": [1] }), "#/action"),
    ] {
        let answer = stage.send(Method::POST, "/tasks/bulk", &body).await;
        assert_eq!(answer.problem(422).1, pointer);
    }
    stage.close().await;
}
