//! Whom a call is for, and which method of theirs.

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::super::{error::ApiError, request::Call};

/// Name of the target: an application, an endpoint or a URL.
pub(super) type Target = String;

/// What has to be encoded again in a path that was decoded.
const PATH: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The target and the cleaned, decoded method. The header beats the URL; then the method is the whole path.
pub(super) fn find(call: &Call) -> Result<Option<(Target, String)>, ApiError> {
    let by_header = call.header("dapr-app-id").map(str::to_owned).or_else(|| basic_user(call));
    let decoded = percent_decode_str(&call.raw_path).decode_utf8_lossy().into_owned();
    let (target, method) = match by_header.filter(|id| !id.is_empty()) {
        Some(target) => (target, decoded),
        None => {
            let Some(found) = by_path(&decoded) else { return Ok(None) };
            found
        }
    };
    if method.chars().any(|c| c.is_control() || matches!(c, '#' | '?')) {
        return Err(ApiError::new(400, "ERR_DIRECT_INVOKE", format!("invalid method: {method:?}")));
    }
    Ok(Some((target, utf8_percent_encode(&clean(&method), &PATH).to_string())))
}

/// `/v1.0/invoke/{target}/method/{method}`; the target may be a URL with slashes of its own.
fn by_path(path: &str) -> Option<(Target, String)> {
    let rest = path.trim_start_matches('/').strip_prefix("v1.0/invoke/")?;
    let (target, method) = rest.split_once("/method")?;
    let whole = method.is_empty() || method.starts_with('/');
    (whole && !target.is_empty()).then(|| (target.to_owned(), method.to_owned()))
}

/// User name of Basic authentication when it carries the target, `dapr-app-id:<target>`.
fn basic_user(call: &Call) -> Option<String> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.strip_prefix("dapr-app-id:").map(str::to_owned)
}

/// Go's `path.Clean`: no empty, `.` or `..` segments and no slash at the end.
fn clean(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(clean("//a/./b/../c//d/"), "a/c/d");
        assert_eq!(clean("../../x"), "x");
        assert_eq!(clean("/"), "");
    }
}
