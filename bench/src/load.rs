//! A fixed number of clients, each sending the next request when the last is answered.

use std::{
    fmt,
    time::{Duration, Instant},
};

use futures_util::future::join_all;

/// Long enough for a steady state, short enough to be run often.
const FOR: Duration = Duration::from_secs(4);

/// Something to ask for again and again.
pub(crate) trait Request: Sync {
    /// Asks once, for the client of that number.
    fn send(&self, client: usize) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Times of one load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Answers per second.
    pub(crate) rate: f64,
    /// Answers.
    pub(crate) count: usize,
}

impl Figures {
    /// Of times in milliseconds that took `elapsed` together.
    pub(crate) fn of(mut times: Vec<f64>, elapsed: Duration) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            times.get((times.len().saturating_sub(1)) * share / 100).copied().unwrap_or(f64::NAN)
        };
        let rate = times.len() as f64 / elapsed.as_secs_f64();
        Self { p50: at(50), p99: at(99), rate, count: times.len() }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>27.2} {:>8.2} {:>9.0}", self.p50, self.p99, self.rate)
    }
}

/// Runs a load; a failed request ends its client and is told.
pub(crate) async fn run(clients: usize, request: &impl Request) -> Figures {
    let began = Instant::now();
    let client = async |number| {
        let mut times = Vec::new();
        while began.elapsed() < FOR {
            let sent = Instant::now();
            if let Err(error) = request.send(number).await {
                eprintln!("a client stopped: {error:#}");
                break;
            }
            times.push(sent.elapsed().as_secs_f64() * 1000.0);
        }
        times
    };
    let times = join_all((0..clients).map(client)).await;
    Figures::of(times.into_iter().flatten().collect(), began.elapsed())
}
