//! What narrows a list: states, days, priorities, labels, lists, words, and its order.

use todo_events::{Priority, Status};

use super::{Stretch, range::range};
use crate::{
    LanguageError, Query, Sort, SortField, SpanKind,
    assemble::{Reader, join},
    grammar::{self, project_name},
    lexicon::{FieldWord, Sense, StateWord, Word},
    line::Line,
};

/// Words that say nothing in a query.
const FILLERS: [Word; 6] =
    [Word::Filler, Word::DoIHave, Word::Article, Word::And, Word::Due, Word::Please];

/// A query being read.
#[derive(Default)]
struct Reading {
    query: Query,
    /// A state was named, so the usual one is not meant.
    state: bool,
    /// The days are of the due date, not of completion.
    due: bool,
    /// "tasks" was said.
    tasks: bool,
    /// The words nothing else took, as token ranges.
    rest: Vec<(usize, usize)>,
}

/// What the words before a query have said already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Asking {
    /// An order or a question, so that loose words can be searched for.
    pub(super) led: bool,
    /// "what have I": done is meant.
    pub(super) completed: bool,
}

/// Reads a stretch as a query; `None` when words are left that a query does not have.
pub(super) fn query(
    reader: &mut Reader<'_, '_>,
    stretch: Stretch,
    asking: Asking,
) -> Result<Option<Query>, LanguageError> {
    let mut reading = Reading::default();
    if asking.completed {
        reading.query.status = Some(Status::Completed);
        reading.state = true;
    }
    let mut at = stretch.from;
    while at < stretch.to {
        let end = step(reader, &mut reading, at, stretch.to)?;
        if let Some((end, kind)) = end.filter(|(end, _)| *end <= stretch.to) {
            if let Some(kind) = kind {
                reader.mark(at, end, kind);
            }
            at = end;
        } else if !asking.led {
            return Ok(None);
        } else {
            match reading.rest.last_mut() {
                Some((_, to)) if *to == at => *to = at + 1,
                _ => reading.rest.push((at, at + 1)),
            }
            at += 1;
        }
    }
    Ok(reading.finish(reader.line, asking.led))
}

impl Reading {
    /// Loose words are searched for when "tasks" was said behind an order and they are few.
    fn finish(mut self, line: &Line<'_>, led: bool) -> Option<Query> {
        self.rest.retain(|(from, to)| !join(line, &[(*from, *to)]).is_empty());
        let words: usize = self.rest.iter().map(|(from, to)| to - from).sum();
        if words > 0 {
            if !(self.tasks && led) || self.rest.len() > 1 || words > 3 || self.query.text.is_some()
            {
                return None;
            }
            self.query.text = Some(join(line, &self.rest));
        }
        if !self.state {
            self.query.status = Some(Status::Open);
        }
        if self.query.status == Some(Status::Completed) && !self.due {
            self.query.completed = self.query.due.take();
        }
        Some(self.query)
    }
}

type Step = Result<Option<(usize, Option<SpanKind>)>, LanguageError>;

/// Reads one thing; answers the token behind it and how its words are shown.
fn step(reader: &Reader<'_, '_>, reading: &mut Reading, at: usize, to: usize) -> Step {
    let line = reader.line;
    let filter = |end| Ok(Some((end, Some(SpanKind::Filter))));
    if let Some(start) = line.word(at, Word::SortedBy) {
        return Ok(sort(line, start, &mut reading.query).map(|end| (end, Some(SpanKind::Sort))));
    }
    if let Some(end) = line.word(at, Word::ListNoun)
        && reading.rest.last().is_some_and(|(_, to)| *to == at)
    {
        let name = reading.rest.pop().map(|words| join(line, &[words]));
        reading.query.project = name;
        return filter(end);
    }
    if let Some(end) = line.any(at, &[Word::TasksNoun, Word::TaskNoun]) {
        reading.tasks = true;
        return Ok(Some((end, None)));
    }
    if let Some(start) = line.word(at, Word::Without)
        && let Some(end) =
            line.any(line.skip(start, &[Word::One, Word::Article]), &[Word::DueNoun, Word::Due])
    {
        reading.query.undated = true;
        return filter(end);
    }
    if let Some(start) = line.word(at, Word::About).or_else(|| line.word(at, Word::Search)) {
        let end = text_end(line, start, to);
        reading.query.text = Some(join(line, &[(start, end)])).filter(|text| !text.is_empty());
        return filter(end);
    }
    if let Some(end) = named(line, at, &mut reading.query) {
        return filter(end);
    }
    let due = line.any(at, &[Word::Due, Word::DueNoun]);
    if let Some((days, end)) = range(line, due.unwrap_or(at), reader.context)? {
        reading.due |= due.is_some() || at > 0 && line.is(at - 1, Word::Due);
        reading.query.due = Some(days);
        return filter(end);
    }
    if let Some(end) = state(line, at, reading) {
        return filter(end);
    }
    Ok(line.any(at, &FILLERS).or_else(|| line.mark(at, ',')).map(|end| (end, None)))
}

/// Labels, lists and priorities.
fn named(line: &Line<'_>, at: usize, query: &mut Query) -> Option<usize> {
    if let Some((tags, end)) = line
        .any(at, &[Word::Tagged, Word::TagNoun])
        .and_then(|start| grammar::labels(line, line.mark(start, ':').unwrap_or(start)))
    {
        query.tags.extend(tags);
        return Some(end);
    }
    if let Some((tag, end)) = grammar::label(line, at) {
        query.tags.push(tag);
        return Some(end);
    }
    if let Some((project, end)) = project_name(line, at) {
        query.project = Some(project);
        return Some(end);
    }
    let (priority, end) = grammar::priority(line, at).or_else(|| {
        let lone = line.find(at, |sense| match sense {
            Sense::LonePriority(priority) => Some(priority),
            Sense::Priority(priority) if priority != Priority::None => Some(priority),
            _ => None,
        })?;
        let behind = line.any(lone.1, &[Word::And, Word::Or, Word::TasksNoun, Word::TaskNoun]);
        (behind.is_some() || line.is_end(lone.1)).then_some(lone)
    })?;
    // "high" asks for what is at least that pressing.
    let wanted: &[Priority] = match priority {
        Priority::High => &[Priority::Urgent, Priority::High],
        Priority::Urgent => &[Priority::Urgent],
        Priority::Medium => &[Priority::Medium],
        Priority::Low => &[Priority::Low],
        Priority::None => &[Priority::None],
    };
    for priority in wanted {
        if !query.priorities.contains(priority) {
            query.priorities.push(*priority);
        }
    }
    Some(line.skip(end, &[Word::Or]))
}

fn state(line: &Line<'_>, at: usize, reading: &mut Reading) -> Option<usize> {
    let (word, end) = line.find(at, |sense| match sense {
        Sense::State(word) => Some(word),
        _ => None,
    })?;
    let query = &mut reading.query;
    match word {
        StateWord::Open => query.status = Some(Status::Open),
        StateWord::Completed => query.status = Some(Status::Completed),
        // "all overdue tasks" are all that are overdue.
        StateWord::All if reading.state => {}
        StateWord::All => query.status = None,
        StateWord::Overdue => {
            query.status = Some(Status::Open);
            query.overdue = true;
        }
    }
    reading.state = true;
    Some(end)
}

/// Where searched words end: before an order, a state of the list or a label.
fn text_end(line: &Line<'_>, from: usize, to: usize) -> usize {
    (from + 1..to)
        .find(|i| line.any(*i, &[Word::SortedBy, Word::Tagged, Word::Due]).is_some())
        .unwrap_or(to)
}

/// "priority and due date descending"; priority is most pressing first unless told otherwise.
fn sort(line: &Line<'_>, at: usize, query: &mut Query) -> Option<usize> {
    let mut end = at;
    let mut keys = Vec::new();
    loop {
        let next = line.mark(end, ',').unwrap_or(end);
        let next = line.skip_all(next, &[Word::And, Word::Article]);
        let Some((field, after)) = line.find(next, |sense| match sense {
            Sense::Field(field) => Some(field),
            _ => None,
        }) else {
            break;
        };
        let by = match field {
            FieldWord::Priority => SortField::Priority,
            FieldWord::Due => SortField::Due,
            FieldWord::Created => SortField::Created,
            FieldWord::Title => SortField::Title,
        };
        let usual = matches!(by, SortField::Priority | SortField::Created);
        let (descending, after) =
            match (line.word(after, Word::Descending), line.word(after, Word::Ascending)) {
                (Some(end), _) => (true, end),
                (None, Some(end)) => (false, end),
                (None, None) => (usual, after),
            };
        keys.push(Sort { by, descending });
        end = after;
    }
    query.sort.extend(keys);
    (end > at).then_some(end)
}
