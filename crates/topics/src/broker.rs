//! Where a broker is, and how it wants to be spoken to.

use std::{fmt, path::PathBuf, time::Duration};

use rskafka::client::{Credentials, SaslConfig};

use crate::TopicsError;

/// A broker.
#[derive(Debug, Clone)]
pub struct Broker {
    /// `host:port,…`: any of its members.
    pub addresses: String,
    /// Whose certificates it may show; `None` without encryption.
    pub tls: Option<Trust>,
    /// Who we are; `None` where nobody asks.
    pub login: Option<Login>,
    /// How long one that is just starting may take.
    pub patience: Duration,
}

/// Whose certificates are good.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those of the authorities that browsers know.
    Public,
    /// Those that are signed by an authority in this PEM file, and no others.
    File(PathBuf),
}

/// A user of the broker.
#[derive(Clone)]
pub struct Login {
    /// How the password is proven.
    pub mechanism: Mechanism,
    /// The user.
    pub username: String,
    /// Its password.
    pub password: String,
}

/// How a password is proven (SASL).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// It is sent (RFC 4616).
    Plain,
    /// It is not sent (RFC 7677).
    ScramSha256,
    /// The same with longer digests.
    ScramSha512,
}

impl Broker {
    /// One that asks nobody who they are, on a network that is trusted.
    #[must_use]
    pub fn plain(addresses: &str, patience: Duration) -> Self {
        Self { addresses: addresses.to_owned(), tls: None, login: None, patience }
    }

    /// Its members.
    ///
    /// # Errors
    /// [`TopicsError::Address`]: a port that is forgotten would look like a broker that is away.
    pub(crate) fn members(&self) -> Result<Vec<String>, TopicsError> {
        let member = |text: &str| {
            let port = text.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
            match port {
                Some((host, Ok(_))) if !host.is_empty() => Ok(text.to_owned()),
                _ => Err(TopicsError::Address { text: text.to_owned() }),
            }
        };
        self.addresses.split(',').map(str::trim).map(member).collect()
    }
}

impl Login {
    pub(crate) fn sasl(&self) -> SaslConfig {
        let credentials = Credentials::new(self.username.clone(), self.password.clone());
        match self.mechanism {
            Mechanism::Plain => SaslConfig::Plain(credentials),
            Mechanism::ScramSha256 => SaslConfig::ScramSha256(credentials),
            Mechanism::ScramSha512 => SaslConfig::ScramSha512(credentials),
        }
    }
}

/// The password stays out of debug output.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Login");
        shown.field("mechanism", &self.mechanism).field("username", &self.username);
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_a_host_and_a_port() {
        let members = |text: &str| Broker::plain(text, Duration::ZERO).members();
        assert_eq!(members("a:9092, b.c:1").unwrap(), ["a:9092", "b.c:1"]);
        for bad in ["", "a", "a:", "a:x", ":9092", "a:9092,", "a:70000"] {
            assert!(matches!(members(bad), Err(TopicsError::Address { .. })), "{bad}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let (username, password) = ("todo".to_owned(), "hunter2".to_owned());
        let login = Login { mechanism: Mechanism::Plain, username, password };
        assert!(!format!("{login:?}").contains("hunter2"));
    }
}
