//! Messages that subscribers could not handle.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
};
use serde_json::value::RawValue;
use todo_dapr::{Batch, Delivery};

use crate::{app::App, domain::DeadLetter, metrics};

/// Where the subscriptions of `dapr/subscriptions/audit-dead-letters.yaml` lead.
pub(crate) const ROUTE: &str = "/events/dead-letters";
/// Header in which the broker component names the topic. A dead letter brings the header of its first delivery along.
const TOPIC_HEADER: &str = "__topic";

/// Keeps whatever comes, readable or not, one by one or in batches, so that nothing blocks the dead letters behind it.
pub(crate) async fn keep_dead_letters(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(batch) = Batch::read(&headers, &body) else {
        let letter = DeadLetter::read(topic(&headers), &body);
        return keep(&app, &letter).await.counted(ROUTE).into_response();
    };
    let topic = batch.topic.clone();
    let one =
        async |entry: Arc<RawValue>| keep(&app, &DeadLetter::of_batch(&topic, entry.get())).await;
    batch.settle(ROUTE.into(), None, one).await
}

async fn keep(app: &App, letter: &DeadLetter) -> Delivery {
    let again = letter.is_well_formed().then(|| app.clock.now());
    match app.letters.keep(letter, again).await {
        Ok(times_seen) => {
            metrics::dead_letter(&letter.source_app);
            tracing::error!(
                id = %letter.id.0,
                source_topic = letter.source_topic,
                source_app = letter.source_app,
                event_id = letter.event_id,
                event_type = letter.event_type,
                reason = letter.reason,
                times_seen,
                "dead letter kept"
            );
            Delivery::Success
        }
        Err(error) => {
            app.database.failed();
            Delivery::retry(&error)
        }
    }
}

fn topic(headers: &HeaderMap) -> Option<&str> {
    let named =
        headers.get_all(TOPIC_HEADER).iter().filter_map(|value| HeaderValue::to_str(value).ok());
    named.max_by_key(|topic| topic.ends_with(".dead"))
}
