//! What a migration did, for people; secrets never appear here.

use std::fmt;

/// The outcome of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One entry per schema, in order.
    pub schemas: Vec<SchemaReport>,
}

/// The outcome for one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaReport {
    /// The schema.
    pub schema: &'static str,
    /// Its service's login role.
    pub role: &'static str,
    /// What became of the role.
    pub role_state: RoleState,
    /// Files run now.
    pub applied: usize,
    /// Files known.
    pub known: usize,
}

/// Whether a schema's login role can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleState {
    /// The role exists and has its rights.
    Ready,
    /// The role exists and has its rights, but its password and limits could not be set.
    RightsOnly,
    /// The connecting role may not create it.
    NotAllowed,
    /// Roles were not wanted.
    Skipped,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.schemas {
            writeln!(f, "{entry}")?;
        }
        if self.schemas.iter().any(|entry| entry.role_state == RoleState::NotAllowed) {
            writeln!(
                f,
                "this database user may not create roles, so the services must share one role; for a role \
                 each, let an administrator create the missing ones (CREATE ROLE name LOGIN PASSWORD '…') and \
                 run this again"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for SchemaReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schema, role, applied, known, .. } = self;
        let role_text = match self.role_state {
            RoleState::Ready => "ready",
            RoleState::RightsOnly => "has its rights; password and limits were left alone",
            RoleState::NotAllowed => "is missing",
            RoleState::Skipped => "not wanted",
        };
        write!(
            f,
            "schema {schema}: {applied} of {known} migrations run now; role {role}: {role_text}"
        )
    }
}
