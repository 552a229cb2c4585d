//! The embedded runtime, in a tokio runtime of its own, so that it can be killed.

use todo_local_runtime::{Runtime, RuntimeConfig};

/// A runtime that runs, or did and will again.
pub(super) struct Embedded {
    config: RuntimeConfig,
    running: Option<(Runtime, tokio::runtime::Runtime)>,
}

impl Embedded {
    pub(super) async fn start(config: RuntimeConfig) -> Result<Self, String> {
        let mut embedded = Self { config, running: None };
        embedded.run().await?;
        Ok(embedded)
    }

    async fn run(&mut self) -> Result<(), String> {
        let host = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        match host.spawn(Runtime::start(self.config.clone())).await.unwrap() {
            Err(error) => {
                host.shutdown_background();
                Err(error.to_string())
            }
            Ok(runtime) => {
                self.running = Some((runtime, host));
                Ok(())
            }
        }
    }

    pub(super) fn ports(&self, app_id: &str) -> Vec<u16> {
        self.running.as_ref().unwrap().0.http_ports(app_id).to_vec()
    }

    /// Everything in flight is given its time.
    pub(super) async fn stop(&mut self) {
        if let Some((runtime, host)) = self.running.take() {
            host.spawn(runtime.shutdown()).await.unwrap();
            host.shutdown_background();
        }
    }

    /// All tasks stop where they are.
    pub(super) fn kill(&mut self) {
        if let Some((runtime, host)) = self.running.take() {
            host.shutdown_background();
            drop(runtime);
        }
    }

    pub(super) async fn start_again(&mut self) {
        self.run().await.unwrap();
    }
}
