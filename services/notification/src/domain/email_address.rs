//! An e-mail address that is safe to hand to the SMTP binding.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One mailbox, `local@domain`, in the plain form of RFC 5321 §4.1.2 without quotes.
///
/// The binding splits its recipients at `;`, so an address with one would reach somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one e-mail address such as name@example.org")]
pub struct NotAnAddress;

impl EmailAddress {
    /// Longest address, in bytes (RFC 5321 §4.5.3.1.3, without the angle brackets).
    pub const MAX_LENGTH: usize = 254;

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let well_formed = text.len() <= Self::MAX_LENGTH
            && text
                .split_once('@')
                .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if well_formed { Ok(Self(text)) } else { Err(NotAnAddress) }
    }
}

/// A dot-string of RFC 5322 atoms.
fn is_local_part(text: &str) -> bool {
    let atom_byte = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.len() <= 64 && text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atom_byte))
}

/// Two labels or more: a bare host name is nearly always a slip of the finger.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.contains('.') && text.split('.').all(label)
}

impl FromStr for EmailAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_pass() {
        for good in ["a@example.org", "first.last+todo@mail.example.co.uk", "o'neil@x-y.de"] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
    }

    #[test]
    fn what_could_reach_somebody_else_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@example.org",
            "a@",
            "a@localhost",
            "a@b..org",
            "a@-b.org",
            ".a@b.org",
            "a.@b.org",
            "a@b.org;c@d.org",
            "a@b.org,c@d.org",
            "a b@c.org",
            "a@b.org\r\nBcc: c@d.org",
            "<a@b.org>",
            "\"a b\"@c.org",
            "a@b@c.org",
            "ü@b.org",
            &long,
        ] {
            assert_eq!(bad.parse::<EmailAddress>(), Err(NotAnAddress), "{bad:?}");
        }
    }
}
