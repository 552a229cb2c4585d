//! W3C trace contexts (<https://www.w3.org/TR/trace-context/>): enough to pass one on or to begin one.

use uuid::Uuid;

/// A `traceparent` header value that was checked for its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceParent(String);

impl TraceParent {
    /// Accepts version 00 with ids that are not all zero.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let nonzero = |part: &str| part.bytes().any(|b| b != b'0');
        let valid = version == "00"
            && parts.next().is_none()
            && hex(trace, 32)
            && hex(span, 16)
            && hex(flags, 2)
            && nonzero(trace)
            && nonzero(span);
        valid.then(|| Self(text.to_owned()))
    }

    /// A sampled trace of its own.
    pub(crate) fn generate() -> Self {
        let trace = Uuid::new_v4().simple();
        let span = Uuid::new_v4().simple().to_string();
        Self(format!("00-{trace}-{}-01", &span[..16]))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_contexts_parse() {
        let generated = TraceParent::generate();
        assert_eq!(TraceParent::parse(generated.as_str()), Some(generated));
    }

    #[test]
    fn malformed_contexts_are_refused() {
        for text in ["", "00-0-0-0", "00-00000000000000000000000000000000-0000000000000001-01"] {
            assert_eq!(TraceParent::parse(text), None, "{text}");
        }
    }
}
