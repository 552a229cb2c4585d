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
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use websocket::{Config, build};

use crate::{
    client::{Client, Received, try_with_token},
    server::{SECRET, update, within},
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

async fn publish(dapr: &Dapr, kind: &str, topic: &str, key: &str, data: &Value) {
    let to = Destination { pubsub: "events".to_owned(), topic: topic.to_owned() };
    let event = OutgoingEvent {
        id: Uuid::now_v7().to_string(),
        kind: kind.to_owned(),
        partition_key: key.to_owned(),
        data: to_raw_value(data).unwrap(),
    };
    dapr.publish(&to, &event).await.unwrap();
}

/// The service as it is built for production, its sidecar and the sidecar of chat-api.
struct Stage {
    public: SocketAddr,
    app: SocketAddr,
    chat_api: Dapr,
    runtime: Runtime,
    cancel: CancellationToken,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

impl Stage {
    async fn open() -> Self {
        let (database, folder) = (TestDatabase::create().await.unwrap(), resources());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let app = listener.local_addr().unwrap();
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            apps: vec![
                AppConfig::new("websocket", app.port()),
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
        let public = serve_built(listener, sidecar_of("websocket"), &cancel).await;
        let chat_api = sidecar_of("chat-api");
        Self { public, app, chat_api, runtime, cancel, _folder: folder, _database: database }
    }

    /// What a sidecar does at its start.
    async fn ask_for_configuration(&self) -> Value {
        let request = reqwest::Client::new().get(format!("http://{}/dapr/config", self.app));
        let request = request.header("dapr-api-token", APP_TOKEN);
        request.send().await.unwrap().json().await.unwrap()
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

/// Opens a socket as soon as the service takes clients in.
async fn admitted(stage: &Stage, token: &Secret) -> Client {
    within("a place", async {
        loop {
            match try_with_token(stage.public, token.expose()).await {
                Ok(client) => return client,
                Err(refusal) => assert_eq!(refusal, (503, "not_hearing_yet".to_owned())),
            }
        }
    })
    .await
}

fn token() -> Secret {
    let minter = Minter::new(&Secret::new(SECRET), TokenPolicy::default(), Clock::system());
    minter.unwrap().mint(&"ada".parse().unwrap(), Duration::from_secs(60)).unwrap().token
}

#[tokio::test]
async fn who_is_taken_in_hears_the_next_change_at_once() {
    let stage = Stage::open().await;
    let mut page = admitted(&stage, &token()).await;
    assert_eq!(page.frame().await["type"], "hello");
    // Its consumer group starts at the newest message. One change for every partition, published once each.
    for number in 0..16 {
        let (kind, change) = ("todo.task-update.updated.v1", update("ada", number, ""));
        publish(&stage.chat_api, kind, "task-updates", &format!("key {number}"), &change).await;
    }
    let mut sequences = page.sequences(16).await;
    sequences.sort_unstable();
    assert!(sequences.iter().copied().eq(0..16), "{sequences:?}");
    stage.close().await;
}

#[tokio::test]
async fn when_the_sidecar_starts_anew_clients_come_back_and_list() {
    let stage = Stage::open().await;
    let token = token();
    let mut page = admitted(&stage, &token).await;
    assert_eq!(page.frame().await["type"], "hello");
    let (kind, change) = ("todo.task-update.updated.v1", update("ada", 7, ""));
    publish(&stage.chat_api, kind, "task-updates", "ada", &change).await;
    assert_eq!(page.sequences(1).await, [7]);
    // A sidecar asks for the configuration when it starts, and reads in another group from then on.
    let asked = stage.ask_for_configuration().await;
    assert_eq!(asked, json!({}));
    assert!(matches!(page.end().await, Received::Closed(1013)));
    let mut again = admitted(&stage, &token).await;
    assert_eq!(again.frame().await, json!({"type": "hello", "user_id": "ada", "sequence": null}));
    again.send(json!({"type": "resume", "sequence": 7})).await;
    assert_eq!(again.frame().await, json!({"type": "resync", "reason": "no_history"}));
    stage.close().await;
}
