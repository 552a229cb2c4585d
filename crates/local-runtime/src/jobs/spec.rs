//! Body of `POST /v1.0/jobs/{name}`, as protojson reads it: unknown fields are ignored.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Schedule, SpecError, due_time, names};
use crate::text::{duration::parse_protobuf, go_json};

/// A job as requested; also the form in which the table keeps it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct JobSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<String>,
    #[serde(skip_serializing)]
    pub(crate) overwrite: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_policy: Option<FailurePolicy>,
}

/// What happens to a trigger the application did not take.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum FailurePolicy {
    Drop {},
    #[serde(rename_all = "camelCase")]
    Constant {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interval: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_retries: Option<u32>,
    },
}

/// When a job first fires and until when it may.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) first: DateTime<Utc>,
    pub(super) expires: Option<DateTime<Utc>>,
}

impl JobSpec {
    /// Checks a request and works out its first trigger.
    pub(super) fn plan(&self, name: &str, now: DateTime<Utc>) -> Result<Plan, SpecError> {
        let invalid = |message: String| SpecError::Invalid(message);
        if !names::is_valid(name) {
            return Err(SpecError::NameEmpty);
        }
        if self.schedule().is_none() && self.due_time().is_none() {
            return Err(SpecError::ScheduleEmpty);
        }
        let schedule = self.parsed_schedule().map_err(invalid)?;
        if schedule.is_none() && self.ttl.as_deref().is_some_and(|ttl| !ttl.is_empty()) {
            return Err(invalid("job must have a schedule to have a ttl".to_owned()));
        }
        match self.repeats {
            Some(0) => return Err(invalid("repeats must be greater than 0".to_owned())),
            Some(2..) if schedule.is_none() => {
                return Err(invalid("job must have a schedule to repeat".to_owned()));
            }
            _ => {}
        }
        self.retry_interval().map_err(SpecError::Malformed)?;
        let due =
            self.due_time().map(|text| due_time::parse(text, now)).transpose().map_err(invalid)?;
        let first = due.or_else(|| schedule.and_then(|schedule| schedule.after(now)));
        let ttl = self.ttl.as_deref().filter(|ttl| !ttl.is_empty());
        let expires = ttl.map(|text| due_time::parse(text, now)).transpose().map_err(invalid)?;
        let first = first.ok_or_else(|| invalid("schedule never fires".to_owned()))?;
        Ok(Plan { first, expires })
    }

    fn schedule(&self) -> Option<&str> {
        self.schedule.as_deref().filter(|text| !text.is_empty())
    }

    fn due_time(&self) -> Option<&str> {
        self.due_time.as_deref().filter(|text| !text.is_empty())
    }

    /// A name in the body is refused, since it is in the path already.
    pub(crate) fn has_name(&self) -> bool {
        self.name.as_deref().is_some_and(|name| !name.is_empty())
    }

    pub(super) fn parsed_schedule(&self) -> Result<Option<Schedule>, String> {
        self.schedule().map(Schedule::of_job).transpose()
    }

    /// When the job fires again after the trigger planned for `last`, its `fired`th.
    pub(super) fn next(&self, last: DateTime<Utc>, fired: u32) -> Option<DateTime<Utc>> {
        let schedule = self.parsed_schedule().ok().flatten()?;
        if self.repeats.is_some_and(|repeats| fired >= repeats) {
            return None;
        }
        schedule.after(last)
    }

    /// When a failed trigger, planned for `last`, is repeated; `None` gives it up. Counted from the plan, so late
    /// repetitions follow one another at once, as they do in Dapr.
    pub(super) fn retry(&self, last: DateTime<Utc>, attempts: u32) -> Option<DateTime<Utc>> {
        let (interval, max) = match &self.failure_policy {
            Some(FailurePolicy::Drop {}) => return None,
            Some(FailurePolicy::Constant { max_retries, .. }) => {
                (self.retry_interval().ok()?, *max_retries)
            }
            None => (Duration::from_secs(1), Some(3)),
        };
        if max.is_some_and(|max| attempts > max) {
            return None;
        }
        last.checked_add_signed(chrono::TimeDelta::from_std(interval).ok()?)
    }

    fn retry_interval(&self) -> Result<Duration, String> {
        let Some(FailurePolicy::Constant { interval: Some(text), .. }) = &self.failure_policy
        else {
            return Ok(Duration::ZERO);
        };
        parse_protobuf(text)
            .ok_or_else(|| format!("proto: invalid google.protobuf.Duration value {text:?}"))
    }

    /// Body of the callback: the bare value, or nothing.
    pub(super) fn body(&self) -> String {
        let data = self.data.clone().filter(|data| !data.is_null());
        data.map(|data| go_json::to_string(&go_json::through_float64(data))).unwrap_or_default()
    }

    /// Body of `GET /v1.0/jobs/{name}`, where data are wrapped.
    pub(super) fn describe(&self, name: &str) -> Value {
        let mut described = serde_json::to_value(self).unwrap_or_default();
        described["name"] = name.into();
        if let Some(data) = &self.data {
            described["data"] = json!({
                "@type": "type.googleapis.com/google.protobuf.Value",
                "value": go_json::through_float64(data.clone()),
            });
        }
        if self.failure_policy.is_none() {
            described["failurePolicy"] = json!({"constant": {"interval": "1s", "maxRetries": 3}});
        }
        described
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000, 0).unwrap()
    }

    fn spec(value: Value) -> JobSpec {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn one_shots_have_no_next_time() {
        let spec = spec(json!({"dueTime": "10s", "unknown": 1}));
        let plan = spec.plan("a", now()).unwrap();
        assert_eq!(plan.first.timestamp(), 1_010);
        assert_eq!(spec.next(plan.first, 1), None);
    }

    #[test]
    fn schedules_repeat_from_the_plan() {
        let spec = spec(json!({"schedule": "@every 5s", "repeats": 2, "ttl": "1h"}));
        let plan = spec.plan("a", now()).unwrap();
        assert_eq!(plan.first.timestamp(), 1_005);
        assert_eq!(plan.expires.unwrap().timestamp(), 4_600);
        assert_eq!(spec.next(plan.first, 1).unwrap().timestamp(), 1_010);
        assert_eq!(spec.next(plan.first, 2), None);
    }

    #[test]
    fn failures_follow_their_policy() {
        let default = spec(json!({"dueTime": "1s"}));
        assert_eq!(default.retry(now(), 3).unwrap().timestamp(), 1_001);
        assert_eq!(default.retry(now(), 4), None);
        let endless =
            spec(json!({"dueTime": "1s", "failurePolicy": {"constant": {"interval": "2s"}}}));
        assert_eq!(endless.retry(now(), 999).unwrap().timestamp(), 1_002);
        let drop = spec(json!({"dueTime": "1s", "failurePolicy": {"drop": {}}}));
        assert_eq!(drop.retry(now(), 1), None);
    }

    #[test]
    fn nonsense_is_refused() {
        let refused = |value: Value| spec(value).plan("a", now()).is_err();
        assert!(refused(json!({})));
        assert!(refused(json!({"schedule": "* * * * *"})), "five fields");
        assert!(refused(json!({"dueTime": "1s", "ttl": "1h"})));
        assert!(refused(json!({"dueTime": "1s", "repeats": 2})));
        assert!(spec(json!({"dueTime": "1s"})).plan("a|b", now()).is_err());
    }
}
