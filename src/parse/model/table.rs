//! Weights by hashed feature.

use super::{Reader, Writer};
use std::io;

/// A table of rows of `N` weights, found by a 32-bit key; open addressing. Keys stand by themselves, close together in
/// the cache, and rows without gaps.
pub struct Table<const N: usize> {
    /// Keys with their rows' numbers. Zero marks an empty slot; no feature has the key zero (see [`key`]).
    slots: Vec<(u32, u32)>,
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
        let mut table = Table { slots: vec![(0, 0); size], rows: Vec::with_capacity(rows.len()), mask: size - 1 };
        for (k, weights) in rows {
            let at = table.find(key(k));
            table.slots[at] = (key(k), table.rows.len() as u32);
            table.rows.push(weights);
        }
        table
    }

    /// The slot of a key, or the empty slot where it would be.
    #[inline(always)]
    fn find(&self, key: u32) -> usize {
        let mut at = key as usize & self.mask;
        while self.slots[at].0 != key && self.slots[at].0 != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    /// The weights of a feature.
    #[inline(always)]
    pub fn row(&self, feature: u32) -> Option<&[i8; N]> {
        let (key, row) = self.slots[self.find(key(feature))];
        if key == 0 { None } else { self.rows.get(row as usize) }
    }

    pub fn read(from: &mut Reader) -> io::Result<Table<N>> {
        let keys = from.keys()?;
        let rows = keys.iter().map(|&k| Ok((k, from.weights::<N>()?))).collect::<io::Result<Vec<_>>>()?;
        Ok(Table::new(rows.into_iter()))
    }

    pub fn write(&self, to: &mut Writer) {
        let mut slots: Vec<_> = self.slots.iter().filter(|(key, _)| *key != 0).collect();
        slots.sort_unstable();
        to.keys(&slots.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        slots.iter().filter_map(|(_, row)| self.rows.get(*row as usize)).for_each(|row| to.weights(row));
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
        assert_eq!(table.row(7u32.wrapping_mul(2654435761)), Some(&[7, -1]));
        assert_eq!(table.row(12345), None);
    }
}
