//! Helm, where it has been built.

use std::process::Command;

use super::{Object, folder};

/// Renders charts as `tools/check` does.
pub(crate) struct Helm(());

impl Helm {
    /// `None` where nobody has built it: a test of the workspace needs no Go.
    pub(crate) fn built() -> Option<Self> {
        let found = Command::new(folder("tools/obtain")).args(["--if-built", "helm"]).output();
        found.is_ok_and(|output| output.status.success()).then_some(Self(()))
    }

    /// The objects of a chart on a target, or what Helm had to say.
    pub(crate) fn template(
        &self,
        chart: &str,
        target: &str,
        more: &[&str],
    ) -> Result<String, String> {
        let mut helm = Command::new(folder("tools/chart"));
        let output = helm.args(["template", chart, target]).args(more).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// The objects of Dapr's own chart with the values that this suite asks for.
    pub(crate) fn dapr(&self) -> Vec<Object> {
        Object::read(
            "dapr",
            &self.template("dapr", "", &[]).unwrap_or_else(|error| panic!("{error}")),
        )
    }
}
