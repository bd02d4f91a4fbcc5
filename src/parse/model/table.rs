//! Weights by hashed feature.

use super::{Reader, Writer};
use std::io;

/// A table of rows of `N` weights, found by a 32-bit key; open addressing, key and weights side by side so that a
/// look-up touches one place in memory.
pub struct Table<const N: usize> {
    slots: Vec<Slot<N>>,
    mask: usize,
}

#[derive(Clone, Copy)]
struct Slot<const N: usize> {
    /// Zero marks an empty slot; no feature has the key zero (see [`key`]).
    key: u32,
    weights: [i8; N],
}

fn key(feature: u32) -> u32 {
    feature.max(1)
}

impl<const N: usize> Table<N> {
    /// Rows by key; of rows with one key the last counts.
    pub fn new(rows: impl ExactSizeIterator<Item = (u32, [i8; N])>) -> Table<N> {
        let size = (rows.len() * 3 / 2 + 2).next_power_of_two();
        let mut table = Table { slots: vec![Slot { key: 0, weights: [0; N] }; size], mask: size - 1 };
        for (k, weights) in rows {
            let at = table.find(key(k));
            table.slots[at] = Slot { key: key(k), weights };
        }
        table
    }

    /// The slot of a key, or the empty slot where it would be.
    #[inline(always)]
    fn find(&self, key: u32) -> usize {
        let mut at = key as usize & self.mask;
        while self.slots[at].key != key && self.slots[at].key != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    /// Adds the weights of a feature to the scores.
    #[inline(always)]
    pub fn add(&self, feature: u32, scores: &mut [i16; N]) {
        let slot = &self.slots[self.find(key(feature))];
        for (s, &w) in scores.iter_mut().zip(&slot.weights) {
            *s += w as i16;
        }
    }

    pub fn read(from: &mut Reader) -> io::Result<Table<N>> {
        let keys = from.keys()?;
        let rows = keys.iter().map(|&k| Ok((k, from.weights::<N>()?))).collect::<io::Result<Vec<_>>>()?;
        Ok(Table::new(rows.into_iter()))
    }

    pub fn write(&self, to: &mut Writer) {
        let mut rows: Vec<&Slot<N>> = self.slots.iter().filter(|s| s.key != 0).collect();
        rows.sort_unstable_by_key(|s| s.key);
        to.keys(&rows.iter().map(|s| s.key).collect::<Vec<_>>());
        for row in rows {
            to.weights(&row.weights);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_and_others_weigh_nothing() {
        let rows = (0..1000u32).map(|i| (i.wrapping_mul(2654435761), [i as i8, -1]));
        let table = Table::<2>::new(rows.collect::<Vec<_>>().into_iter());
        let mut to = Writer::default();
        table.write(&mut to);
        let table = Table::<2>::read(&mut Reader::open(&to.pack().unwrap()).unwrap()).unwrap();
        let mut scores = [0i16; 2];
        table.add(7u32.wrapping_mul(2654435761), &mut scores);
        table.add(12345, &mut scores);
        assert_eq!(scores, [7, -1]);
    }
}
