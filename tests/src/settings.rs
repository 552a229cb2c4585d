//! The product with other settings, as somebody who runs it changes them: file by file.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::Context;
use uuid::Uuid;

/// Texts by the path of the file, below the product's folder, that they stand for.
pub(crate) type Texts = BTreeMap<PathBuf, String>;

/// A folder like the product's, in which some files have another text, and some are there besides. Removed in the end.
#[derive(Debug)]
pub(crate) struct Settings(PathBuf);

impl Settings {
    /// # Errors
    /// When there is no such file to change or there is one already to add, or the folder cannot be made.
    pub(crate) fn of(product: &Path, changed: &Texts, further: &Texts) -> anyhow::Result<Self> {
        for path in changed.keys() {
            let file = product.join(path);
            anyhow::ensure!(file.is_file(), "there is no {} to change", file.display());
        }
        for path in further.keys() {
            let file = product.join(path);
            anyhow::ensure!(!file.exists(), "there is a {} already", file.display());
        }
        let texts = changed.iter().chain(further);
        let texts = texts.map(|(path, text)| (path.clone(), text.clone())).collect();
        let name = format!("todo-settings-{}", Uuid::new_v4().simple());
        let settings = Self(std::env::temp_dir().join(name));
        mirror(&product.canonicalize()?, &settings.0, &texts)?;
        Ok(settings)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Links to everything in `from`, but for the folders in which a text changes.
fn mirror(from: &Path, to: &Path, texts: &Texts) -> anyhow::Result<()> {
    fs::create_dir(to).with_context(|| format!("create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("read {}", from.display()))? {
        let name = entry?.file_name();
        let (source, target) = (from.join(&name), to.join(&name));
        let below = |(path, text): (&PathBuf, &String)| {
            path.strip_prefix(&name).ok().map(|rest| (rest.to_owned(), text.clone()))
        };
        let changes: Texts = texts.iter().filter_map(below).collect();
        match changes.get(Path::new("")) {
            Some(text) => fs::write(&target, text)?,
            None if changes.is_empty() => symlink(&source, &target)?,
            None => mirror(&source, &target, &changes)?,
        }
    }
    let in_this_folder = |path: &Path| path.components().count() == 1 && !from.join(path).exists();
    for (path, text) in texts.iter().filter(|(path, _)| in_this_folder(path)) {
        fs::write(to.join(path), text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_is_changed_and_the_rest_is_the_products() {
        let product = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let path = PathBuf::from("dapr/components/state.yaml");
        let texts = Texts::from([(path.clone(), "other".to_owned())]);
        let further = PathBuf::from("dapr/components/further.yaml");
        let more = Texts::from([(further.clone(), "more".to_owned())]);
        let settings = Settings::of(&product, &texts, &more).unwrap();
        let folder = settings.folder().to_owned();
        let read = |root: &Path, path: &str| fs::read_to_string(root.join(path)).unwrap();
        assert_eq!(fs::read_to_string(folder.join(path)).unwrap(), "other");
        assert_eq!(fs::read_to_string(folder.join(further)).unwrap(), "more");
        for path in ["dapr/components/events.yaml", "dapr.yaml", "tools/kafka/pom.xml"] {
            assert_eq!(read(&folder, path), read(&product, path));
        }
        drop(settings);
        assert!(!folder.exists());
        assert!(product.join("dapr/components/events.yaml").is_file());
        let wrong = Texts::from([("dapr/none.yaml".into(), String::new())]);
        let none = Settings::of(&product, &wrong, &Texts::new()).unwrap_err();
        assert!(none.to_string().contains("none.yaml"), "{none}");
        let twice = Settings::of(&product, &Texts::new(), &texts).unwrap_err();
        assert!(twice.to_string().contains("state.yaml"), "{twice}");
    }
}
