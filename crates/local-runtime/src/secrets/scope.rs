//! Secret scopes of the Configuration.

use crate::resources::{DefaultAccess, SecretScope};

/// Whether the scopes let an application read `secret` of `store`. A store without a scope is open; a list of
/// allowed secrets makes all others forbidden.
pub(crate) fn may_read(scopes: &[SecretScope], store: &str, secret: &str) -> bool {
    let Some(scope) = scopes.iter().find(|scope| scope.store_name == store) else { return true };
    let contains = |list: &[String]| list.iter().any(|entry| entry == secret);
    if !scope.allowed_secrets.is_empty() {
        return contains(&scope.allowed_secrets);
    }
    match scope.default_access {
        DefaultAccess::Allow => !contains(&scope.denied_secrets),
        DefaultAccess::Deny => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(access: DefaultAccess, allowed: &[&str], denied: &[&str]) -> [SecretScope; 1] {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        [SecretScope {
            store_name: "s".to_owned(),
            default_access: access,
            allowed_secrets: own(allowed),
            denied_secrets: own(denied),
        }]
    }

    #[test]
    fn allowed_lists_close_the_rest() {
        let scopes = scope(DefaultAccess::Allow, &["a"], &[]);
        assert!(may_read(&scopes, "s", "a") && !may_read(&scopes, "s", "b"));
        assert!(may_read(&scopes, "other", "b"));
    }

    #[test]
    fn denied_secrets_and_default_deny() {
        assert!(!may_read(&scope(DefaultAccess::Allow, &[], &["a"]), "s", "a"));
        assert!(may_read(&scope(DefaultAccess::Allow, &[], &["a"]), "s", "b"));
        assert!(!may_read(&scope(DefaultAccess::Deny, &[], &[]), "s", "b"));
    }
}
