//! A sentence in the chat becomes a task, a frame and an entry of the trail.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    stage::{Seen, Stage},
    subject::{AUDIT, CHAT, FRAME, LIST},
};
use crate::problem::answer;

const SENTENCE: &str = "call mom tomorrow at 5pm";

pub(super) async fn prove(stage: &Stage) {
    let Some(task) = stage.prove(&CHAT, async || said(stage).await).await else { return };
    let id = task["id"].as_str().unwrap_or_default();
    tokio::join!(listed(stage, id), framed(stage, id), recorded(stage, id));
}

/// Said once: a sentence has no key, so that said again it would be a second task.
async fn said(stage: &Stage) -> Result<(Option<String>, Value), Seen> {
    let request = stage.person.request(Method::POST, "/chat").json(&json!({ "message": SENTENCE }));
    let reply = answer(request).await.map_err(|failure| Seen::Wrong(failure.to_string()))?;
    let task = &reply["tasks"][0];
    stage.made(task);
    let at_five = task["due"]["local"].as_str().is_some_and(|local| local.ends_with("T17:00"));
    if reply["action"] == "added" && task["title"] == "call mom" && at_five {
        return Ok((
            Some(format!("{:?}", reply["reply"].as_str().unwrap_or_default())),
            task.clone(),
        ));
    }
    Err(Seen::Wrong(format!("{SENTENCE:?} was understood as {reply}")))
}

async fn listed(stage: &Stage, id: &str) {
    let look = async || {
        let page = stage.ask(stage.person.get("/tasks?limit=200&sort=-created_at")).await?;
        let tasks = page["tasks"].as_array().map_or(&[][..], Vec::as_slice);
        if tasks.iter().any(|task| task["id"] == id) {
            return Ok((None, ()));
        }
        Err(Seen::NotYet(format!("{} other tasks", tasks.len())))
    };
    stage.prove(&LIST, look).await;
}

async fn framed(stage: &Stage, id: &str) {
    let look = async || {
        let frame = stage.inbox.find(|frame| {
            frame["type"] == "task" && frame["event_type"] == "created" && frame["task_id"] == id
        });
        frame.map(|_| (None, ())).map_err(Seen::NotYet)
    };
    stage.prove(&FRAME, look).await;
}

/// The trail is asked through chat-api; the entry comes of an event.
async fn recorded(stage: &Stage, id: &str) {
    let look = async || {
        let trail = stage.ask(stage.person.get(&format!("/audit?task_id={id}"))).await?;
        let entries = trail["entries"].as_array().map_or(&[][..], Vec::as_slice);
        let created = |entry: &&Value| entry["event_type"] == "created" && entry["actor"] == "chat";
        if entries.iter().any(|entry| created(&entry)) {
            return Ok((None, ()));
        }
        Err(Seen::NotYet(format!("the entries {}", trail["entries"])))
    };
    stage.prove(&AUDIT, look).await;
}
