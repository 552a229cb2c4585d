//! `bindings.smtp` against a mail server of a few lines.

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use crate::support::{PATIENCE, optional, world};

/// Accepts everything and hands on the text of each mail, envelope first.
async fn serve(stream: TcpStream, mails: mpsc::Sender<String>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut mail, mut in_data) = (String::new(), false);
    write.write_all(b"220 test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match (in_data, line.as_str()) {
            (true, ".") => {
                in_data = false;
                mails.send(std::mem::take(&mut mail)).await.unwrap();
                "250 kept\r\n"
            }
            (true, text) => {
                mail.push_str(text);
                mail.push('\n');
                continue;
            }
            (false, "DATA") => {
                in_data = true;
                "354 go on\r\n"
            }
            (false, "QUIT") => "221 bye\r\n",
            (false, command) => {
                if command.starts_with("MAIL") || command.starts_with("RCPT") {
                    mail.push_str(command);
                    mail.push('\n');
                }
                "250 fine\r\n"
            }
        };
        write.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn mails_are_html_with_the_requests_own_fields() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, mut mails) = mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, sender.clone()));
        }
    });
    let component = optional("email.yaml").replace("\"1025\"", &format!("\"{port}\""));
    let world = world([component]).client("notification").start().await;
    // First, since the real binding remembers what a request before said.
    let incomplete =
        json!({"operation": "create", "data": "", "metadata": {"emailTo": "one@example.org"}});
    assert_eq!(
        world.sidecar("notification").post("/v1.0/bindings/email", &incomplete).await.status(),
        500
    );
    let mail = json!({"operation": "create", "data": "<p>Call mom</p>",
                      "metadata": {"emailTo": "one@example.org;two@example.org", "subject": "Reminder"}});
    let answer = world.sidecar("notification").post("/v1.0/bindings/email", &mail).await;
    assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
    let text = tokio::time::timeout(PATIENCE, mails.recv()).await.unwrap().unwrap();
    for part in [
        "MAIL FROM:<todo@localhost>",
        "RCPT TO:<one@example.org>",
        "RCPT TO:<two@example.org>",
        "Subject: Reminder",
        "Content-Type: text/html",
        "<p>Call mom</p>",
    ] {
        assert!(text.contains(part), "{part} not in {text}");
    }
}
