//! The product as one program on a machine: killed, stopped, forgotten.

use serde_json::json;
use todo_tests::{
    Home, Launched, Writers, eventually, is_alive, is_loopback, listens_on, mixed_work, program,
};

/// People in the middle of their work.
async fn at_work(up: &Launched) -> Writers {
    let mut people = Vec::new();
    for name in ["ada", "bob", "cyd", "dan", "eve", "fay"] {
        people.push(up.person(name).await.unwrap());
    }
    let writers = Writers::start(people, mixed_work);
    writers.promised(60).await;
    writers
}

/// What was acknowledged is there once everything is started again.
async fn all_is_kept(home: &Home, writers: Writers) {
    let promises = writers.ended().await;
    let second = home.up(&[]).await.unwrap();
    for promised in promises {
        let person = promised.person.at(second.page());
        promised.kept(&person).await;
    }
    second.interrupt();
    assert!(second.ended().await.unwrap().success());
}

#[tokio::test]
async fn killing_everything_loses_nothing_that_was_promised() {
    let home = Home::new().unwrap();
    let first = home.up(&[]).await.unwrap();
    let writers = at_work(&first).await;
    first.kill_everything().await.unwrap();
    all_is_kept(&home, writers).await;
}

#[tokio::test]
async fn ctrl_c_under_load_kills_nobody_and_loses_nothing() {
    let home = Home::new().unwrap();
    let first = home.up(&[]).await.unwrap();
    let writers = at_work(&first).await;
    let lines = first.lines().clone();
    first.interrupt();
    assert_eq!(first.ended().await.unwrap().code(), Some(0), "{}", lines.text());
    let text = lines.text();
    assert!(text.contains("Stopped ("), "{text}");
    assert!(!text.contains("killing it") && !text.contains("starting again"), "{text}");
    all_is_kept(&home, writers).await;
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
    // Dapr's scheduler ignores the address that its health page is told; that page alone.
    let (schedulers, others): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|text| text.starts_with("scheduler at "));
    assert!(others.is_empty(), "not on 127.0.0.1: {others:?}");
    assert!(schedulers.len() <= 1, "not on 127.0.0.1: {schedulers:?}");
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
