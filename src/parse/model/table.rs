//! Weights by hashed feature.

use super::{Reader, Writer};
use std::io;

/// A table of rows of `N` weights, found by a 32-bit key; open addressing. Most features of a text are in no model:
/// keys stand by themselves, close together in the cache, so that learning this costs little.
pub struct Table<const N: usize> {
    /// Zero marks an empty slot; no feature has the key zero (see [`key`]).
    keys: Vec<u32>,
    rows: Vec<[i8; N]>,
    mask: usize,
}

fn key(feature: u32) -> u32 {
    feature.max(1)
}

impl<const N: usize> Table<N> {
    /// Rows by key; of rows with one key the last counts.
    pub fn new(rows: impl ExactSizeIterator<Item = (u32, [i8; N])>) -> Table<N> {
        let size = (rows.len() * 3 / 2 + 2).next_power_of_two();
        let mut table = Table { keys: vec![0; size], rows: vec![[0; N]; size], mask: size - 1 };
        for (k, weights) in rows {
            let at = table.find(key(k));
            table.keys[at] = key(k);
            table.rows[at] = weights;
        }
        table
    }

    /// The slot of a key, or the empty slot where it would be.
    #[inline(always)]
    fn find(&self, key: u32) -> usize {
        let mut at = key as usize & self.mask;
        while self.keys[at] != key && self.keys[at] != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    /// Adds the weights of a feature to the scores.
    #[inline(always)]
    pub fn add(&self, feature: u32, scores: &mut [i16; N]) {
        let at = self.find(key(feature));
        if self.keys[at] != 0 {
            for (s, &w) in scores.iter_mut().zip(&self.rows[at]) {
                *s += w as i16;
            }
        }
    }

    pub fn read(from: &mut Reader) -> io::Result<Table<N>> {
        let keys = from.keys()?;
        let rows = keys.iter().map(|&k| Ok((k, from.weights::<N>()?))).collect::<io::Result<Vec<_>>>()?;
        Ok(Table::new(rows.into_iter()))
    }

    pub fn write(&self, to: &mut Writer) {
        let mut slots: Vec<usize> = (0..self.keys.len()).filter(|&at| self.keys[at] != 0).collect();
        slots.sort_unstable_by_key(|&at| self.keys[at]);
        to.keys(&slots.iter().map(|&at| self.keys[at]).collect::<Vec<_>>());
        slots.iter().for_each(|&at| to.weights(&self.rows[at]));
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
