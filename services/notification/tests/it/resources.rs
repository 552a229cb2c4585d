//! The sidecars' files: a broker, the database, the ways outside, and the subscriptions.

use std::time::Duration;

use todo_local_runtime::test_resources::{ResourceFolder, Subscription, TestResources};

pub(crate) fn resources(database_url: &str, world_port: u16, smtp_port: u16) -> ResourceFolder {
    let hook = format!("http://127.0.0.1:{world_port}/hook");
    let mail = [("host", "127.0.0.1"), ("port", &smtp_port.to_string())];
    TestResources::default()
        .broker("events")
        .database("notification-db", database_url, "todo_notification", "notification")
        .component("email", "bindings.smtp/v1", &mail)
        .component("webhook", "bindings.http/v1", &[("url", &hook)])
        .subscription(subscription("reminders", "notification"))
        .subscription(subscription("task-updates", "notification"))
        .subscription(subscription("notifications", "world"))
        .retried_deliveries("events", Duration::from_millis(50), 100)
        .write()
        .unwrap()
}

fn subscription(topic: &str, app: &str) -> Subscription {
    let (path, dead) = (format!("/events/{topic}"), format!("{topic}.{app}.dead"));
    Subscription::new(app, topic, &path).dead_letters(&dead)
}
