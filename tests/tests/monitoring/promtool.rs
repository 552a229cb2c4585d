//! The rules before those who know them: promtool.

use std::{io::ErrorKind, process::Command};

use crate::files::folder;

fn promtool(arguments: &[&str]) {
    let ended = Command::new("promtool").args(arguments).current_dir(folder()).output();
    match ended {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("left out: there is no promtool in PATH (Debian: prometheus)");
        }
        Err(error) => panic!("{error}"),
        Ok(ended) => {
            let [said, complained] =
                [ended.stdout, ended.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
            assert!(ended.status.success(), "promtool {arguments:?}\n{said}\n{complained}");
        }
    }
}

#[test]
fn the_rules_are_rules() {
    promtool(&["check", "rules", "rules.yaml"]);
}

#[test]
fn alerts_fire_when_they_should_and_not_before() {
    promtool(&["test", "rules", "rules_test.yaml"]);
}
