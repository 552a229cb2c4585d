//! Behind a real local runtime, with the product's own components and subscriptions.

use std::{net::SocketAddr, path::Path, time::Duration};

use serde_json::{Value, json, value::to_raw_value};
use todo_dapr::{Dapr, DaprConfig, Destination, OutgoingEvent};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig,
    database::TestDatabase,
    test_resources::{ResourceFolder, TestResources},
};
use todo_service_kit::{
    Clock, Env, Health, Kit, Secret, Tasks,
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

/// The product's files that concern this service.
const RESOURCES: [&str; 6] = [
    "components/broadcast.yaml",
    "components/events.yaml",
    "components/secrets.yaml",
    "resiliency/deliveries.yaml",
    "subscriptions/websocket-notifications.yaml",
    "subscriptions/websocket-task-updates.yaml",
];

fn resources() -> ResourceFolder {
    let product = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dapr");
    let files = RESOURCES.iter().map(|file| product.join(file));
    let resources = files.fold(TestResources::default(), TestResources::copy_of);
    resources.secrets(&[("jwt-secret", SECRET)]).write().unwrap()
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

/// The service as it is built for production, its sidecar and the sidecar of chat-api.
struct Stage {
    public: SocketAddr,
    chat_api: Dapr,
    runtime: Runtime,
    cancel: CancellationToken,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

impl Stage {
    async fn open() -> Self {
        let (database, folder) = (TestDatabase::create().await.unwrap(), resources());
        let app = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            apps: vec![
                AppConfig::new("websocket", app.local_addr().unwrap().port()),
                AppConfig { app_port: None, ..AppConfig::new("chat-api", 0) },
            ],
            app_api_token: Some(APP_TOKEN.to_owned()),
            secrets_file: Some(folder.secrets()),
            ..RuntimeConfig::new(database.url())
        })
        .await
        .unwrap();
        let sidecar_of = |app| {
            let port = runtime.http_port(app).unwrap();
            Dapr::new(&DaprConfig::local(port)).unwrap()
        };
        let cancel = CancellationToken::new();
        let public = serve_built(app, sidecar_of("websocket"), &cancel).await;
        let chat_api = sidecar_of("chat-api");
        Self { public, chat_api, runtime, cancel, _folder: folder, _database: database }
    }

    async fn close(self) {
        self.cancel.cancel();
        self.runtime.shutdown().await;
    }
}

/// Builds the service, which reads its secret from the sidecar, and serves it; answers its public address.
async fn serve_built(app: TcpListener, dapr: Dapr, cancel: &CancellationToken) -> SocketAddr {
    let env = Env::from([("APP_PORT", "1"), ("APP_API_TOKEN", APP_TOKEN)]);
    let (base, config) = config::load::<Config>(env).unwrap();
    let tasks = Tasks::unsupervised(cancel.clone());
    let kit = Kit {
        base,
        dapr,
        clock: Clock::system(),
        health: Health::default(),
        tasks,
        cancel: cancel.clone(),
    };
    let routes = build(config, kit).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let people = public(routes.public.unwrap(), 1024, &routes.public_options);
    let sidecar = sidecar(routes.sidecar, &SidecarOptions::new(Secret::new(APP_TOKEN)));
    tokio::spawn(serve(listener, people, ServeOptions::public(), cancel.clone()));
    tokio::spawn(serve(app, sidecar, ServeOptions::sidecar(), cancel.clone()));
    address
}

#[tokio::test]
async fn what_chat_api_publishes_reaches_the_page() {
    let stage = Stage::open().await;
    let secret = Secret::new(SECRET);
    let minter = Minter::new(&secret, TokenPolicy::default(), Clock::system()).unwrap();
    let token = minter.mint(&"ada".parse().unwrap(), Duration::from_secs(60)).unwrap().token;
    let mut page = Client::with_token(stage.public, token.expose()).await;
    assert_eq!(page.frame().await["type"], "hello");
    // A consumer that starts at the newest message gets what is published once it reads.
    let mut sequence = 0;
    let frame = loop {
        sequence += 1;
        assert!(sequence < 600, "nothing came");
        let (kind, change) = ("todo.task-update.updated.v1", update("ada", sequence, ""));
        publish(&stage.chat_api, kind, "task-updates", &change).await;
        if let Ok(frame) = timeout(Duration::from_millis(50), page.frame()).await {
            break frame;
        }
    };
    assert_eq!((&frame["type"], &frame["task"]["title"]), (&json!("task"), &json!("Pay rent")));
    stage.close().await;
}
