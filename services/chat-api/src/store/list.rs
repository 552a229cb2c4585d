//! Pages of tasks: a statement put together from fixed pieces, with every value as a parameter.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use todo_dapr::Statement;
use todo_events::{Sequence, UserId};

use super::{StoreError, TaskDocument, TaskStore};
use crate::domain::{Cursor, Direction, ListQuery, SortField, SortKey, StatusFilter, TagMatch};

/// A page of tasks.
#[derive(Debug, Clone)]
pub struct TaskPage {
    /// In the order asked for.
    pub tasks: Vec<TaskDocument>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
    /// How many changes of the user's tasks this page has seen.
    pub sequence: Sequence,
}

#[derive(Deserialize)]
struct Answer {
    rows: Vec<Row>,
    sequence: Sequence,
}

#[derive(Deserialize)]
struct Row {
    keys: Vec<String>,
    task: TaskDocument,
}

impl TaskStore {
    /// One page.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn list(&self, user: &UserId, query: &ListQuery) -> Result<TaskPage, StoreError> {
        let (text, params) = statement(user, query);
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        let mut answer: Answer =
            self.sql.run(&Statement::new("list_tasks", &text), &params).await?;
        let page = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = answer.rows.len() > page;
        answer.rows.truncate(page);
        let last = answer.rows.last().filter(|_| more);
        Ok(TaskPage {
            next_cursor: last.map(|row| Cursor::encode(user, query, &row.keys)),
            tasks: answer.rows.into_iter().map(|row| row.task).collect(),
            sequence: answer.sequence,
        })
    }
}

/// SQL text with its parameters.
#[derive(Default)]
struct Builder {
    conditions: Vec<String>,
    params: Vec<String>,
}

impl Builder {
    /// Adds a parameter and answers its placeholder.
    fn bind(&mut self, value: impl Into<String>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn only(&mut self, condition: String) {
        self.conditions.push(condition);
    }
}

fn statement(user: &UserId, query: &ListQuery) -> (String, Vec<String>) {
    let mut sql = Builder::default();
    let owner = sql.bind(user.as_str());
    sql.only(format!("t.user_id = {owner}"));
    filter(&mut sql, query);
    let order = query.order();
    if let Some(after) = &query.after {
        let condition = beyond(&mut sql, &order, after);
        sql.only(condition);
    }
    let limit = sql.bind((query.limit + 1).to_string());
    let keys: Vec<_> =
        order.iter().map(|key| format!("({})::text", expression(key.field).0)).collect();
    let by: Vec<_> = order
        .iter()
        .map(|key| format!("{} {}", expression(key.field).0, direction(key.direction)))
        .collect();
    let text = format!(
        "SELECT jsonb_build_object('rows', coalesce((SELECT jsonb_agg(jsonb_build_object('keys', p.keys, 'task', task_document(p.t)) \
         ORDER BY p.place) FROM (SELECT t, jsonb_build_array({keys}) AS keys, row_number() OVER (ORDER BY {by}) AS place \
         FROM tasks t WHERE {conditions} ORDER BY {by} LIMIT {limit}::bigint) AS p), '[]'), \
         'sequence', coalesce((SELECT sequence FROM users WHERE user_id = {owner}), 0))::text, 'end'",
        keys = keys.join(", "),
        by = by.join(", "),
        conditions = sql.conditions.join(" AND "),
    );
    (text, sql.params)
}

fn filter(sql: &mut Builder, query: &ListQuery) {
    match query.status {
        StatusFilter::Open => sql.only("t.completed_at IS NULL".into()),
        StatusFilter::Completed => sql.only("t.completed_at IS NOT NULL".into()),
        StatusFilter::All => {}
    }
    if !query.priorities.is_empty() {
        let ranks: Vec<_> = query.priorities.iter().map(|p| p.rank().to_string()).collect();
        let list = sql.bind(ranks.join(","));
        sql.only(format!("t.priority = ANY (string_to_array({list}, ',')::smallint[])"));
    }
    if !query.tags.is_empty() {
        let list = sql.bind(serde_json::json!(query.tags).to_string());
        let operator = match query.tag_match {
            TagMatch::All => "@>",
            TagMatch::Any => "&&",
        };
        sql.only(format!(
            "t.tags {operator} ARRAY(SELECT jsonb_array_elements_text({list}::jsonb))"
        ));
    }
    if let Some(project) = &query.project {
        let project = sql.bind(project);
        sql.only(format!("lower(t.project) = lower({project})"));
    }
    let bounds = [
        ("t.due_at >=", query.due_from),
        ("t.due_at <", query.due_to),
        ("t.created_at >=", query.created_from),
        ("t.created_at <", query.created_to),
        ("t.completed_at IS NULL AND t.due_at <", query.overdue_at),
    ];
    for (condition, bound) in bounds {
        if let Some(bound) = bound {
            let bound = sql.bind(instant(bound));
            sql.only(format!("{condition} {bound}::timestamptz"));
        }
    }
    match query.text.as_deref().map(|text| (text.trim(), prefix_search(text))) {
        Some((_, Some(words))) => {
            let words = sql.bind(words);
            sql.only(format!("t.search @@ to_tsquery('simple', {words})"));
        }
        // Signs alone, such as an emoji, are no words: they are looked for as they stand.
        Some((signs, None)) if !signs.is_empty() => {
            let signs = sql.bind(signs);
            sql.only(format!("position({signs} IN concat(t.title, ' ', t.description)) > 0"));
        }
        Some(_) | None => {}
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}

/// Every word must begin a word of the task. Words are taken apart here, so that no operator of the query language gets through.
fn prefix_search(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let terms: Vec<_> = words.map(|word| format!("'{word}':*")).collect();
    (!terms.is_empty()).then(|| terms.join(" & "))
}

/// What a key compares, and its type.
fn expression(field: SortField) -> (&'static str, &'static str) {
    match field {
        SortField::DueAt => ("coalesce(t.due_at, 'infinity')", "timestamptz"),
        SortField::Priority => ("t.priority", "smallint"),
        SortField::CreatedAt => ("t.created_at", "timestamptz"),
        SortField::UpdatedAt => ("t.updated_at", "timestamptz"),
        SortField::CompletedAt => ("coalesce(t.completed_at, 'infinity')", "timestamptz"),
        SortField::Title => ("lower(t.title)", "text"),
        SortField::Number => ("t.number", "bigint"),
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    }
}

/// Rows after the given key values: greater in the first key, or equal in it and greater in the second, and so on.
fn beyond(sql: &mut Builder, order: &[SortKey], values: &[String]) -> String {
    let mut equal = String::new();
    let mut arms = Vec::with_capacity(order.len());
    for (key, value) in order.iter().zip(values) {
        let (what, kind) = expression(key.field);
        let value = sql.bind(value);
        let operator = match key.direction {
            Direction::Ascending => '>',
            Direction::Descending => '<',
        };
        arms.push(format!("({equal}{what} {operator} {value}::text::{kind})"));
        equal.push_str(&format!("{what} = {value}::text::{kind} AND "));
    }
    format!("({})", arms.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_never_enter_the_text() {
        let evil = "x'; DROP TABLE tasks; --";
        let query = ListQuery {
            tags: vec![evil.into()],
            project: Some(evil.into()),
            text: Some(evil.into()),
            after: Some(vec![evil.into(), evil.into(), evil.into()]),
            ..ListQuery::default()
        };
        let (text, params) = statement(&"zia".parse().unwrap(), &query);
        assert!(!text.contains("DROP"), "{text}");
        assert!(params.iter().any(|param| param.contains("'DROP':*")));
    }
}
