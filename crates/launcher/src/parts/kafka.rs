//! Apache Kafka's jars, fetched by Maven, and the Java that runs them.

use std::{path::Path, path::PathBuf, process::Stdio};

use tokio::process::Command;

use super::{KafkaParts, PartsError, cache::Slot};
use crate::output::Output;

const JAVA: PartsError = PartsError::ProgramAbsent {
    program: "Java 17 or newer",
    hint: "install a JRE (Debian: default-jre-headless), or name a running broker in KAFKA_BROKERS",
};
/// Kafka 4 runs on nothing older.
const OLDEST_JAVA: u32 = 17;
const MAVEN: PartsError = PartsError::ProgramAbsent {
    program: "Maven",
    hint: "install it (Debian: maven), or name a running broker in KAFKA_BROKERS",
};

/// Finds Java; finds or fetches the jars.
///
/// # Errors
/// [`PartsError`].
pub(super) async fn obtain(tools: &Path, output: &Output) -> Result<KafkaParts, PartsError> {
    let java = java().await?;
    let pom = tools.join("pom.xml");
    let version = pinned(&pom)?;
    let slot = Slot::new(&format!("kafka-{version}"))?;
    if !slot.is_filled()
        && let Some(filling) = slot.fill().await?
    {
        let text = format!("fetching Apache Kafka {version} with Maven (half a minute, once)");
        output.line(0, "todo", &text);
        fetch(&pom, filling.draft()).await?;
        filling.complete()?;
    }
    Ok(KafkaParts { java, jars: slot.path().to_owned() })
}

async fn java() -> Result<PathBuf, PartsError> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    let java = home.filter(|java| java.is_file()).unwrap_or_else(|| PathBuf::from("java"));
    let answer = Command::new(&java).arg("-version").stdin(Stdio::null()).output().await;
    let words = answer.map_err(|_| JAVA)?.stderr;
    if version(&String::from_utf8_lossy(&words)) >= Some(OLDEST_JAVA) {
        Ok(java)
    } else {
        Err(JAVA)
    }
}

/// The number in `openjdk version "17.0.15" 2025-04-15`.
fn version(words: &str) -> Option<u32> {
    let (_, rest) = words.split_once("version \"")?;
    rest.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

/// The version of the project, which is that of Kafka.
fn pinned(pom: &Path) -> Result<String, PartsError> {
    let text = std::fs::read_to_string(pom);
    let text = text.map_err(PartsError::io(format!("read {}", pom.display())))?;
    let found = text.split_once("<version>").and_then(|(_, rest)| rest.split_once("</version>"));
    found
        .map(|(version, _)| version.trim().to_owned())
        .ok_or_else(|| PartsError::NoVersion { what: "Kafka", path: pom.to_owned() })
}

async fn fetch(pom: &Path, into: &Path) -> Result<(), PartsError> {
    let mut folder = std::ffi::OsString::from("-DoutputDirectory=");
    folder.push(into);
    let mut maven = Command::new("mvn");
    // Maven would only warn of a file that is not what its checksum says.
    maven.args(["-q", "-B", "--strict-checksums", "-f"]).arg(pom);
    maven.arg("dependency:copy-dependencies");
    maven.arg("-DincludeScope=runtime").arg(folder);
    maven.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    let status = maven.status().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => MAVEN,
        _ => PartsError::io("run mvn")(error),
    })?;
    if status.success() { Ok(()) } else { Err(PartsError::Build { what: "Kafka", status }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_java_tells_its_version() {
        assert_eq!(version("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(version("java version \"1.8.0_452\""), Some(1));
        assert_eq!(version("java version \"24\" 2025-03-18"), Some(24));
        assert_eq!(version("sh: java: not found"), None);
    }

    #[test]
    fn the_project_has_kafkas_version() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/kafka/pom.xml");
        let version = pinned(&file).unwrap();
        assert!(version.split('.').count() == 3, "{version}");
    }
}
