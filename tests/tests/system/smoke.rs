//! The program that proves a suite in a cluster: it passes on a whole one, and sees what is broken.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use todo_tests::{Product, eventually};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::{
    programs::{Ended, program, run},
    shared::product,
};

const PROOFS: [&str; 10] = [
    "api",
    "socket",
    "chat",
    "task listed",
    "socket frame",
    "audit entry",
    "completion",
    "next occurrence",
    "reminder set",
    "reminder",
];

fn smoke(product: &Product, arguments: &[&str]) -> Command {
    let socket = product.public_url("websocket").unwrap().replacen("http", "ws", 1);
    let mut command = program("smoke");
    command.args(arguments).env("CHAT_API_URL", product.url(""));
    command.env("WEBSOCKET_URL", format!("{socket}/ws"));
    command.env("JWT_SECRET", &product.secrets().jwt_secret);
    command
}

/// The proofs that begin with a word, `ok` or `missing`.
fn proofs(ended: &Ended, word: &str) -> Vec<String> {
    let lines = ended.said.lines().filter_map(|line| line.strip_prefix(word));
    let name =
        |line: &str| PROOFS.iter().find(|name| starts(line, name)).map(|name| (*name).to_owned());
    lines.filter_map(name).collect()
}

/// `reminder` begins `reminder set`, too: a name ends where two spaces follow.
fn starts(line: &str, name: &str) -> bool {
    line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with("  "))
}

fn report(ended: &Ended) -> Value {
    serde_json::from_str(ended.said.lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {ended:#?}"))
}

fn empty(report: &Value, list: &str) -> bool {
    report[list].as_array().unwrap_or_else(|| panic!("no {list} in {report}")).is_empty()
}

#[tokio::test]
async fn a_whole_suite_passes_the_check_and_is_left_as_it_was() {
    let ada = product().person("ada").await.unwrap();
    let mut command = smoke(product(), &["check", "--timeout", "60s"]);
    command.env_remove("JWT_SECRET").env("BEARER_TOKEN", ada.token()).env("USER_ID", ada.user());
    let ended = run(&mut command).await;
    assert!(ended.success, "{ended:#?}");
    let mut seen = proofs(&ended, "ok");
    seen.sort_by_key(|name| PROOFS.iter().position(|known| known == name));
    assert_eq!(seen, PROOFS, "{}", ended.said);
    assert!(ada.tasks("&status=all").await.is_empty(), "its tasks are deleted");
}

#[tokio::test]
async fn the_check_says_what_is_missing_and_where_to_look() {
    let product = Product::start().await.unwrap();
    product.suite().stop_sidecar("audit").await.unwrap();
    let ended = run(&mut smoke(&product, &["check", "--timeout", "20s"])).await;
    assert!(!ended.success);
    assert_eq!(proofs(&ended, "missing"), ["audit entry"], "{}", ended.said);
    assert_eq!(proofs(&ended, "ok").len(), PROOFS.len() - 1, "{}", ended.said);
    assert!(ended.said.contains("kubectl logs deploy/audit"), "{}", ended.said);
    let mut stranger = smoke(&product, &["check", "--timeout", "5s"]);
    stranger.env("JWT_SECRET", "x".repeat(64));
    let ended = run(&mut stranger).await;
    assert!(!ended.success && ended.said.contains("token_invalid"), "{}", ended.said);
}

#[tokio::test]
async fn a_load_keeps_every_promise_on_a_whole_suite() {
    let arguments = ["load", "--seconds", "6", "--rate", "20", "--people", "3", "--settle", "60s"];
    let ended = run(&mut smoke(product(), &arguments)).await;
    assert!(ended.success, "{ended:#?}");
    let report = report(&ended);
    // Some of each kind, however slow this machine is.
    assert!(report["tasks"].as_u64() >= Some(9), "{report}");
    assert!(report["p99_ms"].as_f64() >= report["p50_ms"].as_f64(), "{report}");
}

/// The service is killed under load: what failed is told, what was acknowledged is kept.
#[tokio::test]
async fn a_load_counts_what_fails_and_loses_nothing_with_it() {
    let product = Product::start().await.unwrap();
    let arguments = ["load", "--seconds", "600", "--people", "2", "--settle", "150s"];
    let mut load = smoke(&product, &arguments);
    let mut load = load.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut complaints = BufReader::new(load.stderr.take().unwrap()).lines();
    eventually("writes", async || (writes(&product).await > 20).then_some(())).await;
    product.suite().kill("chat-api").await.unwrap();
    while !complaints.next_line().await.unwrap().unwrap().contains("failed, connection") {}
    // Or the pipe would be full some day.
    tokio::spawn(async move { while let Ok(Some(_)) = complaints.next_line().await {} });
    product.suite().restart("chat-api").await.unwrap();
    let before = writes(&product).await;
    let more = async || (writes(&product).await > before + 10).then_some(());
    eventually("writes again", more).await;
    let pid = Pid::from_raw(load.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    let ended = Ended::of(load.wait_with_output().await.unwrap());
    let report = report(&ended);
    assert!(!ended.success && !empty(&report, "failed"), "{report}");
    for list in ["missing_audit", "missing_frames", "missing_occurrences", "missing_reminders"] {
        assert!(empty(&report, list), "{list}: {report}");
    }
    for list in ["double_occurrences", "double_reminders", "double_tasks"] {
        assert!(empty(&report, list), "{list}: {report}");
    }
}

/// Tasks that a load has made.
async fn writes(product: &Product) -> i64 {
    let count = "SELECT count(*) FROM tasks.tasks WHERE title LIKE 'smoke %'";
    product.database().await.unwrap().query_one(count, &[]).await.unwrap().get(0)
}
