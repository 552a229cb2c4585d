//! Many tasks at once, some of which are not there.

use serde_json::{Value, json};
use todo_tests::{Person, eventually};

use crate::shared::product;

async fn bulk(person: &Person, action: &str, ids: &Value) -> Vec<Value> {
    let answer = person.post("/tasks/bulk", json!({ "action": action, "ids": ids })).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    answer.body["results"].as_array().cloned().unwrap()
}

#[tokio::test]
async fn mixed_names_get_a_result_each_and_do_no_more_than_they_say() {
    let (ada, eve) =
        (product().person("ada").await.unwrap(), product().person("eve").await.unwrap());
    let mut socket = product().socket(&ada).await.unwrap();
    let mut tasks = Vec::new();
    for number in 1..=4 {
        tasks.push(ada.add(json!({ "title": format!("task {number}") })).await);
    }
    let foreign = eve.add(json!({ "title": "eve's" })).await;
    let nobody = uuid::Uuid::now_v7().to_string();
    ada.patch(&format!("/tasks/{}/complete", tasks[1]["number"]), json!({})).await;

    let names = json!([tasks[0]["id"], 2, "3", foreign["id"], nobody, 99, tasks[0]["number"]]);
    let results = bulk(&ada, "complete", &names).await;
    let outcomes: Vec<_> =
        results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    let expected = ["done", "unchanged", "done", "not_found", "not_found", "not_found", "done"];
    assert_eq!(outcomes, expected, "in the order of the request");
    assert_eq!(results[0]["task"]["status"], "completed");
    assert_eq!(results[3].get("task"), None, "nothing of another's task is shown");
    assert_eq!(
        eve.get(&format!("/tasks/{}", foreign["id"].as_str().unwrap())).await.body["status"],
        "open"
    );

    let results = bulk(&ada, "delete", &json!([tasks[2]["id"], foreign["id"], 4, 99])).await;
    let outcomes: Vec<_> =
        results.iter().map(|result| result["status"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["done", "not_found", "done", "not_found"]);
    assert_eq!(ada.tasks("&status=all").await.len(), 2);
    assert_eq!(eve.tasks("").await.len(), 1);
    assert_eq!(bulk(&ada, "delete", &json!([4])).await[0]["status"], "not_found", "it is gone");

    // 4 created, 1 completed, 2 completed in bulk, 2 deleted: one frame each, without a gap.
    for sequence in 1..=9 {
        socket.change(sequence).await.unwrap();
    }
    for task in [&tasks[0], &tasks[2]] {
        eventually("one completion in the trail", async || {
            let trail = ada.trail(task["id"].as_str().unwrap()).await;
            let completed = trail.iter().filter(|entry| entry["event_type"] == "completed").count();
            assert!(completed < 2, "{trail:#?}");
            (completed == 1).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_changes_nothing() {
    let ada = product().person("ada").await.unwrap();
    ada.add(json!({ "title": "stays" })).await;
    let many: Vec<u64> = (1..=201).collect();
    for (body, status) in [
        (json!({ "action": "delete", "ids": [] }), 422),
        (json!({ "action": "delete", "ids": many }), 422),
        (json!({ "action": "delete", "ids": [1, "nonsense"] }), 422),
        (json!({ "action": "delete", "ids": [1, -1] }), 422),
        (json!({ "action": "delete", "ids": [1, 1.5] }), 422),
        (json!({ "action": "erase", "ids": [1] }), 422),
        (json!({ "ids": [1] }), 422),
        (json!({ "action": "delete", "ids": [1], "force": true }), 422),
    ] {
        let answer = ada.post("/tasks/bulk", body.clone()).await;
        assert_eq!(answer.status, status, "{body} {:#}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_eq!(ada.tasks("").await.len(), 1);
}
