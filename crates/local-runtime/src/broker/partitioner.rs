//! Which partition a record goes to, exactly as sarama's `HashPartitioner` decides for the real sidecars.

/// FNV-1a over the key's bytes, taken as a signed number, modulo the partitions, without its sign.
pub(super) fn by_key(key: &[u8], partitions: u32) -> u32 {
    let hash = key
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    let signed = i64::from(hash.cast_signed());
    let partition = (signed % i64::from(partitions)).unsigned_abs();
    u32::try_from(partition).unwrap_or_default()
}

/// Any partition, for records without a key.
pub(super) fn random(partitions: u32) -> u32 {
    let (_, low) = uuid::Uuid::new_v4().as_u64_pair();
    u32::try_from(low % u64::from(partitions)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_sarama_does() {
        // FNV-1a of "a" is 0xe40c292c, negative as i32: -468965076 % 8 = -4.
        assert_eq!(by_key(b"a", 8), 4);
        // Of the empty key it is 0x811c9dc5: -2128831035 % 8 = -3.
        assert_eq!(by_key(b"", 8), 3);
    }

    #[test]
    fn stays_within_the_partitions() {
        for index in 0..1000 {
            assert!(by_key(format!("key-{index}").as_bytes(), 7) < 7);
            assert!(random(3) < 3);
        }
    }
}
