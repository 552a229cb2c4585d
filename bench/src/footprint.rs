//! Memory and start time of each service.

use std::{fs, path::Path};

use todo_tests::Product;

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
    let own = std::process::id().to_string();
    let mut found = None;
    for entry in fs::read_dir("/proc")? {
        let folder = entry?.path();
        let Ok(status) = fs::read_to_string(folder.join("status")) else { continue };
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
                .unwrap_or_default()
        };
        let program = fs::read_link(folder.join("exe")).unwrap_or_default();
        if field("PPid:") == own && program.file_name() == Path::new(service).file_name() {
            let kilobytes =
                field("VmRSS:").split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
            found = kilobytes.map(|kilobytes| kilobytes / 1024.0);
        }
    }
    Ok(found)
}
