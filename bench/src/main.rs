//! Measures the product on this machine beside the bare limit of its sidecar, in one run:
//! `cargo build --release --workspace --bins && target/release/todo-bench`, on both runtimes, or on the one that is named:
//! `todo-bench local`. `todo-bench dapr reminders` measures those alone.
//!
//! Figures of a shared machine vary; ratios of one run are what budgets speak of.

mod broadcast;
mod footprint;
mod language;
mod load;
mod metrics;
mod processes;
mod processor;
mod recurrence;
mod reminders;
mod socket;
mod target;
mod writes;

use todo_launcher::RuntimeKind::{self, Dapr, Local};
use todo_tests::Product;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let runtimes = match std::env::args().nth(1).as_deref() {
        None => vec![Local, Dapr],
        Some("local") => vec![Local],
        Some("dapr") => vec![Dapr],
        Some(other) => anyhow::bail!("{other:?} is neither local nor dapr; both without it"),
    };
    let only_reminders = std::env::args().nth(2).is_some_and(|word| word == "reminders");
    if !only_reminders {
        language::report()?;
        recurrence::report()?;
    }
    for runtime in runtimes {
        let product = start(runtime).await?;
        if only_reminders {
            reminders::report(&product).await?;
        } else {
            report(&product).await?;
        }
    }
    Ok(())
}

async fn start(runtime: RuntimeKind) -> anyhow::Result<Product> {
    let name = match runtime {
        Local => "the local runtime",
        Dapr => "daprd, Kafka and Dapr's scheduler",
    };
    println!("\n=== {name} ===");
    let builder = Product::builder().runtime(runtime).without_limits().keeping_connections();
    builder.start().await
}

async fn report(product: &Product) -> anyhow::Result<()> {
    footprint::report(product)?;
    let sustained = writes::report(product).await?;
    socket::report(product, sustained / 2.0).await?;
    reminders::report(product).await?;
    broadcast::report(product).await
}
