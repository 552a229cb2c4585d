//! What a word can mean.

use chrono::Weekday;
use todo_events::Priority;

use super::Word;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Which tasks a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateWord {
    Open,
    Completed,
    All,
    Overdue,
}

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldWord {
    Priority,
    Due,
    Created,
    Title,
}

/// One meaning of a word or a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    /// A role.
    Word(Word),
    /// "friday", "fri".
    Weekday(Weekday),
    /// A short weekday that is a common word as well: "sat", "sun".
    WeakWeekday(Weekday),
    /// "fridays": on each of them.
    Weekdays(Weekday),
    /// "may", 1 to 12; a date only beside a number or a preposition.
    Month(u32),
    /// "tomorrow": days from today.
    Day(i64),
    /// "christmas eve": month and day.
    Feast(u32, u32),
    /// "evening": the hour meant when none is given.
    Part(u32),
    /// "tonight": the hour today.
    Tonight(u32),
    /// "noon": hour and minute.
    Clock(u32, u32),
    /// "weeks".
    Unit(Unit),
    /// "h", right behind a number.
    ShortUnit(Unit),
    /// "two".
    Number(u32),
    /// "third", "last" (-1).
    Ordinal(i32),
    /// "weekly": a repeat in one word.
    Adverb(u32, Unit),
    /// "urgent", "high".
    Priority(Priority),
    /// "asap": a priority without the word for it.
    LonePriority(Priority),
    /// "pending".
    State(StateWord),
    /// "due date" as something to sort by.
    Field(FieldWord),
}

impl Sense {
    /// The sense a vocabulary file means by a class and its values.
    pub(super) fn named(class: &str, values: &[&str]) -> Option<Self> {
        Some(match (class, values) {
            (name, []) => Self::Word(Word::named(name)?),
            ("weekday", [day]) => Self::Weekday(day.parse().ok()?),
            ("weak-weekday", [day]) => Self::WeakWeekday(day.parse().ok()?),
            ("weekdays", [day]) => Self::Weekdays(day.parse().ok()?),
            ("month", [number]) => Self::Month(number.parse().ok()?),
            ("day", [offset]) => Self::Day(offset.parse().ok()?),
            ("feast", [month, day]) => Self::Feast(month.parse().ok()?, day.parse().ok()?),
            ("part", [hour]) => Self::Part(hour.parse().ok()?),
            ("tonight", [hour]) => Self::Tonight(hour.parse().ok()?),
            ("clock", [hour, minute]) => Self::Clock(hour.parse().ok()?, minute.parse().ok()?),
            ("unit", [name]) => Self::Unit(unit(name)?),
            ("short-unit", [name]) => Self::ShortUnit(unit(name)?),
            ("number", [value]) => Self::Number(value.parse().ok()?),
            ("ordinal", [value]) => Self::Ordinal(value.parse().ok()?),
            ("adverb", [count, name]) => Self::Adverb(count.parse().ok()?, unit(name)?),
            ("priority", [name]) => Self::Priority(priority(name)?),
            ("lone-priority", [name]) => Self::LonePriority(priority(name)?),
            ("state", [name]) => Self::State(state(name)?),
            ("field", [name]) => Self::Field(field(name)?),
            _ => return None,
        })
    }
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return None,
    })
}

fn priority(name: &str) -> Option<Priority> {
    Some(match name {
        "none" => Priority::None,
        "low" => Priority::Low,
        "medium" => Priority::Medium,
        "high" => Priority::High,
        "urgent" => Priority::Urgent,
        _ => return None,
    })
}

fn state(name: &str) -> Option<StateWord> {
    Some(match name {
        "open" => StateWord::Open,
        "completed" => StateWord::Completed,
        "all" => StateWord::All,
        "overdue" => StateWord::Overdue,
        _ => return None,
    })
}

fn field(name: &str) -> Option<FieldWord> {
    Some(match name {
        "priority" => FieldWord::Priority,
        "due" => FieldWord::Due,
        "created" => FieldWord::Created,
        "title" => FieldWord::Title,
        _ => return None,
    })
}
