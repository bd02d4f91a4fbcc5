//! A zip archive from its beginning: for files that lost their end, and with it the directory that tells where the
//! members are.
//!
//! Each member has a header of its own before its bytes. What is deflated ends by itself, so such members are read
//! whole even where the header leaves their size to the directory; what is merely stored is read if its size is in the
//! header.
//!
//! Not read: encrypted members, other compressions, members behind one of unknown length.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::bufread::DeflateDecoder;

use super::input::Input;

/// What stands before a member.
pub struct Header {
    pub name: Vec<u8>,
    deflated: bool,
    size: Option<u64>,
}

/// Passes on to the next member, behind its header. `None` if there is none that can be read.
pub fn next(input: &mut Input) -> Option<Header> {
    // What tells the size of the member before, after it.
    if input.peek(4) == b"PK\x07\x08" {
        input.skip(16);
    }
    let fixed = input.peek(30);
    let short = |at: usize| fixed.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    if !fixed.starts_with(b"PK\x03\x04") {
        return None;
    }
    let (flags, method) = (short(6)?, short(8)?);
    let size = fixed.get(18..22).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))?;
    let (name, extra) = (short(26)? as usize, short(28)? as usize);
    let later = flags & 8 != 0;
    if flags & 1 != 0 || !(method == 8 || (method == 0 && !later)) || size == u32::MAX {
        return None;
    }
    let name = input.peek(30 + name).get(30..)?.to_vec();
    input.skip(30 + name.len() + extra);
    Some(Header { name, deflated: method == 8, size: (!later).then_some(size as u64) })
}

impl Header {
    /// The member's bytes, unpacked.
    pub fn content<'i, 'a: 'i>(&self, from: Ahead<'i, 'a>) -> Option<Box<dyn Read + 'i>> {
        match (self.deflated, self.size) {
            (true, Some(size)) => Some(Box::new(DeflateDecoder::new(from.take(size)))),
            (true, None) => Some(Box::new(DeflateDecoder::new(from))),
            (false, Some(size)) => Some(Box::new(from.take(size))),
            (false, None) => None,
        }
    }
}

/// An input of which nothing is taken but what is used, and that is counted: what follows a member stays where it is.
pub struct Ahead<'i, 'a> {
    pub input: &'i mut Input<'a>,
    pub taken: Rc<Cell<u64>>,
}

impl BufRead for Ahead<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.input.peek(4096))
    }

    fn consume(&mut self, n: usize) {
        self.input.skip(n);
        self.taken.set(self.taken.get() + n as u64);
    }
}

impl Read for Ahead<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}

/// Whether an archive that begins with this member is a file of an office program, of which a part is no article.
pub fn is_office(first: &[u8]) -> bool {
    matches!(first, b"[Content_Types].xml" | b"mimetype" | b"_rels/.rels")
}
