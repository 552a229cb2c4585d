//! `migrate topics`.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use todo_topics::{Broker, Login, Mechanism, Topics, TopicsError, TopicsFile, Trust};

/// What may be wrong when a broker cannot be used, as far as it can be set here.
const BROKER_HINT: &str = "check KAFKA_BROKERS, and that KAFKA_TLS, KAFKA_CA_FILE, KAFKA_SASL_MECHANISM, \
     KAFKA_USERNAME and KAFKA_PASSWORD are what this broker expects";
const REFUSED_HINT: &str = "let the user of KAFKA_USERNAME create topics, set KAFKA_REPLICATION_FACTOR to what \
     the broker allows, or make the topic yourself: then it is left alone";
const PARTITIONS_HINT: &str = "give the file the number that is there if it may stay; else see docs/operations.md, \
     since keys get other partitions";

/// Which broker, and which topics. A text that may be left out may be empty as well.
#[derive(Args)]
pub(crate) struct TopicsArguments {
    /// The broker's members.
    #[arg(long, env = "KAFKA_BROKERS", value_name = "host:port,…")]
    brokers: String,
    /// A file like dapr/topics.yaml.
    #[arg(long, env = "TOPICS_FILE", default_value = "dapr/topics.yaml")]
    file: PathBuf,
    /// Copies of each partition; as many as the broker's own setting says when it is left out.
    #[arg(long, env = "KAFKA_REPLICATION_FACTOR", value_name = "COPIES")]
    replication_factor: Option<String>,
    /// Encrypt.
    #[arg(long, env = "KAFKA_TLS", default_value_t, action = clap::ArgAction::Set)]
    tls: bool,
    /// Trust the authorities in this PEM file alone, instead of those that browsers know.
    #[arg(long, env = "KAFKA_CA_FILE", value_name = "FILE")]
    ca_file: Option<String>,
    /// How to log in.
    #[arg(long, env = "KAFKA_SASL_MECHANISM", value_name = "PLAIN|SCRAM-SHA-256|SCRAM-SHA-512")]
    sasl_mechanism: Option<String>,
    /// Who logs in.
    #[arg(long, env = "KAFKA_USERNAME")]
    username: Option<String>,
    /// Its password.
    #[arg(long, env = "KAFKA_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// How long a broker that is just starting may take.
    #[arg(long, env = "KAFKA_WAIT_SECONDS", default_value_t = 60)]
    wait_seconds: u64,
}

/// As the environment writes them.
#[derive(Clone, Copy, ValueEnum)]
enum Named {
    #[value(name = "PLAIN")]
    Plain,
    #[value(name = "SCRAM-SHA-256")]
    ScramSha256,
    #[value(name = "SCRAM-SHA-512")]
    ScramSha512,
}

impl TopicsArguments {
    /// Makes the topics; answers what became of each.
    pub(crate) async fn run(self) -> anyhow::Result<String> {
        let file = TopicsFile::read(&self.file)?;
        let (replicas, broker) = (self.replicas()?, self.broker()?);
        eprintln!(
            "migrate: asking the broker at {}, for up to {} s",
            broker.addresses, self.wait_seconds
        );
        let make = async || Topics::at(&broker).await?.make(&file, replicas).await;
        match make().await {
            Ok(report) => Ok(report.to_string()),
            Err(error) => Err(explained(error)),
        }
    }

    fn replicas(&self) -> anyhow::Result<Option<u16>> {
        let count = given(self.replication_factor.as_ref()).map(|text| {
            text.parse().ok().filter(|count| (1..=i16::MAX.unsigned_abs()).contains(count))
        });
        match count {
            Some(None) => bail!("KAFKA_REPLICATION_FACTOR must be a number from 1 on"),
            Some(count) => Ok(count),
            None => Ok(None),
        }
    }

    fn broker(&self) -> anyhow::Result<Broker> {
        let tls = match (self.tls, given(self.ca_file.as_ref())) {
            (true, Some(file)) => Some(Trust::File(file.into())),
            (true, None) => Some(Trust::Public),
            (false, Some(_)) => bail!("KAFKA_CA_FILE is of no use without KAFKA_TLS=true"),
            (false, None) => None,
        };
        let patience = Duration::from_secs(self.wait_seconds);
        Ok(Broker { addresses: self.brokers.clone(), tls, login: self.login()?, patience })
    }

    fn login(&self) -> anyhow::Result<Option<Login>> {
        let (username, password) = (given(self.username.as_ref()), given(self.password.as_ref()));
        let Some(mechanism) = given(self.sasl_mechanism.as_ref()) else {
            if username.is_some() || password.is_some() {
                bail!(
                    "KAFKA_USERNAME and KAFKA_PASSWORD are of no use without KAFKA_SASL_MECHANISM"
                );
            }
            return Ok(None);
        };
        let mechanism = match Named::from_str(mechanism, true) {
            Ok(Named::Plain) => Mechanism::Plain,
            Ok(Named::ScramSha256) => Mechanism::ScramSha256,
            Ok(Named::ScramSha512) => Mechanism::ScramSha512,
            Err(_) => bail!(
                "KAFKA_SASL_MECHANISM must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, not {mechanism:?}"
            ),
        };
        Ok(Some(Login {
            mechanism,
            username: username.context("KAFKA_SASL_MECHANISM needs KAFKA_USERNAME")?.to_owned(),
            password: password.context("KAFKA_SASL_MECHANISM needs KAFKA_PASSWORD")?.to_owned(),
        }))
    }
}

/// A chart may set a variable to nothing.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// With what to do about it.
fn explained(error: TopicsError) -> anyhow::Error {
    let hint = match &error {
        TopicsError::Broker { .. } => Some(BROKER_HINT),
        TopicsError::Refused { .. } => Some(REFUSED_HINT),
        TopicsError::Partitions { .. } => Some(PARTITIONS_HINT),
        _ => None,
    };
    let error = anyhow::Error::from(error);
    match hint {
        Some(hint) => anyhow::anyhow!("{error:#}\n{hint}"),
        None => error,
    }
}
