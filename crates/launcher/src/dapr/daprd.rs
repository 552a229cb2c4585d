//! The command line and environment of one daprd (reference: `daprd --help`).

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::PathBuf,
    time::Duration,
};

use todo_local_runtime::AppConfig;

/// What Dapr's programs and Java need of ours.
const PASSED_ON: [&str; 5] = ["PATH", "HOME", "TMPDIR", "TZ", "LANG"];
/// At a stop of everything, a service is told that long after its sidecar. daprd stops taking messages from the broker at
/// once, but first delivers what it holds. A handler that is gone by then, or whose own calls find nobody, would be tried
/// again for the minute of `dapr/resiliency/deliveries.yaml`, of which daprd waits for half. When it is done it tells
/// nobody: its API and its subscriptions look the same before and after. Half a second is usual, the rest is for a busy
/// machine.
pub(crate) const HEAD_START: Duration = Duration::from_secs(2);
/// What a service may take to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// Its API answers that long after SIGTERM. daprd would end as soon as its application is unhealthy, which it never is
/// (docs/adr/0014): at a stop of everything it is killed when the application has ended.
const BLOCK_SHUTDOWN: Duration = HEAD_START.saturating_add(DRAIN);
/// What daprd gives itself after that, its `--dapr-graceful-shutdown-seconds`, and a second.
pub(super) const PATIENCE: Duration = BLOCK_SHUTDOWN.saturating_add(Duration::from_secs(5 + 1));

/// Ports of one sidecar.
#[derive(Debug, Clone, Copy)]
pub(super) struct SidecarPorts {
    pub(super) http: u16,
    pub(super) grpc: u16,
    pub(super) internal: u16,
    pub(super) metrics: u16,
}

/// What all sidecars of a run have in common.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) resources: Vec<PathBuf>,
    pub(super) configurations: Vec<PathBuf>,
    pub(super) scheduler: String,
    pub(super) log_level: String,
    pub(super) dapr_api_token: Option<String>,
    pub(super) app_api_token: Option<String>,
}

/// The part of our environment that every process gets.
pub(super) fn inherited() -> BTreeMap<OsString, OsString> {
    std::env::vars_os().filter(|(key, _)| PASSED_ON.iter().any(|name| key == name)).collect()
}

pub(super) fn environment(common: &Common, name: &str) -> BTreeMap<OsString, OsString> {
    let mut all = inherited();
    let mut set = |key: &str, value: &dyn AsRef<OsStr>| {
        all.insert(key.into(), value.as_ref().to_owned());
    };
    set("DAPR_HOST_IP", &"127.0.0.1");
    // `{podName}` in component files.
    set("POD_NAME", &name);
    if let Some(token) = &common.dapr_api_token {
        set("DAPR_API_TOKEN", token);
    }
    if let Some(token) = &common.app_api_token {
        set("APP_API_TOKEN", token);
    }
    all
}

pub(super) fn arguments(common: &Common, app: &AppConfig, ports: SidecarPorts) -> Vec<String> {
    let mut all = Vec::new();
    let mut flag = |name: &str, value: &dyn std::fmt::Display| {
        all.push(format!("--{name}={value}"));
    };
    flag("app-id", &app.app_id);
    flag("dapr-http-port", &ports.http);
    flag("dapr-grpc-port", &ports.grpc);
    flag("dapr-internal-grpc-port", &ports.internal);
    flag("metrics-port", &ports.metrics);
    for name in
        ["dapr-listen-addresses", "dapr-internal-grpc-listen-address", "metrics-listen-address"]
    {
        flag(name, &"127.0.0.1");
    }
    for folder in &common.resources {
        flag("resources-path", &folder.display());
    }
    for file in &common.configurations {
        flag("config", &file.display());
    }
    flag("scheduler-host-address", &common.scheduler);
    flag("log-level", &common.log_level);
    flag("dapr-block-shutdown-duration", &format_args!("{}s", BLOCK_SHUTDOWN.as_secs()));
    if let Some(port) = app.app_port {
        flag("app-port", &port);
    }
    if let Some(path) = &app.health_check_path {
        flag("enable-app-health-check", &true);
        flag("app-health-check-path", &path);
        // Whole seconds, and longer than the timeout.
        let interval = app.health_probe_interval.as_secs().max(1);
        flag("app-health-probe-interval", &interval);
        let timeout = app.health_probe_timeout.as_millis().min(u128::from(interval) * 1000 - 1);
        flag("app-health-probe-timeout", &timeout);
        flag("app-health-threshold", &app.health_threshold);
    }
    if let Some(calls) = app.max_concurrency {
        flag("app-max-concurrency", &calls);
    }
    if !app.own_subscriptions {
        flag("disable-init-endpoints", &"subscribe");
    }
    all
}
