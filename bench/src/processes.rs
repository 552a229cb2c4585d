//! The processes of this machine, as far as measurements ask (Linux, proc(5)).

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;

/// One of them.
pub(crate) struct Process {
    pub(crate) parent: u32,
    /// User and system time, in ticks.
    pub(crate) ticks: u64,
    /// The program, and for a sidecar whose it is.
    pub(crate) name: String,
}

/// All of them, by id.
pub(crate) fn all() -> anyhow::Result<BTreeMap<u32, Process>> {
    let mut processes = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        let id = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        // One that has ended meanwhile is no part of it.
        if let Some(id) = id
            && let Ok(stat) = fs::read_to_string(path.join("stat"))
        {
            processes.insert(id, Process::read(&path, &stat)?);
        }
    }
    Ok(processes)
}

impl Process {
    fn read(path: &Path, stat: &str) -> anyhow::Result<Self> {
        let fields = stat.rsplit_once(')').context("stat has the name in brackets")?.1;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let number = |place: usize| fields.get(place).and_then(|text| text.parse::<u64>().ok());
        Ok(Self {
            // Counted from the field after the name: 4 ppid, 14 utime, 15 stime in proc(5).
            parent: number(1).and_then(|id| u32::try_from(id).ok()).context("a parent")?,
            ticks: number(11).context("utime")? + number(12).context("stime")?,
            name: name(path),
        })
    }
}

/// The program, and for a sidecar whose it is.
fn name(path: &Path) -> String {
    let line = fs::read(path.join("cmdline")).unwrap_or_default();
    let words: Vec<_> = line.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    let program = words.first().and_then(|word| word.split(':').next()).unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    match words.iter().find_map(|word| word.strip_prefix("--app-id=")) {
        Some(app) => format!("daprd of {app}"),
        None if program == "java" => "Kafka".to_owned(),
        None => program.to_owned(),
    }
}
