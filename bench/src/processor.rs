//! Where the processor's time goes: how much of it each process under this one has used (Linux, proc(5)).

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;

/// Milliseconds in one tick of `/proc/<pid>/stat`; `USER_HZ` is 100 wherever Linux runs.
const TICK: f64 = 10.0;
/// What the load, the launcher and the embedded sidecars are called together: they are one process.
const OWN: &str = "load and launcher";

/// Milliseconds of processor time, by part.
#[derive(Debug, Clone)]
pub(crate) struct Usage(BTreeMap<String, f64>);

struct Process {
    parent: u32,
    /// User and system time, in ticks.
    ticks: u64,
    name: String,
}

impl Usage {
    /// What this process and everything under it have used so far.
    pub(crate) fn now() -> anyhow::Result<Self> {
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
        let mut parts = BTreeMap::new();
        for (id, process) in &processes {
            if let Some(name) = part(&processes, *id) {
                *parts.entry(name).or_default() += process.ticks as f64 * TICK;
            }
        }
        Ok(Self(parts))
    }

    /// What was used since `earlier` for each of `count` things, most first.
    pub(crate) fn since(&self, earlier: &Self, count: usize) -> Vec<(String, f64)> {
        let mut used: Vec<(String, f64)> = Vec::new();
        for (part, now) in &self.0 {
            let before = earlier.0.get(part).copied().unwrap_or_default();
            used.push((part.clone(), (now - before).max(0.0) / count.max(1) as f64));
        }
        used.retain(|(_, time)| *time > 0.0);
        used.sort_by(|a, b| b.1.total_cmp(&a.1));
        used
    }
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

/// The part that a process belongs to, if it is one of ours: PostgreSQL's many are one.
fn part(processes: &BTreeMap<u32, Process>, id: u32) -> Option<String> {
    let own = std::process::id();
    let (mut at, mut name) = (id, OWN.to_owned());
    while at != own {
        let process = processes.get(&at)?;
        if !process.name.is_empty() {
            name.clone_from(&process.name);
        }
        at = process.parent;
    }
    Some(name)
}
