//! Copies of the resource files with what differs from machine to machine filled in.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::DaprError;

/// What is filled in.
#[derive(Debug)]
pub(super) struct Filling<'a> {
    /// For `brokers` of every `pubsub.kafka`.
    pub(super) brokers: &'a str,
    /// For `secretsFile` of every `secretstores.local.file`.
    pub(super) secrets_file: Option<&'a Path>,
}

impl Filling<'_> {
    /// Copies the YAML files of `folders` into folders of `work`, which are returned.
    ///
    /// # Errors
    /// [`DaprError`] naming the file.
    pub(super) fn copy(&self, folders: &[PathBuf], work: &Path) -> Result<Vec<PathBuf>, DaprError> {
        if work.is_dir() {
            fs::remove_dir_all(work).map_err(DaprError::io(format!("empty {}", work.display())))?;
        }
        let copy = |(index, folder): (usize, &PathBuf)| {
            let target = work.join(index.to_string());
            fs::create_dir_all(&target)
                .map_err(DaprError::io(format!("create {}", target.display())))?;
            let entries = fs::read_dir(folder)
                .map_err(DaprError::io(format!("read {}", folder.display())))?;
            for entry in entries {
                let entry = entry.map_err(DaprError::io(format!("read {}", folder.display())))?;
                self.copy_file(&entry.path(), &target)?;
            }
            Ok(target)
        };
        folders.iter().enumerate().map(copy).collect()
    }

    fn copy_file(&self, path: &Path, target: &Path) -> Result<(), DaprError> {
        let yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        let (true, Some(stem)) = (yaml, path.file_stem().and_then(OsStr::to_str)) else {
            return Ok(());
        };
        let read = DaprError::io(format!("read {}", path.display()));
        let text = fs::read_to_string(path).map_err(read)?;
        let mut files = Vec::new();
        match serde_saphyr::from_multiple::<Value>(&text) {
            Ok(mut documents) if documents.iter().any(is_filled) => {
                for (index, document) in documents.iter_mut().enumerate() {
                    self.fill(document);
                    // JSON is YAML.
                    files.push((format!("{stem}-{index}.yaml"), document.to_string()));
                }
            }
            // Whatever is wrong with it is for daprd to say.
            Ok(_) | Err(_) => files.push((format!("{stem}.yaml"), text)),
        }
        for (name, text) in files {
            let file = target.join(name);
            fs::write(&file, text).map_err(DaprError::io(format!("write {}", file.display())))?;
        }
        Ok(())
    }

    fn fill(&self, document: &mut Value) {
        let (name, value) = match document["spec"]["type"].as_str() {
            Some("pubsub.kafka") => ("brokers", self.brokers.to_owned()),
            Some("secretstores.local.file") => match self.secrets_file {
                Some(file) => ("secretsFile", file.display().to_string()),
                None => return,
            },
            _ => return,
        };
        let items = document["spec"]["metadata"].as_array_mut();
        for item in items.into_iter().flatten().filter(|item| item["name"] == name) {
            item["value"] = json!(value);
        }
    }
}

fn is_filled(document: &Value) -> bool {
    matches!(document["spec"]["type"].as_str(), Some("pubsub.kafka" | "secretstores.local.file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_filled_in_and_the_rest_is_as_it_was() {
        let root = std::env::temp_dir().join(format!("fill-{}", uuid::Uuid::new_v4().simple()));
        let (from, work) = (root.join("from"), root.join("work"));
        fs::create_dir_all(&from).unwrap();
        let broker = "kind: Component\nspec: { type: pubsub.kafka, metadata: [ { name: brokers, value: x } ] }\n---\n\
                      kind: Component\nspec: { type: bindings.cron }\n";
        let broken = "kind: [";
        fs::write(from.join("a.yaml"), broker).unwrap();
        fs::write(from.join("b.yml"), broken).unwrap();
        fs::write(from.join("c.txt"), "no resource").unwrap();
        let filling = Filling { brokers: "127.0.0.1:1", secrets_file: None };
        let folders = filling.copy(std::slice::from_ref(&from), &work).unwrap();
        let read = |name: &str| fs::read_to_string(folders[0].join(name)).unwrap();
        let first: Value = serde_json::from_str(&read("a-0.yaml")).unwrap();
        assert_eq!(first["spec"]["metadata"][0]["value"], "127.0.0.1:1");
        assert!(read("a-1.yaml").contains("bindings.cron"));
        assert_eq!(read("b.yaml"), broken);
        assert!(!folders[0].join("c.txt").exists());
        fs::remove_dir_all(&root).unwrap();
    }
}
