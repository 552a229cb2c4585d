//! What a run starts with: its storage and a process for every application.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::environment;
use crate::error::LauncherError;
use crate::folder::Folder;
use crate::guardian::Guardian;
use crate::keys::Keys;
use crate::manifest::{App, Manifest};
use crate::options::SuiteOptions;
use crate::process::{PATIENCE, Process, Specification};
use crate::storage::Storage;

/// The database, migrated, and the keys that open it.
pub(crate) async fn open_storage(
    options: &SuiteOptions,
    folder: &Folder,
    guardian: &Arc<Guardian>,
) -> Result<(Storage, Keys), LauncherError> {
    let file = folder.file("keys.json");
    let mut keys = Keys::load_or_create(&file)?;
    let guardian = Arc::clone(guardian);
    let storage = if let Some(url) = &options.database_url {
        Storage::given(url)
    } else if options.data_dir.is_none() {
        Storage::temporary(guardian).await?
    } else {
        let output = options.output.clone();
        Storage::durable(folder.database(), &mut keys, guardian, output).await?
    };
    keys.save(&file)?;
    tracing::debug!("database server started");
    if options.migrate {
        storage.migrate(&existing(options.binaries.join("migrate"))?, &keys).await?;
    }
    Ok((storage, keys))
}

/// Starts a process for every application, in the order of `dapr.yaml`.
pub(crate) fn start_services(
    options: &SuiteOptions,
    manifest: &Manifest,
    keys: &Keys,
    guardian: &Arc<Guardian>,
) -> Result<BTreeMap<String, Process>, LauncherError> {
    let nothing = BTreeMap::new();
    let start = |(index, app): (usize, &App)| {
        let (name, arguments) = app
            .command
            .split_first()
            .ok_or_else(|| LauncherError::Unknown { app: app.name.clone(), what: "a command" })?;
        let extra = options.env.get(&app.id).unwrap_or(&nothing);
        let service = Process::start(Specification {
            name: app.name.clone(),
            index,
            program: program(&options.binaries, &app.directory, name)?,
            arguments: arguments.to_vec(),
            directory: app.directory.clone(),
            environment: environment::of_service(app, keys, std::env::vars_os(), extra),
            backoff: options.backoff,
            patience: PATIENCE,
            output: options.output.clone(),
            guardian: Arc::clone(guardian),
        });
        Ok((app.name.clone(), service))
    };
    manifest.apps.iter().enumerate().map(start).collect()
}

/// The program of that name in `binaries`, else the path that `dapr.yaml` gives.
fn program(binaries: &Path, directory: &Path, name: &str) -> Result<PathBuf, LauncherError> {
    let built = Path::new(name).file_name().map(|name| binaries.join(name));
    match built.filter(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => existing(directory.join(name)),
    }
}

fn existing(path: PathBuf) -> Result<PathBuf, LauncherError> {
    if path.is_file() { Ok(path) } else { Err(LauncherError::ProgramAbsent { path }) }
}
