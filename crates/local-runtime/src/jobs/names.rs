//! Which names a job may have.

/// Anything but a `|`: daprd 1.18 takes such a name for an empty one, and any other as it is.
pub(super) fn is_valid(name: &str) -> bool {
    !name.is_empty() && !name.contains('|')
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn only_bars_are_refused() {
        for name in ["reminder-0190a1b2", "A_b:c d", "x.y", "-", "ä"] {
            assert!(is_valid(name), "{name}");
        }
        for name in ["", "a|b", "a||b"] {
            assert!(!is_valid(name), "{name}");
        }
    }
}
