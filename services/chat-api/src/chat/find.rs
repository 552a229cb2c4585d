//! Which tasks a line means. One that fits is it, several are a question, none is said; nothing is guessed.

use todo_events::{Status, Task, TaskNumber};
use todo_language::Target;

use super::{deed::Deed, query::MOST, talk::Talk, words};
use crate::{
    domain::{ListQuery, StatusFilter},
    store::{StoreError, TaskRef},
};

/// Tasks that are offered for choosing.
pub(super) const MAX_OFFERED: usize = 9;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// These, named one by one.
    Named(Vec<Task>),
    /// These, named by what they have in common.
    Gathered(Vec<Task>),
    /// One of these.
    OneOf(Vec<Task>),
    /// None, for this reason.
    Nothing(String),
}

impl Talk<'_> {
    /// Finds the tasks meant by an order.
    pub(super) async fn find(&self, target: &Target, deed: &Deed) -> Result<Found, StoreError> {
        match target {
            Target::Number(number) => self.numbered(&[TaskNumber(u64::from(*number))]).await,
            Target::Numbers(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(|n| TaskNumber(u64::from(*n))).collect();
                self.numbered(&numbers).await
            }
            Target::Title(title) => self.titled(title, deed.usual_status()).await,
            Target::Last => self.last().await,
            Target::All(query) => {
                let mut query = (**query).clone();
                query.status = query.status.or(deed.only_status());
                let hits = self.ask(&query).await?;
                Ok(if hits.more {
                    Found::Nothing(format!("That is more than {MOST} tasks; please narrow it."))
                } else if hits.tasks.is_empty() {
                    Found::Nothing("No task fits that.".into())
                } else {
                    Found::Gathered(hits.tasks)
                })
            }
        }
    }

    /// The tasks with these numbers; all must be there.
    pub(super) async fn numbered(&self, numbers: &[TaskNumber]) -> Result<Found, StoreError> {
        let (mut tasks, mut missing) = (Vec::with_capacity(numbers.len()), Vec::new());
        for number in numbers {
            match self.app.tasks.get(self.user(), TaskRef::Number(*number)).await? {
                Some(document) => tasks.push(document.read()?),
                None => missing.push(format!("#{number}")),
            }
        }
        Ok(if missing.is_empty() {
            Found::Named(tasks)
        } else {
            Found::Nothing(format!("There is no task {}.", missing.join(", ")))
        })
    }

    async fn titled(&self, title: &str, status: Option<Status>) -> Result<Found, StoreError> {
        Ok(best(title, self.mentioning(title).await?, status))
    }

    /// The tasks that a title's words are found in.
    pub(super) async fn mentioning(&self, title: &str) -> Result<Vec<Task>, StoreError> {
        let query = ListQuery {
            status: StatusFilter::All,
            text: Some(title.to_owned()),
            limit: 200,
            ..ListQuery::default()
        };
        // A title without a letter or digit would find everything.
        if !title.chars().any(char::is_alphanumeric) {
            return Ok(Vec::new());
        }
        Ok(self.fetch(query, |_| true).await?.tasks)
    }

    /// "it": the task of the line before, or a question when that was about several.
    async fn last(&self) -> Result<Found, StoreError> {
        let thread = &self.thread;
        let meant = if thread.touched.is_empty() { &thread.listed } else { &thread.touched };
        let mut tasks = Vec::new();
        for number in meant.iter().take(MAX_OFFERED) {
            if let Some(document) =
                self.app.tasks.get(self.user(), TaskRef::Number(*number)).await?
            {
                tasks.push(document.read()?);
            }
        }
        Ok(match (tasks.len(), meant.len()) {
            (0, 0) => Found::Nothing("I do not know which task you mean; give its number.".into()),
            (0, _) => Found::Nothing("That task is gone.".into()),
            (1, 1) => Found::Named(tasks),
            _ => Found::OneOf(tasks),
        })
    }
}

/// The task with this title, or those it could be: of the wanted status before others, the same title before one that contains
/// the words, and those before tasks that only mention them.
fn best(title: &str, hits: Vec<Task>, status: Option<Status>) -> Found {
    let wanted = |task: &Task| status.is_none_or(|status| task.status == status);
    let same = |task: &Task| folded(&task.title) == folded(title);
    let contains = |task: &Task| has_words(&task.title, title);
    let tiers: [&dyn Fn(&Task) -> bool; 3] = [&same, &contains, &|_| true];
    for within in [&wanted as &dyn Fn(&Task) -> bool, &|_| true] {
        for tier in tiers {
            let fitting: Vec<_> =
                hits.iter().filter(|task| within(task) && tier(task)).cloned().collect();
            match fitting.len() {
                0 => {}
                1 => return Found::Named(fitting),
                2..=MAX_OFFERED => return Found::OneOf(fitting),
                many => {
                    let title = words::quoted(title);
                    return Found::Nothing(format!(
                        "{many} tasks fit {title}; please give a number or more of the title."
                    ));
                }
            }
        }
    }
    Found::Nothing(unknown_title(title))
}

fn unknown_title(title: &str) -> String {
    format!("I find no task called {}.", words::quoted(title))
}

pub(super) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether every word of `wanted` begins a word of `title`.
pub(super) fn has_words(title: &str, wanted: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let title = words(title);
    words(wanted).iter().all(|word| title.iter().any(|other| other.starts_with(word.as_str())))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::chat::words::tests::task;

    fn tasks() -> Vec<Task> {
        let mut done = task(4, "Call mom", Value::Null);
        done.status = Status::Completed;
        vec![
            task(1, "Call mom", Value::Null),
            task(2, "Call mom about dinner", Value::Null),
            task(3, "Groceries", Value::Null),
            done,
        ]
    }

    fn numbers(found: &Found) -> Vec<u64> {
        match found {
            Found::Named(tasks) | Found::Gathered(tasks) | Found::OneOf(tasks) => {
                tasks.iter().map(|task| task.number.0).collect()
            }
            Found::Nothing(_) => vec![],
        }
    }

    #[test]
    fn the_same_title_of_the_wanted_status_wins() {
        let found = best("call Mom", tasks(), Some(Status::Open));
        assert!(matches!(found, Found::Named(_)) && numbers(&found) == [1], "{found:?}");
        let found = best("call mom", tasks(), Some(Status::Completed));
        assert_eq!(numbers(&found), [4]);
    }

    #[test]
    fn several_that_fit_are_a_question() {
        let found = best("mom", tasks(), Some(Status::Open));
        assert!(matches!(found, Found::OneOf(_)) && numbers(&found) == [1, 2], "{found:?}");
        let found = best("call mom", tasks(), None);
        assert!(matches!(found, Found::OneOf(_)) && numbers(&found) == [1, 4], "{found:?}");
    }

    #[test]
    fn none_and_too_many_are_said() {
        assert!(matches!(best("dentist", vec![], None), Found::Nothing(_)));
        let many = (0..20).map(|n| task(n, "Call", Value::Null)).collect();
        assert!(matches!(best("call", many, None), Found::Nothing(_)));
    }
}
