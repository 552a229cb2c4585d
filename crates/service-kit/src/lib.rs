#![doc = include_str!("../README.md")]

pub mod auth;
pub mod clock;
pub mod config;
pub mod dependency;
pub mod extract;
pub mod gather;
pub mod health;
pub mod http;
pub mod lifecycle;
pub mod limit;
pub mod problem;
pub mod serve;
pub mod telemetry;
pub mod together;

pub use auth::{AuthenticatedUser, Owner, Verifier};
pub use clock::Clock;
pub use config::{BaseConfig, Env, FromEnv, Reader, Secret};
pub use dependency::Dependency;
pub use gather::Gather;
pub use health::{Health, Stage, Withheld};
pub use lifecycle::{Kit, Routes, Tasks, run};
pub use problem::Problem;
pub use together::{Together, TogetherError};
