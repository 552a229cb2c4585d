//! Doors of a broker beside the plain one, for clients that encrypt or log in as they do with a managed broker.

/// A listener of Kafka's: <https://kafka.apache.org/documentation/#listener_configuration>.
#[derive(Debug, Clone)]
pub struct Listener {
    /// In capitals, as Kafka writes them.
    pub name: String,
    /// `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    pub protocol: String,
    /// Its settings, such as `ssl.keystore.location`.
    pub settings: Vec<(String, String)>,
}

/// A listener and its port.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) listener: Listener,
    pub(super) port: u16,
}

impl Door {
    /// What it adds to `listeners`.
    pub(super) fn address(&self) -> String {
        format!(",{}://127.0.0.1:{}", self.listener.name, self.port)
    }

    /// What it adds to `listener.security.protocol.map`.
    pub(super) fn protocol(&self) -> String {
        format!(",{}:{}", self.listener.name, self.listener.protocol)
    }

    /// Its settings as lines of the broker's file.
    pub(super) fn properties(&self) -> String {
        let prefix = format!("listener.name.{}", self.listener.name.to_lowercase());
        let line = |(key, value): &(String, String)| format!("{prefix}.{key}={value}\n");
        self.listener.settings.iter().map(line).collect()
    }
}
