//! Weights by hashed feature.

use super::{Reader, Writer};
use std::io;

/// Keys in a bucket.
const WAYS: usize = 8;

/// A table of rows of `N` weights, found by a 32-bit key.
///
/// A text has more features than a cache holds rows, so that waiting for memory is most of the work. Keys stand apart
/// from rows, in buckets that are compared at one stroke, and rows without gaps; what is in no model has a row too, of
/// zeros. So nothing is guessed, and many look-ups are under way at a time.
pub struct Table<const N: usize> {
    /// Zero is an empty place; no feature has this key (see [`key`]). What finds its bucket full is in the next.
    buckets: Vec<Bucket>,
    /// The number of the row before each bucket's first.
    before: Vec<u32>,
    /// In the order of the buckets, behind the row of zeros.
    rows: Vec<[i8; N]>,
    /// From a key to its bucket.
    shift: u32,
}

#[derive(Clone, Copy)]
#[repr(align(32))]
struct Bucket([u32; WAYS]);

fn key(feature: u32) -> u32 {
    feature.max(1)
}

impl<const N: usize> Table<N> {
    /// Rows by key, each key once.
    pub fn new(rows: impl ExactSizeIterator<Item = (u32, [i8; N])>) -> Table<N> {
        // About half of the places stay empty, so that next to no bucket is full.
        let bits = (rows.len() / 4 + 1).next_power_of_two().ilog2().max(1);
        let shift = u32::BITS - bits;
        let mut buckets = vec![Bucket([0; WAYS]); 1 << bits];
        let mut placed: Vec<(usize, [i8; N])> = Vec::with_capacity(rows.len());
        for (feature, row) in rows {
            let mut at = (key(feature) >> shift) as usize;
            let way = loop {
                match buckets[at].0.iter().position(|k| *k == 0) {
                    Some(way) => break way,
                    None => at = (at + 1) % buckets.len(),
                }
            };
            buckets[at].0[way] = key(feature);
            placed.push((at * WAYS + way, row));
        }
        placed.sort_unstable_by_key(|(place, _)| *place);
        let filled = |b: &Bucket| b.0.iter().filter(|k| **k != 0).count() as u32;
        let before = buckets.iter().scan(0, |rows, b| Some(std::mem::replace(rows, *rows + filled(b)))).collect();
        let rows = std::iter::once([0; N]).chain(placed.into_iter().map(|(_, row)| row)).collect();
        Table { buckets, before, rows, shift }
    }

    /// The number of a feature's row; that of the zeros where it has none.
    #[inline(always)]
    fn find(&self, feature: u32) -> u32 {
        let key = key(feature);
        let mut at = (key >> self.shift) as usize;
        loop {
            let Bucket(keys) = &self.buckets[at];
            // Without a branch: at most one is equal.
            let way: u32 = keys.iter().zip(1..).map(|(k, n)| if *k == key { n } else { 0 }).sum();
            if way != 0 || keys[WAYS - 1] == 0 {
                return if way == 0 { 0 } else { self.before[at] + way };
            }
            at = (at + 1) % self.buckets.len();
        }
    }

    /// Adds the weights of these features to the scores: the last of each row, as many as there are scores. The list
    /// holds anything after.
    #[inline]
    pub fn add<const M: usize>(&self, features: &mut [u32], scores: &mut [i16; M]) {
        const { assert!(M <= N) };
        features.iter_mut().for_each(|f| *f = self.find(*f));
        let mut sum = *scores;
        for &row in features.iter() {
            let Some(weights) = self.rows[row as usize].last_chunk::<M>() else { return };
            // In steps that the compiler makes vectors of.
            for (s, w) in sum.as_chunks_mut::<8>().0.iter_mut().zip(weights.as_chunks::<8>().0) {
                s.iter_mut().zip(w).for_each(|(s, &w)| *s += w as i16);
            }
        }
        *scores = sum;
    }

    pub fn read(from: &mut Reader) -> io::Result<Table<N>> {
        let keys = from.keys()?;
        let rows = keys.iter().map(|&k| Ok((k, from.weights::<N>()?))).collect::<io::Result<Vec<_>>>()?;
        Ok(Table::new(rows.into_iter()))
    }

    pub fn write(&self, to: &mut Writer) {
        let keys = self.buckets.iter().flat_map(|b| b.0).filter(|k| *k != 0);
        let mut rows: Vec<_> = keys.zip(self.rows.iter().skip(1)).collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        to.keys(&rows.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        rows.iter().for_each(|(_, row)| to.weights(*row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_and_others_weigh_nothing() {
        // Some in one bucket, too many for it; among them the last, so that they go on in the first.
        let mixed = (1..1000u32).map(|i| i.wrapping_mul(2654435761));
        let crowded = (0..40).map(|i| u32::MAX - i).chain((1..20).map(|i| 0x7000_0000 + i));
        let keys: Vec<u32> = mixed.chain(crowded).collect();
        let rows: Vec<_> = keys.iter().map(|&k| (k, std::array::from_fn(|n| (k >> n) as i8))).collect();
        let mut to = Writer::default();
        Table::<16>::new(rows.clone().into_iter()).write(&mut to);
        let table = Table::<16>::read(&mut Reader::open(&to.pack().unwrap()).unwrap()).unwrap();
        for (key, row) in rows {
            let (mut all, mut last) = ([100; 16], [0; 8]);
            table.add(&mut [key, 12345, 12346], &mut all);
            table.add(&mut [key, key], &mut last);
            assert_eq!(all, row.map(|w| w as i16 + 100));
            assert_eq!(last, std::array::from_fn(|n| row[8 + n] as i16 * 2));
        }
    }
}
