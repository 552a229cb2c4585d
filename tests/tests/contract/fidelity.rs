//! The list of pinned behaviours and the tests know each other.

use std::{collections::BTreeSet, path::Path};

use todo_tests::behaviours;

#[test]
fn every_test_in_the_list_exists() {
    let (tests, own) = (tests(), own());
    let names: Vec<_> = behaviours().into_iter().flat_map(|behaviour| behaviour.tests).collect();
    let known = |name: &str| match name.strip_suffix('*') {
        Some(file) => tests.iter().any(|test| test.starts_with(file)),
        None => tests.contains(name) || own.contains(name),
    };
    let missing: Vec<_> = names.iter().filter(|name| !known(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let mentioned = |test: &String| {
        names.iter().any(|name| match name.strip_suffix('*') {
            Some(file) => test.starts_with(file),
            None => test == name,
        })
    };
    let unmentioned: Vec<_> = tests.iter().filter(|test| !mentioned(test)).collect();
    assert!(unmentioned.is_empty(), "{unmentioned:?}");
}

/// `file::test` of this suite.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let mut tests = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() || file == "fidelity" {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let after = text.split("#[tokio::test").skip(1);
        let name = after.filter_map(|rest| rest.split_once("async fn ")?.1.split_once("()"));
        tests.extend(name.map(|(name, _)| format!("{file}::{name}")));
    }
    tests
}

/// Files of the local runtime that have tests of their own.
fn own() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/local-runtime/src");
    let (mut folders, mut files) = (vec![root.clone()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).is_ok_and(|text| {
                ["#[test]", "#[tokio::test"].iter().any(|mark| text.contains(mark))
            }) {
                files.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}
