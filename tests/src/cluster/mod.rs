//! The product as it runs in a Kubernetes cluster, reached through `kubectl port-forward`.

mod command;
mod forward;

use std::collections::BTreeMap;

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

pub use command::{feed, run};
use forward::Forward;

use crate::{SERVICES, product::Secrets};

/// Port that a service's sidecar calls, and those who probe it.
const APP_PORT: u16 = 7000;
/// Port of a sidecar's HTTP API; it listens inside of its pod only, which is where a forward ends.
const SIDECAR_PORT: u16 = 3500;

/// A suite in one namespace.
#[derive(Debug)]
pub struct Cluster {
    namespace: String,
    secrets: Secrets,
    /// Forwards for people, by service.
    public: BTreeMap<&'static str, Forward>,
    /// Forwards to the ports that sidecars call, by service.
    apps: BTreeMap<&'static str, Forward>,
    /// Forwards to sidecars, by service.
    sidecars: BTreeMap<&'static str, Forward>,
}

impl Cluster {
    /// Reaches the suite in `namespace` of the cluster that `KUBECONFIG` names.
    ///
    /// # Errors
    /// When `kubectl` is missing, or there is no such suite.
    pub async fn at(namespace: &str) -> anyhow::Result<Self> {
        let secrets = Secrets {
            jwt_secret: secret(namespace, "jwt-secret", "jwt-secret").await?,
            app_api_token: secret(namespace, "app-api-token", "token").await?,
            dapr_api_token: secret(namespace, "dapr-api-token", "token").await?,
        };
        let (mut public, mut apps, mut sidecars) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for service in ["chat-api", "websocket"] {
            let forward = Forward::open(namespace, &format!("svc/{service}"), 80).await?;
            public.insert(service, forward);
        }
        for service in SERVICES {
            let target = format!("deploy/{service}");
            apps.insert(service, Forward::open(namespace, &target, APP_PORT).await?);
        }
        let forward = Forward::open(namespace, "deploy/chat-api", SIDECAR_PORT).await?;
        sidecars.insert("chat-api", forward);
        Ok(Self { namespace: namespace.to_owned(), secrets, public, apps, sidecars })
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(crate) fn public_url(&self, app: &str) -> anyhow::Result<String> {
        url(&self.public, app)
    }

    pub(crate) fn app_url(&self, app: &str) -> anyhow::Result<String> {
        url(&self.apps, app)
    }

    pub(crate) fn sidecar_url(&self, app: &str) -> anyhow::Result<String> {
        url(&self.sidecars, app)
    }

    /// What every replica of audit has written to its standard output.
    ///
    /// # Errors
    /// When `kubectl` fails.
    pub async fn audit_log(&self) -> anyhow::Result<String> {
        let selector = "app.kubernetes.io/name=audit";
        let arguments = ["logs", "-n", &self.namespace, "-l", selector, "-c", "audit", "--tail=-1"];
        run("kubectl", arguments).await
    }
}

fn url(forwards: &BTreeMap<&'static str, Forward>, app: &str) -> anyhow::Result<String> {
    let forward = forwards.get(app).with_context(|| format!("no port of {app} is forwarded"))?;
    Ok(format!("http://127.0.0.1:{}", forward.port()))
}

async fn secret(namespace: &str, name: &str, key: &str) -> anyhow::Result<String> {
    let text = run("kubectl", ["get", "secret", "-n", namespace, name, "-o", "json"]).await?;
    let secret: Value = serde_json::from_str(&text)?;
    let encoded = secret["data"][key].as_str();
    let encoded = encoded.with_context(|| format!("Secret {name} has no key {key}"))?;
    Ok(String::from_utf8(STANDARD.decode(encoded)?)?)
}
