//! Measures the product on this machine beside the bare limit of its sidecar, in one run:
//! `cargo build --release --workspace --bins && target/release/todo-bench`.
//!
//! Figures of a shared machine vary; ratios of one run are what budgets speak of.

mod footprint;
mod load;
mod socket;
mod target;

use todo_tests::Product;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let product = Product::start_unlimited().await?;
    let person = product.person("bench").await?;
    footprint::report(&product)?;
    let bare = target::BareInsert::new(&product)?;
    bare.check().await?;
    let create = target::Create::new(&person);
    println!("\nsingle writes          p50 ms   p99 ms     per s");
    let mut ratios = Vec::new();
    for clients in [1, 8, 64] {
        let limit = load::run(clients, &bare).await;
        let ours = load::run(clients, &create).await;
        println!(
            "{limit:>8}  bare insert, {clients} clients\n{ours:>8}  create, {clients} clients"
        );
        ratios.push((clients, ours.p50 / limit.p50, ours.rate / limit.rate));
    }
    println!("\ncreate ÷ bare insert    p50    rate");
    for (clients, latency, rate) in ratios {
        println!("{clients:>3} clients          {latency:>6.2}  {rate:>6.2}");
    }
    socket::report(&product).await
}
