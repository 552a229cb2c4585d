//! `todo-local up` as a person starts it: a process of its own, with a data folder that outlives it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};
use todo_launcher::RuntimeKind;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::JoinHandle,
    time::timeout,
};
use uuid::Uuid;

use crate::{LONG, Lines, Person, Socket, eventually, product::binaries, runtime};

/// A data folder; removed in the end.
#[derive(Debug)]
pub struct Home(PathBuf);

/// A running `todo-local up`. Dropped, it is killed, and its guarding shell stops the rest.
#[derive(Debug)]
pub struct Launched {
    process: Child,
    lines: Lines,
    /// Ends when everything that was printed is in `lines`.
    reading: JoinHandle<()>,
    client: reqwest::Client,
    page: String,
    socket: String,
}

impl Home {
    /// An empty one that the database's account can reach.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let path = Path::new("/tmp").join(format!("todo-home-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Starts the product on this folder, on free ports, and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it does not.
    pub async fn up(&self, arguments: &[&str]) -> anyhow::Result<Launched> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(binaries()?.join("todo-local"));
        command.args(["up", "--free-ports", "--data"]).arg(&self.0).arg("--root").arg(root);
        let runtime = match runtime()? {
            RuntimeKind::Local => "local",
            RuntimeKind::Dapr => "dapr",
        };
        command.args(["--runtime", runtime]).args(arguments).env_remove("DATABASE_URL");
        // A group of its own, as a shell gives it: signals reach the launcher alone.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0).kill_on_drop(true);
        let mut process = command.spawn().context("start todo-local")?;
        let lines = Lines::default();
        let output = process.stdout.take().context("the output is piped")?;
        let reading = tokio::spawn(copy(BufReader::new(output).lines(), lines.clone()));
        let banner = async |name: &str| {
            let what = format!("the line {name} of the banner");
            eventually(&what, async || after(&lines.text(), name)).await
        };
        let page = banner("  Page ").await.trim_end_matches('/').to_owned();
        let socket = banner("  WebSocket ").await;
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        Ok(Launched { process, lines, reading, client, page, socket })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

impl Launched {
    /// The address of chat-api.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// What was printed.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Signs a new person in.
    ///
    /// # Errors
    /// When sign-in fails.
    pub async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let user = format!("{name}-{}", &Uuid::new_v4().simple().to_string()[..8]);
        Person::sign_in(self.client.clone(), self.page.clone(), user).await
    }

    /// Opens a person's socket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn socket(&self, person: &Person) -> anyhow::Result<Socket> {
        Socket::open(&self.socket, person.token()).await
    }

    /// The launcher and everything it started: services, database, guarding shell.
    pub fn processes(&self) -> Vec<i32> {
        let mut found: Vec<i32> =
            self.process.id().and_then(|pid| pid.try_into().ok()).into_iter().collect();
        let parents = parents();
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
            at += 1;
        }
        found
    }

    /// `kill -9` of every process at once, as when the machine loses its power.
    ///
    /// # Errors
    /// When a process cannot be signalled.
    pub async fn kill_everything(mut self) -> anyhow::Result<()> {
        let mut all = self.processes();
        // The guarding shell would stop the rest in good order, so children go before their parents' ends are noticed.
        all.reverse();
        signal(&all, Signal::STOP);
        signal(&all, Signal::KILL);
        self.process.wait().await?;
        eventually("the end of every process", async || {
            all.iter().all(|pid| !is_alive(*pid)).then_some(())
        })
        .await;
        Ok(())
    }

    /// What Ctrl-C does.
    pub fn interrupt(&self) {
        let pid = self.process.id().and_then(|pid| pid.try_into().ok());
        signal(pid.as_slice(), Signal::INT);
    }

    /// Waits for the end of the launcher, and until its last line is among [`Launched::lines`].
    ///
    /// # Errors
    /// When it does not end, or something that it started holds its output open.
    pub async fn ended(mut self) -> anyhow::Result<ExitStatus> {
        let ended =
            timeout(LONG, self.process.wait()).await.context("the launcher does not end")??;
        timeout(LONG, self.reading).await.context("something still writes for the launcher")??;
        Ok(ended)
    }
}

/// Whether a process runs; one that has ended and is not collected does not.
pub fn is_alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
}

/// The name of a process's program.
pub fn program(pid: i32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

/// Whether an address of [`listens_on`] is 127.0.0.1, also as IPv6 writes it.
pub fn is_loopback(address: &str) -> bool {
    let host = address.split(':').next().unwrap_or_default();
    matches!(host, "0100007F" | "0000000000000000FFFF00000100007F")
}

/// Addresses that a process listens on, as the kernel writes them: hexadecimal, least significant byte first.
pub fn listens_on(pid: i32) -> Vec<String> {
    let handles = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let sockets: Vec<String> = handles
        .filter_map(|entry| fs::read_link(entry.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // 0A is LISTEN; a UDP socket that is not connected is 07 (proc(5)).
            let waits = matches!(fields.get(3), Some(&"0A" | &"07"));
            if waits && fields.get(9).is_some_and(|inode| sockets.iter().any(|s| s == inode)) {
                found.push(fields[1].to_owned());
            }
        }
    }
    found
}

fn signal(pids: &[i32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid)) {
        // It may have ended just now.
        let _ = kill_process(pid, signal);
    }
}

/// Every process and its parent.
fn parents() -> Vec<(i32, i32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect()
}

fn after(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().to_owned())
}

async fn copy(mut from: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>, mut to: Lines) {
    use std::io::Write;
    while let Ok(Some(line)) = from.next_line().await {
        // The lines are kept in memory, which cannot fail.
        let _ = writeln!(to, "{line}");
    }
}
