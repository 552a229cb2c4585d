//! Where the processor's time goes: how much of it each process under this one has used (Linux, proc(5)).

use std::collections::BTreeMap;

use crate::processes::{self, Process};

/// Milliseconds in one tick of `/proc/<pid>/stat`; `USER_HZ` is 100 wherever Linux runs.
const TICK: f64 = 10.0;
/// What the load, the launcher and the embedded sidecars are called together: they are one process.
const OWN: &str = "load and launcher";

/// Milliseconds of processor time, by part.
#[derive(Debug, Clone)]
pub(crate) struct Usage(BTreeMap<String, f64>);

impl Usage {
    /// What this process and everything under it have used so far.
    pub(crate) fn now() -> anyhow::Result<Self> {
        let processes = processes::all()?;
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
