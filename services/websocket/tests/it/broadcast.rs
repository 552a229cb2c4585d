//! Behind a real local runtime, with the product's own components and subscriptions.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json, value::to_raw_value};
use todo_dapr::{Dapr, DaprConfig, Destination, OutgoingEvent};
use todo_local_runtime::{AppConfig, Runtime, RuntimeConfig, database::TestDatabase};
use todo_service_kit::{
    Clock, Env, Kit, Secret, Tasks,
    auth::{Minter, TokenPolicy},
    config,
    http::{SidecarOptions, public, sidecar},
    serve::{ServeOptions, serve},
};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use websocket::{Config, build};

use crate::{
    client::Client,
    server::{SECRET, update},
};

const APP_TOKEN: &str = "from the sidecar";

/// The components that are needed here, and the secrets.
struct Folder(PathBuf);

impl Folder {
    fn new(product: &Path) -> Self {
        let name = format!("todo-websocket-{}", Uuid::new_v4().simple());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(folder.0.join("components")).unwrap();
        for file in ["broadcast.yaml", "events.yaml", "secrets.yaml"] {
            let from = product.join("components").join(file);
            fs::copy(from, folder.0.join("components").join(file)).unwrap();
        }
        fs::write(folder.secrets(), json!({"jwt-secret": SECRET}).to_string()).unwrap();
        folder
    }

    fn secrets(&self) -> PathBuf {
        self.0.join("secrets.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn publish(dapr: &Dapr, kind: &str, topic: &str, data: &Value) {
    let to = Destination { pubsub: "events".to_owned(), topic: topic.to_owned() };
    let event = OutgoingEvent {
        id: Uuid::now_v7().to_string(),
        kind: kind.to_owned(),
        partition_key: "ada".to_owned(),
        data: to_raw_value(data).unwrap(),
    };
    dapr.publish(&to, &event).await.unwrap();
}

#[tokio::test]
async fn what_chat_api_publishes_reaches_the_page() {
    let product = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dapr");
    let (database, folder) = (TestDatabase::create().await.unwrap(), Folder::new(&product));
    let app_listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let app_port = app_listener.local_addr().unwrap().port();
    let runtime = Runtime::start(RuntimeConfig {
        resources: vec![
            folder.0.join("components"),
            product.join("subscriptions"),
            product.join("resiliency"),
        ],
        apps: vec![
            AppConfig::new("websocket", app_port),
            AppConfig { app_port: None, ..AppConfig::new("chat-api", 0) },
        ],
        app_api_token: Some(APP_TOKEN.to_owned()),
        secrets_file: Some(folder.secrets()),
        ..RuntimeConfig::new(database.url())
    })
    .await
    .unwrap();
    let client = |app| Dapr::new(&DaprConfig::local(runtime.http_port(app).unwrap())).unwrap();

    let cancel = CancellationToken::new();
    let env = Env::from([("APP_PORT", "1"), ("APP_API_TOKEN", APP_TOKEN)]);
    let (base, config) = config::load::<Config>(env).unwrap();
    let (clock, tasks) = (Clock::system(), Tasks::unsupervised(cancel.clone()));
    let dapr = client("websocket");
    let kit = Kit { base, dapr, clock: clock.clone(), tasks, cancel: cancel.clone() };
    let routes = build(config, kit).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let people = public(routes.public.unwrap(), 1024, &routes.public_options);
    let app = sidecar(routes.sidecar, &SidecarOptions::new(Secret::new(APP_TOKEN)));
    tokio::spawn(serve(listener, people, ServeOptions::public(), cancel.clone()));
    tokio::spawn(serve(app_listener, app, ServeOptions::sidecar(), cancel.clone()));

    let minter = Minter::new(&Secret::new(SECRET), TokenPolicy::default(), clock).unwrap();
    let token = minter.mint(&"ada".parse().unwrap(), Duration::from_secs(60)).unwrap().token;
    let mut page = Client::with_token(address, token.expose()).await;
    assert_eq!(page.frame().await["type"], "hello");
    let chat_api = client("chat-api");
    // A consumer that starts at the newest message gets what is published once it reads.
    let mut sequence = 0;
    let frame = loop {
        sequence += 1;
        assert!(sequence < 600, "nothing came");
        let kind = "todo.task-update.updated.v1";
        publish(&chat_api, kind, "task-updates", &update("ada", sequence, "")).await;
        if let Ok(frame) = timeout(Duration::from_millis(50), page.frame()).await {
            break frame;
        }
    };
    assert_eq!((&frame["type"], &frame["task"]["title"]), (&json!("task"), &json!("Pay rent")));
    cancel.cancel();
    runtime.shutdown().await;
}
