//! Which names a job may have.

/// After `_`, `:`, `-` and spaces are taken out, each part between `||` must be a DNS-1123 subdomain, in any case
/// (the validator of Dapr's scheduler).
pub(super) fn is_valid(name: &str) -> bool {
    let bare: String = name.chars().filter(|c| !matches!(c, '_' | ':' | '-' | ' ')).collect();
    !name.is_empty() && bare.split("||").all(is_subdomain)
}

fn is_subdomain(part: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    part.len() <= 253 && part.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn names_are_subdomains_with_some_extras() {
        for name in ["reminder-0190a1b2", "A_b:c d", "a||b", "x.y"] {
            assert!(is_valid(name), "{name}");
        }
        for name in ["", "-", "a/b", "a|b", "ä", "a||", "x..y"] {
            assert!(!is_valid(name), "{name}");
        }
    }
}
