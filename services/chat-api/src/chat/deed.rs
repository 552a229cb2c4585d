//! Orders: what to do with which tasks, and when to ask first.

use todo_events::{Status, Task, TaskNumber};
use todo_language::{Changes, Command, DayRange, Target};

use super::{
    answer::{Action, Answer},
    conversation::{Ask, Pending},
    find::Found,
    talk::Talk,
    words,
};
use crate::store::{StatusChange, StoreError};

/// So many tasks are asked about even when each was named.
const MANY: usize = 5;

/// What to do with some tasks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    Show,
    Complete,
    Reopen,
    Delete,
    Skip,
    Change(Box<Changes>),
    History(Option<DayRange>),
}

impl Deed {
    /// The deed of a command and the tasks it means, if it is an order.
    pub(super) fn of(command: Command) -> Option<(Self, Target)> {
        Some(match command {
            Command::Show(target) => (Self::Show, target),
            Command::Complete(target) => (Self::Complete, target),
            Command::Reopen(target) => (Self::Reopen, target),
            Command::Delete(target) => (Self::Delete, target),
            Command::Skip(target) => (Self::Skip, target),
            Command::Update { target, changes } => (Self::Change(Box::new(changes)), target),
            Command::Snooze { target, due } => {
                let changes = Changes { due: Some(due), ..Changes::default() };
                (Self::Change(Box::new(changes)), target)
            }
            Command::History { target: Some(target), range } => (Self::History(range), target),
            _ => return None,
        })
    }

    /// Of two tasks with the same name, the one with this status is meant.
    pub(super) fn usual_status(&self) -> Option<Status> {
        match self {
            Self::Reopen => Some(Status::Completed),
            Self::History(_) => None,
            Self::Show | Self::Complete | Self::Delete | Self::Skip | Self::Change(_) => {
                Some(Status::Open)
            }
        }
    }

    /// The only status that "all" can mean.
    pub(super) fn only_status(&self) -> Option<Status> {
        match self {
            Self::Complete | Self::Skip | Self::Change(_) => Some(Status::Open),
            Self::Reopen => Some(Status::Completed),
            Self::Show | Self::Delete | Self::History(_) => None,
        }
    }

    /// The verb of a question.
    fn verb(&self) -> &'static str {
        match self {
            Self::Show => "Show",
            Self::Complete => "Complete",
            Self::Reopen => "Reopen",
            Self::Delete => "Delete",
            Self::Skip => "Skip this occurrence of",
            Self::Change(_) => "Change",
            Self::History(_) => "Show the history of",
        }
    }

    /// Whether to ask before doing it to many tasks, or to some that were not named one by one.
    fn asks_for_several(&self) -> bool {
        match self {
            Self::Complete | Self::Reopen | Self::Delete | Self::Skip | Self::Change(_) => true,
            Self::Show | Self::History(_) => false,
        }
    }
}

impl Talk<'_> {
    /// Finds the tasks and does it, unless something has to be asked.
    pub(super) async fn order(&self, deed: &Deed, target: &Target) -> Result<Answer, StoreError> {
        match self.find(target, deed).await? {
            Found::Nothing(reason) => match (deed, target) {
                (Deed::History(range), Target::Number(number)) => {
                    let number = TaskNumber(u64::from(*number));
                    self.history_of_deleted(number, *range, reason).await
                }
                _ => Ok(Answer::nothing(reason).suggesting(["show my tasks"])),
            },
            Found::OneOf(tasks) => Ok(self.ask_which(deed, tasks)),
            Found::Gathered(tasks) if tasks.len() > 1 && deed.asks_for_several() => {
                Ok(self.ask_whether(deed, tasks))
            }
            Found::Named(tasks) if tasks.len() > MANY && deed.asks_for_several() => {
                Ok(self.ask_whether(deed, tasks))
            }
            Found::Named(tasks) | Found::Gathered(tasks) => self.unless_deletion(deed, tasks).await,
        }
    }

    /// Does it, but asks before deleting.
    pub(super) async fn unless_deletion(
        &self,
        deed: &Deed,
        tasks: Vec<Task>,
    ) -> Result<Answer, StoreError> {
        if *deed == Deed::Delete {
            return Ok(self.ask_whether(deed, tasks));
        }
        self.carry_out(deed, tasks).await
    }

    /// Does it.
    pub(super) async fn carry_out(
        &self,
        deed: &Deed,
        tasks: Vec<Task>,
    ) -> Result<Answer, StoreError> {
        match deed {
            Deed::Show => Ok(self.show(tasks)),
            Deed::Complete => self.change_status(&tasks, StatusChange::Complete).await,
            Deed::Reopen => self.change_status(&tasks, StatusChange::Reopen).await,
            Deed::Delete => self.delete(&tasks).await,
            Deed::Skip => self.skip(tasks).await,
            Deed::Change(changes) => self.update(tasks, changes).await,
            Deed::History(range) => Ok(self.history(tasks.first(), *range).await),
        }
    }

    /// "Delete “Call mom”? yes/no"
    pub(super) fn ask_whether(&self, deed: &Deed, tasks: Vec<Task>) -> Answer {
        let repeats = *deed == Deed::Delete && tasks.iter().any(|task| task.recurrence.is_some());
        let repeats = if repeats { " Repeating ones will not come back." } else { "" };
        let reply = format!("{} {}?{repeats} yes/no", deed.verb(), words::named(&tasks));
        let pending = self.pending(Ask::Whether, &tasks);
        let mut answer =
            Answer::new(Action::Confirm, reply).asking(pending).suggesting(["yes", "no"]);
        answer.tasks = tasks;
        answer
    }

    /// "Which one? 1. … 2. …"
    pub(super) fn ask_which(&self, deed: &Deed, tasks: Vec<Task>) -> Answer {
        let lines = words::lines(&tasks, true, &self.voice());
        let reply = format!("{} which one?{lines}", deed.verb());
        let pending = self.pending(Ask::Which, &tasks);
        let places = (1..=tasks.len()).map(|place| place.to_string());
        let mut answer = Answer::new(Action::Confirm, reply).asking(pending).suggesting(places);
        answer.tasks = tasks;
        answer
    }

    fn pending(&self, ask: Ask, tasks: &[Task]) -> Pending {
        let tasks: Vec<TaskNumber> = tasks.iter().map(|task| task.number).collect();
        Pending { ask, line: self.line.clone(), said_at: self.now, tasks }
    }
}
