//! More than one replica of an application on one machine.
//!
//! `dapr.yaml` describes the first replica of each application; the others are copies of it on ports of their own, 100
//! further each time. The first keeps the application's name, the others are called `websocket-2`, `websocket-3`, ….

use std::{collections::BTreeMap, str::FromStr};

use crate::{
    error::LauncherError,
    manifest::{App, Manifest, check_unique},
    ports::replace_addresses,
};

/// Distance between the ports of two replicas.
const STEP: u16 = 100;

/// How many replicas of which application; one of every other. Written `websocket=2,chat-api=2`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replicas(BTreeMap<String, u16>);

impl Replicas {
    /// Sets the number of one application's replicas.
    #[must_use]
    pub fn with(mut self, app: &str, replicas: u16) -> Self {
        self.0.insert(app.to_owned(), replicas);
        self
    }

    fn of(&self, app: &str) -> u16 {
        self.0.get(app).copied().unwrap_or(1)
    }
}

impl FromStr for Replicas {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut replicas = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong =
                || format!("{part:?} is not an application and a number, as in websocket=2");
            let (app, count) = part.split_once('=').ok_or_else(wrong)?;
            let count = count.parse().ok().filter(|count| (1..=9).contains(count));
            let count =
                count.ok_or_else(|| format!("{part}: from 1 to 9 replicas are possible"))?;
            replicas = replicas.with(app, count);
        }
        Ok(replicas)
    }
}

/// Copies applications in the manifest.
///
/// # Errors
/// [`LauncherError::Unknown`] for an application that is not there, [`LauncherError::Replicas`] when two would share a
/// port or a name.
pub(crate) fn replicate(manifest: &mut Manifest, wanted: &Replicas) -> Result<(), LauncherError> {
    let known = |id: &String| manifest.apps.iter().any(|app| &app.id == id);
    if let Some(app) = wanted.0.keys().find(|id| !known(id)) {
        return Err(LauncherError::Unknown { app: app.clone(), what: "this name" });
    }
    let public: Vec<(u16, u16)> = manifest
        .apps
        .iter()
        .filter_map(|app| Some((app.public_port?, wanted.of(&app.id))))
        .filter(|(_, count)| *count > 1)
        .collect();
    let firsts = std::mem::take(&mut manifest.apps);
    for app in firsts {
        for replica in 0..wanted.of(&app.id) {
            manifest.apps.push(copy(&app, replica, &public));
        }
    }
    check_unique(&manifest.apps).map_err(LauncherError::Replicas)
}

/// A replica, which counts from 0. `public` are the ports for people that have replicas, and how many.
fn copy(app: &App, replica: u16, public: &[(u16, u16)]) -> App {
    let shifted = |port: u16| port.saturating_add(STEP * replica);
    let mut copy = app.clone();
    copy.replica = usize::from(replica);
    if replica > 0 {
        copy.name = format!("{}-{}", app.id, replica + 1);
    }
    copy.app_port = shifted(app.app_port);
    copy.sidecar_port = shifted(app.sidecar_port);
    copy.public_port = app.public_port.map(shifted);
    for (key, value) in &mut copy.env {
        *value = match (key.as_str(), copy.public_port) {
            ("PUBLIC_PORT", Some(port)) => port.to_string(),
            _ if value.contains(',') => everybody(value, public),
            _ => counterpart(value, replica, public),
        };
    }
    copy
}

/// An address leads to the replica of the same number, so that the second page opens its sockets at the second websocket.
fn counterpart(text: &str, replica: u16, public: &[(u16, u16)]) -> String {
    let moved = public.iter().map(|(port, count)| (*port, port + STEP * (replica % count)));
    replace_addresses(text, &moved.collect())
}

/// A list of addresses gets those of all replicas.
fn everybody(text: &str, public: &[(u16, u16)]) -> String {
    let most = public.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let mut all: Vec<String> = Vec::new();
    for replica in 0..most {
        for item in text.split(',') {
            let item = counterpart(item, replica, public);
            if !all.contains(&item) {
                all.push(item);
            }
        }
    }
    all.join(",")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const MANIFEST: &str = r"
version: 1
apps:
  - { appID: page, appPort: 7001, daprHTTPPort: 3501, command: [./page], env: { PUBLIC_PORT: 8080, SOCKETS: 'ws://127.0.0.1:8081/ws' } }
  - { appID: socket, appPort: 7005, daprHTTPPort: 3505, command: [./socket], env: { PUBLIC_PORT: 8081, ORIGINS: 'http://127.0.0.1:8080,http://localhost:8080' } }
  - { appID: quiet, appPort: 7101, daprHTTPPort: 3502, command: [./quiet] }
";

    fn replicated(wanted: &str) -> Result<Manifest, LauncherError> {
        let mut manifest = Manifest::parse(MANIFEST, Path::new("/product")).unwrap();
        replicate(&mut manifest, &wanted.parse().unwrap()).map(|()| manifest)
    }

    #[test]
    fn copies_have_names_ports_and_addresses_of_their_own() {
        let manifest = replicated("socket=2").unwrap();
        let names: Vec<_> = manifest.apps.iter().map(|app| app.name.as_str()).collect();
        assert_eq!(names, ["page", "socket", "socket-2", "quiet"]);
        let second = &manifest.apps[2];
        assert_eq!((second.id.as_str(), second.replica), ("socket", 1));
        assert_eq!((second.app_port, second.sidecar_port), (7105, 3605));
        assert_eq!((second.public_port, second.env["PUBLIC_PORT"].as_str()), (Some(8181), "8181"));
        assert_eq!(manifest.apps[0].env["SOCKETS"], "ws://127.0.0.1:8081/ws");
    }

    #[test]
    fn lists_name_all_replicas_and_a_single_address_the_one_of_the_same_number() {
        let text = MANIFEST.replace("7101", "7002");
        let mut manifest = Manifest::parse(&text, Path::new("/product")).unwrap();
        replicate(&mut manifest, &"socket=2,page=3".parse().unwrap()).unwrap();
        let sockets: Vec<_> = manifest.apps[..3].iter().map(|app| &app.env["SOCKETS"]).collect();
        let at = |port: u16| format!("ws://127.0.0.1:{port}/ws");
        assert_eq!(sockets, [&at(8081), &at(8181), &at(8081)]);
        let origins: Vec<_> = manifest.apps[4].env["ORIGINS"].split(',').collect();
        assert_eq!(origins.len(), 6);
        assert!(origins.contains(&"http://localhost:8280"), "{origins:?}");
    }

    #[test]
    fn mistakes_are_named() {
        let error = |wanted: &str| replicated(wanted).unwrap_err().to_string();
        assert!(error("pages=2").contains("pages"));
        assert!(error("page=2").contains("port 7101 is used by page-2 and quiet"));
        for text in ["page", "page=0", "page=x", "page=10"] {
            assert!(text.parse::<Replicas>().is_err(), "{text}");
        }
        assert_eq!("".parse(), Ok(Replicas::default()));
    }
}
