//! `smoke`: proves a running suite, once or under load.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use todo_smoke::{CheckOptions, LoadOptions, Target, check, load};

/// Proves a running Todo from where its clients stand.
#[derive(Parser)]
#[command(name = "smoke", version)]
struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Follow one task through every service; one line for each proof.
    Check(CheckOptions),
    /// Write at a steady rate, then look whether everything that was acknowledged has happened, once.
    ///
    /// SIGTERM ends the writing early. The last line of the output is the result, as JSON.
    Load(LoadOptions),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { target, command } = Arguments::parse();
    let proven = match command {
        Command::Check(options) => check(&target, &options).await,
        Command::Load(options) => load(&target, &options).await.map(|report| {
            println!("{}", report.line());
            report.is_clean()
        }),
    };
    match proven {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("smoke: {error:#}");
            ExitCode::FAILURE
        }
    }
}
