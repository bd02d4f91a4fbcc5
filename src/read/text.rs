//! Plain text: one article a file.
//!
//! Which line is the headline, which lines are one paragraph: that is the parser's to find out. Read are all encodings
//! that [`super::encoding`] knows. Not read: several articles in one file.

use super::encoding;
use super::record::Documents;
use crate::article::{Body, RawDocument};

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut raw = RawDocument::default();
    let text = encoding::decode(bytes, out.charset(), &mut raw.notices);
    if text.trim().is_empty() {
        return out.problem("empty", "is empty");
    }
    raw.body = Body::Plain(text);
    out.document(raw);
}
