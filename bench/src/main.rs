//! Measures the product on this machine beside the bare limit of its sidecar, in one run:
//! `cargo build --release --workspace --bins && target/release/todo-bench`.
//!
//! Figures of a shared machine vary; ratios of one run are what budgets speak of.

mod broadcast;
mod footprint;
mod language;
mod load;
mod metrics;
mod recurrence;
mod socket;
mod target;
mod writes;

use todo_tests::Product;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    language::report()?;
    recurrence::report()?;
    let product = Product::start_unlimited().await?;
    footprint::report(&product)?;
    let sustained = writes::report(&product).await?;
    socket::report(&product, sustained / 2.0).await?;
    broadcast::report(&product).await
}
