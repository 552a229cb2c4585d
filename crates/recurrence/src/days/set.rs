//! The candidate days of one period as a row of bits.

use crate::calendar::Day;

const WORDS: usize = 6;

/// Days of one period: bit `n` stands for `base + n`. A year and a day on either side fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct DaySet {
    base: Day,
    words: [u64; WORDS],
    used: usize,
}

impl DaySet {
    /// Up to 64 days.
    pub(super) const fn short(base: Day, bits: u64) -> Self {
        let mut words = [0; WORDS];
        words[0] = bits;
        Self { base, words, used: 1 }
    }

    /// An empty set for a year of days.
    pub(super) const fn year(base: Day) -> Self {
        Self { base, words: [0; WORDS], used: WORDS }
    }

    /// Adds the days whose bits are set, bit 0 being `from`.
    pub(super) fn add(&mut self, from: Day, bits: u64) {
        let offset = usize::try_from(from.0 - self.base.0).unwrap_or(0);
        let (word, shift) = (offset / 64, offset % 64);
        self.words[word] |= bits << shift;
        if shift > 0 && word + 1 < WORDS {
            self.words[word + 1] |= bits >> (64 - shift);
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.words[..self.used].iter().map(|word| word.count_ones()).sum()
    }

    /// The days later than `after`.
    pub(super) fn after(mut self, after: Day) -> Self {
        let first = i64::from(after.0) + 1 - i64::from(self.base.0);
        for (index, word) in self.words[..self.used].iter_mut().enumerate() {
            let drop = first - 64 * index as i64;
            *word = match drop {
                ..=0 => *word,
                1..=63 => *word & (u64::MAX << drop),
                _ => 0,
            };
        }
        self
    }

    /// The `n`-th day, from 0.
    pub(super) fn nth(&self, mut n: u32) -> Option<Day> {
        for (index, word) in self.words[..self.used].iter().enumerate() {
            if n < word.count_ones() {
                let bits = (0..n).fold(*word, |bits, _| bits & (bits - 1));
                return Some(self.base.plus(index as i32 * 64 + bits.trailing_zeros() as i32));
            }
            n -= word.count_ones();
        }
        None
    }

    pub(super) fn last(&self) -> Option<Day> {
        self.nth(self.count().checked_sub(1)?)
    }

    /// The days at these positions, 1 being the first and -1 the last (BYSETPOS).
    pub(super) fn at_positions(&self, positions: &[i16]) -> Self {
        let count = self.count();
        let mut kept = Self { words: [0; WORDS], ..*self };
        for position in positions {
            let distance = u32::from(position.unsigned_abs());
            let index = match position {
                1.. => Some(distance - 1),
                _ => count.checked_sub(distance),
            };
            if let Some(day) = index.and_then(|index| self.nth(index)) {
                kept.add(day, 1);
            }
        }
        kept
    }
}
