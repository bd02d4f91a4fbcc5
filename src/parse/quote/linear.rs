//! A linear model over hashed features: the sum of the weights of what is seen.
//!
//! Features are 32-bit hashes made of small integers and word keys, never strings. A table of 2^20 signed bytes holds
//! the weights of all templates; collisions are rare enough to be noise that training has seen.

/// The number of weights is two to this power.
pub const BITS: u32 = 20;
pub const SIZE: usize = 1 << BITS;

/// The hash of a feature: which template, and its two values.
#[inline]
pub fn feature(template: u32, a: u32, b: u32) -> u32 {
    let mut h = (template.wrapping_mul(0x9e37_79b1))
        ^ a.wrapping_mul(0x85eb_ca77)
        ^ b.rotate_left(16).wrapping_mul(0xc2b2_ae3d);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 13;
    h >> (32 - BITS)
}

/// Trained weights.
#[derive(Clone, Copy)]
pub struct Linear<'w> {
    weights: &'w [u8],
    scale: f32,
}

impl<'w> Linear<'w> {
    /// Reads what training wrote: the scale as four bytes, little-endian, then a signed byte a weight.
    /// A table of another size is no model: all its weights are zero.
    pub fn read(bytes: &'w [u8]) -> Linear<'w> {
        match bytes.split_first_chunk::<4>() {
            Some((scale, weights)) if weights.len() == SIZE => Linear { weights, scale: f32::from_le_bytes(*scale) },
            _ => Linear { weights: &[], scale: 0.0 },
        }
    }

    pub fn score(&self, features: &[u32]) -> f32 {
        let sum: i32 = features.iter().map(|&f| self.weights.get(f as usize).map_or(0, |&w| w as i8 as i32)).sum();
        sum as f32 * self.scale
    }
}
