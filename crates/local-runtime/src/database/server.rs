//! One private `PostgreSQL` server: create its files, start it, stop it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use super::account::Account;
use super::binaries::Binaries;
use super::error::DatabaseError;
use super::files::{initialise, last_log_lines, remove, temporary_directory};
use super::watchdog::Watchdog;
use super::{leftover, process, sql};
use crate::free_ports::FreePorts;

/// Name of the administrator role of every private server.
pub const SUPERUSER: &str = "todo";

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(5);
const START_ATTEMPTS: u32 = 5;

/// Settings that give up durability for speed: the data dies with the test anyway.
const TEMPORARY_SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=32MB",
    "max_connections=200",
    "autovacuum_naptime=5min",
];

/// A running `PostgreSQL` server that listens on `127.0.0.1` only.
///
/// Dropping a temporary server stops it and removes its files (blocking for some ten milliseconds).
/// Dropping a durable one without [`PrivatePostgres::stop`] leaves it running, which the next start
/// on the same directory notices and clears up.
pub struct PrivatePostgres {
    pub(super) binaries: Binaries,
    pub(super) directory: PathBuf,
    password: Option<String>,
    pub(super) port: u16,
    /// Keeps the port free while the server is away.
    _ports: FreePorts,
    pub(super) settings: &'static [&'static str],
    pub(super) postmaster: Child,
    /// Away on purpose; see [`PrivatePostgres::interrupt`].
    pub(super) interrupted: bool,
    /// Present for a temporary server only.
    pub(super) watchdog: Option<Watchdog>,
}

impl PrivatePostgres {
    /// Starts a server for tests: no fsync, no passwords, removed when dropped or when this process
    /// ends in any way.
    ///
    /// # Errors
    /// Any [`DatabaseError`].
    pub async fn temporary() -> Result<Self, DatabaseError> {
        let account = Account::for_server()?;
        let directory = temporary_directory(account);
        account.create_private_directory(&directory)?;
        let started = Self::launch(account, &directory, None, None, TEMPORARY_SETTINGS).await;
        let mut server = started.inspect_err(|_| remove(&directory))?;
        server.watchdog = Some(Watchdog::start(server.postmaster.id(), &directory)?);
        Ok(server)
    }

    /// Starts the durable server that lives in `directory` (created if absent), on `port` if it is
    /// free. What an earlier run left behind there is stopped first. Roles log in with passwords;
    /// `password` is the administrator's and counts when the data is created.
    ///
    /// # Errors
    /// Any [`DatabaseError`].
    pub async fn durable(
        directory: &Path,
        password: &str,
        port: Option<u16>,
    ) -> Result<Self, DatabaseError> {
        let account = Account::for_server()?;
        account.create_private_directory(directory)?;
        leftover::clear(&directory.join("data")).await?;
        Self::launch(account, directory, Some(password), port, &[]).await
    }

    /// Port on `127.0.0.1`.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id of the postmaster.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.postmaster.id()
    }

    /// Connection URL of the administrator ([`SUPERUSER`]) for one database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let password = self.password.as_ref().map(|text| format!(":{text}")).unwrap_or_default();
        format!("postgres://{SUPERUSER}{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// [`DatabaseError::Command`], also when it exists already.
    pub async fn create_database(&self, name: &str) -> Result<(), DatabaseError> {
        let statement = format!("CREATE DATABASE {}", sql::identifier(name));
        sql::run(&self.binaries, &self.url("postgres"), &statement).await
    }

    /// Creates a database unless it exists.
    ///
    /// # Errors
    /// [`DatabaseError::Command`].
    pub async fn ensure_database(&self, name: &str) -> Result<(), DatabaseError> {
        match self.create_database(name).await {
            Err(DatabaseError::Command { detail, .. }) if detail.contains("already exists") => {
                Ok(())
            }
            other => other,
        }
    }

    /// Stops the server: fast shutdown (SIGINT), committed rows are on disk afterwards.
    ///
    /// # Errors
    /// [`DatabaseError::StillRunning`] when it does not end within 15 seconds.
    pub async fn stop(mut self) -> Result<(), DatabaseError> {
        if self.interrupted {
            return Ok(());
        }
        self.end().await
    }

    /// Fast shutdown, waited for.
    pub(super) async fn end(&mut self) -> Result<(), DatabaseError> {
        let pid = i32::try_from(self.postmaster.id()).unwrap_or(i32::MAX);
        process::signal(pid, Signal::INT);
        let deadline = Instant::now() + STOPPED_WITHIN;
        while !self.has_ended()? {
            if Instant::now() > deadline {
                return Err(DatabaseError::StillRunning { pid, directory: self.directory.clone() });
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Whether the server process has ended by itself.
    ///
    /// # Errors
    /// [`DatabaseError::Io`].
    pub fn has_ended(&mut self) -> Result<bool, DatabaseError> {
        if self.interrupted {
            return Ok(false);
        }
        let status = self.postmaster.try_wait();
        status.map(|status| status.is_some()).map_err(DatabaseError::io("ask after PostgreSQL"))
    }

    async fn launch(
        account: Account,
        directory: &Path,
        password: Option<&str>,
        port: Option<u16>,
        settings: &'static [&'static str],
    ) -> Result<Self, DatabaseError> {
        let binaries = Binaries::find().await?;
        if !directory.join("data/PG_VERSION").exists() {
            initialise(&binaries, account, directory, password).await?;
        }
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut ports = FreePorts::default();
            let port = match port.filter(|port| attempt == 1 && ports.claim(*port)) {
                Some(port) => port,
                None => ports.take().map_err(DatabaseError::io("find a free port"))?,
            };
            let postmaster = spawn(&binaries, account, directory, port, settings)?;
            let mut server = Self {
                binaries: binaries.clone(),
                directory: directory.to_path_buf(),
                password: password.map(str::to_owned),
                port,
                _ports: ports,
                settings,
                postmaster,
                interrupted: false,
                watchdog: None,
            };
            match server.wait_until_ready().await {
                Ok(()) => return Ok(server),
                // Somebody took the port between our look and the server's bind.
                Err(DatabaseError::NotReady { log })
                    if attempt < START_ATTEMPTS && log.contains("could not bind") => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) async fn wait_until_ready(&mut self) -> Result<(), DatabaseError> {
        let data = self.directory.join("data");
        let deadline = Instant::now() + READY_WITHIN;
        while !leftover::is_ready(&data, self.postmaster.id()) {
            if self.has_ended()? || Instant::now() > deadline {
                self.kill();
                return Err(DatabaseError::NotReady { log: last_log_lines(&self.directory) });
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Immediate shutdown: children are told too, unlike with SIGKILL.
    fn kill(&mut self) {
        if matches!(self.postmaster.try_wait(), Ok(None)) {
            process::signal(i32::try_from(self.postmaster.id()).unwrap_or(i32::MAX), Signal::QUIT);
            if let Err(error) = self.postmaster.wait() {
                tracing::warn!(%error, "PostgreSQL could not be waited for");
            }
        }
    }
}

/// The password stays out of debug output.
impl std::fmt::Debug for PrivatePostgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivatePostgres").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            watchdog.dismiss();
            self.kill();
            remove(&self.directory);
        }
    }
}

/// Starts the postmaster. Settings travel on the command line, so that a new version of Todo may
/// change them on old data. There is no Unix socket: its path may be too long, and nobody needs it.
pub(super) fn spawn(
    binaries: &Binaries,
    account: Account,
    directory: &Path,
    port: u16,
    settings: &[&str],
) -> Result<Child, DatabaseError> {
    let log = std::fs::File::create(directory.join("postgres.log"))
        .map_err(DatabaseError::io("create the server's log file"))?;
    let errors = log.try_clone().map_err(DatabaseError::io("share the server's log file"))?;
    let mut command: Command = account.command(&binaries.program("postgres")).into_std();
    command.arg("-D").arg(directory.join("data"));
    let listening = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "logging_collector=off".to_owned(),
    ];
    for setting in listening.iter().map(String::as_str).chain(settings.iter().copied()) {
        command.args(["-c", setting]);
    }
    command
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .spawn()
        .map_err(DatabaseError::io("start PostgreSQL"))
}
