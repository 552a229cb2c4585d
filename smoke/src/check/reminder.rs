//! A reminder comes at its moment, through the scheduler, to the open socket.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{
    stage::{Seen, Stage},
    subject::{REMINDER, REMINDING},
};
use crate::now;

/// Long enough for the job to be made before.
const AHEAD: TimeDelta = TimeDelta::seconds(2);

pub(super) async fn prove(stage: &Stage) {
    let key = Uuid::new_v4().simple().to_string();
    let at = (now() + AHEAD).to_rfc3339();
    let task = json!({
        "title": format!("smoke: feed the cat {key}"),
        "reminders": [{ "at": at, "channel": "push" }],
    });
    let set = async || {
        let made = stage.ask(stage.person.add(&key, &task)).await?;
        stage.made(&made);
        Ok((None, made))
    };
    let Some(made) = stage.prove(&REMINDING, set).await else { return };
    let come = async || {
        let frame = stage.inbox.find(|frame| {
            frame["type"] == "notification"
                && frame["kind"] == "reminder"
                && frame["task_id"] == made["id"]
        });
        let frame = frame.map_err(Seen::NotYet)?;
        Ok((Some(format!("{} ms late", frame["late_by_ms"])), ()))
    };
    stage.prove(&REMINDER, come).await;
}
