//! One turn: the line is read, decided on, carried out, answered and remembered.

use chrono::{DateTime, Utc};
use todo_events::{TaskNumber, UserId};
use todo_language::{Command, Context, Interpretation, LanguageError, Locale, Note, interpret};
use todo_recurrence::Zone;

use super::{
    answer::Answer,
    conversation::{Ask, Conversation, ConversationId, Pending, Turn},
    deed::Deed,
    find::Found,
    memory::Memory,
    ordinal, small,
    words::{self, Voice},
};
use crate::{
    App,
    domain::{Origin, Settings},
    store::StoreError,
};

/// What is said when a turn could not be remembered.
const FORGETFUL: &str = "(I cannot remember this conversation right now, so “yes”, “it” or “undo” will not work; name tasks by number.)";

/// Everything one turn is decided by.
pub(super) struct Talk<'a> {
    pub(super) app: &'a App,
    pub(super) origin: Origin,
    pub(super) settings: Settings,
    pub(super) now: DateTime<Utc>,
    /// The line, as it is read again when a question about it is answered.
    pub(super) line: String,
    /// What is known of the thread.
    pub(super) thread: Conversation,
}

/// Answers a line. Without an id a new thread begins; its id comes with the answer.
///
/// # Errors
/// When the task database cannot be used.
pub(crate) async fn respond(
    app: &App,
    origin: Origin,
    id: Option<ConversationId>,
    message: &str,
) -> Result<(ConversationId, Answer), StoreError> {
    let (is_new, id) = (id.is_none(), id.unwrap_or_else(|| ConversationId::generate(&origin.user)));
    let store = app.dapr.state(&app.config.state_store);
    let (memory, settings) = tokio::join!(
        Memory::open(store, &origin.user, id, is_new),
        app.tasks.settings(&origin.user)
    );
    let talk = Talk {
        app,
        origin,
        settings: settings?,
        now: app.tasks.clock().now(),
        line: message.to_owned(),
        thread: memory.thread(),
    };
    let now = talk.now;
    let answer = talk.answer().await.or_else(refused)?;
    let turn = Turn::new(now, message, &answer.reply);
    let kept = memory.keep(turn, &answer.remember).await;
    Ok((id, if kept { answer } else { answer.saying(FORGETFUL) }))
}

/// A rule that a line breaks is an answer, not an error.
fn refused(error: StoreError) -> Result<Answer, StoreError> {
    match error {
        StoreError::Invalid(faults) => Ok(Answer::nothing(format!(
            "That does not work: {}. Nothing was changed.",
            words::broken_rules(&faults)
        ))),
        other => Err(other),
    }
}

impl Talk<'_> {
    pub(super) fn user(&self) -> &UserId {
        &self.origin.user
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.settings.zone
    }

    /// What lines are read against, and what replies are worded by.
    pub(super) fn context(&self) -> Context<'_> {
        let locale = Locale::from_tag(&self.settings.locale);
        let context = Context::new(self.now, self.zone(), locale);
        match self.settings.channels.first() {
            Some(channel) => Context { channel: *channel, ..context },
            None => context,
        }
    }

    /// How replies put tasks.
    pub(super) fn voice(&self) -> Voice<'_> {
        let usual_reminder = self.settings.default_reminder_minutes;
        Voice { context: self.context(), usual_reminder }
    }

    async fn answer(mut self) -> Result<Answer, StoreError> {
        let line = self.line.clone();
        let read = self.read();
        if let Some(answer) = self.ask_model(&line, &read).await {
            return Ok(answer);
        }
        match read {
            Ok(Interpretation { command, notes, order, .. }) => {
                let new = order.as_ref().map(Self::no_such).unwrap_or_default();
                if let Some(order) = order
                    && let Some(answer) = self.doubtful(order).await?
                {
                    return Ok(answer);
                }
                // Said better with the name of the task that is missing.
                let told = |note: &&Note| new.is_empty() || **note != Note::ReadAsTask;
                let notes: Vec<_> = notes.iter().filter(told).map(|note| note.text()).collect();
                let note = match &notes[..] {
                    [] => String::new(),
                    notes => format!("({}.)", notes.join("; ")),
                };
                Ok(self.follow(command).await?.saying(&new).saying(&note))
            }
            Err(error) => Ok(small::unreadable(&error)),
        }
    }

    /// Reads the line, with places in the list shown last, and all of it, as numbers where that makes an order of it.
    fn read(&mut self) -> Result<Interpretation, LanguageError> {
        let thread = &self.thread;
        let several = if thread.touched.len() > 1 { &thread.touched } else { &thread.listed };
        let placed = ordinal::placed(&self.line, &thread.listed)
            .or_else(|| ordinal::all(&self.line, several));
        if let Some(placed) = placed
            && let Ok(found) = interpret(&placed, &self.context())
            && !matches!(found.command, Command::Add(_) | Command::AddMany(_))
        {
            self.line = placed;
            return Ok(found);
        }
        interpret(&self.line, &self.context())
    }

    async fn follow(&self, command: Command) -> Result<Answer, StoreError> {
        match command {
            Command::Add(task) => self.add(&[task]).await,
            Command::AddMany(tasks) => self.add(&tasks).await,
            Command::List(query) => self.list(&query).await,
            Command::Undo => self.undo().await,
            Command::History { target: None, range } => Ok(self.history(None, range).await),
            Command::Pick(number) => self.pick(number).await,
            Command::Confirm => self.confirmed().await,
            Command::Decline => Ok(self.declined()),
            Command::Help => Ok(small::help()),
            Command::SmallTalk(talk) => Ok(small::talk(talk)),
            command => match Deed::of(command) {
                Some((deed, target)) => self.order(&deed, &target).await,
                None => Ok(small::unknown()),
            },
        }
    }

    /// A number: one of those offered, or a place in the list shown last.
    async fn pick(&self, number: u32) -> Result<Answer, StoreError> {
        // "#2" is the task's number, "2" the place.
        let by_number = self.line.trim_start().starts_with('#');
        let choose = |from: &[TaskNumber]| {
            let named = from.iter().find(|task| task.0 == u64::from(number)).copied();
            let place = usize::try_from(number).ok().and_then(|place| from.get(place - 1)).copied();
            if by_number { named } else { place.or(named) }
        };
        match self.thread.waiting(self.now) {
            Some(pending) if pending.ask == Ask::Which => match choose(&pending.tasks) {
                Some(chosen) => self.resume(pending, &[chosen]).await,
                None => Ok(Answer::nothing("That is not one of them.").asking(pending.clone())),
            },
            Some(pending) => {
                let reply = "Please answer yes or no.";
                Ok(Answer::nothing(reply).asking(pending.clone()).suggesting(["yes", "no"]))
            }
            None => {
                let chosen = if by_number { None } else { choose(&self.thread.listed) };
                match self.numbered(&[chosen.unwrap_or(TaskNumber(u64::from(number)))]).await? {
                    Found::Named(tasks) | Found::Gathered(tasks) | Found::OneOf(tasks) => {
                        Ok(self.show(tasks))
                    }
                    Found::Nothing(reason) => Ok(Answer::nothing(reason)),
                }
            }
        }
    }

    async fn confirmed(&self) -> Result<Answer, StoreError> {
        match self.thread.waiting(self.now) {
            None => Ok(Answer::nothing("There is nothing to confirm.")),
            Some(pending) => match pending.ask {
                Ask::Whether => self.resume(pending, &pending.tasks).await,
                Ask::Which => {
                    let places = (1..=pending.tasks.len()).map(|place| place.to_string());
                    let reply = "Which one? Please say its place in the list.";
                    Ok(Answer::nothing(reply).asking(pending.clone()).suggesting(places))
                }
            },
        }
    }

    fn declined(&self) -> Answer {
        match self.thread.waiting(self.now) {
            Some(_) => Answer::nothing("All right, nothing was changed."),
            None => Answer::nothing("All right."),
        }
    }

    /// Goes on with the deed that was asked about: its line is read as of the moment it was said.
    async fn resume(
        &self,
        pending: &Pending,
        numbers: &[TaskNumber],
    ) -> Result<Answer, StoreError> {
        let context = Context { now: pending.said_at, ..self.context() };
        let read = interpret(&pending.line, &context).ok();
        let Some((deed, _)) = read.and_then(|found| Deed::of(found.command)) else {
            return Ok(Answer::nothing("I do not know any more what that was about."));
        };
        let tasks = match self.numbered(numbers).await? {
            Found::Named(tasks) | Found::Gathered(tasks) | Found::OneOf(tasks) => tasks,
            Found::Nothing(reason) => {
                return Ok(Answer::nothing(format!("{reason} Nothing was changed.")));
            }
        };
        match pending.ask {
            Ask::Whether => self.carry_out(&deed, tasks).await,
            Ask::Which => {
                let talk = Talk { line: pending.line.clone(), ..self.again() };
                talk.unless_deletion(&deed, tasks).await
            }
        }
    }

    pub(super) fn again(&self) -> Self {
        Self {
            app: self.app,
            origin: self.origin.clone(),
            settings: self.settings.clone(),
            now: self.now,
            line: self.line.clone(),
            thread: self.thread.clone(),
        }
    }
}
