//! The turns of one line: the model calls, the tools answer, until it has said what there is to say.

use std::{sync::LazyLock, time::Duration};

use serde_json::{Value, json};
use todo_dapr::{Message, Said, ToolCall, ToolOffer};
use todo_events::Task;
use todo_service_kit::Problem;

use super::{ModelConfig, deeds::Deeds, failure::Failure, prompt};
use crate::{
    chat::{answer::Answer, deed::Deed, talk::Talk},
    metrics,
    tools::{Arguments, Effect, Tool, refusal},
};

/// How often the model may speak for one line.
const MAX_TURNS: usize = 6;
/// Calls that are carried out for one line.
const MAX_CALLS: usize = 40;
/// Calls that cannot be read before the model is given up.
const MAX_BAD_CALLS: usize = 3;
/// Longest result that the model is given to read, in bytes.
const MAX_RESULT: usize = 24 * 1024;
/// Longest reply, in characters.
const MAX_REPLY: usize = 4_000;

static OFFERS: LazyLock<Vec<ToolOffer>> = LazyLock::new(|| {
    let offer = |tool: Tool| ToolOffer {
        name: tool.name().to_owned(),
        description: tool.description().to_owned(),
        parameters: Value::Object(tool.schema().clone()),
    };
    Tool::ALL.into_iter().map(offer).collect()
});

/// One line with everything that was said and done about it.
pub(super) struct Dialogue<'a> {
    talk: &'a Talk<'a>,
    config: &'a ModelConfig,
    messages: Vec<Message>,
    deeds: Deeds,
    /// Tasks that the model wants deleted; the person is asked.
    doomed: Vec<Task>,
    calls: usize,
    bad_calls: usize,
}

impl<'a> Dialogue<'a> {
    pub(super) fn new(talk: &'a Talk<'a>, config: &'a ModelConfig, line: &str) -> Self {
        let (messages, deeds) = (prompt::opening(talk, line), Deeds::default());
        Self { talk, config, messages, deeds, doomed: Vec::new(), calls: 0, bad_calls: 0 }
    }

    /// Whether something was changed: then the line must not be carried out once more.
    pub(super) fn has_acted(&self) -> bool {
        self.deeds.has_acted()
    }

    /// Says what was done before the model failed.
    pub(super) fn unfinished(&self) -> Answer {
        let reply = "The rest could not be done; please say it again.";
        self.deeds.answer(format!("{} {reply}", self.deeds.summary()))
    }

    pub(super) async fn run(&mut self) -> Result<Answer, Failure> {
        let clock = self.talk.app.tasks.clock().clone();
        let deadline = clock.uptime() + self.config.timeout;
        for turn in 0..MAX_TURNS {
            let said = self.next(deadline.saturating_sub(clock.uptime())).await?;
            if said.calls.is_empty() {
                return self.finished(&said.text);
            }
            self.make(turn, said).await;
            if !self.doomed.is_empty() {
                return Ok(self.asking());
            }
            if self.bad_calls > MAX_BAD_CALLS {
                return Err(Failure::BadCalls);
            }
        }
        Err(Failure::TooManyTurns)
    }

    async fn next(&self, left: Duration) -> Result<Said, Failure> {
        if left.is_zero() {
            return Err(Failure::Timeout);
        }
        let (dapr, component) = (&self.talk.app.dapr, &self.config.component);
        let said = dapr.converse(component, &self.messages, &OFFERS, left).await?;
        metrics::model_tokens(said.tokens.unwrap_or_default());
        Ok(said)
    }

    fn finished(&self, text: &str) -> Result<Answer, Failure> {
        let reply: String = text.trim().chars().take(MAX_REPLY).collect();
        match (reply.is_empty(), self.has_acted()) {
            (false, _) => Ok(self.deeds.answer(reply)),
            (true, true) => Ok(self.deeds.answer(self.deeds.summary())),
            (true, false) => Err(Failure::Silence),
        }
    }

    /// The question whether to delete, after what was done already. A yes is understood by the grammar, in whose words it waits.
    fn asking(&mut self) -> Answer {
        let doomed = std::mem::take(&mut self.doomed);
        let numbers: Vec<_> = doomed.iter().map(|task| task.number.to_string()).collect();
        let mut question = self.talk.ask_whether(&Deed::Delete, doomed);
        if let Some(pending) = &mut question.remember.pending {
            pending.line = format!("delete task {}", numbers.join(", "));
        }
        if self.has_acted() {
            let done = self.deeds.answer(String::new());
            question.reply = format!("{} {}", self.deeds.summary(), question.reply);
            question.remember.touched = done.remember.touched;
            question.remember.undo = done.remember.undo;
        }
        question
    }

    /// Makes the calls of a turn and adds them with their results to the talk.
    async fn make(&mut self, turn: usize, said: Said) {
        let mut calls = said.calls;
        for (place, call) in calls.iter_mut().enumerate().filter(|(_, call)| call.id.is_empty()) {
            call.id = format!("call-{turn}-{place}");
        }
        self.messages.push(Message::Assistant { text: said.text, calls: calls.clone() });
        for ToolCall { id, name, arguments } in calls {
            self.calls += 1;
            let text = if self.calls > MAX_CALLS {
                "refused: too many calls for one message; tell the person what is left".to_owned()
            } else {
                self.call(&name, &arguments).await
            };
            self.messages.push(Message::Tool { id, name, text });
        }
    }

    /// Makes one call, and answers what the model is told of it.
    async fn call(&mut self, name: &str, arguments: &str) -> String {
        let Some(tool) = Tool::named(name) else {
            self.bad_calls += 1;
            return "refused: there is no tool of that name".to_owned();
        };
        // Some models send nothing where there is nothing to say.
        let text = if arguments.trim().is_empty() { "{}" } else { arguments };
        let Ok(arguments) = serde_json::from_str::<Arguments>(text) else {
            self.bad_calls += 1;
            return "refused: the arguments must be one JSON object".to_owned();
        };
        match self.carry_out(tool, arguments).await {
            Ok(json) => Some(json.to_string())
                .filter(|text| text.len() <= MAX_RESULT)
                .unwrap_or_else(|| {
                    "too much to read; ask for fewer with `limit` or narrower filters".to_owned()
                }),
            Err(problem) => {
                refusal::note(tool, &problem);
                refusal::words(&problem)
            }
        }
    }

    async fn carry_out(&mut self, tool: Tool, mut arguments: Arguments) -> Result<Value, Problem> {
        let talk = self.talk;
        let mut before = None;
        match tool.effect() {
            Effect::Deletes => {
                let task = self.named(arguments).await?;
                if !self.doomed.iter().any(|other| other.id == task.id) {
                    self.doomed.push(task);
                }
                return Ok(json!({ "deleted": false, "note": "the person is asked first" }));
            }
            Effect::Overwrites => {
                // What it was is remembered for "undo", so nobody may change it in between.
                let names = ["task", "if_revision"];
                let name = arguments.iter().filter(|(name, _)| names.contains(&name.as_str()));
                let name = name.map(|(name, value)| (name.clone(), value.clone())).collect();
                let task = self.named(name).await?;
                arguments.entry("if_revision").or_insert_with(|| json!(task.revision));
                before = Some(task);
            }
            Effect::Reads | Effect::Adds | Effect::Flips => {}
        }
        let outcome = tool.call(talk.app, &talk.origin, arguments).await?;
        let tasks: Result<Vec<Task>, _> = outcome.tasks.iter().map(|task| task.read()).collect();
        self.deeds.note(tool, tasks.map_err(Problem::internal)?, outcome.changed, before);
        Ok(outcome.json)
    }

    /// The task that a call names.
    async fn named(&self, arguments: Arguments) -> Result<Task, Problem> {
        let found = Tool::GetTask.call(self.talk.app, &self.talk.origin, arguments).await?;
        let task = found.tasks.first().map(|task| task.read()).transpose();
        task.map_err(Problem::internal)?.ok_or_else(|| Problem::internal("a task without a task"))
    }
}
