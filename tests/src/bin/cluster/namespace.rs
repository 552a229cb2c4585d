//! The namespace, with Pod Security `restricted` enforced, and the Secrets in it.

use anyhow::ensure;
use serde_json::json;
use todo_tests::cluster::{feed, run};

use crate::{charts::root, options::Options};

/// Makes the namespace.
pub(crate) async fn create(options: &Options) -> anyhow::Result<()> {
    let name = &options.namespace;
    ensure!(run("kubectl", ["get", "namespace", name]).await.is_err(), "namespace {name} exists");
    let labels = json!({
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    });
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": labels },
    });
    feed("kubectl", ["create", "-f", "-"], &namespace.to_string()).await?;
    Ok(())
}

/// Makes the Secrets as an operator would: `./todo secrets | kubectl create -f -`.
pub(crate) async fn create_secrets(options: &Options) -> anyhow::Result<()> {
    let mut arguments = vec!["--namespace", &options.namespace];
    if let Some(database) = &options.database {
        arguments.extend(["--database", database]);
    }
    if let Some(user) = &options.kafka_user {
        arguments.extend(["--kafka", user]);
    }
    let program = root().join("helm/secrets").display().to_string();
    let manifests = run(&program, arguments).await?;
    feed("kubectl", ["create", "-n", &options.namespace, "-f", "-"], &manifests).await?;
    Ok(())
}

/// Removes the namespace and whatever is in it.
pub(crate) async fn delete(options: &Options) -> anyhow::Result<()> {
    let arguments =
        ["delete", "namespace", &options.namespace, "--ignore-not-found", "--timeout=3m"];
    run("kubectl", arguments).await.map(drop)
}
