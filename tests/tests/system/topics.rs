//! The topics of a broker, as `migrate topics` makes them: in the open, behind a login, encrypted, and encrypted behind a login.

use std::path::{Path, PathBuf};

use todo_launcher::{
    Output, RuntimeKind,
    dapr::{Host, Kafka, Listener},
    parts::{BrokerParts, KafkaParts, Parts},
};
use todo_tests::{LONG, runtime};
use tokio::{process::Command, time::timeout};
use uuid::Uuid;

use crate::programs::{Ended, program, run};

const USER: &str = "todo";
const PASSWORD: &str = "open-sesame";
const STORE_PASSWORD: &str = "changeit";
const MECHANISMS: [&str; 3] = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

/// A folder that ends with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("todo-topics-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// A file like `dapr/topics.yaml`.
    fn topics(&self, partitions: u16, topics: &[&str]) -> String {
        let text = format!("partitions: {partitions}\ntopics: [{}]\n", topics.join(", "));
        let path = self.path("topics.yaml");
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn kafka_parts() -> KafkaParts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let parts = Parts::obtain(&root, None, &Output::stdout()).await.unwrap();
    let BrokerParts::Kafka(parts) = parts.broker else { unreachable!("none was given") };
    parts
}

/// Makes a key for 127.0.0.1, in a store for Kafka, and its certificate as a file for clients.
async fn certificate(parts: &KafkaParts, folder: &Folder) {
    let store = folder.path("broker.p12");
    let store = ["-alias", "broker", "-keystore", &store, "-storepass", STORE_PASSWORD];
    let keytool = async |words: &[&str]| {
        let mut keytool = Command::new(parts.java.with_file_name("keytool"));
        let output = keytool.args(words).args(store).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    let key = ["-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"];
    let name = ["-dname", "CN=broker", "-ext", "san=ip:127.0.0.1", "-validity", "30"];
    keytool(&[&key[..], &name[..]].concat()).await;
    keytool(&["-exportcert", "-rfc", "-file", &folder.path("ca.pem")]).await;
}

fn listener(name: &str, protocol: &str, folder: &Folder) -> Listener {
    let security = "org.apache.kafka.common.security";
    let plain = format!("{security}.plain.PlainLoginModule required user_{USER}=\"{PASSWORD}\";");
    let scram = format!("{security}.scram.ScramLoginModule required;");
    let mut settings = vec![];
    let mut set = |key: &str, value: &str| settings.push((key.to_owned(), value.to_owned()));
    if protocol.starts_with("SASL") {
        set("sasl.enabled.mechanisms", &MECHANISMS.join(","));
        set("plain.sasl.jaas.config", &plain);
        set("scram-sha-256.sasl.jaas.config", &scram);
        set("scram-sha-512.sasl.jaas.config", &scram);
    }
    if protocol.ends_with("SSL") {
        set("ssl.keystore.type", "PKCS12");
        set("ssl.keystore.location", &folder.path("broker.p12"));
        set("ssl.keystore.password", STORE_PASSWORD);
        set("ssl.key.password", STORE_PASSWORD);
    }
    Listener { name: name.to_owned(), protocol: protocol.to_owned(), settings }
}

/// A broker with a door of each kind, which knows one user.
async fn broker(folder: &Folder) -> Kafka {
    let parts = kafka_parts().await;
    certificate(&parts, folder).await;
    let doors = [("LOGIN", "SASL_PLAINTEXT"), ("TLS", "SSL"), ("BOTH", "SASL_SSL")];
    let doors = doors.map(|(name, protocol)| listener(name, protocol, folder));
    let host = Host::quiet(&folder.0).unwrap().within("kafka").unwrap();
    let kafka = Kafka::start_with(&parts, &host, &doors).await.unwrap();
    for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
        let mut tool = kafka.tool("kafka.admin.ConfigCommand");
        tool.args(["--alter", "--entity-type", "users", "--entity-name", USER, "--add-config"]);
        let output = tool.arg(format!("{mechanism}=[password={PASSWORD}]")).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    kafka
}

fn migrate(brokers: &str, file: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = program("migrate");
    command.args(["topics", "--file", file]).env("KAFKA_BROKERS", brokers);
    command.envs(variables.iter().copied());
    command
}

fn login<'a>(mechanism: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("KAFKA_SASL_MECHANISM", mechanism), ("KAFKA_USERNAME", USER), ("KAFKA_PASSWORD", password)]
}

fn assert_made(ended: &Ended, expected: &str) {
    assert!(ended.success, "{}", ended.complained);
    assert_eq!(ended.said, expected);
}

fn assert_refused(ended: &Ended, words: &[&str]) {
    assert!(!ended.success, "{}", ended.said);
    for word in words {
        assert!(ended.complained.contains(word), "{word} is not in {}", ended.complained);
    }
    assert!(!ended.complained.contains(PASSWORD), "{}", ended.complained);
}

/// A real broker takes its time to start, so one serves every question.
#[tokio::test]
async fn topics_are_made_once_through_every_door_and_faults_are_named() {
    if !matches!(runtime(), Ok(RuntimeKind::Dapr)) {
        println!("only on dapr: the local runtime has no Kafka");
        return;
    }
    let folder = Folder::new();
    let kafka = broker(&folder).await;
    made_once(&folder, &kafka).await;
    every_door(&folder, &kafka).await;
    faults(&folder, &kafka).await;
    waits(&folder, &kafka).await;
    kafka.stop().await;
}

async fn made_once(folder: &Folder, kafka: &Kafka) {
    let file = folder.topics(2, &["one", "one.dead"]);
    let made = run(&mut migrate(&kafka.brokers(), &file, &[])).await;
    assert_made(&made, "topic one: made, 2 partitions\ntopic one.dead: made, 2 partitions\n");
    let file = folder.topics(2, &["one", "two"]);
    let empty = [("KAFKA_CA_FILE", ""), ("KAFKA_SASL_MECHANISM", ""), ("KAFKA_USERNAME", "")];
    let again = run(&mut migrate(&kafka.brokers(), &file, &empty)).await;
    assert_made(&again, "topic one: was there, 2 partitions\ntopic two: made, 2 partitions\n");
}

async fn every_door(folder: &Folder, kafka: &Kafka) {
    let authority = folder.path("ca.pem");
    let tls = [("KAFKA_TLS", "true"), ("KAFKA_CA_FILE", authority.as_str())];
    let mut ways = vec![("TLS", tls.to_vec())];
    for mechanism in MECHANISMS {
        let login = login(mechanism, PASSWORD);
        ways.push(("LOGIN", login.to_vec()));
        ways.push(("BOTH", [&login[..], &tls[..]].concat()));
    }
    for (number, (door, variables)) in ways.iter().enumerate() {
        let file = folder.topics(1, &[&format!("way-{number}")]);
        let brokers = kafka.brokers_at(door).unwrap();
        let ended = run(&mut migrate(&brokers, &file, variables)).await;
        assert_made(&ended, &format!("topic way-{number}: made, 1 partition\n"));
    }
}

async fn faults(folder: &Folder, kafka: &Kafka) {
    let plain = kafka.brokers();
    let file = folder.topics(3, &["one", "never-made"]);
    let other = run(&mut migrate(&plain, &file, &[])).await;
    assert_refused(&other, &["the topics have 3 partitions", "one has 2"]);
    let file = folder.topics(1, &["never-made"]);
    let soon = ("KAFKA_WAIT_SECONDS", "1");
    let many = run(&mut migrate(&plain, &file, &[soon, ("KAFKA_REPLICATION_FACTOR", "3")])).await;
    assert_refused(&many, &["never-made", "InvalidReplicationFactor", "KAFKA_REPLICATION_FACTOR"]);
    let doors = ["LOGIN", "BOTH"].map(|door| kafka.brokers_at(door).unwrap());
    for mechanism in MECHANISMS {
        let mut variables = login(mechanism, "wrong").to_vec();
        variables.push(soon);
        let wrong = run(&mut migrate(&doors[0], &file, &variables)).await;
        assert_refused(&wrong, &[&doors[0], "KAFKA_PASSWORD"]);
    }
    let mut public = login("PLAIN", PASSWORD).to_vec();
    public.extend([soon, ("KAFKA_TLS", "true")]);
    let unknown = run(&mut migrate(&doors[1], &file, &public)).await;
    assert_refused(&unknown, &["certificate", "KAFKA_CA_FILE"]);
    // Still not there after all of that.
    let made = run(&mut migrate(&plain, &file, &[])).await;
    assert_made(&made, "topic never-made: made, 1 partition\n");
}

/// A broker that is away when the program starts.
async fn waits(folder: &Folder, kafka: &Kafka) {
    kafka.halt().await;
    let file = folder.topics(1, &["late"]);
    let mut command = migrate(&kafka.brokers(), &file, &[]);
    let (ended, restarted) = tokio::join!(timeout(LONG, run(&mut command)), kafka.restart());
    restarted.unwrap();
    assert_made(&ended.unwrap(), "topic late: made, 1 partition\n");
}
