//! Reads `dapr.yaml`, the format of `dapr run -f` (multi-app run).
//!
//! Fields that only matter to the real sidecar are accepted and ignored; a field nobody knows is an
//! error, because a misspelt one would otherwise be found at run time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::LauncherError;

/// The applications of the product and what their sidecars load.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Folders with Dapr resources.
    pub resources: Vec<PathBuf>,
    /// The Dapr Configuration file.
    pub configuration: Option<PathBuf>,
    /// In the order of the file.
    pub apps: Vec<App>,
}

/// One application, or one replica of it.
#[derive(Debug, Clone)]
pub struct App {
    /// Dapr app-id; replicas share it.
    pub id: String,
    /// Unlike the id unique: that of the first replica, `websocket-2` for the second.
    pub name: String,
    /// Counts from 0.
    pub replica: usize,
    /// Port its sidecar calls; internal.
    pub app_port: u16,
    /// Port of its sidecar's HTTP API.
    pub sidecar_port: u16,
    /// Port for people, when it has one (`PUBLIC_PORT` of its environment).
    pub public_port: Option<u16>,
    /// Working directory.
    pub directory: PathBuf,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Health route, when health checks are on.
    pub health_path: Option<String>,
    /// Pause between health probes.
    pub health_interval: Duration,
    /// Patience for one health probe.
    pub health_timeout: Duration,
    /// Failures that make it unhealthy.
    pub health_threshold: u32,
    /// Calls of its sidecar at a time; `None` is no limit.
    pub max_concurrency: Option<u32>,
    /// Environment, the common one included.
    pub env: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads and checks the file; relative paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`LauncherError::Manifest`] naming the file and the place.
    pub fn read(path: &Path) -> Result<Self, LauncherError> {
        let fail = |detail: String| LauncherError::Manifest { path: path.to_path_buf(), detail };
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(fail)
    }

    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let file: File = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        if file.version != 1 {
            return Err(format!("version {} is not supported, only 1", file.version));
        }
        let resources = file.common.resources_paths.iter().chain(&file.common.resources_path);
        let resources = resources.map(|path| folder.join(path)).collect();
        let configuration = file.common.config_file_path.map(|path| folder.join(path));
        let apps: Result<Vec<App>, String> =
            file.apps.into_iter().map(|app| app.resolve(folder, &file.common.env)).collect();
        let apps = apps?;
        check_unique(&apps)?;
        Ok(Self { resources, configuration, apps })
    }
}

/// Two applications with one name or one port would fight at run time, where it is harder to see.
pub(crate) fn check_unique(apps: &[App]) -> Result<(), String> {
    let mut taken: BTreeMap<u16, &str> = BTreeMap::new();
    for (index, app) in apps.iter().enumerate() {
        if apps[..index].iter().any(|other| other.name == app.name) {
            return Err(format!("appID {} is there twice", app.name));
        }
        for port in
            [Some(app.app_port), Some(app.sidecar_port), app.public_port].into_iter().flatten()
        {
            if let Some(other) = taken.insert(port, &app.name) {
                return Err(format!("port {port} is used by {other} and {}", app.name));
            }
        }
    }
    if apps.is_empty() { Err("apps is empty".to_owned()) } else { Ok(()) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    common: Common,
    #[serde(default)]
    apps: Vec<AppEntry>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Common {
    #[serde(default)]
    resources_paths: Vec<PathBuf>,
    resources_path: Option<PathBuf>,
    config_file_path: Option<PathBuf>,
    #[serde(default)]
    env: BTreeMap<String, Scalar>,
    #[serde(rename = "logLevel")]
    _log_level: Option<IgnoredAny>,
    #[serde(rename = "appLogDestination")]
    _app_log_destination: Option<IgnoredAny>,
    #[serde(rename = "daprdLogDestination")]
    _daprd_log_destination: Option<IgnoredAny>,
    #[serde(rename = "schedulerHostAddress")]
    _scheduler_host_address: Option<IgnoredAny>,
    #[serde(rename = "apiListenAddresses")]
    _api_listen_addresses: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AppEntry {
    #[serde(rename = "appID")]
    app_id: String,
    app_dir_path: Option<PathBuf>,
    app_port: u16,
    #[serde(rename = "daprHTTPPort")]
    dapr_http_port: u16,
    command: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, Scalar>,
    #[serde(default)]
    enable_app_health_check: bool,
    app_health_check_path: Option<String>,
    app_health_probe_interval: Option<u64>,
    app_health_probe_timeout: Option<u64>,
    app_health_threshold: Option<u32>,
    app_max_concurrency: Option<i64>,
    #[serde(rename = "appProtocol")]
    _app_protocol: Option<IgnoredAny>,
    #[serde(rename = "daprGRPCPort")]
    _dapr_grpc_port: Option<IgnoredAny>,
    #[serde(rename = "daprInternalGRPCPort")]
    _dapr_internal_grpc_port: Option<IgnoredAny>,
    #[serde(rename = "metricsPort")]
    _metrics_port: Option<IgnoredAny>,
    #[serde(rename = "logLevel")]
    _log_level: Option<IgnoredAny>,
}

impl AppEntry {
    fn resolve(self, folder: &Path, common: &BTreeMap<String, Scalar>) -> Result<App, String> {
        let id = self.app_id;
        if self.command.is_empty() {
            return Err(format!("{id}: command is empty"));
        }
        let env: BTreeMap<String, String> = common
            .iter()
            .chain(&self.env)
            .map(|(key, value)| (key.clone(), value.to_text()))
            .collect();
        let public_port = match env.get("PUBLIC_PORT").map(|text| text.parse()) {
            None => None,
            Some(Ok(port)) => Some(port),
            Some(Err(_)) => return Err(format!("{id}: PUBLIC_PORT is not a port number")),
        };
        let path = self.app_health_check_path.unwrap_or_else(|| "/healthz".to_owned());
        Ok(App {
            app_port: self.app_port,
            sidecar_port: self.dapr_http_port,
            public_port,
            directory: folder.join(self.app_dir_path.unwrap_or_default()),
            command: self.command,
            health_path: self.enable_app_health_check.then_some(path),
            health_interval: Duration::from_secs(self.app_health_probe_interval.unwrap_or(5)),
            health_timeout: Duration::from_millis(self.app_health_probe_timeout.unwrap_or(500)),
            health_threshold: self.app_health_threshold.unwrap_or(3),
            // Dapr writes -1 for no limit.
            max_concurrency: self
                .app_max_concurrency
                .and_then(|calls| u32::try_from(calls).ok())
                .filter(|calls| *calls > 0),
            env,
            name: id.clone(),
            replica: 0,
            id,
        })
    }
}

/// A value of `env`: YAML reads `8080` and `true` as what they look like, the environment wants text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Bool(bool),
    Integer(i64),
    Text(String),
}

impl Scalar {
    fn to_text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r"
version: 1
common: { resourcesPaths: [dapr/components], configFilePath: dapr/config.yaml, env: { A: common, B: 1 } }
apps:
  - { appID: one, appPort: 7001, daprHTTPPort: 3501, command: [./one], env: { A: own, PUBLIC_PORT: 8080, ON: true } }
  - { appID: two, appPort: 7002, daprHTTPPort: 3502, command: [./two], enableAppHealthCheck: true, appHealthProbeTimeout: 900, appMaxConcurrency: 4 }
";

    fn parse(text: &str) -> Result<Manifest, String> {
        Manifest::parse(text, Path::new("/product"))
    }

    #[test]
    fn an_applications_environment_wins_over_the_common_one() {
        let manifest = parse(GOOD).unwrap();
        let one = &manifest.apps[0];
        let value = |key: &str| one.env[key].as_str();
        assert_eq!((value("A"), value("B"), value("ON")), ("own", "1", "true"));
        assert_eq!((one.public_port, one.health_path.as_deref()), (Some(8080), None));
        let two = &manifest.apps[1];
        assert_eq!(two.health_path.as_deref(), Some("/healthz"));
        assert_eq!((two.health_timeout.as_millis(), two.health_threshold), (900, 3));
        assert_eq!((one.max_concurrency, two.max_concurrency), (None, Some(4)));
        assert_eq!(manifest.resources, [PathBuf::from("/product/dapr/components")]);
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("version: 1", "version: 2", "version 2"),
            ("appID: two", "appID: one", "twice"),
            ("appPort: 7002", "appPort: 3501", "port 3501 is used by one and two"),
            ("appPort: 7002", "appPort: 70020", "70020"),
            ("appPort: 7002", "appPrt: 7002", "appPrt"),
            ("command: [./two]", "command: []", "two: command is empty"),
            ("PUBLIC_PORT: 8080", "PUBLIC_PORT: http", "PUBLIC_PORT"),
            ("daprHTTPPort: 3502, ", "", "daprHTTPPort"),
        ];
        for (before, after, expected) in cases {
            let text = GOOD.replace(before, after);
            assert_ne!(text, GOOD);
            let error = parse(&text).unwrap_err();
            assert!(error.contains(expected), "{expected:?} is missing in: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Manifest::read(Path::new("/nonexistent/dapr.yaml")).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent/dapr.yaml: "));
    }
}
