//! Parts of the product that are away for a while.

use anyhow::Context;
use tokio_postgres::{Client, NoTls};

use crate::{Product, eventually};

/// A part of the local runtime that lives in tables of its own. Taken away, those tables have another name, so that the
/// part fails at once and the rest of the database works on: what a cluster shows when one of its servers is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Publishing, and delivery of what is not in memory.
    Broker,
    /// Making and firing jobs.
    Scheduler,
    /// Conversations.
    StateStore,
}

impl Part {
    const fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Broker => ("runtime", "records"),
            Self::Scheduler => ("runtime", "jobs"),
            Self::StateStore => ("state", "state"),
        }
    }
}

impl Product {
    /// Takes a part away.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_away(&self, part: Part) -> anyhow::Result<()> {
        let (schema, table) = part.table();
        self.run_sql(&format!("ALTER TABLE {schema}.{table} RENAME TO {table}_away")).await
    }

    /// Gives a part back.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn give_back(&self, part: Part) -> anyhow::Result<()> {
        let (schema, table) = part.table();
        self.run_sql(&format!("ALTER TABLE {schema}.{table}_away RENAME TO {table}")).await
    }

    /// Runs statements as the database's administrator.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses them.
    pub async fn run_sql(&self, statements: &str) -> anyhow::Result<()> {
        self.database().await?.batch_execute(statements).await.context("run statements")
    }

    /// A connection of the database's administrator.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn database(&self) -> anyhow::Result<Client> {
        let (client, connection) =
            tokio_postgres::connect(self.suite().database_url(), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Ends the sidecar of a service and waits until nobody answers on its port.
    ///
    /// # Errors
    /// When there is no such service.
    pub async fn stop_sidecar(&self, app: &str) -> anyhow::Result<()> {
        let url = self.suite().sidecar_url(app)?;
        let request = self.client().post(format!("{url}/v1.0/shutdown"));
        let request = request.header("dapr-api-token", &self.suite().secrets().dapr_api_token);
        request.send().await?.error_for_status()?;
        eventually("the end of a sidecar", async || {
            let answer = self.client().get(format!("{url}/v1.0/healthz")).send().await;
            answer.is_err().then_some(())
        })
        .await;
        Ok(())
    }

    /// Status of a service's own health check.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn health(&self, app: &str) -> anyhow::Result<u16> {
        let url = format!("{}/healthz", self.suite().app_url(app)?);
        Ok(self.client().get(url).send().await?.status().as_u16())
    }

    /// Dead letters that audit keeps, as text.
    ///
    /// # Errors
    /// When audit does not answer.
    pub async fn dead_letters(&self) -> anyhow::Result<String> {
        let url = format!("{}/internal/dead-letters?limit=200", self.suite().app_url("audit")?);
        let request = self.client().get(url);
        let request = request.header("dapr-api-token", &self.suite().secrets().app_api_token);
        Ok(request.send().await?.error_for_status()?.text().await?)
    }
}
