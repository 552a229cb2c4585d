//! Secret stores and their use in components.

use serde_json::{Value, json};

use crate::support::world;

const FILE: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: secrets }\nspec:\n  type: secretstores.local.file\n  \
    version: v1\n  metadata:\n  - { name: secretsFile, value: replaced.json }\n";
const ENVIRONMENT: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: env }\nspec:\n  type: secretstores.local.env\n  \
    version: v1\n  metadata: []\n";
const DB: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: db }\nspec:\n  type: bindings.postgresql\n  version: v1\n  \
    metadata:\n  - name: connectionString\n    secretKeyRef: { name: db-url, key: db-url }\nauth: { secretStore: secrets }\n";

#[tokio::test]
async fn secrets_are_read_under_their_scopes() {
    let scopes = "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec:\n  secrets:\n    scopes:\n    \
        - { storeName: secrets, defaultAccess: deny, allowedSecrets: [jwt, \"nested:inner\", missing] }\n";
    let world = world([FILE, ENVIRONMENT, DB])
        .secrets(json!({"jwt": "s3cret", "nested": {"inner": "x"}, "db-url": "DATABASE"}))
        .configuration(scopes)
        .client("a")
        .start()
        .await;
    let sidecar = world.sidecar("a");
    let get = async |path: &str| {
        let answer = sidecar.get(path).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(get("/v1.0/secrets/secrets/jwt").await, (200, json!({"jwt": "s3cret"})));
    assert_eq!(
        get("/v1.0/secrets/secrets/nested:inner").await,
        (200, json!({"nested:inner": "x"}))
    );
    let all = json!({"jwt": {"jwt": "s3cret"}, "nested:inner": {"nested:inner": "x"}});
    assert_eq!(get("/v1.0/secrets/secrets/bulk").await, (200, all));
    for (path, status, code) in [
        ("/v1.0/secrets/secrets/db-url", 403, "ERR_PERMISSION_DENIED"),
        ("/v1.0/secrets/secrets/missing", 500, "ERR_SECRET_GET"),
        ("/v1.0/secrets/nowhere/jwt", 401, "ERR_SECRET_STORE_NOT_FOUND"),
    ] {
        let (found, body) = get(path).await;
        assert_eq!((found, &body["errorCode"]), (status, &json!(code)), "{path}");
    }
    assert_eq!(get("/v1.0/secrets/env/NOT_THERE").await, (200, json!({"NOT_THERE": ""})));
    assert_eq!(get("/v1.0/secrets/env/DAPR_API_TOKEN").await, (200, json!({"DAPR_API_TOKEN": ""})));
    assert_eq!(
        sidecar.binding("db", "query", "SELECT 1", "").await.status(),
        200,
        "references are not scoped"
    );
}

#[tokio::test]
async fn a_component_of_an_unknown_type_stops_the_start() {
    let unknown = |scopes: &str| {
        format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: x }}\nspec:\n  type: bindings.fax\n  version: v1\n{scopes}"
        )
    };
    let refused = world([unknown("")]).client("a").try_start().await;
    let message = refused.err().unwrap();
    assert!(message.contains("bindings.fax"), "{message}");
    assert!(world([unknown("scopes: [other]\n")]).client("a").try_start().await.is_ok());
}

#[tokio::test]
async fn a_component_whose_secret_is_missing_stops_the_start() {
    let missing = world([FILE, DB]).secrets(json!({})).client("a").try_start().await;
    let message = missing.err().unwrap();
    assert!(message.contains("component db"), "{message}");
}
