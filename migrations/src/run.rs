//! One run over all schemas, on one connection.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqlSafeStr as _};

use crate::error::MigrateError;
use crate::report::{Report, SchemaReport};
use crate::roles::{self, Roles};
use crate::schema::{SCHEMAS, Schema};

/// Any number will do, as long as every version of this program takes the same.
const LOCK_KEY: i64 = 0x746f_646f_6d69_6772;

/// Brings the database to the current shape, with roles but without passwords: what tests want.
///
/// # Errors
/// Any [`MigrateError`].
pub async fn migrate(database_url: &str) -> Result<Report, MigrateError> {
    migrate_with(database_url, &Roles::WithoutPasswords).await
}

/// Brings the database to the current shape. Safe to repeat and to run at the same time elsewhere.
///
/// # Errors
/// Any [`MigrateError`]; schemas and files that were done before it stay done.
pub async fn migrate_with(database_url: &str, roles: &Roles) -> Result<Report, MigrateError> {
    // sqlx would take any scheme.
    let ours =
        ["postgres://", "postgresql://"].iter().any(|scheme| database_url.starts_with(scheme));
    let options = ours.then(|| database_url.parse().ok()).flatten();
    let options: PgConnectOptions = options.ok_or(MigrateError::Url)?;
    let options = options.application_name("todo-migrate").disable_statement_logging();
    let mut connection =
        PgConnection::connect_with(&options).await.map_err(MigrateError::Connect)?;
    // Held until the connection ends: a second migration waits here instead of colliding later.
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(LOCK_KEY)
        .execute(&mut connection)
        .await
        .map_err(MigrateError::prepare("wait for another migration"))?;
    let mut report = Report { schemas: Vec::with_capacity(SCHEMAS.len()) };
    for schema in SCHEMAS {
        report.schemas.push(migrate_schema(&mut connection, schema, roles).await?);
    }
    connection.close().await.map_err(MigrateError::prepare("close the connection"))?;
    Ok(report)
}

async fn migrate_schema(
    connection: &mut PgConnection,
    schema: &Schema,
    roles: &Roles,
) -> Result<SchemaReport, MigrateError> {
    let name = schema.name;
    // Asked first: CREATE SCHEMA IF NOT EXISTS needs a right on the database even when it exists.
    let exists: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)")
            .bind(name)
            .fetch_one(&mut *connection)
            .await
            .map_err(MigrateError::prepare(format!("look up the schema {name}")))?;
    if !exists {
        prepare(connection, format!("CREATE SCHEMA {name}")).await?;
    }
    // A migration that waits long for a lock queues every reader behind it: give up instead.
    prepare(connection, format!("SET search_path = {name}, public; SET lock_timeout = '10s'"))
        .await?;
    let applied = run_files(connection, schema).await?;
    let role_state = roles::ensure(connection, schema, roles).await?;
    Ok(SchemaReport {
        schema: name,
        role: schema.role,
        role_state,
        applied,
        known: schema.files.len(),
    })
}

async fn prepare(connection: &mut PgConnection, statement: String) -> Result<(), MigrateError> {
    let action = statement.clone();
    let outcome = sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await;
    outcome.map(|_| ()).map_err(MigrateError::prepare(action))
}

/// Runs the files that have not run yet; returns how many.
async fn run_files(connection: &mut PgConnection, schema: &Schema) -> Result<usize, MigrateError> {
    if schema.files.is_empty() {
        return Ok(0);
    }
    let mut migrator = migrator(schema)?;
    let table = schema.history_table();
    migrator.dangerous_set_table_name(table.clone());
    let before = applied(connection, &table).await?;
    // Not `run`: its bound on the connection makes a future that may not move between threads.
    migrator
        .run_direct(None, connection, false)
        .await
        .map_err(|source| MigrateError::Run { schema: schema.name, source })?;
    Ok(applied(connection, &table).await? - before)
}

/// Rows in a migration table; none when it does not exist yet.
async fn applied(connection: &mut PgConnection, table: &str) -> Result<usize, MigrateError> {
    let action = || format!("count the rows of {table}");
    let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(table)
        .fetch_one(&mut *connection)
        .await
        .map_err(MigrateError::prepare(action()))?;
    if !exists {
        return Ok(0);
    }
    let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
        .fetch_one(connection)
        .await
        .map_err(MigrateError::prepare(action()))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

fn migrator(schema: &Schema) -> Result<Migrator, MigrateError> {
    let migrations: Result<Vec<Migration>, MigrateError> =
        schema.files.iter().map(|file| migration(schema.name, *file)).collect();
    Ok(Migrator::with_migrations(migrations?))
}

fn migration(
    schema: &'static str,
    (stem, text): (&'static str, &'static str),
) -> Result<Migration, MigrateError> {
    let parts = stem.split_once('_').and_then(|(number, name)| Some((number.parse().ok()?, name)));
    let (version, name): (i64, &str) =
        parts.ok_or_else(|| MigrateError::FileName { schema, file: stem.to_owned() })?;
    Ok(Migration::new(
        version,
        name.replace('_', " ").into(),
        MigrationType::Simple,
        text.into_sql_str(),
        text.starts_with("-- no-transaction"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_gives_version_and_description() {
        let migration = migration("tasks", ("0012_add_tags", "SELECT 1")).unwrap();
        assert_eq!((migration.version, &*migration.description), (12, "add tags"));
        assert!(!migration.no_tx);
    }

    #[test]
    fn a_file_name_without_a_number_is_refused() {
        let error = super::migration("audit", ("first", "SELECT 1")).unwrap_err();
        assert!(error.to_string().contains("audit/first.sql"));
    }

    #[test]
    fn every_embedded_file_is_named_well() {
        for schema in SCHEMAS {
            migrator(schema).unwrap();
        }
    }

    const fn probe(files: &'static [(&'static str, &'static str)]) -> Schema {
        Schema { name: "probe", role: "todo_probe", files, creates_tables: false }
    }

    #[tokio::test]
    async fn files_run_once_and_an_edited_one_is_refused() {
        let database = todo_local_runtime::database::TestDatabase::create().await.unwrap();
        let mut connection = PgConnection::connect(database.url()).await.unwrap();
        let roles = Roles::WithoutPasswords;
        let first = probe(&[("0001_one", "CREATE TABLE one (x int)")]);
        let report = migrate_schema(&mut connection, &first, &roles).await.unwrap();
        assert_eq!((report.applied, report.known), (1, 1));

        let both = probe(&[("0001_one", "CREATE TABLE one (x int)"), ("0002_two", "SELECT 1")]);
        let report = migrate_schema(&mut connection, &both, &roles).await.unwrap();
        assert_eq!((report.applied, report.known), (1, 2));

        let edited = probe(&[("0001_one", "CREATE TABLE one (y int)"), ("0002_two", "SELECT 1")]);
        let error = migrate_schema(&mut connection, &edited, &roles).await.unwrap_err();
        assert!(matches!(error, MigrateError::Run { schema: "probe", .. }));

        sqlx::query("SET ROLE todo_probe").execute(&mut connection).await.unwrap();
        sqlx::query("SELECT x FROM one").execute(&mut connection).await.unwrap();
        sqlx::query("SELECT * FROM schema_migrations").execute(&mut connection).await.unwrap_err();
    }
}
