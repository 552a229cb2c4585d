//! A repeat given to a task that is there already.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::Stage;

async fn patch(stage: &Stage, body: &Value) -> crate::stage::Answer {
    stage.send(Method::PATCH, "/tasks/1", body).await
}

#[tokio::test]
async fn a_repeat_that_never_comes_is_refused_whatever_due_it_starts_from() {
    let stage = Stage::open().await;
    let weekly = json!({ "rule": "FREQ=WEEKLY;BYDAY=FR", "except": ["2031-11-28"] });
    let june = json!({ "date": "2031-06-01" });
    let task = stage.create(&json!({ "title": "a", "due": june, "recurrence": weekly })).await;
    // Every twelfth month from June on is a June, which has no 31st; over before it starts; counts hours of whole days.
    for rule in
        ["FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "FREQ=DAILY;UNTIL=20300101", "FREQ=HOURLY"]
    {
        let repeat = json!({ "rule": rule });
        let alone = patch(&stage, &json!({ "title": "b", "recurrence": repeat })).await;
        assert_eq!(alone.problem(422).1, "#/recurrence/rule", "{rule}");
        let with_due = patch(&stage, &json!({ "due": june, "recurrence": repeat })).await;
        assert_eq!(with_due.problem(422).1, "#/recurrence/rule", "{rule}");
        let whole = json!({ "title": "b", "due": june, "recurrence": repeat });
        let whole = stage.send(Method::PUT, "/tasks/1", &whole).await;
        assert_eq!(whole.problem(422).1, "#/recurrence/rule", "{rule}");
    }
    assert_eq!(stage.get("/tasks/1").await.expect(200), task, "nothing is lost");
    let undated = json!({ "due": null, "recurrence": { "rule": "FREQ=DAILY" } });
    assert_eq!(patch(&stage, &undated).await.problem(422).1, "#/recurrence");
    stage.close().await;
}

#[tokio::test]
async fn a_repeat_starts_from_the_due_that_is_there() {
    let stage = Stage::open().await;
    stage.create(&json!({ "title": "a", "due": { "local": "2031-07-31T09:00" } })).await;
    let repeat = json!({ "rule": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31" });
    let task = patch(&stage, &json!({ "recurrence": repeat })).await.expect(200);
    assert_eq!(task["recurrence"]["anchor"], "2031-07-31T09:00");
    assert_eq!((&task["revision"], task["series_id"].is_string()), (&json!(2), true));
    let again = patch(&stage, &json!({ "recurrence": repeat })).await.expect(200);
    assert_eq!(again, task, "what it says already changes nothing");
    stage.close().await;
}
