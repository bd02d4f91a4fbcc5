//! When an article appeared, and where that was found.
//!
//! The metadata's date counts; failing that the day in the address, a date printed in the text, the day in the name of
//! a file that is the article (`2021-06-02-harbour.txt`: its address, where it has no other), the date of its last
//! change, and at the very last the file's own time, which is marked as such. What cannot be read, has no day, or lies
//! later than the file that carries it is told in a notice.

use jiff::civil::Date;

use super::date::{self, Doubt, Order};
use crate::article::{DateFrom, Notice, Origin, Stamp};

/// All that may tell the date of one article.
pub struct Evidence<'a> {
    /// As the metadata print it.
    pub published: Option<&'a str>,
    pub url: Option<&'a str>,
    /// A line of the text that is a date, or the date of its dateline.
    pub printed: Option<&'a str>,
    pub dateline: Option<Date>,
    /// The path of the file that is this article and no other.
    pub path: Option<&'a str>,
    pub updated: Option<&'a str>,
    pub modified: Option<jiff::Timestamp>,
    pub order: Order,
}

/// The date of publication.
pub fn find(e: Evidence, notices: &mut Vec<Notice>) -> Option<(Stamp, DateFrom)> {
    let whole_day = |date| Stamp { date, time: None, offset: None };
    let metadata = e.published.and_then(|p| told(p, e.order, notices)).map(|s| (s, DateFrom::Metadata));
    let found = metadata
        .or_else(|| Some((whole_day(date::in_url(e.url?)?), DateFrom::Url)))
        .or_else(|| Some((date::read(e.printed?, e.order).ok()?, DateFrom::Body)))
        .or_else(|| Some((whole_day(e.dateline?), DateFrom::Body)))
        .or_else(|| Some((whole_day(date::in_path(e.path?)?), DateFrom::Url)))
        .or_else(|| Some((date::read(e.updated?, e.order).ok()?, DateFrom::Metadata)));
    let Some((stamp, from)) = found else {
        return e.modified.map(|m| (date::from_timestamp(m), DateFrom::File));
    };
    if let Some(modified) = e.modified {
        let bound = date::from_timestamp(modified).date.saturating_add(jiff::Span::new().days(1));
        if stamp.date > bound {
            let file = date::from_timestamp(modified).date;
            let message = format!("dated {} but in a file last changed on {file}", stamp.date);
            notices.push(Notice::new("date-after-file", message));
        }
    }
    Some((stamp, from))
}

/// The path in which to look for a day: below the folder or archive that the user named, whose own name tells when it
/// was put there; and only where the file is one article, for a dump's day is not that of its articles.
pub fn path<'a>(origin: &'a Origin, format: &str) -> Option<&'a str> {
    if origin.record > 1 || !matches!(format, "text" | "markdown" | "html" | "docx" | "odt" | "rtf" | "pdf") {
        return None;
    }
    let path = origin.member.as_deref().unwrap_or_else(|| {
        let below = origin.collection.as_deref().and_then(|c| origin.path.strip_prefix(c)).filter(|p| !p.is_empty());
        below.unwrap_or_else(|| origin.path.rsplit('/').next().unwrap_or(&origin.path))
    });
    Some(path)
}

/// A date of the metadata, or a notice why there is none.
pub fn told(printed: &str, order: Order, notices: &mut Vec<Notice>) -> Option<Stamp> {
    let (code, why) = match date::read(printed, order) {
        Ok(stamp) => return Some(stamp),
        Err(Doubt::Ambiguous) => ("date-ambiguous", "could be day or month first"),
        Err(Doubt::Incomplete) => ("date-incomplete", "has no day"),
        Err(Doubt::Invalid) => ("date-invalid", "is no date"),
    };
    notices.push(Notice::new(code, format!("the date {printed:?} {why}")));
    None
}
