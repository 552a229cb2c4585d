//! The real runtime: a daprd for each replica, a scheduler, a turn at a Kafka.

use std::{
    collections::HashMap,
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join_all;
use todo_launcher::{
    Backoff, Output,
    dapr::{Host, Scheduler, Sidecars, SidecarsOptions},
};
use todo_local_runtime::RuntimeConfig;

use super::{
    broker::{self, Lease},
    sidecar::Sidecar,
};

/// What ends by itself stays away, as it does in the embedded runtime.
const NEVER: Duration = Duration::from_secs(3600);
/// How its supervisor says so.
const ENDED: &str = " ended by itself";
/// How often sidecars may give up because of one another.
const ATTEMPTS: usize = 8;
/// So many of the last lines are printed when a test fails.
const LINES: usize = 80;

/// What the sidecars say.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// How many sidecars have given up.
    fn ended(&self) -> usize {
        self.text().matches(ENDED).count()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

struct Processes {
    scheduler: Scheduler,
    sidecars: Sidecars,
}

impl Processes {
    async fn kill(&self) {
        tokio::join!(self.sidecars.kill_all(), self.scheduler.kill());
    }
}

pub(super) struct Real {
    config: RuntimeConfig,
    processes: Arc<Processes>,
    log: Log,
    client: reqwest::Client,
    /// Where the supervisors of the processes live.
    host: Option<tokio::runtime::Runtime>,
    /// Given back after the sidecars' end.
    _lease: Option<Lease>,
}

impl Real {
    pub(super) async fn start(
        config: RuntimeConfig,
        folder: &Path,
        lease: Option<Lease>,
        client: reqwest::Client,
    ) -> Result<Self, String> {
        let log = Log::default();
        let mut options = Host::quiet(folder).unwrap().within("sidecars").unwrap();
        options.output = Output::new(log.clone(), false);
        options.backoff = Backoff { first: NEVER, most: NEVER, settled_after: NEVER };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let brokers = lease.as_ref().map_or("127.0.0.1:1", |lease| &lease.address).to_owned();
        let configuration = config.clone();
        let started = runtime.spawn(async move {
            let parts = broker::parts().await;
            let scheduler = Scheduler::start(parts, &options.within("scheduler").unwrap()).await;
            let scheduler = scheduler.unwrap();
            let options = SidecarsOptions {
                daprd: parts.daprd.clone(),
                brokers,
                scheduler: scheduler.address(),
                host: options,
                log_level: "info".to_owned(),
            };
            let sidecars = Sidecars::start(&configuration, &options).unwrap();
            Arc::new(Processes { scheduler, sidecars })
        });
        let processes = started.await.unwrap();
        let real = Self { config, processes, log, client, host: Some(runtime), _lease: lease };
        let mut ended = 0;
        while let Err(text) = real.wait_for_outbound(ended).await {
            // Of sidecars that make the tables of one store at the same moment all but one give up.
            if ended >= ATTEMPTS || !text.contains("failed to create metadata table") {
                return Err(text);
            }
            real.start_those_that_ended(ended).await;
            ended = real.log.ended();
        }
        Ok(real)
    }

    /// Starts what has given up, but for the first `ended` of them.
    async fn start_those_that_ended(&self, ended: usize) {
        let text = self.log.text();
        let gone = text.lines().filter_map(|line| {
            line.split_once(ENDED)?.0.rsplit_once("| ")?.1.strip_suffix("-daprd")
        });
        let gone: Vec<_> = gone.skip(ended).collect();
        for (app, replica) in self.replicas() {
            let name = if replica == 0 { app.clone() } else { format!("{app}-{}", replica + 1) };
            if gone.contains(&name.as_str()) {
                self.processes.sidecars.restart(&app, replica).await.unwrap();
            }
        }
    }

    /// Waits until calls work, or a sidecar gives up. `ended` have done so before.
    async fn wait_for_outbound(&self, ended: usize) -> Result<(), String> {
        let ports = self.config.apps.iter().flat_map(|app| {
            // Without an application to wait for, a sidecar is ready or not at all.
            let path = app.app_port.map_or("/v1.0/healthz", |_| "/v1.0/healthz/outbound");
            self.ports(&app.app_id).into_iter().map(move |port| (port, path))
        });
        let ports = ports.map(|(port, path)| async move {
            let sidecar = Sidecar::new(port, self.client.clone(), None);
            let failed = || self.log.ended() > ended;
            sidecar.wait_for(async || sidecar.has(path).await || failed()).await;
            if failed() { Err(self.log.text()) } else { Ok(()) }
        });
        join_all(ports).await.into_iter().collect()
    }

    pub(super) fn ports(&self, app_id: &str) -> Vec<u16> {
        self.processes.sidecars.http_ports(app_id)
    }

    pub(super) fn grpc_ports(&self, app_id: &str) -> Vec<u16> {
        self.processes.sidecars.grpc_ports(app_id)
    }

    /// SIGTERM for all sidecars.
    pub(super) async fn stop(&mut self) {
        let halts = self.replicas().map(|(app, replica)| {
            let processes = Arc::clone(&self.processes);
            async move { processes.sidecars.halt(&app, replica).await.unwrap() }
        });
        join_all(halts).await;
        self.processes.scheduler.kill().await;
    }

    /// SIGKILL for everything but the broker.
    pub(super) fn kill(&mut self) {
        let processes = Arc::clone(&self.processes);
        if let Some(host) = &self.host {
            // Not from within a runtime's own thread.
            std::thread::scope(|scope| scope.spawn(|| host.block_on(processes.kill())).join())
                .unwrap();
        }
    }

    pub(super) async fn kill_sidecar(&self, app_id: &str) {
        self.processes.sidecars.kill(app_id, 0).await.unwrap();
    }

    pub(super) async fn start_again(&mut self) {
        self.processes.scheduler.restart().await.unwrap();
        let ended = self.log.ended();
        let starts = self.replicas().map(|(app, replica)| {
            let processes = Arc::clone(&self.processes);
            async move { processes.sidecars.restart(&app, replica).await.unwrap() }
        });
        join_all(starts).await;
        self.wait_for_outbound(ended).await.unwrap();
    }

    /// Ids and numbers of all replicas.
    fn replicas(&self) -> impl Iterator<Item = (String, usize)> {
        let mut seen = HashMap::new();
        self.config.apps.iter().map(move |app| {
            let next = seen.entry(app.app_id.clone()).or_insert(0);
            *next += 1;
            (app.app_id.clone(), *next - 1)
        })
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        self.kill();
        if let Some(host) = self.host.take() {
            host.shutdown_background();
        }
        if std::thread::panicking() {
            let text = self.log.text();
            let lines: Vec<_> = text.lines().collect();
            println!("{}", lines[lines.len().saturating_sub(LINES)..].join("\n"));
        }
    }
}
