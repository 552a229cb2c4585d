//! Every metric of this service.

use metrics::{counter, describe_counter, describe_gauge, gauge};

use crate::{
    hub::Sent,
    protocol::{Ending, ResyncReason},
};

const SOCKETS: &str = "websocket_sockets";
const LIMIT: &str = "websocket_sockets_limit";
const FRAMES: &str = "websocket_frames_queued_total";
const SKIPPED: &str = "websocket_events_skipped_total";
const UNHEARD: &str = "websocket_events_unheard_total";
const UNKNOWN: &str = "websocket_events_unknown_total";
const CLOSES: &str = "websocket_closes_total";
const RESUMES: &str = "websocket_resumes_total";
const REFUSED: &str = "websocket_refused_total";

/// Gives the metrics their help texts, and says how many sockets there may be.
#[expect(clippy::cast_precision_loss, reason = "a count of sockets is far below 2^52")]
pub(crate) fn describe(limit: usize) {
    describe_gauge!(SOCKETS, "Open sockets.");
    describe_gauge!(LIMIT, "Sockets that this replica takes at most.");
    describe_counter!(FRAMES, "Frames handed to sockets; one to three sockets counts three.");
    describe_counter!(SKIPPED, "Events that were sent before.");
    describe_counter!(UNHEARD, "Events of users without a socket, also of late.");
    describe_counter!(UNKNOWN, "Events of a type that this release does not know.");
    describe_counter!(CLOSES, "Sockets that the server closed, by reason.");
    describe_counter!(RESUMES, "Resumes that were replayed, or the reason of the resync.");
    describe_counter!(REFUSED, "Upgrades that were refused, by code of the problem.");
    for counted in [FRAMES, SKIPPED, UNHEARD, UNKNOWN] {
        counter!(counted).increment(0);
    }
    gauge!(LIMIT).set(limit as f64);
    sockets(0);
}

/// How many sockets are open now.
#[expect(clippy::cast_precision_loss, reason = "a count of sockets is far below 2^52")]
pub(crate) fn sockets(open: usize) {
    gauge!(SOCKETS).set(open as f64);
}

/// A frame was handed to sockets.
pub(crate) fn published(sent: Sent, open: usize) {
    counter!(FRAMES).increment(sent.sockets as u64);
    if sent.slow > 0 {
        sockets(open);
    }
}

/// An event had been sent before.
pub(crate) fn skipped() {
    counter!(SKIPPED).increment(1);
}

/// An event of somebody who is not here.
pub(crate) fn unheard() {
    counter!(UNHEARD).increment(1);
}

/// An event of a type that this release does not know.
pub(crate) fn unknown() {
    counter!(UNKNOWN).increment(1);
}

/// The server closed a socket.
pub(crate) fn closed(ending: Ending) {
    counter!(CLOSES, "reason" => ending.reason()).increment(1);
}

/// A client resumed.
pub(crate) fn resumed(resync: Option<ResyncReason>) {
    let outcome = resync.map_or("replayed", ResyncReason::as_str);
    counter!(RESUMES, "outcome" => outcome).increment(1);
}

/// An upgrade was refused; `reason` is the problem's code.
pub(crate) fn refused(reason: &str) {
    counter!(REFUSED, "reason" => reason.to_owned()).increment(1);
}
