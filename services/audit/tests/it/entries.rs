//! Reading the trail.

use serde_json::Value;
use uuid::Uuid;

use crate::stage::{Stage, task_event};

/// Seven events of one user, three of them at the same instant, and one of somebody else; returns the ids, newest first.
async fn fill(stage: &Stage) -> Vec<String> {
    let mut ids: Vec<Uuid> = (0..7).map(|_| Uuid::now_v7()).collect();
    ids.sort();
    for (index, id) in ids.iter().enumerate() {
        let second = [1, 2, 3, 3, 3, 4, 5][index];
        // Sent in an order of its own: the list goes by time.
        let time = format!("2026-11-22T12:00:0{second}.123456Z");
        let data = task_event(&id.to_string(), "ziakhan", &task(index % 2), &time);
        stage.deliver("events/task-events", "todo.task.created.v1", &data).await;
    }
    let foreign =
        task_event(&Uuid::now_v7().to_string(), "other", &task(0), "2026-11-22T12:00:03Z");
    stage.deliver("events/task-events", "todo.task.created.v1", &foreign).await;
    ids.iter().rev().map(Uuid::to_string).collect()
}

fn task(number: usize) -> String {
    format!("0198c0de-0000-7000-8000-00000000000{number}")
}

async fn page(stage: &Stage, query: &str) -> (Vec<String>, Option<String>) {
    let (status, page) = stage.get(&format!("internal/entries?user_id=ziakhan&{query}")).await;
    assert_eq!(status, 200, "{query}: {page}");
    let id = |entry: &Value| entry["event_id"].as_str().unwrap().to_owned();
    let ids = page["entries"].as_array().unwrap().iter().map(id).collect();
    (ids, page["next_cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let stage = Stage::open().await;
    let all = fill(&stage).await;
    assert_eq!(page(&stage, "limit=7").await, (all.clone(), None));

    for limit in [1, 2, 3] {
        let (mut read, mut cursor) = (Vec::new(), String::new());
        loop {
            let (ids, next) = page(&stage, &format!("limit={limit}{cursor}")).await;
            read.extend(ids);
            let Some(next) = next else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(read, all, "limit {limit}");
    }
    stage.close().await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let stage = Stage::open().await;
    let all = fill(&stage).await;
    let of_task: Vec<_> = all.iter().skip(1).step_by(2).cloned().collect();
    assert_eq!(page(&stage, &format!("task_id={}", task(1))).await.0, of_task);
    let (first, second) = ("2026-11-22T12:00:03.123456Z", "2026-11-22T12:00:04.123456Z");
    assert_eq!(page(&stage, &format!("from={first}&to={second}")).await.0, all[2..5]);
    assert_eq!(page(&stage, &format!("to={first}&limit=1")).await.0, all[5..6]);
    stage.close().await;
}

#[tokio::test]
async fn a_bad_question_is_answered_with_a_problem() {
    let stage = Stage::open().await;
    for (query, pointer) in [
        ("", "?user_id"),
        ("user_id=a%20b", "?user_id"),
        ("user_id=a&limit=0", "?limit"),
        ("user_id=a&limit=201", "?limit"),
        ("user_id=a&cursor=x", "?cursor"),
        ("user_id=a&task_id=7", "?task_id"),
        ("user_id=a&from=yesterday", "?from"),
    ] {
        let (status, problem) = stage.get(&format!("internal/entries?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}: {problem}");
    }
    stage.close().await;
}
