//! Variables that containers get are variables that their programs read.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{APPS, folder, rule, strings};

/// Folders with the code of a program of ours.
fn sources(program: &str) -> Vec<String> {
    match program {
        "migrate" | "topics" => ["migrations", "crates/topics"].map(str::to_owned).into(),
        "smoke" => vec!["smoke".to_owned()],
        service => vec![format!("services/{service}/src"), "crates/service-kit/src".to_owned()],
    }
}

fn code(path: &Path) -> String {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.map(|path| code(&path)).collect();
    }
    let is_code = path.extension().is_some_and(|end| end == "rs");
    if is_code { fs::read_to_string(path).unwrap() } else { String::new() }
}

/// Every text in quotes that could be the name of a variable.
fn names(code: &str) -> BTreeSet<&str> {
    let letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let texts = code.split('"').filter(|text| !text.is_empty());
    texts.filter(|text| text.bytes().all(letter)).collect()
}

#[test]
fn every_variable_is_read() {
    for program in APPS.into_iter().chain(["migrate", "topics", "smoke"]) {
        let code = sources(program).iter().map(|path| code(&folder(path))).collect::<String>();
        let known = names(&code);
        assert!(!known.is_empty(), "{program} reads no variables");
        rule(|suite, faults| {
            for pod in suite.pods().into_iter().filter(|pod| pod.of.name() == program) {
                for (name, _) in pod.service().variables() {
                    // A password's is made of the name of its role, and RUST_LOG is read by a library.
                    let role = name.strip_suffix("_PASSWORD").unwrap_or_default().to_lowercase();
                    let made = code.contains(&format!("\"{role}\""));
                    let read = known.contains(name) || name == "RUST_LOG" || made;
                    faults.unless(read, pod.of, format!("{program} reads no {name}"));
                }
            }
        });
    }
}

/// `--no-roles` is an argument of a program that has a `no_roles`.
#[test]
fn every_argument_is_known() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            let program = pod.of.name();
            if !["migrate", "topics", "smoke"].contains(&program) {
                continue;
            }
            let code = sources(program).iter().map(|path| code(&folder(path))).collect::<String>();
            let arguments = strings(pod.service().at("/args"));
            faults.unless(!arguments.is_empty(), pod.of, "is not told what to do");
            for name in arguments.iter().filter_map(|argument| argument.strip_prefix("--")) {
                let field = format!("{}:", name.replace('-', "_"));
                faults.unless(code.contains(&field), pod.of, format!("knows no --{name}"));
            }
        }
    });
}
