//! Several replicas of a service.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use todo_tests::{Person, Product, eventually};

#[tokio::test]
async fn a_socket_at_each_replica_sees_every_frame() {
    let product = Product::builder().replicas("websocket", 2).start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let mut sockets = [
        product.socket_at("websocket", &ada).await.unwrap(),
        product.socket_at("websocket-2", &ada).await.unwrap(),
    ];
    for number in 0..12 {
        ada.add(json!({ "title": format!("task {number}") })).await;
    }
    for socket in &mut sockets {
        for sequence in 1..=12 {
            socket.change(sequence).await.unwrap();
        }
    }
    // One replica dies; the sockets of the other go on as if nothing had happened.
    product.suite().kill("websocket-2").await.unwrap();
    for number in 12..24 {
        ada.add(json!({ "title": format!("task {number}") })).await;
    }
    for sequence in 13..=24 {
        sockets[0].change(sequence).await.unwrap();
    }
}

/// Pairs of a repeating task and a plain one, made through one replica after the other; the repeating one is completed.
/// Who gets no answer asks another replica, under the same idempotency key.
async fn work(doors: Vec<Person>, rounds: usize) -> (Vec<Value>, Vec<Value>) {
    let (mut plain, mut repeating) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let task = json!({ "title": format!("plain {round}") });
        plain.push(insist(&doors, round, Method::POST, "/tasks", &task).await);
        let task = json!({
            "title": format!("daily {round}"),
            "due": { "date": "2031-12-01" },
            "recurrence": { "rule": "FREQ=DAILY" },
        });
        let task = insist(&doors, round + 1, Method::POST, "/tasks", &task).await;
        let path = format!("/tasks/{}/complete", task["number"]);
        insist(&doors, round, Method::PATCH, &path, &json!({})).await;
        repeating.push(task);
    }
    (plain, repeating)
}

/// Asks at one door after the other until there is an answer.
async fn insist(doors: &[Person], first: usize, method: Method, path: &str, body: &Value) -> Value {
    for door in doors.iter().cycle().skip(first % doors.len()).take(4 * doors.len()) {
        let key = format!("{path} {body}");
        let request = door.request(method.clone(), path).header("idempotency-key", key);
        let Ok(response) = request.json(body).send().await else { continue };
        if matches!(response.status(), StatusCode::OK | StatusCode::CREATED)
            && let Ok(answer) = response.json().await
        {
            return answer;
        }
    }
    panic!("no replica answers {method} {path}");
}

#[tokio::test]
async fn killing_one_of_two_replicas_under_load_loses_and_doubles_nothing() {
    let product = Product::builder()
        .without_limits()
        .replicas("chat-api", 2)
        .replicas("recurring-task", 2)
        .start()
        .await
        .unwrap();
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(product.person(&format!("p{number}")).await.unwrap());
    }
    let workers: Vec<_> = people
        .iter()
        .map(|person| {
            let doors = vec![person.clone(), product.through("chat-api-2", person).unwrap()];
            tokio::spawn(work(doors, 20))
        })
        .collect();
    eventually("some work", async || (people[0].tasks("").await.len() > 4).then_some(())).await;
    product.suite().kill_replica("recurring-task-2").await.unwrap();
    product.suite().kill_replica("chat-api-2").await.unwrap();
    for (person, worker) in people.iter().zip(workers) {
        let (plain, repeating) = worker.await.unwrap();
        for task in &plain {
            let id = task["id"].as_str().unwrap();
            let trail = eventually("the trail of a task that was acknowledged", async || {
                Some(person.trail(id).await).filter(|trail| !trail.is_empty())
            })
            .await;
            assert_eq!(trail.iter().filter(|entry| entry["event_type"] == "created").count(), 1);
        }
        // Every completed occurrence has its successor, and one only.
        let all = eventually("the successors", async || {
            let all = person.tasks("&status=all&q=daily").await;
            (all.len() >= 2 * repeating.len()).then_some(all)
        })
        .await;
        for task in &repeating {
            let series = all.iter().filter(|other| other["series_id"] == task["series_id"]);
            assert_eq!(series.count(), 2, "{task:#}");
        }
        assert_eq!(person.tasks("&status=all&q=plain").await.len(), plain.len());
    }
}
