//! Key/value state with optimistic concurrency.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Dapr, Error, client::segment};

/// The version of a stored value; sent back as it came, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

/// A value with its version.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    /// The value.
    pub value: T,
    /// Its version; some stores give none.
    pub etag: Option<ETag>,
}

/// Outcome of a conditional save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Saved {
    /// It is stored.
    Yes,
    /// Somebody else stored another version first: read again.
    Conflict,
}

/// One state store component.
#[derive(Debug, Clone)]
pub struct StateStore {
    dapr: Dapr,
    name: String,
}

impl Dapr {
    /// The state store component `name`.
    pub fn state(&self, name: impl Into<String>) -> StateStore {
        StateStore { dapr: self.clone(), name: name.into() }
    }
}

impl StateStore {
    fn path(&self, rest: &str) -> String {
        format!("/v1.0/state/{}{rest}", segment(&self.name))
    }

    /// Reads a key; a missing one is `None`.
    ///
    /// # Errors
    /// When the store cannot be read, or the value does not have the shape of `T`.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<Stored<T>>, Error> {
        const OPERATION: &str = "state get";
        let path = self.path(&format!("/{}", segment(key)));
        let answer = self.dapr.send(OPERATION, self.dapr.request(Method::GET, &path)).await?;
        if answer.status == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let etag = answer.headers.get("etag").and_then(|v| v.to_str().ok());
        let etag = etag.map(|text| ETag(text.to_owned()));
        let value =
            serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))?;
        Ok(Some(Stored { value, etag }))
    }

    /// Reads several keys in one call; missing ones are left out.
    ///
    /// # Errors
    /// As [`StateStore::get`].
    pub async fn get_many<T: DeserializeOwned>(
        &self,
        keys: &[&str],
    ) -> Result<Vec<(String, Stored<T>)>, Error> {
        #[derive(serde::Deserialize)]
        #[serde(bound = "T: DeserializeOwned")]
        struct Item<T> {
            key: String,
            data: Option<T>,
            etag: Option<String>,
        }
        const OPERATION: &str = "state bulk get";
        let request = self.dapr.request(Method::POST, &self.path("/bulk"));
        let answer = self.dapr.send(OPERATION, request.json(&json!({ "keys": keys }))).await?;
        let items: Vec<Item<T>> =
            serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))?;
        let stored = |item: Item<T>| {
            Some((item.key, Stored { value: item.data?, etag: item.etag.map(ETag) }))
        };
        Ok(items.into_iter().filter_map(stored).collect())
    }

    /// Stores a value. With an ETag only over that version; without one only if the key is new.
    /// Integers above 2^53 lose precision in the sidecar.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn save<T: Serialize>(
        &self,
        key: &str,
        value: &T,
        etag: Option<&ETag>,
        ttl: Option<Duration>,
    ) -> Result<Saved, Error> {
        let mut item = json!({
            "key": key,
            "value": value,
            "options": { "concurrency": "first-write", "consistency": "strong" },
        });
        if let Some(ETag(etag)) = etag {
            item["etag"] = Value::from(etag.as_str());
        }
        if let Some(ttl) = ttl {
            item["metadata"] = json!({ "ttlInSeconds": ttl.as_secs().max(1).to_string() });
        }
        let request = self.dapr.request(Method::POST, &self.path("")).json(&json!([item]));
        match self.dapr.send("state save", request).await {
            Ok(_) => Ok(Saved::Yes),
            Err(error) if is_conflict(&error) => Ok(Saved::Conflict),
            Err(error) => Err(error),
        }
    }

    /// Deletes a key, with an ETag only that version.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn delete(&self, key: &str, etag: Option<&ETag>) -> Result<Saved, Error> {
        let mut request =
            self.dapr.request(Method::DELETE, &self.path(&format!("/{}", segment(key))));
        if let Some(ETag(etag)) = etag {
            request = request.header("if-match", etag);
        }
        match self.dapr.send("state delete", request).await {
            Ok(_) => Ok(Saved::Yes),
            Err(error) if error.status() == Some(409) => Ok(Saved::Conflict),
            Err(error) => Err(error),
        }
    }

    /// Upserts and deletes several keys at once (`POST …/transaction`). A conflict cannot be told from an
    /// outage there, so nothing here is conditional.
    ///
    /// # Errors
    /// When the transaction did not happen.
    pub async fn transact(&self, upserts: &[(&str, Value)], deletes: &[&str]) -> Result<(), Error> {
        let upsert = |(key, value): &(&str, Value)| json!({"operation":"upsert","request":{"key":key,"value":value}});
        let delete = |key: &&str| json!({"operation":"delete","request":{"key":key}});
        let operations: Vec<_> =
            upserts.iter().map(upsert).chain(deletes.iter().map(delete)).collect();
        let request = self.dapr.request(Method::POST, &self.path("/transaction"));
        let request = request.json(&json!({ "operations": operations }));
        self.dapr.send("state transaction", request).await.map(drop)
    }
}

/// A first write over an existing key is a 409 in some stores, and a 500 with this text in PostgreSQL's.
fn is_conflict(error: &Error) -> bool {
    match error {
        Error::Refused { status: 409, .. } => true,
        Error::Refused { status: 500, message, .. } => message.contains("no item was updated"),
        _ => false,
    }
}
