//! Places in a list that is read newest first, a page at a time.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many rows a page has: 1 to [`Limit::MAX`], usually 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Limit(u16);

/// A page size that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {}", Limit::MAX)]
pub struct NotALimit;

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u16> for Limit {
    type Error = NotALimit;

    fn try_from(rows: u16) -> Result<Self, Self::Error> {
        if (1..=Self::MAX).contains(&rows) { Ok(Self(rows)) } else { Err(NotALimit) }
    }
}

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 200;

    /// Number of rows.
    pub fn rows(self) -> usize {
        self.0.into()
    }

    /// Cuts `rows`, which were asked for with one row more than the limit, to a page, and says where the next one starts.
    pub fn cut<T>(
        self,
        mut rows: Vec<T>,
        place: impl Fn(&T) -> Position,
    ) -> (Vec<T>, Option<Position>) {
        let more = rows.len() > self.rows();
        rows.truncate(self.rows());
        let next = rows.last().filter(|_| more).map(place);
        (rows, next)
    }
}

/// The place of a row: rows of one instant are told apart by their id. Its text is the cursor that callers hand back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// The row's instant; the database keeps microseconds.
    pub at: DateTime<Utc>,
    /// The row's id.
    pub id: Uuid,
}

/// Text that is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a next_cursor of an earlier answer")]
pub struct NotACursor;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id.simple())
    }
}

impl From<Position> for String {
    fn from(place: Position) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for Position {
    type Error = NotACursor;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Position {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (micros, id) = text.split_once('.').ok_or(NotACursor)?;
        let micros = micros.parse().map_err(|_| NotACursor)?;
        Ok(Self {
            at: DateTime::from_timestamp_micros(micros).ok_or(NotACursor)?,
            id: Uuid::try_parse(id).map_err(|_| NotACursor)?,
        })
    }
}

/// Everything strictly older than a place, as the two values of a row comparison in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// `timestamptz` text, maybe `infinity`.
    pub at: String,
    /// `uuid` text.
    pub id: String,
}

impl Bound {
    /// Before the instant `to` and after the cursor, whichever is older; without both, everything.
    pub fn new(to: Option<DateTime<Utc>>, cursor: Option<Position>) -> Self {
        let to = to.map(|at| Position { at, id: Uuid::nil() });
        match to.into_iter().chain(cursor).min() {
            Some(place) => Self { at: place.at.to_rfc3339(), id: place.id.to_string() },
            None => Self { at: "infinity".to_owned(), id: Uuid::max().to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(micros: i64, id: u128) -> Position {
        let at = DateTime::from_timestamp_micros(micros).unwrap();
        Position { at, id: Uuid::from_u128(id) }
    }

    #[test]
    fn a_cursor_survives_its_text() {
        for place in [place(1_795_000_000_123_456, 7), place(-5, u128::MAX)] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for bad in ["", ".", "1", "1.x", "x.0", "99999999999999999999.0", "1.2.3"] {
            assert_eq!(bad.parse::<Position>(), Err(NotACursor), "{bad}");
        }
    }

    #[test]
    fn the_older_bound_wins() {
        let (cursor, later, earlier) = (place(50, 9), place(60, 0).at, place(50, 0).at);
        assert_eq!(Bound::new(Some(later), Some(cursor)).id, cursor.id.to_string());
        assert_eq!(Bound::new(Some(earlier), Some(cursor)).id, Uuid::nil().to_string());
        assert_eq!(Bound::new(None, None).at, "infinity");
    }

    #[test]
    fn a_page_knows_whether_there_is_another() {
        let limit = Limit::try_from(2).unwrap();
        let all = |count: i64| (0..count).map(|n| place(-n, 1)).collect::<Vec<_>>();
        assert_eq!(limit.cut(all(2), |row| *row), (all(2), None));
        assert_eq!(limit.cut(all(3), |row| *row), (all(2), Some(place(-1, 1))));
        assert_eq!(limit.cut(all(0), |row| *row), (vec![], None));
        assert!(Limit::try_from(0).is_err() && Limit::try_from(201).is_err());
    }
}
