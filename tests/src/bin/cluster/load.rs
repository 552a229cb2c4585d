//! People at work inside of the cluster, while something happens to it: the program `smoke load`, as a Job.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use todo_tests::{
    cluster::{feed, run},
    within,
};

use crate::options::Options;

const JOB: &str = "load";
/// Requests a second, of all people together.
const RATE: u32 = 20;
const PEOPLE: u32 = 8;
/// How long the consequences of what was acknowledged may take in the end.
const SETTLE: u32 = 150;

/// Running load.
pub(crate) struct Load<'a> {
    options: &'a Options,
}

/// What became of it.
#[derive(Debug)]
pub(crate) struct Report(Value);

impl<'a> Load<'a> {
    /// Starts it for so many seconds; returns once it has begun.
    pub(crate) async fn start(options: &'a Options, seconds: u32) -> anyhow::Result<Self> {
        let arguments = ["delete", "job", JOB, "-n", &options.namespace, "--ignore-not-found"];
        run("kubectl", arguments).await?;
        let manifest = manifest(options, seconds).to_string();
        feed("kubectl", ["create", "-n", &options.namespace, "-f", "-"], &manifest).await?;
        within(Duration::from_secs(120), "the load to begin", async || {
            let target = format!("job/{JOB}");
            let arguments = ["logs", "-n", &options.namespace, &target, "--tail=1"];
            let begun = run("kubectl", arguments).await;
            begun.is_ok_and(|text| !text.is_empty()).then_some(())
        })
        .await;
        Ok(Self { options })
    }

    /// Waits for its end.
    pub(crate) async fn report(self) -> anyhow::Result<Report> {
        let namespace = &self.options.namespace;
        within(Duration::from_secs(600), "the end of the load", async || {
            let arguments =
                ["get", "job", JOB, "-n", namespace, "-o", "jsonpath={.status.conditions[*].type}"];
            let conditions = run("kubectl", arguments).await.unwrap_or_default();
            (conditions.contains("Complete") || conditions.contains("Failed")).then_some(())
        })
        .await;
        let target = format!("job/{JOB}");
        let log = run("kubectl", ["logs", "-n", namespace, &target]).await?;
        let last = log.lines().rev().find(|line| line.starts_with('{'));
        let Some(last) = last else { bail!("the load made no report:\n{log}") };
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

fn manifest(options: &Options, seconds: u32) -> Value {
    let secret = json!({ "secretKeyRef": { "name": "jwt-secret", "key": "jwt-secret" } });
    let arguments = [
        "load".to_owned(),
        format!("--seconds={seconds}"),
        format!("--rate={RATE}"),
        format!("--people={PEOPLE}"),
        format!("--settle={SETTLE}s"),
    ];
    let container = json!({
        "name": JOB,
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
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": JOB },
        "spec": {
            "backoffLimit": 0, "activeDeadlineSeconds": 900,
            "template": {
                // The name that network policies let in.
                "metadata": { "labels": { "app.kubernetes.io/name": "smoke" } },
                "spec": {
                    "restartPolicy": "Never", "automountServiceAccountToken": false,
                    "securityContext": {
                        "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532,
                        "seccompProfile": { "type": "RuntimeDefault" },
                    },
                    "containers": [container],
                },
            },
        },
    })
}
