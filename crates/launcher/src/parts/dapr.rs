//! daprd and the scheduler: those of `dapr init --slim`, those in `PATH`, or built from the pinned Go module.

use std::{
    env::split_paths,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use super::{PartsError, cache::Slot};
use crate::output::Output;

/// Older ones lack the stable Jobs API and treat status codes of handlers differently.
const OLDEST: (u32, u32) = (1, 18);
const MODULE: &str = "github.com/dapr/dapr";
const GO: PartsError = PartsError::ProgramAbsent {
    program: "Go 1.21 or newer, or Dapr 1.18 or newer",
    hint: "https://go.dev/dl, or `dapr init --slim` (https://docs.dapr.io/getting-started)",
};

/// Finds or builds both programs: daprd, scheduler.
///
/// # Errors
/// [`PartsError`].
pub(super) async fn obtain(
    tools: &Path,
    output: &Output,
) -> Result<(PathBuf, PathBuf), PartsError> {
    if let Some(found) = installed().await {
        return Ok(found);
    }
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
    Ok((slot.path().join("daprd"), slot.path().join("scheduler")))
}

/// Both programs in `~/.dapr/bin`, else beside each other in `PATH`, new enough.
async fn installed() -> Option<(PathBuf, PathBuf)> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".dapr/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    for folder in home.into_iter().chain(split_paths(&path)) {
        let (daprd, scheduler) = (folder.join("daprd"), folder.join("scheduler"));
        if daprd.is_file() && scheduler.is_file() && version_of(&daprd).await >= Some(OLDEST) {
            return Some((daprd, scheduler));
        }
    }
    None
}

/// What daprd says of itself; the scheduler beside it says nothing.
async fn version_of(daprd: &Path) -> Option<(u32, u32)> {
    let answer = Command::new(daprd).arg("--version").stdin(Stdio::null()).output().await;
    version(String::from_utf8(answer.ok()?.stdout).ok()?.trim())
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
        .args(["cmd/daprd", "cmd/scheduler"].map(|program| format!("{MODULE}/{program}")))
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
    fn the_module_pins_a_version() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/dapr/go.mod");
        assert!(version(&pinned(&file).unwrap()).unwrap() >= OLDEST);
    }
}
