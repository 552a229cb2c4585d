//! Which suite, and who asks.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use uuid::Uuid;

use crate::{person::Person, token::Signer};

/// Where the suite is, and who may enter.
#[derive(Args)]
pub struct Target {
    /// Address of chat-api.
    #[arg(long, env = "CHAT_API_URL", default_value = "http://chat-api")]
    chat_api: String,
    /// Address of websocket.
    #[arg(long, env = "WEBSOCKET_URL", default_value = "ws://websocket/ws")]
    websocket: String,
    /// The suite's secret: people are made up, and their tokens signed with it.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    jwt_secret: Option<String>,
    /// `iss` of the tokens.
    #[arg(long, env = "JWT_ISSUER", default_value = "todo")]
    jwt_issuer: String,
    /// `aud` of the tokens.
    #[arg(long, env = "JWT_AUDIENCE", default_value = "todo-api")]
    jwt_audience: String,
    /// A token of an issuer's, where the suite has no secret.
    #[arg(long, env = "BEARER_TOKEN", hide_env_values = true)]
    bearer_token: Option<String>,
    /// Whose token it is.
    #[arg(long, env = "USER_ID")]
    user_id: Option<String>,
}

impl Target {
    /// So many people, whose tokens are good for `lifetime`.
    ///
    /// # Errors
    /// When it is not said how to enter, or the addresses are of another kind.
    pub(crate) fn people(&self, count: usize, lifetime: Duration) -> anyhow::Result<Vec<Person>> {
        self.check_addresses()?;
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        if let Some(token) = given(&self.bearer_token) {
            ensure!(count == 1, "with BEARER_TOKEN there is one person, not {count}");
            let user = given(&self.user_id).context("BEARER_TOKEN needs USER_ID")?;
            return Ok(vec![Person::new(&self.chat_api, &user, token)?]);
        }
        let Some(secret) = given(&self.jwt_secret) else {
            bail!("set JWT_SECRET to the suite's secret, or BEARER_TOKEN and USER_ID");
        };
        let (issuer, audience) = (&self.jwt_issuer, &self.jwt_audience);
        let signer = Signer { secret: &secret, issuer, audience };
        let person = |_| {
            let user = format!("smoke-{}", Uuid::new_v4().simple());
            Person::new(&self.chat_api, &user, signer.sign(&user, lifetime)?)
        };
        (0..count).map(person).collect()
    }

    /// Where sockets are opened.
    pub(crate) fn websocket(&self) -> &str {
        &self.websocket
    }

    fn check_addresses(&self) -> anyhow::Result<()> {
        let plain = "inside the cluster, since this program does not encrypt";
        ensure!(self.chat_api.starts_with("http://"), "CHAT_API_URL must be http://… {plain}");
        ensure!(self.websocket.starts_with("ws://"), "WEBSOCKET_URL must be ws://… {plain}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        target: Target,
    }

    fn people(arguments: &[&str], count: usize) -> anyhow::Result<Vec<Person>> {
        let line = Line::parse_from(["smoke"].iter().chain(arguments));
        line.target.people(count, Duration::from_secs(60))
    }

    #[test]
    fn people_are_made_up_or_given() {
        let secret = "x".repeat(32);
        let two = people(&["--jwt-secret", &secret], 2).unwrap();
        assert_ne!(two[0].user(), two[1].user());
        let given = ["--bearer-token", "a.b.c", "--user-id", "ada"];
        assert_eq!(people(&given, 1).unwrap()[0].user(), "ada");
        for (arguments, count) in [
            (&[][..], 1),
            (&["--jwt-secret", "short"][..], 1),
            (&["--bearer-token", "a.b.c"][..], 1),
            (&given[..], 2),
            (&["--jwt-secret", &secret, "--chat-api", "https://a"][..], 1),
        ] {
            assert!(people(arguments, count).is_err(), "{arguments:?}");
        }
    }
}
