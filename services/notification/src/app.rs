//! Puts the service together.

use std::time::Duration;

use anyhow::Context as _;
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{BaseConfig, Clock, Dependency, Kit, Routes, Together};

use crate::{
    Config,
    channels::{Courier, EmailCarrier, Push, Wake, WebhookCarrier},
    ledger::Ledger,
    metrics,
    preferences::PreferencesTable,
    routes,
};

/// How long a mail server or a webhook may take; giving up earlier would send it twice.
const OUTSIDE_TIMEOUT: Duration = Duration::from_secs(60);

/// What every handler works with; clones share everything.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) ledger: Ledger,
    pub(crate) claiming: Together<Ledger>,
    pub(crate) preferences: PreferencesTable,
    pub(crate) push: Push,
    pub(crate) email: Wake,
    pub(crate) webhook: Wake,
    pub(crate) channels: Channels,
    pub(crate) database: Dependency,
    pub(crate) clock: Clock,
}

/// Which channels there are beside push.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Channels {
    pub(crate) email: bool,
    pub(crate) webhook: bool,
}

/// Builds the service and starts its couriers.
///
/// # Errors
/// When a client of the sidecar cannot be set up.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    metrics::describe();
    let sql = kit.dapr.sql(&config.database);
    let ledger = Ledger::new(sql.clone());
    let app = App {
        database: kit.depends_on_database(&sql),
        push: Push::new(
            kit.dapr.clone(),
            config.notifications.clone(),
            ledger.clone(),
            kit.clock.clone(),
            kit.tasks.clone(),
        ),
        claiming: Together::new(ledger.clone(), kit.tasks.clone()),
        ledger,
        preferences: PreferencesTable::new(sql),
        email: Wake::default(),
        webhook: Wake::default(),
        clock: kit.clock.clone(),
        channels: Channels { email: config.email.is_some(), webhook: config.webhook.is_some() },
    };
    start_couriers(&app, config, &kit)?;
    Ok(Routes { sidecar: routes::sidecar(kit.dapr).with_state(app), ..Routes::default() })
}

fn start_couriers(app: &App, config: Config, kit: &Kit) -> anyhow::Result<()> {
    let (dapr, clock, ledger) = (patient_client(&kit.base)?, kit.clock.clone(), app.ledger.clone());
    let email = Courier {
        carrier: EmailCarrier { dapr: dapr.clone(), config: config.email, clock: clock.clone() },
        ledger: ledger.clone(),
        wake: app.email.clone(),
    };
    let webhook = Courier {
        carrier: WebhookCarrier { dapr, binding: config.webhook, clock },
        ledger,
        wake: app.webhook.clone(),
    };
    kit.tasks.supervise("mail courier", email.run(kit.cancel.clone()));
    kit.tasks.supervise("webhook courier", webhook.run(kit.cancel.clone()));
    Ok(())
}

fn patient_client(base: &BaseConfig) -> anyhow::Result<Dapr> {
    let config = DaprConfig {
        endpoint: base.dapr_endpoint.clone(),
        api_token: base.dapr_api_token.as_ref().map(|token| token.expose().to_owned()),
        timeout: OUTSIDE_TIMEOUT,
    };
    Dapr::new(&config).context("set up the couriers' client")
}
