//! Service invocation.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, World, ok, only_on, world};

const NO_FILES: [&str; 0] = [];

async fn pair(app: &TestApp) -> World {
    world(NO_FILES).app("callee", app.port).client("caller").start().await
}

#[tokio::test]
async fn calls_arrive_with_path_query_headers_and_body() {
    let app = TestApp::start(|call, _| match call.path.as_str() {
        "/internal/teapot" => (418, "short and stout".to_owned()),
        _ => ok(call, 0),
    })
    .await;
    let world = pair(&app).await;
    let caller = world.sidecar("caller");
    let answer = caller
        .call(Method::PUT, "/v1.0/invoke/callee/method//internal/./x/../teapot?a=1&b=%2F")
        .header("x-note", "n")
        .body("hello")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 418, "the application's own status");
    assert_eq!(answer.text().await.unwrap(), "short and stout");
    let call = app.calls.all().into_iter().find(|c| c.path == "/internal/teapot").unwrap();
    assert_eq!((call.method, call.query.as_deref()), (Method::PUT, Some("a=1&b=%2F")));
    assert_eq!((&call.body[..], call.headers["x-note"].as_bytes()), (&b"hello"[..], &b"n"[..]));
    assert_eq!(call.headers["dapr-caller-app-id"], "caller");
    assert_eq!(call.headers["dapr-callee-app-id"], "callee");
}

#[tokio::test]
async fn the_header_beats_the_path() {
    let app = TestApp::start(ok).await;
    let world = pair(&app).await;
    let caller = world.sidecar("caller");
    for path in ["/anything/at/all", "/v1.0/invoke/nobody/method/m"] {
        let answer =
            caller.call(Method::POST, path).header("dapr-app-id", "callee").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(app.calls.posts(path).len(), 1);
        assert!(app.calls.posts(path)[0].headers.get("dapr-app-id").is_none());
    }
}

#[tokio::test]
async fn nobody_and_nothing() {
    let app = TestApp::start(ok).await;
    let world = pair(&app).await;
    let caller = world.sidecar("caller");
    let unknown = caller.get("/v1.0/invoke/nobody/method/m").send().await.unwrap();
    assert_eq!(unknown.status(), 500);
    assert_eq!(unknown.json::<Value>().await.unwrap()["errorCode"], "ERR_DIRECT_INVOKE");
    for (method, path) in [
        (Method::GET, "/v1.0/nowhere"),
        (Method::GET, "/v1.0/publish/events/t"),
        (Method::POST, "/"),
    ] {
        let answer = caller.call(method, path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        let expected = json!({
            "errorCode": "ERR_DIRECT_INVOKE",
            "message": "failed getting app id either from the URL path or the header dapr-app-id",
        });
        assert_eq!(answer.json::<Value>().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn access_is_controlled_by_caller_path_and_verb() {
    only_on!(Local, "daprd knows its callers by mTLS alone");
    let app = TestApp::start(ok).await;
    let control = "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec:\n  accessControl:\n    \
        defaultAction: deny\n    policies:\n    - appId: caller\n      trustDomain: public\n      namespace: default\n      defaultAction: deny\n      operations:\n      \
        - { name: /internal/*, httpVerb: [GET], action: allow }\n";
    let world = world(NO_FILES)
        .configuration(control)
        .app("callee", app.port)
        .client("caller")
        .client("stranger")
        .start()
        .await;
    let status = async |who: &str, method: Method, path: &str| {
        let path = format!("/v1.0/invoke/callee/method/{path}");
        world.sidecar(who).call(method, &path).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("caller", Method::GET, "internal/x").await, 200);
    assert_eq!(status("caller", Method::POST, "internal/x").await, 403);
    assert_eq!(status("caller", Method::GET, "job/x").await, 403);
    assert_eq!(status("stranger", Method::GET, "internal/x").await, 403);
    assert_eq!(
        status("callee", Method::POST, "job/x").await,
        200,
        "an application may call itself"
    );
}

#[tokio::test]
async fn policies_retry_what_their_list_names() {
    let app = TestApp::start(|call, before| match call.path.as_str() {
        "/late" if before < 2 => (503, String::new()),
        "/never" => (400, String::new()),
        _ => ok(call, 0),
    })
    .await;
    let policy = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: r }\nspec:\n  policies:\n    retries:\n      \
        some: { policy: constant, duration: 10ms, maxRetries: 3, matching: { httpStatusCodes: \"503\" } }\n  targets:\n    apps:\n      \
        callee: { retry: some }\n";
    let world = world([policy]).app("callee", app.port).client("caller").start().await;
    let caller = world.sidecar("caller");
    assert_eq!(caller.post("/v1.0/invoke/callee/method/late", &json!(1)).await.status(), 200);
    assert_eq!(app.calls.posts("/late").len(), 3);
    assert_eq!(caller.post("/v1.0/invoke/callee/method/never", &json!(1)).await.status(), 400);
    assert_eq!(app.calls.posts("/never").len(), 1);
}

#[tokio::test]
async fn whoever_is_called_by_url_gets_the_app_token_but_no_endpoint() {
    let outside = TestApp::start(ok).await;
    let endpoint = format!(
        "apiVersion: dapr.io/v1alpha1\nkind: HTTPEndpoint\nmetadata: {{ name: partner }}\nspec:\n  baseUrl: http://127.0.0.1:{}/base\n  \
         headers:\n  - {{ name: x-key, secretKeyRef: {{ name: key, key: key }} }}\nauth: {{ secretStore: s }}\n",
        outside.port
    );
    let store = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: s }\nspec:\n  type: secretstores.local.file\n  \
        version: v1\n  metadata:\n  - { name: secretsFile, value: replaced.json }\n";
    let world = world([endpoint, store.to_owned()])
        .secrets(json!({"key": "k"}))
        .tokens("api", "app")
        .client("caller")
        .start()
        .await;
    let caller = world.sidecar("caller");
    let answer = caller.post("/v1.0/invoke/partner/method/hook", &json!(1)).await;
    assert_eq!(answer.status(), 200);
    let url = format!("/v1.0/invoke/http://127.0.0.1:{}/method/direct", outside.port);
    assert_eq!(caller.post(&url, &json!(1)).await.status(), 200);
    let calls = outside.calls.all();
    assert_eq!(
        calls.iter().map(|c| c.path.as_str()).collect::<Vec<_>>(),
        ["/base/hook", "/direct"]
    );
    assert_eq!(calls[0].header("x-key"), "k");
    assert_eq!(calls[0].header("dapr-api-token"), "");
    assert_eq!(calls[1].header("dapr-api-token"), "app", "a trap");
    let secure = caller.post("/v1.0/invoke/https://127.0.0.1:1/method/x", &json!(1)).await;
    assert_eq!(secure.status(), 500);
}

#[tokio::test]
async fn a_forged_caller_stands_beside_the_true_one() {
    let app = TestApp::start(ok).await;
    let world = pair(&app).await;
    let caller = world.sidecar("caller");
    let call = caller.call(Method::POST, "/v1.0/invoke/callee/method/m");
    let call = call.header("Dapr-Caller-App-Id", "somebody-else");
    call.header("authorization", "Bearer t").send().await.unwrap();
    let received = app.calls.posts("/m").remove(0);
    let callers: Vec<_> = received.headers.get_all("dapr-caller-app-id").iter().collect();
    let callers: BTreeSet<_> = callers.into_iter().map(|name| name.to_str().unwrap()).collect();
    assert_eq!(callers, BTreeSet::from(["caller", "somebody-else"]), "in any order");
    assert_eq!(received.header("authorization"), "Bearer t");
}

#[tokio::test]
async fn basic_authentication_may_name_the_target() {
    let app = TestApp::start(ok).await;
    let world = pair(&app).await;
    let call = world.sidecar("caller").call(Method::POST, "/anything");
    let answer = call.basic_auth("dapr-app-id", Some("callee")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(app.calls.posts("/anything").len(), 1);
}

#[tokio::test]
async fn neither_answers_nor_an_application_that_is_away_are_tried_again() {
    let app = TestApp::start(|_, _| (503, String::new())).await;
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let world = world(NO_FILES)
        .app("callee", app.port)
        .app("absent", port)
        .client("caller")
        .impatient()
        .start()
        .await;
    let caller = world.sidecar("caller");
    assert_eq!(caller.post("/v1.0/invoke/callee/method/m", &json!(1)).await.status(), 503);
    assert_eq!(app.calls.posts("/m").len(), 1);
    let began = std::time::Instant::now();
    let answer = caller.post("/v1.0/invoke/absent/method/m", &json!(1)).await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.json::<Value>().await.unwrap()["errorCode"], "ERR_DIRECT_INVOKE");
    assert!(began.elapsed().as_secs() < 3, "the application's own sidecar answers");
}

#[tokio::test]
async fn a_sidecar_that_cannot_be_reached_is_tried_three_times_more() {
    only_on!(Dapr, "sidecars of the local runtime cannot be away one by one");
    let app = TestApp::start(ok).await;
    let world = pair(&app).await;
    let caller = world.sidecar("caller");
    assert_eq!(caller.post("/v1.0/invoke/callee/method/m", &json!(1)).await.status(), 200);
    world.kill_sidecar("callee").await;
    let began = std::time::Instant::now();
    let answer = caller.post("/v1.0/invoke/callee/method/m", &json!(1)).await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.json::<Value>().await.unwrap()["errorCode"], "ERR_DIRECT_INVOKE");
    assert!(began.elapsed().as_secs() >= 3, "a second apart: {:?}", began.elapsed());
}
