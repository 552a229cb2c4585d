//! One change that many open sockets hear of.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use serde_json::json;
use todo_tests::{Connection, Person, Product};

use crate::load::Figures;

const SOCKETS: usize = 9_500;
const ROUNDS: usize = 10;
const AT_ONCE: usize = 100;

/// Prints the time from a create's answer until the last socket has its frame, and the memory of a socket.
pub(crate) async fn report(product: &Product) -> anyhow::Result<()> {
    let person = product.person("crowd").await?;
    let idle = crate::footprint::resident_megabytes("websocket")?;
    let mut sockets = open(product, &person).await?;
    let open = crate::footprint::resident_megabytes("websocket")?;
    println!("\n{SOCKETS} sockets of one person");
    if let (Some(idle), Some(open)) = (idle, open) {
        println!("memory of an idle socket {:.1} KB", (open - idle) * 1024.0 / SOCKETS as f64);
    }
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        person.add(json!({ "title": "everybody" })).await;
        let answered = Instant::now();
        try_join_all(sockets.iter().map(Connection::readable)).await?;
        times.push(answered.elapsed().as_secs_f64() * 1000.0);
        for socket in &mut sockets {
            socket.next().await?;
        }
    }
    let total = Duration::from_secs_f64(times.iter().sum::<f64>() / 1000.0);
    let figures = Figures::of(times, total);
    println!(
        "one change on all of them: p50 {:.0} ms, slowest {:.0} ms (budget 200 ms for 10,000)",
        figures.p50, figures.p99
    );
    Ok(())
}

/// Opens the sockets and reads their greetings.
async fn open(product: &Product, person: &Person) -> anyhow::Result<Vec<Connection>> {
    let mut sockets = Vec::with_capacity(SOCKETS);
    for _ in 0..SOCKETS / AT_ONCE {
        let opening = try_join_all((0..AT_ONCE).map(|_| async {
            let mut socket = product.connection(person).await?;
            socket.next().await?;
            anyhow::Ok(socket)
        }));
        sockets.extend(opening.await?);
    }
    Ok(sockets)
}
