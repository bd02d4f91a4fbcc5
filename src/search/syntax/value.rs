//! Values after a colon that are not text: dates and numbers, alone, with a comparison, or as a range.

use jiff::civil::Date;

use super::ast::{CountRange, DateRange};

/// How a value stands to what is looked for.
enum Bound<'v> {
    Is(&'v str),
    Least(&'v str),
    Above(&'v str),
    Most(&'v str),
    Below(&'v str),
    Between(&'v str, &'v str),
}

fn bound(value: &str) -> Bound<'_> {
    if let Some(v) = value.strip_prefix(">=") {
        Bound::Least(v)
    } else if let Some(v) = value.strip_prefix("<=") {
        Bound::Most(v)
    } else if let Some(v) = value.strip_prefix('>') {
        Bound::Above(v)
    } else if let Some(v) = value.strip_prefix('<') {
        Bound::Below(v)
    } else if let Some((a, b)) = value.split_once("..") {
        Bound::Between(a, b)
    } else {
        Bound::Is(value)
    }
}

/// The days that a date of the calendar covers: a year, a month or a day, first and last.
///
/// `2021` → 2021-01-01, 2021-12-31; `2021-06`; `2021-06-05`. `None` for anything else.
pub fn days(text: &str) -> Option<(Date, Date)> {
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<i16>().ok()).flatten();
    let mut parts = text.split('-');
    let year = number(parts.next().filter(|y| y.len() == 4)?)?;
    let month = parts.next().map(|m| number(m).filter(|_| m.len() <= 2 && !m.is_empty()));
    let day = parts.next().map(|d| number(d).filter(|_| d.len() <= 2 && !d.is_empty()));
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None) => {
            let first = Date::new(year, month? as i8, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let day = Date::new(year, month? as i8, day? as i8).ok()?;
            Some((day, day))
        }
    }
}

/// `2021-06`, `2021..2022`, `>=2021-06-01`, `..2020`.
pub fn date_range(value: &str) -> Option<DateRange> {
    let range = |since, until| DateRange { since, until };
    let optional = |v: &str| if v.is_empty() { Some(None) } else { days(v).map(Some) };
    Some(match bound(value) {
        Bound::Is(v) => days(v).map(|(a, b)| range(Some(a), Some(b)))?,
        Bound::Least(v) => range(Some(days(v)?.0), None),
        Bound::Most(v) => range(None, Some(days(v)?.1)),
        Bound::Above(v) => range(Some(days(v)?.1.tomorrow().ok()?), None),
        Bound::Below(v) => range(None, Some(days(v)?.0.yesterday().ok()?)),
        Bound::Between(a, b) => {
            let (a, b) = (optional(a)?, optional(b)?);
            if a.is_none() && b.is_none() {
                return None;
            }
            range(a.map(|d| d.0), b.map(|d| d.1))
        }
    })
}

/// `500`, `>500`, `100..200`.
pub fn count_range(value: &str) -> Option<CountRange> {
    let number = |v: &str| v.parse::<u64>().ok().filter(|_| v.bytes().all(|b| b.is_ascii_digit()));
    let range = |least, most| CountRange { least, most };
    Some(match bound(value) {
        Bound::Is(v) => range(number(v)?, number(v)?),
        Bound::Least(v) => range(number(v)?, u64::MAX),
        Bound::Most(v) => range(0, number(v)?),
        Bound::Above(v) => range(number(v)?.checked_add(1)?, u64::MAX),
        Bound::Below(v) => range(0, number(v)?.checked_sub(1)?),
        Bound::Between("", "") => return None,
        Bound::Between("", v) => range(0, number(v)?),
        Bound::Between(v, "") => range(number(v)?, u64::MAX),
        Bound::Between(a, b) => range(number(a)?, number(b)?),
    })
}
