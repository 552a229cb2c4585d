//! What every alert says, and that its tests say when it does.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    files::{alerts, rule_tests},
    promql::Asked,
};

#[test]
fn every_alert_says_what_it_means_and_how_grave_it_is() {
    for (name, alert) in alerts() {
        let severity = alert["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("critical" | "warning")), "{name}: {severity:?}");
        for annotation in ["summary", "description", "runbook_url"] {
            let text = alert["annotations"][annotation].as_str().unwrap_or_default();
            assert!(text.len() > 10, "{name} has no {annotation}");
        }
        assert!(name.starts_with("Todo"), "{name} would be taken for somebody else's");
    }
}

/// A label that the result does not have would be an empty word in the message.
#[test]
fn texts_speak_only_of_labels_that_the_alert_has() {
    for (name, alert) in alerts() {
        let has = labels_of(alert["expr"].as_str().unwrap());
        for annotation in ["summary", "description"] {
            let text = alert["annotations"][annotation].as_str().unwrap();
            for said in text.split("$labels.").skip(1) {
                let label: String =
                    said.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(has.contains(&label), "{name} speaks of {label}, and has only {has:?}");
            }
        }
    }
}

/// What it groups by; a recorded series has the labels that its name begins with.
fn labels_of(expression: &str) -> BTreeSet<String> {
    let asked = Asked::by(expression);
    let recorded = asked.selectors.iter().filter_map(|selector| selector.name.split_once(':'));
    recorded.map(|(level, _)| level.to_owned()).chain(asked.grouped).collect()
}

#[test]
fn every_alert_has_a_test_that_it_fires_and_one_that_it_does_not() {
    let file = rule_tests();
    let tests = file["tests"].as_array().unwrap();
    let looks: Vec<&Value> =
        tests.iter().flat_map(|test| test["promql_expr_test"].as_array().unwrap()).collect();
    for (name, _) in alerts() {
        let own = format!("alertname=\"{name}\"");
        let mut about = looks.iter().filter(|look| look["expr"].as_str().unwrap().contains(&own));
        let quiet = about.any(|look| look["exp_samples"].as_array().unwrap().is_empty());
        assert!(quiet, "no test in which {name} does not fire");
        let mut samples = looks.iter().flat_map(|look| look["exp_samples"].as_array().unwrap());
        let fires = samples.any(|sample| sample["labels"].as_str().unwrap().contains(&own));
        assert!(fires, "no test in which {name} fires");
    }
}
