//! Models as bytes: little-endian numbers and lists with their lengths, compressed as a whole.

use std::io;

/// Reads what [`Writer`] wrote.
pub struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    /// Unpacks a compressed model. The model is part of the binary, so that damage is a fault of the build.
    pub fn open(packed: &[u8]) -> io::Result<Reader> {
        Ok(Reader { bytes: zstd::decode_all(packed)?, at: 0 })
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let part = self.bytes.get(self.at..self.at + N).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.at += N;
        part.try_into().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    pub fn u8(&mut self) -> io::Result<u8> {
        Ok(self.take::<1>()?[0])
    }

    pub fn u16(&mut self) -> io::Result<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> io::Result<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub fn f32(&mut self) -> io::Result<f32> {
        self.take().map(f32::from_le_bytes)
    }

    /// A run of weights.
    pub fn weights<const N: usize>(&mut self) -> io::Result<[i8; N]> {
        self.take::<N>().map(|w| w.map(|b| b as i8))
    }

    /// Keys in ascending order.
    pub fn keys(&mut self) -> io::Result<Vec<u32>> {
        let n = self.u32()? as usize;
        let mut last = 0u32;
        (0..n)
            .map(|_| {
                last = last.wrapping_add(self.u32()?);
                Ok(last)
            })
            .collect()
    }
}

/// Writes a model.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn u8(&mut self, n: u8) {
        self.bytes.push(n);
    }

    pub fn u16(&mut self, n: u16) {
        self.bytes.extend(n.to_le_bytes());
    }

    pub fn u32(&mut self, n: u32) {
        self.bytes.extend(n.to_le_bytes());
    }

    pub fn f32(&mut self, n: f32) {
        self.bytes.extend(n.to_le_bytes());
    }

    pub fn weights(&mut self, w: &[i8]) {
        self.bytes.extend(w.iter().map(|&b| b as u8));
    }

    /// Keys, which must be in ascending order: their differences pack well.
    pub fn keys(&mut self, keys: &[u32]) {
        self.u32(keys.len() as u32);
        let mut last = 0u32;
        for &k in keys {
            self.u32(k.wrapping_sub(last));
            last = k;
        }
    }

    /// The compressed model.
    pub fn pack(&self) -> io::Result<Vec<u8>> {
        zstd::encode_all(&self.bytes[..], 19)
    }
}
