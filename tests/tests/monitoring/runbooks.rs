//! The page that alerts point to.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::{alerts, operations};

const PAGE: &str = "docs/operations.md#";

/// Headings by their anchors, as GitHub makes them, with the text below.
fn sections() -> BTreeMap<String, String> {
    let mut sections = BTreeMap::<String, String>::new();
    let mut at = String::new();
    for line in operations().lines() {
        if line.starts_with('#') {
            at = anchor(line.trim_start_matches('#').trim());
        }
        let text = sections.entry(at.clone()).or_default();
        text.push_str(line);
        text.push('\n');
    }
    sections
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[test]
fn every_alert_leads_to_a_section_that_names_it() {
    let sections = sections();
    for (name, alert) in alerts() {
        let url = alert["annotations"]["runbook_url"].as_str().unwrap();
        let anchor = url.strip_prefix(PAGE).unwrap_or_else(|| panic!("{name}: {url}"));
        let section = sections.get(anchor).unwrap_or_else(|| panic!("{name}: no {anchor}"));
        assert!(section.contains(&format!("`{name}`")), "{anchor} does not name {name}");
    }
}

#[test]
fn the_page_names_no_alert_that_is_not_there() {
    let known: BTreeSet<String> = alerts().into_iter().map(|(name, _)| name).collect();
    let said = operations().split('`').skip(1).step_by(2);
    for alert in said.filter(|said| said.starts_with("Todo")) {
        assert!(known.contains(alert), "there is no alert {alert}");
    }
}

#[test]
fn anchors_are_githubs() {
    assert_eq!(anchor("Dapr's certificate expires"), "daprs-certificate-expires");
    assert_eq!(anchor("A part, `/healthz`"), "a-part-healthz");
}
