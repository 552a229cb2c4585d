//! Requests that begin and do not end hold nothing up.

use serde_json::json;
use todo_tests::{LONG, Person};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::shared::product;

async fn connection(text: &str) -> TcpStream {
    let url = product().url("");
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Reads until the server closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut text)).await;
    // A reset is an end as well.
    let _ = read.expect("the server gives up");
    String::from_utf8_lossy(&text).into_owned()
}

fn head(person: &Person, length: usize) -> String {
    let (user, token) = (person.user(), person.token());
    format!(
        "POST /api/{user}/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_half_sent_head_is_cut_off() {
    let ada = product().person("ada").await.unwrap();
    let stuck = connection("POST /api/ada/tasks HTTP/1.1\r\nhost: x\r\ncontent-le").await;
    ada.add(json!({ "title": "meanwhile" })).await;
    rest(stuck).await;
}

#[tokio::test]
async fn a_half_sent_body_makes_no_task() {
    let ada = product().person("ada").await.unwrap();
    let body = json!({ "title": "half" }).to_string();
    // All but the last byte, and then the sender hangs up.
    let gone = connection(&(head(&ada, body.len()) + &body[..body.len() - 1])).await;
    drop(gone);
    // A whole JSON text that is shorter than was promised, and a sender who waits for an answer.
    let waiting = connection(&(head(&ada, body.len() + 10) + &body)).await;
    ada.add(json!({ "title": "meanwhile" })).await;
    let answer = rest(waiting).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 504"),
        "{answer}"
    );
    let all = ada.tasks("&status=all").await;
    assert_eq!(all.len(), 1, "{all:#?}");
}

#[tokio::test]
async fn nonsense_on_the_wire_is_a_400() {
    for nonsense in [
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fffd}\x03\x03\r\n\r\n",
        "GET /\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
    ] {
        let answer = rest(connection(nonsense).await).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{nonsense:?}: {answer}");
    }
}
