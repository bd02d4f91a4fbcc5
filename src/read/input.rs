//! Bytes with a look ahead: what every cutter reads from.
//!
//! An [`Input`] lets detection see the first bytes without consuming them, cuts records at a mark without ever holding
//! more than [`MAX_RECORD`], and treats a read that fails as the end: the cutters make the best of what came before,
//! and whoever opened the input asks [`Input::broken`] afterwards and reports it once.

use std::io::{self, Read};

use memchr::memmem::Finder;

/// The longest record, in bytes: one JSON line, one page, one story. A news story has some thousand bytes; a longer
/// record is no article, and is refused so that memory is bounded whatever comes.
pub const MAX_RECORD: usize = 32 << 20;

/// How many bytes detection looks at.
pub const HEAD: usize = 64 << 10;

/// A stream of bytes that can be looked into before it is consumed.
pub struct Input<'a> {
    from: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    /// The bytes before this one are consumed.
    start: usize,
    ended: bool,
    broken: Option<io::Error>,
    offset: u64,
    line: u64,
}

/// A record cut from an input.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut {
    Whole(Vec<u8>),
    /// Passed over, for it is longer than [`MAX_RECORD`]: its length.
    TooLong(u64),
}

impl<'a> Input<'a> {
    pub fn new(from: impl Read + 'a) -> Self {
        Input { from: Box::new(from), buffer: Vec::new(), start: 0, ended: false, broken: None, offset: 0, line: 1 }
    }

    /// The next `n` bytes, fewer only at the end, without consuming them.
    pub fn peek(&mut self, n: usize) -> &[u8] {
        while self.buffer.len() - self.start < n && self.more() {}
        let end = self.buffer.len().min(self.start + n);
        &self.buffer[self.start..end]
    }

    /// Why the input ended before its end, if it did.
    pub fn broken(&mut self) -> Option<io::Error> {
        self.broken.take()
    }

    /// Whether the input ended before its end.
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// How many bytes were consumed.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The line that the next byte is on, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    pub fn at_end(&mut self) -> bool {
        self.peek(1).is_empty()
    }

    /// The bytes up to and with the next `mark`, or to the end. `None` at the end.
    pub fn until(&mut self, mark: &Finder) -> Option<Cut> {
        let overlap = mark.needle().len().saturating_sub(1);
        let mut searched = 0;
        let mut passed = 0u64;
        loop {
            let ahead = &self.buffer[self.start..];
            if let Some(at) = mark.find(&ahead[searched..]) {
                let n = searched + at + mark.needle().len();
                return Some(self.cut(n, passed));
            }
            let n = ahead.len();
            if n > MAX_RECORD {
                // Keep the tail: the mark may begin in it.
                self.skip(n - overlap);
                passed += (n - overlap) as u64;
                searched = 0;
            } else {
                searched = n.saturating_sub(overlap);
            }
            if !self.more() {
                let n = self.buffer.len() - self.start;
                return (n > 0 || passed > 0).then(|| self.cut(n, passed));
            }
        }
    }

    /// The bytes of the first record, whose end `scan` finds: it is given all that is there and whether that is all
    /// there is, and answers with the record's length once it knows it. `None` at the end. A record without an end or
    /// beyond [`MAX_RECORD`] is what remains.
    pub fn scan(&mut self, mut scan: impl FnMut(&[u8], bool) -> Option<usize>) -> Option<Cut> {
        loop {
            let ended = self.ended;
            let ahead = &self.buffer[self.start..];
            if ahead.is_empty() && ended {
                return None;
            }
            if let Some(n) = scan(ahead, ended) {
                let n = n.min(ahead.len());
                return Some(self.cut(n, 0));
            }
            if ahead.len() > MAX_RECORD || ended {
                return self.rest();
            }
            self.more();
        }
    }

    /// All that remains. `None` at the end.
    pub fn rest(&mut self) -> Option<Cut> {
        while self.buffer.len() - self.start <= MAX_RECORD && self.more() {}
        let mut passed = 0;
        while self.buffer.len() - self.start > MAX_RECORD {
            let n = self.buffer.len() - self.start;
            self.skip(n);
            passed += n as u64;
            while self.buffer.len() - self.start <= MAX_RECORD && self.more() {}
        }
        let n = self.buffer.len() - self.start;
        (n > 0 || passed > 0).then(|| self.cut(n, passed))
    }

    /// Consumes `n` bytes that were seen.
    pub fn skip(&mut self, n: usize) {
        let end = self.buffer.len().min(self.start + n);
        let seen = &self.buffer[self.start..end];
        self.line += memchr::memchr_iter(b'\n', seen).count() as u64;
        self.offset += seen.len() as u64;
        self.start = end;
    }

    /// Passes over `n` bytes, seen or not.
    pub fn pass(&mut self, mut n: u64) {
        while n > 0 && !self.at_end() {
            let ahead = (self.buffer.len() - self.start) as u64;
            let step = ahead.min(n);
            self.skip(step as usize);
            n -= step;
        }
    }

    fn cut(&mut self, n: usize, passed: u64) -> Cut {
        let long = passed > 0 || n > MAX_RECORD;
        let cut = if long {
            Cut::TooLong(passed + n as u64)
        } else {
            Cut::Whole(self.buffer[self.start..self.start + n].to_vec())
        };
        self.skip(n);
        cut
    }

    /// Reads on; false at the end.
    fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let old = self.buffer.len();
        // Longer looks ahead read in longer strides, so that a long record is not copied over and over.
        self.buffer.resize(old + old.clamp(HEAD, 1 << 20), 0);
        let got = loop {
            match self.from.read(&mut self.buffer[old..]) {
                Ok(n) => break n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.broken = Some(e);
                    break 0;
                }
            }
        };
        self.buffer.truncate(old + got);
        self.ended = got == 0;
        !self.ended
    }
}

/// What is left, for decoders that sit on top. A failure below is passed on, once.
impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.buffer.len() == self.start && !self.more() {
            return self.broken.take().map_or(Ok(0), Err);
        }
        let n = out.len().min(self.buffer.len() - self.start);
        out[..n].copy_from_slice(&self.buffer[self.start..self.start + n]);
        self.skip(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> Option<Cut> {
        Some(Cut::Whole(bytes.to_vec()))
    }

    #[test]
    fn cuts_after_each_mark_and_counts_lines() {
        let mut input = Input::new(&b"one\ntwo\n\nfour"[..]);
        let mark = Finder::new("\n");
        assert_eq!(input.peek(3), b"one");
        assert_eq!(input.until(&mark), whole(b"one\n"));
        assert_eq!((input.line(), input.offset()), (2, 4));
        assert_eq!(input.until(&mark), whole(b"two\n"));
        assert_eq!(input.until(&mark), whole(b"\n"));
        assert_eq!(input.until(&mark), whole(b"four"));
        assert_eq!(input.until(&mark), None);
    }

    #[test]
    fn a_record_too_long_is_passed_over_and_the_next_is_read() {
        let long = MAX_RECORD as u64 + 3;
        let bytes = io::repeat(b'x').take(long).chain(&b"<>next<>"[..]);
        let mut input = Input::new(bytes);
        assert_eq!(input.until(&Finder::new("<>")), Some(Cut::TooLong(long + 2)));
        assert_eq!(input.until(&Finder::new("<>")), whole(b"next<>"));
        let mut input = Input::new(io::repeat(b'x').take(long));
        assert_eq!(input.rest(), Some(Cut::TooLong(long)));
    }

    #[test]
    fn a_failing_read_ends_the_input_and_is_told_once() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut input = Input::new((&b"abc"[..]).chain(Fails));
        assert_eq!(input.rest(), whole(b"abc"));
        assert_eq!(input.broken().map(|e| e.to_string()), Some("gone".to_string()));
        assert!(!input.is_broken());
    }
}
