//! Web archives: WARC (ISO 28500, also CC-NEWS) and its forerunner ARC.
//!
//! Read are responses, resources and conversions that are pages or plain text, with the address and time of capture,
//! and the HTTP answer unwrapped: chunks put together, gzip, deflate and zstd undone. What is not a page (pictures,
//! scripts, redirects, errors, requests) is counted and told in one line.
//!
//! Broken archives are common: wrong lengths, headers with odd line ends, addresses with spaces, bodies that claim to
//! be in chunks and are not. Where a record does not begin as it should, the next that does is sought.
//!
//! Not read: revisit records (they hold no text), brotli, pages in several records.

use std::io::Read;
use std::ops::ControlFlow;

use memchr::memmem::{self, Finder};

use super::input::{Cut, Input, MAX_RECORD};
use super::record::{Documents, Records};
use super::{Place, encoding, html};
use crate::article::{Body, RawDocument};

/// How long the header of a record may be.
const MAX_HEADER: usize = 16 << 10;

pub fn detect(start: &[u8]) -> bool {
    start.starts_with(b"WARC/") || start.starts_with(b"filedesc://")
}

/// The header of a record, and of the HTTP answer inside.
#[derive(Debug, Default)]
struct Header {
    fields: Vec<(String, String)>,
    /// The first line: `WARC/1.0`, `HTTP/1.1 200 OK`.
    first: String,
    /// How many bytes it takes, with the empty line.
    size: usize,
}

impl Header {
    /// The header at the start of `bytes`. `None` if it does not end in them.
    fn parse(bytes: &[u8]) -> Option<Header> {
        let head = &bytes[..bytes.len().min(MAX_HEADER)];
        let ends = [b"\r\n\r\n".as_slice(), b"\n\n", b"\n\r\n"];
        let (at, n) = ends.iter().filter_map(|m| Some((memmem::find(head, m)?, m.len()))).min()?;
        let text = String::from_utf8_lossy(&head[..at]);
        let mut lines = text.lines();
        let first = lines.next()?.to_owned();
        let fields =
            lines.filter_map(|l| l.split_once(':')).map(|(n, v)| (n.trim().to_lowercase(), v.trim().to_owned()));
        Some(Header { fields: fields.collect(), first, size: at + n })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    fn kind(&self) -> String {
        self.get("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().to_lowercase()
    }
}

pub fn cut(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    let (read, passed) = if input.peek(5) == b"WARC/" { cut_warc(input, out)? } else { cut_arc(input, out)? };
    if passed > 0 {
        let all = read + passed;
        let what = format!("of {all} records, {read} are pages; the others are pictures, scripts, redirects, requests");
        out.pass("not-pages", what)?;
    }
    ControlFlow::Continue(())
}

/// How many records were handed on and how many not.
type Counted = (u64, u64);

fn cut_warc(input: &mut Input, out: &mut Records) -> ControlFlow<(), Counted> {
    let next = Finder::new("WARC/1.");
    let (mut read, mut passed, mut bad) = (0, 0, None);
    while !input.at_end() {
        let gap = input.peek(64).iter().take_while(|b| b.is_ascii_whitespace()).count();
        if gap > 0 {
            input.skip(gap);
            continue;
        }
        let at = input.offset();
        let header = Header::parse(input.peek(MAX_HEADER));
        let searched = header.as_ref().map_or(MAX_HEADER / 2, |h| h.size);
        let length = header.as_ref().and_then(|h| h.get("content-length")).and_then(|l| l.parse::<u64>().ok());
        let (Some(header), Some(length), b"WARC/") = (header, length, input.peek(5)) else {
            bad.get_or_insert(at);
            // What was searched for a header in vain is not searched again.
            let seen = if input.peek(5) == b"WARC/" { searched } else { 1 };
            input.skip(seen);
            seek(input, &next);
            continue;
        };
        let typed = matches!(header.get("warc-type"), Some("response" | "resource" | "conversion"));
        if length > MAX_RECORD as u64 {
            input.pass(header.size as u64 + length);
            passed += 1;
            continue;
        }
        let whole = header.size + length as usize;
        if typed && is_page(&header, input.peek(header.size + MAX_HEADER.min(length as usize))) {
            read += 1;
            let bytes = input.peek(whole).to_vec();
            input.skip(whole);
            out.push(input, Cut::Whole(bytes), Some(Place::Byte(at)))?;
        } else {
            passed += 1;
            input.pass(whole as u64);
        }
    }
    if let Some(at) = bad {
        let what = "is no WARC record with a length; here, and perhaps further on, the next was sought";
        out.problem("bad-record", Some(Place::Byte(at)), what)?;
    }
    ControlFlow::Continue((read, passed))
}

/// Moves to the next mark, or the end.
fn seek(input: &mut Input, mark: &Finder) {
    let n = mark.needle().len();
    loop {
        let ahead = input.peek(MAX_HEADER);
        match mark.find(ahead) {
            Some(at) => return input.skip(at),
            None if ahead.len() < MAX_HEADER => {
                let rest = ahead.len();
                return input.skip(rest);
            }
            None => input.skip(MAX_HEADER - n),
        }
    }
}

/// Whether a record holds a page or text, as far as its beginning tells.
fn is_page(header: &Header, start: &[u8]) -> bool {
    if header
        .get("warc-target-uri")
        .is_some_and(|u| ["dns:", "metadata:"].iter().any(|s| u.trim_matches(['<', '>']).starts_with(s)))
    {
        return false;
    }
    let kind = header.kind();
    let body = start.get(header.size..).unwrap_or_default();
    if kind.starts_with("application/http") || body.starts_with(b"HTTP/") {
        return Header::parse(body).is_some_and(|http| is_answer(&http));
    }
    is_text(&kind)
}

fn is_text(kind: &str) -> bool {
    matches!(kind, "text/html" | "application/xhtml+xml" | "text/plain")
}

fn is_answer(http: &Header) -> bool {
    http.first.split_whitespace().nth(1) == Some("200") && is_text(&http.kind())
}

/// ARC: a line of address, host, date, type and length, then so many bytes.
fn cut_arc(input: &mut Input, out: &mut Records) -> ControlFlow<(), Counted> {
    let (mut read, mut passed) = (0, 0);
    while !input.at_end() {
        let at = input.offset();
        let head = input.peek(MAX_HEADER);
        let end = memchr::memchr(b'\n', head).map_or(head.len(), |n| n + 1);
        let line = String::from_utf8_lossy(&head[..end]).into_owned();
        if line.trim().is_empty() {
            input.skip(end);
            continue;
        }
        let Some(arc) = Arc::parse(&line) else {
            input.skip(end);
            // The lines of a block whose length is wrong are not told one by one.
            if line.contains("://") && !line.starts_with("filedesc") {
                out.problem("bad-record", Some(Place::Byte(at)), "is an ARC record without a length; passed over")?;
            }
            continue;
        };
        let whole = end as u64 + arc.length;
        if whole > MAX_RECORD as u64 || line.starts_with("filedesc") {
            passed += !line.starts_with("filedesc") as u64;
            input.pass(whole);
            continue;
        }
        let bytes = input.peek(whole as usize);
        let http = Header::parse(&bytes[end..]);
        if http.is_some_and(|h| h.first.starts_with("HTTP/") && is_answer(&h)) {
            read += 1;
            let bytes = bytes.to_vec();
            input.skip(whole as usize);
            out.push(input, Cut::Whole(bytes), Some(Place::Byte(at)))?;
        } else {
            passed += 1;
            input.skip(whole as usize);
        }
    }
    ControlFlow::Continue((read, passed))
}

/// The line that opens a record of an ARC file.
struct Arc {
    url: String,
    date: String,
    length: u64,
}

impl Arc {
    /// Read from the right: addresses may hold spaces.
    fn parse(line: &str) -> Option<Arc> {
        let mut fields = line.trim_end().rsplitn(5, ' ');
        let (length, _kind, date, _host) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let url = fields.next()?.to_owned();
        let dated = date.len() >= 8 && date.bytes().all(|b| b.is_ascii_digit());
        (dated && url.contains(':')).then_some(Arc { url, date: date.to_owned(), length: length.parse().ok()? })
    }
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let (url, date, block, kind) = if bytes.starts_with(b"WARC/") {
        let Some(header) = Header::parse(bytes) else {
            return out.problem("bad-record", "is a WARC record without a header");
        };
        let url = header.get("warc-target-uri").map(|u| u.trim_matches(['<', '>']).to_owned());
        let date = header.get("warc-date").map(str::to_owned);
        (url, date, &bytes[header.size..], header.kind())
    } else {
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |n| n + 1);
        let arc = Arc::parse(&String::from_utf8_lossy(&bytes[..end]));
        let (url, date) = arc.map(|a| (a.url, a.date)).unzip();
        (url, date, &bytes[end..], String::new())
    };
    let captured = date.as_deref().and_then(captured);
    let mut raw = if block.starts_with(b"HTTP/") {
        let Some(http) = Header::parse(block) else {
            return out.problem("bad-record", "is an answer without a header");
        };
        match payload(&http, &block[http.size..]) {
            Ok(payload) => document(&payload, &http.kind(), http.get("content-type")),
            Err(why) => return out.problem("bad-record", why),
        }
    } else {
        document(block, &kind, None)
    };
    let empty = match &raw.body {
        Body::Plain(text) => text.trim().is_empty(),
        Body::Blocks(blocks) => blocks.is_empty(),
        Body::Article(_) => false,
    };
    if empty && raw.headline.is_none() {
        return out.pass("no-article", "is a page without a text");
    }
    raw.url = raw.url.or(url);
    raw.modified = captured;
    out.document(raw);
}

/// When a page was captured: `2017-03-06T04:03:53Z`, `20140216050221`.
fn captured(date: &str) -> Option<jiff::Timestamp> {
    date.parse().ok().or_else(|| {
        let part = |range| date.get(range).and_then(|d: &str| d.parse().ok());
        let day = jiff::civil::Date::new(part(0..4)?, part(4..6)? as i8, part(6..8)? as i8).ok()?;
        let time = jiff::civil::Time::new(part(8..10)? as i8, part(10..12)? as i8, part(12..14)? as i8, 0).ok()?;
        day.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
    })
}

fn document(bytes: &[u8], kind: &str, content_type: Option<&str>) -> RawDocument {
    let charset =
        content_type.and_then(|t| t.split_once("charset=")).map(|(_, c)| c.trim_matches(['"', ' ', ';', '\'']));
    if kind == "text/plain" {
        let mut raw = RawDocument::default();
        raw.body = Body::Plain(encoding::decode(bytes, charset, &mut raw.notices));
        return raw;
    }
    html::page(bytes, charset)
}

/// The body of an HTTP answer with its encodings undone.
fn payload(http: &Header, body: &[u8]) -> Result<Vec<u8>, String> {
    let chunked = http.get("transfer-encoding").is_some_and(|t| t.to_lowercase().contains("chunked"));
    let body = if chunked { unchunked(body) } else { body.to_vec() };
    let limit = MAX_RECORD as u64;
    let mut out = Vec::new();
    let read = match http.get("content-encoding").map(str::to_lowercase).as_deref() {
        None | Some("identity") => return Ok(body),
        Some("gzip" | "x-gzip") if body.starts_with(&[0x1f, 0x8b]) => {
            flate2::read::MultiGzDecoder::new(body.as_slice()).take(limit).read_to_end(&mut out)
        }
        // It says so and is not: taken as it is.
        Some("gzip" | "x-gzip") => return Ok(body),
        Some("deflate") => match flate2::read::ZlibDecoder::new(body.as_slice()).take(limit).read_to_end(&mut out) {
            Ok(n) => Ok(n),
            Err(_) => {
                out.clear();
                flate2::read::DeflateDecoder::new(body.as_slice()).take(limit).read_to_end(&mut out)
            }
        },
        Some("zstd") => {
            zstd::stream::read::Decoder::new(body.as_slice()).and_then(|d| d.take(limit).read_to_end(&mut out))
        }
        Some(other) => return Err(format!("is a page encoded as {other}, which is not read")),
    };
    match read {
        Ok(_) => Ok(out),
        // What came before it broke off is something.
        Err(_) if !out.is_empty() => Ok(out),
        Err(e) => Err(format!("is a page that cannot be unpacked: {e}")),
    }
}

/// Chunks put together; from where they are none, the rest as it is.
fn unchunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let size = memchr::memchr(b'\n', &rest[..rest.len().min(40)]).and_then(|n| {
            let line = std::str::from_utf8(&rest[..n]).ok()?;
            let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
            Some((n + 1, size))
        });
        match size {
            Some((_, 0)) => return out,
            Some((n, size)) if size <= rest.len() - n => {
                out.extend_from_slice(&rest[n..n + size]);
                rest = rest[n + size..].strip_prefix(b"\r\n").unwrap_or(&rest[n + size..]);
            }
            Some((n, _)) => {
                out.extend_from_slice(&rest[n..]);
                return out;
            }
            None => {
                out.extend_from_slice(rest);
                return out;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_as_far_as_they_are_chunks() {
        assert_eq!(unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), b"abcde");
        assert_eq!(unchunked(b"<html>not in chunks"), b"<html>not in chunks");
        assert_eq!(unchunked(b"ff\r\ncut short"), b"cut short");
    }

    #[test]
    fn addresses_in_arc_files_may_hold_spaces() {
        let arc = Arc::parse("http://a.example/with space 127.0.0.1 20140216050221 text/html 15\n").expect("a record");
        assert_eq!((arc.url.as_str(), arc.length), ("http://a.example/with space", 15));
        assert!(Arc::parse("http://a.example/ 127.0.0.1 201404010000000000 text/html -1\n").is_none());
        assert_eq!(captured("20140216050221").map(|t| t.to_string()).as_deref(), Some("2014-02-16T05:02:21Z"));
    }
}
