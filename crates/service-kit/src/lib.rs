//! What every service shares: configuration, telemetry, problems, layers, serving, authentication, lifecycle.
//!
//! A service is a `main` of one line, `todo_service_kit::run::<Config, _, _>("audit", build)`, and an
//! `async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes>`. See [`run`] for what happens around it.
//!
//! This crate knows the sidecar's habits and nothing of tasks. It is the only one that installs globals (log writer,
//! panic hook, metrics recorder) and the only one that reads the process environment and the clock.

pub mod auth;
pub mod clock;
pub mod config;
pub mod extract;
pub mod health;
pub mod http;
pub mod lifecycle;
pub mod limit;
pub mod problem;
pub mod serve;
pub mod telemetry;

pub use auth::{AuthenticatedUser, Owner, Verifier};
pub use clock::Clock;
pub use config::{BaseConfig, Env, FromEnv, Reader, Secret};
pub use health::{Health, Stage};
pub use lifecycle::{Kit, Routes, Tasks, run};
pub use problem::Problem;
