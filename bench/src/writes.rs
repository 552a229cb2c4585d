//! Creates beside the bare insert, and how long everything that follows from them takes.

use std::time::{Duration, Instant};

use anyhow::ensure;
use todo_tests::Product;

use crate::{load, metrics::Metrics, processor::Usage, target};

const CLIENTS: [usize; 3] = [1, 8, 64];
/// Every service that hears of a create, and by which route.
const LISTENERS: [(&str, &str); 4] = [
    ("audit", "/events/task-events"),
    ("recurring-task", "/events/task-events"),
    ("notification", "/events/task-updates"),
    ("websocket", "/events/task-updates"),
];
/// Longest wait for the consequences of one load.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prints both, their ratios, and the sidecar calls of a create; answers the creates per second that can be sustained.
pub(crate) async fn report(product: &Product) -> anyhow::Result<f64> {
    let metrics = Metrics::new(product)?;
    let bare = target::BareInsert::new(product).await?;
    let create = target::Create::new(product, 64).await?;
    let mut ratios = Vec::new();
    let mut used = Vec::new();
    let mut sustained: f64 = 0.0;
    println!("\nsingle writes          p50 ms   p99 ms     per s");
    for clients in CLIENTS {
        let limit = load::run(clients, &bare).await;
        println!("{limit}  bare insert, {clients} clients");
        let (before, usage) = (heard(&metrics).await?, Usage::now()?);
        let began = Instant::now();
        let ours = load::run(clients, &create).await;
        println!("{ours}  create, {clients} clients");
        until_heard(&metrics, before + ours.count * LISTENERS.len()).await?;
        let settled = ours.count as f64 / began.elapsed().as_secs_f64();
        used.push((clients, Usage::now()?.since(&usage, ours.count)));
        println!("{settled:>45.0}  create with every consequence, {clients} clients");
        sustained = sustained.max(settled);
        ratios.push((clients, ours.p50 / limit.p50, ours.rate / limit.rate, settled / limit.rate));
    }
    println!("\ncreate ÷ bare insert    p50    rate   rate with every consequence");
    for (clients, latency, rate, settled) in ratios {
        println!("{clients:>3} clients          {latency:>6.2}  {rate:>6.2}  {settled:>6.2}");
    }
    for (clients, parts) in used {
        let total: f64 = parts.iter().map(|(_, time)| time).sum();
        println!("\nprocessor ms a create with every consequence, {clients} clients: {total:.2}");
        for (part, time) in parts.iter().filter(|(_, time)| *time >= 0.005) {
            println!("{time:>8.2}  {part}");
        }
    }
    sidecar_calls(&metrics).await?;
    Ok(sustained)
}

/// Messages handled so far, of all listeners together.
async fn heard(metrics: &Metrics<'_>) -> anyhow::Result<usize> {
    let mut sum = 0.0;
    for (service, route) in LISTENERS {
        let labels = [&*format!("route=\"{route}\""), "outcome=\"handled\""];
        sum += metrics.sum(service, "event_deliveries_total", &labels).await?;
    }
    Ok(sum as usize)
}

async fn until_heard(metrics: &Metrics<'_>, wanted: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let heard = heard(metrics).await?;
        if heard >= wanted {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{heard} of {wanted} deliveries came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn sidecar_calls(metrics: &Metrics<'_>) -> anyhow::Result<()> {
    let labels = ["route=\"/api/{user_id}/tasks\"", "method=\"POST\""];
    let name = "http_request_sidecar_calls";
    let calls = metrics.sum("chat-api", &format!("{name}_sum"), &labels).await?;
    let creates = metrics.sum("chat-api", &format!("{name}_count"), &labels).await?;
    println!("\nsidecar calls that a create waits for: {:.2}", calls / creates);
    Ok(())
}
