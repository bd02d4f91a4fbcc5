//! What the matching articles are: how many of each outlet, section and year, and who is named in how many.
//!
//! Every count is of articles, from columns alone. Those without a value are counted apart: an archive of which half
//! has no section must not seem to have none else.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::TantivyError;
use tantivy::schema::Field;

use super::names::Names;
use crate::article::{EntityType, names};
use crate::index::schema::Fields;
use crate::search::selection::{Segment, Selection, strings_of};
use crate::search::timeline::{Dates, Unit};

/// By what articles are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Source,
    Section,
    Language,
    Year,
    Month,
    Person,
    Organization,
    Place,
    Group,
    Speaker,
}

names!(Kind {
    Source = "source", Section = "section", Language = "language", Year = "year", Month = "month", Person = "person",
    Organization = "organization", Place = "place", Group = "group", Speaker = "speaker",
});

/// The counts of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    pub kind: Kind,
    /// Values with how many articles have them, the most frequent first; years and months all of them, in their order.
    pub values: Vec<(String, u64)>,
    /// How many more values there are.
    pub more: u64,
    /// Articles without a value; of time, without a certain date.
    pub without: u64,
}

/// Counts the selected articles by each kind, in the order asked for; of years and months all, of others at most so
/// many values. `certain`: names that most likely mean another count for themselves.
pub fn breakdown(
    selections: &[Selection],
    kinds: &[Kind],
    most: usize,
    certain: bool,
) -> tantivy::Result<Vec<Breakdown>> {
    // Names are read and joined once for all kinds of them.
    let mut names = None;
    let mut out = Vec::with_capacity(kinds.len());
    for &kind in kinds {
        let (mut values, without) = match kind {
            Kind::Source => sources(selections)?,
            Kind::Section => column(selections.iter().flat_map(Selection::segments), |fields| fields.section)?,
            Kind::Language => column(selections.iter().flat_map(Selection::segments), |fields| fields.language)?,
            Kind::Year => time(selections, Unit::Year)?,
            Kind::Month => time(selections, Unit::Month)?,
            Kind::Person | Kind::Organization | Kind::Place | Kind::Group | Kind::Speaker => {
                let known = match names.take() {
                    Some(known) => known,
                    None => Names::read(selections, certain)?,
                };
                let counts = named(selections, &known, EntityType::from_name(kind.name()))?;
                names = Some(known);
                counts
            }
        };
        let mut more = 0;
        if !matches!(kind, Kind::Year | Kind::Month) {
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            more = values.len().saturating_sub(most) as u64;
            values.truncate(most);
        }
        out.push(Breakdown { kind, values, more, without });
    }
    Ok(out)
}

/// Values with their counts, and how many articles have none.
type Counts = (Vec<(String, u64)>, u64);

/// Outlets, each under the one name that the archive knows it by.
fn sources(selections: &[Selection]) -> tantivy::Result<Counts> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut without = 0;
    for selection in selections {
        let outlets = selection.reader.outlets().map_err(|e| TantivyError::InternalError(e.to_string()))?;
        let (values, none) = column(selection.segments(), |fields| fields.source)?;
        values.into_iter().for_each(|(source, n)| *counts.entry(outlets.name(&source).to_owned()).or_default() += n);
        without += none;
    }
    Ok((counts.into_iter().collect(), without))
}

fn column<'s>(
    segments: impl Iterator<Item = Segment<'s>>,
    field: impl Fn(&Fields) -> Field,
) -> tantivy::Result<Counts> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut without = 0;
    for segment in segments {
        let Some(column) = segment.strings(field(segment.fields()))? else {
            without += segment.count();
            continue;
        };
        let mut ordinals: FxHashMap<u64, u64> = FxHashMap::default();
        for doc in segment.docs() {
            match column.term_ords(doc).next() {
                Some(ordinal) => *ordinals.entry(ordinal).or_default() += 1,
                None => without += 1,
            }
        }
        let mut ordinals: Vec<(u64, u64)> = ordinals.into_iter().collect();
        ordinals.sort_unstable();
        let keys: Vec<u64> = ordinals.iter().map(|(ordinal, _)| *ordinal).collect();
        for (value, (_, n)) in strings_of(&column, &keys)?.into_iter().zip(ordinals) {
            *counts.entry(value).or_default() += n;
        }
    }
    Ok((counts.into_iter().collect(), without))
}

fn time(selections: &[Selection], unit: Unit) -> tantivy::Result<Counts> {
    let mut counts = BTreeMap::new();
    let mut without = 0;
    for segment in selections.iter().flat_map(Selection::segments) {
        let dates = Dates::of(&segment)?;
        for doc in segment.docs() {
            match dates.certain(doc) {
                Some(day) => *counts.entry(unit.start(day)).or_default() += 1,
                None => without += 1,
            }
        }
    }
    Ok((counts.into_iter().map(|(start, n)| (unit.label(start), n)).collect(), without))
}

/// Names of one type; speakers, if there is none.
fn named(selections: &[Selection], names: &Names, kind: Option<EntityType>) -> tantivy::Result<Counts> {
    let mut counts: FxHashMap<u32, u64> = FxHashMap::default();
    let mut without = 0;
    names.each_article(selections, |article| {
        let ids: FxHashSet<u32> = match kind {
            Some(_) => article.named.keys().copied().filter(|&id| names.list[id as usize].kind == kind).collect(),
            None => article.speakers.iter().map(|(id, _)| *id).collect(),
        };
        without += u64::from(ids.is_empty());
        ids.into_iter().for_each(|id| *counts.entry(id).or_default() += 1);
    })?;
    let mut ids: Vec<(u32, u64)> = counts.into_iter().collect();
    // Names of one spelling and count, in an order that does not hang on that of the articles.
    ids.sort_by(|a, b| Reverse(a.1).cmp(&Reverse(b.1)).then_with(|| names.order(a.0, b.0)));
    Ok((ids.into_iter().map(|(id, n)| (names.list[id as usize].spelling().to_owned(), n)).collect(), without))
}
