//! A server that was away comes back: after a crash, or because a test took it away.

use super::account::Account;
use super::error::DatabaseError;
use super::leftover;
use super::server::{PrivatePostgres, spawn};
use super::watchdog::Watchdog;

impl PrivatePostgres {
    /// Ends the server: open connections break off, and its port refuses new ones. What was committed stays, and the
    /// server counts as running until [`PrivatePostgres::resume`].
    ///
    /// # Errors
    /// [`DatabaseError::StillRunning`] when it does not end within 15 seconds.
    pub async fn interrupt(&mut self) -> Result<(), DatabaseError> {
        // Fast shutdown. A temporary server does not wait for its disk, so anything harsher would lose commits.
        self.end().await?;
        self.interrupted = true;
        Ok(())
    }

    /// Starts a server that has ended again, on the same data and port. What a killed one left behind is stopped first.
    ///
    /// # Errors
    /// Any [`DatabaseError`].
    pub async fn resume(&mut self) -> Result<(), DatabaseError> {
        let account = Account::for_server()?;
        leftover::clear(&self.directory.join("data")).await?;
        self.postmaster =
            spawn(&self.binaries, account, &self.directory, self.port, self.settings)?;
        self.interrupted = false;
        self.wait_until_ready().await?;
        if let Some(mut watchdog) = self.watchdog.take() {
            watchdog.dismiss();
            self.watchdog = Some(Watchdog::start(self.postmaster.id(), &self.directory)?);
        }
        Ok(())
    }
}
