//! A real Prometheus on loopback, `prometheus` out of `PATH`, that scrapes the product and evaluates its rules.

use std::{
    fmt::Write as _,
    fs,
    io::ErrorKind,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use todo_local_runtime::free_ports::FreePorts;
use todo_tests::eventually;
use uuid::Uuid;

use crate::files::rules_text;

/// What to scrape: a job, an address, a path.
pub(crate) struct Target {
    pub(crate) job: String,
    pub(crate) address: String,
    pub(crate) path: &'static str,
}

/// A running server; it keeps nothing.
pub(crate) struct Prometheus {
    server: Child,
    url: String,
    folder: PathBuf,
    client: reqwest::Client,
    _ports: FreePorts,
}

impl Prometheus {
    /// Starts one that scrapes and evaluates every second. `None` where there is no program.
    pub(crate) async fn start(targets: &[Target], client: reqwest::Client) -> Option<Self> {
        let mut ports = FreePorts::default();
        let address = format!("127.0.0.1:{}", ports.take().unwrap());
        let folder =
            std::env::temp_dir().join(format!("todo-prometheus-{}", Uuid::new_v4().simple()));
        fs::create_dir(&folder).unwrap();
        let often = rules_text().replace("interval: 30s", "interval: 1s");
        fs::write(folder.join("rules.yaml"), often).unwrap();
        fs::write(folder.join("prometheus.yml"), configuration(targets)).unwrap();
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--web.listen-address={address}"))
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let server = match command.spawn() {
            Ok(server) => server,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::remove_dir_all(&folder).unwrap();
                println!("left out: there is no prometheus in PATH (Debian: prometheus)");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let url = format!("http://{address}/api/v1");
        let started = Self { server, url, folder, client, _ports: ports };
        eventually("Prometheus", async || started.get("/status/buildinfo", &[]).await.ok()).await;
        Some(started)
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.url))?;
        url.query_pairs_mut().extend_pairs(query);
        let answer: Value = self.client.get(url).send().await?.json().await?;
        anyhow::ensure!(answer["status"] == "success", "{answer:#}");
        Ok(answer["data"].clone())
    }

    /// Series that an expression has now.
    pub(crate) async fn query(&self, expression: &str) -> anyhow::Result<Vec<Value>> {
        let data = self.get("/query", &[("query", expression)]).await?;
        Ok(data["result"].as_array().cloned().unwrap_or_default())
    }

    /// Every rule as it stands.
    pub(crate) async fn rules(&self) -> Vec<Value> {
        let data = self.get("/rules", &[]).await.unwrap();
        let groups = data["groups"].as_array().unwrap();
        groups.iter().flat_map(|group| group["rules"].as_array().unwrap()).cloned().collect()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // Ended already is ended, too.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Targets with the labels that they have in a cluster.
fn configuration(targets: &[Target]) -> String {
    let mut text = "global: { scrape_interval: 1s, evaluation_interval: 1s }\n\
        rule_files: [rules.yaml]\nscrape_configs:\n"
        .to_owned();
    for (number, Target { job, address, path }) in targets.iter().enumerate() {
        writeln!(
            text,
            "- {{ job_name: target-{number}, metrics_path: {path}, static_configs: [{{ targets: [{address:?}], \
             labels: {{ job: {job:?}, namespace: todo, pod: pod-{number}, container: app }} }}] }}"
        )
        .unwrap();
    }
    text
}
