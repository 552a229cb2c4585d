//! "change task 1 to 'Call mom'", "set the priority of task 3 to high", "tag task 3 with work".

use super::{Asked, Stretch, shift, target};
use crate::{
    Changes, Command, Edit, LanguageError, SpanKind, Target,
    assemble::{Reader, join, trimmed},
    grammar::{self, name, priority, when},
    lexicon::Word,
    line::{Kind, Line},
};

/// What stands between a target and its new value.
const TIES: [Word; 5] = [Word::To, Word::As, Word::Is, Word::Filler, Word::Particle];

/// Every order that changes what a task says.
pub(super) fn change(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    if let Some(start) = line.word(stretch.from, Word::Rename)
        && let Some(found) = rename(reader, stretch, start)
    {
        return Ok(Some(found));
    }
    let verb = line.any(stretch.from, &[Word::Change, Word::Mark, Word::Add]);
    let start = verb.unwrap_or(stretch.from);
    let rest = Stretch { from: start, ..stretch };
    if (verb.is_some() || line.is(start, Word::Its))
        && let Some(found) = field_first(reader, stretch, start)?
    {
        return Ok(Some(found));
    }
    // Without a verb only a number is clear enough: "task 3 high priority".
    let by_number = target::numbers(line, start).filter(|_| verb.is_some());
    let Some((target, end)) = target::explicit(line, rest).or(by_number) else { return Ok(None) };
    let numbered = matches!(target, Target::Number(_) | Target::Numbers(_) | Target::Last);
    // "new task "call mom" friday": what is added is not there yet.
    if !numbered && line.is(stretch.from, Word::Add) {
        return Ok(None);
    }
    if end >= stretch.to && numbered && line.is(stretch.from, Word::Change) {
        return Err(incomplete(reader, "what to change is missing"));
    }
    if end >= stretch.to || (verb.is_none() && (!numbered || target == Target::Last)) {
        return Ok(None);
    }
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, end, SpanKind::Target);
    let changes = value(reader, Stretch { from: end, ..stretch })?;
    // "change 2 tires saturday" changes no task.
    let counted = line.digits(start).is_some() && stray(reader, Stretch { from: end, ..stretch });
    if changes.is_empty() || changes.title.is_none() && counted {
        return Ok(None);
    }
    Ok(Some(Command::Update { target, changes }))
}

/// Whether a word is left that nothing understood.
fn stray(reader: &Reader<'_, '_>, stretch: Stretch) -> bool {
    let line = reader.line;
    (stretch.from..stretch.to).any(|at| {
        let (from, to) = line.bytes(at, at + 1);
        let word = line.token(at).is_some_and(|t| t.kind == Kind::Word);
        let read = reader.spans.iter().any(|span| span.start <= from && to <= span.end);
        word && line.hits(at).is_empty() && !read
    })
}

/// "rename task 2 to Water the plants".
fn rename(reader: &mut Reader<'_, '_>, stretch: Stretch, start: usize) -> Option<Command> {
    let line = reader.line;
    let rest = Stretch { from: start, ..stretch };
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, start));
    let (target, to_at) = match clear {
        Some((target, end)) => (target, end),
        None => {
            let at = (start + 1..stretch.to).find(|i| line.is(*i, Word::To))?;
            (target::titled(line, Stretch { to: at, ..rest })?, at)
        }
    };
    let value = line.any(to_at, &[Word::To, Word::As])?;
    let title = join(line, &[trimmed(line, value, stretch.to, true, false)]);
    if title.is_empty() {
        return None;
    }
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, to_at, SpanKind::Target);
    reader.mark(value, stretch.to, SpanKind::Title);
    Some(Command::Update { target, changes: Changes { title: Some(title), ..Changes::default() } })
}

/// "set the priority of task 3 to high": the field, the target, the value.
fn field_first(reader: &mut Reader<'_, '_>, stretch: Stretch, start: usize) -> Asked {
    let line = reader.line;
    let its = line.word(start, Word::Its);
    let noun = its.unwrap_or_else(|| line.skip(start, &[Word::Article, Word::One]));
    let fields = [
        Word::TitleNoun,
        Word::NoteNoun,
        Word::DueNoun,
        Word::PriorityNoun,
        Word::ProjectNoun,
        Word::DurationNoun,
        Word::RepeatNoun,
        Word::TagNoun,
        Word::Reminder,
    ];
    let Some(field) = fields.into_iter().find(|field| line.is(noun, *field)) else {
        return Ok(None);
    };
    let after = line.word(noun, field).unwrap_or(noun);
    let found = match its {
        Some(end) => Some((Target::Last, start, end, after)),
        // "change the priority to high"
        None if plain(line, field, after) && !line.is(stretch.from, Word::Add) => {
            Some((Target::Last, after, after, after))
        }
        None => owner(line, after, stretch).map(|(target, of, end)| (target, of, end, end)),
    };
    let Some((target, of, of_end, end)) = found else { return Ok(None) };
    let value_at = line.mark(end, ':').unwrap_or_else(|| line.skip(end, &TIES));
    if value_at >= stretch.to {
        return Err(incomplete(reader, "the new value is missing"));
    }
    reader.mark(stretch.from, its.map_or(after, |_| start), SpanKind::Intent);
    reader.mark(of, of_end, SpanKind::Target);
    let stretch = Stretch { from: value_at, ..stretch };
    let changes = field_value(reader, field, stretch)?;
    Ok((!changes.is_empty()).then_some(Command::Update { target, changes }))
}

/// Whether the value stands right behind a field that has values of its own kind.
fn plain(line: &Line<'_>, field: Word, after: usize) -> bool {
    let value = line.any(after, &[Word::To, Word::As, Word::Is]);
    match (field, value) {
        (Word::PriorityNoun, Some(value)) => line.priority(value).is_some(),
        (Word::DueNoun, Some(value)) => target::task_number(line, value).is_none(),
        _ => false,
    }
}

/// "of task 3" behind a field: the target and its first and last token.
fn owner(line: &Line<'_>, at: usize, stretch: Stretch) -> Option<(Target, usize, usize)> {
    let of = line.any(at, &[Word::Of, Word::For, Word::On, Word::To])?;
    let rest = Stretch { from: of, ..stretch };
    let (target, end) = target::explicit(line, rest).or_else(|| target::numbers(line, of))?;
    Some((target, of, end))
}

fn field_value(
    reader: &mut Reader<'_, '_>,
    field: Word,
    stretch: Stretch,
) -> Result<Changes, LanguageError> {
    let line = reader.line;
    let text = || join(line, &[(stretch.from, stretch.to)]);
    let none = Changes::default();
    let changes = match field {
        Word::TitleNoun => Changes { title: Some(text()), ..none },
        Word::NoteNoun => Changes { description: Some(Edit::Set(text())), ..none },
        Word::ProjectNoun => {
            Changes { project: name(line, stretch.from).map(|(n, _)| Edit::Set(n)), ..none }
        }
        Word::TagNoun => {
            let tags = grammar::labels(line, stretch.from).map(|(tags, _)| tags);
            Changes { add_tags: tags.unwrap_or_default(), ..none }
        }
        Word::DurationNoun => {
            let minutes = grammar::amount(line, stretch.from).map(|(a, _)| a.in_minutes());
            Changes { duration_minutes: minutes.map(Edit::Set), ..none }
        }
        _ => return value(reader, stretch),
    };
    reader.mark(stretch.from, stretch.to, SpanKind::Title);
    Ok(changes)
}

/// What behind a target says what changes. Words that are no fact are the new title, but only
/// behind "to" or a colon.
fn value(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Result<Changes, LanguageError> {
    let line = reader.line;
    let colon = line.mark(stretch.from, ':');
    let to = line.word(stretch.from, Word::To);
    let start = colon.unwrap_or_else(|| line.skip_all(stretch.from, &TIES));
    for (noun, is_title) in [(Word::TitleNoun, true), (Word::NoteNoun, false)] {
        if let Some(after) = line.word(start, noun) {
            let after = line.mark(after, ':').unwrap_or_else(|| line.skip_all(after, &TIES));
            let text = join(line, &[(after, stretch.to)]);
            if !text.is_empty() {
                reader.mark(after, stretch.to, SpanKind::Title);
                let (title, description) =
                    if is_title { (Some(text), None) } else { (None, Some(Edit::Set(text))) };
                return Ok(Changes { title, description, ..Changes::default() });
            }
        }
    }
    let field = line.any(start, &[Word::DueNoun, Word::PriorityNoun]);
    let start = field.map_or(start, |end| line.skip_all(end, &TIES)).min(stretch.to);
    if let Some((priority, end)) = line.priority(start).filter(|(_, end)| *end == stretch.to) {
        reader.mark(start, end, SpanKind::Priority);
        return Ok(Changes { priority: Some(priority), ..Changes::default() });
    }
    let literal =
        start + 1 == stretch.to && line.token(start).is_some_and(|t| t.kind == Kind::Quoted);
    if let Some((moment, _)) =
        when(line, start, reader.context)?.filter(|(_, end)| *end == stretch.to && !literal)
    {
        reader.mark(start, stretch.to, SpanKind::Due);
        return Ok(Changes { due: shift::change(reader, &moment), ..Changes::default() });
    }
    let titled = (colon.is_some() || to.is_some()) && priority(line, start).is_none();
    details(reader, Stretch { from: start, ..stretch }, titled)
}

fn details(
    reader: &mut Reader<'_, '_>,
    stretch: Stretch,
    titled: bool,
) -> Result<Changes, LanguageError> {
    let found = reader.details(stretch.from, stretch.to)?;
    let title = Some(found.title).filter(|title| titled && !title.is_empty());
    Ok(Changes {
        title,
        description: found.description.map(Edit::Set),
        due: found.time_only.map(crate::DueChange::Time).or(found.due.map(crate::DueChange::To)),
        priority: found.priority,
        add_tags: found.tags,
        project: found.project.map(Edit::Set),
        duration_minutes: found.duration_minutes.map(Edit::Set),
        add_reminders: found.reminders,
        recurrence: found.recurrence.map(Edit::Set),
        ..Changes::default()
    })
}

/// "tag task 3 with work", "add tag work to task 3", "remove #work from task 3".
pub(super) fn labels(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let add = line.word(stretch.from, Word::Add);
    let remove = line.any(stretch.from, &[Word::Remove, Word::Delete]);
    let (start, adds) = match (add, remove) {
        (Some(start), _) => (start, true),
        (None, Some(start)) => (start, false),
        (None, None) => return target_first(reader, stretch),
    };
    let noun = line.skip(line.skip(start, &[Word::Article]), &[Word::TagNoun, Word::Tagged]);
    let marked = line.token(start).is_some_and(|token| token.kind == Kind::Label);
    let Some((tags, end)) = grammar::labels(line, noun).filter(|_| marked || noun > start) else {
        return Ok(None);
    };
    let Some(of) =
        line.any(end, &[Word::To, Word::From, Word::Starting, Word::On, Word::Of, Word::ProjectOf])
    else {
        return Ok(None);
    };
    let rest = Stretch { from: of, ..stretch };
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, of));
    let Some((target, _)) = clear.filter(|(_, end)| *end == stretch.to) else { return Ok(None) };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, end, SpanKind::Tag);
    reader.mark(of, stretch.to, SpanKind::Target);
    let (add_tags, remove_tags) = if adds { (tags, Vec::new()) } else { (Vec::new(), tags) };
    Ok(Some(Command::Update {
        target,
        changes: Changes { add_tags, remove_tags, ..Changes::default() },
    }))
}

fn target_first(reader: &mut Reader<'_, '_>, stretch: Stretch) -> Asked {
    let line = reader.line;
    let Some(start) = line.word(stretch.from, Word::TagNoun) else { return Ok(None) };
    let rest = Stretch { from: start, ..stretch };
    let clear = target::explicit(line, rest).or_else(|| target::numbers(line, start));
    let Some((target, end)) = clear else { return Ok(None) };
    let value = line.skip_all(end, &TIES);
    let Some((tags, _)) = grammar::labels(line, value).filter(|(_, end)| *end == stretch.to) else {
        return Ok(None);
    };
    reader.mark(stretch.from, start, SpanKind::Intent);
    reader.mark(start, end, SpanKind::Target);
    reader.mark(value, stretch.to, SpanKind::Tag);
    Ok(Some(Command::Update { target, changes: Changes { add_tags: tags, ..Changes::default() } }))
}

fn incomplete(reader: &Reader<'_, '_>, missing: &str) -> LanguageError {
    LanguageError::Incomplete {
        words: reader.line.text().trim().to_owned(),
        missing: missing.to_owned(),
    }
}
