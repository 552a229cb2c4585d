//! The document of a new task.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use todo_events::{
    Recurrence, ReminderSpec, Revision, ScheduledReminder, SeriesId, Status, Task, TaskId,
    TaskNumber,
};

use super::{NewTask, Origin, ResolvedDue, Settings};

impl NewTask {
    /// The task as it is stored, but for its number, which only storage knows. `due` is what the task's due comes to in the zone of
    /// `settings`, from which also come the reminders of a task that says nothing of them.
    pub fn document(
        &self,
        id: TaskId,
        origin: &Origin,
        settings: &Settings,
        due: Option<&ResolvedDue>,
        now: DateTime<Utc>,
    ) -> Task {
        let now = now.trunc_subsecs(3);
        let recurrence = self.recurrence.as_ref().zip(due).map(|(repeat, due)| Recurrence {
            rule: repeat.rule.clone(),
            mode: repeat.mode,
            anchor: due.start,
            except: repeat.except.clone(),
            missed: 0,
        });
        Task {
            id,
            number: TaskNumber::default(),
            user_id: origin.user.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            status: Status::Open,
            priority: self.priority,
            tags: self.tags.clone(),
            project: self.project.clone(),
            due: due.map(|due| due.due.clone()),
            due_at: due.map(|due| due.due_at),
            zone: due.map_or(&settings.zone, |due| &due.zone).clone(),
            duration_minutes: self.duration_minutes,
            reminders: self.scheduled_reminders(settings, due),
            series_id: recurrence.as_ref().map(|_| SeriesId::generate()),
            recurrence,
            revision: Revision(1),
            created_at: now,
            updated_at: now,
            completed_at: None,
            created_by: origin.actor,
        }
    }

    /// The wishes with their instants; one that counts back from a due falls away without one.
    fn scheduled_reminders(
        &self,
        settings: &Settings,
        due: Option<&ResolvedDue>,
    ) -> Vec<ScheduledReminder> {
        let specs = self.reminders.clone().unwrap_or_else(|| settings.default_reminders());
        let scheduled = specs.into_iter().filter_map(|spec| {
            let remind_at = match &spec {
                ReminderSpec::At { at, .. } => at.trunc_subsecs(3),
                ReminderSpec::Before { before_minutes, .. } => {
                    due?.remind_from - TimeDelta::minutes(i64::from(*before_minutes))
                }
            };
            Some(ScheduledReminder { spec, remind_at })
        });
        scheduled.collect()
    }
}
