//! How much load, and for how long.

use std::time::Duration;

use anyhow::ensure;
use clap::Args;

use crate::duration;

/// Writes of one person in a second that leave room for what their page reads, under the services' usual rate limit.
const PER_PERSON: f64 = 15.0;

/// A load.
#[derive(Args)]
pub struct LoadOptions {
    /// How long to write.
    #[arg(long, default_value_t = 60)]
    pub(super) seconds: u64,
    /// Writes a second, of all people together.
    #[arg(long, default_value_t = 20.0)]
    pub(super) rate: f64,
    /// People who write, each with an open page; services limit what one person may ask for.
    #[arg(long, default_value_t = 5)]
    pub(super) people: usize,
    /// How long everything that follows a write may take after the last one.
    #[arg(long, default_value = "60s", value_parser = duration::parse)]
    pub(super) settle: Duration,
}

impl LoadOptions {
    pub(super) fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// # Errors
    /// When it would meet the rate limit of the services, or is no load.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.people > 0, "--people must be at least 1");
        ensure!((0.1..=10_000.0).contains(&self.rate), "--rate must be between 0.1 and 10000");
        let enough = (self.rate / PER_PERSON).ceil();
        ensure!(
            self.people as f64 >= enough,
            "{} writes a second meet the rate limit of {} people; take --people {enough}",
            self.rate,
            self.people
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(rate: f64, people: usize) -> LoadOptions {
        LoadOptions { seconds: 1, rate, people, settle: Duration::ZERO }
    }

    #[test]
    fn there_are_enough_people_for_the_rate() {
        options(20.0, 2).check().unwrap();
        assert!(options(31.0, 2).check().unwrap_err().to_string().ends_with("--people 3"));
        for (rate, people) in [(0.0, 1), (f64::NAN, 1), (1.0, 0), (1e9, 1)] {
            assert!(options(rate, people).check().is_err(), "{rate} {people}");
        }
    }
}
