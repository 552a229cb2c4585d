//! What is wrong with an input, field by field.

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// The rule, in words.
    pub detail: String,
}

/// Everything that is wrong with one input: a person mends it in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(|f| format!("{} {}", f.pointer, f.detail)).collect::<Vec<_>>().join("; "))]
pub struct Faults(pub Vec<FieldFault>);

impl Faults {
    /// Notes a broken rule.
    pub fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(FieldFault { pointer: pointer.into(), detail: detail.into() });
    }

    /// A value, or nothing and a note of what is wrong with it.
    pub fn take<T>(&mut self, pointer: &str, result: Result<T, impl Into<String>>) -> Option<T> {
        result.map_err(|detail| self.add(pointer, detail)).ok()
    }

    /// `value`, if nothing is wrong.
    ///
    /// # Errors
    /// The faults, if there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}
