//! The sidecars' files: a broker, the database, and audit's subscriptions.

use std::time::Duration;

use todo_local_runtime::test_resources::{ResourceFolder, Subscription, TestResources};

pub(crate) fn resources(database_url: &str) -> ResourceFolder {
    let mut resources = TestResources::default()
        .broker("events")
        .database("audit-db", database_url, "todo_audit", "audit")
        .retried_deliveries("events", Duration::from_millis(50), 100);
    for topic in ["task-events", "reminders", "notifications"] {
        let (path, dead) = (format!("/events/{topic}"), format!("{topic}.audit.dead"));
        resources = resources
            .subscription(Subscription::new("audit", topic, &path).dead_letters(&dead))
            .subscription(Subscription::new("audit", &dead, "/events/dead-letters").raw());
    }
    resources.write().unwrap()
}
