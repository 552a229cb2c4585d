//! One replica of an application as its sidecar knows it: components, policies, the channel to it, and whether it is
//! ready.

mod channel;
mod health;
mod lifecycle;
mod replicas;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::{Semaphore, SemaphorePermit, watch};

use crate::{
    AppConfig,
    components::Components,
    delivery::Subscribed,
    resiliency::Resiliency,
    resources::{Configuration, HttpEndpoint, SubscriptionSpec},
};

pub(crate) use channel::{Answer, AppChannel, ChannelError, Incoming, client};
pub(crate) use lifecycle::{Session, run};
pub(crate) use replicas::Replicas;

/// Job callbacks in flight per replica; Dapr's bound is the number of scheduler workers.
const JOB_SLOTS: usize = 64;

/// Everything a sidecar holds about its application. Replicas of one application have the same `id`.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) config: AppConfig,
    pub(crate) channel: Option<AppChannel>,
    pub(crate) components: Components,
    pub(crate) resiliency: Resiliency,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) http_endpoints: HashMap<String, Endpoint>,
    /// Subscriptions from files, in the order they were found.
    pub(crate) declarative: Vec<SubscriptionSpec>,
    /// The application's own list, asked for once in the life of its sidecar, whatever the answer was.
    pub(crate) own_list: tokio::sync::Mutex<Option<Vec<SubscriptionSpec>>>,
    /// What is delivered at present, for the metadata route.
    pub(crate) subscribed: Mutex<Vec<Subscribed>>,
    /// Attributes set through the metadata route.
    pub(crate) extended: Mutex<BTreeMap<String, String>>,
    /// Deliveries, jobs and cron triggers flow.
    ready: watch::Sender<bool>,
    /// Has been ready once; `/v1.0/healthz` answers by this.
    started: AtomicBool,
    job_slots: Semaphore,
}

/// An `HTTPEndpoint` with its secrets resolved.
pub(crate) struct Endpoint {
    pub(crate) base_url: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// What [`App::new`] is made of.
pub(crate) struct Parts {
    pub(crate) config: AppConfig,
    pub(crate) channel: Option<AppChannel>,
    pub(crate) components: Components,
    pub(crate) resiliency: Resiliency,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) http_endpoints: HashMap<String, Endpoint>,
    pub(crate) declarative: Vec<SubscriptionSpec>,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            id: parts.config.app_id.clone(),
            config: parts.config,
            channel: parts.channel,
            components: parts.components,
            resiliency: parts.resiliency,
            configuration: parts.configuration,
            http_endpoints: parts.http_endpoints,
            declarative: parts.declarative,
            own_list: tokio::sync::Mutex::default(),
            subscribed: Mutex::default(),
            extended: Mutex::default(),
            ready: watch::Sender::new(false),
            started: AtomicBool::new(false),
            job_slots: Semaphore::new(JOB_SLOTS),
        }
    }

    /// Whether the application has been ready at least once.
    pub(crate) fn has_started(&self) -> bool {
        self.started.load(Ordering::Acquire)
    }

    /// Whether calls to the application make sense now.
    pub(crate) fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    fn set_ready(&self, ready: bool) {
        if ready {
            self.started.store(true, Ordering::Release);
        }
        self.ready.send_replace(ready);
    }

    pub(crate) async fn wait_until_ready(&self) {
        // The sender is owned by self, so waiting cannot fail.
        drop(self.ready.subscribe().wait_for(|ready| *ready).await);
    }

    pub(crate) async fn wait_until_not_ready(&self) {
        drop(self.ready.subscribe().wait_for(|ready| !*ready).await);
    }

    /// Bounds the job callbacks in flight. `None` never happens, as the semaphore is never closed.
    pub(crate) async fn job_slot(&self) -> Option<SemaphorePermit<'_>> {
        self.job_slots.acquire().await.ok()
    }
}

impl Endpoint {
    /// Resolves the headers' secrets among the application's stores.
    pub(crate) fn new(endpoint: &HttpEndpoint, components: &Components) -> Result<Self, String> {
        let store = endpoint.auth.secret_store.as_deref();
        let headers = endpoint.spec.headers.iter();
        let headers = headers.map(|item| Ok((item.name.clone(), components.text(item, store)?)));
        Ok(Self {
            base_url: endpoint.spec.base_url.trim_end_matches('/').to_owned(),
            headers: headers.collect::<Result<_, String>>()?,
        })
    }
}
