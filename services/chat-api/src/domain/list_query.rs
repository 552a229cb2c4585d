//! Which tasks, in which order, from where on.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use todo_events::{Priority, UserId};

/// Which tasks by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    /// What is to do.
    #[default]
    Open,
    /// What is done.
    Completed,
    /// Both.
    All,
}

/// Whether a task needs all tags asked for, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagMatch {
    /// All of them.
    #[default]
    All,
    /// At least one.
    Any,
}

/// What tasks can be sorted by. One without a due or a completion comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SortField {
    /// Instant it becomes overdue.
    DueAt,
    /// Priority.
    Priority,
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it was done.
    CompletedAt,
    /// Title, without regard to case.
    Title,
    /// Number.
    Number,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SortKey {
    /// By what.
    pub field: SortField,
    /// Which way.
    pub direction: Direction,
}

impl FromStr for SortKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (direction, name) = match text.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, text),
        };
        let field = match name {
            "due_at" => SortField::DueAt,
            "priority" => SortField::Priority,
            "created_at" => SortField::CreatedAt,
            "updated_at" => SortField::UpdatedAt,
            "completed_at" => SortField::CompletedAt,
            "title" => SortField::Title,
            "number" => SortField::Number,
            _ => {
                return Err(
                    "must name due_at, priority, created_at, updated_at, completed_at, title or number, each with an optional '-' before it",
                );
            }
        };
        Ok(Self { field, direction })
    }
}

/// A request for a page of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ListQuery {
    /// By status.
    pub status: StatusFilter,
    /// Any of these; empty for every one.
    pub priorities: Vec<Priority>,
    /// With these tags, lower-case; empty for any.
    pub tags: Vec<String>,
    /// All or any of the tags.
    pub tag_match: TagMatch,
    /// In this project.
    pub project: Option<String>,
    /// Due at or after.
    pub due_from: Option<DateTime<Utc>>,
    /// Due before.
    pub due_to: Option<DateTime<Utc>>,
    /// Made at or after.
    pub created_from: Option<DateTime<Utc>>,
    /// Made before.
    pub created_to: Option<DateTime<Utc>>,
    /// Due before this instant and not done. The instant moves on from page to page, so cursors leave it out.
    #[serde(serialize_with = "is_given")]
    pub overdue_at: Option<DateTime<Utc>>,
    /// Words that begin words of title, description or project.
    pub text: Option<String>,
    /// The order; the number decides between equals.
    pub sort: Vec<SortKey>,
    /// Page size.
    #[serde(skip)]
    pub limit: u32,
    /// Where the page before ended.
    #[serde(skip)]
    pub after: Option<Vec<String>>,
}

impl ListQuery {
    /// The keys asked for, or the usual ones, and always the number: no two tasks of a user are equal in it. A cursor holds
    /// one value for each.
    pub fn order(&self) -> Vec<SortKey> {
        const fn key(field: SortField, direction: Direction) -> SortKey {
            SortKey { field, direction }
        }
        let mut keys = self.sort.clone();
        if keys.is_empty() {
            keys.push(key(SortField::DueAt, Direction::Ascending));
            keys.push(key(SortField::Priority, Direction::Descending));
        }
        if !keys.iter().any(|key| key.field == SortField::Number) {
            keys.push(key(SortField::Number, Direction::Ascending));
        }
        keys
    }
}

fn is_given<S: serde::Serializer>(
    instant: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(instant.is_some())
}

/// A cursor that does not go on with this query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor was not given out for this query")]
pub struct CursorFault;

/// Where a page ended: the sort values of its last task, bound to the query they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor;

impl Cursor {
    /// The opaque text for the end of a page.
    pub fn encode(user: &UserId, query: &ListQuery, keys: &[String]) -> String {
        let values = serde_json::json!(keys).to_string();
        let mut bytes = seal(user, query, &values).to_vec();
        bytes.extend_from_slice(values.as_bytes());
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The sort values of a cursor of this user and query.
    ///
    /// # Errors
    /// When it belongs to another one, or was changed.
    pub fn decode(
        user: &UserId,
        query: &ListQuery,
        text: &str,
    ) -> Result<Vec<String>, CursorFault> {
        let bytes = unhex(text).ok_or(CursorFault)?;
        let (given, values) = bytes.split_at_checked(SEAL).ok_or(CursorFault)?;
        let values = std::str::from_utf8(values).map_err(|_| CursorFault)?;
        if given != seal(user, query, values) {
            return Err(CursorFault);
        }
        serde_json::from_str(values).map_err(|_| CursorFault)
    }
}

/// Bytes of the digest that a cursor carries.
const SEAL: usize = 8;

/// Binds values to a query. It guards against mix-ups, not against attacks: the values only ever select among the user's own tasks.
fn seal(user: &UserId, query: &ListQuery, values: &str) -> [u8; SEAL] {
    // A query consists of plain data, which always serialises.
    let query = serde_json::to_vec(query).unwrap_or_default();
    let mut digest = Sha256::new();
    for part in [user.as_str().as_bytes(), &query, values.as_bytes()] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(part);
    }
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&digest.finalize()[..SEAL]);
    seal
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if text.len() % 2 == 1 || text.len() > 4096 {
        return None;
    }
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_on_with_its_own_query_only() {
        let user: UserId = "zia".parse().unwrap();
        let query = ListQuery { limit: 10, ..ListQuery::default() };
        let keys = ["2026-01-01".to_owned(), "7".to_owned()];
        let cursor = Cursor::encode(&user, &query, &keys);
        assert_eq!(Cursor::decode(&user, &query, &cursor).unwrap(), keys);
        let wider = ListQuery { limit: 50, ..query.clone() };
        assert!(Cursor::decode(&user, &wider, &cursor).is_ok(), "page size may change");
        let other = ListQuery { project: Some("x".into()), ..query.clone() };
        let stranger = "ada".parse().unwrap();
        let changed = cursor.replace('2', "3");
        assert_eq!(Cursor::decode(&user, &other, &cursor), Err(CursorFault));
        assert_eq!(Cursor::decode(&stranger, &query, &cursor), Err(CursorFault));
        for bad in ["", "zz", "abc", changed.as_str(), "é"] {
            assert_eq!(Cursor::decode(&user, &query, bad), Err(CursorFault), "{bad}");
        }
    }

    #[test]
    fn an_order_is_made_total_by_the_number() {
        let sort = vec!["-priority".parse().unwrap(), "number".parse().unwrap()];
        assert_eq!(ListQuery { sort, ..ListQuery::default() }.order().len(), 2);
        assert_eq!(ListQuery::default().order().len(), 3);
    }
}
