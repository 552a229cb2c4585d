//! The query parameters of a list, read into a [`ListQuery`]; every refusal names its parameter.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error as ValueError},
};
use todo_events::{Priority, UserId};
use todo_service_kit::Problem;

use crate::domain::{Cursor, Faults, ListQuery, SortField, SortKey, StatusFilter, TagMatch};

/// Page size, when none is given.
const USUAL_LIMIT: u32 = 50;
/// Largest page.
const MAX_LIMIT: u32 = 200;
/// Longest search text, in characters.
const MAX_TEXT: usize = 200;
/// Longest tag or project, in characters.
const MAX_LABEL: usize = 60;
/// Most tags to filter by.
const MAX_TAGS: usize = 30;

/// The parameters as they come in. An empty one counts as left out.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// `open` (the default), `completed` or `all`.
    #[param(value_type = Option<String>)]
    pub(crate) status: Option<StatusFilter>,
    /// Any of these, between commas: `high,urgent`.
    pub(crate) priority: Option<String>,
    /// A tag; may be given several times.
    #[serde(default)]
    pub(crate) tag: Vec<String>,
    /// Whether a task needs `all` tags (the default) or `any`.
    #[param(value_type = Option<String>)]
    pub(crate) tags: Option<TagMatch>,
    /// Only this project.
    pub(crate) project: Option<String>,
    /// Due at or after this instant.
    pub(crate) due_from: Option<DateTime<Utc>>,
    /// Due before this instant.
    pub(crate) due_to: Option<DateTime<Utc>>,
    /// Made at or after this instant.
    pub(crate) created_from: Option<DateTime<Utc>>,
    /// Made before this instant.
    pub(crate) created_to: Option<DateTime<Utc>>,
    /// Words that begin words of title, description or project.
    pub(crate) q: Option<String>,
    /// `true` for only what is due and not done.
    pub(crate) overdue: Option<bool>,
    /// Keys between commas, `-` before one for descending: `-priority,due_at`.
    pub(crate) sort: Option<String>,
    /// Page size, 1 to 200; 50 when left out.
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the page before, with the same filters and order.
    pub(crate) cursor: Option<String>,
}

impl ListParams {
    /// The query that `user` asks at `now`.
    ///
    /// # Errors
    /// A 400 that names every parameter that breaks a rule; `cursor_mismatch` for a cursor of another query.
    pub(crate) fn into_query(
        self,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Result<ListQuery, Problem> {
        let mut faults = Faults::default();
        let cursor = self.cursor.clone().filter(|cursor| !cursor.is_empty());
        let bound = |at: Option<DateTime<Utc>>, name, faults: &mut Faults| {
            faults.take(name, checked(at)).flatten()
        };
        let query = ListQuery {
            status: self.status.unwrap_or_default(),
            priorities: list(self.priority.as_deref(), "?priority", priority, &mut faults),
            tags: tags(&self.tag, &mut faults),
            tag_match: self.tags.unwrap_or_default(),
            project: word(self.project.as_deref(), MAX_LABEL, "?project", &mut faults),
            due_from: bound(self.due_from, "?due_from", &mut faults),
            due_to: bound(self.due_to, "?due_to", &mut faults),
            created_from: bound(self.created_from, "?created_from", &mut faults),
            created_to: bound(self.created_to, "?created_to", &mut faults),
            overdue_at: self.overdue.unwrap_or_default().then_some(now),
            text: word(self.q.as_deref(), MAX_TEXT, "?q", &mut faults),
            sort: sort(self.sort.as_deref(), &mut faults),
            limit: self.limit.unwrap_or(USUAL_LIMIT),
            after: None,
        };
        if !(1..=MAX_LIMIT).contains(&query.limit) {
            faults.add("?limit", format!("must be 1 to {MAX_LIMIT}"));
        }
        let query = faults.or(query).map_err(refused)?;
        match cursor {
            Some(cursor) => continued(user, query, &cursor),
            None => Ok(query),
        }
    }
}

fn refused(faults: Faults) -> Problem {
    faults
        .0
        .into_iter()
        .fold(Problem::invalid_query(), |problem, f| problem.with_error(f.pointer, f.detail))
}

fn continued(user: &UserId, query: ListQuery, cursor: &str) -> Result<ListQuery, Problem> {
    match Cursor::decode(user, &query, cursor).ok().filter(|values| fit(values, &query)) {
        Some(values) => Ok(ListQuery { after: Some(values), ..query }),
        None => {
            let detail = "the cursor was not given out for this query; start without one";
            Err(Problem::bad_request("cursor_mismatch", detail)
                .with_error("?cursor", "must be next_cursor of a page of this very query"))
        }
    }
}

/// Whether a cursor has one value for each sort key, of the key's type: a made-up one must not reach the database.
fn fit(values: &[String], query: &ListQuery) -> bool {
    let order = query.order();
    values.len() == order.len()
        && values.iter().zip(order).all(|(value, key)| match key.field {
            SortField::Priority => value.parse::<i16>().is_ok(),
            SortField::Number => value.parse::<i64>().is_ok(),
            SortField::Title => !value.contains('\0'),
            SortField::DueAt
            | SortField::CreatedAt
            | SortField::UpdatedAt
            | SortField::CompletedAt => value == "infinity" || is_timestamp(value),
        })
}

/// An instant as PostgreSQL writes it: `2026-11-22 12:00:00.5+00`.
fn is_timestamp(text: &str) -> bool {
    let clock = text.strip_suffix("+00");
    clock.is_some_and(|clock| NaiveDateTime::parse_from_str(clock, "%Y-%m-%d %H:%M:%S%.f").is_ok())
}

/// PostgreSQL knows no year 0 and chrono years that it does not.
fn checked(at: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, &'static str> {
    match at {
        Some(at) if !(1..=9999).contains(&at.year()) => Err("must lie in the years 1 to 9999"),
        other => Ok(other),
    }
}

fn word(text: Option<&str>, longest: usize, name: &str, faults: &mut Faults) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > longest {
        faults.add(name, format!("must not be longer than {longest} characters"));
    } else if text.chars().any(char::is_control) {
        faults.add(name, "must not contain control characters");
    }
    Some(text.to_owned())
}

fn tags(tags: &[String], faults: &mut Faults) -> Vec<String> {
    if tags.len() > MAX_TAGS {
        faults.add("?tag", format!("must not be given more than {MAX_TAGS} times"));
        return vec![];
    }
    let mut clean: Vec<_> = tags
        .iter()
        .filter_map(|tag| word(Some(tag.trim().trim_start_matches('#')), MAX_LABEL, "?tag", faults))
        .map(|tag| tag.to_lowercase())
        .collect();
    clean.sort_unstable();
    clean.dedup();
    clean
}

fn sort(text: Option<&str>, faults: &mut Faults) -> Vec<SortKey> {
    let keys: Vec<SortKey> = list(text, "?sort", |key| key.parse::<SortKey>(), faults);
    let repeated =
        |(at, key): (usize, &SortKey)| keys[..at].iter().any(|other| other.field == key.field);
    if keys.iter().enumerate().any(repeated) {
        faults.add("?sort", "must name each key once");
    }
    keys
}

/// Values between commas; one note for the parameter, whichever of them is wrong.
fn list<T, E: Into<String>>(
    text: Option<&str>,
    name: &str,
    parse: impl Fn(&str) -> Result<T, E>,
    faults: &mut Faults,
) -> Vec<T> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return vec![] };
    let values: Result<Vec<T>, E> = text.split(',').map(|value| parse(value.trim())).collect();
    faults.take(name, values).unwrap_or_default()
}

fn priority(text: &str) -> Result<Priority, String> {
    let name: serde::de::value::StrDeserializer<'_, ValueError> = text.into_deserializer();
    Priority::deserialize(name)
        .map_err(|_| "must name none, low, medium, high or urgent, between commas".to_owned())
}

#[cfg(test)]
#[path = "list_params_tests.rs"]
mod tests;
