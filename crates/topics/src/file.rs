//! `dapr/topics.yaml`.

use std::path::Path;

use serde::Deserialize;

use crate::TopicsError;

/// Every topic of the suite.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsFile {
    /// Partitions of each. More of them later would give keys new partitions, and so break their order.
    pub partitions: u16,
    /// Their names.
    pub topics: Vec<String>,
}

impl TopicsFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`TopicsError::File`] naming the file and the place.
    pub fn read(path: &Path) -> Result<Self, TopicsError> {
        let fail = |detail: String| TopicsError::File { path: path.to_owned(), detail };
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        let file: Self = serde_saphyr::from_str(&text).map_err(|error| fail(error.to_string()))?;
        if file.partitions == 0 || file.topics.is_empty() {
            return Err(fail("it needs at least one partition and one topic".to_owned()));
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suites_own_file_can_be_read() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dapr/topics.yaml");
        let file = TopicsFile::read(&path).unwrap();
        assert_eq!(file.partitions, 8);
        assert!(file.topics.contains(&"task-events".to_owned()));
    }

    #[test]
    fn a_bad_file_is_named() {
        let path = std::env::temp_dir().join(format!("topics-{}.yaml", std::process::id()));
        for bad in ["partitions: 8", "partitions: 0\ntopics: [a]", "partitions: 8\ntopics: []"] {
            std::fs::write(&path, bad).unwrap();
            let error = TopicsFile::read(&path).unwrap_err().to_string();
            assert!(error.starts_with(&path.display().to_string()), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(TopicsFile::read(&path).is_err());
    }
}
