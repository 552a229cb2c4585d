//! A door that handlers wait at, so that a test knows what is under way.

use std::sync::{Arc, Condvar, Mutex};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Whose handlers wait; clones share it. Only within a runtime of several threads.
#[derive(Clone)]
pub(crate) struct Gate {
    door: Arc<Door>,
    entered: UnboundedSender<()>,
}

#[derive(Default)]
struct Door {
    open: Mutex<bool>,
    opened: Condvar,
}

/// The test's end. Dropped, it opens: whoever waits at the door of a test that failed would keep it from ending.
pub(crate) struct Gatekeeper {
    door: Arc<Door>,
    arrivals: UnboundedReceiver<()>,
}

pub(crate) fn gate() -> (Gate, Gatekeeper) {
    let door = Arc::<Door>::default();
    let (entered, arrivals) = unbounded_channel();
    (Gate { door: Arc::clone(&door), entered }, Gatekeeper { door, arrivals })
}

impl Gate {
    /// Tells of an arrival, and waits until the door is open.
    pub(crate) fn wait(&self) {
        let _ = self.entered.send(());
        // Whatever else this thread had to do goes to another one.
        tokio::task::block_in_place(|| {
            let open = self.door.open.lock().unwrap();
            drop(self.door.opened.wait_while(open, |open| !*open).unwrap());
        });
    }
}

impl Gatekeeper {
    /// Waits until somebody else has come to the door.
    pub(crate) async fn arrival(&mut self) {
        tokio::time::timeout(super::PATIENCE, self.arrivals.recv()).await.unwrap().unwrap();
    }

    pub(crate) fn open(&self) {
        *self.door.open.lock().unwrap() = true;
        self.door.opened.notify_all();
    }
}

impl Drop for Gatekeeper {
    fn drop(&mut self) {
        self.open();
    }
}
