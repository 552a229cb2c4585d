//! Which ports a run uses: those of `dapr.yaml`, or free ones for a test.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::LauncherError;
use crate::manifest::Manifest;
use todo_local_runtime::free_ports::FreePorts;

/// How long a port may stay taken: services of a launcher that was just killed need a moment.
const PATIENCE: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(50);

/// Replaces every port of the manifest by a free one, also where an application's environment
/// mentions another one's address. They are its own for as long as the result is kept.
///
/// # Errors
/// [`LauncherError::Io`] when the system has no port left.
pub(crate) fn choose_free(manifest: &mut Manifest) -> Result<FreePorts, LauncherError> {
    let mut free = FreePorts::default();
    let mut chosen = BTreeMap::new();
    for (port, _) in wanted(manifest) {
        chosen.insert(port, free.take().map_err(LauncherError::io("find a free port"))?);
    }
    for app in &mut manifest.apps {
        for port in [Some(&mut app.app_port), Some(&mut app.sidecar_port), app.public_port.as_mut()]
        {
            let Some(port) = port else { continue };
            *port = chosen[port];
        }
        for (key, value) in &mut app.env {
            *value = match (key.as_str(), app.public_port) {
                ("PUBLIC_PORT", Some(port)) => port.to_string(),
                _ => replace_addresses(value, &chosen),
            };
        }
    }
    Ok(free)
}

/// Waits a moment for every port to be free.
///
/// # Errors
/// [`LauncherError::PortTaken`] for the first that stays taken.
pub(crate) async fn wait_until_free(manifest: &Manifest) -> Result<(), LauncherError> {
    let deadline = Instant::now() + PATIENCE;
    for (port, what) in wanted(manifest) {
        while TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                return Err(LauncherError::PortTaken { port, what });
            }
            sleep(POLL).await;
        }
    }
    Ok(())
}

/// Every port and what it is for.
fn wanted(manifest: &Manifest) -> Vec<(u16, String)> {
    let mut ports = Vec::new();
    for app in &manifest.apps {
        ports.push((app.app_port, format!("{} for its sidecar", app.name)));
        ports.push((app.sidecar_port, format!("sidecar of {}", app.name)));
        ports.extend(app.public_port.map(|port| (port, format!("{} for people", app.name))));
    }
    ports
}

/// Exchanges the port in `127.0.0.1:8081` and `localhost:8081`, not in `127.0.0.1:80811`.
pub(crate) fn replace_addresses(text: &str, chosen: &BTreeMap<u16, u16>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, host)) =
        ["127.0.0.1:", "localhost:"].iter().filter_map(|host| Some((rest.find(host)?, *host))).min()
    {
        let (before, after) = rest.split_at(at + host.len());
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        let port = after[..digits].parse().ok().and_then(|port: u16| chosen.get(&port));
        result.push_str(before);
        match port {
            Some(port) => result.push_str(&port.to_string()),
            None => result.push_str(&after[..digits]),
        }
        rest = &after[digits..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_other_applications_follow_their_ports() {
        let chosen = BTreeMap::from([(8081, 40001), (8080, 40000)]);
        let cases = [
            ("ws://127.0.0.1:8081/ws", "ws://127.0.0.1:40001/ws"),
            (
                "http://localhost:8080,http://127.0.0.1:8080",
                "http://localhost:40000,http://127.0.0.1:40000",
            ),
            ("127.0.0.1:80811 8081", "127.0.0.1:80811 8081"),
            ("example.org:8081", "example.org:8081"),
        ];
        for (before, after) in cases {
            assert_eq!(replace_addresses(before, &chosen), after);
        }
    }
}
