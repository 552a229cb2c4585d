//! What a line asks for.

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use todo_events::{Due, Priority, ReminderSpec, Status};
use todo_recurrence::{Mode, Rule};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "intent", content = "details", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Command {
    /// Make a task.
    Add(NewTask),
    /// Make several tasks at once.
    AddMany(Vec<NewTask>),
    /// Show tasks.
    List(Query),
    /// Show one task.
    Show(Target),
    /// Tick off.
    Complete(Target),
    /// Open again.
    Reopen(Target),
    /// Change what a task says.
    Update {
        /// Which.
        target: Target,
        /// What changes.
        changes: Changes,
    },
    /// Move this occurrence only.
    Snooze {
        /// Which.
        target: Target,
        /// To when.
        due: DueChange,
    },
    /// Leave this occurrence of a repeat out.
    Skip(Target),
    /// Throw away.
    Delete(Target),
    /// Take the last change back.
    Undo,
    /// Show who changed what.
    History {
        /// Of one task, or of all.
        target: Option<Target>,
        /// On these days only.
        range: Option<DayRange>,
    },
    /// Choose from what was offered ("2", "the second one"), counted from 1.
    Pick(u32),
    /// Explain what can be said.
    Help,
    /// Yes.
    Confirm,
    /// No.
    Decline,
    /// Talk that asks for nothing.
    SmallTalk(SmallTalk),
    /// A question that is not about tasks.
    Unknown,
}

/// Talk that asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SmallTalk {
    /// "thanks"
    Thanks,
    /// "hello"
    Hello,
    /// "good night"
    Bye,
}

/// Which task is meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Task 12.
    Number(u32),
    /// Tasks 3, 5 and 8.
    Numbers(Vec<u32>),
    /// The task whose title is like this.
    Title(String),
    /// The task of the line before ("it").
    Last,
    /// All tasks a query finds.
    All(Box<Query>),
}

/// Which tasks to show, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Query {
    /// Open or completed; `None` is both.
    pub status: Option<Status>,
    /// Any of these; empty is any at all.
    pub priorities: Vec<Priority>,
    /// All of these.
    pub tags: Vec<String>,
    /// In this list.
    pub project: Option<String>,
    /// Due on these days.
    pub due: Option<DayRange>,
    /// Completed on these days.
    pub completed: Option<DayRange>,
    /// Without a due date.
    pub undated: bool,
    /// Past its time and still open.
    pub overdue: bool,
    /// Words in title or description.
    pub text: Option<String>,
    /// Order; empty is the usual one.
    pub sort: Vec<Sort>,
    /// Only how many there are.
    pub count_only: bool,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// By what.
    pub by: SortField,
    /// Largest, latest or most pressing first.
    pub descending: bool,
}

/// What tasks can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SortField {
    /// How pressing.
    Priority,
    /// When due.
    Due,
    /// When made.
    Created,
    /// By title.
    Title,
}

/// Days from … to, both included, in the user's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayRange {
    /// First day; `None` is any time before.
    pub from: Option<NaiveDate>,
    /// Last day; `None` is any time after.
    pub to: Option<NaiveDate>,
}

/// A task to make.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewTask {
    /// What to do.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// When; of a repeat, its first occurrence.
    pub due: Option<Due>,
    /// How pressing.
    pub priority: Priority,
    /// Labels, in the order written, without duplicates.
    pub tags: Vec<String>,
    /// The list.
    pub project: Option<String>,
    /// Planned length in minutes.
    pub duration_minutes: Option<u32>,
    /// When to remind.
    pub reminders: Vec<ReminderSpec>,
    /// How it repeats.
    pub recurrence: Option<Repeat>,
}

impl NewTask {
    /// A task with a title and nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: None,
            due: None,
            priority: Priority::None,
            tags: Vec::new(),
            project: None,
            duration_minutes: None,
            reminders: Vec::new(),
            recurrence: None,
        }
    }
}

/// How a task repeats. Its anchor is the due of the task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeat {
    /// The rule.
    pub rule: Rule,
    /// Counted from the schedule or from the day it is done.
    pub mode: Mode,
    /// Days left out.
    pub except: Vec<NaiveDate>,
}

/// A new value, or none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit<T> {
    /// This one from now on.
    Set(T),
    /// None any more.
    Clear,
}

/// What changes about when a task is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueChange {
    /// To this.
    To(Due),
    /// To this time of the day it is already due.
    Time(NaiveTime),
    /// By this many minutes, forward or (negative) back; whole days keep the wall clock.
    By {
        /// Minutes.
        minutes: i64,
    },
    /// So long after its due or after now, whichever is later: "for an hour".
    Later {
        /// Minutes.
        minutes: u32,
        /// That long after now.
        from_now: Due,
    },
    /// Not due any more.
    Clear,
}

/// What changes about a task; everything else stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Changes {
    /// New title.
    pub title: Option<String>,
    /// New description.
    pub description: Option<Edit<String>>,
    /// New due.
    pub due: Option<DueChange>,
    /// New priority.
    pub priority: Option<Priority>,
    /// Labels to add.
    pub add_tags: Vec<String>,
    /// Labels to take off.
    pub remove_tags: Vec<String>,
    /// New list.
    pub project: Option<Edit<String>>,
    /// New planned length in minutes.
    pub duration_minutes: Option<Edit<u32>>,
    /// Reminders to add.
    pub add_reminders: Vec<ReminderSpec>,
    /// Whether all reminders go.
    pub clear_reminders: bool,
    /// New repeat.
    pub recurrence: Option<Edit<Repeat>>,
}

impl Changes {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
