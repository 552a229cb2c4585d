//! daprd and the scheduler: those of `dapr init`, those in `PATH`, or built from the pinned Go module. Each is looked for by
//! itself: a plain `dapr init` installs daprd alone and runs the scheduler in a container.

use std::{
    env::split_paths,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, time::timeout};

use super::{PartsError, cache::Slot};
use crate::output::Output;

/// Older ones lack the stable Jobs API and treat status codes of handlers differently.
const OLDEST: (u32, u32) = (1, 18);
/// Telling its version takes a program much less.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
const MODULE: &str = "github.com/dapr/dapr";
const GO: PartsError = PartsError::ProgramAbsent {
    program: "Go 1.21 or newer, or Dapr 1.18 or newer",
    hint: "https://go.dev/dl, or `dapr init --slim` (https://docs.dapr.io/getting-started)",
};

/// A program of Dapr's, and the flag that makes it tell its version and end.
struct Program {
    name: &'static str,
    asked: &'static str,
}

const DAPRD: Program = Program { name: "daprd", asked: "--version" };
/// It has no such flag, but the first thing it says is its version. Encryption without a certificate then ends it, before it
/// opens a port or a file.
const SCHEDULER: Program = Program { name: "scheduler", asked: "--tls-enabled" };

/// Finds or builds both programs: daprd, scheduler.
///
/// # Errors
/// [`PartsError`].
pub(super) async fn obtain(
    tools: &Path,
    output: &Output,
) -> Result<(PathBuf, PathBuf), PartsError> {
    let folders = folders();
    let found = tokio::join!(DAPRD.installed(&folders), SCHEDULER.installed(&folders));
    let (daprd, scheduler) = match found {
        (Some(daprd), Some(scheduler)) => return Ok((daprd, scheduler)),
        (daprd, scheduler) => (daprd, scheduler),
    };
    let version = pinned(&tools.join("go.mod"))?;
    let slot = Slot::new(&format!("dapr-{version}"))?;
    if !slot.is_filled()
        && let Some(filling) = slot.fill().await?
    {
        let text = format!("building Dapr {version} from its Go module (5 to 15 minutes, once)");
        output.line(0, "todo", &text);
        build(tools, &version, filling.draft()).await?;
        filling.complete()?;
    }
    let built = |program: &Program| slot.path().join(program.name);
    Ok((daprd.unwrap_or_else(|| built(&DAPRD)), scheduler.unwrap_or_else(|| built(&SCHEDULER))))
}

/// Where programs may be installed: `~/.dapr/bin`, then those of `PATH`.
fn folders() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".dapr/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    home.into_iter().chain(split_paths(&path)).collect()
}

impl Program {
    /// The first in `folders` that is new enough.
    async fn installed(&self, folders: &[PathBuf]) -> Option<PathBuf> {
        self.first(folders, |path| self.version_of(path)).await
    }

    async fn first<F>(
        &self,
        folders: &[PathBuf],
        version_of: impl Fn(PathBuf) -> F,
    ) -> Option<PathBuf>
    where
        F: Future<Output = Option<(u32, u32)>>,
    {
        for folder in folders {
            let path = folder.join(self.name);
            if path.is_file() && version_of(path.clone()).await >= Some(OLDEST) {
                return Some(path);
            }
        }
        None
    }

    /// What a program says of itself.
    async fn version_of(&self, path: PathBuf) -> Option<(u32, u32)> {
        let mut program = Command::new(path);
        program.arg(self.asked).stdin(Stdio::null()).kill_on_drop(true);
        let answer = timeout(TOLD_WITHIN, program.output()).await.ok()?.ok()?;
        version(told(&String::from_utf8(answer.stdout).ok()?))
    }
}

/// The version in `1.18.1`, all that daprd says, or in `… -- version 1.18.1 -- commit …`, a scheduler's first words.
fn told(words: &str) -> &str {
    words.split_once("-- version ").map_or(words, |(_, rest)| rest).trim()
}

/// `1.18.1` and `v1.18.1` as major and minor.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The version in `require github.com/dapr/dapr v1.18.1`.
fn pinned(file: &Path) -> Result<String, PartsError> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(PartsError::io(format!("read {}", file.display())))?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let found = words.windows(2).find(|pair| pair[0] == MODULE && pair[1].starts_with('v'));
    found
        .map(|pair| pair[1].trim_start_matches('v').to_owned())
        .ok_or_else(|| PartsError::NoVersion { what: "Dapr", path: file.to_owned() })
}

async fn build(tools: &Path, version: &str, into: &Path) -> Result<(), PartsError> {
    let mut folder = OsString::from(into);
    folder.push("/");
    let mut go = Command::new("go");
    go.current_dir(tools)
        .env("CGO_ENABLED", "0")
        // Without one of Dapr's two tags daprd has no components and stops; the mail binding is in this one only.
        .args(["build", "-mod=readonly", "-tags", "allcomponents", "-trimpath", "-ldflags"])
        .arg(format!("-s -w -X {MODULE}/pkg/buildinfo.version={version}"))
        .arg("-o")
        .arg(folder)
        .args([DAPRD, SCHEDULER].map(|program| format!("{MODULE}/cmd/{}", program.name)))
        .stdin(Stdio::null())
        // Standard output is for the product's lines.
        .stdout(Stdio::null())
        .kill_on_drop(true);
    let status = go.status().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => GO,
        _ => PartsError::io("run go")(error),
    })?;
    if status.success() { Ok(()) } else { Err(PartsError::Build { what: "Dapr", status }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(version("1.18.1"), Some((1, 18)));
        assert!(version("v1.9.12").unwrap() < OLDEST);
        assert_eq!(version("edge"), None);
    }

    #[test]
    fn both_programs_tell_their_version() {
        assert_eq!(version(told("1.18.1\n")), Some((1, 18)));
        let words = "time=\"2026-11-30T03:01:50Z\" level=info msg=\"Starting Dapr Scheduler Service -- version 1.19.0-rc.1 \
                     -- commit 8d3\" ver=unknown\ntime=\"2026-11-30T03:01:50Z\" level=fatal msg=\"trust anchors are required\"";
        assert_eq!(version(told(words)), Some((1, 19)));
        assert_eq!(version(told("usage: scheduler [-v 1.99] job")), None);
    }

    #[tokio::test]
    async fn each_program_is_looked_for_by_itself() {
        let root = std::env::temp_dir().join(format!("dapr-{}", uuid::Uuid::new_v4().simple()));
        let folders = ["home", "first", "second"].map(|name| root.join(name));
        let put = |path: &str, version: &str| std::fs::write(root.join(path), version).unwrap();
        for folder in &folders {
            std::fs::create_dir_all(folder).unwrap();
        }
        let found = async |program: &Program| {
            let said = async |path: PathBuf| version(&std::fs::read_to_string(path).unwrap());
            let path = program.first(&folders, said).await?;
            Some(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
        };
        put("home/daprd", "1.18.1");
        assert_eq!(found(&DAPRD).await.as_deref(), Some("home/daprd"));
        assert_eq!(found(&SCHEDULER).await, None, "daprd may be there without it");
        put("first/scheduler", "1.17.9");
        assert_eq!(found(&SCHEDULER).await, None, "too old");
        put("second/scheduler", "1.18.0");
        assert_eq!(found(&SCHEDULER).await.as_deref(), Some("second/scheduler"));
        put("home/daprd", "nonsense");
        put("first/daprd", "1.19.0");
        put("second/daprd", "1.18.1");
        assert_eq!(found(&DAPRD).await.as_deref(), Some("first/daprd"), "the first that will do");
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn the_module_pins_a_version() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/dapr/go.mod");
        assert!(version(&pinned(&file).unwrap()).unwrap() >= OLDEST);
    }
}
