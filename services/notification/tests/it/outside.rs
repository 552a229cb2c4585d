//! Mail and webhook, and what happens when there is none.

use serde_json::json;

use crate::stage::{ALL_CHANNELS, Stage, eventually, reminder};

const DUE: &str = "todo.reminder.due.v1";

#[tokio::test]
async fn mail_goes_to_the_users_address_beside_the_push() {
    let stage = Stage::open(ALL_CHANNELS).await;
    stage.prefer("ziakhan", &json!({ "email": "zia@example.org" })).await;
    let all: Vec<_> = (0..4).map(|_| reminder("ziakhan", "email")).collect();
    for data in &all {
        assert_eq!(stage.deliver("reminders", DUE, data).await, "SUCCESS");
        assert_eq!(stage.deliver("reminders", DUE, data).await, "SUCCESS");
    }
    for data in &all {
        stage.settled(&data["event_id"], &["sent", "sent"]).await;
    }
    let mails = stage.mail.mails();
    assert_eq!((mails.len(), stage.mail.most_at_once()), (4, 1));
    let mail = &mails[0];
    assert_eq!(mail.recipients, ["zia@example.org"]);
    for part in [
        "From: todo@example.org",
        "To: zia@example.org",
        "Subject: Call <mom>",
        "Content-Type: text/html",
        "<strong>Call &lt;mom&gt;</strong>",
        "Due in 1 hour",
    ] {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
    }
    let told = eventually("the pushes", async || {
        Some(stage.world.notifications()).filter(|told| told.len() == 4)
    })
    .await;
    assert_eq!(told[0]["data"]["channel"], "email");
    stage.close().await;
}

#[tokio::test]
async fn a_channel_that_is_not_to_be_had_falls_back_to_push_and_says_so() {
    let stage = Stage::open(ALL_CHANNELS).await;
    let homeless = reminder("ziakhan", "email");
    stage.deliver("reminders", DUE, &homeless).await;
    stage.settled(&homeless["event_id"], &["sent"]).await;
    let rows = stage.rows(&homeless["event_id"]).await;
    assert_eq!(rows[0][0].as_deref(), Some("push"));
    assert_eq!(rows[0][2].as_deref(), Some("the user has no e-mail address"));
    let told = eventually("the push", async || stage.world.notifications().pop()).await;
    assert_eq!(told["data"]["channel"], "push");
    stage.close().await;

    let bare = Stage::open(&[]).await;
    for (channel, why) in
        [("email", "mail is not set up"), ("webhook", "the webhook is not set up")]
    {
        let data = reminder("ziakhan", channel);
        bare.deliver("reminders", DUE, &data).await;
        bare.settled(&data["event_id"], &["sent"]).await;
        assert_eq!(bare.rows(&data["event_id"]).await[0][2].as_deref(), Some(why));
    }
    bare.close().await;
}

#[tokio::test]
async fn a_webhook_that_fails_is_called_again() {
    let stage = Stage::open(ALL_CHANNELS).await;
    stage.world.hook_fails(true);
    let data = reminder("ziakhan", "webhook");
    stage.deliver("reminders", DUE, &data).await;
    eventually("a failed try", async || {
        stage.rows(&data["event_id"]).await.into_iter().find(|row| row[3].is_some())
    })
    .await;
    stage.settled(&data["event_id"], &["sent", "pending"]).await;

    stage.world.hook_fails(false);
    stage.leases_run_out().await;
    stage.sweep().await;
    stage.settled(&data["event_id"], &["sent", "sent"]).await;
    let posts = stage.world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].0, posts[0].1["event_id"]);
    assert_eq!(posts[0].1["title"], "Call <mom>");
    stage.close().await;
}

#[tokio::test]
async fn an_address_that_is_taken_back_gets_no_mail() {
    let stage = Stage::open(ALL_CHANNELS).await;
    let quiet = json!({ "email": "zia@example.org", "muted_until": "2099-01-01T00:00:00Z" });
    stage.prefer("ziakhan", &quiet).await;
    let data = reminder("ziakhan", "email");
    stage.deliver("reminders", DUE, &data).await;
    stage.settled(&data["event_id"], &["held", "held"]).await;
    stage.prefer("ziakhan", &json!({})).await;
    stage.sweep().await;
    stage.settled(&data["event_id"], &["undeliverable", "sent"]).await;
    assert!(stage.mail.mails().is_empty());
    stage.close().await;
}
