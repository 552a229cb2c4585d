//! What the services count themselves, read from their `/metrics`.

use anyhow::Context as _;
use reqwest::Client;
use todo_tests::Product;

/// Reads the metrics of the product's services.
pub(crate) struct Metrics<'a> {
    product: &'a Product,
    client: Client,
}

impl<'a> Metrics<'a> {
    pub(crate) fn new(product: &'a Product) -> anyhow::Result<Self> {
        Ok(Self { product, client: Client::builder().no_proxy().build()? })
    }

    /// The sum of the samples of `name` whose labels contain all of `labels`.
    pub(crate) async fn sum(
        &self,
        service: &str,
        name: &str,
        labels: &[&str],
    ) -> anyhow::Result<f64> {
        let url = format!("{}/metrics", self.product.suite().app_url(service)?);
        let text = self.client.get(url).send().await?.error_for_status()?.text().await?;
        let mut sum = 0.0;
        for line in text.lines() {
            let Some((series, value)) = line.rsplit_once(' ') else { continue };
            if series.split('{').next() == Some(name)
                && labels.iter().all(|label| series.contains(label))
            {
                sum += value.parse::<f64>().with_context(|| line.to_owned())?;
            }
        }
        Ok(sum)
    }
}
