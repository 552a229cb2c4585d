//! A service may call what it has business with, and nothing else.

use todo_launcher::RuntimeKind;
use todo_tests::runtime;

use crate::shared::product;

/// Status of what chat-api is answered when it asks audit, each through its sidecar.
async fn asked(path: &str) -> u16 {
    let product = product();
    let sidecar = product.sidecar_url("chat-api").unwrap();
    let request = product.client().get(format!("{sidecar}/v1.0/invoke/audit/method/{path}"));
    let request = request.header("dapr-api-token", &product.secrets().dapr_api_token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_service_may_not_call_what_it_has_no_business_with() {
    if matches!(runtime(), Ok(RuntimeKind::Dapr)) {
        println!("left out: on one machine there is no mTLS, and daprd knows no callers");
        return;
    }
    let ada = product().person("ada").await.unwrap();
    assert_eq!(asked(&format!("internal/entries?user_id={}", ada.user())).await, 200);
    // It is there, for whoever has the token of the application.
    product().dead_letters().await.unwrap();
    assert_eq!(asked("internal/dead-letters").await, 403);
}
