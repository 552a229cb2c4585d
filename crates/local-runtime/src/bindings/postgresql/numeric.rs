//! PostgreSQL's binary `numeric` as decimal text.

use std::fmt::Write;

/// Header: number of base-10000 digits, weight of the first, sign, digits after the point. `None` if malformed.
pub(super) fn to_text(raw: &[u8]) -> Option<String> {
    let word = |index: usize| {
        let bytes = raw.get(index * 2..index * 2 + 2)?;
        Some(i16::from_be_bytes([bytes[0], bytes[1]]))
    };
    let (count, weight, sign, scale) = (word(0)?, word(1)?, word(2)?.cast_unsigned(), word(3)?);
    match sign {
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => {}
    }
    let digits: Vec<i16> =
        (0..usize::try_from(count).ok()?).map(|index| word(4 + index)).collect::<Option<_>>()?;
    let digit = |position: i32| {
        let index = i32::from(weight) - position;
        usize::try_from(index).ok().and_then(|index| digits.get(index)).copied().unwrap_or(0)
    };
    let mut text = String::new();
    if sign == 0x4000 {
        text.push('-');
    }
    if weight < 0 {
        text.push('0');
    } else {
        let _ = write!(text, "{}", digit(i32::from(weight)));
        for position in (0..i32::from(weight)).rev() {
            let _ = write!(text, "{:04}", digit(position));
        }
    }
    let scale = usize::try_from(scale).ok()?;
    if scale > 0 {
        let mut fraction = String::new();
        let mut position = -1;
        while fraction.len() < scale {
            let _ = write!(fraction, "{:04}", digit(position));
            position -= 1;
        }
        let _ = write!(text, ".{}", &fraction[..scale]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(words: &[i16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn decodes_whole_numbers_and_fractions() {
        assert_eq!(to_text(&encoded(&[0, 0, 0, 0])).unwrap(), "0");
        assert_eq!(to_text(&encoded(&[2, 1, 0, 0, 1, 2345])).unwrap(), "12345");
        assert_eq!(to_text(&encoded(&[1, -1, 0x4000, 3, 500])).unwrap(), "-0.050");
        assert_eq!(to_text(&encoded(&[1, 1, 0, 2, 7])).unwrap(), "70000.00");
        assert_eq!(to_text(&encoded(&[0, 0, 0xC000_u16.cast_signed(), 0])).unwrap(), "NaN");
    }
}
