//! Lines that are about no task.

use todo_language::{LanguageError, SmallTalk};

use super::answer::{Action, Answer};

const EXAMPLES: [&str; 4] = [
    "Call mom tomorrow at 5pm",
    "show my tasks for today",
    "complete task 1",
    "every Friday water the plants",
];

const HELP: &str = "Write a task as you would say it, such as “Pay rent every last workday at 9 #home, remind me a day before”. \
You can also say: show overdue tasks, what is due this week, complete task 3, move 3 to Friday, make 3 urgent, snooze 3 for an hour, \
skip 3, delete 3, find dentist, history of 3, undo. “It” is the task before, and “the second one” counts in the list shown last.";

pub(super) fn help() -> Answer {
    Answer::new(Action::Help, HELP).suggesting(EXAMPLES)
}

pub(super) fn talk(talk: SmallTalk) -> Answer {
    match talk {
        SmallTalk::Hello => {
            Answer::nothing("Hello. What is there to do?").suggesting(["show my tasks", "help"])
        }
        SmallTalk::Thanks => Answer::nothing("You are welcome."),
        SmallTalk::Bye => Answer::nothing("See you."),
    }
}

/// A question that tasks do not answer.
pub(super) fn unknown() -> Answer {
    let reply = "I only know about your tasks. Say “help” to see what I understand.";
    Answer::new(Action::Unknown, reply).suggesting(["help", "show my tasks"])
}

/// A line that names what cannot be.
pub(super) fn unreadable(error: &LanguageError) -> Answer {
    Answer::new(Action::Unknown, format!("I cannot do that: {error}. Nothing was changed."))
        .suggesting(["help"])
}

#[cfg(test)]
mod tests {
    use todo_language::{Context, Locale, interpret};
    use todo_recurrence::Zone;

    use super::*;

    #[test]
    fn every_example_is_understood() {
        let zone = Zone::utc();
        let context = Context::new(chrono::DateTime::UNIX_EPOCH, &zone, Locale::default());
        for example in EXAMPLES {
            assert!(interpret(example, &context).is_ok(), "{example}");
        }
        let error = interpret("Party on feb 30", &context).unwrap_err();
        let answer = unreadable(&error);
        assert_eq!(answer.action, Action::Unknown);
        assert!(answer.reply.contains("feb 30"), "{}", answer.reply);
    }
}
