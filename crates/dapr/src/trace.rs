//! The W3C Trace Context that travels with every call of the sidecar: <https://www.w3.org/TR/trace-context/>.

use std::{fmt, future::Future, str::FromStr};

use axum::http::HeaderMap;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: TraceContext;
}

/// A place in a trace: what a `traceparent` header says, and writes. Copies are the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

/// A `traceparent` that breaks §3.2 of the recommendation; whoever reads it starts a trace of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a traceparent has four groups of lower-case hexadecimal digits, of which the ids are not zero"
)]
pub struct MalformedTraceParent;

impl TraceContext {
    /// A new trace, not sampled: whether it is exported is the sidecar's decision.
    #[must_use]
    pub fn generate() -> Self {
        Self { trace_id: Uuid::new_v4().as_u128(), span_id: new_span(), sampled: false }
    }

    /// A span of our own in the trace that `headers` name, or in a new one when they name none.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let parent = headers.get("traceparent").and_then(|value| value.to_str().ok()?.parse().ok());
        parent.map_or_else(Self::generate, |parent: Self| Self { span_id: new_span(), ..parent })
    }

    /// The trace's id: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn trace_id(self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The context that the current task works in.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|context| *context).ok()
    }

    /// Runs `work` in this context: [`TraceContext::current`] finds it, and calls of the sidecar carry it on.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

fn new_span() -> u64 {
    Uuid::new_v4().as_u64_pair().0
}

/// The header's value.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

/// Reads the header's value; later versions may append fields.
impl FromStr for TraceContext {
    type Err = MalformedTraceParent;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut fields = text.trim().split('-');
        let mut field = |length: usize| {
            let field = fields.next().filter(|field| field.len() == length)?;
            let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            field.bytes().all(lower_hex).then(|| u128::from_str_radix(field, 16).ok())?
        };
        let mut read = || Some((field(2)?, field(32)?, u64::try_from(field(16)?).ok()?, field(2)?));
        let (version, trace_id, span_id, flags) = read().ok_or(MalformedTraceParent)?;
        let surplus = version == 0 && fields.next().is_some();
        if version == 0xff || surplus || trace_id == 0 || span_id == 0 {
            return Err(MalformedTraceParent);
        }
        Ok(Self { trace_id, span_id, sampled: flags & 1 == 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_valid_parent_is_continued_with_a_span_of_our_own() {
        let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
        let headers =
            HeaderMap::from_iter([("traceparent".parse().unwrap(), parent.parse().unwrap())]);
        let context = TraceContext::from_headers(&headers);
        assert_eq!(context.trace_id(), TRACE);
        assert!(context.to_string().ends_with("-01"));
        assert_ne!(context.to_string(), parent);
        assert_eq!(parent.parse::<TraceContext>().unwrap().to_string(), parent);
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
            assert_eq!(case.parse::<TraceContext>(), Err(MalformedTraceParent), "{case}");
        }
        let later = format!("01-{TRACE}-b7ad6b7169203331-01-more");
        assert!(later.parse::<TraceContext>().is_ok());
        assert_ne!(TraceContext::from_headers(&HeaderMap::new()).trace_id(), TRACE);
    }

    #[tokio::test]
    async fn the_current_context_is_the_innermost_scope() {
        assert_eq!(TraceContext::current(), None);
        let context = TraceContext::generate();
        let inner = TraceContext::generate();
        let seen = context.scope(async {
            let seen = inner.scope(async { TraceContext::current() }).await;
            (seen, TraceContext::current())
        });
        assert_eq!(seen.await, (Some(inner), Some(context)));
    }
}
