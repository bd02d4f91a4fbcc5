//! Numbers in as few bits as they need.
//!
//! Most numbers of an article are small: the next name is ten words on, a cue is one word. They are written in
//! exponential Golomb codes (Teuhola 1978): of order `k`, a number below 2^k takes k + 1 bits, one below 3 · 2^k two
//! more, and so on, so that a large one costs twice its logarithm and never runs away. The order is chosen by
//! what is usual in its place. The first bit is the lowest of the first byte.

use super::{Corrupt, Read};

/// Writes bits.
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, and how many.
    rest: u64,
    count: u32,
}

impl BitWriter {
    /// The lowest `count` bits of `value`; at most 32.
    pub fn bits(&mut self, value: u64, count: u32) {
        self.rest |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.rest as u8);
            self.rest >>= 8;
            self.count -= 8;
        }
    }

    pub fn flag(&mut self, value: bool) {
        self.bits(value.into(), 1);
    }

    /// A number in the code of order `k`.
    pub fn number(&mut self, value: u32, k: u32) {
        let value = u64::from(value) + (1 << k);
        let below = 63 - value.leading_zeros();
        // As many zeros as there are bits beyond the first k, a one, and the bits below the highest.
        self.bits(0, below - k);
        self.flag(true);
        self.bits(value & !(1 << below), below);
    }

    /// A number that may be negative, usually small.
    pub fn signed(&mut self, value: i32, k: u32) {
        self.number(((value << 1) ^ (value >> 31)) as u32, k);
    }

    pub fn into_bytes(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.rest as u8);
        }
        self.bytes
    }
}

/// Reads them back.
#[derive(Clone, Copy, Debug)]
pub struct BitReader<'b> {
    bytes: &'b [u8],
    rest: u64,
    count: u32,
}

impl<'b> BitReader<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        BitReader { bytes, rest: 0, count: 0 }
    }

    pub fn bits(&mut self, count: u32) -> Read<u64> {
        while self.count < count {
            let (&byte, tail) = self.bytes.split_first().ok_or(Corrupt)?;
            self.rest |= u64::from(byte) << self.count;
            self.bytes = tail;
            self.count += 8;
        }
        let value = self.rest & ((1 << count) - 1);
        self.rest >>= count;
        self.count -= count;
        Ok(value)
    }

    pub fn flag(&mut self) -> Read<bool> {
        Ok(self.bits(1)? == 1)
    }

    pub fn number(&mut self, k: u32) -> Read<u32> {
        let mut below = k;
        while !self.flag()? {
            below += 1;
            if below > 32 {
                return Err(Corrupt);
            }
        }
        let value = self.bits(below)? | 1 << below;
        (value - (1 << k)).try_into().map_err(|_| Corrupt)
    }

    pub fn signed(&mut self, k: u32) -> Read<i32> {
        let n = self.number(k)?;
        Ok((n >> 1) as i32 ^ -((n & 1) as i32))
    }

    /// How many bits are left, at most.
    pub fn left(&self) -> usize {
        self.bytes.len() * 8 + self.count as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn numbers_come_back(list in proptest::collection::vec((proptest::num::u32::ANY, 0u32..20, 0u32..16), 0..40)) {
            let mut out = BitWriter::default();
            for &(n, shift, k) in &list {
                out.number(n >> shift, k);
                out.signed(n as i32 >> shift, k);
                out.flag(n & 1 == 0);
            }
            let bytes = out.into_bytes();
            let mut input = BitReader::new(&bytes);
            for (n, shift, k) in list {
                assert_eq!(input.number(k), Ok(n >> shift));
                assert_eq!(input.signed(k), Ok(n as i32 >> shift));
                assert_eq!(input.flag(), Ok(n & 1 == 0));
            }
            assert!(input.left() < 8);
        }
    }
}
