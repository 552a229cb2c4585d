//! Writing at a steady rate while something happens to the suite, and looking afterwards what became of it.
//!
//! A page is open for each person meanwhile, and every request is counted: those that were not answered well, and those
//! that were sent once more after a connection failed, as browsers do.

mod follower;
mod journal;
mod options;
mod outcome;
mod reading;
mod report;
mod settle;
mod work;
mod writer;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};
use uuid::Uuid;

use self::{follower::Follower, journal::Journal, outcome::Outcome, writer::Writer};
use crate::{Target, person::Person};

pub use options::LoadOptions;
pub use report::Report;

/// How long the pages may take to open.
const OPEN_WITHIN: Duration = Duration::from_secs(60);
/// How long tokens are good beyond the writing and the settling.
const BEYOND: Duration = Duration::from_secs(600);
/// Between two lines about how it goes.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// One person: what writes for them, and the page that is open.
struct Pair {
    writer: Arc<Writer>,
    page: Follower,
}

/// Puts the load on the suite.
///
/// # Errors
/// When there is no way in, or the suite cannot be used before the writing begins.
pub async fn load(target: &Target, options: &LoadOptions) -> anyhow::Result<Report> {
    options.check()?;
    let journal = Arc::<Journal>::default();
    let lifetime = options.duration() + options.settle + BEYOND;
    let people = target.people(options.people, lifetime)?;
    let run = Uuid::new_v4().simple().to_string()[..8].to_owned();
    let pair = |person: Person| Pair {
        page: Follower::open(target.websocket().to_owned(), person.clone(), Arc::clone(&journal)),
        writer: Arc::new(Writer::new(person, Arc::clone(&journal), run.clone())),
    };
    let pairs: Vec<Pair> = people.into_iter().map(pair).collect();
    let mut stop = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    open_pages(&pairs).await?;
    eprintln!("smoke: {} pages are open, writing begins", pairs.len());
    write(&pairs, options, &journal, (&mut stop, &mut interrupt)).await;
    eprintln!(
        "smoke: writing is over, waiting for what follows, for up to {} s",
        options.settle.as_secs()
    );
    let deadline = Instant::now() + options.settle;
    let mut settling = JoinSet::new();
    for Pair { writer, page } in pairs {
        settling.spawn(async move { settle::settle(&writer, page, deadline).await });
    }
    let outcomes: Vec<Outcome> = settling.join_all().await;
    Ok(Report::of(&journal, outcomes))
}

async fn open_pages(pairs: &[Pair]) -> anyhow::Result<()> {
    let deadline = Instant::now() + OPEN_WITHIN;
    for Pair { page, .. } in pairs {
        let open = page.is_open_by(deadline).await;
        ensure!(open, "after {} s a page is not open: {}", OPEN_WITHIN.as_secs(), page.trouble());
    }
    Ok(())
}

/// Writes until the time is over, or somebody says stop; ends when the last request is answered.
async fn write(
    pairs: &[Pair],
    options: &LoadOptions,
    journal: &Journal,
    (stop, interrupt): (&mut Signal, &mut Signal),
) {
    let began = Instant::now();
    let mut ticks = interval(Duration::from_secs_f64(1.0 / options.rate));
    // After a stall of this machine the rate goes on; there is no rush to catch up.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = interval(TOLD_EVERY);
    let mut underway = JoinSet::new();
    let mut turns = pairs.iter().cycle();
    while began.elapsed() < options.duration() {
        tokio::select! {
            _ = ticks.tick() => {
                if let Some(Pair { writer, .. }) = turns.next() {
                    let writer = Arc::clone(writer);
                    underway.spawn(async move { writer.write().await });
                }
                while underway.try_join_next().is_some() {}
            }
            _ = told.tick() => eprintln!("smoke: {:>4} s  {journal}", began.elapsed().as_secs()),
            _ = stop.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    underway.join_all().await;
}
