//! What is still there when the product is gone.

use std::{cell::Cell, time::Duration};

use anyhow::ensure;
use todo_tests::{cluster::run, within};

use crate::options::Options;

/// Kinds that the cluster makes by itself, or that speak of what was there.
const NOT_OURS: [&str; 3] = ["events", "events.events.k8s.io", "endpoints"];
/// Made by the cluster in every namespace; the Secrets and the volumes are the operator's own, and outlive a release.
fn is_expected(object: &str) -> bool {
    matches!(object, "configmap/kube-root-ca.crt" | "serviceaccount/default")
        || object.starts_with("secret/")
        || object.starts_with("persistentvolumeclaim/")
        || object.starts_with("pod.metrics.k8s.io/")
}

/// Nothing of the releases is left in the namespace. The Job of `helm test`, which no release owns, goes by itself within a
/// minute.
pub(crate) async fn none(options: &Options) -> anyhow::Result<()> {
    let kinds = ["api-resources", "--namespaced", "--verbs=list", "-o", "name"];
    let kinds = run("kubectl", kinds).await?;
    let kinds: Vec<&str> = kinds.lines().filter(|kind| !NOT_OURS.contains(kind)).collect();
    ensure!(kinds.len() > 20, "kinds of objects: {kinds:?}");
    let kinds = kinds.join(",");
    let before = Cell::new(0);
    within(Duration::from_secs(150), "the namespace to be empty", async || {
        let arguments =
            ["get", &kinds, "-n", &options.namespace, "-o", "name", "--ignore-not-found"];
        let found = run("kubectl", arguments).await.unwrap_or_else(|error| format!("{error:#}"));
        let left: Vec<&str> = found.lines().filter(|object| !is_expected(object)).collect();
        if before.replace(left.len()) != left.len() && !left.is_empty() {
            println!("        {} objects are still there: {}", left.len(), left.join(" "));
        }
        left.is_empty().then_some(())
    })
    .await;
    Ok(())
}
