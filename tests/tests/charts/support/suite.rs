//! Both charts as one target gets them.

use std::{sync::LazyLock, thread};

use super::{Helm, Object, Pod, names_in, text};

/// Everything that is in the cluster once both charts are installed.
pub(crate) struct Suite {
    pub(crate) target: String,
    pub(crate) objects: Vec<Object>,
}

impl Suite {
    /// Objects of a kind, of which every suite has some.
    pub(crate) fn all(&self, kind: &str) -> Vec<&Object> {
        let found = self.any(kind);
        assert!(!found.is_empty(), "{} renders no {kind}", self.target);
        found
    }

    /// Objects of a kind that not every suite has.
    pub(crate) fn any(&self, kind: &str) -> Vec<&Object> {
        self.objects.iter().filter(|object| object.kind() == kind).collect()
    }

    pub(crate) fn find(&self, kind: &str, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.kind() == kind && object.name() == name)
    }

    /// What workloads and Jobs make pods of.
    pub(crate) fn pods(&self) -> Vec<Pod<'_>> {
        self.objects.iter().filter_map(Object::pod).collect()
    }

    /// Those that Dapr puts a sidecar into.
    pub(crate) fn services(&self) -> Vec<Pod<'_>> {
        let pods = self.pods().into_iter().filter(Pod::has_sidecar).collect::<Vec<_>>();
        assert_eq!(pods.len(), super::APPS.len(), "{}: one Deployment a service", self.target);
        pods
    }
}

/// Every target.
pub(crate) fn suites() -> &'static [Suite] {
    static SUITES: LazyLock<Result<Vec<Suite>, String>> = LazyLock::new(|| {
        let helm = Helm::built();
        let targets = names_in("helm/goldens");
        thread::scope(|scope| {
            let suites = targets.iter().map(|target| scope.spawn(|| suite(helm.as_ref(), target)));
            // All are started before the first is waited for.
            let suites = suites.collect::<Vec<_>>();
            suites.into_iter().map(|suite| suite.join().unwrap()).collect()
        })
    });
    let suites = SUITES.as_ref().unwrap_or_else(|error| panic!("{error}"));
    assert!(!suites.is_empty(), "helm/goldens has no targets");
    suites
}

fn suite(helm: Option<&Helm>, target: &str) -> Result<Suite, String> {
    let mut objects = Vec::new();
    for chart in ["platform", "todo"] {
        let from = format!("{target}/{chart}");
        let yaml = match helm {
            Some(helm) => {
                helm.template(chart, target, &[]).map_err(|error| format!("{from}: {error}"))?
            }
            None => text(&format!("helm/goldens/{from}.yaml")),
        };
        objects.extend(Object::read(&from, &yaml));
    }
    Ok(Suite { target: target.to_owned(), objects })
}
