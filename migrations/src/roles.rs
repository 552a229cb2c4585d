//! Login roles and their rights.
//!
//! Roles belong to the whole server, not to a database, so another migration may be creating the same
//! role this instant: losing that race is success.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::error::MigrateError;
use crate::report::RoleState;
use crate::schema::{ROLE_SETTINGS, Schema};

const INSUFFICIENT_PRIVILEGE: &str = "42501";
const DUPLICATE_OBJECT: &str = "42710";
const UNIQUE_VIOLATION: &str = "23505";
const INTERNAL_ERROR: &str = "XX000";
const ATTEMPTS: usize = 10;

/// What to do about the services' login roles.
#[derive(Clone, Default)]
pub enum Roles {
    /// Create the missing ones and grant rights. A role without a password here keeps the one it
    /// has; a new one then cannot log in where the server asks for passwords.
    #[default]
    WithoutPasswords,
    /// The same, and set these passwords (keyed by role).
    WithPasswords(BTreeMap<String, String>),
    /// Leave roles alone: one role does everything.
    Skip,
}

impl Roles {
    fn password(&self, role: &str) -> Option<&str> {
        match self {
            Self::WithPasswords(passwords) => passwords.get(role).map(String::as_str),
            Self::WithoutPasswords | Self::Skip => None,
        }
    }
}

/// Passwords stay out of debug output.
impl std::fmt::Debug for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WithoutPasswords => f.write_str("WithoutPasswords"),
            Self::WithPasswords(map) => f.debug_tuple("WithPasswords").field(&map.keys()).finish(),
            Self::Skip => f.write_str("Skip"),
        }
    }
}

/// Creates the role of one schema, if wanted and allowed, and grants its rights.
pub(crate) async fn ensure(
    connection: &mut PgConnection,
    schema: &Schema,
    roles: &Roles,
) -> Result<RoleState, MigrateError> {
    if matches!(roles, Roles::Skip) {
        return Ok(RoleState::Skipped);
    }
    if !exists(connection, schema.role).await? && !create(connection, schema.role).await? {
        return Ok(RoleState::NotAllowed);
    }
    grant(connection, schema).await?;
    let configured = configure(connection, schema, roles.password(schema.role)).await?;
    Ok(if configured { RoleState::Ready } else { RoleState::RightsOnly })
}

async fn exists(connection: &mut PgConnection, role: &str) -> Result<bool, MigrateError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(role)
        .fetch_one(connection)
        .await
        .map_err(MigrateError::prepare(format!("look up the role {role}")))
}

/// Creates a login role; `false` when that is not allowed here.
async fn create(connection: &mut PgConnection, role: &str) -> Result<bool, MigrateError> {
    let statement = format!("CREATE ROLE {role} LOGIN");
    match execute(connection, statement).await {
        Ok(()) => Ok(true),
        Err(error) => match code(&error).as_deref() {
            Some(DUPLICATE_OBJECT | UNIQUE_VIOLATION) => Ok(true),
            Some(INSUFFICIENT_PRIVILEGE) => Ok(false),
            _ => Err(MigrateError::prepare(format!("create the role {role}"))(error)),
        },
    }
}

/// Rights on the schema and on what it holds, but for the record of past migrations. Run after the
/// files, in one transaction: a failed migration changes no rights.
async fn grant(connection: &mut PgConnection, schema: &Schema) -> Result<(), MigrateError> {
    let Schema { name, role, .. } = schema;
    let create = if schema.creates_tables { ", CREATE" } else { "" };
    // Not `ON ALL TABLES`: of those that the role has made itself, we may not be allowed to grant anything.
    let mut statements = format!(
        "GRANT USAGE{create} ON SCHEMA {name} TO {role};
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {name} TO {role};
         DO $$
         DECLARE relation record;
         BEGIN
           FOR relation IN
             SELECT oid::regclass AS name, relkind FROM pg_class
             WHERE relnamespace = '{name}'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               AND relowner <> '{role}'::regrole
           LOOP
             IF relation.relkind = 'S' THEN
               EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO {role}', relation.name);
             ELSE
               EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO {role}', relation.name);
             END IF;
           END LOOP;
         END $$;"
    );
    if !schema.files.is_empty() {
        statements.push_str(&format!("REVOKE ALL ON {} FROM {role}", schema.history_table()));
    }
    execute(connection, statements)
        .await
        .map_err(MigrateError::prepare(format!("grant rights on {name} to {role}")))
}

/// Password, `search_path` and time limits; `false` when the connecting role may not set them.
async fn configure(
    connection: &mut PgConnection,
    schema: &Schema,
    password: Option<&str>,
) -> Result<bool, MigrateError> {
    let Schema { name, role, .. } = schema;
    let action = || format!("configure the role {role}");
    let here: String = sqlx::query_scalar("SELECT quote_ident(current_database())")
        .fetch_one(&mut *connection)
        .await
        .map_err(MigrateError::prepare(action()))?;
    let alter = format!("ALTER ROLE {role} IN DATABASE {here} SET");
    let mut statements = vec![format!("{alter} search_path = {name}, public")];
    statements.extend(ROLE_SETTINGS.iter().map(|(key, value)| format!("{alter} {key} = {value}")));
    if let Some(password) = password {
        // Utility statements take no parameters: the server quotes the literal.
        let statement =
            sqlx::query_scalar("SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1, $2)")
                .bind(role)
                .bind(password)
                .fetch_one(&mut *connection)
                .await
                .map_err(MigrateError::prepare(action()))?;
        statements.push(statement);
    }
    for statement in statements {
        match execute(connection, statement).await {
            Ok(()) => {}
            Err(error) if code(&error).as_deref() == Some(INSUFFICIENT_PRIVILEGE) => {
                return Ok(false);
            }
            Err(error) => return Err(MigrateError::prepare(action())(error)),
        }
    }
    Ok(true)
}

/// Runs one utility statement. Two sessions that change the same role's catalogue row collide with
/// "tuple concurrently updated", which only a repeat resolves.
async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    let mut attempt = 1;
    loop {
        let outcome =
            sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *connection).await;
        match outcome {
            Ok(_) => return Ok(()),
            Err(error) if attempt < ATTEMPTS && code(&error).as_deref() == Some(INTERNAL_ERROR) => {
                attempt += 1;
                connection.ping().await?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
