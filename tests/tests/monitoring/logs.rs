//! Lines in JSON: whoever reads one about a request or a delivery can find all others.

use serde_json::Value;
use todo_tests::{Lines, eventually};

use crate::story::TRACE;

fn lines(lines: &Lines) -> Vec<Value> {
    let text = lines.text();
    let json = text.lines().filter_map(|line| line.split_once("| {").map(|(_, rest)| rest));
    json.filter_map(|rest| serde_json::from_str(&format!("{{{rest}")).ok()).collect()
}

fn span<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    line["spans"].as_array()?.iter().find(|span| span["name"] == name)
}

fn says(line: &Value, message: &str) -> bool {
    line["message"] == message
}

/// Fails for a line about a request or a delivery that does not say which.
pub(crate) async fn lines_name_their_trace(output: &Lines) {
    let all =
        eventually("a line of a failed request and one of each failed delivery", async || {
            let all = lines(output);
            let wanted = [
                "unavailable",
                "event is to be delivered again",
                "event goes to its dead-letter topic",
            ];
            wanted.iter().all(|wanted| all.iter().any(|line| says(line, wanted))).then_some(all)
        })
        .await;
    for line in &all {
        if let Some(request) = span(line, "request") {
            let trace = request["trace_id"].as_str().unwrap_or_default();
            assert_eq!(trace.len(), 32, "{line:#}");
            assert!(request["request_id"].is_string() && request["route"].is_string(), "{line:#}");
        }
        let failed = ["unavailable", "failed"].iter().any(|message| says(line, message));
        assert!(!failed || span(line, "request").is_some(), "{line:#}");
    }
    let again = all.iter().filter(|line| says(line, "event is to be delivered again"));
    let dropped = all.iter().filter(|line| says(line, "event goes to its dead-letter topic"));
    for line in again.clone().chain(dropped) {
        let event = span(line, "event").unwrap_or_else(|| panic!("{line:#}"));
        assert!(event["event_id"].is_string() && event["event_type"].is_string(), "{line:#}");
        assert_eq!(event["trace_id"].as_str().unwrap_or_default().len(), 32, "{line:#}");
    }
    // The write's own trace leads to what follows from it, whoever does that.
    let tied = again.filter_map(|line| span(line, "event"));
    let ids: Vec<&Value> = tied.map(|event| &event["correlation_id"]).collect();
    assert!(ids.iter().any(|id| *id == TRACE), "{TRACE} is not among {ids:?}");
}
