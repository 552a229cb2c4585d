//! The launcher with small stand-in programs: two applications, real sidecars, a real database.
//!
//! The stand-in is this test program itself, asked to run one ignored "test" that serves HTTP.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use rustix::process::{Pid, Signal, kill_process};
use todo_launcher::{LauncherError, Output, Suite, SuiteOptions};
use tokio::time::{sleep, timeout};

const MANIFEST: &str = r"
version: 1
apps:
  - appID: one
    appPort: 7001
    daprHTTPPort: 3501
    command: [PROGRAM, --ignored, --exact, --nocapture, run_as_an_application]
    enableAppHealthCheck: true
    appHealthProbeInterval: 1
    env: { PUBLIC_PORT: 8080, PEER: 'ws://127.0.0.1:8081/ws' }
  - { appID: two, appPort: 7002, daprHTTPPort: 3502, command: [PROGRAM, --ignored, --exact, --nocapture, run_as_an_application], env: { PUBLIC_PORT: 8081 } }
";

/// A product folder everybody may pass through, removed in the end.
struct Product(PathBuf);

impl Product {
    fn new() -> Self {
        let path = Path::new("/tmp").join(format!("todo-suite-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("dapr.yaml"), manifest()).unwrap();
        Self(path)
    }

    fn options(&self) -> SuiteOptions {
        let mut options = SuiteOptions::for_test(&self.0, &self.0);
        options.migrate = false;
        options.output = Output::silent();
        options
    }

    fn durable(&self) -> SuiteOptions {
        SuiteOptions { data_dir: Some(self.0.join(".todo")), ..self.options() }
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

fn manifest() -> String {
    MANIFEST.replace("PROGRAM", std::env::current_exe().unwrap().to_str().unwrap())
}

/// What a launcher starts here: answers `/healthz`, shows its environment, crashes when asked.
#[tokio::test]
#[ignore = "the application of the other tests"]
async fn run_as_an_application() {
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let port: u16 = environment["APP_PORT"].parse().unwrap();
    let routes = Router::new()
        .route("/healthz", get(async || {}))
        .route("/readyz", get(async || {}))
        .route("/environment", get(async || Json(environment)))
        .route("/crash", post(crash));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    axum::serve(listener, routes).await.unwrap();
}

async fn crash() {
    std::process::exit(7);
}

async fn answers(url: &str) -> bool {
    reqwest::get(url).await.is_ok_and(|response| response.status().is_success())
}

async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !condition().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("timed out: {what}"));
}

#[tokio::test]
async fn applications_get_free_ports_and_only_the_environment_meant_for_them() {
    let product = Product::new();
    let mut options = product.options();
    let extra = BTreeMap::from([("EXTRA".to_owned(), "yes".to_owned())]);
    options.env.insert("one".to_owned(), extra);
    let suite = Suite::start(options).await.unwrap();

    let url = format!("{}/environment", suite.app_url("one").unwrap());
    let environment: BTreeMap<String, String> =
        reqwest::get(url).await.unwrap().json().await.unwrap();
    let value = |key: &str| environment.get(key).map(String::as_str);
    let port = |url: String| url.rsplit_once(':').unwrap().1.to_owned();
    let public = |app: &str| port(suite.public_url(app).unwrap());
    assert_eq!(value("PUBLIC_PORT"), Some(public("one").as_str()));
    assert_eq!(value("PEER"), Some(format!("ws://127.0.0.1:{}/ws", public("two")).as_str()));
    assert_eq!(value("DAPR_HTTP_PORT"), Some(port(suite.sidecar_url("one").unwrap()).as_str()));
    assert_eq!(value("DAPR_API_TOKEN"), Some(suite.secrets().dapr_api_token.as_str()));
    assert_eq!(value("EXTRA"), Some("yes"));
    assert_eq!(value("DATABASE_URL"), None);
    assert_eq!(value("CARGO_MANIFEST_DIR"), None);
    assert!(matches!(suite.app_url("three"), Err(LauncherError::Unknown { .. })));
    suite.stop().await.unwrap();
}

#[tokio::test]
async fn a_crashed_application_comes_back_and_a_killed_one_when_asked() {
    let product = Product::new();
    let suite = Suite::start(product.options()).await.unwrap();
    let url = suite.app_url("one").unwrap();
    let health = format!("{url}/healthz");

    let crash = reqwest::Client::new().post(format!("{url}/crash")).send().await;
    assert!(crash.is_err(), "the program ends without an answer");
    wait_until("the crashed application answers again", async || answers(&health).await).await;

    suite.kill("one").await.unwrap();
    assert!(!answers(&health).await);
    suite.restart("one").await.unwrap();
    assert!(answers(&health).await);

    suite.stop().await.unwrap();
    assert!(!answers(&health).await);
}

#[tokio::test]
async fn replicas_have_names_and_ports_of_their_own_and_share_the_rest() {
    let product = Product::new();
    let mut options = product.options();
    options.replicas = "two=2,one=2".parse().unwrap();
    options.env.insert("two".to_owned(), BTreeMap::from([("EXTRA".to_owned(), "yes".to_owned())]));
    let suite = Suite::start(options).await.unwrap();
    assert_eq!(suite.replicas("two"), ["two", "two-2"]);

    let url = suite.app_url("two-2").unwrap();
    let environment: BTreeMap<String, String> =
        reqwest::get(format!("{url}/environment")).await.unwrap().json().await.unwrap();
    let port = |url: String| url.rsplit_once(':').unwrap().1.to_owned();
    assert_eq!((environment["APP_ID"].as_str(), environment["EXTRA"].as_str()), ("two", "yes"));
    assert_eq!(environment["PUBLIC_PORT"], port(suite.public_url("two-2").unwrap()));
    assert_eq!(environment["DAPR_HTTP_PORT"], port(suite.sidecar_url("two-2").unwrap()));
    let peer = reqwest::get(format!("{}/environment", suite.app_url("one-2").unwrap()));
    let peer: BTreeMap<String, String> = peer.await.unwrap().json().await.unwrap();
    assert_eq!(peer["PEER"], format!("ws://127.0.0.1:{}/ws", environment["PUBLIC_PORT"]));

    suite.kill("two-2").await.unwrap();
    assert!(!answers(&format!("{url}/healthz")).await);
    assert!(answers(&format!("{}/healthz", suite.app_url("two").unwrap())).await);
    suite.restart("two-2").await.unwrap();
    assert!(answers(&format!("{url}/healthz")).await);
    suite.stop().await.unwrap();
}

#[tokio::test]
async fn secrets_outlive_a_stop_and_two_launchers_do_not_share_a_folder() {
    let product = Product::new();
    let suite = Suite::start(product.durable()).await.unwrap();
    let first = suite.secrets().jwt_secret.clone();
    let second = Suite::start(product.durable()).await;
    assert!(matches!(second, Err(LauncherError::AlreadyRunning { .. })));
    suite.stop().await.unwrap();

    let suite = Suite::start(product.durable()).await.unwrap();
    assert_eq!(suite.secrets().jwt_secret, first);
    suite.stop().await.unwrap();

    let fresh = SuiteOptions { fresh: true, ..product.durable() };
    let suite = Suite::start(fresh).await.unwrap();
    assert_ne!(suite.secrets().jwt_secret, first);
    suite.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_database_server_comes_back_on_its_port() {
    let product = Product::new();
    let suite = Suite::start(product.durable()).await.unwrap();
    let lock = product.0.join(".todo/postgres/data/postmaster.pid");
    let postmaster = || -> Option<i32> {
        std::fs::read_to_string(&lock).ok()?.lines().next()?.trim().parse().ok()
    };
    let first = postmaster().unwrap();
    kill_process(Pid::from_raw(first).unwrap(), Signal::KILL).unwrap();
    let address = suite.database_url().split(['@', '/']).nth(3).unwrap().to_owned();
    wait_until("another server accepts connections", async || {
        postmaster().is_some_and(|pid| pid != first)
            && tokio::net::TcpStream::connect(&address).await.is_ok()
    })
    .await;
    suite.stop().await.unwrap();
    assert!(!lock.exists());
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let product = Product::new();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let text = manifest().replace("8081", &port.to_string());
    std::fs::write(product.0.join("dapr.yaml"), text).unwrap();
    let options = SuiteOptions { free_ports: false, ..product.options() };
    let error = Suite::start(options).await.err().unwrap();
    assert!(
        error.to_string().contains(&format!("port {port} (two for people) is taken")),
        "{error}"
    );
}

/// Run in a process of its own by the test below: starts a suite and waits to be killed.
#[tokio::test]
#[ignore = "a part of the test below"]
async fn start_a_suite_and_wait() {
    let root = std::env::vars().find(|(key, _)| key == "PRODUCT").unwrap().1;
    let mut options = SuiteOptions::for_test(&root, &root);
    options.migrate = false;
    options.data_dir = Some(Path::new(&root).join(".todo"));
    let suite = Suite::start(options).await.unwrap();
    println!("health {}/healthz", suite.app_url("one").unwrap());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_launcher_takes_its_services_along_and_the_next_start_works() {
    let product = Product::new();
    let mut launcher = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "start_a_suite_and_wait"])
        .env("PRODUCT", &product.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(launcher.stdout.take().unwrap()).lines().map_while(Result::ok);
    let health = lines
        .filter_map(|line| Some(line.split_once("health ")?.1.to_owned()))
        .next()
        .expect("the launcher says where its application is");
    assert!(answers(&health).await);
    let pid = Pid::from_raw(i32::try_from(launcher.id()).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    launcher.wait().unwrap();
    wait_until("the services end", async || !answers(&health).await).await;

    let suite = Suite::start(product.durable()).await.unwrap();
    suite.stop().await.unwrap();
}
