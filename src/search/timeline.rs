//! Counts over time.
//!
//! An article counts on the civil date that is printed on it. One whose date is unknown, or known only from its
//! file's time, is on no day: it is counted apart. Buckets are those of the calendar (weeks are ISO 8601's, from
//! Monday), and one without an article between the first and the last is there with its zero.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::selection::{Segment, Selection};
use crate::article::names;

/// How long a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

names!(Unit { Day = "day", Week = "week", Month = "month", Year = "year" });

impl Unit {
    /// The first day of the bucket that holds a day.
    pub fn start(self, day: Date) -> Date {
        match self {
            Unit::Day => day,
            // The week of 1 January of the first year that can be written starts before it.
            Unit::Week => day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).unwrap_or(day),
            Unit::Month => day.first_of_month(),
            Unit::Year => day.first_of_year(),
        }
    }

    /// The first day of the next bucket; `None` at the end of all calendars.
    pub fn next(self, start: Date) -> Option<Date> {
        let step = match self {
            Unit::Day => 1.day(),
            Unit::Week => 1.week(),
            Unit::Month => 1.month(),
            Unit::Year => 1.year(),
        };
        start.checked_add(step).ok()
    }

    /// The bucket's name: `2021-06-02`, `2021-W22`, `2021-06`, `2021`.
    pub fn label(self, start: Date) -> String {
        match self {
            Unit::Day => start.to_string(),
            Unit::Week => {
                let week = start.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Unit::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Unit::Year => format!("{:04}", start.year()),
        }
    }

    /// The unit that shows so many days in a few dozen buckets.
    pub fn fitting(first: Date, last: Date) -> Unit {
        let days = (last - first).get_days();
        match days {
            ..=45 => Unit::Day,
            46..=300 => Unit::Week,
            301..=1500 => Unit::Month,
            _ => Unit::Year,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    pub unit: Unit,
    /// How many articles match, with and without a date.
    pub articles: u64,
    /// Of these, how many only because of names that are inferred.
    pub inferred: u64,
    /// Of these, how many have no date or only their file's.
    pub undated: u64,
    /// Without a gap, from the first bucket with an article to the last.
    pub buckets: Vec<Bucket>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub start: Date,
    pub articles: u64,
    /// How many articles the whole archive has then, whether they match or not.
    pub archive: u64,
}

impl Bucket {
    /// The share of the archive's articles that match, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.archive == 0 { 0.0 } else { self.articles as f64 / self.archive as f64 }
    }
}

/// Counts the selected articles by time; in the unit that fits their days if none is given.
pub fn timeline(selections: &[Selection], unit: Option<Unit>) -> tantivy::Result<Timeline> {
    let (days, articles, undated) = days(selections)?;
    let everything: Vec<Selection> = selections.iter().map(|s| Selection::all(s.reader)).collect();
    let (all_days, ..) = self::days(&everything)?;
    let range = days.first_key_value().map(|(d, _)| *d).zip(days.last_key_value().map(|(d, _)| *d));
    let unit = unit.unwrap_or_else(|| range.map_or(Unit::Month, |(first, last)| Unit::fitting(first, last)));
    let archive = grouped(&all_days, unit);
    let buckets = filled(&grouped(&days, unit), unit)
        .map(|(start, articles)| Bucket { start, articles, archive: archive.get(&start).copied().unwrap_or(0) })
        .collect();
    let inferred = selections.iter().map(|s| s.inferred).sum();
    Ok(Timeline { unit, articles, inferred, undated, buckets })
}

/// Every bucket from the first to the last, with its count.
pub(super) fn filled(counts: &BTreeMap<Date, u64>, unit: Unit) -> impl Iterator<Item = (Date, u64)> + '_ {
    let last = counts.last_key_value().map(|(d, _)| *d);
    let starts = std::iter::successors(counts.first_key_value().map(|(d, _)| *d), move |d| unit.next(*d));
    starts.take_while(move |d| last.is_some_and(|last| *d <= last)).map(|d| (d, counts.get(&d).copied().unwrap_or(0)))
}

fn grouped(days: &BTreeMap<Date, u64>, unit: Unit) -> BTreeMap<Date, u64> {
    let mut out = BTreeMap::new();
    for (day, n) in days {
        *out.entry(unit.start(*day)).or_default() += n;
    }
    out
}

/// Articles by day, all of them, and those without a day.
fn days(selections: &[Selection]) -> tantivy::Result<(BTreeMap<Date, u64>, u64, u64)> {
    let (mut days, mut all, mut undated) = (BTreeMap::new(), 0, 0);
    for segment in selections.iter().flat_map(Selection::segments) {
        let dates = Dates::of(&segment)?;
        for doc in segment.docs() {
            all += 1;
            match dates.certain(doc) {
                Some(day) => *days.entry(day).or_default() += 1,
                None => undated += 1,
            }
        }
    }
    Ok((days, all, undated))
}

/// The dates of a segment's articles.
pub(super) struct Dates {
    published: Option<tantivy::columnar::Column<u64>>,
    undated: Option<tantivy::columnar::Column<u64>>,
}

impl Dates {
    pub fn of(segment: &Segment) -> tantivy::Result<Dates> {
        let fields = segment.fields();
        Ok(Dates { published: segment.numbers(fields.published)?, undated: segment.numbers(fields.undated)? })
    }

    /// The civil date of publication, unless it is only the file's.
    pub fn certain(&self, doc: tantivy::DocId) -> Option<Date> {
        let only_the_files = self.undated.as_ref().and_then(|c| c.first(doc)) == Some(1);
        let key = self.published.as_ref()?.first(doc).filter(|_| !only_the_files)?;
        day(key)
    }
}

/// The day that a date key stands for (see [`date_key`](crate::index::date_key)).
pub(super) fn day(key: u64) -> Option<Date> {
    let (year, month, day) = (key / 10_000, key / 100 % 100, key % 100);
    Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{DateFrom, Stamp};
    use crate::index::testing::{article, test_index};
    use jiff::civil::date;

    fn printed(id: &str, day: Option<Date>, from: DateFrom) -> crate::article::Article {
        let mut a = article(id, "A headline\n\nA body.");
        a.published = day.map(|date| Stamp { date, time: None, offset: None });
        a.published_from = day.map(|_| from);
        a
    }

    fn shown(t: &Timeline) -> String {
        t.buckets.iter().map(|b| format!("{} {}", t.unit.label(b.start), b.articles)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn gaps_are_zeros_and_a_files_date_is_none() {
        let reader = test_index(&[
            printed("a", Some(date(2023, 11, 30)), DateFrom::Metadata),
            printed("b", Some(date(2024, 2, 29)), DateFrom::Url),
            printed("c", Some(date(2024, 2, 1)), DateFrom::Body),
            printed("d", Some(date(2024, 1, 5)), DateFrom::File),
            printed("e", None, DateFrom::File),
        ]);
        let all = [Selection::all(&reader)];
        let t = timeline(&all, Some(Unit::Month)).unwrap();
        assert_eq!(shown(&t), "2023-11 1, 2023-12 0, 2024-01 0, 2024-02 2");
        assert_eq!((t.articles, t.undated), (5, 2));
        assert_eq!(shown(&timeline(&all, Some(Unit::Year)).unwrap()), "2023 1, 2024 2");
    }

    #[test]
    fn buckets_are_the_calendars() {
        // 1 January 2021 was a Friday of the last week of 2020; 2020 had 53 weeks.
        assert_eq!(Unit::Week.start(date(2021, 1, 1)), date(2020, 12, 28));
        assert_eq!(Unit::Week.label(date(2020, 12, 28)), "2020-W53");
        assert_eq!(Unit::Week.next(date(2020, 12, 28)), Some(date(2021, 1, 4)));
        assert_eq!(Unit::Week.label(date(2021, 1, 4)), "2021-W01");
        assert_eq!(Unit::Month.next(date(2024, 2, 1)), Some(date(2024, 3, 1)));
        assert_eq!(Unit::Year.start(date(2024, 12, 31)), date(2024, 1, 1));
        assert_eq!(Unit::Day.next(date(2024, 2, 28)), Some(date(2024, 2, 29)));
        assert_eq!(Unit::Day.next(Date::MAX), None);
    }

    #[test]
    fn the_archives_own_count_stands_beside() {
        let reader = test_index(&[
            printed("a", Some(date(2024, 1, 1)), DateFrom::Metadata),
            printed("b", Some(date(2024, 1, 2)), DateFrom::Metadata),
        ]);
        let only = tantivy::query::TermQuery::new(
            tantivy::Term::from_field_text(reader.fields().id, "b"),
            tantivy::schema::IndexRecordOption::Basic,
        );
        let t = timeline(&[Selection::of(&reader, &only).unwrap()], Some(Unit::Year)).unwrap();
        assert_eq!(t.buckets, [Bucket { start: date(2024, 1, 1), articles: 1, archive: 2 }]);
        assert_eq!(t.buckets[0].share(), 0.5);
    }
}
