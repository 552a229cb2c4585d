//! Free ports that stay free until somebody listens on them, and again while that one is away.
//!
//! A port of the system's choice (port 0) does neither: once let go it may become the near end of anybody's connection.
//! These lie below the ports that Linux (32768 and up) and macOS (49152 and up) choose for connections, in blocks; who
//! listens on the first port of a block owns the others, for as long as it lives.

use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u16 = 10_240;
const BLOCK: u16 = 32;
const BLOCKS: u16 = (32_768 - FIRST) / BLOCK;

/// How often this process has looked for a block.
static ASKED: AtomicU32 = AtomicU32::new(0);

/// Hands out ports on `127.0.0.1` that nobody else who asks this way is given, as long as it is kept.
#[derive(Debug, Default)]
pub struct FreePorts {
    /// Listeners on the first ports of the blocks; nobody ever calls there.
    owned: Vec<TcpListener>,
    left: Range<u16>,
}

impl FreePorts {
    /// The next free port.
    ///
    /// # Errors
    /// When every block is owned.
    pub fn take(&mut self) -> Result<u16> {
        loop {
            if let Some(port) = self.left.find(|port| listener(*port).is_ok()) {
                return Ok(port);
            }
            self.own_another()?;
        }
    }

    /// Whether a certain port is free; from then on it is kept like the others.
    pub fn claim(&mut self, port: u16) -> bool {
        let first = FIRST + port.saturating_sub(FIRST) / BLOCK * BLOCK;
        if !(FIRST..FIRST + BLOCKS * BLOCK).contains(&port) {
            return listener(port).is_ok();
        }
        let owner = listener(first).ok().filter(|_| port > first && listener(port).is_ok());
        let free = owner.is_some();
        self.owned.extend(owner);
        free
    }

    fn own_another(&mut self) -> Result<()> {
        // Processes begin at different blocks and go on from there, so that a port has a rest before it is used again.
        let begin = std::process::id().wrapping_add(ASKED.fetch_add(1, Ordering::Relaxed));
        for step in 0..BLOCKS {
            let block = begin.wrapping_add(u32::from(step)) % u32::from(BLOCKS);
            let first = FIRST + u16::try_from(block).unwrap_or(0) * BLOCK;
            if let Ok(listener) = listener(first) {
                self.owned.push(listener);
                self.left = first + 1..first + BLOCK;
                return Ok(());
            }
        }
        Err(Error::new(ErrorKind::AddrInUse, "no block of ports is free"))
    }
}

fn listener(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice_while_its_owner_lives() {
        let (mut one, mut other) = (FreePorts::default(), FreePorts::default());
        let mut seen = BTreeSet::new();
        for _ in 0..BLOCK {
            assert!(seen.insert(one.take().unwrap()));
            assert!(seen.insert(other.take().unwrap()));
        }
        assert!(seen.iter().all(|port| (FIRST..32_768).contains(port)));
    }

    #[test]
    fn a_port_that_was_let_go_has_a_rest() {
        let mut ports = FreePorts::default();
        let port = ports.take().unwrap();
        drop(ports);
        assert_ne!(FreePorts::default().take().unwrap() / BLOCK, port / BLOCK);
    }

    #[test]
    fn a_port_that_was_claimed_is_given_to_nobody_else() {
        let (mut one, mut other) = (FreePorts::default(), FreePorts::default());
        let mut ports = (FIRST + 7..32_768).step_by(usize::from(BLOCK)).rev();
        let port = ports.find(|port| one.claim(*port)).unwrap();
        assert!(!one.claim(port) && !other.claim(port));
        assert_ne!(other.take().unwrap() / BLOCK, port / BLOCK);
    }

    #[test]
    fn a_port_that_is_taken_is_passed_over() {
        let mut ports = FreePorts::default();
        let port = ports.take().unwrap();
        let taken = listener(port + 1).unwrap();
        assert!(ports.take().unwrap() > port + 1);
        drop(taken);
    }
}
