//! A fresh database for one test.

use std::process::Stdio;

use tokio::sync::OnceCell;
use uuid::Uuid;

use super::binaries::Binaries;
use super::error::DatabaseError;
use super::server::PrivatePostgres;
use super::sql;

/// The server all tests of one process share: starting one takes a second, a database some
/// hundredths. Never dropped; its watchdog removes it when the process ends.
static SHARED: OnceCell<PrivatePostgres> = OnceCell::const_new();

/// An empty database of its own, removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
    /// Administrator's URL and programs, when the server is not ours and must be left clean.
    borrowed: Option<(String, Binaries)>,
}

impl TestDatabase {
    /// Creates a database on the server that `DATABASE_URL` names, else on a temporary private
    /// server which all tests of this process share.
    ///
    /// # Errors
    /// Any [`DatabaseError`].
    pub async fn create() -> Result<Self, DatabaseError> {
        let name = format!("test_{}", Uuid::new_v4().simple());
        if let Some(server) = database_url_from_env() {
            let binaries = Binaries::find().await?;
            let statement = format!("CREATE DATABASE {}", sql::identifier(&name));
            sql::run(&binaries, &server, &statement).await?;
            let url = with_database(&server, &name);
            return Ok(Self { name, url, borrowed: Some((server, binaries)) });
        }
        let server = SHARED.get_or_try_init(PrivatePostgres::temporary).await?;
        server.create_database(&name).await?;
        let url = server.url(&name);
        Ok(Self { name, url, borrowed: None })
    }

    /// Connection URL of a role that may do anything in this database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some((server, binaries)) = self.borrowed.take() else { return };
        let statement = format!("DROP DATABASE {} WITH (FORCE)", sql::identifier(&self.name));
        let mut command = sql::command(&binaries, &server, &statement).into_std();
        let outcome = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !outcome.is_ok_and(|status| status.success()) {
            tracing::warn!(database = self.name, "test database not removed");
        }
    }
}

/// The server a user brings along, from `DATABASE_URL`; an empty value counts as unset.
#[expect(clippy::disallowed_methods, reason = "the one place that reads DATABASE_URL")]
#[must_use]
pub fn database_url_from_env() -> Option<String> {
    std::env::var("DATABASE_URL").ok().filter(|url| !url.trim().is_empty())
}

/// The same server and role, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(a, q)| (a, Some(q)));
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    let query = query.map(|text| format!("?{text}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_changes() {
        let cases = [
            ("postgres://u:p@h:1/a?sslmode=require", "postgres://u:p@h:1/b?sslmode=require"),
            ("postgres://h", "postgres://h/b"),
            ("postgres:///a", "postgres:///b"),
        ];
        for (before, after) in cases {
            assert_eq!(with_database(before, "b"), after);
        }
    }
}
