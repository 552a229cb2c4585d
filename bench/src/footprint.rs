//! Memory and start time of each service.

use std::fs;

use todo_tests::Product;

use crate::processes;

const SERVICES: [&str; 5] = ["chat-api", "recurring-task", "notification", "audit", "websocket"];

/// Prints what each service holds while idle, and how long it took from its start to ready.
pub(crate) fn report(product: &Product) -> anyhow::Result<()> {
    let lines = product.lines().text();
    println!("\nservice          RSS MB   ready in ms  (budget 15 MB, 50 ms)");
    for service in SERVICES {
        let resident = resident_megabytes(service)?;
        let started = lines
            .lines()
            .filter(|line| line.starts_with(service))
            .find_map(|line| line.split_once("started_ms=")?.1.split_whitespace().next());
        let resident =
            resident.map_or_else(|| "–".to_owned(), |megabytes| format!("{megabytes:.1}"));
        println!("{service:<15} {resident:>7}   {:>11}", started.unwrap_or("–"));
    }
    Ok(())
}

/// Resident memory of the newest process of that name that this program's launcher started (Linux).
pub(crate) fn resident_megabytes(service: &str) -> anyhow::Result<Option<f64>> {
    let own = std::process::id();
    let processes = processes::all()?;
    let newest =
        processes.iter().rfind(|(_, process)| process.parent == own && process.name == service);
    let Some((id, _)) = newest else { return Ok(None) };
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<f64>().ok()
    });
    Ok(kilobytes.map(|kilobytes| kilobytes / 1024.0))
}
