//! The one entry point.

use crate::{
    Command, Context, Interpretation, LanguageError, Span, assemble::Reader, context::Frame,
    intent, lexicon::Lexicon, line::Line,
};

/// Most characters a line may have.
pub const MAX_LENGTH: usize = 1_000;

/// Reads one line of text.
///
/// # Errors
/// When the line is empty or too long, names a date, a time or a repeat that cannot be, or says
/// when without saying what. The error names the words and the rule.
pub fn interpret(text: &str, context: &Context<'_>) -> Result<Interpretation, LanguageError> {
    if text.trim().is_empty() {
        return Err(LanguageError::Empty);
    }
    // A character has at least one byte, so only long texts are counted.
    if text.len() > MAX_LENGTH {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            return Err(LanguageError::TooLong { length, limit: MAX_LENGTH });
        }
    }
    let line = Line::new(text, Lexicon::of(context.locale.language));
    let frame = Frame::new(context);
    let mut reader = Reader { line: &line, context: &frame, spans: Vec::new(), notes: Vec::new() };
    let command = intent::command(&mut reader)?;
    let new = matches!(command, Command::Add(_));
    let order = if new { intent::order(&reader) } else { None };
    let Reader { spans, notes, .. } = reader;
    Ok(Interpretation { command, spans: disjoint(spans), notes, order })
}

/// In order; of two that overlap the first read stays.
fn disjoint(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| span.start);
    let mut end = 0;
    spans.retain(|span| {
        let keep = span.start >= end;
        if keep {
            end = span.end;
        }
        keep
    });
    spans
}
