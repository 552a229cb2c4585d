//! A repeating task that is completed is followed by the next one.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    stage::{Seen, Stage},
    subject::{COMPLETION, OCCURRENCE},
};
use crate::now;

pub(super) async fn prove(stage: &Stage) {
    let key = Uuid::new_v4().simple().to_string();
    let tomorrow = (now() + TimeDelta::days(1)).date_naive();
    let task = json!({
        "title": format!("smoke: water the plants {key}"),
        "due": { "date": tomorrow },
        "recurrence": { "rule": "FREQ=DAILY" },
        "reminders": [],
    });
    let complete = async || {
        let made = stage.ask(stage.person.add(&key, &task)).await?;
        stage.made(&made);
        let id = made["id"].as_str().unwrap_or_default();
        stage.ask(stage.person.complete(id)).await?;
        Ok((None, made))
    };
    let Some(made) = stage.prove(&COMPLETION, complete).await else { return };
    let follow = async || follower(stage, &key, &made).await;
    stage.prove(&OCCURRENCE, follow).await;
}

async fn follower(stage: &Stage, key: &str, made: &Value) -> Result<(Option<String>, ()), Seen> {
    let page = stage.ask(stage.person.get(&format!("/tasks?q={key}&status=all"))).await?;
    let tasks = page["tasks"].as_array().cloned().unwrap_or_default();
    let same = |task: &&Value| task["series_id"] == made["series_id"];
    let series: Vec<&Value> = tasks.iter().filter(same).collect();
    series.iter().for_each(|task| stage.made(task));
    match series.as_slice() {
        [_, _] => Ok((None, ())),
        [_, _, _, ..] => Err(Seen::Wrong(format!("{} tasks of one series", series.len()))),
        _ => Err(Seen::NotYet("the completed task alone".to_owned())),
    }
}
