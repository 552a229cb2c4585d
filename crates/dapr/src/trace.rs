//! The W3C trace context that travels with every call of the sidecar.

use std::future::Future;

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// A `traceparent` header value (W3C Trace Context, version 00).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    /// Checks a header value; a malformed one is `None`, and the caller starts a trace of its own.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let hex = |part: Option<&str>, length: usize| {
            part.is_some_and(|part| {
                part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            })
        };
        let shaped = parts.next() == Some("00")
            && hex(parts.next(), 32)
            && hex(parts.next(), 16)
            && hex(parts.next(), 2)
            && parts.next().is_none();
        let zero = shaped
            && (text[3..35].bytes().all(|b| b == b'0') || text[36..52].bytes().all(|b| b == b'0'));
        (shaped && !zero).then(|| Self(text.to_owned()))
    }

    /// Puts ids together.
    pub fn new(trace_id: u128, span_id: u64, sampled: bool) -> Self {
        Self(format!(
            "00-{:032x}-{:016x}-{:02x}",
            trace_id.max(1),
            span_id.max(1),
            u8::from(sampled)
        ))
    }

    /// The header value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 32 hexadecimal digits that name the trace.
    pub fn trace_id(&self) -> &str {
        &self.0[3..35]
    }

    /// Runs `work` so that its calls of the sidecar carry this context.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

/// The context of the running task, if it is inside a [`TraceParent::scope`].
pub(crate) fn current() -> Option<TraceParent> {
    CURRENT.try_with(Clone::clone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_contexts_are_taken_over() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(TraceParent::parse(good).unwrap().trace_id(), &good[3..35]);
        for bad in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        ] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn the_context_is_bound_to_its_task() {
        assert_eq!(current(), None);
        let parent = TraceParent::new(7, 9, true);
        let inside = parent.clone().scope(async { current() }).await;
        assert_eq!(inside, Some(parent));
    }
}
