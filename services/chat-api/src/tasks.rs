//! What the service does with tasks: a write is committed, answered, and its consequences handed to the relay.

use todo_events::{Revision, UserId};
use todo_service_kit::Clock;

use crate::{
    domain::{ListQuery, NewTask, Origin, Patch, Settings},
    relay::Relay,
    store::{
        BulkOutcome, CreateOutcome, IdempotencyKey, NextOccurrence, OccurrenceOutcome, Selection,
        StatusChange, StoreError, TaskDocument, TaskPage, TaskRef, TaskStore, UpdateOutcome,
        ZoneStep,
    },
};

/// Steps of a move to another zone that are taken before the settings are answered: most people have no more tasks than that.
const AT_ONCE_STEPS: usize = 3;

/// Tasks of all users, for REST, chat and agents alike. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tasks {
    store: TaskStore,
    relay: Relay,
    clock: Clock,
}

impl Tasks {
    /// Puts storage and relay together.
    pub fn new(store: TaskStore, relay: Relay, clock: Clock) -> Self {
        Self { store, relay, clock }
    }

    /// The clock that everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The storage, for what changes nothing.
    pub fn store(&self) -> &TaskStore {
        &self.store
    }

    /// The relay, for what the sidecar's callbacks commit.
    pub fn relay(&self) -> &Relay {
        &self.relay
    }

    /// Makes a task.
    ///
    /// # Errors
    /// See [`TaskStore::create`].
    pub async fn create(
        &self,
        task: &NewTask,
        origin: &Origin,
        key: Option<&IdempotencyKey>,
    ) -> Result<CreateOutcome, StoreError> {
        let mut outcome = self.store.create(task, origin, key, self.clock.now()).await?;
        if let CreateOutcome::Created(_, outbox) = &mut outcome {
            self.relay.hand_over(std::mem::take(outbox));
        }
        Ok(outcome)
    }

    /// Reads a task.
    ///
    /// # Errors
    /// See [`TaskStore::get`].
    pub async fn get(
        &self,
        user: &UserId,
        task: TaskRef,
    ) -> Result<Option<TaskDocument>, StoreError> {
        self.store.get(user, task).await
    }

    /// Reads a page of tasks.
    ///
    /// # Errors
    /// See [`TaskStore::list`].
    pub async fn list(&self, user: &UserId, query: &ListQuery) -> Result<TaskPage, StoreError> {
        self.store.list(user, query).await
    }

    /// Changes some fields of a task.
    ///
    /// # Errors
    /// See [`TaskStore::update`].
    pub async fn update(
        &self,
        task: TaskRef,
        revisions: Option<&[Revision]>,
        patch: &Patch,
        origin: &Origin,
    ) -> Result<UpdateOutcome, StoreError> {
        let mut outcome =
            self.store.update(task, revisions, patch, origin, self.clock.now()).await?;
        if let UpdateOutcome::Updated(_, outbox) = &mut outcome {
            self.relay.hand_over(std::mem::take(outbox));
        }
        Ok(outcome)
    }

    /// Completes or reopens some tasks. What followed a completion goes when it is taken back, unless somebody has
    /// changed it meanwhile.
    ///
    /// # Errors
    /// See [`TaskStore::change_status`].
    pub async fn change_status(
        &self,
        selection: &Selection,
        change: StatusChange,
        origin: &Origin,
    ) -> Result<BulkOutcome, StoreError> {
        let outcome = self.store.change_status(selection, change, origin, self.clock.now()).await?;
        let outcome = self.handed_over(outcome);
        if !outcome.followers.is_empty() {
            let tasks = outcome.followers.iter().copied().map(TaskRef::Id).collect();
            let untouched = Selection { tasks, revisions: Some(vec![Revision(1)]) };
            self.delete(&untouched, origin).await?;
        }
        Ok(outcome)
    }

    /// Deletes some tasks.
    ///
    /// # Errors
    /// See [`TaskStore::delete`].
    pub async fn delete(
        &self,
        selection: &Selection,
        origin: &Origin,
    ) -> Result<BulkOutcome, StoreError> {
        let outcome = self.store.delete(selection, origin, self.clock.now()).await?;
        Ok(self.handed_over(outcome))
    }

    /// Brings back some deleted tasks.
    ///
    /// # Errors
    /// See [`TaskStore::restore`].
    pub async fn restore(
        &self,
        selection: &Selection,
        origin: &Origin,
    ) -> Result<BulkOutcome, StoreError> {
        let outcome = self.store.restore(selection, origin, self.clock.now()).await?;
        Ok(self.handed_over(outcome))
    }

    /// Makes the next occurrence of a repeating task.
    ///
    /// # Errors
    /// See [`TaskStore::insert_occurrence`].
    pub async fn insert_occurrence(
        &self,
        occurrence: &NextOccurrence,
    ) -> Result<OccurrenceOutcome, StoreError> {
        let mut outcome = self.store.insert_occurrence(occurrence, self.clock.now()).await?;
        if let OccurrenceOutcome::Created(_, outbox) = &mut outcome {
            self.relay.hand_over(std::mem::take(outbox));
        }
        Ok(outcome)
    }

    /// Reads a user's settings.
    ///
    /// # Errors
    /// See [`TaskStore::settings`].
    pub async fn settings(&self, user: &UserId) -> Result<Settings, StoreError> {
        self.store.settings(user).await
    }

    /// Stores a user's settings. After a change of zone the first tasks follow at once, the rest by the sweep.
    ///
    /// # Errors
    /// See [`TaskStore::put_settings`].
    pub async fn put_settings(
        &self,
        settings: &Settings,
        origin: &Origin,
    ) -> Result<Settings, StoreError> {
        let saved = self.store.put_settings(settings, origin, self.clock.now()).await?;
        if saved.moving
            && let Err(error) = self.follow_to_zones(Some(&origin.user), AT_ONCE_STEPS).await
        {
            // The settings are stored, and so is the note that the tasks have yet to follow.
            tracing::warn!(error = &error as &dyn std::error::Error, "tasks follow later");
        }
        Ok(saved.settings)
    }

    /// Lets tasks of a user, or of every user who has moved, follow to the user's zone, at most so many steps.
    ///
    /// # Errors
    /// See [`TaskStore::follow_to_zone`].
    pub async fn follow_to_zones(
        &self,
        user: Option<&UserId>,
        steps: usize,
    ) -> Result<(), StoreError> {
        for _ in 0..steps {
            let step = self.store.follow_to_zone(user, self.clock.now()).await?;
            let Some(ZoneStep { outbox, last }) = step else { break };
            self.relay.hand_over(outbox);
            if last && user.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn handed_over(&self, mut outcome: BulkOutcome) -> BulkOutcome {
        self.relay.hand_over(std::mem::take(&mut outcome.outbox));
        outcome
    }
}
