//! Settings of a user.

use serde_json::json;
use todo_events::UserId;

use super::{
    StoreError, TaskStore,
    statement::{GET_SETTINGS, PUT_SETTINGS},
};
use crate::domain::Settings;

impl TaskStore {
    /// The user's settings, or what holds for one who set none.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn settings(&self, user: &UserId) -> Result<Settings, StoreError> {
        let params = [user.as_str(), self.default_zone.name()];
        let settings: Settings = self.sql.run(&GET_SETTINGS, &params).await?;
        self.remember_zone(user, settings.zone.clone()).await;
        Ok(settings)
    }

    /// Stores the user's settings.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn put_settings(
        &self,
        user: &UserId,
        settings: &Settings,
    ) -> Result<Settings, StoreError> {
        let mut input = json!(settings);
        input["user_id"] = json!(user);
        let saved: Settings = self.sql.run(&PUT_SETTINGS, &[&input.to_string()]).await?;
        self.remember_zone(user, saved.zone.clone()).await;
        Ok(saved)
    }
}
