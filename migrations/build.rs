//! Embeds the SQL files, so that the binary needs nothing beside it.
//!
//! The macro of sqlx does the same, at the price of its whole procedural-macro tree, and fails when a
//! folder has no file yet.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const FOLDERS: [&str; 4] = ["tasks", "notification", "audit", "state"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest directory")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no output directory")?);
    let mut code = String::new();
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        let name = folder.to_uppercase();
        writeln!(code, "pub(crate) const {name}: &[(&str, &str)] = &[")?;
        for file in sql_files(&root.join(folder))? {
            let stem = file.file_stem().unwrap_or_default();
            let file = file.strip_prefix(&root)?.display();
            // By where it is compiled: checkouts that share a target directory may share this text.
            let place = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{file}\")");
            writeln!(code, "    ({stem:?}, include_str!({place})),")?;
        }
        writeln!(code, "];")?;
    }
    fs::write(out.join("embedded.rs"), code)?;
    Ok(())
}

/// The folder's `.sql` files in order of their names; none when there is no such folder.
fn sql_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let paths: Result<Vec<PathBuf>, io::Error> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files: Vec<PathBuf> = paths?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "sql"))
        .collect();
    files.sort();
    Ok(files)
}
