//! Wire copy as teleprinters carried it: ANPA 1312 and IPTC 7901, text between control characters.
//!
//! Both open a story with SOH, its text with STX, and close them with ETX and EOT; a file may hold many.
//!
//! - ANPA 1312 ("High-Speed Wire Service Transmission Guidelines", as AP sends it): lines that begin with `^` and end
//!   with `<` or `=` are the slug, the headline, notes and bylines, the text is indented, and an underscore between
//!   spaces is a dash. Read are the headline, byline, category, text and the time in the trailer. An alert has no
//!   headline.
//! - IPTC 7901 (as dpa sends it): a line of codes and one of keywords, then a headline that ends with ` =`, then the
//!   text. Read are headline, byline, keywords, text and time; the notebook for editors after the text is left out.
//!
//! Not read: tabular formats, photo numbers, notes to editors.

use super::record::Documents;
use super::{encoding, html};
use crate::article::RawDocument;

/// After which a story ends.
pub const END: &str = "\x04";

const SOH: u8 = 1;
const STX: char = '\x02';
const ETX: char = '\x03';

pub fn detect(head: &[u8]) -> bool {
    let head = &head[..head.len().min(400)];
    let start = head.iter().position(|b| !matches!(b, b'\r' | b'\n' | 0x16 | 0x7f | 0));
    start.and_then(|at| head.get(at)) == Some(&SOH) && head.contains(&(STX as u8))
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let story = encoding::decode(bytes, out.charset(), &mut notices);
    if !story.contains(STX) {
        // What trails after the last story.
        return if story.trim_matches(|c: char| c.is_control() || c.is_whitespace()).is_empty() {
            out.nothing()
        } else {
            out.problem("no-text", "is no story: no start of text")
        };
    }
    let (header, rest) = story.split_once(STX).unwrap_or(("", &story));
    let (text, trailer) = rest.split_once(ETX).unwrap_or((rest, ""));
    // DC1 to DC4 tell typesetters what follows: only ANPA's headers have them.
    let anpa = header.contains(['\x11', '\x12', '\x13', '\x14']);
    let mut raw = if anpa { anpa1312(header, text, trailer) } else { iptc7901(header, text, trailer) };
    raw.notices = notices;
    out.document(raw);
}

fn anpa1312(header: &str, text: &str, trailer: &str) -> RawDocument {
    let category = header.lines().nth(1).and_then(|l| l.split_whitespace().nth(1)).and_then(|c| c.chars().next());
    let section = match category {
        Some('a') => Some("domestic"),
        Some('e') => Some("entertainment"),
        Some('f') => Some("financial"),
        Some('i') => Some("international"),
        Some('p') => Some("politics"),
        Some('s') => Some("sports"),
        Some('w') => Some("Washington"),
        _ => None,
    };
    let mut raw = RawDocument { format: "anpa", section: section.map(str::to_owned), ..RawDocument::default() };
    let mut paragraphs: Vec<String> = Vec::new();
    // The first marked line is the slug.
    let mut slug = true;
    for line in text.lines() {
        let line = line.trim_end_matches(['\r', ' ']);
        let content = line.trim_start().trim_end_matches(['<', '=']).trim();
        let Some(marked) = content.strip_prefix('^').map(str::trim) else {
            if content.is_empty() {
                continue;
            }
            let opens = line.starts_with([' ', '\t']);
            match paragraphs.last_mut().filter(|_| !opens) {
                Some(last) => {
                    last.push(' ');
                    last.push_str(content);
                }
                None => paragraphs.push(content.to_owned()),
            }
            continue;
        };
        if std::mem::take(&mut slug) || marked.is_empty() {
            continue;
        }
        let note = ["AP Photo", "Eds:", "EDITOR'S NOTE", "AP Video", "END", "With AP", "AP Graphic", "HFR"];
        if note.iter().any(|n| marked.starts_with(n)) {
            continue;
        }
        if line.ends_with('=') && paragraphs.is_empty() {
            if marked.starts_with("By ") {
                raw.byline.push(marked.to_owned());
            } else if raw.headline.is_none() && raw.byline.is_empty() {
                raw.headline = Some(marked.to_owned());
            }
        } else if raw.headline.is_none() && paragraphs.is_empty() {
            raw.headline = Some(marked.to_owned());
        } else if !paragraphs.is_empty() {
            paragraphs.push(marked.to_owned());
        }
    }
    // "AP-WF-11-13-13 0745GMT": the agency, the wire, month, day, year, time.
    let stamp = trailer.trim_matches(|c: char| c.is_control() || c.is_whitespace() || c == '<' || c == '^');
    raw.source = stamp.split('-').next().filter(|s| !s.is_empty() && s.len() <= 6).map(str::to_owned);
    raw.published = (|| {
        let (date, time) = stamp.split_once(' ')?;
        let mut parts = date.rsplit('-');
        let (year, day, month) = (parts.next()?, parts.next()?, parts.next()?);
        iso(year, month, day, time.get(..4)?)
    })();
    raw.body = html::blocks(paragraphs.into_iter().map(|p| p.replace(" _ ", " — ")).collect());
    raw
}

fn iptc7901(header: &str, text: &str, trailer: &str) -> RawDocument {
    let mut lines = header.trim_start_matches(|c: char| c.is_control()).lines();
    let codes: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    let keywords = lines.find(|l| !l.trim().is_empty()).unwrap_or_default();
    let mut raw = RawDocument {
        format: "iptc7901",
        topics: keywords.split('/').map(|k| k.trim().to_owned()).filter(|k| !k.is_empty()).collect(),
        // "eca062 4 i 211 dpa 061": the service and number, priority, category, words, the agency and its number.
        source: codes.iter().rev().nth(1).filter(|s| s.chars().all(char::is_alphabetic)).map(|s| s.to_string()),
        ..RawDocument::default()
    };
    let (head, body) = text.split_once(" =").unwrap_or(("", text));
    let mut headline: Vec<&str> = Vec::new();
    for line in head.lines().map(str::trim).filter(|l| !l.is_empty()) {
        // REFILE, 1ST LEAD, EXTRA: what this version is to the last.
        let status = line.split_whitespace().count() <= 3 && line.chars().all(|c| !c.is_lowercase());
        if line.starts_with("By ") {
            raw.byline.push(line.to_owned());
        } else if !status {
            headline.push(line);
        }
    }
    raw.headline = Some(headline.join(" ")).filter(|h| !h.is_empty());
    let body = body.split("\n# Notebook").next().unwrap_or(body);
    raw.body = html::blocks(html::wrapped(body));
    // "131137 GMT Nov 13": day, time, zone, month, year.
    let stamp: Vec<&str> = trailer.split_whitespace().take(4).collect();
    raw.published = match stamp.as_slice() {
        [at, "GMT", month, year] => (|| {
            const MONTHS: [&str; 12] =
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = MONTHS.iter().position(|m| m == month)? + 1;
            iso(year, &month.to_string(), at.get(..2)?, at.get(2..6)?)
        })(),
        _ => None,
    };
    raw
}

/// A date with a year of two digits and a time of four, in GMT.
fn iso(year: &str, month: &str, day: &str, time: &str) -> Option<String> {
    let (year, month, day) = (year.parse::<i16>().ok()?, month.parse().ok()?, day.parse().ok()?);
    // ANPA 1312 was adopted in 1979.
    let date = jiff::civil::Date::new(if year < 79 { 2000 + year } else { 1900 + year }, month, day).ok()?;
    let (hour, minute) = (time.get(..2)?.parse::<u8>().ok()?, time.get(2..)?.parse::<u8>().ok()?);
    Some(format!("{date}T{hour:02}:{minute:02}:00Z"))
}
