//! The list of pinned behaviour names tests that exist.

use std::path::Path;

#[test]
fn every_test_in_the_list_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = include_str!("../../../docs/contract.md");
    let rows = list.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once(" | "));
    let quoted = rows.flat_map(|(_, tests)| tests.split('`').skip(1).step_by(2));
    let (mut names, mut missing) = (0, Vec::new());
    for name in quoted {
        names += 1;
        if !exists(root, name) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    assert!(names > 100, "only {names} names were found");
}

fn exists(root: &Path, name: &str) -> bool {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    match name.split_once("::") {
        Some((file, test)) => {
            let text = read(&format!("tests/contract/{file}.rs"));
            if test == "*" {
                text.contains("#[tokio::test")
            } else {
                text.contains(&format!("fn {test}()"))
            }
        }
        None => {
            let text = read(&format!("../crates/local-runtime/src/{name}"));
            text.contains("#[test]") || text.contains("#[tokio::test")
        }
    }
}
