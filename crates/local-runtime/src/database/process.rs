//! Processes we did not start ourselves: are they alive, what do they work on, tell them to stop.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// Whether a process with this id exists (a finished one that nobody collected counts).
pub(crate) fn is_alive(pid: i32) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| {
        // EPERM: it exists and belongs to somebody else.
        !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
    })
}

/// Sends a signal; a process that is gone already is not an error.
pub fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid)
        && let Err(error) = kill_process(pid, signal)
    {
        tracing::debug!(?pid, ?signal, %error, "signal not delivered");
    }
}

/// Processes whose working directory is `directory`: a postmaster and its backends change into
/// their data directory, so this finds them however they were started.
#[cfg(target_os = "linux")]
pub(crate) fn working_in(directory: &Path) -> Vec<i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let wanted = directory.canonicalize().unwrap_or_else(|_| directory.to_path_buf());
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == wanted))
        .collect()
}

/// Without `/proc`, `lsof` answers the same question.
#[cfg(not(target_os = "linux"))]
pub(crate) fn working_in(directory: &Path) -> Vec<i32> {
    let output = std::process::Command::new("lsof")
        .args(["-a", "-d", "cwd", "-c", "postgres", "-t", "--"])
        .arg(directory)
        .output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(|line| line.trim().parse().ok()).collect()
}
