//! Migrations against a real server: repeated, at once, with few rights, and what roles may do.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use sqlx::{Connection, PgConnection};
use todo_local_runtime::database::{PrivatePostgres, TestDatabase};
use todo_migrate::{RoleState, Roles, SCHEMAS, migrate, migrate_with};

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// The test server trusts local roles, so another name is all a login needs.
fn as_role(url: &str, role: &str) -> String {
    url.replace("//todo@", &format!("//{role}@"))
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let database = TestDatabase::create().await.unwrap();
    let first = migrate(database.url()).await.unwrap();
    assert!(first.schemas.iter().all(|entry| entry.applied == entry.known));
    let second = migrate(database.url()).await.unwrap();
    assert!(second.schemas.iter().all(|entry| entry.applied == 0));
    assert!(second.schemas.iter().all(|entry| entry.role_state == RoleState::Ready));
}

#[tokio::test]
async fn several_at_once_on_one_and_on_other_databases_all_succeed() {
    let one = TestDatabase::create().await.unwrap();
    let two = TestDatabase::create().await.unwrap();
    let runs = [one.url(), two.url(), one.url(), two.url()].map(|url| {
        let url = url.to_owned();
        tokio::spawn(async move { migrate(&url).await })
    });
    for run in runs {
        run.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_role_sees_its_own_schema_only_and_has_its_limits() {
    let database = TestDatabase::create().await.unwrap();
    migrate(database.url()).await.unwrap();
    let mut owner = connect(database.url()).await;
    for statement in ["CREATE TABLE tasks.probe (x int)", "CREATE TABLE audit.probe (x int)"] {
        sqlx::query(statement).execute(&mut owner).await.unwrap();
    }
    // Rights are granted at the end of a run, on what is there then.
    migrate(database.url()).await.unwrap();
    let mut role = connect(&as_role(database.url(), "todo_tasks")).await;
    sqlx::query("INSERT INTO probe VALUES (1)").execute(&mut role).await.unwrap();
    for refused in ["SELECT x FROM audit.probe", "CREATE TABLE own (x int)", "DROP TABLE probe"] {
        let error = sqlx::query(refused).execute(&mut role).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{refused}");
    }
    let limit: String =
        sqlx::query_scalar("SHOW statement_timeout").fetch_one(&mut role).await.unwrap();
    assert_eq!(limit, "10s");
}

#[tokio::test]
async fn the_state_store_may_create_its_tables() {
    let database = TestDatabase::create().await.unwrap();
    migrate(database.url()).await.unwrap();
    let mut role = connect(&as_role(database.url(), "todo_state")).await;
    sqlx::query("CREATE TABLE state (key text)").execute(&mut role).await.unwrap();
}

#[tokio::test]
async fn without_the_right_to_create_roles_the_schemas_are_made_and_the_report_says_so() {
    // Roles belong to a server, so this needs one where nobody has created them yet.
    let server = PrivatePostgres::temporary().await.unwrap();
    server.create_database("managed").await.unwrap();
    let mut owner = connect(&server.url("managed")).await;
    for statement in ["CREATE ROLE tenant LOGIN", "ALTER DATABASE managed OWNER TO tenant"] {
        sqlx::query(statement).execute(&mut owner).await.unwrap();
    }
    let url = as_role(&server.url("managed"), "tenant");
    let report = migrate(&url).await.unwrap();
    assert!(report.schemas.iter().all(|entry| entry.role_state == RoleState::NotAllowed));
    assert!(report.to_string().contains("may not create roles"));
    let mut connection = connect(&url).await;
    let schemas: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_namespace WHERE nspname = ANY($1)")
            .bind(SCHEMAS.iter().map(|schema| schema.name).collect::<Vec<_>>())
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(schemas, i64::try_from(SCHEMAS.len()).unwrap());
}

/// As on managed servers, where nobody is a superuser.
#[tokio::test]
async fn an_owner_who_may_create_roles_is_enough_also_after_the_state_store_made_its_tables() {
    let server = PrivatePostgres::temporary().await.unwrap();
    server.create_database("managed").await.unwrap();
    let mut admin = connect(&server.url("managed")).await;
    for statement in
        ["CREATE ROLE tenant LOGIN CREATEROLE", "ALTER DATABASE managed OWNER TO tenant"]
    {
        sqlx::query(statement).execute(&mut admin).await.unwrap();
    }
    let url = as_role(&server.url("managed"), "tenant");
    let ready = async || {
        let report = migrate(&url).await.unwrap();
        assert!(report.schemas.iter().all(|entry| entry.role_state == RoleState::Ready));
    };
    ready().await;
    let mut role = connect(&as_role(&server.url("managed"), "todo_state")).await;
    sqlx::query("CREATE TABLE state (key text, row_id bigserial)")
        .execute(&mut role)
        .await
        .unwrap();
    sqlx::query("INSERT INTO dapr_metadata VALUES ('lock', 'lock')")
        .execute(&mut role)
        .await
        .unwrap();
    ready().await;
}

#[tokio::test]
async fn roles_can_be_left_alone() {
    let database = TestDatabase::create().await.unwrap();
    let report = migrate_with(database.url(), &Roles::Skip).await.unwrap();
    assert!(report.schemas.iter().all(|entry| entry.role_state == RoleState::Skipped));
}

#[tokio::test]
async fn an_unreadable_url_and_its_password_stay_out_of_the_message() {
    let error = migrate("nonsense://me:hunter2@nowhere/x y").await.unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"));
}
