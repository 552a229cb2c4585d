//! Pods: whether they came up in order, and what they said.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use serde_json::Value;
use todo_tests::{SERVICES, cluster::run};

use crate::options::Options;

/// Every pod of the suite's services that is not on its way out.
async fn of_services(options: &Options) -> anyhow::Result<Vec<Value>> {
    let selector = format!(
        "app.kubernetes.io/part-of=todo,app.kubernetes.io/name in ({})",
        SERVICES.join(",")
    );
    let arguments = ["get", "pods", "-n", &options.namespace, "-l", &selector, "-o", "json"];
    let text = run("kubectl", arguments).await?;
    let mut list: Value = serde_json::from_str(&text)?;
    let mut pods = std::mem::take(list["items"].as_array_mut().context("kubectl lists pods")?);
    pods.retain(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    Ok(pods)
}

/// Two pods of each service, made after the migration had ended, each with its sidecar, all ready, none of which had to be
/// started again. A sidecar that is a container of its own kind has started before its service.
pub(crate) async fn came_up_in_order(options: &Options) -> anyhow::Result<()> {
    let mut replicas = BTreeMap::<String, usize>::new();
    let migrated = first_migration(options).await?;
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
        let made = text(&pod, "/metadata/creationTimestamp");
        ensure!(
            made >= migrated,
            "{name} was made at {made}, and the migration ended at {migrated}"
        );
        if let [sidecar] = &*initial {
            let started = |status| text(status, "/state/running/startedAt");
            let (sidecar, own) = (started(sidecar), started(&statuses[0]));
            ensure!(!sidecar.is_empty() && sidecar <= own, "{name} started {own}, daprd {sidecar}");
        }
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

/// When the first migration in the namespace had ended, as RFC 3339 in whole seconds of UTC. Its Job is gone; the event is not.
async fn first_migration(options: &Options) -> anyhow::Result<String> {
    let selector = "involvedObject.kind=Job,involvedObject.name=migrate,reason=Completed";
    let namespace = &options.namespace;
    let arguments = ["get", "events", "-n", namespace, "--field-selector", selector, "-o", "json"];
    let events: Value = serde_json::from_str(&run("kubectl", arguments).await?)?;
    let ends = events["items"].as_array().into_iter().flatten();
    let ends = ends.map(|event| text(event, "/lastTimestamp")).filter(|end| !end.is_empty());
    ends.min().context("no event tells of the migration's end")
}

/// Ends a pod of each service, one after another and without a warning, as a node does that loses its power.
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
        show(arguments).await;
    }
    for (pod, container) in started_again(options).await {
        println!("what {container} of {pod} said before it was started again:");
        show(&["logs", "-n", namespace, &pod, "-c", &container, "--previous", "--tail=80"]).await;
    }
}

async fn show(arguments: &[&str]) {
    match run("kubectl", arguments).await {
        Ok(text) => println!("{text}"),
        Err(error) => println!("{error:#}"),
    }
}

/// Pods and their containers that ended and were started again.
async fn started_again(options: &Options) -> Vec<(String, String)> {
    let pods = of_services(options).await.unwrap_or_default();
    let containers = pods.iter().flat_map(|pod| {
        let all = ["containerStatuses", "initContainerStatuses"].into_iter();
        let statuses = all.filter_map(|list| pod["status"][list].as_array()).flatten();
        let again = statuses.filter(|status| status["restartCount"].as_u64() > Some(0));
        again.map(|status| (text(pod, "/metadata/name"), text(status, "/name")))
    });
    containers.collect()
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
