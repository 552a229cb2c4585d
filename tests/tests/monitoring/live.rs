//! The product at work, as it looks to a scraper and to a real Prometheus.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use serde_json::Value;
use todo_launcher::RuntimeKind;
use todo_tests::{Product, SERVICES, eventually};

use crate::{
    asked::{everything_asked_for_is_there, is_elsewhere},
    exposition::{self, Series},
    files::queries,
    logs::lines_name_their_trace,
    prometheus::{Prometheus, Target},
    promql::Asked,
    story,
};

/// How long people work before Prometheus is asked: several scrapes, and a look of each sweep.
const WORK: Duration = Duration::from_secs(12);

#[tokio::test]
async fn rules_and_dashboard_see_a_product_at_work() {
    let product = story::product().await;
    let runtime = product.suite().runtime();
    let targets = targets(&product);
    story::everything(&product).await;
    eventually("the dead letter in the metrics", async || {
        let all = scrape(&product, &targets).await;
        let waits = |series: &Series| {
            series.name == "audit_dead_letters_open"
                && series.labels["waits_for"] == "person"
                && series.value > 0.0
        };
        all.iter().any(waits).then_some(())
    })
    .await;
    everything_asked_for_is_there(&scrape(&product, &targets).await, runtime);
    lines_name_their_trace(product.lines()).await;
    if let Some(prometheus) = Prometheus::start(&targets, product.client().clone()).await {
        story::work(&product, WORK).await;
        rules_are_evaluated(&prometheus).await;
        queries_have_series(&prometheus, runtime).await;
        only_expected_alerts_fire(&prometheus, runtime).await;
    }
}

/// Services, and the sidecars and the scheduler where they are processes.
fn targets(product: &Product) -> Vec<Target> {
    let suite = product.suite();
    let address = |url: String| url.replacen("http://", "", 1);
    let service = |app: &&str| Target {
        job: format!("todo/{app}"),
        address: address(suite.app_url(app).unwrap()),
        path: "/metrics",
    };
    let mut targets: Vec<Target> = SERVICES.iter().map(service).collect();
    if suite.runtime() == RuntimeKind::Dapr {
        let sidecars = SERVICES.iter().map(|app| address(suite.sidecar_url(app).unwrap()));
        let scheduler = suite.scheduler().unwrap().address();
        let flags = sidecars.map(|sidecar| ("--dapr-http-port=", sidecar));
        for (flag, its) in flags.chain([("--port\0", scheduler)]) {
            let (_, port) = its.rsplit_once(':').unwrap();
            let address = format!("127.0.0.1:{}", metrics_port(&format!("{flag}{port}\0")));
            targets.push(Target { job: "dapr".to_owned(), address, path: "/" });
        }
    }
    targets
}

/// The port for metrics of the process that has `argument` on its command line: nobody else knows it.
fn metrics_port(argument: &str) -> u16 {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| line_of(&process.path()));
    let found = lines.filter(|line| line.contains(argument)).find_map(|line| {
        let (_, rest) = line.split_once("--metrics-port")?;
        rest[1..].split('\0').next()?.parse().ok()
    });
    found.unwrap_or_else(|| panic!("no process has {argument:?}"))
}

fn line_of(process: &Path) -> Option<String> {
    String::from_utf8(fs::read(process.join("cmdline")).ok()?).ok()
}

async fn scrape(product: &Product, targets: &[Target]) -> Vec<Series> {
    let mut all = Vec::new();
    for Target { job, address, path } in targets {
        let answer = product.client().get(format!("http://{address}{path}")).send().await.unwrap();
        let labels = [("job", job.as_str()), ("namespace", "todo")];
        all.extend(exposition::read(&answer.text().await.unwrap(), &labels));
    }
    all
}

async fn rules_are_evaluated(prometheus: &Prometheus) {
    let waits = |rule: &&Value| rule["health"] == "unknown";
    let rules = eventually("an evaluation of every rule", async || {
        let rules = prometheus.rules().await;
        (!rules.iter().any(|rule| waits(&rule))).then_some(rules)
    })
    .await;
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule:#}");
    }
}

/// Series of what happens now: gone again a minute after it.
async fn queries_have_series(prometheus: &Prometheus, runtime: RuntimeKind) {
    for (title, query) in queries() {
        let found =
            prometheus.query(&query).await.unwrap_or_else(|error| panic!("{title}: {error}"));
        let asked = Asked::by(&query);
        let elsewhere = |name: &str| is_elsewhere(name, runtime) || name == LAG;
        let here = !asked.selectors.iter().any(|selector| elsewhere(&selector.name));
        assert!(!here || !found.is_empty(), "{title} shows nothing: {query}");
    }
}

/// Recorded from what exporters beside the broker tell.
const LAG: &str = "group:todo_consumer_lag:max";

async fn only_expected_alerts_fire(prometheus: &Prometheus, runtime: RuntimeKind) {
    // daprd counts the poison of the story; the embedded sidecars count nothing.
    let expected = match runtime {
        RuntimeKind::Dapr => BTreeSet::from(["TodoEventsDropped"]),
        RuntimeKind::Local => BTreeSet::new(),
    };
    let firing = prometheus.query("ALERTS{alertstate=\"firing\"}").await.unwrap();
    let names = firing.iter().filter_map(|alert| alert["metric"]["alertname"].as_str());
    // On a machine that has too much to do reminders are late indeed.
    let names: BTreeSet<_> = names.filter(|name| !name.starts_with("TodoRemindersLate")).collect();
    assert_eq!(names, expected, "{firing:#?}");
}
