//! A whole process: `examples/hello.rs`, started, signalled and watched from outside.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::harness::{Wire, fetch, within};

const POST: &str =
    "POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n";

/// Cargo builds examples for `cargo test`, beside the tests.
fn hello() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples/hello");
    assert!(path.exists(), "run the whole of `cargo test -p todo-service-kit`, which builds it");
    path
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(hello());
        command.env_clear().envs([
            ("GREETING", "hello"),
            ("APP_PORT", "0"),
            ("PUBLIC_PORT", "0"),
            ("APP_API_TOKEN", "token"),
        ]);
        command.envs(env.iter().copied()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next log line with this message.
    async fn log(&mut self, message: &str) -> Value {
        loop {
            let line = within(self.lines.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("ended without {message:?}"));
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["message"] == message {
                return event;
            }
        }
    }

    /// Sidecar-facing and public address, from the line with this message.
    async fn addresses(&mut self, message: &str) -> (SocketAddr, SocketAddr) {
        let event = self.log(message).await;
        let address = |name: &str| event[name].as_str().unwrap().parse().unwrap();
        (address("app"), address("public"))
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().await.unwrap().success());
    }

    async fn end(&mut self) -> ExitStatus {
        within(self.child.wait()).await.unwrap()
    }
}

#[tokio::test]
async fn faults_of_the_configuration_are_all_printed_and_the_code_is_64() {
    let mut process = Process::start(&[("GREETING", ""), ("APP_PORT", "x"), ("APP_API_TOKEN", "")]);
    let mut text = String::new();
    let mut stderr = process.child.stderr.take().unwrap();
    within(stderr.read_to_string(&mut text)).await.unwrap();
    for variable in ["GREETING", "APP_PORT", "APP_API_TOKEN"] {
        assert!(text.contains(&format!("\n  {variable}: ")), "{text}");
    }
    assert_eq!(process.end().await.code(), Some(64));
}

#[tokio::test]
async fn a_stop_finishes_the_request_in_flight() {
    let mut process = Process::start(&[]);
    let (app, public) = process.addresses("ready").await;
    assert!(fetch(public, "GET /").await.unwrap().ends_with("hello"));
    assert!(fetch(app, "GET /healthz").await.unwrap().starts_with("HTTP/1.1 200"));

    let mut busy = Wire::connect(public).await.unwrap();
    busy.write(POST).await;
    busy.read_until("100 Continue").await;
    process.signal("TERM").await;
    process.log("stopping").await;
    // The sidecar still gets answers, and they tell it to stop delivering.
    let health = fetch(app, "GET /healthz").await.unwrap();
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("draining"), "{health}");
    busy.write("done").await;
    let answer = busy.read_to_end().await;
    assert!(answer.ends_with("length 4"), "{answer}");
    assert_eq!(process.end().await.code(), Some(0));
}

#[tokio::test]
async fn work_that_does_not_end_is_cut_off_and_that_is_a_failure() {
    for (deadline, second) in [("0", None), ("600", Some("INT"))] {
        let mut process = Process::start(&[("DRAIN_SECONDS", deadline)]);
        let (_, public) = process.addresses("ready").await;
        let mut busy = Wire::connect(public).await.unwrap();
        busy.write(POST).await;
        busy.read_until("100 Continue").await;
        process.signal("TERM").await;
        process.log("stopping").await;
        if let Some(name) = second {
            process.signal(name).await;
        }
        assert_eq!(process.end().await.code(), Some(1), "{deadline}");
    }
}

#[tokio::test]
async fn while_it_starts_people_are_refused_and_the_sidecar_waits() {
    let mut process = Process::start(&[("FAULT", "slow-build")]);
    let (app, public) = process.addresses("listening").await;
    let health = fetch(app, "GET /healthz").await.unwrap();
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("starting"), "{health}");
    let refused = fetch(public, "GET /").await.unwrap();
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("problem+json"), "{refused}");
    let mut sidecar = Wire::connect(app).await.unwrap();
    let event = "POST /events/hello HTTP/1.1\r\nhost: test\r\ndapr-api-token: token\r\n\r\n";
    sidecar.write(event).await;
    drop(process.child.stdin.take());
    sidecar.read_until("HTTP/1.1 200").await;
    process.signal("INT").await;
    assert_eq!(process.end().await.code(), Some(0));
}

#[tokio::test]
async fn a_stop_during_the_start_is_orderly() {
    let mut process = Process::start(&[("FAULT", "slow-build")]);
    process.log("listening").await;
    process.signal("TERM").await;
    assert_eq!(process.end().await.code(), Some(0));
}

#[tokio::test]
async fn failures_end_the_process() {
    for (fault, cause) in [("build", "asked to fail"), ("task", "`greeter` ended by itself")] {
        let mut process = Process::start(&[("FAULT", fault)]);
        let event = process.log("stopped because of a failure").await;
        assert!(event["error"].as_str().unwrap().contains(cause), "{event}");
        assert_eq!(process.end().await.code(), Some(1), "{fault}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut process = Process::start(&[("PUBLIC_PORT", &port)]);
    let event = process.log("stopped because of a failure").await;
    assert!(event["error"].as_str().unwrap().contains(&format!("127.0.0.1:{port}")), "{event}");
    assert_eq!(process.end().await.code(), Some(1));
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_cause_and_its_trace() {
    let mut process = Process::start(&[]);
    let (_, public) = process.addresses("ready").await;
    let answer = fetch(public, "GET /fail").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 500") && !answer.contains("private"), "{answer}");
    let event = process.log("failed").await;
    assert_eq!(event["cause"], "the private cause");
    assert_eq!((&event["code"], &event["level"]), (&"internal".into(), &"ERROR".into()));
    let trace = event["spans"][0]["trace_id"].as_str().unwrap();
    assert!(answer.contains(&format!("x-request-id: {trace}")), "{answer} {event}");
    process.signal("TERM").await;
    process.log("stopping").await;
    process.log("stopped").await;
}
