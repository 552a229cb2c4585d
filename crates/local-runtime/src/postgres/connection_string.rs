//! Connection strings as pgx (daprd's driver) reads them.
//!
//! pgx knows `pool_*` settings and hands every other unknown key to the server as a run-time parameter
//! (`search_path=tasks`). The Rust driver refuses unknown keys, so they are moved into `options` here.

use std::fmt::Write;

/// Keys the Rust driver understands itself.
const DRIVER_KEYS: [&str; 12] = [
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "sslmode",
    "host",
    "hostaddr",
    "port",
    "connect_timeout",
    "keepalives",
    "target_session_attrs",
];

/// A parsed connection string and the pool settings found in it.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionString {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) max_connections: Option<usize>,
}

impl ConnectionString {
    /// Reads either form, `postgres://…?key=value` or `key=value key='quoted value'`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (base, pairs) = if text.starts_with("postgres://") || text.starts_with("postgresql://")
        {
            split_url(text)?
        } else {
            split_pairs(text)?
        };
        let mut config: tokio_postgres::Config = base.parse().map_err(|e| describe(&e))?;
        let mut options = config.get_options().unwrap_or_default().to_owned();
        let mut max_connections = None;
        for (key, value) in pairs {
            match key.as_str() {
                "pool_max_conns" => max_connections = value.parse().ok(),
                key if key.starts_with("pool_") || key == "default_query_exec_mode" => {}
                key => {
                    let value = value.replace('\\', "\\\\").replace(' ', "\\ ");
                    let _ = write!(options, " -c {key}={value}");
                }
            }
        }
        if !options.trim().is_empty() {
            config.options(options.trim());
        }
        Ok(Self { config, max_connections })
    }
}

fn describe(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

type Split = (String, Vec<(String, String)>);

fn split_url(text: &str) -> Result<Split, String> {
    let Some((base, query)) = text.split_once('?') else {
        return Ok((text.to_owned(), Vec::new()));
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if DRIVER_KEYS.contains(&key) {
            known.push(pair);
        } else {
            let value = percent_encoding::percent_decode_str(value)
                .decode_utf8()
                .map_err(|_| format!("{key} is not UTF-8"))?;
            unknown.push((key.to_owned(), value.into_owned()));
        }
    }
    let separator = if known.is_empty() { "" } else { "?" };
    Ok((format!("{base}{separator}{}", known.join("&")), unknown))
}

fn split_pairs(text: &str) -> Result<Split, String> {
    let (mut known, mut unknown) = (String::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or("expected key=value")?;
        let (value, remainder) = read_value(after.trim_start())?;
        let key = key.trim();
        if DRIVER_KEYS.contains(&key) {
            let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
            let _ = write!(known, "{key}='{quoted}' ");
        } else {
            unknown.push((key.to_owned(), value));
        }
        rest = remainder.trim_start();
    }
    Ok((known, unknown))
}

/// One value of the key=value form, and what follows it. Quotes and backslashes as libpq has them.
fn read_value(text: &str) -> Result<(String, &str), String> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &text[index + 1..])),
            c if c.is_whitespace() && !quoted => return Ok((value, &text[index..])),
            c => value.push(c),
        }
    }
    if quoted { Err("unterminated quote".to_owned()) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_parameters_become_server_options() {
        let parsed = ConnectionString::parse(
            "postgres://u@localhost/db?search_path=tasks&pool_max_conns=7&sslmode=disable",
        )
        .unwrap();
        assert_eq!(parsed.max_connections, Some(7));
        assert_eq!(parsed.config.get_options(), Some("-c search_path=tasks"));
        assert_eq!(parsed.config.get_dbname(), Some("db"));
    }

    #[test]
    fn pairs_are_unquoted_and_kept() {
        let parsed = ConnectionString::parse(
            r"host=127.0.0.1 port=5433 user=o password='it\'s' dbname=todo options='-c statement_timeout=5s' search_path=audit",
        )
        .unwrap();
        assert_eq!(parsed.config.get_password(), Some(&b"it's"[..]));
        assert_eq!(
            parsed.config.get_options(),
            Some("-c statement_timeout=5s -c search_path=audit")
        );
        assert_eq!(parsed.config.get_ports(), [5433]);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(ConnectionString::parse("nonsense").is_err());
        assert!(ConnectionString::parse("host='open").is_err());
    }
}
