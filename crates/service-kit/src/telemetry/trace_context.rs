//! W3C Trace Context, level 1: <https://www.w3.org/TR/trace-context/>.

use std::fmt;

use http::HeaderMap;
use todo_dapr::TraceParent;
use uuid::Uuid;

/// Longest `tracestate` that is passed on (§3.3.1.5).
const MAX_TRACE_STATE: usize = 512;

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// The trace a request belongs to, and this service's own span in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
    state: Option<String>,
}

impl TraceContext {
    /// A span in the trace that `headers` name, or in a new trace when they name none.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let parent = text("traceparent").and_then(parse_traceparent);
        let Some((trace_id, flags)) = parent else { return Self::generate() };
        let state = text("tracestate").filter(|state| state.len() <= MAX_TRACE_STATE);
        Self { trace_id, flags, state: state.map(str::to_owned), ..Self::generate() }
    }

    /// A span in the trace that `traceparent` names, such as the one in a `CloudEvent`.
    #[must_use]
    pub fn from_traceparent(traceparent: &str) -> Option<Self> {
        parse_traceparent(traceparent).map(|(trace_id, flags)| Self {
            trace_id,
            flags,
            ..Self::generate()
        })
    }

    /// A new trace, not sampled: whether it is exported is the sidecar's decision.
    #[must_use]
    pub fn generate() -> Self {
        let trace_id = Uuid::new_v4().as_u128();
        let (span_id, _) = Uuid::new_v4().as_u64_pair();
        Self { trace_id, span_id, flags: 0, state: None }
    }

    /// The context of the request that the current task serves.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Runs `work` in this context: [`TraceContext::current`] finds it, and calls of the sidecar carry it on.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        let parent = TraceParent::new(self.trace_id, self.span_id, self.flags & 1 == 1);
        CURRENT.scope(self, parent.scope(work)).await
    }

    /// The trace's id: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The `traceparent` header for calls that this request makes.
    #[must_use]
    pub fn traceparent(&self) -> String {
        self.to_string()
    }

    /// The `tracestate` header for calls that this request makes.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

/// Trace id and flags of a `traceparent` (§3.2); later versions may append fields.
fn parse_traceparent(text: &str) -> Option<(u128, u8)> {
    let mut fields = text.trim().split('-');
    let mut field = |length: usize| {
        let field = fields.next().filter(|field| field.len() == length)?;
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        field.bytes().all(lower_hex).then(|| u128::from_str_radix(field, 16).ok())?
    };
    let (version, trace_id, span_id, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    let surplus = fields.next().is_some();
    let valid = version != 0xff && !(version == 0 && surplus) && trace_id != 0 && span_id != 0;
    valid.then_some((trace_id, u8::try_from(flags).ok()? & 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_valid_parent_is_continued_with_a_span_of_our_own() {
        let mut headers = HeaderMap::new();
        let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
        headers.insert("traceparent", parent.parse().unwrap());
        headers.insert("tracestate", "vendor=1".parse().unwrap());
        let context = TraceContext::from_headers(&headers);
        assert_eq!(context.trace_id(), TRACE);
        assert_eq!(context.tracestate(), Some("vendor=1"));
        assert!(context.traceparent().ends_with("-01"));
        assert_ne!(context.traceparent(), parent);
    }

    #[test]
    fn an_invalid_parent_starts_a_new_trace() {
        let cases = [
            "",
            "00",
            &format!("00-{TRACE}-b7ad6b7169203331"),
            &format!("00-{}-b7ad6b7169203331-01", TRACE.to_uppercase()),
            &format!("ff-{TRACE}-b7ad6b7169203331-01"),
            &format!("00-{TRACE}-b7ad6b7169203331-01-more"),
            &format!("00-{TRACE}-0000000000000000-01"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        ];
        for case in cases {
            assert_eq!(TraceContext::from_traceparent(case), None, "{case}");
        }
        let later = format!("01-{TRACE}-b7ad6b7169203331-01-more");
        assert!(TraceContext::from_traceparent(&later).is_some());
    }

    #[tokio::test]
    async fn the_current_context_is_the_innermost_scope() {
        assert_eq!(TraceContext::current(), None);
        let context = TraceContext::generate();
        let seen = context.clone().scope(async { TraceContext::current() }).await;
        assert_eq!(seen, Some(context));
    }
}
