//! Dates, in all the forms in which news prints them.
//!
//! [`read`] takes one string of metadata: ISO 8601 in its variants, mail dates (RFC 2822), `2-MAR-1987 15:01:01.79`,
//! `March 2nd, 1987`, `2 de marzo de 1987`, `Tuesday, June 1, 2021 9:13 PM ET`, `02/03/1987`, `20210602T1015Z`, seconds
//! and milliseconds since
//! 1970. The printed civil date counts and is never shifted to another zone. [`in_url`] finds the day that outlets put
//!       into addresses, [`month`] serves datelines.
//!
//! Nothing is guessed: `02/03/1987` is read by the order of the article's country where that is known, else it is
//! [`Doubt::Ambiguous`]; a month without a day is [`Doubt::Incomplete`]; both leave the article undated, with a notice.

use std::borrow::Cow;

use jiff::civil::{Date, Time, Weekday};

use crate::article::Stamp;

/// Years that newspapers can have.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2200;

/// Why a string gives no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Day and month could be either way round.
    Ambiguous,
    /// A year, or a month, without a day.
    Incomplete,
    /// No date is in it, or none that the calendar has.
    Invalid,
}

/// Which of two small numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
    Unknown,
}

/// A piece of a date string.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'t> {
    /// Digits: their value, how many there were, and the byte before them.
    Number(i64, usize, u8),
    Word(&'t str),
    Time(Time),
    /// Seconds from UTC.
    Offset(i32),
}

/// Reads a date as metadata print it.
pub fn read(text: &str, order: Order) -> Result<Stamp, Doubt> {
    let text = text.trim();
    // No date is longer, whatever stands around it.
    let text = &text[..text.floor_char_boundary(120)];
    let text = &*latin_digits(text);
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits(text);
    }
    let pieces = pieces(text);
    let date = civil(&pieces, order)?;
    let mut stamp = Stamp { date, time: None, offset: None };
    for (i, piece) in pieces.iter().enumerate() {
        match *piece {
            Piece::Time(time) if stamp.time.is_none() => stamp.time = Some(half(time, pieces.get(i + 1))),
            Piece::Offset(seconds) => stamp.offset = Some(seconds),
            Piece::Word(w) if stamp.time.is_some() => stamp.offset = stamp.offset.or(zone(w)),
            _ => {}
        }
    }
    Ok(stamp)
}

/// With the digits that Arabic, Persian and Hindi write as those of English.
fn latin_digits(text: &str) -> Cow<'_, str> {
    let latin = |c: char| {
        let zero = ['\u{660}', '\u{6f0}', '\u{966}']
            .into_iter()
            .find(|zero| (*zero as u32..*zero as u32 + 10).contains(&(c as u32)))?;
        char::from_digit(c as u32 - zero as u32, 10)
    };
    match text.is_ascii() || !text.chars().any(|c| latin(c).is_some()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().map(|c| latin(c).unwrap_or(c)).collect()),
    }
}

/// A string of nothing but digits.
fn digits(text: &str) -> Result<Stamp, Doubt> {
    let number: i64 = text.parse().map_err(|_| Doubt::Invalid)?;
    let part = |r: std::ops::Range<usize>| text[r].parse::<i64>().unwrap_or(0);
    match text.len() {
        4 if YEARS.contains(&(number as i16)) => Err(Doubt::Incomplete),
        6 if date(part(0..4), part(4..6), 1).is_ok() => Err(Doubt::Incomplete),
        8 => Ok(Stamp { date: date(part(0..4), part(4..6), part(6..8))?, time: None, offset: None }),
        12 | 14 if date(part(0..4), part(4..6), part(6..8)).is_ok() => {
            let second = if text.len() == 14 { part(12..14) } else { 0 };
            let time = time(part(8..10), part(10..12), second).ok_or(Doubt::Invalid)?;
            Ok(Stamp { date: date(part(0..4), part(4..6), part(6..8))?, time: Some(time), offset: None })
        }
        9..=11 => epoch(number),
        12..=13 => epoch(number / 1000),
        _ => Err(Doubt::Invalid),
    }
}

fn epoch(seconds: i64) -> Result<Stamp, Doubt> {
    let stamp = jiff::Timestamp::from_second(seconds).map_err(|_| Doubt::Invalid)?;
    Ok(from_timestamp(stamp))
}

/// A point in time as its civil date in UTC, in whole seconds: file systems count finer than anything is published.
pub fn from_timestamp(stamp: jiff::Timestamp) -> Stamp {
    let civil = jiff::tz::Offset::UTC.to_datetime(stamp);
    let time = civil.time().with().subsec_nanosecond(0).build().unwrap_or(civil.time());
    Stamp { date: civil.date(), time: Some(time), offset: Some(0) }
}

fn date(year: i64, month: i64, day: i64) -> Result<Date, Doubt> {
    let year = i16::try_from(year).ok().filter(|y| YEARS.contains(y)).ok_or(Doubt::Invalid)?;
    let small = |n: i64| i8::try_from(n).map_err(|_| Doubt::Invalid);
    Date::new(year, small(month)?, small(day)?).map_err(|_| Doubt::Invalid)
}

fn time(hour: i64, minute: i64, second: i64) -> Option<Time> {
    let small = |n: i64| i8::try_from(n).ok();
    // A leap second is the end of its minute.
    Time::new(small(hour)?, small(minute)?, small(second.min(59))?, 0).ok()
}

/// The civil date among the pieces.
fn civil(pieces: &[Piece], order: Order) -> Result<Date, Doubt> {
    let numbers: Vec<(i64, usize, u8)> = pieces
        .iter()
        .filter_map(|p| match *p {
            Piece::Number(n, len, before) => Some((n, len, before)),
            _ => None,
        })
        .collect();
    // A month by name: the day beside it, the year after.
    for (i, piece) in pieces.iter().enumerate() {
        let Piece::Word(word) = *piece else { continue };
        let Some(month) = month(word) else { continue };
        let number = |i: Option<usize>| match i.and_then(|i| pieces.get(i)) {
            Some(Piece::Number(n, len, _)) => Some((*n, *len)),
            // "2 de marzo de 1987", "2nd of March"
            _ => None,
        };
        let filler = |i: usize| {
            matches!(pieces.get(i), Some(Piece::Word("de" | "del" | "of" | "st" | "nd" | "rd" | "th" | "er" | "di")))
        };
        let mut before = i.checked_sub(1);
        while before.is_some_and(filler) {
            before = before.and_then(|b| b.checked_sub(1));
        }
        let mut after = i + 1;
        while filler(after) {
            after += 1;
        }
        let day_before = number(before).filter(|(n, len)| *len <= 2 && (1..=31).contains(n));
        let next = number(Some(after));
        let (day, year) = match (day_before, next) {
            (Some((day, _)), Some((year, len))) => (Some(day), Some(full_year(year, len))),
            (None, Some((day, len))) if len <= 2 => {
                let mut then = after + 1;
                while filler(then) {
                    then += 1;
                }
                // The year may stand behind the time: "Jun 02 10:15:00 2021".
                let year = number(Some(then)).or_else(|| numbers.iter().find(|n| n.1 == 4).map(|n| (n.0, n.1)));
                (Some(day), year.map(|(y, len)| full_year(y, len)))
            }
            (None, Some((year, len))) => {
                // "1987 March 2", "1987-Mar-02" have the day behind, a month and year nothing.
                let day = number(before).filter(|b| b.1 == 4).map(|_| year).filter(|_| len <= 2);
                (day, Some(full_year(year, len)))
            }
            (Some((day, _)), None) => {
                let year = numbers.iter().find(|n| n.1 == 4).map(|n| n.0);
                (Some(day), year)
            }
            (None, None) => continue,
        };
        // "1987 March 2": what was taken for the day stands before as the year.
        if let (Some((year, 4)), Some((day, 1..=2))) = (number(before), next) {
            return date(year, month, day);
        }
        return match (day, year) {
            (Some(day), Some(year)) => date(year, month, day),
            _ => Err(Doubt::Incomplete),
        };
    }
    match numbers[..] {
        // 2021-06-02, 2021/6/2
        [(y, 4, _), (m, 1..=2, _), (d, 1..=2, _), ..] => date(y, m, d),
        [(ymd, 8, _), ..] => date(ymd / 10_000, ymd / 100 % 100, ymd % 100),
        [(a, 1..=2, _), (b, 1..=2, separator), (y, len @ (2 | 4), _), ..] => {
            let year = full_year(y, len);
            // "14-12-29" may begin with the year as well as end with it.
            if separator == b'-'
                && len == 2
                && date(2000 + a, b, y).is_ok()
                && date(year, b, a).or(date(year, a, b)).is_ok()
            {
                return Err(Doubt::Ambiguous);
            }
            let order = if separator == b'.' { Order::DayFirst } else { order };
            match order {
                _ if a > 12 => date(year, b, a),
                _ if b > 12 || a == b => date(year, a, b),
                Order::DayFirst => date(year, b, a),
                Order::MonthFirst => date(year, a, b),
                Order::Unknown => Err(Doubt::Ambiguous),
            }
        }
        [(y, 4, _), (m, 1..=2, _)] if date(y, m, 1).is_ok() => Err(Doubt::Incomplete),
        [(y, 4, _)] if YEARS.contains(&(y as i16)) => Err(Doubt::Incomplete),
        _ => Err(Doubt::Invalid),
    }
}

/// Two digits mean 1969 to 2068, as everywhere.
fn full_year(year: i64, len: usize) -> i64 {
    match (len, year) {
        (..=2, 69..) => 1900 + year,
        (..=2, _) => 2000 + year,
        _ => year,
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let b = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    let run = |from: usize, test: fn(&u8) -> bool| b[from..].iter().take_while(|b| test(b)).count();
    while at < b.len() {
        let timed = out.iter().any(|p| matches!(p, Piece::Time(_)));
        match b[at] {
            b'0'..=b'9' => {
                if let Some((time, len)) = clock(&text[at..]) {
                    out.push(Piece::Time(time));
                    at += len;
                    continue;
                }
                let len = run(at, u8::is_ascii_digit);
                let before = if at > 0 { b[at - 1] } else { 0 };
                // 20210602T101500
                let dated = matches!(out.last(), Some(Piece::Word("T" | "t")));
                if (len == 6 || len == 4)
                    && (dated || before == b'T')
                    && let Some(time) = packed(&text[at..at + len])
                {
                    out.push(Piece::Time(time));
                } else if let Ok(n) = text[at..at + len].parse() {
                    out.push(Piece::Number(n, len, before));
                }
                at += len;
            }
            sign @ (b'+' | b'-') if timed => {
                let (offset, len) = offset(&text[at + 1..]);
                if let Some(seconds) = offset {
                    out.push(Piece::Offset(if sign == b'-' { -seconds } else { seconds }));
                }
                at += 1 + len;
            }
            b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => {
                let len = run(at, |b| b.is_ascii_alphabetic() || *b >= 0x80);
                let word = &text[at..at + len];
                // "p.m."
                if matches!(word, "p" | "a" | "P" | "A") && b.get(at + len) == Some(&b'.') {
                    out.push(Piece::Word(if word.eq_ignore_ascii_case("p") { "pm" } else { "am" }));
                    at += len + run(at + len, |b| matches!(b, b'.' | b'm' | b'M'));
                    continue;
                }
                out.push(Piece::Word(word));
                at += len;
            }
            _ => at += 1,
        }
    }
    out
}

/// `9:13`, `15:01:01.79`, and how long it is.
fn clock(text: &str) -> Option<(Time, usize)> {
    let b = text.as_bytes();
    let digits =
        |from: usize| b.get(from..).unwrap_or_default().iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    let value = |from: usize, len: usize| text[from..from + len].parse::<i64>().unwrap_or(0);
    let hours = digits(0);
    if !(1..=2).contains(&hours) || b.get(hours) != Some(&b':') || digits(hours + 1) != 2 {
        return None;
    }
    let mut len = hours + 3;
    let mut second = 0;
    if b.get(len) == Some(&b':') && digits(len + 1) == 2 {
        second = value(len + 1, 2);
        len += 3;
        if matches!(b.get(len), Some(b'.' | b',')) {
            len += 1 + b[len + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        }
    }
    Some((time(value(0, hours), value(hours + 1, 2), second)?, len))
}

/// `101500`, `1015`.
fn packed(text: &str) -> Option<Time> {
    let value = |r: std::ops::Range<usize>| text.get(r).and_then(|s| s.parse().ok()).unwrap_or(0);
    time(value(0..2), value(2..4), value(4..6))
}

/// `02:00`, `0200`, `2`: seconds, and how long it is.
fn offset(text: &str) -> (Option<i32>, usize) {
    let b = text.as_bytes();
    let digits = b.iter().take_while(|b| b.is_ascii_digit()).count();
    let two = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    let value = |r: std::ops::Range<usize>| text.get(r).and_then(|s| s.parse::<i32>().ok()).unwrap_or(0);
    let (hours, minutes, len) = match digits {
        1..=2 if b.get(digits) == Some(&b':') && b.get(digits + 1..digits + 3).is_some_and(two) => {
            (value(0..digits), value(digits + 1..digits + 3), digits + 3)
        }
        1..=2 => (value(0..digits), 0, digits),
        4 => (value(0..2), value(2..4), 4),
        _ => return (None, digits),
    };
    (Some(hours * 3600 + minutes * 60).filter(|s| *s <= 18 * 3600), len.min(b.len()))
}

/// The time, moved to the afternoon where `pm` follows.
fn half(time: Time, next: Option<&Piece>) -> Time {
    let Some(Piece::Word(word)) = next else { return time };
    let hour = match (word.to_ascii_lowercase().as_str(), time.hour()) {
        ("pm", 1..=11) => time.hour() + 12,
        ("am", 12) => 0,
        (_, hour) => hour,
    };
    time.with().hour(hour).build().unwrap_or(time)
}

/// Seconds from UTC of the zones that mean one thing. `ET` and the like leave it open: winter or summer.
fn zone(word: &str) -> Option<i32> {
    let hours = match word {
        "Z" | "UTC" | "GMT" | "UT" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "BST" | "CET" | "WEST" => 1,
        "CEST" | "EET" | "SAST" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        _ => return None,
    };
    Some(hours * 3600)
}

/// The number of a month by its name or abbreviation, in the languages whose news is read most.
pub fn month(word: &str) -> Option<i64> {
    // Each letter of Devanagari takes three bytes.
    if !(3..=30).contains(&word.len()) {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "jan"
        | "january"
        | "janvier"
        | "janv"
        | "januar"
        | "jänner"
        | "enero"
        | "ene"
        | "gennaio"
        | "janeiro"
        | "januari"
        | "tammikuuta"
        | "stycznia"
        | "styczeń"
        | "ledna"
        | "leden"
        | "január"
        | "januára"
        | "ianuarie"
        | "ocak"
        | "января"
        | "январь"
        | "січня"
        | "ιανουαρίου"
        | "يناير"
        | "जनवरी" => 1,
        "feb"
        | "february"
        | "février"
        | "fevrier"
        | "févr"
        | "fév"
        | "februar"
        | "febrero"
        | "febbraio"
        | "fevereiro"
        | "februari"
        | "helmikuuta"
        | "lutego"
        | "luty"
        | "února"
        | "únor"
        | "február"
        | "februára"
        | "februarie"
        | "şubat"
        | "февраля"
        | "февраль"
        | "лютого"
        | "φεβρουαρίου"
        | "فبراير"
        | "फरवरी"
        | "फ़रवरी" => 2,
        "mar" | "march" | "mars" | "märz" | "maerz" | "mär" | "mrz" | "marzo" | "março" | "maart" | "marts"
        | "maaliskuuta" | "marca" | "marzec" | "března" | "březen" | "március" | "martie" | "mart" | "maret"
        | "марта" | "март" | "березня" | "μαρτίου" | "مارس" | "मार्च" => 3,
        "apr" | "april" | "avril" | "avr" | "abril" | "abr" | "aprile" | "huhtikuuta" | "kwietnia" | "kwiecień"
        | "dubna" | "duben" | "apríla" | "április" | "aprilie" | "nisan" | "апреля" | "апрель" | "квітня"
        | "απριλίου" | "أبريل" | "ابريل" | "إبريل" | "अप्रैल" => 4,
        "may" | "mai" | "mayo" | "maggio" | "maio" | "mei" | "maj" | "toukokuuta" | "maja" | "května" | "květen"
        | "mája" | "május" | "mayıs" | "мая" | "май" | "травня" | "μαΐου" | "مايو" | "मई" => {
            5
        }
        "jun" | "june" | "juin" | "juni" | "junio" | "giugno" | "junho" | "kesäkuuta" | "czerwca" | "czerwiec"
        | "června" | "červen" | "júna" | "június" | "iunie" | "haziran" | "июня" | "июнь" | "червня" | "ιουνίου"
        | "يونيو" | "जून" => 6,
        "jul" | "july" | "juillet" | "juil" | "juli" | "julio" | "luglio" | "julho" | "heinäkuuta" | "lipca"
        | "lipiec" | "července" | "červenec" | "júla" | "július" | "iulie" | "temmuz" | "июля" | "июль" | "липня"
        | "ιουλίου" | "يوليو" | "जुलाई" => 7,
        "aug" | "august" | "août" | "aout" | "agosto" | "ago" | "augustus" | "augusti" | "elokuuta" | "sierpnia"
        | "sierpień" | "srpna" | "srpen" | "augusta" | "augusztus" | "ağustos" | "agustus" | "августа" | "август"
        | "серпня" | "αυγούστου" | "أغسطس" | "اغسطس" | "अगस्त" => 8,
        "sep"
        | "sept"
        | "september"
        | "septembre"
        | "septiembre"
        | "settembre"
        | "setembro"
        | "syyskuuta"
        | "września"
        | "wrzesień"
        | "září"
        | "septembra"
        | "szeptember"
        | "septembrie"
        | "eylül"
        | "сентября"
        | "сентябрь"
        | "вересня"
        | "σεπτεμβρίου"
        | "سبتمبر"
        | "सितंबर"
        | "सितम्बर" => 9,
        "oct"
        | "october"
        | "octobre"
        | "oktober"
        | "okt"
        | "octubre"
        | "ottobre"
        | "outubro"
        | "lokakuuta"
        | "października"
        | "październik"
        | "října"
        | "říjen"
        | "októbra"
        | "október"
        | "octombrie"
        | "ekim"
        | "октября"
        | "октябрь"
        | "жовтня"
        | "οκτωβρίου"
        | "أكتوبر"
        | "اكتوبر"
        | "अक्टूबर"
        | "अक्तूबर" => 10,
        "nov" | "november" | "novembre" | "noviembre" | "novembro" | "marraskuuta" | "listopada" | "listopad"
        | "listopadu" | "novembra" | "noiembrie" | "kasım" | "ноября" | "ноябрь" | "листопада" | "νοεμβρίου"
        | "نوفمبر" | "नवंबर" | "नवम्बर" => 11,
        "dec"
        | "december"
        | "décembre"
        | "decembre"
        | "déc"
        | "dezember"
        | "dez"
        | "diciembre"
        | "dic"
        | "dicembre"
        | "dezembro"
        | "joulukuuta"
        | "grudnia"
        | "grudzień"
        | "prosince"
        | "prosinec"
        | "decembra"
        | "decembrie"
        | "aralık"
        | "desember"
        | "декабря"
        | "декабрь"
        | "грудня"
        | "δεκεμβρίου"
        | "ديسمبر"
        | "दिसंबर"
        | "दिसम्बर" => 12,
        _ => return None,
    })
}

/// The day of the week by its English name or abbreviation.
pub fn weekday(word: &str) -> Option<Weekday> {
    use Weekday::*;
    if !(3..=9).contains(&word.len()) || !b"fmstw".contains(&word.as_bytes()[0].to_ascii_lowercase()) {
        return None;
    }
    let low = word.to_ascii_lowercase();
    [
        ("monday", Monday),
        ("tuesday", Tuesday),
        ("wednesday", Wednesday),
        ("thursday", Thursday),
        ("friday", Friday),
        ("saturday", Saturday),
        ("sunday", Sunday),
    ]
    .into_iter()
    .find(|(name, _)| low == *name || (low.len() >= 3 && low.len() <= 5 && name.starts_with(&low)))
    .map(|(_, day)| day)
}

/// The day in an address: `/2021/06/02/`, `/2021/jun/02/`, `/2021-06-02-`, `/20210602/`.
pub fn in_url(url: &str) -> Option<Date> {
    // Behind the host, before the query.
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).split(['?', '#']).next()?;
    in_path(path.split_once('/')?.1)
}

/// The day in the path of a file or page.
pub fn in_path(path: &str) -> Option<Date> {
    let parts: Vec<&str> = path.split(['/', '-', '_', '.', ' ']).take(64).collect();
    let number = |s: &str, len: std::ops::RangeInclusive<usize>| {
        (len.contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i64>().ok()).flatten()
    };
    parts.iter().enumerate().find_map(|(i, part)| {
        if let Some(ymd) = number(part, 8..=8) {
            return date(ymd / 10_000, ymd / 100 % 100, ymd % 100).ok().filter(|d| d.year() >= 1980);
        }
        let year = number(part, 4..=4).filter(|y| (1900..=2100).contains(y))?;
        let (m, d) = (parts.get(i + 1)?, parts.get(i + 2)?);
        let month = number(m, 1..=2).or_else(|| month(m))?;
        date(year, month, number(d, 1..=2)?).ok()
    })
}

/// Which way round an English-speaking or other country writes its days: by region (`US`), language and domain.
pub fn order(declared: Option<&str>, language: Option<&str>, url: Option<&str>) -> Order {
    if let Some((_, region)) = declared.and_then(|d| d.split_once(['-', '_'])) {
        return match region.to_ascii_uppercase().as_str() {
            "US" | "PH" => Order::MonthFirst,
            _ => Order::DayFirst,
        };
    }
    if language.is_some_and(|l| l != "en") {
        return Order::DayFirst;
    }
    let host = url.and_then(|u| u.split_once("://")).and_then(|(_, rest)| rest.split(['/', ':', '?']).next());
    match host.and_then(|h| h.rsplit('.').next()) {
        Some("gov" | "us") => Order::MonthFirst,
        Some("ca") | None => Order::Unknown,
        Some("io" | "co" | "tv" | "me" | "fm" | "ly") => Order::Unknown,
        // The domain of a country.
        Some(tld) if tld.len() == 2 => Order::DayFirst,
        Some(_) => Order::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, order: Order) -> String {
        match read(text, order) {
            Ok(s) => {
                let time = s.time.map_or(String::new(), |t| format!(" {t}"));
                let offset = s.offset.map_or(String::new(), |o| format!(" {:+}", o / 60));
                format!("{}{time}{offset}", s.date)
            }
            Err(doubt) => format!("{doubt:?}"),
        }
    }

    #[test]
    fn dates_as_they_are_printed() {
        for (text, is) in [
            ("2021-06-02", "2021-06-02"),
            ("31-12-99", "1999-12-31"),
            ("14-12-29", "Ambiguous"),
            ("2021-06-02T10:15:00Z", "2021-06-02 10:15:00 +0"),
            ("2021-06-02T10:15:00.123+02:00", "2021-06-02 10:15:00 +120"),
            ("2021-06-02 23:59:60 -0500", "2021-06-02 23:59:59 -300"),
            ("20210602T141500+0200", "2021-06-02 14:15:00 +120"),
            ("20210602T1415Z", "2021-06-02 14:15:00 +0"),
            ("20210602", "2021-06-02"),
            ("20210602141530", "2021-06-02 14:15:30"),
            ("1622628900", "2021-06-02 10:15:00 +0"),
            ("1622628900000", "2021-06-02 10:15:00 +0"),
            ("Wed, 02 Jun 2021 10:15:00 +0000", "2021-06-02 10:15:00 +0"),
            ("Wed, 2 Jun 21 10:15 GMT", "2021-06-02 10:15:00 +0"),
            ("Wed Jun  2 10:15:00 2021", "2021-06-02 10:15:00"),
            ("Wed Jun 02 10:15:00 EDT 2021", "2021-06-02 10:15:00 -240"),
            ("2-MAR-1987 15:01:01.79", "1987-03-02 15:01:01"),
            ("26-FEB-1987", "1987-02-26"),
            ("March 2, 1987", "1987-03-02"),
            ("Mar. 2nd, 1987", "1987-03-02"),
            ("2 March 1987", "1987-03-02"),
            ("the 2nd of March 1987", "1987-03-02"),
            ("1987 March 2", "1987-03-02"),
            ("Tuesday, June 1, 2021 9:13 PM ET", "2021-06-01 21:13:00"),
            ("9:13 p.m. EDT, Tue June 1, 2021", "2021-06-01 21:13:00 -240"),
            ("Published 12:05 a.m. UTC Jun 1, 2021", "2021-06-01 00:05:00 +0"),
            ("June 1, 2021 at 9:13 pm", "2021-06-01 21:13:00"),
            ("1er juin 2021", "2021-06-01"),
            ("mercredi 2 juin 2021 à 10:15", "2021-06-02 10:15:00"),
            ("2. Juni 2021, 10:15 Uhr", "2021-06-02 10:15:00"),
            ("2 de junio de 2021", "2021-06-02"),
            ("2.6.2021", "2021-06-02"),
            ("29/12/2017", "2017-12-29"),
            ("12/29/17", "2017-12-29"),
            ("05/05/2021", "2021-05-05"),
            ("02/03/1987", "Ambiguous"),
            ("2021-06", "Incomplete"),
            ("June 2021", "Incomplete"),
            ("2021", "Incomplete"),
            ("2021-02-30", "Invalid"),
            ("31 June 2021", "Invalid"),
            ("yesterday", "Invalid"),
            ("", "Invalid"),
            ("0000-00-00", "Invalid"),
            ("99999999999999999999", "Invalid"),
        ] {
            assert_eq!(show(text, Order::Unknown), is, "{text}");
        }
        assert_eq!(show("02/03/1987", Order::DayFirst), "1987-03-02");
        assert_eq!(show("02/03/1987", Order::MonthFirst), "1987-02-03");
    }

    /// Found by the fuzzer, in a web page's `meta`.
    #[test]
    fn a_zone_that_breaks_off_before_a_letter_of_several_bytes() {
        assert_eq!(show("2021-06-02 10:15 +2:é", Order::Unknown), "2021-06-02 10:15:00 +120");
    }

    #[test]
    fn days_in_addresses() {
        for (url, is) in [
            ("https://www.example.com/2021/06/02/politics/harbour/index.html", Some("2021-06-02")),
            ("https://example.com/world/2021/jun/02/harbour", Some("2021-06-02")),
            ("https://example.com/news/2021-06-02-harbour", Some("2021-06-02")),
            ("https://example.com/a/20210602/x", Some("2021-06-02")),
            ("https://2021-06-02.example.com/a", None),
            ("https://example.com/2021/06/harbour", None),
            ("https://example.com/story-20217788?d=2021/06/02", None),
            ("", None),
        ] {
            assert_eq!(in_url(url).map(|d| d.to_string()).as_deref(), is, "{url}");
        }
    }

    #[test]
    fn countries_write_their_days() {
        assert_eq!(order(Some("en-US"), None, None), Order::MonthFirst);
        assert_eq!(order(Some("en-GB"), None, None), Order::DayFirst);
        assert_eq!(order(Some("en"), Some("en"), Some("https://example.co.uk/a")), Order::DayFirst);
        assert_eq!(order(None, Some("fr"), None), Order::DayFirst);
        assert_eq!(order(None, Some("en"), Some("https://example.com/a")), Order::Unknown);
    }

    proptest::proptest! {
        #[test]
        fn any_string_is_survived(text in "\\PC{0,60}", digits in "[0-9:/. +TZ-]{0,30}") {
            let _ = (read(&text, Order::Unknown), read(&digits, Order::DayFirst), in_url(&text), in_url(&digits));
        }
    }
}
