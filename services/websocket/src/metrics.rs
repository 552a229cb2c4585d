//! Every metric of this service.
//!
//! | Metric | Meaning |
//! |---|---|
//! | `websocket_sockets` | open sockets |
//! | `websocket_frames_queued_total` | frames handed to sockets; one frame to three sockets counts three |
//! | `websocket_events_skipped_total` | events that were sent before |
//! | `websocket_events_unheard_total` | events of users without a socket, also of late |
//! | `websocket_events_unknown_total` | events of a type that this release does not know |
//! | `websocket_closes_total{reason}` | sockets closed by the server |
//! | `websocket_resumes_total{outcome}` | resumes that were `replayed`, or the reason of the resync |
//! | `websocket_refused_total{reason}` | upgrades refused |

use metrics::{counter, gauge};

use crate::{
    hub::Sent,
    protocol::{Ending, ResyncReason},
};

/// How many sockets are open now.
#[expect(clippy::cast_precision_loss, reason = "a count of sockets is far below 2^52")]
pub(crate) fn sockets(open: usize) {
    gauge!("websocket_sockets").set(open as f64);
}

/// A frame was handed to sockets.
pub(crate) fn published(sent: Sent, open: usize) {
    counter!("websocket_frames_queued_total").increment(sent.sockets as u64);
    if sent.slow > 0 {
        sockets(open);
    }
}

/// An event had been sent before.
pub(crate) fn skipped() {
    counter!("websocket_events_skipped_total").increment(1);
}

/// An event of somebody who is not here.
pub(crate) fn unheard() {
    counter!("websocket_events_unheard_total").increment(1);
}

/// An event of a type that this release does not know.
pub(crate) fn unknown() {
    counter!("websocket_events_unknown_total").increment(1);
}

/// The server closed a socket.
pub(crate) fn closed(ending: Ending) {
    counter!("websocket_closes_total", "reason" => ending.reason()).increment(1);
}

/// A client resumed.
pub(crate) fn resumed(resync: Option<ResyncReason>) {
    let outcome = resync.map_or("replayed", ResyncReason::as_str);
    counter!("websocket_resumes_total", "outcome" => outcome).increment(1);
}

/// An upgrade was refused; `reason` is the problem's code.
pub(crate) fn refused(reason: &str) {
    counter!("websocket_refused_total", "reason" => reason.to_owned()).increment(1);
}
