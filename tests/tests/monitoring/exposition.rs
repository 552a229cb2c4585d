//! The Prometheus text format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::collections::BTreeMap;

use crate::promql::Matcher;

/// A series, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

impl Series {
    /// Whether every matcher names a label, and the label's value where it wants one.
    pub(crate) fn fits(&self, matchers: &[Matcher]) -> bool {
        matchers.iter().all(|matcher| match (self.labels.get(&matcher.label), &matcher.value) {
            (Some(is), Some(wanted)) => is == wanted,
            (Some(_), None) => true,
            (None, _) => false,
        })
    }
}

/// Reads what was scraped; each series has the target's labels, too.
pub(crate) fn read(text: &str, target: &[(&str, &str)]) -> Vec<Series> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| read_line(line, target).unwrap_or_else(|| panic!("{line}"))).collect()
}

fn read_line(line: &str, target: &[(&str, &str)]) -> Option<Series> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, mut rest) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}')?),
        None => (series, ""),
    };
    let mut labels: BTreeMap<_, _> =
        target.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
    while let Some((label, after)) = rest.split_once("=\"") {
        let end = after.match_indices('"').map(|(at, _)| at).find(|at| !is_escaped(after, *at))?;
        // An empty label is none, so that the target's of that name stands.
        if end > 0 {
            labels.insert(label.trim_start_matches(',').to_owned(), after[..end].to_owned());
        }
        rest = &after[end + 1..];
    }
    Some(Series { name: name.to_owned(), labels, value: value.parse().ok()? })
}

fn is_escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

#[test]
fn a_series_has_its_own_labels_and_the_targets() {
    let text = "# HELP a b\na{x=\"1, {\\\"}\",le=\"+Inf\",job=\"\"} 3\n\nb 0.5\n";
    let read = read(text, &[("job", "j")]);
    assert_eq!((read[0].name.as_str(), read[0].value), ("a", 3.0));
    let labels: Vec<_> = read[0].labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(labels, [("job", "j"), ("le", "+Inf"), ("x", "1, {\\\"}")]);
    assert_eq!((read[1].name.as_str(), read[1].value), ("b", 0.5));
    let wants = |label: &str, value: Option<&str>| {
        [Matcher { label: label.to_owned(), value: value.map(str::to_owned) }]
    };
    assert!(read[0].fits(&wants("job", Some("j"))) && read[0].fits(&wants("x", None)));
    assert!(!read[0].fits(&wants("job", Some("k"))) && !read[1].fits(&wants("x", None)));
}
