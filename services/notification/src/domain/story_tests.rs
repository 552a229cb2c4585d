use chrono::TimeDelta;

use super::*;

fn story(late_by_ms: u64) -> Story {
    let id = "0198c0de-0000-7000-8000-000000000001";
    Story {
        task_id: id.parse().unwrap(),
        title: "Call mom".to_owned(),
        due_at: None,
        wanted: Channel::Email,
        cause: Cause::Reminder {
            reminder_id: id.parse().unwrap(),
            remind_at: DateTime::UNIX_EPOCH,
            late_by_ms,
        },
    }
}

fn after(ms: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
}

#[test]
fn lateness_grows_only_with_a_noticeable_hold_up() {
    assert_eq!(story(0).late_by_ms(after(-50)), 0);
    assert_eq!(story(0).late_by_ms(after(999)), 0);
    assert_eq!(story(0).late_by_ms(after(1000)), 1000);
    assert_eq!(story(5000).late_by_ms(after(5100)), 5000);
    assert_eq!(story(5000).late_by_ms(after(90_000)), 90_000);
}

#[test]
fn telling_twice_gives_the_same_id() {
    let (source, user) = (EventId::generate(), "ziakhan".parse::<UserId>().unwrap());
    let told = |ms| story(0).notification(source, user.clone(), Channel::Push, after(ms));
    assert_eq!(told(0).event_id, told(70_000).event_id);
    assert_ne!(told(0).event_id, source);
    assert_eq!(told(70_000).late_by_ms, 70_000);
}

#[test]
fn a_story_reads_back_from_the_ledger() {
    let text = serde_json::to_string(&story(7)).unwrap();
    assert_eq!(serde_json::from_str::<Story>(&text).unwrap(), story(7), "{text}");
}
