//! chat-api in this process, its sidecar, a database of its own, and somebody who asks.

use std::time::Duration;

use axum::Router;
use chat_api::{Config, build};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;
use todo_dapr::{Dapr, DaprConfig};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig, database::TestDatabase, test_resources::ResourceFolder,
};
use todo_service_kit::{
    Clock, Env, Health, Kit, Secret, Tasks,
    auth::{Minter, TokenPolicy},
    config,
    http::{SidecarOptions, public, sidecar},
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    resources::{JWT_SECRET, resources},
    wire::Wire,
};

const TOKEN: &str = "app-token";
/// The service's usual one.
const BODY_LIMIT: usize = 1024 * 1024;

pub(crate) struct Stage {
    /// What the service asks its sidecar.
    pub(crate) wire: Wire,
    url: String,
    client: Client,
    token: String,
    runtime: Runtime,
    _stop: DropGuard,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Stage {
    /// With development sign-in.
    pub(crate) async fn open() -> Self {
        Self::open_with(&[("DEV_LOGIN", "true")], None).await
    }

    /// With variables, and somebody who plays another service: an app-id and its routes.
    pub(crate) async fn open_with(
        variables: &[(&str, &str)],
        neighbour: Option<(&str, Router)>,
    ) -> Self {
        Self::open_all(variables, neighbour, None).await
    }

    /// With a model behind the chat.
    pub(crate) async fn open_with_model(variables: &[(&str, &str)], model: &str) -> Self {
        let all: Vec<_> = [("LLM_COMPONENT", "llm")].iter().chain(variables).copied().collect();
        Self::open_all(&all, None, Some(model)).await
    }

    async fn open_all(
        variables: &[(&str, &str)],
        neighbour: Option<(&str, Router)>,
        model: Option<&str>,
    ) -> Self {
        let database = TestDatabase::create().await.unwrap();
        todo_migrate::migrate(database.url()).await.unwrap();
        let folder = resources(database.url(), model);
        let cancel = CancellationToken::new();
        let (inside, outside) = (listener().await, listener().await);
        let mut apps = vec![AppConfig::new("chat-api", port(&inside))];
        if let Some((app_id, routes)) = neighbour {
            let beside = listener().await;
            apps.push(AppConfig::new(app_id, port(&beside)));
            serve(beside, routes, &cancel);
        }
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            secrets_file: Some(folder.secrets()),
            apps,
            app_api_token: Some(TOKEN.to_owned()),
            ..RuntimeConfig::new(database.url())
        })
        .await
        .unwrap();
        let wire = Wire::default();
        let tapped = wire.tap(runtime.http_port("chat-api").unwrap(), &cancel).await;
        let dapr = Dapr::new(&DaprConfig::local(tapped)).unwrap();
        let url = format!("http://{}", outside.local_addr().unwrap());
        start(inside, outside, dapr, variables, &cancel).await;
        let (client, token) = (Client::new(), token("ziakhan", &Clock::system(), 3600));
        let (_stop, _folder, _database) = (cancel.drop_guard(), folder, database);
        Self { wire, url, client, token, runtime, _stop, _folder, _database }
    }

    /// A request without a token; `path` is the whole path.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A request as `ziakhan`; `path` follows `/api/ziakhan`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/api/ziakhan{path}")).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        answer(self.request(method, path).json(body)).await
    }

    /// Makes a task and answers it.
    pub(crate) async fn create(&self, body: &Value) -> Value {
        self.send(Method::POST, "/tasks", body).await.expect(201)
    }

    /// The service's sidecar; calls made here are not noted on the wire.
    pub(crate) fn sidecar(&self) -> Dapr {
        Dapr::new(&DaprConfig::local(self.sidecar_port())).unwrap()
    }

    pub(crate) fn sidecar_port(&self) -> u16 {
        self.runtime.http_port("chat-api").unwrap()
    }

    pub(crate) async fn close(self) {
        self.runtime.shutdown().await;
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem: its code and the pointer of its first error.
    pub(crate) fn problem(&self, status: u16) -> (String, String) {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].is_string() && problem["title"].is_string(), "{problem}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&problem["code"]), text(&problem["errors"][0]["pointer"]))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// A token of the service's own secret.
pub(crate) fn token(user: &str, clock: &Clock, seconds: u64) -> String {
    let policy = TokenPolicy::default();
    let minter = Minter::new(&Secret::new(JWT_SECRET), policy, clock.clone()).unwrap();
    let minted = minter.mint(&user.parse().unwrap(), Duration::from_secs(seconds)).unwrap();
    minted.token.expose().to_owned()
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

fn serve(listener: TcpListener, router: Router, cancel: &CancellationToken) {
    let stopped = cancel.clone().cancelled_owned();
    tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
}

async fn start(
    inside: TcpListener,
    outside: TcpListener,
    dapr: Dapr,
    variables: &[(&str, &str)],
    cancel: &CancellationToken,
) {
    let usual = [("APP_PORT", "1"), ("APP_API_TOKEN", TOKEN), ("RATE_LIMIT_PER_SECOND", "0")];
    let env: Env = usual.iter().chain(variables).copied().collect();
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
    let options = SidecarOptions::new(Secret::new(TOKEN));
    serve(inside, sidecar(routes.sidecar, &options), cancel);
    serve(outside, public(routes.public.unwrap(), BODY_LIMIT, &routes.public_options), cancel);
}
