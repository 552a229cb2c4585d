//! Which topics an application may use: `allowedTopics`, `protectedTopics`, `publishingScopes`, `subscriptionScopes`.

use crate::components::Settings;

/// Permissions of one application on one component.
#[derive(Debug, Default)]
pub(crate) struct TopicScopes {
    allowed: Vec<String>,
    protected: Vec<String>,
    /// `None`: the application is not mentioned, which does not restrict it.
    publishing: Option<Vec<String>>,
    subscribing: Option<Vec<String>>,
}

impl TopicScopes {
    pub(super) fn parse(app_id: &str, settings: &Settings) -> Self {
        let list = |key: &str| settings.get(key).map(topics).unwrap_or_default();
        Self {
            allowed: list("allowedTopics"),
            protected: list("protectedTopics"),
            publishing: scope(app_id, settings.get("publishingScopes")),
            subscribing: scope(app_id, settings.get("subscriptionScopes")),
        }
    }

    pub(crate) fn may_publish(&self, topic: &str) -> bool {
        self.permits(self.publishing.as_deref(), topic)
    }

    pub(crate) fn may_subscribe(&self, topic: &str) -> bool {
        self.permits(self.subscribing.as_deref(), topic)
    }

    fn permits(&self, scope: Option<&[String]>, topic: &str) -> bool {
        let contains = |list: &[String]| list.iter().any(|entry| entry == topic);
        if !self.allowed.is_empty() && !contains(&self.allowed) {
            return false;
        }
        match scope {
            Some(scope) => contains(scope),
            None => !contains(&self.protected),
        }
    }
}

fn topics(text: &str) -> Vec<String> {
    text.split(',').map(|topic| topic.trim().to_owned()).filter(|topic| !topic.is_empty()).collect()
}

/// `"app1=t1,t2;app2="`: an application with an empty list is shut out.
fn scope(app_id: &str, text: Option<&str>) -> Option<Vec<String>> {
    let mut entries = text?.split(';').filter_map(|entry| entry.split_once('='));
    entries.find(|(app, _)| app.trim() == app_id).map(|(_, list)| topics(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(pairs: &[(&str, &str)]) -> TopicScopes {
        TopicScopes::parse("a", &Settings::of_pairs(pairs))
    }

    #[test]
    fn unmentioned_applications_are_free() {
        let scopes = scopes(&[("publishingScopes", "b=x; c=y")]);
        assert!(scopes.may_publish("anything") && scopes.may_subscribe("anything"));
    }

    #[test]
    fn mentioned_applications_get_their_list_only() {
        let scopes = scopes(&[("publishingScopes", "a=x, y;b="), ("subscriptionScopes", "a=")]);
        assert!(scopes.may_publish("x") && scopes.may_publish("y"));
        assert!(!scopes.may_publish("z") && !scopes.may_subscribe("x"));
    }

    #[test]
    fn allowed_and_protected_topics_come_first() {
        let scopes = scopes(&[("allowedTopics", "x,secret"), ("protectedTopics", "secret")]);
        assert!(scopes.may_publish("x"));
        assert!(!scopes.may_publish("secret") && !scopes.may_publish("other"));
    }
}
