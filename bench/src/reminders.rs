//! Ten thousand reminders that are due in one minute.

use std::{collections::HashMap, time::Duration};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _, future::try_join_all, stream};
use reqwest::Method;
use serde_json::{Value, json};
use todo_tests::{Person, Product, Socket};
use tokio::time::timeout;

use crate::load::Figures;

const REMINDERS: usize = 10_000;
const PEOPLE: usize = 50;
const WITHIN: TimeDelta = TimeDelta::minutes(1);
/// Requests at a time while they are made.
const AT_ONCE: usize = 16;
/// How long they may take to be made: the first is due after that.
const LEAD: TimeDelta = TimeDelta::seconds(120);
/// How long the last may take to come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Prints how late they come to the sockets of their owners, and that none is lost.
pub(crate) async fn report(product: &Product) -> anyhow::Result<()> {
    let mut people = Vec::with_capacity(PEOPLE);
    let mut sockets = Vec::with_capacity(PEOPLE);
    for place in 0..PEOPLE {
        let person = product.person(&format!("reminded{place}")).await?;
        sockets.push(product.socket(&person).await?);
        people.push(person);
    }
    let begin = now() + LEAD;
    let hearing = sockets.into_iter().map(|socket| tokio::spawn(hear(socket)));
    let hearing: Vec<_> = hearing.collect();
    let due: HashMap<String, DateTime<Utc>> = stream::iter(0..REMINDERS)
        .map(|number| make(&people[number % PEOPLE], moment(begin, number)))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    ensure!(now() < begin, "making {REMINDERS} reminders took longer than {LEAD}");
    let heard = try_join_all(hearing).await.context("a socket was lost")?;
    let (mut late, mut fired) = (Vec::with_capacity(REMINDERS), Vec::with_capacity(REMINDERS));
    for (task, heard) in
        heard.into_iter().collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten()
    {
        let due = due.get(&task).context("a reminder that nobody asked for")?;
        late.push((heard.at - *due).as_seconds_f64() * 1000.0);
        fired.push(heard.fired_late_ms);
    }
    ensure!(late.len() == REMINDERS, "{} reminders of {REMINDERS} came", late.len());
    let slowest = late.iter().copied().fold(0.0, f64::max);
    let figures = Figures::of(late, WITHIN.to_std()?);
    println!(
        "\n{REMINDERS} reminders due in one minute, at the sockets (budget: p99 1000 ms, none lost)"
    );
    println!("late by p50 {:.0} ms, p99 {:.0} ms, most {slowest:.0} ms", figures.p50, figures.p99);
    let fired = Figures::of(fired, WITHIN.to_std()?);
    println!("of that, until they were fired: p50 {:.0} ms, p99 {:.0} ms", fired.p50, fired.p99);
    Ok(())
}

fn moment(begin: DateTime<Utc>, number: usize) -> DateTime<Utc> {
    begin + WITHIN * i32::try_from(number).unwrap_or(i32::MAX) / REMINDERS as i32
}

/// Makes a task with a reminder; answers its id.
async fn make(person: &Person, at: DateTime<Utc>) -> anyhow::Result<(String, DateTime<Utc>)> {
    let reminders = json!([{ "at": at.to_rfc3339(), "channel": "push" }]);
    let task = json!({ "title": "be reminded", "reminders": reminders });
    let answer = person.request(Method::POST, "/tasks").json(&task).send().await?;
    let body: Value = answer.error_for_status()?.json().await?;
    Ok((body["id"].as_str().context("a task has an id")?.to_owned(), at))
}

/// A reminder that came.
struct Heard {
    at: DateTime<Utc>,
    /// What chat-api says of it.
    fired_late_ms: f64,
}

/// Every reminder of one person, by its task.
async fn hear(mut socket: Socket) -> anyhow::Result<Vec<(String, Heard)>> {
    let mut heard = HashMap::new();
    let limit = LEAD.to_std()? + WITHIN.to_std()? + PATIENCE;
    let hearing = async {
        while heard.len() < REMINDERS / PEOPLE {
            let frame = socket.next_within(limit).await?;
            if frame["type"] == "notification" {
                let task = frame["task_id"].as_str().context("a notification names a task")?;
                let fired_late_ms = frame["late_by_ms"].as_f64().unwrap_or(f64::NAN);
                // It may come again: what counts is the first.
                heard.entry(task.to_owned()).or_insert(Heard { at: now(), fired_late_ms });
            }
        }
        anyhow::Ok(())
    };
    // What has not come by then is found missing by whoever counts.
    match timeout(limit, hearing).await {
        Ok(heard) => heard?,
        Err(_) => eprintln!("some reminders did not come"),
    }
    Ok(heard.into_iter().collect())
}

fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    Utc::now()
}
