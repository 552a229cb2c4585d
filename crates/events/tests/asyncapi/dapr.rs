//! Who publishes and who receives what, as the Dapr files say it.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::root;

/// Pairs of an application and a topic.
pub(crate) struct Wiring {
    pub(crate) publishes: BTreeSet<(String, String)>,
    pub(crate) receives: BTreeSet<(String, String)>,
}

impl Wiring {
    pub(crate) fn read() -> Self {
        let mut publishes = BTreeSet::new();
        for component in documents("dapr/components") {
            for item in component["spec"]["metadata"].as_array().into_iter().flatten() {
                if item["name"] == "publishingScopes" {
                    publishes.extend(scopes(item["value"].as_str().unwrap()));
                }
            }
        }
        let mut receives = BTreeSet::new();
        for subscription in documents("dapr/subscriptions") {
            let topic = subscription["spec"]["topic"].as_str().unwrap();
            for app in subscription["scopes"].as_array().unwrap() {
                receives.insert((app.as_str().unwrap().to_owned(), topic.to_owned()));
            }
        }
        Self { publishes, receives }
    }

    /// Every dead-letter topic.
    pub(crate) fn dead_letters(&self) -> BTreeSet<&str> {
        let names = self.publishes.iter().chain(&self.receives).map(|(_, name)| name.as_str());
        names.filter(|name| name.ends_with(".dead")).collect()
    }
}

/// `app=topic,topic;app=topic` (Dapr, "scope pub/sub topic access").
fn scopes(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split(';').filter_map(|scope| scope.split_once('=')).flat_map(|(app, topics)| {
        topics.split(',').map(move |topic| (app.trim().to_owned(), topic.trim().to_owned()))
    })
}

fn documents(folder: &str) -> Vec<Value> {
    let files = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    files
        .flat_map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            serde_saphyr::from_multiple::<Value>(&text).unwrap()
        })
        .collect()
}
