//! The database of a run: a private server, a temporary one, or the user's own.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::error::LauncherError;
use crate::guardian::Guardian;
use crate::keys::Keys;
use crate::output::Output;
use crate::secrets::Access;
use todo_local_runtime::database::PrivatePostgres;

/// Name of our database in a private server.
const DATABASE: &str = "todo";
const WATCH_EVERY: Duration = Duration::from_millis(250);

/// A reachable database, and the server behind it if that is ours.
pub(crate) struct Storage {
    url: String,
    server: Option<Server>,
}

struct Server {
    port: u16,
    running: Arc<Mutex<Option<PrivatePostgres>>>,
    guardian: Arc<Guardian>,
    /// Starts a durable server again when it ends by itself, until told to stop.
    watcher: Option<JoinHandle<()>>,
    stop_watching: CancellationToken,
}

impl Storage {
    /// The user's own server.
    pub(crate) fn given(url: &str) -> Self {
        Self { url: url.to_owned(), server: None }
    }

    /// A server for one test run: fast, and gone afterwards.
    ///
    /// # Errors
    /// [`LauncherError::Database`].
    pub(crate) async fn temporary(guardian: Arc<Guardian>) -> Result<Self, LauncherError> {
        let server = PrivatePostgres::temporary().await?;
        Self::with_database(server, guardian).await
    }

    /// The durable server in `directory`; `keys` learns its port.
    ///
    /// # Errors
    /// [`LauncherError::Database`].
    pub(crate) async fn durable(
        directory: &Path,
        keys: &mut Keys,
        guardian: Arc<Guardian>,
        output: Output,
    ) -> Result<Self, LauncherError> {
        let server =
            PrivatePostgres::durable(directory, &keys.database_password, keys.database_port)
                .await?;
        keys.database_port = Some(server.port());
        guardian.database(server.process_id());
        let mut storage = Self::with_database(server, Arc::clone(&guardian)).await?;
        if let Some(server) = &mut storage.server {
            let watcher = Watcher {
                running: Arc::clone(&server.running),
                guardian,
                output,
                stop: server.stop_watching.clone(),
            };
            server.watcher = Some(tokio::spawn(watcher.watch()));
        }
        Ok(storage)
    }

    async fn with_database(
        server: PrivatePostgres,
        guardian: Arc<Guardian>,
    ) -> Result<Self, LauncherError> {
        server.ensure_database(DATABASE).await?;
        let (url, port) = (server.url(DATABASE), server.port());
        let running = Arc::new(Mutex::new(Some(server)));
        let stop_watching = CancellationToken::new();
        let server = Server { port, running, guardian, watcher: None, stop_watching };
        Ok(Self { url, server: Some(server) })
    }

    /// Connection URL of the administrator.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How the sidecars' components connect.
    pub(crate) fn access(&self) -> Access<'_> {
        match &self.server {
            Some(server) => Access::Private { port: server.port, database: DATABASE },
            None => Access::Given { url: &self.url },
        }
    }

    /// Runs the migration program. On the user's own server it leaves login roles alone: they belong
    /// to the whole server, where another installation may use the same names.
    ///
    /// # Errors
    /// [`LauncherError::Migrate`] with the program's words.
    pub(crate) async fn migrate(&self, program: &Path, keys: &Keys) -> Result<(), LauncherError> {
        let mut command = Command::new(program);
        command.arg("database").env("DATABASE_URL", &self.url);
        command.stdin(Stdio::null()).kill_on_drop(true);
        if self.server.is_none() {
            command.arg("--no-roles");
        }
        for (role, password) in &keys.role_passwords {
            command.env(format!("{}_PASSWORD", role.to_uppercase()), password);
        }
        let output = command.output().await;
        let output = output.map_err(LauncherError::io(format!("run {}", program.display())))?;
        if output.status.success() {
            return Ok(());
        }
        let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(LauncherError::Migrate { detail })
    }

    /// Takes the server away until [`Storage::resume`]; nothing watches over it meanwhile.
    ///
    /// # Errors
    /// [`LauncherError::NotOurs`] for the user's own server.
    pub(crate) async fn interrupt(&self) -> Result<(), LauncherError> {
        let mut running = self.ours()?.running.lock().await;
        if let Some(postgres) = running.as_mut() {
            postgres.interrupt().await?;
        }
        Ok(())
    }

    /// Brings the server back.
    ///
    /// # Errors
    /// [`LauncherError::NotOurs`] for the user's own server, [`LauncherError::Database`] when it does not start.
    pub(crate) async fn resume(&self) -> Result<(), LauncherError> {
        let server = self.ours()?;
        let mut running = server.running.lock().await;
        let Some(postgres) = running.as_mut() else { return Ok(()) };
        postgres.resume().await?;
        if server.watcher.is_some() {
            server.guardian.database(postgres.process_id());
        }
        Ok(())
    }

    fn ours(&self) -> Result<&Server, LauncherError> {
        self.server.as_ref().ok_or(LauncherError::NotOurs("DATABASE_URL"))
    }

    /// Stops the server, if it is ours.
    ///
    /// # Errors
    /// [`LauncherError::Database`] when it does not stop.
    pub(crate) async fn stop(&mut self) -> Result<(), LauncherError> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        server.stop_watching.cancel();
        if let Some(watcher) = server.watcher.take() {
            // It may be starting the server again just now: let it finish, then stop the server.
            if let Err(error) = watcher.await {
                tracing::error!(%error, "the watch over PostgreSQL failed");
            }
        }
        let running = server.running.lock().await.take();
        if let Some(postgres) = running {
            let pid = postgres.process_id();
            postgres.stop().await?;
            server.guardian.database_stopped(pid);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(watcher) = &self.watcher {
            watcher.abort();
        }
    }
}

/// Keeps a durable server up, on its port: connection pools then find it again.
struct Watcher {
    running: Arc<Mutex<Option<PrivatePostgres>>>,
    guardian: Arc<Guardian>,
    output: Output,
    stop: CancellationToken,
}

impl Watcher {
    async fn watch(self) {
        while self.stop.run_until_cancelled(sleep(WATCH_EVERY)).await.is_some() {
            let mut running = self.running.lock().await;
            let Some(postgres) = running.as_mut() else { return };
            if !matches!(postgres.has_ended(), Ok(true)) {
                continue;
            }
            self.output.line(0, "todo", "PostgreSQL ended by itself; starting it again");
            match postgres.resume().await {
                Ok(()) => self.guardian.database(postgres.process_id()),
                Err(error) => self.output.line(0, "todo", &format!("PostgreSQL: {error}")),
            }
        }
    }
}
