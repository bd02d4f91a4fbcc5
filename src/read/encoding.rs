//! From bytes to Unicode.
//!
//! A byte-order mark decides; else what is valid UTF-8 is UTF-8, whatever it declares, for text in another encoding is
//! hardly ever valid UTF-8 by chance; else the declared charset; else chardetng's guess. Text that is UTF-8 but for
//! a few bytes stays UTF-8, and those bytes are read as Windows-1252, which is how such mixtures come about.
//!
//! Mojibake (text decoded wrongly before it came here) is not repaired here: see `parse`.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::article::Notice;

/// Decodes a record. `declared` is the charset's name as the format gives it.
pub fn decode(bytes: &[u8], declared: Option<&str>, notices: &mut Vec<Notice>) -> String {
    if let Some((encoding, n)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[n..], notices);
    }
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // Escape-coded encodings look like ASCII.
    if let Some(encoding) = declared.filter(|e| !e.is_ascii_compatible() && !e.name().starts_with("UTF-16")) {
        return with(encoding, bytes, notices);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if mostly_utf8(bytes) {
        return mixed(bytes, notices);
    }
    let encoding = declared.filter(|e| *e != UTF_8).unwrap_or_else(|| guess(bytes));
    with(encoding, bytes, notices)
}

/// The charset of a file of many records, from its beginning: a single record may be too short to tell.
pub fn charset(head: &[u8]) -> Option<&'static str> {
    // The head may end inside a character.
    let cut = std::str::from_utf8(head).is_err_and(|e| e.error_len().is_some());
    (cut && !mostly_utf8(head)).then(|| guess(head).name())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(encoding) = utf16(bytes) {
        return encoding;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

fn with(encoding: &'static Encoding, bytes: &[u8], notices: &mut Vec<Notice>) -> String {
    let (text, errors) = encoding.decode_without_bom_handling(bytes);
    if errors {
        let n = text.matches('\u{fffd}').count();
        notices.push(Notice::new(
            "decode-errors",
            format!("{n} places are not valid {} and were replaced by U+FFFD", encoding.name()),
        ));
    }
    text.into_owned()
}

/// Whether more of the characters beyond ASCII are UTF-8 than not.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += chunk.invalid().len();
    }
    good > bad
}

fn mixed(bytes: &[u8], notices: &mut Vec<Notice>) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut n = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            n += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    notices.push(Notice::new(
        "decode-errors",
        format!("{n} places in this UTF-8 text are not UTF-8 and were read as Windows-1252"),
    ));
    text
}

/// A stream in another encoding, as UTF-8.
pub struct Transcoded<R> {
    from: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    pub fn new(from: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Transcoded { from, decoder, raw: vec![0; 16 << 10], ready: Vec::new(), at: 0, ended: false }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            let got = self.from.read(&mut self.raw)?;
            self.ended = got == 0;
            let most = self.decoder.max_utf8_buffer_length(got).unwrap_or(got * 3 + 16);
            self.ready.resize(most, 0);
            let (_, _, n, _) = self.decoder.decode_to_utf8(&self.raw[..got], &mut self.ready, self.ended);
            self.ready.truncate(n);
            self.at = 0;
        }
        let n = out.len().min(self.ready.len() - self.at);
        out[..n].copy_from_slice(&self.ready[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

pub fn skip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// UTF-16, told by its mark or, in text that is mostly ASCII, by where the zeros are.
pub fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => {
            let head = &head[..head.len().min(1024) & !1];
            let zeros = |odd| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
            let most = head.len() / 2 * 7 / 10;
            match (zeros(0), zeros(1)) {
                (0, n) if n > most && n > 2 => Some(UTF_16LE),
                (n, 0) if n > most && n > 2 => Some(UTF_16BE),
                _ => None,
            }
        }
    }
}

/// Whether this is no text in any encoding: it has zero bytes, or is full of control characters.
pub fn is_binary(head: &[u8]) -> bool {
    if utf16(head).is_some() {
        return false;
    }
    let controls = head.iter().filter(|b| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    let zeros = memchr::memchr_iter(0, head).count();
    // Where all bytes are equally frequent (packed, encrypted), 27 of 256 are control characters; in wire copy up to
    // 18.
    zeros * 50 > head.len() || controls * 11 > head.len()
}

/// Removes control characters but tabs and line breaks; form feeds and vertical tabs break lines. Returns how many.
///
/// U+0080–U+009F stay: in practice they are Windows-1252 misread, which `parse` repairs.
pub fn strip_controls(text: &mut String) -> usize {
    let odd = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7f;
    if !text.bytes().any(odd) {
        return 0;
    }
    let mut n = 0;
    *text = text
        .chars()
        .filter_map(|c| match c {
            '\x0b' | '\x0c' => Some('\n'),
            c if c.is_ascii() && odd(c as u8) => {
                n += 1;
                None
            }
            c => Some(c),
        })
        .collect();
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], declared: Option<&str>, text: &str, codes: &[&str]) {
        let mut notices = Vec::new();
        assert_eq!(decode(bytes, declared, &mut notices), text);
        assert_eq!(notices.iter().map(|n| &*n.code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn bytes_become_the_text_that_was_meant() {
        check("Café".as_bytes(), None, "Café", &[]);
        check("Café".as_bytes(), Some("iso-8859-1"), "Café", &[]);
        check(b"Caf\xe9 \x93noir\x94", None, "Café “noir”", &[]);
        check(b"\xff\xfeC\0a\0f\0\xe9\0", None, "Café", &[]);
        check(b"\xef\xbb\xbfCaf\xc3\xa9", None, "Café", &[]);
        check(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251"), "Привет", &[]);
        check("Überfälle – früh \u{e9}".as_bytes(), None, "Überfälle – früh é", &[]);
        check(b"\xc3\x9cberf\xc3\xa4lle, caf\xe9", None, "Überfälle, café", &["decode-errors"]);
        check(b"\x1b$B%K%e!<%9\x1b(B", Some("iso-2022-jp"), "ニュース", &[]);
    }

    #[test]
    fn control_characters_go_and_lines_stay() {
        let mut text = "a\u{3}b\tc\r\nd\u{c}e\u{7f}".to_string();
        assert_eq!(strip_controls(&mut text), 2);
        assert_eq!(text, "ab\tc\r\nd\ne");
    }

    #[test]
    fn text_is_not_binary() {
        assert!(!is_binary("Ünicode\n".as_bytes()));
        assert!(!is_binary(b"w\0i\0d\0e\0"));
        let any: Vec<u8> = (0..=255).collect();
        assert!(is_binary(&any[1..].repeat(9)), "packed or encrypted");
        assert!(is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0"));
    }
}
