//! Folders of built programs, one per part and version, filled once.

use std::{
    fs::{File, create_dir_all, remove_dir_all, rename},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::PartsError;

/// A folder that is there only when it is complete.
pub(super) struct Slot {
    path: PathBuf,
}

/// The right to fill a slot; ends with the value, or with the process.
pub(super) struct Filling<'a> {
    slot: &'a Slot,
    draft: PathBuf,
    _lock: File,
}

impl Slot {
    /// The place of a part, `dapr-1.18.1`.
    ///
    /// # Errors
    /// [`PartsError::NoCache`].
    pub(super) fn new(name: &str) -> Result<Self, PartsError> {
        Ok(Self { path: root()?.join(name) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_filled(&self) -> bool {
        self.path.is_dir()
    }

    /// Waits until nobody else fills the slot. `None` when it is filled by then.
    ///
    /// # Errors
    /// [`PartsError::Io`].
    pub(super) async fn fill(&self) -> Result<Option<Filling<'_>>, PartsError> {
        let action = || format!("prepare {}", self.path.display());
        if let Some(cache) = self.path.parent() {
            create_dir_all(cache).map_err(PartsError::io(action()))?;
        }
        let file = self.path.with_added_extension("lock");
        let locked = tokio::task::spawn_blocking(move || {
            let file = File::create(file)?;
            file.lock()?;
            Ok(file)
        });
        let lock = locked.await.map_err(std::io::Error::other).flatten();
        let lock = lock.map_err(PartsError::io(action()))?;
        if self.is_filled() {
            return Ok(None);
        }
        let draft = self.path.with_added_extension("draft");
        // Somebody who was killed may have left half of it.
        match remove_dir_all(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => create_dir_all(&draft),
        }
        .map_err(PartsError::io(action()))?;
        Ok(Some(Filling { slot: self, draft, _lock: lock }))
    }
}

impl Filling<'_> {
    /// Where to put the files.
    pub(super) fn draft(&self) -> &Path {
        &self.draft
    }

    /// Makes the slot filled, in one step.
    ///
    /// # Errors
    /// [`PartsError::Io`].
    pub(super) fn complete(self) -> Result<(), PartsError> {
        let action = format!("complete {}", self.slot.path.display());
        rename(&self.draft, &self.slot.path).map_err(PartsError::io(action))
    }
}

impl Drop for Filling<'_> {
    fn drop(&mut self) {
        // Gone already when the slot was completed.
        let _ = remove_dir_all(&self.draft);
    }
}

fn root() -> Result<PathBuf, PartsError> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    Ok(folder.ok_or(PartsError::NoCache)?.join("todo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> Slot {
        let name = format!("todo-slot-{}", uuid::Uuid::new_v4().simple());
        Slot { path: std::env::temp_dir().join(name) }
    }

    #[tokio::test]
    async fn one_fills_and_the_other_finds_it_filled() {
        let slot = slot();
        let filling = slot.fill().await.unwrap().unwrap();
        let other = Slot { path: slot.path.clone() };
        let second = tokio::spawn(async move { other.fill().await.unwrap().is_none() });
        std::fs::write(filling.draft().join("program"), "x").unwrap();
        assert!(!slot.is_filled(), "not before it is complete");
        filling.complete().unwrap();
        assert!(second.await.unwrap(), "there is nothing left to do");
        assert!(slot.path().join("program").is_file());
        remove_dir_all(&slot.path).unwrap();
        std::fs::remove_file(slot.path.with_added_extension("lock")).unwrap();
    }

    #[tokio::test]
    async fn a_filling_that_was_given_up_leaves_nothing() {
        let slot = slot();
        let filling = slot.fill().await.unwrap().unwrap();
        let draft = filling.draft().to_owned();
        drop(filling);
        assert!(!slot.is_filled() && !draft.exists());
        // As after a kill.
        create_dir_all(&draft).unwrap();
        std::fs::write(draft.join("half"), "x").unwrap();
        let filling = slot.fill().await.unwrap().unwrap();
        assert!(!filling.draft().join("half").exists());
        drop(filling);
        std::fs::remove_file(slot.path.with_added_extension("lock")).unwrap();
    }
}
