//! Puts the service together.

use std::io;

use todo_service_kit::{Clock, Dependency, Kit, Routes, Together};

use crate::{
    Config,
    domain::Retention,
    metrics,
    replay::Replay,
    routes,
    store::{DeadLetters, Entries},
    trail::{self, Lines, Trail},
};

/// What every handler works with; clones share everything.
#[derive(Clone)]
pub struct App {
    pub(crate) entries: Entries,
    pub(crate) recording: Together<Entries>,
    pub(crate) trail: Trail,
    pub(crate) letters: DeadLetters,
    pub(crate) replay: Replay,
    pub(crate) clock: Clock,
    pub(crate) retention: Retention,
    pub(crate) database: Dependency,
}

/// Builds the service with its lines going to stdout.
///
/// # Errors
/// None for now: whatever is missing shows when it is used.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    Ok(build_with(&config, &kit, Lines::new(io::stdout())))
}

/// Builds the service with its lines going where `lines` says.
pub fn build_with(config: &Config, kit: &Kit, lines: Lines) -> Routes {
    metrics::describe();
    let sql = kit.dapr.sql(&config.database);
    let entries = Entries::new(sql.clone());
    let database = kit.depends_on_database(&sql);
    let trail = Trail::new(entries.clone(), lines, kit.tasks.clone(), database.clone());
    kit.tasks.supervise("forgotten lines", trail::sweep(trail.clone(), kit.cancel.clone()));
    let app = App {
        database,
        recording: Together::new(entries.clone(), kit.tasks.clone()),
        entries,
        trail,
        letters: DeadLetters::new(sql),
        replay: Replay::new(kit.dapr.clone(), config),
        clock: kit.clock.clone(),
        retention: config.retention,
    };
    Routes { sidecar: routes::sidecar(kit.dapr.clone()).with_state(app), ..Routes::default() }
}
