//! Conditional requests (RFC 9110 §13): a task's entity tag is its revision in quotes.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use todo_events::Revision;
use todo_service_kit::Problem;

/// The entity tag of a revision.
pub(super) fn etag(revision: Revision) -> HeaderValue {
    let mut bytes = Vec::from(*b"\"");
    bytes.extend_from_slice(revision.to_string().as_bytes());
    bytes.push(b'"');
    // Digits and quotes are always a valid header.
    HeaderValue::from_bytes(&bytes).unwrap_or(HeaderValue::from_static("\"\""))
}

/// `If-Match`: the revisions that a change is meant for; `None` for whichever there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<Vec<Revision>>);

impl IfMatch {
    fn parse(headers: &HeaderMap) -> Result<Self, Problem> {
        let refuse = |detail: &'static str| Problem::bad_request("invalid_if_match", detail);
        let tags = match Tags::parse(headers, &header::IF_MATCH) {
            None | Some(Ok(Tags::Any)) => return Ok(Self(None)),
            Some(Ok(Tags::List(tags))) => tags,
            Some(Err(Unreadable)) => {
                return Err(refuse("If-Match must be * or a list of quoted entity tags"));
            }
        };
        if tags.iter().any(|tag| tag.weak) {
            return Err(refuse("If-Match takes no weak entity tags (W/…)"));
        }
        // A tag that is no revision of ours is well-formed and matches nothing.
        Ok(Self(Some(tags.iter().filter_map(Tag::revision).collect())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(&parts.headers)
    }
}

/// `If-None-Match`: the revisions that the caller has. One that cannot be read is as good as none.
#[derive(Debug, Clone)]
pub(crate) struct IfNoneMatch(Option<Tags>);

impl IfNoneMatch {
    /// Whether the caller has this revision.
    pub(crate) fn has(&self, revision: Revision) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::List(tags)) => tags.iter().any(|tag| tag.revision() == Some(revision)),
        }
    }

    fn parse(headers: &HeaderMap) -> Self {
        Self(Tags::parse(headers, &header::IF_NONE_MATCH).and_then(Result::ok))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(&parts.headers))
    }
}

/// What a condition names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    List(Vec<Tag>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    weak: bool,
    text: String,
}

struct Unreadable;

impl Tag {
    fn revision(&self) -> Option<Revision> {
        let digits = self.text.bytes().all(|byte| byte.is_ascii_digit());
        let number = self.text.parse().ok().filter(|_| digits)?;
        // The database counts in 64 bits with a sign.
        i64::try_from(number).is_ok().then_some(Revision(number))
    }
}

impl Tags {
    fn parse(headers: &HeaderMap, name: &HeaderName) -> Option<Result<Self, Unreadable>> {
        let mut lines = headers.get_all(name).iter().peekable();
        lines.peek()?;
        let texts: Result<Vec<_>, _> = lines.map(HeaderValue::to_str).collect();
        Some(texts.map_err(|_| Unreadable).and_then(|texts| Self::read(&texts.join(","))))
    }

    fn read(text: &str) -> Result<Self, Unreadable> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let (mut rest, mut tags) = (text.trim_start_matches([' ', '\t', ',']), vec![]);
        while !rest.is_empty() {
            let (weak, quoted) = match rest.strip_prefix("W/") {
                Some(quoted) => (true, quoted),
                None => (false, rest),
            };
            let quoted = quoted.strip_prefix('"').ok_or(Unreadable)?;
            let (text, after) = quoted.split_once('"').ok_or(Unreadable)?;
            tags.push(Tag { weak, text: text.to_owned() });
            let after = after.trim_start_matches([' ', '\t']);
            if !after.is_empty() && !after.starts_with(',') {
                return Err(Unreadable);
            }
            rest = after.trim_start_matches([' ', '\t', ',']);
        }
        if tags.is_empty() { Err(Unreadable) } else { Ok(Self::List(tags)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, lines: &[&str]) -> HeaderMap {
        let pair = |line: &&str| (name.clone(), line.parse().unwrap());
        lines.iter().map(pair).collect()
    }

    fn if_match(lines: &[&str]) -> Result<Option<Vec<u64>>, Problem> {
        let given = IfMatch::parse(&headers(header::IF_MATCH, lines))?;
        Ok(given.0.map(|revisions| revisions.iter().map(|revision| revision.0).collect()))
    }

    #[test]
    fn a_condition_names_revisions() {
        assert_eq!(if_match(&[]).unwrap(), None);
        assert_eq!(if_match(&["*"]).unwrap(), None);
        assert_eq!(if_match(&[r#""7""#]).unwrap(), Some(vec![7]));
        assert_eq!(if_match(&[r#""7", "8""#, r#" "9""#]).unwrap(), Some(vec![7, 8, 9]));
        assert_eq!(if_match(&[r#""a,b" ,"3""#]).unwrap(), Some(vec![3]));
        let foreign = r#""x", "+1", "", "99999999999999999999", "9223372036854775808""#;
        assert_eq!(if_match(&[foreign]).unwrap(), Some(vec![]), "well-formed, and nothing here");
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for bad in [r#"W/"7""#, r#""6", W/"7""#, "7", "", ",", r#""7"#, r#""7" "8""#, r#"*, "7""#] {
            let problem = if_match(&[bad]).expect_err(bad);
            assert_eq!((problem.status().as_u16(), problem.code()), (400, "invalid_if_match"));
        }
    }

    #[test]
    fn a_caller_that_has_the_revision_gets_no_body() {
        let has = |lines: &[&str]| {
            IfNoneMatch::parse(&headers(header::IF_NONE_MATCH, lines)).has(Revision(7))
        };
        assert!(has(&[r#""7""#]) && has(&[r#"W/"7""#]) && has(&[r#""6", "7""#]) && has(&["*"]));
        assert!(!has(&[]) && !has(&[r#""8""#]) && !has(&["7"]));
        assert_eq!(etag(Revision(7)), r#""7""#);
    }
}
