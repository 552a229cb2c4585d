//! One task through every service, once.

mod inbox;
mod reminder;
mod repeat;
mod sentence;
mod stage;
mod subject;

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use self::{inbox::Inbox, stage::Stage};
use crate::{Target, duration};

/// How long a token is good beyond the check.
const BEYOND: Duration = Duration::from_secs(60);

/// How a suite is checked.
#[derive(Args)]
pub struct CheckOptions {
    /// How long all proofs together may take.
    #[arg(long, default_value = "120s", value_parser = duration::parse)]
    timeout: Duration,
}

/// Checks the suite; prints a line for each proof, and answers whether none is missing.
///
/// # Errors
/// When there is no way in: no token, or no address.
pub async fn check(target: &Target, options: &CheckOptions) -> anyhow::Result<bool> {
    let deadline = Instant::now() + options.timeout;
    let person = target.people(1, options.timeout + BEYOND)?.remove(0);
    let inbox = Inbox::open(target.websocket().to_owned(), person.clone());
    let stage = Stage::new(person, inbox, deadline);
    // Without a socket the proofs that need one fail by themselves, and the others tell how far things go.
    let (api, _socket) = tokio::join!(stage.enters(), stage.listens());
    if api.is_some() {
        tokio::join!(sentence::prove(&stage), repeat::prove(&stage), reminder::prove(&stage));
        stage.clean_up().await;
    }
    Ok(stage.end())
}
