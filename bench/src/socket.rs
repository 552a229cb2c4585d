//! From a create to the frame on its owner's socket.

use std::time::{Duration, Instant};

use serde_json::json;
use todo_tests::Product;

use crate::load::Figures;

/// Creates that are timed one after another.
const ALONE: usize = 300;

/// Prints the time from sending a create to receiving its frame, with nothing else going on.
pub(crate) async fn report(product: &Product) -> anyhow::Result<()> {
    let person = product.person("socket").await?;
    let mut socket = product.socket(&person).await?;
    let mut times = Vec::with_capacity(ALONE);
    for _ in 0..ALONE {
        let sent = Instant::now();
        person.add(json!({ "title": "frame" })).await;
        socket.until(|frame| frame["type"] == "task").await?;
        times.push(sent.elapsed().as_secs_f64() * 1000.0);
    }
    let total = Duration::from_secs_f64(times.iter().sum::<f64>() / 1000.0);
    let figures = Figures::of(times, total);
    println!(
        "\ncreate → frame on the socket, one at a time: p50 {:.2} ms, p99 {:.2} ms",
        figures.p50, figures.p99
    );
    Ok(())
}
