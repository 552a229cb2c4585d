//! Reading everything that a person has, page by page.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::journal::Journal;
use crate::person::Person;

/// Most items on one page.
const PAGE: usize = 200;

/// Somebody's eyes.
pub(super) struct Reader<'a> {
    pub(super) person: &'a Person,
    pub(super) journal: &'a Journal,
    /// Before each page.
    pub(super) breath: Duration,
}

/// All pages of a list.
#[derive(Debug, Default)]
pub(super) struct Everything {
    /// Its items, in the order of the pages.
    pub(super) items: Vec<Value>,
    /// The count of changes that the first page knew of; none where pages do not tell.
    pub(super) sequence: Option<u64>,
}

impl Reader<'_> {
    /// Every task; none when a request fails.
    pub(super) async fn tasks(&self) -> Option<Everything> {
        self.pages("list tasks", "/tasks?status=all&sort=number&", "tasks").await
    }

    /// The whole trail; none when a request fails.
    pub(super) async fn trail(&self) -> Option<Everything> {
        self.pages("read the trail", "/audit?", "entries").await
    }

    /// What the person was told after an instant, or all that is kept of it; none when the request fails.
    pub(super) async fn told(&self, since: Option<&str>) -> Option<Value> {
        let query = since.map(|since| format!("?since={since}")).unwrap_or_default();
        let request = self.person.get(&format!("/notifications{query}"));
        self.journal.send("read what was told", request).await
    }

    async fn pages(&self, what: &str, path: &str, list: &str) -> Option<Everything> {
        let mut all = Everything::default();
        let mut cursor = String::new();
        loop {
            sleep(self.breath).await;
            let request = self.person.get(&format!("{path}limit={PAGE}{cursor}"));
            let page = self.journal.send(what, request).await?;
            all.sequence = all.sequence.or(page["sequence"].as_u64());
            all.items.extend(page[list].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Some(all),
            }
        }
    }
}
