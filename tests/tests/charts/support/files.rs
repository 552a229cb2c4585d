//! Files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A place in the repository.
pub(crate) fn folder(path: &str) -> PathBuf {
    root().join(path)
}

pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(folder(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every document of a YAML file, or of the YAML files of a folder.
pub(crate) fn documents(path: &str) -> Vec<Value> {
    if folder(path).is_file() {
        return serde_saphyr::from_multiple(&text(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    names_in(path)
        .iter()
        .filter(|name| name.ends_with(".yaml"))
        .flat_map(|name| documents(&format!("{path}/{name}")))
        .collect()
}

/// What lies in a folder, in order.
pub(crate) fn names_in(path: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
