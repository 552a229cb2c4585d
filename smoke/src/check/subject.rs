//! What is proven, and where to look when it is not.

/// One thing to prove.
pub(super) struct Subject {
    /// A few words.
    pub(super) name: &'static str,
    /// Deployments that have a part in it.
    deployments: &'static [&'static str],
    /// Another command that may tell why.
    also: Option<&'static str>,
}

const fn of(name: &'static str, deployments: &'static [&'static str]) -> Subject {
    Subject { name, deployments, also: None }
}

/// chat-api answers, and the database behind it.
pub(super) const API: Subject = of("api", &["chat-api"]);
/// A socket is open.
pub(super) const SOCKET: Subject = of("socket", &["websocket"]);
/// A sentence is understood.
pub(super) const CHAT: Subject = of("chat", &["chat-api"]);
/// The task that it made is listed.
pub(super) const LIST: Subject = of("task listed", &["chat-api"]);
/// An event of it reaches the open socket.
pub(super) const FRAME: Subject = of("socket frame", &["chat-api", "websocket"]);
/// An event of it reaches the trail.
pub(super) const AUDIT: Subject = of("audit entry", &["chat-api", "audit"]);
/// A repeating task is made and completed.
pub(super) const COMPLETION: Subject = of("completion", &["chat-api"]);
/// It is followed by the next one.
pub(super) const OCCURRENCE: Subject = of("next occurrence", &["recurring-task", "chat-api"]);
/// A task with a reminder is made.
pub(super) const REMINDING: Subject = of("reminder set", &["chat-api"]);
/// Its moment comes.
pub(super) const REMINDER: Subject = Subject {
    name: "reminder",
    deployments: &["chat-api", "notification", "websocket"],
    also: Some("kubectl logs -n dapr-system statefulset/dapr-scheduler-server"),
};

impl Subject {
    /// Commands that may tell why it is missing.
    pub(super) fn places(&self) -> Vec<String> {
        let logs = |name: &&str| format!("kubectl logs deploy/{name} --all-containers --tail=50");
        let also = self.also.map(str::to_owned);
        self.deployments.iter().map(logs).chain(also).collect()
    }
}
