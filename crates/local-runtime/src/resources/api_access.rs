//! `spec.api` of a Configuration: which parts of its API a sidecar serves at all.

use serde::Deserialize;

/// Lists of API groups.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ApiAccess {
    #[serde(default)]
    allowed: Vec<ApiRule>,
    #[serde(default)]
    denied: Vec<ApiRule>,
}

/// A group, `publish` of `v1.0`, over one protocol.
#[derive(Clone, Debug, Deserialize)]
struct ApiRule {
    name: String,
    version: String,
    /// A trap: a rule without it counts for nothing, and a list without any rule allows everything.
    #[serde(default)]
    protocol: String,
}

impl ApiAccess {
    /// Whether a group of the HTTP API is served: `publish` of `v1.0`. Health checks always are.
    pub(crate) fn permits(&self, version: &str, group: &str) -> bool {
        let listed = |rules: &[ApiRule]| rules.iter().any(|rule| rule.names(version, group));
        let limits = self.allowed.iter().any(ApiRule::is_http);
        group == "healthz" || (!listed(&self.denied) && (!limits || listed(&self.allowed)))
    }
}

impl ApiRule {
    fn is_http(&self) -> bool {
        self.protocol == "http"
    }

    fn names(&self, version: &str, group: &str) -> bool {
        self.is_http() && self.name == group && plain(&self.version) == plain(version)
    }
}

/// daprd takes `v1` for `v1.0`, `v1alpha2` for `v1.0-alpha2`.
fn plain(version: &str) -> String {
    version.replacen("v1.0-", "v1", 1).replacen("v1.0", "v1", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(text: &str) -> ApiAccess {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn without_rules_everything_is_served() {
        assert!(access("{}").permits("v1.0", "state"));
        let without_protocol = access(r#"{"allowed":[{"name":"publish","version":"v1.0"}]}"#);
        assert!(without_protocol.permits("v1.0", "state"), "a trap");
    }

    #[test]
    fn what_is_not_listed_is_not_served() {
        let access = access(
            r#"{"allowed":[{"name":"publish","version":"v1","protocol":"http"},
                {"name":"conversation","version":"v1.0-alpha2","protocol":"http"}]}"#,
        );
        let cases = [
            ("v1.0", "publish", true),
            ("v1.0-alpha1", "publish", false),
            ("v1.0-alpha2", "conversation", true),
            ("v1.0", "shutdown", false),
            ("v1.0", "healthz", true),
        ];
        for (version, group, expected) in cases {
            assert_eq!(access.permits(version, group), expected, "{version}/{group}");
        }
    }

    #[test]
    fn a_denied_group_is_not_served() {
        let access =
            access(r#"{"denied":[{"name":"shutdown","version":"v1.0","protocol":"http"}]}"#);
        assert!(!access.permits("v1.0", "shutdown"));
        assert!(access.permits("v1.0", "publish"));
    }
}
