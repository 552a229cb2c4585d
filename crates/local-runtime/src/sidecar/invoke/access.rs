//! Access control between applications.
//!
//! The real sidecar knows the caller by its mTLS identity. Here callers are told apart by their sidecars, which all
//! live in this process, so policies hold without certificates.

use http::Method;

use crate::resources::{AclAction, Configuration};

/// Whether `caller` may call `verb path` under the callee's Configuration.
pub(super) fn is_allowed(
    configuration: &Configuration,
    caller: &str,
    path: &str,
    verb: &Method,
) -> bool {
    let Some(control) = &configuration.spec.access_control else { return true };
    let Some(policy) = control.policies.iter().find(|policy| policy.app_id == caller) else {
        return control.default_action == AclAction::Allow;
    };
    let operation = policy.operations.iter().find(|operation| {
        let verbs = &operation.http_verb;
        matches(&operation.name, path)
            && (verbs.is_empty()
                || verbs.iter().any(|v| v == "*" || v.eq_ignore_ascii_case(verb.as_str())))
    });
    let default = policy.default_action.unwrap_or(control.default_action);
    operation.map_or(default, |operation| operation.action) == AclAction::Allow
}

/// `/internal/*` matches everything below; `*` inside a path matches one segment.
fn matches(pattern: &str, path: &str) -> bool {
    let lower = |text: &str| text.trim_matches('/').to_ascii_lowercase();
    let (pattern, path) = (lower(pattern), lower(path));
    let (mut wanted, mut given) = (pattern.split('/').peekable(), path.split('/'));
    while let Some(segment) = wanted.next() {
        let Some(found) = given.next() else { return false };
        match segment {
            "**" => return true,
            "*" if wanted.peek().is_none() => return true,
            "*" => {}
            segment if segment == found => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches("/internal/*", "internal/series/pending"));
        assert!(matches("/internal/entries", "/internal/entries"));
        assert!(!matches("/internal/*", "internal"));
        assert!(!matches("/internal/entries", "internal/entries/x"));
        assert!(matches("/a/*/c", "a/b/c"));
    }

    #[test]
    fn the_most_specific_word_counts() {
        let configuration: Configuration = serde_saphyr::from_str(
            "spec:\n  accessControl:\n    defaultAction: deny\n    policies:\n    - appId: a\n      trustDomain: public\n      namespace: default\n      defaultAction: deny\n      operations:\n      - { name: /internal/*, httpVerb: [GET], action: allow }\n",
        )
        .unwrap();
        let allowed = |caller, verb| is_allowed(&configuration, caller, "internal/x", &verb);
        assert!(allowed("a", Method::GET));
        assert!(!allowed("a", Method::POST));
        assert!(!allowed("b", Method::GET));
        assert!(is_allowed(&Configuration::default(), "b", "x", &Method::GET));
    }
}
