//! Takes parts of a running product away and brings them back.

use tokio::time::Instant;

use crate::dapr::{Kafka, Scheduler};
use crate::error::LauncherError;
use crate::health;
use crate::options::RuntimeKind;
use crate::suite::{Suite, local};

impl Suite {
    /// Kills a service with SIGKILL; it stays down until [`Suite::restart`].
    ///
    /// # Errors
    /// [`LauncherError::Unknown`].
    pub async fn kill(&self, app: &str) -> Result<(), LauncherError> {
        self.service(app)?.kill().await;
        Ok(())
    }

    /// Starts a service again (after an orderly stop if it runs) and waits until it is ready.
    ///
    /// # Errors
    /// [`LauncherError::Unknown`], [`LauncherError::NotReady`].
    pub async fn restart(&self, app: &str) -> Result<(), LauncherError> {
        self.service(app)?.restart().await;
        self.wait_until_ready(std::slice::from_ref(self.find(app)?)).await
    }

    /// Takes the database server away; it stays away until [`Suite::start_database`].
    ///
    /// # Errors
    /// [`LauncherError::NotOurs`] for the user's own server.
    pub async fn stop_database(&self) -> Result<(), LauncherError> {
        self.storage.interrupt().await
    }

    /// Brings the database server back, on the same data and port.
    ///
    /// # Errors
    /// [`LauncherError::NotOurs`], [`LauncherError::Database`].
    pub async fn start_database(&self) -> Result<(), LauncherError> {
        self.storage.resume().await
    }

    /// Stops an application's sidecar in an orderly way and waits until it is gone; it stays away until
    /// [`Suite::restart_sidecar`].
    ///
    /// # Errors
    /// [`LauncherError::Unknown`], [`LauncherError::NotGone`].
    pub async fn stop_sidecar(&self, app: &str) -> Result<(), LauncherError> {
        let known = self.find(app)?;
        self.sidecars.halt(known).await?;
        let url = local(known.sidecar_port);
        let deadline = Instant::now() + self.ready_within;
        if health::wait_until_gone(&self.client, &format!("{url}/v1.0/healthz"), deadline).await {
            return Ok(());
        }
        Err(LauncherError::NotGone { app: app.to_owned() })
    }

    /// Kills an application's daprd; it stays away until [`Suite::restart_sidecar`].
    ///
    /// # Errors
    /// [`LauncherError::Unknown`], [`LauncherError::EmbeddedOnly`].
    pub async fn kill_sidecar(&self, app: &str) -> Result<(), LauncherError> {
        let known = self.find(app)?;
        let processes = self.sidecars.processes();
        let processes = processes.ok_or(LauncherError::EmbeddedOnly("a sidecar's process"))?;
        Ok(processes.kill(&known.id, known.replica).await?)
    }

    /// Kills a service and its sidecar, as a pod dies; the embedded runtime ends the sidecar in its orderly way.
    ///
    /// # Errors
    /// [`LauncherError::Unknown`], [`LauncherError::NotGone`].
    pub async fn kill_replica(&self, app: &str) -> Result<(), LauncherError> {
        self.kill(app).await?;
        match self.runtime() {
            RuntimeKind::Local => self.stop_sidecar(app).await,
            RuntimeKind::Dapr => self.kill_sidecar(app).await,
        }
    }

    /// Starts an application's sidecar again and waits until it is ready.
    ///
    /// # Errors
    /// [`LauncherError::Sidecars`], [`LauncherError::Dapr`], [`LauncherError::NotReady`].
    pub async fn restart_sidecar(&self, app: &str) -> Result<(), LauncherError> {
        let known = self.find(app)?;
        self.sidecars.restart(known).await?;
        self.wait_until_ready(std::slice::from_ref(known)).await
    }

    /// The broker of the real runtime.
    ///
    /// # Errors
    /// [`LauncherError::EmbeddedOnly`], [`LauncherError::NotOurs`] for one of `KAFKA_BROKERS`.
    pub fn kafka(&self) -> Result<&Kafka, LauncherError> {
        let found = self.sidecars.infrastructure();
        let found = found.ok_or(LauncherError::EmbeddedOnly("Kafka"))?;
        found.kafka.as_ref().ok_or(LauncherError::NotOurs("KAFKA_BROKERS"))
    }

    /// The scheduler of the real runtime.
    ///
    /// # Errors
    /// [`LauncherError::EmbeddedOnly`].
    pub fn scheduler(&self) -> Result<&Scheduler, LauncherError> {
        let found = self.sidecars.infrastructure();
        Ok(&found.ok_or(LauncherError::EmbeddedOnly("the scheduler"))?.scheduler)
    }
}
