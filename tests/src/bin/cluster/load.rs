//! People at work inside of the cluster, for as long as something happens to it: the program `smoke load`, as a pod.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use todo_tests::{
    cluster::{feed, run},
    within,
};
use tokio::{process::Command, task::JoinHandle, time::timeout};

use crate::options::Options;

const POD: &str = "load";
/// Requests a second, of all people together.
const RATE: u32 = 20;
const PEOPLE: u32 = 8;
/// When people stop by themselves: nothing may take that long.
const AT_MOST: u32 = 3600;
/// How long the consequences of what was acknowledged may take in the end.
const SETTLE: u32 = 150;
/// From being told to stop to the last line of the report.
const END_WITHIN: u32 = SETTLE + 60;

/// Running load.
pub(crate) struct Load<'a> {
    options: &'a Options,
    /// Gathers its log to the end: the pod is gone by then.
    log: JoinHandle<std::io::Result<std::process::Output>>,
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Report(Value);

impl<'a> Load<'a> {
    /// Starts it; returns once people are at work.
    pub(crate) async fn start(options: &'a Options) -> anyhow::Result<Self> {
        let manifest = manifest(options).to_string();
        feed("kubectl", ["create", "-n", &options.namespace, "-f", "-"], &manifest).await?;
        within(Duration::from_secs(120), "people at work", async || {
            let log = run("kubectl", ["logs", "-n", &options.namespace, POD]).await;
            log.is_ok_and(|text| text.contains("writing begins")).then_some(())
        })
        .await;
        let mut follow = Command::new("kubectl");
        follow.args(["logs", "--follow", "-n", &options.namespace, POD]).kill_on_drop(true);
        follow.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = follow.spawn().context("start kubectl")?;
        Ok(Self { options, log: tokio::spawn(child.wait_with_output()) })
    }

    /// Tells people to stop, which they did not before, and waits for what they say.
    pub(crate) async fn report(self) -> anyhow::Result<Report> {
        let namespace = &self.options.namespace;
        let before = run("kubectl", ["logs", "-n", namespace, POD]).await?;
        ensure!(
            !before.contains("writing is over"),
            "people stopped before it was over:\n{before}"
        );
        run("kubectl", ["delete", "pod", POD, "-n", namespace, "--wait=false"]).await?;
        let limit = Duration::from_secs(END_WITHIN.into());
        let output = timeout(limit, self.log).await.context("the end of the load")???;
        let log = String::from_utf8(output.stdout)?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = log.lines().rev().find(|line| line.starts_with('{'));
        let last = last.with_context(|| format!("the load made no report:\n{log}\n{said}"))?;
        // Its containers have ended; the pod goes a moment later, and the next one has the same name.
        let gone = ["delete", "pod", POD, "-n", namespace, "--ignore-not-found", "--timeout=1m"];
        run("kubectl", gone).await?;
        Ok(Report(serde_json::from_str(last).context("read the report of the load")?))
    }
}

impl Report {
    /// Every request was answered.
    pub(crate) fn failed_nothing(&self) -> anyhow::Result<()> {
        self.is_empty("failed")
    }

    /// Everything that was acknowledged had its consequences, each once.
    pub(crate) fn lost_and_doubled_nothing(&self) -> anyhow::Result<()> {
        ensure!(self.0["tasks"].as_u64() > Some(50), "there was next to no work: {self}");
        for list in [
            "missing_audit",
            "missing_frames",
            "missing_occurrences",
            "double_occurrences",
            "missing_reminders",
            "double_reminders",
            "double_tasks",
            "unseen_reminders",
        ] {
            self.is_empty(list)?;
        }
        Ok(())
    }

    fn is_empty(&self, list: &str) -> anyhow::Result<()> {
        let found = self.0[list].as_array().with_context(|| format!("{list} is in {self}"))?;
        ensure!(found.is_empty(), "{list} is not empty: {self}");
        Ok(())
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn manifest(options: &Options) -> Value {
    let secret = json!({ "secretKeyRef": { "name": "jwt-secret", "key": "jwt-secret" } });
    let arguments = [
        "load".to_owned(),
        format!("--seconds={AT_MOST}"),
        format!("--rate={RATE}"),
        format!("--people={PEOPLE}"),
        format!("--settle={SETTLE}s"),
    ];
    let container = json!({
        "name": POD,
        "image": format!("{}/smoke:{}", options.registry, options.tag),
        "args": arguments,
        "env": [
            { "name": "CHAT_API_URL", "value": "http://chat-api" },
            { "name": "WEBSOCKET_URL", "value": "ws://websocket/ws" },
            { "name": "JWT_SECRET", "valueFrom": secret },
        ],
        "resources": { "requests": { "cpu": "25m", "memory": "32Mi" }, "limits": { "memory": "128Mi" } },
        "securityContext": {
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": { "drop": ["ALL"] },
        },
    });
    json!({
        "apiVersion": "v1", "kind": "Pod",
        // The name that network policies let in.
        "metadata": { "name": POD, "labels": { "app.kubernetes.io/name": "smoke" } },
        "spec": {
            "restartPolicy": "Never", "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": END_WITHIN,
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532,
                "seccompProfile": { "type": "RuntimeDefault" },
            },
            "containers": [container],
        },
    })
}
