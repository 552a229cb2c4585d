//! One terminal for everybody: each line carries the name of who wrote it.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// ANSI colours that are readable on dark and on light ground.
const COLOURS: [u8; 6] = [36, 33, 35, 32, 34, 31];
/// A line longer than this is written in pieces, so that a program without line ends cannot fill
/// our memory.
const LONGEST: usize = 64 * 1024;

/// Room for a name: `recurring-task-daprd` is the longest of a usual run.
const WIDTH: usize = 20;

/// Where log lines go. Cloning is cheap; lines of different writers never mix.
#[derive(Clone)]
pub struct Output {
    writer: Arc<Mutex<dyn Write + Send>>,
    colour: bool,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("colour", &self.colour).finish_non_exhaustive()
    }
}

impl Output {
    /// The process's own output, coloured when it is a terminal.
    #[must_use]
    pub fn stdout() -> Self {
        Self::new(io::stdout(), io::stdout().is_terminal())
    }

    /// Any writer.
    pub fn new(writer: impl Write + Send + 'static, colour: bool) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)), colour }
    }

    /// A file, begun anew.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(path: &Path) -> io::Result<Self> {
        Ok(Self::new(File::create(path)?, false))
    }

    /// Throws everything away.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(io::sink(), false)
    }

    /// A writer for `tracing_subscriber`, whose lines carry `name`.
    pub fn named(&self, name: &'static str) -> impl Fn() -> NamedWriter + Send + Sync + use<> {
        let output = self.clone();
        move || NamedWriter { output: output.clone(), name }
    }

    /// Writes one line under a name. `index` chooses the colour.
    pub(crate) fn line(&self, index: usize, name: &str, text: &str) {
        let line = if self.colour {
            let colour = COLOURS[index % COLOURS.len()];
            format!("\x1b[{colour}m{name:<WIDTH$} |\x1b[0m {text}\n")
        } else {
            format!("{name:<WIDTH$} | {text}\n")
        };
        self.write(&line);
    }

    /// Writes text of our own, without a name.
    pub(crate) fn write(&self, text: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A closed terminal is no reason to stop the services: there is nobody to tell.
        let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
    }

    /// Passes a child's stream on, line by line, until it ends.
    pub(crate) async fn forward(&self, index: usize, name: &str, stream: impl AsyncRead + Unpin) {
        let mut reader = BufReader::new(stream);
        let mut pending = Vec::new();
        loop {
            let available = match reader.fill_buf().await {
                Ok(bytes) => bytes,
                Err(error) => return self.line(index, name, &format!("(output lost: {error})")),
            };
            if available.is_empty() {
                break;
            }
            let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(available.len());
            pending.extend_from_slice(&available[..taken]);
            reader.consume(taken);
            if end.is_some() || pending.len() >= LONGEST {
                self.flush_line(index, name, &mut pending);
            }
        }
        if !pending.is_empty() {
            self.flush_line(index, name, &mut pending);
        }
    }

    fn flush_line(&self, index: usize, name: &str, pending: &mut Vec<u8>) {
        self.line(index, name, String::from_utf8_lossy(pending).trim_end_matches(['\n', '\r']));
        pending.clear();
    }
}

/// Writes each line it is given under one name.
#[derive(Debug)]
pub struct NamedWriter {
    output: Output,
    name: &'static str,
}

impl Write for NamedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in String::from_utf8_lossy(bytes).lines() {
            self.output.line(COLOURS.len() - 1, self.name, line);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Keeps what was written, for a test to look at.
    #[derive(Clone, Default)]
    pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Kept {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn every_line_carries_its_name_also_the_last_without_an_end() {
        let kept = Kept::default();
        let output = Output::new(kept.clone(), false);
        output.forward(0, "audit", &b"one\r\n\xfftwo\n\nthree"[..]).await;
        let expected = "audit                | one\naudit                | \u{fffd}two\n\
                        audit                | \naudit                | three\n";
        assert_eq!(kept.text(), expected);
    }

    #[test]
    fn a_terminal_gets_colours() {
        let kept = Kept::default();
        Output::new(kept.clone(), true).line(1, "websocket", "hello");
        assert_eq!(kept.text(), "\x1b[33mwebsocket            |\x1b[0m hello\n");
    }

    #[tokio::test]
    async fn an_endless_line_is_cut() {
        let kept = Kept::default();
        let long = vec![b'x'; LONGEST * 2];
        Output::new(kept.clone(), false).forward(0, "chat-api", &long[..]).await;
        assert!(kept.text().lines().count() >= 2);
    }
}
