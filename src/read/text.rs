//! Plain text: one article a file, or a download from a press database, which holds many ([`super::download`]).
//!
//! Which line is the headline, which lines are one paragraph: that is the parser's to find out. Read are all encodings
//! that [`super::encoding`] knows. Not read: several articles in one file otherwise.

use super::record::Documents;
use super::{download, encoding};
use crate::article::{Body, RawDocument};

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut raw = RawDocument::default();
    let text = encoding::decode(bytes, out.charset(), &mut raw.notices);
    if text.trim().is_empty() {
        return out.problem("empty", "is empty");
    }
    if let Some(articles) = download::articles_of(&text) {
        return download::documents(articles, &raw.notices, None, out);
    }
    raw.body = Body::Plain(text);
    out.document(raw);
}
