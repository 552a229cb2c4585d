//! Where the system keeps its `PostgreSQL` server programs.
//!
//! Debian and Ubuntu hide `initdb` and `postgres` in a folder per version and leave them out of
//! `PATH`; Fedora and Homebrew do not. The newest usable set wins.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::error::DatabaseError;

/// Oldest major version that is known to work.
pub const MINIMUM_VERSION: u32 = 15;

/// How to install the server, for each packaging system we know.
pub const INSTALL_HINT: &str = "install it with one of\n\
    \x20 Debian, Ubuntu:  sudo apt-get install postgresql\n\
    \x20 Fedora, RHEL:    sudo dnf install postgresql-server\n\
    \x20 macOS:           brew install postgresql@17";

/// A folder with `initdb`, `postgres` and `psql` of one version.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    directory: PathBuf,
}

impl Binaries {
    /// Finds the newest set of programs.
    ///
    /// # Errors
    /// [`DatabaseError::BinariesAbsent`] or [`DatabaseError::TooOld`].
    pub(crate) async fn find() -> Result<Self, DatabaseError> {
        Self::choose(candidates().await).await
    }

    async fn choose(candidates: Vec<PathBuf>) -> Result<Self, DatabaseError> {
        let mut best: Option<(u32, PathBuf)> = None;
        for directory in candidates {
            if !is_complete(&directory) {
                continue;
            }
            let Some(version) = major_version(&directory).await else { continue };
            if best.as_ref().is_none_or(|(newest, _)| version > *newest) {
                best = Some((version, directory));
            }
        }
        match best {
            None => Err(DatabaseError::BinariesAbsent),
            Some((found, directory)) if found < MINIMUM_VERSION => {
                Err(DatabaseError::TooOld { found, directory })
            }
            Some((_, directory)) => Ok(Self { directory }),
        }
    }

    /// Full path of one program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// Every folder worth looking at.
async fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        folders.extend(
            entries
                .flatten()
                .filter(|entry| {
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    name.starts_with("postgresql") || name.starts_with(|c: char| c.is_ascii_digit())
                })
                .map(|entry| entry.path().join("bin")),
        );
    }
    folders.extend(pg_config_folder().await);
    folders.extend(path_folders());
    let mut seen = std::collections::HashSet::new();
    folders.retain(|folder| is_complete(folder) && seen.insert(folder.clone()));
    folders
}

async fn pg_config_folder() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim()))
}

#[expect(clippy::disallowed_methods, reason = "PATH is the system's, not our configuration")]
fn path_folders() -> Vec<PathBuf> {
    std::env::var("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn is_complete(directory: &Path) -> bool {
    ["initdb", "postgres", "psql"].iter().all(|name| directory.join(name).is_file())
}

async fn major_version(directory: &Path) -> Option<u32> {
    let output = Command::new(directory.join("postgres")).arg("--version").output().await.ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Reads `postgres (PostgreSQL) 15.14 (Debian …)`, also `17beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let number = text.split(')').nth(1)?.trim_start();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_programs_answer() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(parse_version("something else"), None);
    }

    #[tokio::test]
    async fn absent_binaries_name_the_commands_that_install_them() {
        let error = Binaries::choose(vec![PathBuf::from("/nonexistent")]).await.unwrap_err();
        let text = error.to_string();
        for word in ["apt-get install", "dnf install", "brew install", "DATABASE_URL"] {
            assert!(text.contains(word), "{word} is missing in: {text}");
        }
    }
}
