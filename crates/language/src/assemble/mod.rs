//! Facts → a task: which of them apply together, what they come to, and which words are the title.

mod moment;
mod remind;
mod series;
mod title;

use todo_events::{Due, Priority};

use crate::{
    LanguageError, NewTask, Note, Repeat, Span, SpanKind,
    context::Frame,
    grammar::{Fact, Facts, Match, scan},
    line::Line,
};
pub(crate) use title::{join, trimmed};

/// A line being read, with what has been understood so far.
pub(crate) struct Reader<'l, 'a> {
    /// The line.
    pub(crate) line: &'l Line<'a>,
    /// What it is read against.
    pub(crate) context: &'l Frame<'l>,
    /// What was understood.
    pub(crate) spans: Vec<Span>,
    /// What was decided.
    pub(crate) notes: Vec<Note>,
}

/// Everything a stretch of the line says about a task.
#[derive(Debug, Default)]
pub(crate) struct Details {
    /// The words no fact took.
    pub(crate) title: String,
    /// The due date, of a repeat its first.
    pub(crate) due: Option<Due>,
    /// A time was named without a day.
    pub(crate) time_only: Option<chrono::NaiveTime>,
    /// The repeat.
    pub(crate) recurrence: Option<Repeat>,
    /// The priority, if one is named.
    pub(crate) priority: Option<Priority>,
    /// Labels, without duplicates.
    pub(crate) tags: Vec<String>,
    /// The list.
    pub(crate) project: Option<String>,
    /// The length in minutes.
    pub(crate) duration_minutes: Option<u32>,
    /// The reminders.
    pub(crate) reminders: Vec<todo_events::ReminderSpec>,
    /// More about it.
    pub(crate) description: Option<String>,
}

impl Reader<'_, '_> {
    /// Notes that some tokens were understood.
    pub(crate) fn mark(&mut self, from: usize, to: usize, kind: SpanKind) {
        if from < to {
            let (start, end) = self.line.bytes(from, to);
            self.spans.push(Span { start, end, kind });
        }
    }

    /// Notes a decision, once.
    pub(crate) fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Reads the tokens `from..to` as a task.
    pub(crate) fn task(&mut self, from: usize, to: usize) -> Result<NewTask, LanguageError> {
        let details = self.details(from, to)?;
        if details.title.is_empty() {
            return Err(LanguageError::NoTitle { words: self.line.text().trim().to_owned() });
        }
        Ok(details.into())
    }

    /// Reads the tokens `from..to`; the title may come out empty.
    pub(crate) fn details(&mut self, from: usize, to: usize) -> Result<Details, LanguageError> {
        let facts = scan(self.line, from, to, self.context)?;
        self.assemble(facts, from, to)
    }

    fn assemble(
        &mut self,
        mut facts: Facts,
        from: usize,
        to: usize,
    ) -> Result<Details, LanguageError> {
        let repeats = self.one_repeat(&mut facts);
        let zone = self.zone(&mut facts);
        let mut when = self.one_moment(&mut facts, repeats);
        if let Some(when) = &mut when {
            self.evening(when, from, to);
        }
        let mut details = Details::default();
        for fact in &facts {
            details.take(&fact.fact);
        }
        let wishes = remind::wishes(&facts);
        let reminded = when.is_none() && !repeats;
        when = when.or_else(|| remind::moment(&wishes).filter(|_| reminded));
        if repeats {
            let series = self.series(&facts, when)?;
            details.due = Some(series.due);
            details.recurrence = Some(series.repeat);
            details.duration_minutes = details.duration_minutes.or(series.minutes);
        } else if let Some(when) = when {
            details.due = self.due(&when, zone.as_ref());
            if when.day.is_none() && when.instant.is_none() && zone.is_none() {
                details.time_only = when.time(&mut Vec::new());
            }
            details.duration_minutes = details.duration_minutes.or(when.minutes());
        }
        details.reminders = self.reminders(&wishes, details.due.as_ref(), reminded);
        details.title = title::title(self.line, &facts, from, to);
        for Match { from, to, fact, .. } in facts {
            self.mark(from, to, fact.kind());
        }
        Ok(details)
    }
}

impl Details {
    fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::Priority(priority) => self.priority = Some(*priority),
            Fact::Tags(tags) => {
                for tag in tags {
                    if !self.tags.contains(tag) {
                        self.tags.push(tag.clone());
                    }
                }
            }
            Fact::Project(project) => self.project = Some(project.clone()),
            Fact::Duration(minutes) => self.duration_minutes = Some(*minutes),
            Fact::Description(text) => self.description = Some(text.clone()),
            Fact::When(_)
            | Fact::Zone(_)
            | Fact::Repeat(_)
            | Fact::Start(_)
            | Fact::Until(_)
            | Fact::Period(..)
            | Fact::Count(_)
            | Fact::Span(_)
            | Fact::Except(_)
            | Fact::AfterDone
            | Fact::OwnList
            | Fact::Reminders(_) => {}
        }
    }
}

impl From<Details> for NewTask {
    fn from(details: Details) -> Self {
        Self {
            title: details.title,
            description: details.description,
            due: details.due,
            priority: details.priority.unwrap_or_default(),
            tags: details.tags,
            project: details.project,
            duration_minutes: details.duration_minutes,
            reminders: details.reminders,
            recurrence: details.recurrence,
        }
    }
}
