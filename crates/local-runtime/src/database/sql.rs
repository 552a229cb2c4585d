//! Statements for the server's administrator, run by `psql`.
//!
//! Only a handful of statements are needed here (create and drop a database), so the client that
//! comes with the server does: this module then asks nothing of whoever links it.

use std::process::Stdio;

use tokio::process::Command;

use super::binaries::Binaries;
use super::error::DatabaseError;

/// Runs one statement on the database that `url` names.
///
/// # Errors
/// [`DatabaseError::Command`] with the server's message.
pub(crate) async fn run(
    binaries: &Binaries,
    url: &str,
    statement: &str,
) -> Result<(), DatabaseError> {
    let output = command(binaries, url, statement).output().await;
    let output = output.map_err(DatabaseError::io("run psql"))?;
    if output.status.success() {
        return Ok(());
    }
    let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(DatabaseError::Command { program: "psql", detail })
}

/// The command that runs one statement.
pub(crate) fn command(binaries: &Binaries, url: &str, statement: &str) -> Command {
    let (url, password) = split_password(url);
    let mut command = Command::new(binaries.program("psql"));
    command.args(["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-c", statement, "-d", &url]);
    command.stdin(Stdio::null()).current_dir("/");
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// An SQL identifier in double quotes.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Takes the password out of a connection URL: arguments show in the process list, the environment
/// does not.
fn split_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
        let (userinfo, _) = authority.rsplit_once('@')?;
        let (user, password) = userinfo.split_once(':')?;
        Some((format!("{scheme}://{user}{}", &rest[userinfo.len()..]), password))
    });
    match parts {
        Some((bare, password)) => (bare, Some(percent_decode(password))),
        None => (url.to_owned(), None),
    }
}

/// Undoes percent-encoding (RFC 3986 §2.1); malformed escapes stay as they are.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%').then(|| tail.get(..2)).flatten();
        let value = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_leaves_the_url() {
        let (bare, password) = split_password("postgres://todo:p%40s%2Fs@127.0.0.1:5432/db?a=b");
        assert_eq!(bare, "postgres://todo@127.0.0.1:5432/db?a=b");
        assert_eq!(password.as_deref(), Some("p@s/s"));
    }

    #[test]
    fn a_url_without_password_stays() {
        for url in ["postgres://todo@localhost/db", "postgres:///db?host=/run", "not a url"] {
            assert_eq!(split_password(url), (url.to_owned(), None));
        }
    }

    #[test]
    fn identifiers_cannot_break_out() {
        assert_eq!(identifier("a\"; drop"), "\"a\"\"; drop\"");
    }
}
