//! Parts of the product that are away for a while.

use anyhow::Context;
use todo_launcher::{
    RuntimeKind,
    dapr::{Kafka, Scheduler},
};
use tokio_postgres::{Client, NoTls};

use crate::Product;

/// A part of the runtime that can be taken away. The local runtime has them in tables of its own, which get another name
/// then: the part fails at once and the rest of the database works on, as in a cluster whose broker is down. The real
/// runtime's Kafka and scheduler are killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Publishing, and delivery of what is not in memory.
    Broker,
    /// Making and firing jobs.
    Scheduler,
    /// Conversations.
    StateStore,
}

/// What has to be done to take a part away.
enum Means<'a> {
    Table(&'static str, &'static str),
    Kafka(&'a Kafka),
    Scheduler(&'a Scheduler),
}

impl Product {
    fn means(&self, part: Part) -> anyhow::Result<Means<'_>> {
        Ok(match (part, self.suite().runtime()) {
            (Part::Broker, RuntimeKind::Local) => Means::Table("runtime", "records"),
            (Part::Scheduler, RuntimeKind::Local) => Means::Table("runtime", "jobs"),
            (Part::Broker, RuntimeKind::Dapr) => Means::Kafka(self.suite().kafka()?),
            (Part::Scheduler, RuntimeKind::Dapr) => Means::Scheduler(self.suite().scheduler()?),
            (Part::StateStore, _) => Means::Table("state", "state"),
        })
    }

    /// Takes a part away.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_away(&self, part: Part) -> anyhow::Result<()> {
        match self.means(part)? {
            Means::Table(schema, table) => {
                let statement = format!("ALTER TABLE {schema}.{table} RENAME TO {table}_away");
                self.run_sql(&statement).await?;
            }
            Means::Kafka(kafka) => kafka.kill().await,
            Means::Scheduler(scheduler) => scheduler.kill().await,
        }
        Ok(())
    }

    /// Gives a part back.
    ///
    /// # Errors
    /// When the database cannot be reached, or the part does not come back.
    pub async fn give_back(&self, part: Part) -> anyhow::Result<()> {
        match self.means(part)? {
            Means::Table(schema, table) => {
                let statement = format!("ALTER TABLE {schema}.{table}_away RENAME TO {table}");
                self.run_sql(&statement).await?;
            }
            Means::Kafka(kafka) => kafka.restart().await?,
            Means::Scheduler(scheduler) => scheduler.restart().await?,
        }
        Ok(())
    }

    /// Makes the scheduler forget every job.
    ///
    /// # Errors
    /// When the database cannot be reached, or the scheduler does not come back.
    pub async fn lose_jobs(&self) -> anyhow::Result<()> {
        match self.suite().runtime() {
            RuntimeKind::Local => self.run_sql("DELETE FROM runtime.jobs").await,
            RuntimeKind::Dapr => Ok(self.suite().scheduler()?.lose_everything().await?),
        }
    }

    /// Whether chat-api's sidecar knows a job.
    ///
    /// # Errors
    /// When the sidecar does not answer.
    pub async fn has_job(&self, name: &str) -> anyhow::Result<bool> {
        let url = format!("{}/v1.0/jobs/{name}", self.sidecar_url("chat-api")?);
        let request = self.client().get(url);
        let request = request.header("dapr-api-token", &self.secrets().dapr_api_token);
        Ok(request.send().await?.status().is_success())
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

    /// Status of a service's own health check.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn health(&self, app: &str) -> anyhow::Result<u16> {
        let url = format!("{}/healthz", self.app_url(app)?);
        Ok(self.client().get(url).send().await?.status().as_u16())
    }

    /// Dead letters that audit keeps, as text.
    ///
    /// # Errors
    /// When audit does not answer.
    pub async fn dead_letters(&self) -> anyhow::Result<String> {
        let url = format!("{}/internal/dead-letters?limit=200", self.app_url("audit")?);
        let request = self.client().get(url);
        let request = request.header("dapr-api-token", &self.secrets().app_api_token);
        Ok(request.send().await?.error_for_status()?.text().await?)
    }
}
