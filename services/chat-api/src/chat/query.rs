//! Questions about tasks, as the store can answer them.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use todo_events::{Status, Task};
use todo_language::{DayRange, Query, Sort, SortField};
use todo_recurrence::Zone;

use super::talk::Talk;
use crate::{
    domain::{self, Cursor, Direction, ListQuery, SortKey, StatusFilter, TagMatch},
    store::StoreError,
};

/// Tasks of one page.
const PAGE: u32 = 200;
/// Tasks that one line can be about.
pub(super) const MOST: usize = 1_000;

/// Tasks that a question finds.
pub(super) struct Hits {
    /// In the order asked for.
    pub(super) tasks: Vec<Task>,
    /// Whether there are more than [`MOST`].
    pub(super) more: bool,
}

/// What the store is asked: everything but the conditions that [`fits`] adds.
fn stored(query: &Query, zone: &Zone, now: DateTime<Utc>) -> ListQuery {
    let (due_from, due_to) = query.due.map_or((None, None), |days| instants(days, zone));
    ListQuery {
        status: status(query),
        priorities: query.priorities.clone(),
        tags: query.tags.iter().map(|tag| tag.to_lowercase()).collect(),
        tag_match: TagMatch::All,
        project: query.project.clone(),
        due_from,
        due_to,
        overdue_at: query.overdue.then_some(now),
        text: query.text.clone(),
        sort: sort(query),
        limit: PAGE,
        ..ListQuery::default()
    }
}

fn status(query: &Query) -> StatusFilter {
    match query.status {
        _ if query.overdue => StatusFilter::Open,
        _ if query.completed.is_some() => StatusFilter::Completed,
        Some(Status::Open) => StatusFilter::Open,
        Some(Status::Completed) => StatusFilter::Completed,
        None => StatusFilter::All,
    }
}

/// What the store cannot filter by comes first in the order, so that reading can stop behind it.
fn sort(query: &Query) -> Vec<SortKey> {
    const fn latest(field: domain::SortField) -> SortKey {
        SortKey { field, direction: Direction::Descending }
    }
    let first = if query.undated {
        Some(latest(domain::SortField::DueAt))
    } else if status(query) == StatusFilter::Completed && query.sort.is_empty() {
        Some(latest(domain::SortField::CompletedAt))
    } else {
        None
    };
    let asked = query.sort.iter().map(|sort| key(*sort));
    first.into_iter().chain(asked).collect()
}

fn key(sort: Sort) -> SortKey {
    let field = match sort.by {
        SortField::Priority => domain::SortField::Priority,
        SortField::Due => domain::SortField::DueAt,
        SortField::Created => domain::SortField::CreatedAt,
        SortField::Title => domain::SortField::Title,
    };
    let direction = if sort.descending { Direction::Descending } else { Direction::Ascending };
    SortKey { field, direction }
}

/// From the first instant of the first day to the first instant behind the last.
pub(super) fn instants(
    days: DayRange,
    zone: &Zone,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let start = |day: NaiveDate| zone.resolve(day.and_time(NaiveTime::MIN));
    (days.from.map(start), days.to.and_then(|day| day.succ_opt()).map(start))
}

/// Whether a task obeys what the store cannot filter by.
fn fits(task: &Task, query: &Query, zone: &Zone) -> bool {
    let within = |days: DayRange| {
        let (from, to) = instants(days, zone);
        task.completed_at.is_some_and(|done| {
            from.is_none_or(|from| done >= from) && to.is_none_or(|to| done < to)
        })
    };
    (!query.undated || task.due.is_none()) && query.completed.is_none_or(within)
}

impl Talk<'_> {
    /// All tasks that a question finds, up to [`MOST`].
    pub(super) async fn ask(&self, query: &Query) -> Result<Hits, StoreError> {
        self.fetch(stored(query, self.zone(), self.now), |task| fits(task, query, self.zone()))
            .await
    }

    /// Reads pages until enough tasks that are wanted were found.
    pub(super) async fn fetch(
        &self,
        mut query: ListQuery,
        wanted: impl Fn(&Task) -> bool,
    ) -> Result<Hits, StoreError> {
        let (mut tasks, mut read) = (Vec::new(), 0);
        loop {
            let page = self.app.tasks.list(self.user(), &query).await?;
            read += page.tasks.len();
            for document in &page.tasks {
                let task = document.read()?;
                if wanted(&task) {
                    tasks.push(task);
                }
            }
            let Some(cursor) = page.next_cursor else { return Ok(Hits { tasks, more: false }) };
            if read >= MOST {
                return Ok(Hits { tasks, more: true });
            }
            query.after = Cursor::decode(self.user(), &query, &cursor).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_the_users_days() {
        let zone: Zone = "Asia/Karachi".parse().unwrap();
        let today = DayRange { from: Some(day("2026-11-21")), to: Some(day("2026-11-21")) };
        let query = Query { due: Some(today), ..Query::default() };
        let asked = stored(&query, &zone, DateTime::UNIX_EPOCH);
        assert_eq!(asked.due_from.unwrap().to_rfc3339(), "2026-11-20T19:00:00+00:00");
        assert_eq!(asked.due_to.unwrap().to_rfc3339(), "2026-11-21T19:00:00+00:00");
        assert_eq!(asked.status, StatusFilter::All);
    }

    #[test]
    fn what_the_store_cannot_filter_is_filtered_here() {
        let zone = Zone::utc();
        let this_week = DayRange { from: Some(day("2026-11-16")), to: None };
        let query = Query { completed: Some(this_week), ..Query::default() };
        let asked = stored(&query, &zone, DateTime::UNIX_EPOCH);
        assert_eq!(asked.status, StatusFilter::Completed);
        assert_eq!(asked.sort[0].field, domain::SortField::CompletedAt);
        let mut task = crate::chat::words::tests::task(1, "x", serde_json::Value::Null);
        assert!(!fits(&task, &query, &zone));
        task.completed_at = Some("2026-11-16T00:00:00Z".parse().unwrap());
        assert!(fits(&task, &query, &zone));
        task.completed_at = Some("2026-11-15T23:59:59Z".parse().unwrap());
        assert!(!fits(&task, &query, &zone));
    }
}
