//! What an open socket costs, and how long one event takes to reach many.
//!
//! `cargo run --release -p websocket --example idle_sockets -- 2000 2000` opens 2,000 sockets of 2,000 users. A second
//! process holds the clients' ends, so that only the service's memory is counted.

use std::{net::SocketAddr, process::Stdio, time::Instant};

use anyhow::{Context as _, bail};
use axum::{
    body::Body,
    http::{Request, Response},
};
use futures_util::{StreamExt as _, future::try_join_all};
use serde_json::json;
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{
    Clock, Env, Health, Kit, Secret, Tasks,
    auth::{Minter, TokenPolicy},
    config::load,
    http::{SidecarOptions, public, sidecar},
    serve::{ServeOptions, serve},
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest as _};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use websocket::{App, Config, hub::Hub};

const SECRET: &str = "a secret of at least thirty-two bytes";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |place: usize, default| arguments.get(place).map_or(Ok(default), |text| text.parse());
    let (sockets, users): (usize, usize) = (number(0, 2000)?, number(1, 2000)?);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    match arguments.get(2) {
        Some(address) => runtime.block_on(clients(address.parse()?, sockets, users)),
        None => runtime.block_on(service(sockets, users)),
    }
}

async fn service(sockets: usize, users: usize) -> anyhow::Result<()> {
    let (app, hub) = app()?;
    let routes = app.into_routes();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let people = routes.public.context("public routes")?;
    let people = public(people, 1024, &routes.public_options);
    tokio::spawn(serve(listener, people, ServeOptions::public(), CancellationToken::new()));
    let sidecar = sidecar(routes.sidecar, &SidecarOptions::new(Secret::new("token")));

    let before = resident_kilobytes()?;
    let opening = Instant::now();
    let mut child = tokio::process::Command::new(std::env::current_exe()?)
        .args([sockets.to_string(), users.to_string(), address.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("the clients' output")?).lines();
    lines.next_line().await?.context("the clients are open")?;
    let opened = opening.elapsed();
    let after = resident_kilobytes()?;
    println!("{} sockets of {users} users in {opened:?}", hub.sockets());
    println!(
        "resident: {before} KB before, {after} KB after, {} bytes a socket",
        (after - before) * 1024 / sockets.max(1)
    );

    for sequence in 1..=3 {
        let sending = Instant::now();
        for user in 0..users {
            let status = sidecar.clone().oneshot(event(user, sequence)?).await?;
            anyhow::ensure!(Response::status(&status).is_success(), "the event is taken");
        }
        let sent = sending.elapsed();
        lines.next_line().await?.context("the clients have it")?;
        println!(
            "{users} events to {sockets} sockets: sent in {sent:?}, there after {:?}",
            sending.elapsed()
        );
    }
    println!("resident: {} KB in the end", resident_kilobytes()?);
    Ok(())
}

fn app() -> anyhow::Result<(App, Hub)> {
    let env = Env::from([
        ("APP_PORT", "1"),
        ("APP_API_TOKEN", "token"),
        ("MAX_SOCKETS", "100000"),
        ("MAX_SOCKETS_PER_USER", "100000"),
    ]);
    let (base, config) = load::<Config>(env)?;
    let cancel = CancellationToken::new();
    let dapr = Dapr::new(&DaprConfig::local(1))?;
    let tasks = Tasks::unsupervised(cancel.clone());
    let kit = Kit { base, dapr, clock: Clock::system(), health: Health::default(), tasks, cancel };
    let app = App::new(config, kit, &Secret::new(SECRET))?;
    let hub = app.hub.clone();
    Ok((app, hub))
}

fn event(user: usize, sequence: u64) -> anyhow::Result<Request<Body>> {
    let id = uuid::Uuid::nil();
    let data = json!({"schema_version": 1, "event_id": id, "event_type": "updated", "task_id": id,
        "user_id": format!("user-{user}"), "revision": sequence, "sequence": sequence,
        "timestamp": "2026-11-21T12:00:00Z", "actor": "api",
        "task_data": {"title": "Pay rent", "description": "x".repeat(400)}});
    let event = json!({"specversion": "1.0", "id": "1", "source": "chat-api",
        "type": "todo.task-update.updated.v1", "data": data});
    let request = Request::post("/events/task-updates").header("dapr-api-token", "token");
    Ok(request.body(Body::from(event.to_string()))?)
}

/// The other process: opens all sockets, then writes a line each time that all of them have got a frame.
async fn clients(address: SocketAddr, sockets: usize, users: usize) -> anyhow::Result<()> {
    let minter = Minter::new(&Secret::new(SECRET), TokenPolicy::default(), Clock::system())?;
    let mut open = Vec::with_capacity(sockets);
    for start in (0..sockets).step_by(100) {
        let opening = (start..sockets.min(start + 100)).map(|number| {
            let minter = minter.clone();
            async move {
                let user = format!("user-{}", number % users).parse()?;
                let token = minter.mint(&user, std::time::Duration::from_secs(3600))?.token;
                let mut request = format!("ws://{address}/ws").into_client_request()?;
                let offer = format!("todo.v1, bearer.{}", token.expose());
                request.headers_mut().insert("sec-websocket-protocol", offer.parse()?);
                let (mut socket, _) = connect_async(request).await?;
                socket.next().await.context("hello")??;
                anyhow::Ok(socket)
            }
        });
        open.extend(try_join_all(opening).await?);
    }
    loop {
        println!("done");
        for socket in &mut open {
            // The service has ended.
            let Some(Ok(message)) = socket.next().await else { return Ok(()) };
            if !message.is_text() {
                bail!("unexpected: {message:?}");
            }
        }
    }
}

fn resident_kilobytes() -> anyhow::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status").context("Linux only")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
