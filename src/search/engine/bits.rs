//! A set of articles within one window.

/// Articles in a window.
pub const WINDOW: u32 = 4096;
const WORDS: usize = WINDOW as usize / 64;

/// One bit an article of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits([u64; WORDS]);

impl Bits {
    pub fn none() -> Bits {
        Bits([0; WORDS])
    }

    /// The first `len` articles.
    pub fn first(len: u32) -> Bits {
        let mut bits = Bits::none();
        for (i, word) in bits.0.iter_mut().enumerate() {
            let left = len.saturating_sub(i as u32 * 64);
            *word = if left >= 64 { u64::MAX } else { (1u64 << left) - 1 };
        }
        bits
    }

    pub fn insert(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub fn contains(&self, at: u32) -> bool {
        self.0.get(at as usize / 64).is_some_and(|w| w & (1 << (at % 64)) != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }

    pub fn len(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    pub fn keep(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    pub fn add(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub fn remove(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }

    /// The articles, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().enumerate().flat_map(|(i, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(i as u32 * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_articles() {
        let mut a = Bits::first(130);
        assert_eq!((a.len(), a.contains(129), a.contains(130)), (130, true, false));
        let mut b = Bits::none();
        [3, 64, 4095].into_iter().for_each(|i| b.insert(i));
        assert_eq!(b.iter().collect::<Vec<_>>(), [3, 64, 4095]);
        a.keep(&b);
        assert_eq!(a.iter().collect::<Vec<_>>(), [3, 64]);
        b.remove(&a);
        assert_eq!(b.iter().collect::<Vec<_>>(), [4095]);
        assert_eq!(Bits::first(WINDOW).len(), WINDOW);
    }
}
