//! Reading variables and remembering everything that is wrong with them.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use super::{Env, Secret};

/// A config struct that can be read from the environment.
pub trait FromEnv: Sized {
    /// Reads every field; a faulty one is noted in `reader` and gets a stand-in that is never used.
    fn read(reader: &mut Reader) -> Self;
}

impl FromEnv for () {
    fn read(_: &mut Reader) -> Self {}
}

/// One variable and what is wrong with it; never its value, which may be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The variable's name.
    pub variable: String,
    /// What is wrong, in words an operator can act on.
    pub problem: String,
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not usable:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {}: {}", fault.variable, fault.problem))
    }
}

/// Reads variables one by one and collects faults.
pub struct Reader {
    env: Env,
    faults: Vec<Fault>,
}

impl Reader {
    /// A reader over `env` that has found no fault yet.
    #[must_use]
    pub fn new(env: Env) -> Self {
        Self { env, faults: Vec::new() }
    }

    /// A variable that must be set.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fault(name, "must be set");
            String::new()
        })
    }

    /// A variable that may be absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        self.env.get(name).map(str::to_owned)
    }

    /// A variable with a default.
    #[must_use]
    pub fn or(&self, name: &str, default: &str) -> String {
        self.env.get(name).unwrap_or(default).to_owned()
    }

    /// A variable that is parsed when set, else `default`; also what an unreadable one yields after its fault is noted.
    pub fn parsed_or<T>(&mut self, name: &str, default: T) -> T
    where
        T: FromStr<Err: fmt::Display>,
    {
        self.parsed_optional(name).unwrap_or(default)
    }

    /// A variable that is parsed when set.
    pub fn parsed_optional<T>(&mut self, name: &str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        match self.env.get(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(name, format!("cannot be read: {error}"));
                None
            }
        }
    }

    /// A variable with a default that must lie in a range.
    pub fn parsed_within<T>(&mut self, name: &str, default: T, allowed: RangeInclusive<T>) -> T
    where
        T: FromStr<Err: fmt::Display> + PartialOrd + fmt::Display,
    {
        let value = self.parsed_or(name, default);
        if !allowed.contains(&value) {
            self.fault(name, format!("must be {} to {}", allowed.start(), allowed.end()));
        }
        value
    }

    /// A variable that must be set and readable; `stand_in` is returned beside a fault, and never used.
    pub fn required_parsed<T>(&mut self, name: &str, stand_in: T) -> T
    where
        T: FromStr<Err: fmt::Display>,
    {
        if self.env.get(name).is_none() {
            self.fault(name, "must be set");
        }
        self.parsed_or(name, stand_in)
    }

    /// A secret that may be absent.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.env.get(name).map(Secret::new)
    }

    /// A secret that must be set.
    pub fn required_secret(&mut self, name: &str) -> Secret {
        Secret::new(self.required(name))
    }

    /// Notes a fault that the caller found, such as two values that do not go together.
    pub fn fault(&mut self, name: &str, problem: impl Into<String>) {
        self.faults.push(Fault { variable: name.to_owned(), problem: problem.into() });
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn finish(self) -> Result<(), Faults> {
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }
}
