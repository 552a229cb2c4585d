//! The product in a real cluster, from its first install to its last trace: `./todo test --cluster`.
//!
//! It needs `kubectl` and `helm`, a cluster in `KUBECONFIG` with Dapr (helm/dapr-values.yaml), and images that its nodes can
//! have. What it made it removes again, whatever happens, unless it is told to `--keep` it.

mod charts;
mod leftovers;
mod load;
mod namespace;
mod options;
mod pods;
mod proof;
mod system;

use std::process::ExitCode;

use clap::Parser;

use options::Options;
use proof::Proof;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let keep = options.keep;
    let proof = Proof::new(options);
    let outcome = proof.run().await;
    if let Err(error) = &outcome {
        println!("FAILED  {error:#}");
        proof.explain().await;
    }
    if !keep && let Err(error) = proof.remove().await {
        println!("FAILED  to remove what was made: {error:#}");
        return ExitCode::FAILURE;
    }
    // One closing line, as a test runner has it.
    let (passed, failed) = (proof.passed(), u32::from(outcome.is_err()));
    println!("{passed} passed, {failed} failed");
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
