//! `todo-local`: starts Todo on this machine. People call it through `./todo up`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use todo_launcher::parts::Parts;
use todo_launcher::{Output, Replicas, RuntimeKind, UpOptions, up};
use todo_local_runtime::database::database_url_from_env;
use tracing_subscriber::EnvFilter;

/// Todo on one machine.
#[derive(Parser)]
#[command(name = "todo-local", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the database, the sidecars and the five services; Ctrl-C stops them.
    ///
    /// `DATABASE_URL` uses a `PostgreSQL` server of your own; `RUST_LOG` and `LOG_FORMAT` change what
    /// the services log.
    Up {
        /// Forget all data first.
        #[arg(long)]
        fresh: bool,
        /// Which sidecars to use.
        #[arg(long, value_enum, default_value = "local")]
        runtime: Sidecars,
        /// A Kafka that runs already, for the real sidecars.
        #[arg(long, env = "KAFKA_BROKERS", value_name = "host:port,…")]
        kafka_brokers: Option<String>,
        /// What the real sidecars log.
        #[arg(long, env = "DAPR_LOG_LEVEL", default_value = "error")]
        dapr_log_level: String,
        /// The folder with dapr.yaml.
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// Where data is kept, instead of `.todo` beside dapr.yaml.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Any free ports instead of those in dapr.yaml: a second Todo beside the first.
        #[arg(long)]
        free_ports: bool,
        /// More than one replica of some applications, on ports 100 further each.
        #[arg(long, default_value = "", hide_default_value = true, value_name = "websocket=2,…")]
        replicas: Replicas,
    },
    /// Find the parts of the real runtime, and build those that are missing.
    Parts {
        /// The folder with tools/.
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Sidecars {
    /// Embedded in this program: nothing else needs to be installed.
    Local,
    /// daprd, Dapr's scheduler and Apache Kafka: found on this machine, or built once (5 to 15 minutes).
    Dapr,
}

impl From<Sidecars> for RuntimeKind {
    fn from(sidecars: Sidecars) -> Self {
        match sidecars {
            Sidecars::Local => Self::Local,
            Sidecars::Dapr => Self::Dapr,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let command = Arguments::parse().command;
    let output = Output::stdout();
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::WARN.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter.from_env_lossy())
        .with_writer(output.named("sidecars"))
        .without_time()
        .with_ansi(false)
        .init();
    match command {
        Command::Up {
            fresh,
            runtime,
            kafka_brokers,
            dapr_log_level,
            root,
            data,
            free_ports,
            replicas,
        } => {
            let program = std::env::current_exe().context("find this program")?;
            let binaries = program.parent().context("find this program's folder")?.to_path_buf();
            let options = UpOptions {
                root: root.canonicalize().context("find the product's folder")?,
                runtime: runtime.into(),
                brokers: kafka_brokers.filter(|brokers| !brokers.trim().is_empty()),
                dapr_log_level,
                binaries,
                data,
                free_ports,
                replicas,
                fresh,
                database_url: database_url_from_env(),
                output,
            };
            up(options).await?;
        }
        Command::Parts { root } => {
            let parts = Parts::obtain(&root, None, &output).await?;
            println!("{}\n{}", parts.daprd.display(), parts.scheduler.display());
        }
    }
    Ok(())
}
