//! Log lines on stdout.

use std::{any::Any, io::IsTerminal as _, panic::PanicHookInfo};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::LogFormat;

/// Libraries that say at `info` what we say ourselves: three lines for each request of an agent. A filter that names one wins.
const QUIETER: &str = "rmcp=warn";

/// Installs the log writer and a panic hook that logs; the second call in one process does nothing.
///
/// An empty `filter` means `info`; an unreadable one does too, and says so.
pub fn init(format: LogFormat, filter: &str) {
    let filter = if filter.trim().is_empty() { "info" } else { filter };
    let whole = format!("{QUIETER},{filter}");
    let (env_filter, complaint) = match EnvFilter::try_new(&whole) {
        Ok(parsed) => (parsed, None),
        Err(error) => (EnvFilter::new("info"), Some(error)),
    };
    let registry = tracing_subscriber::registry().with(env_filter);
    let installed = match format {
        LogFormat::Json => {
            // The formatter would print the innermost span twice; the list has it already.
            let layer = fmt::layer().json().flatten_event(true).with_current_span(false);
            registry.with(layer).try_init()
        }
        LogFormat::Compact => {
            let colours = std::io::stdout().is_terminal();
            let layer = fmt::layer().compact().with_target(false).with_ansi(colours);
            registry.with(layer).try_init()
        }
    };
    if installed.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    if let Some(error) = complaint {
        tracing::warn!(%error, "RUST_LOG cannot be read; using info");
    }
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(panic = panic_message(panic.payload()), location, "panicked");
}

/// The text of a panic's payload.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("not a text")
}
