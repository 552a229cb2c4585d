//! Puts everything together and takes it down in the right order.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::HeaderValue;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    AppConfig, Error, RuntimeConfig,
    app::{self, App, AppChannel, Endpoint, Parts, Replicas},
    broker::Broker,
    components::{Builder, Overrides},
    jobs::Jobs,
    postgres::{ConnectionString, Pool, PostgresError},
    resiliency::Resiliency,
    resources::{self, Configuration, Resources},
    sidecar::{self, Shared, Sidecar},
};

/// Connections to the runtime's own database: one for the writer, the rest for readers and jobs.
const CONNECTIONS: usize = 10;

/// Running sidecars. Dropping it ends them at once; [`Runtime::shutdown`] ends them in order.
pub struct Runtime {
    /// Of each application's replicas, in the order of the configuration.
    ports: HashMap<String, Vec<u16>>,
    shared: Arc<Shared>,
    /// Ends sidecars, deliveries and jobs.
    stop: CancellationToken,
    /// Ends one sidecar, by its port.
    stops: Mutex<HashMap<u16, CancellationToken>>,
    tasks: TaskTracker,
    /// Ends the broker, after everything that uses it.
    stop_broker: CancellationToken,
    broker_tasks: TaskTracker,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("ports", &self.ports).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Reads the resources, connects the components and opens the sidecars' ports. Returns when outbound calls work;
    /// deliveries begin for each application when its port is open.
    ///
    /// # Errors
    /// The first file, component or port that does not work.
    pub async fn start(config: RuntimeConfig) -> Result<Self, Error> {
        let resources = resources::load(&config.resources)?;
        let configuration =
            Arc::new(resources::load_configuration(config.configuration.as_deref())?);
        let connection = ConnectionString::parse(&config.database_url)
            .map_err(PostgresError::ConnectionString)?;
        let pool = Pool::new(connection, CONNECTIONS);
        let (stop, stop_broker) = (CancellationToken::new(), CancellationToken::new());
        let (tasks, broker_tasks) = (TaskTracker::new(), TaskTracker::new());
        let abandon = (stop.clone().drop_guard(), stop_broker.clone().drop_guard());
        let broker =
            Broker::open(Arc::clone(&pool), config.partitions, &stop_broker, &broker_tasks).await?;
        let jobs = Jobs::open(pool).await?;

        let mut sidecars = Vec::new();
        for app in &config.apps {
            let listener = listen(app).await?;
            let built = build_app(&config, app, &resources, &configuration).await?;
            sidecars.push((listener, Arc::new(built)));
        }
        let apps = by_id(sidecars.iter().map(|(_, app)| Arc::clone(app)));
        let shared = Arc::new(Shared {
            broker: Arc::clone(&broker),
            jobs: Arc::clone(&jobs),
            apps: apps.clone(),
            api_token: config.dapr_api_token.clone(),
            app_token: config.app_api_token.clone(),
            outside: app::client()?,
        });
        let mut runtime = Self {
            ports: HashMap::new(),
            shared,
            stop,
            stops: Mutex::default(),
            tasks,
            stop_broker,
            broker_tasks,
        };
        for (listener, app) in sidecars {
            let refused = |source| Error::Listen { app_id: app.id.clone(), port: 0, source };
            let port = listener.local_addr().map_err(refused)?.port();
            runtime.ports.entry(app.id.clone()).or_default().push(port);
            runtime.start_sidecar(&app, port, listener);
            runtime.clean_states(&app);
        }
        let callable = apps.into_iter().filter(|(_, app)| app.is_callable()).collect();
        let (stop, tasks) = (runtime.stop.clone(), runtime.tasks.clone());
        runtime.tasks.spawn(jobs.run(callable, stop, tasks));
        let _ = (abandon.0.disarm(), abandon.1.disarm());
        Ok(runtime)
    }

    fn start_sidecar(&self, app: &Arc<App>, port: u16, listener: TcpListener) {
        // The API outlives the deliveries, whose handlers call it.
        let (stop_api, stop_inputs) = (CancellationToken::new(), self.stop.child_token());
        let mut stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.insert(port, stop_inputs.clone());
        drop(stops);
        let (app, shared) = (Arc::clone(app), Arc::clone(&self.shared));
        let sidecar = Sidecar { app: Arc::clone(&app), shared, stop: stop_inputs.clone() };
        self.tasks.spawn(sidecar::serve(listener, sidecar, stop_api.clone()));
        let broker = Arc::clone(&self.shared.broker);
        self.tasks.spawn(async move {
            app::run(Arc::clone(&app), broker, stop_inputs.clone()).await;
            stop_inputs.cancelled().await;
            stop_api.cancel();
            tracing::debug!(app = app.id, "sidecar stops");
        });
    }

    fn clean_states(&self, app: &App) {
        for store in app.components.states.values() {
            let (store, stop) = (Arc::clone(store), self.stop.clone());
            self.tasks.spawn(async move { clean_state(&store, stop).await });
        }
    }

    /// Ends a replica's sidecar as `POST /v1.0/shutdown` does: what is in flight is finished, for up to 5 seconds.
    pub fn stop_sidecar(&self, app_id: &str, replica: usize) {
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        let port = self.http_ports(app_id).get(replica);
        if let Some(stop) = port.and_then(|port| stops.get(port)) {
            stop.cancel();
        }
    }

    /// Starts a replica's sidecar again on its port, after [`Runtime::stop_sidecar`] or its own API has ended it. Replicas count from 0,
    /// in the order of the configuration.
    ///
    /// # Errors
    /// [`Error::Listen`] when the port is not free: the old one answers its last calls for up to 5 seconds.
    pub async fn restart_sidecar(&self, app_id: &str, replica: usize) -> Result<(), Error> {
        let app = self.shared.apps.get(app_id).and_then(|replicas| replicas.get(replica));
        let port = self.http_ports(app_id).get(replica).copied();
        let Some((app, port)) = app.zip(port) else {
            return Err(Error::Config(format!("there is no replica {replica} of {app_id}")));
        };
        let refused = |source| Error::Listen { app_id: app_id.to_owned(), port, source };
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(refused)?;
        *app.own_list.lock().await = None;
        self.start_sidecar(app, port, listener);
        Ok(())
    }

    /// Port of an application's sidecar, the first one's of several replicas; `None` for an unknown application.
    pub fn http_port(&self, app_id: &str) -> Option<u16> {
        self.http_ports(app_id).first().copied()
    }

    /// Ports of the sidecars of all replicas of an application, in the order of the configuration.
    pub fn http_ports(&self, app_id: &str) -> &[u16] {
        self.ports.get(app_id).map_or(&[], Vec::as_slice)
    }

    /// Stops taking new deliveries, gives those in flight 5 seconds while their sidecars still answer, then stops the
    /// sidecars and writes the positions of the consumer groups. What was not finished is delivered after the next start.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Err(error) = self.shared.broker.flush().await {
            tracing::error!(%error, "positions of consumer groups not written, some messages will come again");
        }
        self.stop_broker.cancel();
        self.broker_tasks.close();
        self.broker_tasks.wait().await;
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop.cancel();
        self.stop_broker.cancel();
    }
}

/// Puts the replicas of each application together.
fn by_id(apps: impl Iterator<Item = Arc<App>>) -> HashMap<String, Arc<Replicas>> {
    let mut replicas: HashMap<String, Vec<Arc<App>>> = HashMap::new();
    for app in apps {
        replicas.entry(app.id.clone()).or_default().push(app);
    }
    replicas.into_iter().map(|(id, all)| (id, Arc::new(Replicas::new(all)))).collect()
}

async fn listen(app: &AppConfig) -> Result<TcpListener, Error> {
    let refused =
        |source| Error::Listen { app_id: app.app_id.clone(), port: app.http_port, source };
    TcpListener::bind(("127.0.0.1", app.http_port)).await.map_err(refused)
}

async fn build_app(
    config: &RuntimeConfig,
    app: &AppConfig,
    resources: &Resources,
    configuration: &Arc<Configuration>,
) -> Result<App, Error> {
    let overrides = Overrides { secrets_file: config.secrets_file.as_deref().map(Path::to_owned) };
    let builder = Builder::new(&app.app_id, &overrides);
    let components = builder.build(&resources.components).await?;
    let resiliency =
        Resiliency::for_app(&resources.resiliency, &app.app_id).map_err(Error::Config)?;
    let token = config.app_api_token.as_deref().map(HeaderValue::from_str).transpose();
    let token = token.map_err(|_| Error::Config("the app token is no header value".to_owned()))?;
    let channel = app.app_port.map(|port| {
        Ok::<_, Error>(AppChannel::new(app::client()?, port, token).limited(app.max_concurrency))
    });
    let mine =
        resources.subscriptions.iter().filter(|subscription| subscription.serves(&app.app_id));
    let endpoints = resources.http_endpoints.iter().filter(|endpoint| endpoint.serves(&app.app_id));
    let mut http_endpoints = HashMap::new();
    for endpoint in endpoints {
        let name = &endpoint.metadata.name;
        let resolved =
            Endpoint::new(endpoint, &components).map_err(|e| Error::component(name, e))?;
        http_endpoints.insert(name.clone(), resolved);
    }
    Ok(App::new(Parts {
        config: app.clone(),
        channel: channel.transpose()?,
        http_endpoints,
        components,
        resiliency,
        configuration: Arc::clone(configuration),
        declarative: mine.map(|subscription| subscription.spec.clone()).collect(),
    }))
}

/// Pause between two removals of expired state.
const STATE_CLEANUP: Duration = Duration::from_secs(600);

async fn clean_state(store: &crate::state::StateStore, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(STATE_CLEANUP) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = store.clean().await {
            tracing::warn!(%error, "expired state not removed");
        }
    }
}
