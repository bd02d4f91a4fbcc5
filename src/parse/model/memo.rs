//! Sums of weights that were added up before.

/// A score for each label.
type Scores<const N: usize> = [i16; N];

/// Remembers sums of weights, a multiple of eight at a time, by the hash of all that they follow from. Each slot holds
/// the last that fell into it, so that what is frequent stays and memory is bounded. What is remembered is what would
/// be computed: no result depends on what was met before.
pub struct Memo<const N: usize> {
    slots: Box<[Slot<N>]>,
    shift: u32,
}

/// Whole lines of the cache.
#[derive(Clone)]
#[repr(align(64))]
struct Slot<const N: usize> {
    key: u64,
    scores: Scores<N>,
}

impl<const N: usize> Memo<N> {
    /// Room for two to the power of `bits` sums.
    pub fn new(bits: u32) -> Memo<N> {
        let shift = u64::BITS - bits;
        // Each slot begins with a key that belongs elsewhere.
        let slot = |at: u64| Slot { key: !(at << shift), scores: [0; N] };
        Memo { slots: (0..1 << bits).map(slot).collect(), shift }
    }

    /// Adds the scores of `key`, as computed by `add`, which adds them to what it is given.
    #[inline(always)]
    pub fn add(&mut self, key: u64, scores: &mut Scores<N>, add: impl FnOnce(&mut Scores<N>)) {
        let slot = &mut self.slots[(key >> self.shift) as usize];
        if slot.key != key {
            let mut sum = [0; N];
            add(&mut sum);
            *slot = Slot { key, scores: sum };
        }
        for (s, w) in scores.as_chunks_mut::<8>().0.iter_mut().zip(slot.scores.as_chunks::<8>().0) {
            s.iter_mut().zip(w).for_each(|(s, w)| *s += w);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_what_they_would_be_without() {
        let mut memo = Memo::<8>::new(3);
        let (mut computed, mut scores) = (0, [0; 8]);
        for key in [0, u64::MAX, 1 << 63, 0, 1, 0, 1 << 63] {
            let before = scores;
            memo.add(key, &mut scores, |s| {
                computed += 1;
                s[1] += (key >> 60) as i16 + 1;
            });
            assert_eq!(scores[..2], [0, before[1] + (key >> 60) as i16 + 1], "{key:x}");
        }
        assert_eq!(computed, 5, "0 and 1 drive each other out, 1 << 63 stays");
    }
}
