//! What differs from cluster to cluster.

use clap::Parser;

/// Installs the product in the cluster that `KUBECONFIG` names, proves that it works, and removes it.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// Namespace, which must not exist.
    #[arg(long, env = "TODO_NAMESPACE", default_value = "todo-test")]
    pub(crate) namespace: String,
    /// Where the images are.
    #[arg(long, env = "IMAGE_REGISTRY", default_value = "localhost/todo")]
    pub(crate) registry: String,
    /// Their tag.
    #[arg(long, env = "IMAGE_TAG", default_value = "dev")]
    pub(crate) tag: String,
    /// A Kafka that pods can reach, `host:port,…`; a Redpanda in the namespace without it.
    #[arg(long, env = "KAFKA_BROKERS")]
    pub(crate) brokers: Option<String>,
    /// User of that Kafka; its password is in `KAFKA_PASSWORD`, its mechanism in one of the `--values`.
    #[arg(long, env = "KAFKA_USERNAME", requires = "brokers")]
    pub(crate) kafka_user: Option<String>,
    /// A PostgreSQL that pods can reach, `postgres://OWNER:PASSWORD@HOST/NAME`; one in the namespace without it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// More values files for both charts.
    #[arg(long)]
    pub(crate) values: Vec<String>,
    /// Leave the product and its namespace there.
    #[arg(long)]
    pub(crate) keep: bool,
}
