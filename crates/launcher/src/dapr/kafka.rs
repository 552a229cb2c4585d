//! One Apache Kafka broker in `KRaft` mode, on loopback.

use std::{net::Ipv4Addr, path::Path, process::Stdio, time::Duration};

use tokio::{
    net::TcpStream,
    process::Command,
    time::{Instant, sleep},
};

use super::{
    DaprError, Host,
    daprd::inherited,
    listener::{Door, Listener},
};
use crate::{
    parts::KafkaParts,
    process::{PATIENCE, Process, Specification},
};
use todo_local_runtime::free_ports::FreePorts;
use todo_topics::{Broker, Topics};

/// Any text will do for a cluster that nobody else joins; Kafka wants 16 bytes in base64.
const CLUSTER: &str = "dG9kby1vbi1vbmUtYm94cw";
const POLL: Duration = Duration::from_millis(20);
const READY_WITHIN: Duration = Duration::from_secs(120);

/// A broker that we run. Dropped, it is killed.
#[derive(Debug)]
pub struct Kafka {
    process: Process,
    parts: KafkaParts,
    port: u16,
    /// The other listeners.
    doors: Vec<Door>,
    /// Keeps its ports free while it is away.
    _ports: FreePorts,
}

impl Kafka {
    /// Starts a broker in `host.folder`, on the data that is there, and waits until it answers.
    ///
    /// # Errors
    /// [`DaprError`].
    pub async fn start(parts: &KafkaParts, host: &Host) -> Result<Self, DaprError> {
        Self::start_with(parts, host, &[]).await
    }

    /// The same with other listeners beside the plain one.
    ///
    /// # Errors
    /// [`DaprError`].
    pub async fn start_with(
        parts: &KafkaParts,
        host: &Host,
        listeners: &[Listener],
    ) -> Result<Self, DaprError> {
        let mut ports = FreePorts::default();
        let mut take = || ports.take().map_err(DaprError::io("find a port for Kafka"));
        let (port, controller) = (take()?, take()?);
        let mut doors = Vec::with_capacity(listeners.len());
        for listener in listeners {
            doors.push(Door { listener: listener.clone(), port: take()? });
        }
        let data = host.folder.join("data");
        let file = host.folder.join("server.properties");
        std::fs::write(&file, properties(port, controller, &data, &doors))
            .map_err(DaprError::io(format!("write {}", file.display())))?;
        if !data.join("meta.properties").is_file() {
            format(parts, &file).await?;
        }
        let mut arguments = options(parts);
        arguments.extend(["kafka.Kafka".to_owned(), file.display().to_string()]);
        let process = Process::start(Specification {
            name: "kafka".to_owned(),
            index: 0,
            program: parts.java.clone(),
            arguments,
            directory: host.folder.clone(),
            environment: inherited(),
            backoff: host.backoff,
            patience: PATIENCE,
            output: host.log("kafka.log")?,
            guardian: std::sync::Arc::clone(&host.guardian),
        });
        let kafka = Self { process, parts: parts.clone(), port, doors, _ports: ports };
        kafka.wait_until_ready().await?;
        Ok(kafka)
    }

    /// `host:port`.
    #[must_use]
    pub fn brokers(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// `host:port` of another listener.
    #[must_use]
    pub fn brokers_at(&self, listener: &str) -> Option<String> {
        let door = self.doors.iter().find(|door| door.listener.name == listener)?;
        Some(format!("127.0.0.1:{}", door.port))
    }

    /// One of Kafka's own tools, told where the broker is: `org.apache.kafka.tools.consumer.group.ConsumerGroupCommand` is
    /// what `kafka-consumer-groups.sh` runs.
    pub fn tool(&self, class: &str) -> Command {
        let mut tool = Command::new(&self.parts.java);
        tool.args(options(&self.parts)).args([class, "--bootstrap-server", &self.brokers()]);
        tool.stdin(Stdio::null()).kill_on_drop(true);
        tool
    }

    /// Kills the broker; it stays down until [`Kafka::restart`].
    pub async fn kill(&self) {
        self.process.kill().await;
    }

    /// Stops the broker in an orderly way; it stays down until [`Kafka::restart`].
    pub async fn halt(&self) {
        self.process.halt().await;
    }

    /// Starts the broker again, on its port and data, and waits until it answers.
    ///
    /// # Errors
    /// [`DaprError::Topics`].
    pub async fn restart(&self) -> Result<(), DaprError> {
        self.process.restart().await;
        self.wait_until_ready().await
    }

    /// Stops the broker for good.
    pub async fn stop(&self) {
        self.process.stop().await;
    }

    async fn wait_until_ready(&self) -> Result<(), DaprError> {
        let deadline = Instant::now() + READY_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
            if Instant::now() > deadline {
                let seconds = READY_WITHIN.as_secs();
                return Err(DaprError::NotReady { what: "Kafka".to_owned(), seconds });
            }
            sleep(POLL).await;
        }
        let topics = Topics::at(&Broker::plain(&self.brokers(), READY_WITHIN)).await?;
        topics.names().await?;
        Ok(())
    }
}

/// The classpath and a heap that a laptop can spare. The folder of the jars is what it is: Java expands the star.
fn options(parts: &KafkaParts) -> Vec<String> {
    let jars = parts.jars.join("*").display().to_string();
    let heap = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC"];
    // A broker that lives for minutes spends more on its optimising compiler than it ever gets back.
    let compiler = "-XX:TieredStopAtLevel=1";
    let log = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
    let texts = heap.into_iter().chain([compiler, log, "-cp"]).map(str::to_owned);
    texts.chain([jars]).collect()
}

async fn format(parts: &KafkaParts, file: &Path) -> Result<(), DaprError> {
    let mut tool = Command::new(&parts.java);
    tool.args(options(parts)).args(["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c"]);
    tool.arg(file).stdin(Stdio::null()).kill_on_drop(true);
    let output = tool.output().await.map_err(DaprError::io("run Kafka's storage tool"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = [output.stdout, output.stderr].concat();
    Err(DaprError::Format { detail: String::from_utf8_lossy(&words).trim().to_owned() })
}

/// <https://kafka.apache.org/documentation/#configuration>
fn properties(port: u16, controller: u16, data: &Path, doors: &[Door]) -> String {
    let addresses: String = doors.iter().map(Door::address).collect();
    let protocols: String = doors.iter().map(Door::protocol).collect();
    let settings: String = doors.iter().map(Door::properties).collect();
    format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{addresses}\n\
         listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}\n\
         inter.broker.listener.name=BROKER\n\
         controller.listener.names=CONTROLLER\n\
         log.dirs={}\n\
         auto.create.topics.enable=false\n\
         offsets.topic.replication.factor=1\n\
         offsets.topic.num.partitions=4\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         group.initial.rebalance.delay.ms=0\n\
         log.retention.hours=168\n\
         log.segment.bytes=134217728\n\
         {settings}",
        data.display()
    )
}
