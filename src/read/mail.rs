//! Mail: single messages (EML), mailboxes (mbox), and web pages saved as messages (MHTML).
//!
//! Read are the subject as the headline, the date, the sender as the source, the message id, and the text: the plain
//! part if there is one with words, else the HTML part. A saved page (`multipart/related` around HTML) is read as that
//! page. Encodings: quoted-printable, base64, encoded words in headers (RFC 2045, 2047), charsets of the parts.
//!
//! Not read: attachments, quoted replies are not told from the rest, encrypted mail.

use std::ops::ControlFlow;

use memchr::memmem::{self, Finder};

use super::input::{Cut, Input};
use super::record::{Documents, Records};
use super::{Place, encoding, html};
use crate::article::{Body, Notice, RawDocument};

/// How deep parts are nested in parts.
const MAX_PARTS: usize = 8;

const HEADERS: &[&str] = &[
    "delivered-to",
    "received",
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "return-path",
    "content-type",
    "reply-to",
    "sender",
    "content-transfer-encoding",
    "dkim-signature",
    "list-unsubscribe",
    "snapshot-content-location",
];

/// Whether this begins as a message does: with headers, or the line that opens a mailbox.
pub fn detect(start: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&start[..start.len().min(8192)]);
    let mut lines = head.lines();
    let mut known = 0;
    let mut first = true;
    for line in lines.by_ref().take(120) {
        if std::mem::take(&mut first) && line.starts_with("From ") {
            continue;
        }
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return false;
        }
        known += HEADERS.contains(&name.to_ascii_lowercase().as_str()) as usize;
    }
    known >= 3
}

/// A mailbox is cut where a message begins; everything else is one message.
pub fn cut(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    if !input.peek(5).starts_with(b"From ") {
        return match input.rest() {
            Some(whole) => out.push(input, whole, None),
            None => ControlFlow::Continue(()),
        };
    }
    let mark = Finder::new("\n\nFrom ");
    loop {
        let line = input.line();
        match input.until(&mark) {
            Some(Cut::Whole(mut message)) => {
                // What the mark took belongs to the next message.
                if message.ends_with(mark.needle()) {
                    message.truncate(message.len() - mark.needle().len());
                }
                out.push(input, Cut::Whole(message), Some(Place::Line(line)))?;
            }
            Some(long) => out.push(input, long, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let bytes = bytes.trim_ascii_start();
    // The line that opens a message in a mailbox is cut off or stands here.
    let bytes = match bytes.iter().position(|b| *b == b'\n') {
        Some(n) if !bytes[..n].contains(&b':') || bytes.starts_with(b"From ") => &bytes[n + 1..],
        _ => bytes,
    };
    let mut notices = Vec::new();
    let message = Part::new(bytes);
    let mut raw = RawDocument { format: "mail", ..RawDocument::default() };
    let mut texts = Texts::default();
    texts.collect(&message, 0);
    let saved = message.header("content-type").is_some_and(|c| c.to_lowercase().starts_with("multipart/related"))
        && (message.header("snapshot-content-location").is_some()
            || message.header("from").is_some_and(|f| f.contains("Saved by")));
    if let (true, Some(page)) = (saved, &texts.html) {
        raw = html::article(&page.decoded(&mut notices));
        raw.url =
            raw.url.or_else(|| message.header("snapshot-content-location")).or_else(|| page.header("content-location"));
    } else {
        raw.id = message.header("message-id").map(|id| id.trim_matches(['<', '>']).to_owned());
        raw.headline = message.header("subject").map(|s| words(&s)).filter(|s| !s.is_empty());
        raw.source = message.header("from").and_then(|f| sender(&words(&f)));
        let plain = texts.plain.as_ref().map(|p| p.decoded(&mut notices)).filter(|t| t.trim().len() > 1);
        raw.body = match (plain, &texts.html) {
            (Some(plain), _) => Body::Plain(plain),
            (None, Some(page)) => html::blocks(html::fragment(&page.decoded(&mut notices))),
            (None, None) => return out.problem("no-text", "is a message without a text"),
        };
    }
    raw.published = raw.published.or_else(|| message.header("date"));
    raw.notices.append(&mut notices);
    out.document(raw);
}

/// A message or one of its parts.
struct Part<'b> {
    headers: Vec<(String, String)>,
    body: &'b [u8],
}

/// The parts that hold the words.
#[derive(Default)]
struct Texts<'b> {
    plain: Option<Part<'b>>,
    html: Option<Part<'b>>,
}

impl<'b> Part<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let ends =
            [b"\r\n\r\n".as_slice(), b"\n\n"].iter().filter_map(|m| Some((memmem::find(bytes, m)?, m.len()))).min();
        let (head, body) = match ends {
            Some((at, n)) => (&bytes[..at], &bytes[at + n..]),
            None => (bytes, &bytes[bytes.len()..]),
        };
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in encoding::decode(head, None, &mut Vec::new()).lines() {
            match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (false, _, Some((name, value))) => headers.push((name.trim().to_lowercase(), value.trim().to_owned())),
                _ => {}
            }
        }
        Part { headers, body }
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).filter(|v| !v.is_empty())
    }

    fn kind(&self) -> String {
        let kind = self.header("content-type").unwrap_or_else(|| "text/plain".into());
        kind.split(';').next().unwrap_or_default().trim().to_lowercase()
    }

    /// A parameter of the content type: `boundary`, `charset`.
    fn parameter(&self, name: &str) -> Option<String> {
        let kind = self.header("content-type")?;
        kind.split(';').skip(1).find_map(|p| {
            let (key, value) = p.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
        })
    }

    fn decoded(&self, notices: &mut Vec<Notice>) -> String {
        let how = self.header("content-transfer-encoding").unwrap_or_default().to_lowercase();
        let bytes = match how.trim() {
            "quoted-printable" => quoted_printable(self.body),
            "base64" => base64(self.body),
            _ => self.body.to_vec(),
        };
        encoding::decode(&bytes, self.parameter("charset").as_deref(), notices)
    }
}

impl<'b> Texts<'b> {
    fn collect(&mut self, part: &Part<'b>, depth: usize) {
        if depth > MAX_PARTS {
            return;
        }
        let kind = part.kind();
        if kind.starts_with("multipart/") {
            let Some(boundary) = part.parameter("boundary") else { return };
            for inner in split(part.body, &format!("--{boundary}")) {
                self.collect(&Part::new(inner), depth + 1);
            }
            return;
        }
        if part.header("content-disposition").is_some_and(|d| d.to_lowercase().starts_with("attachment")) {
            return;
        }
        let copy = Part { headers: part.headers.clone(), body: part.body };
        match kind.as_str() {
            "text/plain" if self.plain.is_none() => self.plain = Some(copy),
            "text/html" if self.html.is_none() => self.html = Some(copy),
            _ => {}
        }
    }
}

/// What stands between the lines that begin with the boundary.
fn split<'b>(body: &'b [u8], boundary: &str) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    let starts: Vec<usize> =
        memmem::find_iter(body, boundary.as_bytes()).filter(|at| *at == 0 || body[at - 1] == b'\n').collect();
    for (i, at) in starts.iter().enumerate() {
        let from = at + boundary.len();
        if body[from..].starts_with(b"--") {
            break;
        }
        let from = memchr::memchr(b'\n', &body[from..]).map_or(body.len(), |n| from + n + 1);
        let to = starts.get(i + 1).copied().unwrap_or(body.len());
        parts.extend(body.get(from..to));
    }
    parts
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let hex = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&b, after)) = rest.split_first() {
        rest = after;
        if b != b'=' {
            out.push(b);
            continue;
        }
        match *after {
            [b'\r', b'\n', ..] => rest = &after[2..],
            [b'\n', ..] => rest = &after[1..],
            [high, low, ..] => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = &after[2..];
                }
                _ => out.push(b),
            },
            _ => out.push(b),
        }
    }
    out
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let value = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut n) = (0u32, 0);
    for v in bytes.iter().filter_map(|b| value(*b)) {
        bits = bits << 6 | v as u32;
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    out
}

/// A header with its encoded words decoded: `=?utf-8?Q?Caf=C3=A9?=`.
fn words(header: &str) -> String {
    let mut out = String::new();
    let mut rest = header;
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at(at);
        let mut parts = word[2..].splitn(4, '?');
        let (charset, how, text, after) = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(charset), Some(how), Some(text), Some(after)) =
            (charset, how, text, after.and_then(|a| a.strip_prefix('=')))
        else {
            break;
        };
        // Space between encoded words is not part of the text.
        let first = rest.len() == header.len();
        if !before.trim().is_empty() || (first && !out.is_empty()) {
            out.push_str(before);
        }
        let bytes = if how.eq_ignore_ascii_case("b") {
            base64(text.as_bytes())
        } else {
            quoted_printable(text.replace('_', " ").as_bytes())
        };
        out.push_str(&encoding::decode(&bytes, Some(charset), &mut Vec::new()));
        rest = after;
    }
    out.push_str(rest);
    html::squeezed(&out)
}

/// The name in `Name <address>`, else the address's domain.
fn sender(from: &str) -> Option<String> {
    let (name, address) = from.split_once('<').unwrap_or(("", from));
    let name = name.trim().trim_matches('"').trim();
    if !name.is_empty() {
        return Some(name.to_owned());
    }
    address.trim_end_matches('>').split_once('@').map(|(_, domain)| domain.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_encodings_and_encoded_words() {
        assert_eq!(quoted_printable(b"Caf=C3=A9 =\r\nnoir=\n 100=zz%"), "Café noir 100=zz%".as_bytes());
        assert_eq!(base64(b"Q2Fm\r\nw6k="), "Café".as_bytes());
        assert_eq!(words("=?utf-8?Q?Caf=C3=A9_noir?= =?utf-8?B?IQ==?= now"), "Café noir! now");
        assert_eq!(words("plain =? text"), "plain =? text");
        assert_eq!(sender("\"Harbour Post\" <a@b.example>").as_deref(), Some("Harbour Post"));
        assert_eq!(sender("a@b.example").as_deref(), Some("b.example"));
    }
}
