//! A real Redis.

use std::process::{Child, Command, Stdio};

use anyhow::Context;
use todo_local_runtime::free_ports::FreePorts;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::eventually;

/// A server of its own for one test, `redis-server` out of `PATH`. It keeps nothing when it stops.
pub struct Redis {
    server: Child,
    port: u16,
    _ports: FreePorts,
}

impl Redis {
    /// Starts one and waits until it answers.
    ///
    /// # Errors
    /// When there is no `redis-server`.
    pub async fn start() -> anyhow::Result<Self> {
        let mut ports = FreePorts::default();
        let port = ports.take()?;
        let redis = Self { server: run(port)?, port, _ports: ports };
        redis.wait_until_ready().await;
        Ok(redis)
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How many keys it has.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn size(&self) -> anyhow::Result<usize> {
        let mut connection = TcpStream::connect(self.address()).await?;
        // Inline commands: https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands
        connection.write_all(b"DBSIZE\r\nQUIT\r\n").await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        let number = answer.lines().next().and_then(|line| line.strip_prefix(':'));
        number.with_context(|| format!("Redis said {answer:?}"))?.parse().context("a number")
    }

    /// Kills it, and what it knew is gone.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.server.kill()?;
        self.server.wait()?;
        Ok(())
    }

    /// Starts it again, on its port, without anything in it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.server = run(self.port)?;
        self.wait_until_ready().await;
        Ok(())
    }

    async fn wait_until_ready(&self) {
        eventually("the port of Redis", async || self.size().await.ok()).await;
    }
}

fn run(port: u16) -> anyhow::Result<Child> {
    let mut server = Command::new("redis-server");
    server.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    server.args(["--save", "", "--appendonly", "no"]).current_dir(std::env::temp_dir());
    let server = server.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    server.context("redis-server is not in PATH (Debian: redis-server)")
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
