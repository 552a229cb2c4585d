//! Things break, and nothing acknowledged is lost.

use serde_json::json;
use todo_tests::{Product, eventually};

use crate::shared::product;

#[tokio::test]
async fn killing_chat_api_in_mid_write_loses_no_event() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    // Writers go on until the service dies under them; what was answered with 201 counts.
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let ada = ada.clone();
            tokio::spawn(async move {
                let mut kept = Vec::new();
                loop {
                    let title = json!({ "title": format!("task {writer}-{}", kept.len()) });
                    let Ok(response) =
                        ada.request(reqwest::Method::POST, "/tasks").json(&title).send().await
                    else {
                        return kept;
                    };
                    if response.status() != 201 {
                        return kept;
                    }
                    let Ok(task) = response.json::<serde_json::Value>().await else { return kept };
                    kept.push(task["id"].as_str().unwrap().to_owned());
                }
            })
        })
        .collect();
    // Of each writer one may be there whose answer the end cuts off.
    eventually("some tasks", async || (ada.tasks("").await.len() > 28).then_some(())).await;
    product.suite().kill("chat-api").await.unwrap();
    let mut kept = Vec::new();
    for writer in writers {
        kept.extend(writer.await.unwrap());
    }
    product.suite().restart("chat-api").await.unwrap();
    assert!(kept.len() > 20);
    for id in &kept {
        let trail = eventually("the event of every acknowledged task", async || {
            Some(ada.trail(id).await).filter(|trail| !trail.is_empty())
        })
        .await;
        assert_eq!(trail.iter().filter(|entry| entry["event_type"] == "created").count(), 1);
    }
}

#[tokio::test]
async fn a_poison_event_ends_in_the_dead_letters_and_blocks_nothing() {
    let ada = product().person("ada").await.unwrap();
    let key = uuid::Uuid::new_v4();
    let kind = "?metadata.cloudevent.type=todo.task.completed.v1";
    let query = format!("{kind}&metadata.partitionKey={key}&metadata.cloudevent.id={key}");
    product()
        .publish(&query, "task-events", "application/json", json!({ "poison": key }).to_string())
        .await
        .unwrap();
    let raw = format!("?metadata.rawPayload=true&metadata.partitionKey={key}");
    product()
        .publish(&raw, "task-events", "application/json", "not even JSON".into())
        .await
        .unwrap();
    // Tasks of many keys, so some of the same partition, go on.
    for number in 0..16 {
        let task = ada.add(json!({ "title": format!("after the poison {number}") })).await;
        let id = task["id"].as_str().unwrap().to_owned();
        eventually("the trail behind the poison", async || {
            (!ada.trail(&id).await.is_empty()).then_some(())
        })
        .await;
    }
    let letters = format!("{}/internal/dead-letters", product().app_url("audit").unwrap());
    eventually("the dead letter", async || {
        let request = product().client().get(&letters);
        let request = request.header("dapr-api-token", &product().secrets().app_api_token);
        let text = request.send().await.unwrap().text().await.unwrap();
        text.contains(&key.to_string()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_forged_event_or_job_is_refused() {
    for (app, path) in [
        ("chat-api", "/job/reminder-018f3a5e-5c1e-7c7b-9d59-0b6f3a1c2d01"),
        ("chat-api", "/cron/outbox-sweep"),
        ("chat-api", "/internal/occurrences"),
        ("recurring-task", "/events/task-events"),
        ("notification", "/events/reminders"),
        ("audit", "/events/task-events"),
        ("websocket", "/events/task-updates"),
    ] {
        let url = format!("{}{path}", product().app_url(app).unwrap());
        for token in [None, Some("wrong")] {
            let mut request = product().client().post(&url).json(&json!({}));
            if let Some(token) = token {
                request = request.header("dapr-api-token", token);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{app}{path}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
    }
}
