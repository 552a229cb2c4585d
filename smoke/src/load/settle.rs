//! Waiting until everything that was promised has happened.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    follower::Follower,
    outcome::{Outcome, State},
    reading::Reader,
    writer::Writer,
};

/// Between two looks at everything.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two pages, so that a person who has many stays within the rate limit.
const BREATH: Duration = Duration::from_millis(100);

/// Looks at a person's tasks and trail until nothing is missing, or time is over; then the tasks go.
pub(super) async fn settle(writer: &Writer, page: Follower, deadline: Instant) -> Outcome {
    let made = writer.made();
    let mut state = State::default();
    let outcome = loop {
        state = read(writer).await.unwrap_or(state);
        let outcome = Outcome::of(&made, &state, &page.seen());
        if outcome.is_kept() || Instant::now() > deadline {
            break outcome;
        }
        sleep(PAUSE).await;
    };
    // Before the page would have to follow the end of them all.
    drop(page);
    clean_up(writer, &state).await;
    outcome
}

/// Everything that the API says; none when it does not answer.
async fn read(writer: &Writer) -> Option<State> {
    let reader = Reader { person: &writer.person, journal: &writer.journal, breath: BREATH };
    let (tasks, trail) = (reader.tasks().await?, reader.trail().await?);
    Some(State { tasks, trail })
}

async fn clean_up(writer: &Writer, state: &State) {
    let ours = state
        .tasks
        .items
        .iter()
        .filter(|task| task["title"].as_str().is_some_and(|title| writer.is_ours(title)));
    let ids: Vec<String> = ours.filter_map(|task| task["id"].as_str().map(str::to_owned)).collect();
    if let Err(failure) = writer.person.delete(&ids).await {
        eprintln!("smoke: the tasks of {} could not be deleted: {failure}", writer.person.user());
    }
}
