//! A mail server that takes everything (RFC 5321, as far as one polite client needs it).

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// One mail: who it was handed over for, and its text with headers.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) recipients: Vec<String>,
    pub(crate) text: String,
}

#[derive(Clone, Default)]
pub(crate) struct MailServer {
    mails: Arc<Mutex<Vec<Received>>>,
    open: Arc<AtomicUsize>,
    most_open: Arc<AtomicUsize>,
}

impl MailServer {
    /// Starts on a port of its own.
    pub(crate) async fn start() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self::default();
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().talk(stream));
            }
        });
        (server, port)
    }

    pub(crate) fn mails(&self) -> Vec<Received> {
        self.mails.lock().unwrap().clone()
    }

    /// The largest number of mails that were underway at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.most_open.load(Ordering::SeqCst)
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut mail = Received { recipients: Vec::new(), text: String::new() };
        let mut in_text = false;
        write.write_all(b"220 test\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let command = line.to_ascii_uppercase();
            let reply = if in_text && line == "." {
                in_text = false;
                self.open.fetch_sub(1, Ordering::SeqCst);
                self.mails.lock().unwrap().push(mail.clone());
                "250 kept"
            } else if in_text {
                mail.text.push_str(&line);
                mail.text.push('\n');
                continue;
            } else if command == "DATA" {
                in_text = true;
                let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
                self.most_open.fetch_max(open, Ordering::SeqCst);
                "354 go on"
            } else {
                if command.starts_with("MAIL FROM") {
                    mail = Received { recipients: Vec::new(), text: String::new() };
                }
                if command.starts_with("RCPT TO") {
                    mail.recipients.push(line[8..].trim_matches(['<', '>']).to_owned());
                }
                "250 ok"
            };
            if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
    }
}
