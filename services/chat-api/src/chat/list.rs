//! Showing tasks.

use todo_events::{Status, Task};
use todo_language::Query;

use super::{
    answer::{Action, Answer},
    query::{Hits, MOST},
    talk::Talk,
    words,
};
use crate::store::StoreError;

/// Tasks in one answer.
const MAX_TASKS: usize = 50;

impl Talk<'_> {
    /// Shows or counts the tasks that a question finds.
    pub(super) async fn list(&self, query: &Query) -> Result<Answer, StoreError> {
        let hits = self.ask(query).await?;
        let head = heading(query, &hits);
        if query.count_only || hits.tasks.is_empty() {
            return Ok(Answer::new(Action::Listed, format!("{head}.")));
        }
        let lines = words::lines(&hits.tasks, false, &self.voice());
        let mut tasks = hits.tasks;
        tasks.truncate(MAX_TASKS);
        Ok(Answer::new(Action::Listed, format!("{head}:{lines}")).listing(tasks))
    }

    /// Shows tasks with all they say.
    pub(super) fn show(&self, tasks: Vec<Task>) -> Answer {
        let text: Vec<_> = tasks
            .iter()
            .take(MAX_TASKS)
            .map(|task| {
                let line = words::line(task, &self.voice());
                let tie = if task.description.is_empty() { "" } else { "\n" };
                format!("{line}{tie}{}", task.description)
            })
            .collect();
        Answer::new(Action::Listed, text.join("\n")).listing(tasks)
    }
}

/// "You have 3 open tasks", "You have no overdue tasks".
fn heading(query: &Query, hits: &Hits) -> String {
    let state = match query.status {
        _ if query.overdue => "overdue ",
        _ if query.completed.is_some() => "completed ",
        Some(Status::Open) => "open ",
        Some(Status::Completed) => "completed ",
        None => "",
    };
    let narrowed = Query { status: None, sort: vec![], count_only: false, ..query.clone() };
    let fit =
        if narrowed == Query::default() || narrowed == only_overdue() { "" } else { " like that" };
    match hits.tasks.len() {
        0 => format!("You have no {state}tasks{fit}"),
        1 => format!("You have 1 {state}task{fit}"),
        _ if hits.more => format!("You have more than {MOST} {state}tasks{fit}"),
        many => format!("You have {many} {state}tasks{fit}"),
    }
}

fn only_overdue() -> Query {
    Query { overdue: true, ..Query::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::chat::words::tests::task;

    #[test]
    fn headings_say_what_was_asked() {
        let hits = |count: u64| Hits {
            tasks: (0..count).map(|n| task(n, "x", Value::Null)).collect(),
            more: false,
        };
        let open = Query { status: Some(Status::Open), ..Query::default() };
        assert_eq!(heading(&open, &hits(0)), "You have no open tasks");
        assert_eq!(heading(&only_overdue(), &hits(1)), "You have 1 overdue task");
        let tagged = Query { tags: vec!["home".into()], ..open };
        assert_eq!(heading(&tagged, &hits(3)), "You have 3 open tasks like that");
    }
}
