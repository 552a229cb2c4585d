//! A private server in its whole life: fresh, stopped, killed, adopted, removed.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use todo_local_runtime::database::{PrivatePostgres, TestDatabase};

const PASSWORD: &str = "only-for-this-test";

/// A folder below the system's temporary one that everybody may pass through.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = Path::new("/tmp").join(format!("todo-test-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

fn kill(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), signal).unwrap();
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "timed out: {what}");
        std::thread::yield_now();
    }
}

fn refuses_connections(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
}

#[tokio::test]
async fn each_test_database_is_new_and_two_do_not_share() {
    let (one, two) = tokio::join!(TestDatabase::create(), TestDatabase::create());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.url(), two.url());
    assert!(one.url().ends_with(one.name()));
}

#[tokio::test]
async fn a_temporary_server_leaves_nothing_behind() {
    let server = PrivatePostgres::temporary().await.unwrap();
    server.create_database("first").await.unwrap();
    let port = server.port();
    let folder = std::fs::read_dir("/tmp").unwrap().flatten().map(|entry| entry.path()).find(|p| {
        std::fs::read_to_string(p.join("data/postmaster.pid"))
            .is_ok_and(|text| text.starts_with(&format!("{}\n", server.process_id())))
    });
    let folder = folder.expect("the server's folder is below /tmp");
    drop(server);
    assert!(!folder.exists());
    assert!(refuses_connections(port));
}

#[tokio::test]
async fn a_durable_server_keeps_its_data_and_its_port() {
    let folder = Folder::new();
    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    let port = server.port();
    server.create_database("kept").await.unwrap();
    server.stop().await.unwrap();
    assert!(refuses_connections(port));

    let server = PrivatePostgres::durable(&folder.0, PASSWORD, Some(port)).await.unwrap();
    assert_eq!(server.port(), port);
    assert!(server.create_database("kept").await.unwrap_err().to_string().contains("exists"));
    server.ensure_database("kept").await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn after_kill_minus_nine_of_the_server_the_next_start_recovers() {
    let folder = Folder::new();
    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    server.create_database("kept").await.unwrap();
    // Forgotten on purpose: the dead process stays uncollected, so its id still looks alive.
    let pid = server.process_id();
    std::mem::forget(server);
    kill(pid, Signal::KILL);
    assert!(folder.0.join("data/postmaster.pid").exists());

    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    assert!(server.create_database("kept").await.unwrap_err().to_string().contains("exists"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_whose_launcher_died_is_stopped_by_the_next_start() {
    let folder = Folder::new();
    let orphan = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    let old = orphan.port();
    std::mem::forget(orphan);

    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    assert!(server.port() == old || refuses_connections(old));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_lock_file_with_a_strangers_process_id_does_not_block() {
    let folder = Folder::new();
    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    server.stop().await.unwrap();
    let stranger = std::process::id();
    std::fs::write(folder.0.join("data/postmaster.pid"), format!("{stranger}\n")).unwrap();

    let server = PrivatePostgres::durable(&folder.0, PASSWORD, None).await.unwrap();
    server.stop().await.unwrap();
}

/// Run in a process of its own by the test below: starts a server and waits to be killed.
#[tokio::test]
#[ignore = "a part of the test below"]
async fn start_a_temporary_server_and_wait() {
    let server = PrivatePostgres::temporary().await.unwrap();
    println!("port {}", server.port());
    std::future::pending::<()>().await;
}

#[test]
fn a_temporary_server_ends_with_a_killed_test_process() {
    use std::io::{BufRead, BufReader};
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "start_a_temporary_server_and_wait"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("port ")?.1.trim().parse().ok())
        .expect("the child prints its port");
    assert!(!refuses_connections(port));
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the server ends", || refuses_connections(port));
}
