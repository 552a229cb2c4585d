//! Settings, and what follows from them.

use reqwest::Method;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn a_date_is_meant_in_the_users_zone() {
    let stage = Stage::open().await;
    assert_eq!(stage.get("/settings").await.expect(200)["zone"], "UTC");
    let settings = json!({
        "zone": "Asia/Karachi", "locale": "en", "default_reminder_minutes": 30, "channels": ["email"],
    });
    assert_eq!(stage.send(Method::PUT, "/settings", &settings).await.expect(200), settings);
    assert_eq!(stage.get("/settings").await.expect(200), settings);
    let due = json!({ "local": "2031-11-22T17:00" });
    let task = stage.create(&json!({ "title": "a", "due": due })).await;
    assert_eq!(
        (&task["due_at"], &task["zone"]),
        (&json!("2031-11-22T12:00:00.000Z"), &json!("Asia/Karachi"))
    );
    assert_eq!(task["reminders"][0]["remind_at"], "2031-11-22T11:30:00.000Z");
    for (field, value) in [
        ("zone", json!("Mars/Olympus")),
        ("locale", json!("")),
        ("channels", json!(["pigeon"])),
        ("channels", json!([])),
        ("default_reminder_minutes", json!(-5)),
        ("colour", json!("red")),
    ] {
        let mut broken = settings.clone();
        broken[field] = value;
        let (_, pointer) = stage.send(Method::PUT, "/settings", &broken).await.problem(422);
        assert!(pointer.starts_with(&format!("#/{field}")), "{broken}: {pointer}");
    }
    stage.close().await;
}
