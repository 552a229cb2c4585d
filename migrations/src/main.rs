//! `migrate`: brings what the suite stands on to the shape that it expects, and ends.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{DatabaseArguments, TopicsArguments};

/// Prepares a database and a broker for Todo. Run again, each command changes nothing that is as it should be.
#[derive(Parser)]
#[command(name = "migrate", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create schemas and login roles, then run the SQL migrations that have not run yet.
    ///
    /// Passwords of the login roles come from the environment, `TODO_TASKS_PASSWORD` and so on for
    /// `NOTIFICATION`, `AUDIT` and `STATE`; a role whose variable is unset keeps its password.
    Database(DatabaseArguments),
    /// Make the topics of a file on a Kafka-compatible broker.
    ///
    /// A topic that is there with another number of partitions is an error, and then nothing is made.
    Topics(TopicsArguments),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Database(arguments) => arguments.run().await,
        Command::Topics(arguments) => arguments.run().await,
    };
    match outcome {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("migrate: {error:#}");
            ExitCode::FAILURE
        }
    }
}
