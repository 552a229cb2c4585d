//! From a create to the frame on its owner's socket.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use todo_tests::{Person, Product, Socket};

use crate::{
    load::{Figures, Request},
    target,
};

/// Creates that are timed one after another.
const TIMED: usize = 400;

/// Prints the time from sending a create to receiving its frame: alone, and while other people write at `rate` a second.
pub(crate) async fn report(product: &Product, rate: f64) -> anyhow::Result<()> {
    let person = product.person("socket").await?;
    let mut socket = product.socket(&person).await?;
    println!("\ncreate → frame on the socket (budget at half load: p50 8 ms, p99 30 ms)");
    let alone = frames(&person, &mut socket).await?;
    alone.print("alone");
    let others = target::Create::new(product, 64).await?;
    let loaded = tokio::select! {
        error = at_rate(rate, &others) => return Err(error),
        figures = frames(&person, &mut socket) => figures?,
    };
    loaded.print(&format!("with {rate:.0} other creates a second"));
    Ok(())
}

/// Since a create was sent.
struct Since {
    answer: Figures,
    frame: Figures,
}

impl Since {
    fn print(&self, when: &str) {
        println!(
            "{when:<33}p50 {:.2} ms, p99 {:.2} ms; the answer p50 {:.2} ms, p99 {:.2} ms",
            self.frame.p50, self.frame.p99, self.answer.p50, self.answer.p99
        );
    }
}

async fn frames(person: &Person, socket: &mut Socket) -> anyhow::Result<Since> {
    let (mut answers, mut frames) = (Vec::with_capacity(TIMED), Vec::with_capacity(TIMED));
    let began = Instant::now();
    for _ in 0..TIMED {
        let sent = Instant::now();
        let since = || sent.elapsed().as_secs_f64() * 1000.0;
        let create = async {
            let create = person.request(Method::POST, "/tasks").json(&json!({ "title": "frame" }));
            create.send().await?.error_for_status()?.bytes().await?;
            answers.push(since());
            anyhow::Ok(())
        };
        let frame = async {
            socket.until(|frame| frame["type"] == "task").await?;
            frames.push(since());
            anyhow::Ok(())
        };
        tokio::try_join!(create, frame)?;
    }
    let total = began.elapsed();
    Ok(Since { answer: Figures::of(answers, total), frame: Figures::of(frames, total) })
}

/// Sends at a fixed rate, whatever the answers take, until one fails.
async fn at_rate(rate: f64, request: &impl Request) -> anyhow::Error {
    use futures_util::{StreamExt as _, stream::FuturesUnordered};

    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate.max(1.0)));
    let mut underway = FuturesUnordered::new();
    for client in 0.. {
        ticks.tick().await;
        underway.push(request.send(client));
        while let Some(Some(answer)) = futures_util::FutureExt::now_or_never(underway.next()) {
            if let Err(error) = answer {
                return error;
            }
        }
    }
    unreachable!("clients are counted without end")
}
