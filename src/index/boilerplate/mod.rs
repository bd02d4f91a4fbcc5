//! Boilerplate: what an outlet repeats in article after article, learned from the archive.
//!
//! "Get the stories you care about delivered to your inbox", "Send letters to …", the line on who owns the site: no
//! list has them all, but the archive does. A line (see [`line`]) is boilerplate of an outlet if it stands
//!
//! - in at least [`FEWEST`] different *stories* of the outlet: reprints and updates of one story are one, told by the
//!   smallest hash of their sketches;
//! - in at least [`SHARE`] of all that the outlet published while the line was in use, which is taken to be at least
//!   [`SPAN`]: a site changes its lines every few years, but what is said of one running story is said for weeks, among
//!   much else;
//! - as a rule in the same place, counted from the beginning or the end of the article, and is as a rule neither
//!   somebody's words nor a name of those who wrote it. That is looked up in some of the stories that have it.
//!
//! An *outlet* is where an article stands: its site, or where no address is known its source; articles with neither are
//! one outlet. Nothing is learned across outlets, so that a story which many print is never boilerplate.
//!
//! Like all that the archive teaches, it is derived from what is committed, in canonical order: the hashes of each
//! article's lines are a column; what they count up to is looked up in a few articles; the result is a sidecar, used
//! only with the commit it was learned from. Articles and postings stay as they are: a line is marked as a zone
//! ([`Repeated::mark`]) in the article that is shown.
//!
//! ```text
//! newsdex.boilerplate/1 <commit>
//! cbn.example <TAB> CBN <TAB> stay up to date # <TAB> Stay up to date 2021 <TAB> 120 <TAB> 300 <TAB> id <TAB> …
//! ```
//!
//! Learning takes memory for those lines only that can be frequent enough, some 30 bytes for each time they stand in an
//! article.

pub mod line;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::DocAddress;

use super::columns::{Sites, Sources, plain};
use super::layers::domain;
use super::sidecar::Sidecar;
use super::{Reader, Result, sketch};
use crate::article::{Article, QuoteKind, Zone, ZoneKind, fold::fold_name};

/// Different stories of an outlet that a line stands in, at least.
pub const FEWEST: usize = 5;
/// The share of the outlet's articles of that time.
pub const SHARE: f32 = 0.05;
/// That time, in days as [`day`] counts them, at least: a year.
const SPAN: u32 = 372;
/// Stories in which a line is looked up.
const LOOKED_UP: usize = 12;
/// Articles that are told as examples.
const EXAMPLES: usize = 3;

/// What the archive's outlets repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boilerplate {
    lines: Vec<Line>,
    outlets: FxHashMap<String, Repeated>,
}

/// The lines of one outlet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    keys: FxHashSet<String>,
    hashes: FxHashSet<u32>,
}

/// A line and how often an outlet has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it stands: a site or a source; empty where neither is known.
    pub outlet: String,
    /// What most of its articles call the outlet; empty where none does.
    pub source: String,
    /// As it is compared (see [`line::key`]).
    pub key: String,
    /// As most of those looked up print it.
    pub printed: String,
    /// In how many articles it stands, of how many of its time.
    pub articles: u32,
    pub among: u32,
    /// Ids of some of them.
    pub examples: Vec<String>,
}

impl Line {
    fn write(&self, out: &mut String) {
        let (articles, among) = (self.articles.to_string(), self.among.to_string());
        let columns = [&self.outlet, &self.source, &self.key, &self.printed, &articles, &among];
        for (i, column) in columns.into_iter().chain(&self.examples).enumerate() {
            if i > 0 {
                out.push('\t');
            }
            out.push_str(column);
        }
        out.push('\n');
    }

    fn read(row: &str) -> Option<Line> {
        let mut columns = row.split('\t').map(str::to_owned);
        let mut next = || columns.next();
        Some(Line {
            outlet: next()?,
            source: next()?,
            key: next()?,
            printed: next()?,
            articles: next()?.parse().ok()?,
            among: next()?.parse().ok()?,
            examples: columns.collect(),
        })
    }
}

impl Sidecar for Boilerplate {
    const FILE: &'static str = "boilerplate.tsv";
    const FORMAT: &'static str = "newsdex.boilerplate/1";

    /// Counts the lines of all articles, outlet by outlet.
    fn learn(reader: &Reader) -> Result<Self> {
        let archive = Archive::read(reader)?;
        let mut lines = Vec::new();
        for uses in archive.uses.chunk_by(|a, b| (a.outlet, a.line) == (b.outlet, b.line)) {
            lines.extend(archive.judge(uses, reader)?);
        }
        lines.sort_by(|a, b| (&a.outlet, Reverse(a.articles), &a.key).cmp(&(&b.outlet, Reverse(b.articles), &b.key)));
        // Two hashes of one key: never, but a line is in the list once.
        lines.dedup_by(|a, b| (&a.outlet, &a.key) == (&b.outlet, &b.key));
        Ok(Boilerplate::from(lines))
    }

    fn from_text(text: String) -> Self {
        Boilerplate::from(text.lines().filter_map(Line::read).collect())
    }

    fn text(&self) -> Cow<'_, str> {
        let mut text = String::new();
        self.lines.iter().for_each(|line| line.write(&mut text));
        Cow::Owned(text)
    }
}

impl Boilerplate {
    fn from(lines: Vec<Line>) -> Boilerplate {
        let mut all = Boilerplate::default();
        for line in &lines {
            let of_outlet = all.outlets.entry(line.outlet.clone()).or_default();
            of_outlet.hashes.insert(line::hash(&line.key));
            of_outlet.keys.insert(line.key.clone());
        }
        Boilerplate { lines, ..all }
    }

    /// All lines, by outlet, of each the most frequent first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines of an article's outlet, if it has any.
    pub fn of(&self, article: &Article) -> Option<&Repeated> {
        self.outlets.get(&outlet(article.url.as_deref(), article.source.as_deref()))
    }
}

impl Repeated {
    /// Marks what of an article of the outlet is boilerplate. `hashes`: those of its lines, as the index has them; they
    /// spare all articles that have none a closer look.
    pub fn mark(&self, article: &mut Article, hashes: impl IntoIterator<Item = u32>) {
        if hashes.into_iter().any(|hash| self.hashes.contains(&hash)) {
            let is_known = |i: &usize| line::key(article, *i).is_some_and(|key| self.keys.contains(&key));
            let marked: Vec<usize> = (0..article.paragraphs.len()).filter(is_known).collect();
            article.zones = zones(article, &marked);
        }
    }
}

/// Where an article stands.
fn outlet(url: Option<&str>, source: Option<&str>) -> String {
    url.and_then(domain).or_else(|| source.map(plain)).unwrap_or_default()
}

/// An article's zones with these paragraphs, in order, as boilerplate.
fn zones(article: &Article, marked: &[usize]) -> Vec<Zone> {
    let mut out: Vec<Zone> = Vec::with_capacity(article.zones.len() + 2 * marked.len());
    for zone in &article.zones {
        let first = article.paragraphs.partition_point(|p| p.end <= zone.span.start);
        let inside = article.paragraphs.iter().enumerate().skip(first).take_while(|(_, p)| p.start < zone.span.end);
        // What goes on in the same zone without a break.
        let mut open = false;
        for (i, paragraph) in inside {
            let mut span = *paragraph;
            (span.start, span.end) = (span.start.max(zone.span.start), span.end.min(zone.span.end));
            let kind = if marked.binary_search(&i).is_ok() { ZoneKind::Boilerplate } else { zone.kind };
            match out.last_mut().filter(|last| open && last.kind == kind && kind != ZoneKind::Boilerplate) {
                Some(last) => last.span.end = span.end,
                None => out.push(Zone { kind, span }),
            }
            open = true;
        }
    }
    out
}

/// A line in an article.
#[derive(Clone, Copy)]
struct Use {
    outlet: u32,
    line: u32,
    story: u32,
    /// See [`day`]; 0 where no day is certain.
    day: u32,
    at: DocAddress,
}

/// All that is counted.
struct Archive {
    outlets: Vec<Outlet>,
    /// Of lines that may be frequent enough, in order of outlet, line and story.
    uses: Vec<Use>,
}

#[derive(Default)]
struct Outlet {
    name: String,
    sources: BTreeMap<String, u32>,
    /// Of its articles, in order; those without a certain day first, as 0.
    days: Vec<u32>,
}

impl Archive {
    fn read(reader: &Reader) -> Result<Archive> {
        let mut outlets: Vec<Outlet> = Vec::new();
        let mut ids: FxHashMap<String, u32> = FxHashMap::default();
        let mut where_from: Vec<Vec<u32>> = Vec::new();
        for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
            let (sources, sites) = (Sources::of(reader, segment)?, Sites::of(reader, segment)?);
            let days = Days::of(reader, ord as u32)?;
            let mut list = vec![0; segment.max_doc() as usize];
            for doc in segment.doc_ids_alive() {
                let source = sources.of_doc(doc);
                let name = sites.of_doc(doc).map(str::to_owned).or_else(|| source.map(plain)).unwrap_or_default();
                let id = *ids.entry(name).or_insert_with_key(|name| {
                    outlets.push(Outlet { name: name.clone(), ..Outlet::default() });
                    outlets.len() as u32 - 1
                });
                list[doc as usize] = id;
                let outlet = &mut outlets[id as usize];
                outlet.days.push(days.of_doc(doc));
                if let Some(source) = source {
                    match outlet.sources.get_mut(source) {
                        Some(n) => *n += 1,
                        None => drop(outlet.sources.insert(source.to_owned(), 1)),
                    }
                }
            }
            where_from.push(list);
        }
        outlets.iter_mut().for_each(|o| o.days.sort_unstable());
        let mut frequent = Frequent::new();
        each_line(reader, |at, line, _| frequent.count(where_from[at.segment_ord as usize][at.doc_id as usize], line))?;
        let mut uses = Vec::new();
        each_line(reader, |at, line, story| {
            let outlet = where_from[at.segment_ord as usize][at.doc_id as usize];
            if frequent.has(outlet, line) {
                uses.push(Use { outlet, line, story, day: 0, at });
            }
        })?;
        for (ord, _) in reader.searcher().segment_readers().iter().enumerate() {
            let days = Days::of(reader, ord as u32)?;
            uses.iter_mut().filter(|u| u.at.segment_ord == ord as u32).for_each(|u| u.day = days.of_doc(u.at.doc_id));
        }
        uses.sort_unstable_by_key(|u| (u.outlet, u.line, u.story, u.at));
        Ok(Archive { outlets, uses })
    }

    /// Whether what these articles of one outlet have in common is boilerplate.
    fn judge(&self, uses: &[Use], reader: &Reader) -> Result<Option<Line>> {
        let stories = uses.chunk_by(|a, b| a.story == b.story);
        let (Some(first), true) = (uses.first(), stories.clone().count() >= FEWEST) else { return Ok(None) };
        let Some(outlet) = self.outlets.get(first.outlet as usize) else { return Ok(None) };
        let among = outlet.meanwhile(uses.iter().map(|u| u.day).filter(|day| *day > 0));
        if (stories.clone().count() as f32) < SHARE * among as f32 {
            return Ok(None);
        }
        let mut seen = Vec::with_capacity(LOOKED_UP);
        for story in stories.take(LOOKED_UP) {
            let Some(at) = first_by_id(story, reader)? else { continue };
            let article = reader.article(at)?;
            seen.extend(Sight::of(&article, first.line));
        }
        // The words most of them have; of equals the first in the alphabet.
        let Some(key) = most(seen.iter().map(|s| s.key.as_str())) else { return Ok(None) };
        let seen: Vec<&Sight> = seen.iter().filter(|s| s.key == key).collect();
        let half = seen.len().div_ceil(2);
        let in_place = |place: fn(&Sight) -> usize| {
            let mut counts: FxHashMap<usize, usize> = FxHashMap::default();
            seen.iter().for_each(|s| *counts.entry(place(s)).or_default() += 1);
            counts.into_values().max().unwrap_or(0) >= half
        };
        let personal = seen.iter().filter(|s| s.personal).count();
        if seen.len() < FEWEST || personal >= half || !(in_place(|s| s.from_start) || in_place(|s| s.from_end)) {
            return Ok(None);
        }
        let mut examples: Vec<String> = seen.iter().map(|s| plain(&s.id)).collect();
        examples.sort_unstable();
        examples.truncate(EXAMPLES);
        let source = outlet.sources.iter().max_by_key(|(name, n)| (**n, Reverse(*name)));
        Ok(Some(Line {
            outlet: outlet.name.clone(),
            source: source.map(|(name, _)| plain(name)).unwrap_or_default(),
            key: key.to_owned(),
            printed: most(seen.iter().map(|s| s.printed.as_str())).map(plain).unwrap_or_default(),
            articles: uses.len() as u32,
            among,
            examples,
        }))
    }
}

impl Outlet {
    /// How many of its articles are of the time between these days, or may be.
    fn meanwhile(&self, days: impl Iterator<Item = u32> + Clone) -> u32 {
        let all = self.days.len() as u32;
        let (Some(first), Some(last)) = (days.clone().min(), days.clone().max()) else { return all };
        if days.count() < FEWEST {
            return all;
        }
        let missing = SPAN.saturating_sub(last - first);
        let (first, last) = (first.saturating_sub(missing.div_ceil(2)).max(1), last + missing / 2);
        let undated = self.days.partition_point(|d| *d == 0);
        let dated = self.days.partition_point(|d| *d <= last) - self.days.partition_point(|d| *d < first);
        (undated + dated) as u32
    }
}

/// A line as it stands in one article.
struct Sight {
    id: String,
    key: String,
    printed: String,
    /// Paragraphs before and behind it.
    from_start: usize,
    from_end: usize,
    /// It is somebody's words, or the name of who wrote the article.
    personal: bool,
}

impl Sight {
    fn of(article: &Article, line: u32) -> Option<Sight> {
        let (i, key) = line::edges(article).find_map(|i| {
            let key = line::key(article, i)?;
            (line::hash(&key) == line).then_some((i, key))
        })?;
        let span = *article.paragraphs.get(i)?;
        let said = article.quotes.iter().any(|q| {
            q.kind != QuoteKind::Indirect && q.speaker.is_some() && q.parts.iter().any(|part| part.overlaps(span))
        });
        let words = key.split(' ').count();
        let signed = article.byline.iter().any(|name| {
            let name = fold_name(name);
            !name.is_empty()
                && 2 * name.split(' ').count() >= words
                && fold_name(span.of(&article.text)).contains(&name)
        });
        Some(Sight {
            id: article.id.clone(),
            key,
            printed: span.of(&article.text).to_owned(),
            from_start: i,
            from_end: article.paragraphs.len() - i,
            personal: said || signed,
        })
    }
}

/// Of the articles of one story the one whose id is the first in the alphabet.
fn first_by_id(story: &[Use], reader: &Reader) -> Result<Option<DocAddress>> {
    if let [only] = story {
        return Ok(Some(only.at));
    }
    let mut first: Option<(String, DocAddress)> = None;
    for at in story.iter().map(|u| u.at) {
        let id = reader.filed_id(at)?;
        if first.as_ref().is_none_or(|(known, _)| id < *known) {
            first = Some((id, at));
        }
    }
    Ok(first.map(|(_, at)| at))
}

/// The most frequent; of equals the first in the alphabet.
fn most<'s>(all: impl Iterator<Item = &'s str>) -> Option<&'s str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.for_each(|s| *counts.entry(s).or_default() += 1);
    counts.into_iter().max_by_key(|(s, n)| (*n, Reverse(*s))).map(|(s, _)| s)
}

/// Hands over each line of each article: where, its hash and the story's.
fn each_line(reader: &Reader, mut each: impl FnMut(DocAddress, u32, u32)) -> Result<()> {
    for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
        let (Some(lines), Some(sketches)) = (
            reader.numbers_opt(ord as u32, reader.fields().line)?,
            reader.numbers_opt(ord as u32, reader.fields().sketch)?,
        ) else {
            continue;
        };
        for doc in segment.doc_ids_alive() {
            let Some(story) = sketches.first(doc) else { continue };
            lines.values_for_doc(doc).for_each(|line| {
                each(DocAddress::new(ord as u32, doc), line as u32, story as u32);
            });
        }
    }
    Ok(())
}

/// Counts lines roughly in little memory: none that is frequent is missed, some others are let through.
struct Frequent(Vec<u8>);

impl Frequent {
    const BITS: u32 = 22;

    fn new() -> Frequent {
        Frequent(vec![0; 1 << Self::BITS])
    }

    fn place(outlet: u32, line: u32) -> usize {
        (sketch::mix(u64::from(outlet) << 32 | u64::from(line)) >> (64 - Self::BITS)) as usize
    }

    fn count(&mut self, outlet: u32, line: u32) {
        let slot = &mut self.0[Self::place(outlet, line)];
        *slot = slot.saturating_add(1);
    }

    fn has(&self, outlet: u32, line: u32) -> bool {
        usize::from(self.0[Self::place(outlet, line)]) >= FEWEST
    }
}

/// A day as a number that grows by one a day and by some more where a month is short; 0 where it is not certain.
fn day(key: u64) -> u32 {
    (key / 10_000 * 372 + key / 100 % 100 * 31 + key % 100) as u32
}

/// The days of publication of a segment's articles.
struct Days {
    published: Option<tantivy::columnar::Column<u64>>,
    undated: Option<tantivy::columnar::Column<u64>>,
}

impl Days {
    fn of(reader: &Reader, segment: u32) -> Result<Days> {
        let fields = reader.fields();
        Ok(Days {
            published: reader.numbers_opt(segment, fields.published)?,
            undated: reader.numbers_opt(segment, fields.undated)?,
        })
    }

    fn of_doc(&self, doc: u32) -> u32 {
        let certain = self.undated.as_ref().is_none_or(|c| c.first(doc).is_none());
        self.published.as_ref().and_then(|c| c.first(doc)).filter(|_| certain).map_or(0, day)
    }
}

#[cfg(test)]
mod tests;
