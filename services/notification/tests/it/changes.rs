//! Changes that somebody else made are told to who asked for them.

use serde_json::json;

use crate::stage::{Stage, eventually, reminder, update};

const CREATED: &str = "todo.task-update.created.v1";

#[tokio::test]
async fn only_the_doors_that_were_asked_for_are_told() {
    let stage = Stage::open(&[]).await;
    stage.prefer("ziakhan", &json!({ "changes_by": ["recurring"] })).await;
    for (user, actor) in [("ziakhan", "mcp"), ("ziakhan", "chat"), ("other", "recurring")] {
        let data = update(user, actor);
        assert_eq!(stage.deliver("task-updates", CREATED, &data).await, "SUCCESS");
        assert!(stage.rows(&data["event_id"]).await.is_empty(), "{user} {actor}");
    }
    let data = update("ziakhan", "recurring");
    stage.publish("task-updates", CREATED, &data).await;
    stage.publish("task-updates", CREATED, &data).await;
    let told = eventually("the notification", async || stage.world.notifications().pop()).await;
    assert_eq!(told["data"]["kind"], "change");
    assert_eq!(told["data"]["title"], "Pay rent");
    assert_eq!(told["data"]["body"], "The repeat added this task");
    stage.settled(&data["event_id"], &["sent"]).await;
    assert_eq!(stage.world.notifications().len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn a_mute_drops_changes_and_holds_reminders_until_it_is_lifted() {
    let stage = Stage::open(&[]).await;
    let muted = json!({ "changes_by": ["mcp"], "muted_until": "2099-01-01T00:00:00Z" });
    stage.prefer("ziakhan", &muted).await;
    let (change, late) = (update("ziakhan", "mcp"), reminder("ziakhan", "push"));
    stage.deliver("task-updates", CREATED, &change).await;
    stage.deliver("reminders", "todo.reminder.due.v1", &late).await;
    stage.deliver("reminders", "todo.reminder.due.v1", &late).await;
    stage.sweep().await;
    stage.settled(&change["event_id"], &["muted"]).await;
    stage.settled(&late["event_id"], &["held"]).await;

    stage.prefer("ziakhan", &json!({ "changes_by": ["mcp"] })).await;
    stage.sweep().await;
    stage.settled(&late["event_id"], &["sent"]).await;
    let told = eventually("the reminder", async || stage.world.notifications().pop()).await;
    assert_eq!(told["data"]["reminder_id"], late["reminder_id"]);
    assert_eq!(stage.world.notifications().len(), 1);
    stage.close().await;
}
