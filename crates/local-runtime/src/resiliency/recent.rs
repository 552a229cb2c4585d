//! A small map that keeps the entries used last.

/// At most so many entries; the one unused for longest goes first.
#[derive(Debug)]
pub(super) struct Recent<T> {
    size: usize,
    /// The newest last.
    entries: Vec<(String, T)>,
}

impl<T> Recent<T> {
    pub(super) fn new(size: usize) -> Self {
        Self { size, entries: Vec::new() }
    }

    /// The entry of that name, made if need be.
    pub(super) fn get_or_insert(&mut self, name: &str, new: impl FnOnce() -> T) -> &T {
        let entry = match self.entries.iter().position(|(known, _)| known == name) {
            Some(at) => self.entries.remove(at),
            None => (name.to_owned(), new()),
        };
        if self.entries.len() >= self.size {
            self.entries.remove(0);
        }
        let at = self.entries.len();
        self.entries.push(entry);
        &self.entries[at].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_unused_for_longest_goes() {
        let mut recent = Recent::new(2);
        let mut made = Vec::new();
        for name in ["a", "b", "a", "c", "a", "b"] {
            recent.get_or_insert(name, || made.push(name));
        }
        assert_eq!(made, ["a", "b", "c", "b"]);
    }
}
