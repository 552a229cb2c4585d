//! Pods: whether they came up in order, and what they said.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use serde_json::Value;
use todo_tests::{SERVICES, cluster::run};

use crate::options::Options;

/// Every pod of the suite's services.
pub(crate) async fn of_services(options: &Options) -> anyhow::Result<Vec<Value>> {
    let selector = format!(
        "app.kubernetes.io/part-of=todo,app.kubernetes.io/name in ({})",
        SERVICES.join(",")
    );
    let arguments = ["get", "pods", "-n", &options.namespace, "-l", &selector, "-o", "json"];
    let text = run("kubectl", arguments).await?;
    let mut list: Value = serde_json::from_str(&text)?;
    let pods = list["items"].as_array_mut().context("kubectl lists pods")?;
    Ok(std::mem::take(pods))
}

/// Two pods of each service, each with its sidecar, all ready, none of which had to be started again.
pub(crate) async fn came_up_in_order(options: &Options) -> anyhow::Result<()> {
    let mut replicas = BTreeMap::<String, usize>::new();
    for pod in of_services(options).await? {
        let name = text(&pod, "/metadata/name");
        let statuses = pod["status"]["containerStatuses"].as_array().cloned().unwrap_or_default();
        let initial =
            pod["status"]["initContainerStatuses"].as_array().cloned().unwrap_or_default();
        let all: Vec<&Value> = statuses.iter().chain(&initial).collect();
        let service = text(&pod, "/metadata/labels/app.kubernetes.io~1name");
        let names: BTreeSet<String> = all.iter().map(|status| text(status, "/name")).collect();
        let expected = BTreeSet::from(["daprd".to_owned(), service.clone()]);
        ensure!(names == expected, "{name} has {names:?}");
        for status in all {
            let container = text(status, "/name");
            ensure!(status["ready"] == true, "{container} of {name} is not ready: {status:#}");
            ensure!(status["restartCount"] == 0, "{container} of {name} was restarted: {status:#}");
        }
        *replicas.entry(service).or_default() += 1;
    }
    for service in SERVICES {
        ensure!(replicas.get(service) == Some(&2), "two pods of {service}: {replicas:?}");
    }
    Ok(())
}

/// Ends one pod of each service at once, as a node does that loses its power.
pub(crate) async fn kill_one_of_each(options: &Options) -> anyhow::Result<()> {
    let mut victims = BTreeMap::new();
    for pod in of_services(options).await? {
        let service = text(&pod, "/metadata/labels/app.kubernetes.io~1name");
        victims.insert(service, text(&pod, "/metadata/name"));
    }
    ensure!(victims.len() == SERVICES.len(), "a pod of each service: {victims:?}");
    for pod in victims.values() {
        let arguments =
            ["delete", "pod", "-n", &options.namespace, pod, "--grace-period=0", "--force"];
        run("kubectl", arguments).await?;
        wait_until_complete(options).await?;
    }
    Ok(())
}

/// Waits until every Deployment has all of its replicas.
pub(crate) async fn wait_until_complete(options: &Options) -> anyhow::Result<()> {
    for service in SERVICES {
        let target = format!("deploy/{service}");
        let arguments = ["rollout", "status", "-n", &options.namespace, &target, "--timeout=4m"];
        run("kubectl", arguments).await?;
    }
    Ok(())
}

/// What somebody needs who wants to know why it failed.
pub(crate) async fn explain(options: &Options) {
    let namespace = &options.namespace;
    let every = "app.kubernetes.io/part-of=todo";
    let looks: [&[&str]; 3] = [
        &["get", "pods,jobs", "-n", namespace, "-o", "wide"],
        &["get", "events", "-n", namespace, "--sort-by=.lastTimestamp"],
        &[
            "logs",
            "-n",
            namespace,
            "-l",
            every,
            "--all-containers",
            "--prefix",
            "--tail=40",
            "--max-log-requests=40",
        ],
    ];
    for arguments in looks {
        match run("kubectl", arguments.iter().copied()).await {
            Ok(text) => println!("{text}"),
            Err(error) => println!("{error:#}"),
        }
    }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
