//! The product as one program on a machine: killed, stopped, forgotten.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use todo_tests::{
    Home, Person, Promised, Writers, eventually, is_alive, is_loopback, listens_on, program,
};

/// Every third task reminds in a few seconds, every third repeats.
fn work(number: usize) -> Value {
    #[expect(clippy::disallowed_methods, reason = "the test is a client with a clock of its own")]
    let soon = Utc::now() + TimeDelta::seconds(2 + i64::try_from(number % 4).unwrap_or(0));
    match number % 3 {
        0 => json!({ "title": format!("plain {number}") }),
        1 => {
            json!({ "title": format!("remind {number}"), "reminders": [{ "at": soon.to_rfc3339(), "channel": "push" }] })
        }
        _ => {
            json!({ "title": format!("repeat {number}"), "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } })
        }
    }
}

#[tokio::test]
async fn killing_everything_loses_nothing_that_was_promised() {
    let home = Home::new().unwrap();
    let first = home.up(&[]).await.unwrap();
    let mut people = Vec::new();
    for name in ["ada", "bob", "cyd", "dan", "eve", "fay"] {
        people.push(first.person(name).await.unwrap());
    }
    let writers = Writers::start(people, work);
    writers.promised(60).await;
    first.kill_everything().await.unwrap();
    let promises = writers.ended().await;

    let second = home.up(&[]).await.unwrap();
    for promised in promises {
        let person = promised.person.at(second.page());
        everything_is_there(&person, &promised).await;
    }
    second.interrupt();
    assert!(second.ended().await.unwrap().success());
}

async fn everything_is_there(person: &Person, promised: &Promised) {
    assert!(promised.tasks.len() > 2, "{}", promised.tasks.len());
    // The answer that was lost can be asked for again, and makes no second task.
    let unanswered = promised.unanswered.as_ref().filter(|body| body["reminders"].is_null());
    if let Some(body) = unanswered {
        let made = person.add_keyed(body).await.expect("the product answers again");
        assert_eq!(made["title"], body["title"]);
    }
    for task in &promised.tasks {
        let id = task["id"].as_str().unwrap();
        assert_eq!(person.get(&format!("/tasks/{id}")).await.body["title"], task["title"]);
        let reminds = task["title"].as_str().unwrap().starts_with("remind");
        eventually("every event of a promised task", async || {
            let trail = person.trail(id).await;
            let count = |kind| trail.iter().filter(|entry| entry["event_type"] == kind).count();
            assert!(count("created") < 2 && count("due") < 2 && count("raised") < 2, "{trail:#?}");
            let reminded = !reminds || (count("due") == 1 && count("raised") == 1);
            (count("created") == 1 && reminded).then_some(())
        })
        .await;
    }
    let mut all = Vec::new();
    for series in promised.completed.iter().map(|task| &task["series_id"]) {
        all = eventually("the next occurrence", async || {
            let all = person.tasks("&status=all&sort=number").await;
            let found = all.iter().filter(|task| &task["series_id"] == series).count();
            assert!(found <= 2, "{all:#?}");
            (found == 2).then_some(all)
        })
        .await;
    }
    let titles = |title: &Value| all.iter().filter(|task| &task["title"] == title).count();
    if let Some(body) = unanswered {
        let most = if body["recurrence"].is_null() { 1 } else { 2 };
        assert!((1..=most).contains(&titles(&body["title"])), "{body:#}");
    }
    let numbers: Vec<u64> = all.iter().filter_map(|task| task["number"].as_u64()).collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "no gap: {numbers:?}");
}

#[tokio::test]
async fn ctrl_c_stops_everything_and_fresh_forgets_it() {
    let home = Home::new().unwrap();
    let first = home.up(&[]).await.unwrap();
    let ada = first.person("ada").await.unwrap();
    ada.add(json!({ "title": "kept" })).await;
    let socket = first.socket(&ada).await.unwrap();
    let processes = first.processes();
    // Launcher, guarding shell, five services, database with its workers.
    assert!(processes.len() > 8, "{processes:?}");
    let (mut addresses, mut open) = (Vec::new(), Vec::new());
    for pid in &processes {
        let found = listens_on(*pid);
        let outside = found.iter().filter(|address| !is_loopback(address));
        open.extend(outside.map(|address| format!("{} at {address}", program(*pid))));
        addresses.extend(found);
    }
    // Five sidecars, five applications, two of them public, one database.
    assert!(addresses.len() >= 13, "{addresses:?}");
    // Dapr's scheduler ignores the address that its health page is told.
    open.retain(|text| !text.starts_with("scheduler at "));
    assert!(open.is_empty(), "not on 127.0.0.1: {open:?}");
    let lines = first.lines().clone();
    first.interrupt();
    assert_eq!(first.ended().await.unwrap().code(), Some(0), "{}", lines.text());
    eventually("the end of every process", async || {
        processes.iter().all(|pid| !is_alive(*pid)).then_some(())
    })
    .await;
    assert!(!lines.text().contains("killing it"), "{}", lines.text());
    drop(socket);

    let second = home.up(&[]).await.unwrap();
    assert_eq!(ada.at(second.page()).tasks("").await.len(), 1, "a stop forgets nothing");
    second.interrupt();
    assert_eq!(second.ended().await.unwrap().code(), Some(0));

    let third = home.up(&["--fresh"]).await.unwrap();
    assert_eq!(ada.at(third.page()).get("/tasks").await.status, 401, "old tokens are forgotten");
    let again = third.person("ada").await.unwrap();
    assert!(again.tasks("&status=all").await.is_empty());
    third.interrupt();
    assert_eq!(third.ended().await.unwrap().code(), Some(0));
}
