//! Turns the manifest into the embedded runtime's configuration.

use std::path::PathBuf;

use super::keys::Keys;
use super::manifest::{App, Manifest};
use crate::{AppConfig, RuntimeConfig};

/// One sidecar per replica, on the ports of the manifest.
pub(crate) fn configuration(
    manifest: &Manifest,
    keys: &Keys,
    database_url: String,
    secrets_file: PathBuf,
) -> RuntimeConfig {
    let mut config = RuntimeConfig::new(database_url);
    config.resources.clone_from(&manifest.resources);
    config.configuration.clone_from(&manifest.configuration);
    config.apps = manifest.apps.iter().map(sidecar).collect();
    config.dapr_api_token = Some(keys.dapr_api_token.clone());
    config.app_api_token = Some(keys.app_api_token.clone());
    config.secrets_file = Some(secrets_file);
    config
}

fn sidecar(app: &App) -> AppConfig {
    let mut config = AppConfig::new(&app.id, app.app_port);
    config.http_port = app.sidecar_port;
    config.health_check_path.clone_from(&app.health_path);
    config.health_probe_interval = app.health_interval;
    config.health_probe_timeout = app.health_timeout;
    config.health_threshold = app.health_threshold;
    config.max_concurrency = app.max_concurrency;
    config
}
