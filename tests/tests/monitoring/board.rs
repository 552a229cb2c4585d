//! The dashboard as Grafana lays it out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::files::{dashboard, queries};

fn panels() -> Vec<Value> {
    dashboard()["panels"].as_array().unwrap().clone()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn panels_have_ids_of_their_own_and_lie_beside_each_other() {
    let mut ids = BTreeSet::new();
    let mut taken = BTreeSet::new();
    for panel in panels() {
        let title = &panel["title"];
        assert!(ids.insert(number(&panel["id"])), "{title}: its id is another one's, too");
        let place = &panel["gridPos"];
        let (left, top) = (number(&place["x"]), number(&place["y"]));
        let (right, bottom) = (left + number(&place["w"]), top + number(&place["h"]));
        assert!(right <= 24, "{title} is out of the grid");
        for x in left..right {
            assert!((top..bottom).all(|y| taken.insert((x, y))), "{title} covers another one");
        }
    }
}

#[test]
fn panels_say_what_they_show_in_which_unit_and_from_the_chosen_source() {
    for panel in panels().into_iter().filter(|panel| panel["type"] != "row") {
        let title = &panel["title"];
        assert!(panel["description"].as_str().is_some_and(|text| text.len() > 5), "{title}");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        let defaults = &panel["fieldConfig"]["defaults"];
        assert!(defaults["unit"].is_string(), "{title} has no unit");
        if panel["type"] == "stat" {
            let steps = defaults["thresholds"]["steps"].as_array().unwrap();
            assert!(steps.len() > 1, "{title} is never anything but well");
        }
    }
}

/// What is not of one namespace: Dapr's control plane, and consumer groups of the broker.
const OF_THE_CLUSTER: [&str; 2] = ["dapr_scheduler_", "group:todo_consumer_lag:max"];

#[test]
fn queries_are_of_the_chosen_namespace() {
    for (title, query) in queries() {
        let everywhere = OF_THE_CLUSTER.iter().any(|name| query.contains(name));
        let chosen = query.contains("namespace=\"todo\"") || query.contains("namespace=~\"todo|\"");
        assert!(chosen != everywhere, "{title}: {query}");
    }
}
