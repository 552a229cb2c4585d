//! The steps, in order.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use todo_tests::cluster::run;

use crate::{charts::Release, leftovers, load::Load, namespace, options::Options, pods, system};

/// What an upgrade changes: a component, which sidecars read when they start, and what kind of containers sidecars are.
const CHANGED: [&str; 2] = ["postgres.maxConnections=9", "dapr.nativeSidecar=true"];

/// The proof that the product works in a cluster.
pub(crate) struct Proof {
    options: Options,
    passed: Cell<u32>,
}

impl Proof {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, passed: Cell::new(0) }
    }

    pub(crate) fn passed(&self) -> u32 {
        self.passed.get()
    }

    /// From nothing to a working product, through an upgrade, kills and a rollback, and back to nothing.
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let options = &self.options;
        self.step("a namespace that enforces `restricted`", namespace::create(options)).await?;
        self.step("Secrets", namespace::create_secrets(options)).await?;
        let platform = Release::Platform.upgrade(options, &[]);
        self.step("helm install: platform, with its topics", platform).await?;
        let todo = Release::Todo.upgrade(options, &[]);
        self.step("helm install: todo, after its migration", todo).await?;
        self.step("pods and sidecars came up in order", pods::came_up_in_order(options)).await?;
        self.step("helm test", self.helm_test()).await?;
        self.step("the system suite", system::run(options)).await?;
        self.step("helm upgrade under load", self.upgrade_under_load()).await?;
        let restarted = "new pods came up, each sidecar before its service";
        self.step(restarted, pods::came_up_in_order(options)).await?;
        self.step("pods killed under load", self.kill_under_load()).await?;
        self.step("helm rollback", self.roll_back()).await?;
        self.step("the pods before are back", pods::came_up_in_order(options)).await?;
        self.step("helm test after the rollback", self.helm_test()).await?;
        self.step("helm uninstall", self.uninstall()).await?;
        self.step("nothing is left", leftovers::none(options)).await
    }

    /// Removes whatever is there.
    pub(crate) async fn remove(&self) -> anyhow::Result<()> {
        namespace::delete(&self.options).await
    }

    /// Prints what somebody needs who wants to know why it failed.
    pub(crate) async fn explain(&self) {
        pods::explain(&self.options).await;
    }

    async fn helm_test(&self) -> anyhow::Result<()> {
        Release::Todo.test(&self.options).await?;
        // Helm gives them to standard error among other things.
        let text = run("kubectl", ["logs", "job/smoke", "-n", &self.options.namespace]).await?;
        let proofs = text.lines().filter(|line| line.starts_with("ok "));
        proofs.for_each(|line| println!("        {line}"));
        Ok(())
    }

    /// Both charts change, and every pod is replaced while people work: no request fails, nothing is lost.
    async fn upgrade_under_load(&self) -> anyhow::Result<()> {
        let load = Load::start(&self.options).await?;
        let changed: Vec<&str> = CHANGED.iter().flat_map(|setting| ["--set", setting]).collect();
        for release in [Release::Platform, Release::Todo] {
            release.upgrade(&self.options, &changed).await?;
        }
        let report = load.report().await?;
        println!("        {report}");
        report.failed_nothing()?;
        report.lost_and_doubled_nothing()
    }

    /// A request at a pod that is killed may fail; what was acknowledged is kept.
    async fn kill_under_load(&self) -> anyhow::Result<()> {
        let load = Load::start(&self.options).await?;
        pods::kill_one_of_each(&self.options).await?;
        let report = load.report().await?;
        println!("        {report}");
        report.lost_and_doubled_nothing()
    }

    /// The platform first: a sidecar reads it when it starts.
    async fn roll_back(&self) -> anyhow::Result<()> {
        Release::Platform.roll_back(&self.options).await?;
        Release::Todo.roll_back(&self.options).await
    }

    async fn uninstall(&self) -> anyhow::Result<()> {
        Release::Todo.uninstall(&self.options).await?;
        Release::Platform.uninstall(&self.options).await
    }

    async fn step(
        &self,
        name: &str,
        work: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<()> {
        println!("        {name} …");
        let begun = Instant::now();
        work.await.map_err(|error| error.context(name.to_owned()))?;
        let took: Duration = begun.elapsed();
        println!("ok      {name}  {:.1} s", took.as_secs_f64());
        self.passed.set(self.passed.get() + 1);
        Ok(())
    }
}
