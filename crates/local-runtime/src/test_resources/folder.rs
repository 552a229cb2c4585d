//! The folder that holds a test's resource files.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use uuid::Uuid;

/// A temporary folder of resource files, removed when dropped.
#[derive(Debug)]
pub struct ResourceFolder {
    folder: PathBuf,
    resources: PathBuf,
}

impl ResourceFolder {
    pub(super) fn fill(
        documents: &[Value],
        copies: &[PathBuf],
        secrets: &BTreeMap<String, String>,
    ) -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("todo-resources-{}", Uuid::new_v4().simple()));
        let filled = Self { resources: folder.join("resources"), folder };
        fs::create_dir_all(&filled.resources)?;
        for (number, document) in documents.iter().enumerate() {
            let file = filled.resources.join(format!("{number:02}.yaml"));
            fs::write(file, document.to_string())?;
        }
        for file in copies {
            fs::copy(file, filled.resources.join(file.file_name().unwrap_or(file.as_os_str())))?;
        }
        fs::write(filled.secrets(), json!(secrets).to_string())?;
        Ok(filled)
    }

    /// The folder for [`resources`](crate::RuntimeConfig::resources).
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.resources
    }

    /// The file of secrets, beside that folder.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.folder.join("secrets.json")
    }
}

impl Drop for ResourceFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::debug!(%error, folder = %self.folder.display(), "not removed");
        }
    }
}
