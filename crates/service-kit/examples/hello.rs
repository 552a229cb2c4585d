//! The smallest service: one public route, one event route, one background task.
//!
//! The lifecycle tests run it as a process.

use std::process::ExitCode;

use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};
use todo_service_kit::{FromEnv, Kit, Problem, Reader, Routes};

struct Config {
    greeting: String,
    fault: Option<String>,
}

impl FromEnv for Config {
    fn read(reader: &mut Reader) -> Self {
        Self { greeting: reader.required("GREETING"), fault: reader.optional("FAULT") }
    }
}

async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    let fault = config.fault.as_deref();
    anyhow::ensure!(fault != Some("build"), "asked to fail");
    if fault == Some("slow-build") {
        // Until the test lets us: it closes our standard input.
        let (ready, wait) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            ready.send(())
        });
        wait.await?;
    }
    let ends_early = fault == Some("task");
    let cancel = kit.cancel.clone();
    kit.tasks.supervise("greeter", async move {
        if !ends_early {
            cancel.cancelled().await;
        }
    });
    Ok(Routes {
        sidecar: Router::new().route("/events/hello", post(|| async {})),
        public: Some(
            Router::new()
                .route("/fail", get(|| async { Problem::internal("the private cause") }))
                .route("/", get(move || async move { config.greeting }))
                .route(
                    "/length",
                    post(|body: Bytes| async move { format!("length {}", body.len()) }),
                ),
        ),
        ..Routes::default()
    })
}

fn main() -> ExitCode {
    todo_service_kit::run::<Config, _, _>("hello", build)
}
