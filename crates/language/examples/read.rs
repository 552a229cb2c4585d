//! Reads lines from standard input and prints what they mean: `cargo run -p todo-language --example read`.

use std::io::BufRead as _;

use anyhow::Result;
use todo_language::{Command, Context, Locale, describe, interpret};

/// A Wednesday morning, the same on every run.
const NOW: &str = "2026-05-13T07:30:00Z";

fn main() -> Result<()> {
    let zone = "Europe/Madrid".parse()?;
    let locale = Locale::from_tag(&std::env::args().nth(1).unwrap_or_default());
    let context = Context::new(NOW.parse()?, &zone, locale);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match interpret(&line, &context) {
            Ok(found) => {
                let title = match &found.command {
                    Command::Add(task) => format!("“{}” ", task.title),
                    _ => String::new(),
                };
                println!("{line}\n    {title}{}", describe(&found, &context));
                found.notes.iter().for_each(|note| println!("    ({})", note.text()));
            }
            Err(error) => println!("{line}\n    refused: {error}"),
        }
    }
    Ok(())
}
