//! Finds and reads resource files.
//!
//! Stricter than daprd on purpose: a file that daprd would skip with a log line stops the start here, because a
//! resiliency policy that is silently missing is found out in production otherwise.

use std::path::{Path, PathBuf};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Component, Configuration, HttpEndpoint, ResiliencyDocument, Subscription};
use crate::Error;

/// Everything found in the resource folders, in the order of the file names.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    pub(crate) components: Vec<Component>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) resiliency: Vec<ResiliencyDocument>,
    pub(crate) http_endpoints: Vec<HttpEndpoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    api_version: String,
    kind: String,
}

/// Reads every `*.yaml` and `*.yml` directly inside of `folders`.
pub(crate) fn load(folders: &[PathBuf]) -> Result<Resources, Error> {
    let mut resources = Resources::default();
    for folder in folders {
        for path in yaml_files(folder)? {
            load_file(&path, &mut resources)?;
        }
    }
    let mut names: Vec<_> = resources.components.iter().map(Component::name).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::component(pair[0], "defined twice in the resource folders"));
    }
    Ok(resources)
}

/// Reads the Configuration file, or gives the default when there is none.
pub(crate) fn load_configuration(path: Option<&Path>) -> Result<Configuration, Error> {
    let Some(path) = path else { return Ok(Configuration::default()) };
    let documents = documents(path)?;
    let document = documents.into_iter().next().ok_or_else(|| invalid(path, "is empty"))?;
    if head(path, &document)?.kind != "Configuration" {
        return Err(invalid(path, "is not of kind Configuration"));
    }
    typed(path, document)
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|e| invalid(folder, e))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| invalid(folder, e))?.path();
        if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn load_file(path: &Path, resources: &mut Resources) -> Result<(), Error> {
    let documents = documents(path)?;
    let several = documents.len() > 1;
    for document in documents {
        let head = head(path, &document)?;
        match (head.kind.as_str(), head.api_version.as_str()) {
            ("Component", "dapr.io/v1alpha1") => resources.components.push(typed(path, document)?),
            ("Subscription", "dapr.io/v1alpha1" | "dapr.io/v2alpha1") => {
                add(&mut resources.subscriptions, typed(path, document)?);
            }
            ("Resiliency", "dapr.io/v1alpha1") if several => {
                return Err(invalid(
                    path,
                    "daprd reads only the first document of a file with a Resiliency in it",
                ));
            }
            ("Resiliency", "dapr.io/v1alpha1") => {
                let document: ResiliencyDocument = typed(path, document)?;
                document.check().map_err(|e| invalid(path, e))?;
                resources.resiliency.push(document);
            }
            ("HTTPEndpoint", "dapr.io/v1alpha1") => {
                resources.http_endpoints.push(typed(path, document)?)
            }
            ("Configuration", _) => {
                return Err(invalid(
                    path,
                    "a Configuration inside a resource folder makes daprd restart; move it out",
                ));
            }
            (kind, version) => {
                tracing::warn!(path = %path.display(), kind, version, "resource ignored");
            }
        }
    }
    Ok(())
}

/// A later subscription of the same name takes the place of an earlier one.
fn add(subscriptions: &mut Vec<Subscription>, subscription: Subscription) {
    let name = |subscription: &Subscription| subscription.metadata.name.clone();
    subscriptions.retain(|other| name(other) != name(&subscription));
    subscriptions.push(subscription);
}

fn documents(path: &Path) -> Result<Vec<Value>, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| invalid(path, e))?;
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).map_err(|e| invalid(path, e))?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

fn head(path: &Path, document: &Value) -> Result<Head, Error> {
    Head::deserialize(document).map_err(|e| invalid(path, e))
}

fn typed<T: DeserializeOwned>(path: &Path, document: Value) -> Result<T, Error> {
    serde_json::from_value(document).map_err(|e| invalid(path, e))
}

fn invalid(path: &Path, message: impl ToString) -> Error {
    Error::Resource { path: path.to_owned(), message: message.to_string() }
}
