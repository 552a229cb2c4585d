//! Who gets a socket.

use std::time::Duration;

use serde_json::json;
use todo_service_kit::{
    Secret,
    auth::{Minter, TokenPolicy},
};

use crate::{
    client::{Client, open, request},
    server::Server,
};

const OFFER: &str = "sec-websocket-protocol";

async fn refusal(server: &Server, headers: &[(&str, &str)]) -> (u16, String) {
    open(request(server, headers)).await.err().expect("refused")
}

fn base64url(text: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = bits >> (18 - 6 * place) & 63;
            encoded.push(char::from(alphabet[index as usize]));
        }
    }
    encoded
}

#[tokio::test]
async fn only_a_good_token_opens_a_socket() {
    let server = Server::start().await;
    let good = server.token("ada");
    let claims = good.split('.').nth(1).unwrap();
    let signature = good.split('.').nth(2).unwrap();
    let foreign = |secret: &str, policy: TokenPolicy| {
        let minter = Minter::new(&Secret::new(secret), policy, server.clock.clone()).unwrap();
        let minted = minter.mint(&"ada".parse().unwrap(), Duration::from_secs(60)).unwrap();
        minted.token.expose().to_owned()
    };
    let other_audience = TokenPolicy { audience: "other".to_owned(), ..TokenPolicy::default() };
    let mallory = base64url(r#"{"iss":"todo","aud":"todo-api","sub":"mallory","exp":9999999999}"#);
    let header = good.split('.').next().unwrap();
    let attacks = [
        format!("{}.{claims}.", base64url(r#"{"alg":"none","typ":"JWT"}"#)),
        format!("{}.{claims}.{signature}", base64url(r#"{"alg":"HS512","typ":"JWT"}"#)),
        format!("{header}.{mallory}.{signature}"),
        foreign("another secret of at least thirty-two bytes", TokenPolicy::default()),
        foreign(crate::server::SECRET, other_audience),
        "x".repeat(9_000),
        "..".to_owned(),
        String::new(),
    ];
    for token in attacks {
        let offer = format!("todo.v1, bearer.{token}");
        let (status, code) = refusal(&server, &[(OFFER, &offer)]).await;
        assert_eq!((status, code.as_str()), (401, "token_invalid"), "{token}");
    }
    let (status, code) = refusal(&server, &[(OFFER, "todo.v1")]).await;
    assert_eq!((status, code.as_str()), (401, "token_missing"));
    server.clock.advance(Duration::from_secs(60));
    let offer = format!("todo.v1, bearer.{good}");
    let (status, code) = refusal(&server, &[(OFFER, &offer)]).await;
    assert_eq!((status, code.as_str()), (401, "token_expired"));
    assert_eq!(server.hub.sockets(), 0);
}

#[tokio::test]
async fn the_subprotocol_must_be_offered() {
    let server = Server::start().await;
    let offer = format!("todo.v2, bearer.{}", server.token("ada"));
    let (status, code) = refusal(&server, &[(OFFER, &offer)]).await;
    assert_eq!((status, code.as_str()), (400, "subprotocol_missing"));
}

#[tokio::test]
async fn a_program_may_send_its_token_as_a_header() {
    let server = Server::start().await;
    let token = format!("Bearer {}", server.token("ada"));
    let headers = [(OFFER, "todo.v1"), ("authorization", token.as_str())];
    let mut client = open(request(&server, &headers)).await.ok().unwrap();
    assert_eq!(client.frame().await, json!({"type":"hello","user_id":"ada","sequence":null}));
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_when_origins_are_listed() {
    let server = Server::with(&[("ALLOWED_ORIGINS", "https://todo.example")]).await;
    let offer = format!("todo.v1, bearer.{}", server.token("ada"));
    let from = |origin| [(OFFER, offer.as_str()), ("origin", origin)];
    for origin in
        ["https://evil.example", "null", "https://todo.example.evil", "http://todo.example"]
    {
        let (status, code) = refusal(&server, &from(origin)).await;
        assert_eq!((status, code.as_str()), (403, "origin_not_allowed"), "{origin}");
    }
    assert!(open(request(&server, &from("https://todo.example"))).await.is_ok());
    // No origin: not a page.
    Client::greeted(&server, "ada").await;
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_told_so() {
    let server = Server::start().await;
    let plain = |headers: &'static str| {
        let (address, token) = (server.address, server.token("ada"));
        async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request = format!(
                "GET /ws HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n{headers}connection: close\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        }
    };
    let answer = plain("").await;
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
    assert!(
        answer.contains("upgrade: websocket") && answer.contains("upgrade_required"),
        "{answer}"
    );
    let answer = plain("upgrade: websocket\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}
