//! Statistical models: what names and quotes share.
//!
//! A model is linear: every feature of a token is hashed to 32 bits and looked up in a [`Table`] of small integer
//! weights, one for each label; the rows that are found are summed and a structured decoder picks the best sequence.
//! Features are never spelled out as strings, and nothing is allocated for a token. Unknown features are absent from
//! the table and weigh nothing (a row is found by all 32 bits of its key, so that chance hits are rare). Most features
//! come in groups that follow from one word or two: a [`Memo`] spares looking them up again.
//!
//! Models are trained by `newsdex-train` (feature `train`), written by [`Writer`], compressed, compiled into the binary
//! and unpacked once, when the first article asks for them.

mod bytes;
mod memo;
mod table;

pub use bytes::{Reader, Writer};
pub use memo::Memo;
pub use table::Table;

/// The hash of one feature: a template's number and a value.
#[inline(always)]
pub fn feature(template: u32, value: u64) -> u32 {
    let x = (value ^ (template as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
}

/// Two values as one, for features that are conjunctions. Not symmetric.
#[inline(always)]
pub fn pair(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ 0x2545_f491_4f6c_dd1d).wrapping_mul(0x9fb2_1c65_1e98_df25)
        ^ b.wrapping_mul(0xff51_afd7_ed55_8ccd)
}

/// The hash of a word (FNV's constants over the bytes, mixed at the end).
#[inline(always)]
pub fn hash(bytes: &[u8]) -> u64 {
    let mut hash = Hash::default();
    bytes.iter().for_each(|b| hash.add(*b));
    hash.end()
}

/// A [`hash`] in the making, byte by byte.
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    #[inline(always)]
    pub fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
    }

    #[inline(always)]
    pub fn end(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}
