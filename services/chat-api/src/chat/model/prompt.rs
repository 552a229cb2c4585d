//! What the model is told before the line: who it is, what time it is, what was said before.

use chrono::Timelike;
use todo_dapr::Message;
use todo_events::TaskNumber;

use crate::{chat::talk::Talk, tools::INSTRUCTIONS};

/// Turns of the thread that the model is told again.
const TURNS: usize = 10;

const RULES: &str = "\
You are Todo's assistant: you look after one person's tasks, and nothing else. Do what the last message asks by calling tools, then \
answer in one or two short sentences, in the person's language, naming tasks by title and number. Never say that something was done \
unless a tool has answered so. What the person does not say, leave out; never invent dates, priorities or tags. When it is not clear \
which task is meant, look with list_tasks, and if several fit, ask which. Ask before you change more than five tasks at once. Call \
delete_task only when the person wants a task gone: they are asked before anything is deleted. You have no other knowledge to offer; \
say so when asked about other things. ";

/// The talk up to and with the line.
pub(super) fn opening(talk: &Talk<'_>, line: &str) -> Vec<Message> {
    let mut messages = vec![Message::System(format!("{RULES}{INSTRUCTIONS}\n{}", setting(talk)))];
    let turns = &talk.thread.turns;
    for turn in &turns[turns.len().saturating_sub(TURNS)..] {
        let (said, replied) = turn.said();
        messages.push(Message::User(said.to_owned()));
        messages.push(Message::Assistant { text: replied.to_owned(), calls: vec![] });
    }
    messages.push(Message::User(line.to_owned()));
    messages
}

/// Now and here, as the person has it.
fn setting(talk: &Talk<'_>) -> String {
    let local = talk.zone().local(talk.now);
    let local = local.with_second(0).unwrap_or(local);
    let mut text = format!(
        "Now it is {} in {}. The person's language tag is {}.",
        local.format("%A, %Y-%m-%dT%H:%M"),
        talk.zone(),
        talk.settings.locale,
    );
    for (what, tasks) in [
        ("Tasks shown last, in this order", &talk.thread.listed),
        ("“It” or “that” means", &talk.thread.touched),
    ] {
        if !tasks.is_empty() {
            text.push_str(&format!(" {what}: {}.", numbers(tasks)));
        }
    }
    text
}

fn numbers(tasks: &[TaskNumber]) -> String {
    tasks.iter().take(50).map(|task| format!("#{task}")).collect::<Vec<_>>().join(", ")
}
