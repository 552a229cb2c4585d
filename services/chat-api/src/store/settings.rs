//! Settings of a user.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use todo_events::UserId;

use super::{
    StoreError, TaskStore,
    fields::stamp,
    statement::{GET_SETTINGS, PUT_SETTINGS},
};
use crate::domain::{Origin, Settings};

/// Settings as they are stored now.
#[derive(Debug, Clone, Deserialize)]
pub struct SavedSettings {
    /// The settings.
    pub settings: Settings,
    /// Whether tasks may have to follow the user to another zone.
    pub moving: bool,
}

impl TaskStore {
    /// The user's settings, or what holds for one who set none.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn settings(&self, user: &UserId) -> Result<Settings, StoreError> {
        let params = [user.as_str(), self.default_zone.name()];
        let settings: Settings = self.sql.run(&GET_SETTINGS, &params).await?;
        self.remember(user, settings.clone());
        Ok(settings)
    }

    /// Stores the user's settings. A new zone is also noted as a move that the user's tasks have to follow.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn put_settings(
        &self,
        settings: &Settings,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<SavedSettings, StoreError> {
        let mut input = json!(settings);
        stamp(&mut input, origin, now);
        let saved: SavedSettings = self.sql.run(&PUT_SETTINGS, &[&input.to_string()]).await?;
        self.remember(&origin.user, saved.settings.clone());
        Ok(saved)
    }
}
