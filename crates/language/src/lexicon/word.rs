//! The closed class of words the recognisers know by role; which words play a role is a language's
//! business (`lexicon/*.txt`).

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// A role that words of any language can play.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Word {
            /// The role a vocabulary file means.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    // Small words between the others.
    /// "the", "my": stands before a noun.
    Article = "article",
    /// "a", "an": an article that counts one.
    One = "one",
    /// "and".
    And = "and",
    /// "or".
    Or = "or",
    /// "of".
    Of = "of",
    /// "to".
    To = "to",
    /// "I", "we": what follows is no short weekday.
    Pronoun = "pronoun",
    /// A particle that may follow a date, a time or a repeat ("کو").
    Particle = "particle",
    /// "please".
    Please = "please",
    /// A phrase that is never anything but itself ("black friday").
    Plain = "plain",
    /// "cup": a noun behind a fraction.
    Measure = "measure",
    // Dates and times.
    /// "at".
    At = "at",
    /// "on".
    On = "on",
    /// "in".
    In = "in",
    /// "by": before the end of.
    By = "by",
    /// "due".
    Due = "due",
    /// "before".
    Before = "before",
    /// "after".
    After = "after",
    /// "between".
    Between = "between",
    /// "next".
    Next = "next",
    /// "this".
    This = "this",
    /// "last", of something past.
    Past = "past",
    /// "seconds", which only a wait is told in.
    Seconds = "seconds",
    /// "from now".
    FromNow = "from-now",
    /// "ago".
    Ago = "ago",
    /// "end of".
    EndOf = "end-of",
    /// "start of".
    StartOf = "start-of",
    /// "weekend".
    Weekend = "weekend",
    /// "half" of an hour, of a day.
    Half = "half",
    /// "and a half".
    AndHalf = "and-half",
    /// "quarter" of an hour.
    QuarterHour = "quarter-hour",
    /// "past" an hour.
    PastHour = "past-hour",
    /// "to" an hour.
    ToHour = "to-hour",
    /// "half" that means half before the hour (German "halb").
    HalfBefore = "half-before",
    /// "dinner": at an hour from 7 to 11 in the evening.
    Evening = "evening",
    /// "UTC" behind a time.
    Utc = "utc",
    /// "EST": a zone by letters, which several zones share.
    ZoneLetters = "zone-letters",
    /// "o'clock".
    OClock = "oclock",
    /// "am".
    Am = "am",
    /// "pm".
    Pm = "pm",
    /// "th" behind a number.
    OrdinalEnd = "ordinal-end",
    /// A preposition before a part of the day ("in the").
    PartOf = "part-of",
    /// No date at all ("someday").
    Someday = "someday",
    // Repeats.
    /// "every".
    Every = "every",
    /// "every!": counted from the day it is done.
    EveryDone = "every-done",
    /// "every other".
    EveryOther = "every-other",
    /// "workday".
    Workday = "workday",
    /// "workdays": on each of them.
    Workdays = "workdays",
    /// "weekends": on each of them.
    Weekends = "weekends",
    /// "starting".
    Starting = "starting",
    /// "from": starts a repeat, a range of days or of hours.
    From = "from",
    /// "until".
    Until = "until",
    /// "for": a length.
    For = "for",
    /// "times".
    Times = "times",
    /// "except".
    Except = "except",
    /// "after I finish it".
    AfterDone = "after-done",
    // Details.
    /// "remind me".
    RemindMe = "remind-me",
    /// "with a reminder".
    Reminder = "reminder",
    /// "no reminder".
    NoReminder = "no-reminder",
    /// "early": behind the length of a reminder, like "before".
    Early = "early",
    /// "by e-mail".
    ByEmail = "by-email",
    /// "priority".
    PriorityNoun = "priority-noun",
    /// "tag".
    TagNoun = "tag-noun",
    /// "tagged", "with tag".
    Tagged = "tagged",
    /// "email me": a reminder by e-mail.
    RemindByEmail = "remind-by-email",
    /// "duration".
    DurationNoun = "duration-noun",
    /// "recurrence".
    RepeatNoun = "repeat-noun",
    /// "to my": before a name and "list".
    ProjectOf = "project-of",
    /// "project".
    ProjectNoun = "project-noun",
    /// "in project": before a name.
    InProject = "in-project",
    /// "when it is due".
    WhenDue = "remind-when-due",
    /// "list".
    ListNoun = "list-noun",
    /// "note:".
    NoteNoun = "note-noun",
    /// "title".
    TitleNoun = "title-noun",
    /// "due date".
    DueNoun = "due-noun",
    /// "my list", behind "from" or "to": the tasks as a whole, no list by name.
    OwnList = "own-list",
    /// "its": of the task of the line before.
    Its = "its",
    // What to do.
    /// "task".
    TaskNoun = "task-noun",
    /// "tasks".
    TasksNoun = "tasks-noun",
    /// "add", before what is to be done.
    Add = "add",
    /// "create", only before "a task".
    Create = "create",
    /// "I need to".
    NeedTo = "need-to",
    /// "show me".
    Show = "show",
    /// "what is", "what's".
    What = "what",
    /// "what have I", "have I".
    HaveI = "have-i",
    /// "do I have", "is there": between a question word and the end.
    DoIHave = "do-i-have",
    /// "how many".
    HowMany = "how-many",
    /// "search for".
    Search = "search",
    /// "about", "containing".
    About = "about",
    /// "sorted by".
    SortedBy = "sorted-by",
    /// "ascending".
    Ascending = "ascending",
    /// "descending".
    Descending = "descending",
    /// "with", "that are": says nothing in a query.
    Filler = "filler",
    /// "without".
    Without = "without",
    /// "complete": the order.
    Complete = "complete",
    /// "mark", "set": the order that needs a state behind it.
    Mark = "mark",
    /// "done": the state.
    Done = "done",
    /// "I finished".
    IFinished = "i-finished",
    /// "done with".
    DoneWith = "done-with",
    /// "is", between a title and a state.
    Is = "is",
    /// "as", before a state.
    As = "as",
    /// "reopen".
    Reopen = "reopen",
    /// "bring back": opens again what has a number.
    BringBack = "bring-back",
    /// "complete", "finish": with a title behind it an order only when there is such a task.
    Finish = "finish",
    /// "stop repeating".
    StopRepeat = "stop-repeat",
    /// "stop": the order that needs "repeating" behind the task.
    Stop = "stop",
    /// "not repeat": the state.
    NotRepeat = "not-repeat",
    /// "not done": the state.
    NotDone = "not-done",
    /// "delete".
    Delete = "delete",
    /// "cancel", "remove", "clear": deletes only what is clearly a task.
    Remove = "remove",
    /// "change", "update".
    Change = "change",
    /// "rename".
    Rename = "rename",
    /// "move", "reschedule".
    Move = "move",
    /// "snooze", "postpone".
    Snooze = "snooze",
    /// "skip".
    Skip = "skip",
    /// "occurrence of".
    OccurrenceOf = "occurrence-of",
    /// "undo".
    Undo = "undo",
    /// "history of".
    History = "history",
    /// "who".
    Who = "who",
    /// "changed".
    Changed = "changed",
    /// "details of".
    Details = "details",
    /// "help".
    Help = "help",
    /// "yes".
    Yes = "yes",
    /// "no".
    No = "no",
    /// "it", "that": the task of the last line.
    It = "it",
    /// A word a question starts with.
    Question = "question",
    /// "thanks".
    Thanks = "thanks",
    /// "hello".
    Hello = "hello",
    /// "bye".
    Bye = "bye",
}
