//! Which names are one: what the strings of the columns stand for, article by article.
//!
//! Three things make names one, in this order. What folds to the same and has one type is one name; the ledger then
//! says what it should be, by article where it splits; and where nearly all articles agree on a name's type, the few
//! that do not are outvoted. A name that the ledger does not know and that most likely means a fuller one
//! ([`names`](crate::index::names)) counts for that, as inferred.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, TantivyError};

use super::MAJORITY;
use crate::article::EntityType;
use crate::article::fold::fold_name;
use crate::index::Reader;
use crate::index::ledger::{self, Corrections, Ledger};
use crate::search::selection::{Segment, Selection, strings_of};
use crate::search::timeline::Dates;

/// One name of one type.
pub(super) struct Name {
    pub folded: String,
    pub kind: Option<EntityType>,
    /// How often it stands under each spelling.
    spellings: BTreeMap<String, u64>,
    /// As the ledger writes it, if that says so.
    printed: Option<String>,
    /// The name it counts as: itself, unless it was outvoted.
    counts_as: u32,
    /// What the ledger makes of it where no split holds, and where one does.
    fate: Fate,
    splits: Vec<(usize, Fate)>,
    /// Its type is the ledger's word and not to be outvoted.
    settled: bool,
}

/// What the ledger makes of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Itself,
    Ignored,
    Is(u32),
}

impl Name {
    /// As the ledger has it, else the most frequent spelling; one that datelines and headlines shout only if there is
    /// no other.
    pub fn spelling(&self) -> &str {
        let kind = self.kind.unwrap_or(EntityType::Person);
        let key = |(name, n): &(&'_ String, &u64)| (!kind.is_shouted(name), **n, Reverse((*name).clone()));
        let printed = || self.spellings.iter().max_by_key(key).map(|(name, _)| name);
        self.printed.as_ref().or_else(printed).map_or("", String::as_str)
    }

    fn times(&self) -> u64 {
        self.spellings.values().sum()
    }
}

/// All names of the selected articles.
#[derive(Default)]
pub(super) struct Names {
    pub list: Vec<Name>,
    /// The names that fold to the same, of all types.
    alike: FxHashMap<String, Vec<u32>>,
    /// Segment by segment: ordinal to name.
    columns: Vec<Columns>,
    /// Index by index: the names that most likely mean another, and which.
    meant: Vec<FxHashMap<u32, u32>>,
}

#[derive(Default)]
struct Columns {
    /// Which of the indexes.
    owner: usize,
    entities: FxHashMap<u64, u32>,
    /// The speaker is one of those alike this one.
    speakers: FxHashMap<u64, u32>,
}

/// The names of one article.
#[derive(Default)]
pub(super) struct Article {
    pub published: Option<Date>,
    /// Each name, and whether the article gives it for certain.
    pub named: FxHashMap<u32, bool>,
    /// The same for each quote that has a speaker.
    pub speakers: Vec<(u32, bool)>,
}

impl Names {
    /// `certain`: without what is only inferred.
    pub fn read(selections: &[Selection], certain: bool) -> tantivy::Result<Names> {
        let mut names = Names::default();
        let segments =
            || selections.iter().enumerate().flat_map(|(i, s)| s.segments().map(move |segment| (i, segment)));
        for (owner, segment) in segments() {
            let mut columns = Columns { owner, ..Columns::default() };
            if let Some(column) = segment.strings(segment.fields().entity)? {
                for (ordinal, key, n) in used(&segment, &column)? {
                    let (kind, name) = key.split_once('|').unwrap_or(("", &key));
                    columns.entities.insert(ordinal, names.id(EntityType::from_name(kind), name, n));
                }
            }
            names.columns.push(columns);
        }
        // Speakers after all entities, so that they are found among them.
        for (i, (_, segment)) in segments().enumerate() {
            let Some(column) = segment.strings(segment.fields().said_by)? else { continue };
            for (ordinal, name, n) in used(&segment, &column)? {
                let id = match names.alike.get(&fold_name(&name)).and_then(|ids| ids.first()) {
                    Some(&id) => id,
                    None => names.id(None, &name, n),
                };
                names.columns[i].speakers.insert(ordinal, id);
            }
        }
        let corrections = selections.iter().find_map(|s| s.reader.corrections());
        for selection in selections.iter().filter(|_| !certain) {
            let meant = names.meant(selection.reader, corrections.map(|c| &*c.ledger))?;
            names.meant.push(meant);
        }
        if let Some(corrections) = corrections {
            names.correct(&corrections.ledger);
        }
        names.vote(corrections.map(|c| &*c.ledger));
        Ok(names)
    }

    fn id(&mut self, kind: Option<EntityType>, name: &str, times: u64) -> u32 {
        let id = self.of(kind, fold_name(name));
        *self.list[id as usize].spellings.entry(name.to_owned()).or_default() += times;
        id
    }

    fn of(&mut self, kind: Option<EntityType>, folded: String) -> u32 {
        let same = self.alike.get(&folded);
        let known = same.into_iter().flatten().copied().find(|&id| self.list[id as usize].kind == kind);
        known.unwrap_or_else(|| {
            let id = self.list.len() as u32;
            self.alike.entry(folded.clone()).or_default().push(id);
            self.list.push(Name {
                folded,
                kind,
                spellings: BTreeMap::new(),
                printed: None,
                counts_as: id,
                fate: Fate::Itself,
                splits: Vec::new(),
                settled: false,
            });
            id
        })
    }

    /// Which of the names most likely mean another.
    fn meant(&mut self, reader: &Reader, ledger: Option<&Ledger>) -> tantivy::Result<FxHashMap<u32, u32>> {
        let learned = reader.names().map_err(|e| TantivyError::InternalError(e.to_string()))?;
        let mut meant = FxHashMap::default();
        for id in 0..self.list.len() as u32 {
            let Name { folded, kind, .. } = &self.list[id as usize];
            let group = kind.and_then(|kind| learned.group(kind, folded)).filter(|group| group.name != *folded);
            let Some(group) = group.filter(|_| !ledger.is_some_and(|ledger| ledger.knows(folded))) else { continue };
            let full = self.of(Some(group.kind), group.name.clone());
            // The articles at hand may not print it at all.
            self.list[full as usize].spellings.entry(group.printed.clone()).or_default();
            meant.insert(id, full);
        }
        Ok(meant)
    }

    /// Looks every name up in the ledger.
    fn correct(&mut self, ledger: &Ledger) {
        for id in 0..self.list.len() {
            let Name { folded, kind, .. } = &self.list[id];
            let (kind, folded) = (*kind, folded.clone());
            if !ledger.knows(&folded) {
                continue;
            }
            let fate = ledger.resolve(kind, &folded, |_| false);
            self.list[id].fate = self.fate(id, fate);
            let splits: Vec<usize> = ledger.splits_of(kind, &folded).collect();
            for split in splits {
                let fate = ledger.resolve(kind, &folded, |entry| entry == split);
                let fate = self.fate(id, fate);
                self.list[id].splits.push((split, fate));
            }
            // How it is spelled counts for what it is now.
            if let Fate::Is(now) = self.list[id].fate
                && now as usize != id
            {
                for (spelling, n) in std::mem::take(&mut self.list[id].spellings) {
                    *self.list[now as usize].spellings.entry(spelling).or_default() += n;
                }
            }
        }
    }

    fn fate(&mut self, of: usize, fate: ledger::Fate) -> Fate {
        match fate {
            ledger::Fate::Unknown => Fate::Itself,
            ledger::Fate::Ignored => Fate::Ignored,
            ledger::Fate::Is(identity) => {
                let id = self.of(identity.kind, identity.folded);
                let retyped = identity.kind != self.list[of].kind;
                let name = &mut self.list[id as usize];
                name.settled |= retyped;
                name.printed = identity.printed.or(name.printed.take());
                Fate::Is(id)
            }
        }
    }

    /// Gives each name the type that nearly all articles give it; one that the ledger put together, that of most.
    fn vote(&mut self, ledger: Option<&Ledger>) {
        for (folded, ids) in self.alike.iter().filter(|(_, ids)| ids.len() > 1) {
            let times = |id: u32| self.list[id as usize].times();
            let all: u64 = ids.iter().map(|&id| times(id)).sum();
            let Some(winner) = ids.iter().copied().max_by_key(|&id| (times(id), Reverse(id))) else { continue };
            let joined = ledger.is_some_and(|ledger| ledger.is_joined(folded));
            if joined || times(winner) as f64 >= MAJORITY * all as f64 {
                for &id in ids {
                    let name = &mut self.list[id as usize];
                    if !name.settled {
                        name.counts_as = winner;
                    }
                }
            }
        }
    }

    /// Whom a name counts for in an article, and whether for certain.
    fn now(&self, id: u32, owner: usize, corrections: Option<&Corrections>, at: DocAddress) -> Option<(u32, bool)> {
        let voted = self.list[id as usize].counts_as;
        match self.meant.get(owner).and_then(|meant| meant.get(&voted)) {
            Some(&meant) => self.settled(meant, corrections, at).map(|now| (now, false)),
            None => self.settled(id, corrections, at).map(|now| (now, true)),
        }
    }

    /// What the ledger and the vote make of a name in an article.
    fn settled(&self, id: u32, corrections: Option<&Corrections>, at: DocAddress) -> Option<u32> {
        let name = &self.list[id as usize];
        let within = |split: usize| corrections.is_some_and(|c| c.within(split, at));
        let split = name.splits.iter().find(|(split, _)| within(*split));
        let now = match split.map_or(name.fate, |(_, fate)| *fate) {
            Fate::Itself => id,
            Fate::Ignored => return None,
            Fate::Is(now) => now,
        };
        Some(self.list[now as usize].counts_as)
    }

    /// Hands over each article's names.
    pub fn each_article(&self, selections: &[Selection], mut each: impl FnMut(&Article)) -> tantivy::Result<()> {
        let mut article = Article::default();
        let mut printed = FxHashSet::default();
        for (segment, columns) in selections.iter().flat_map(Selection::segments).zip(&self.columns) {
            let fields = segment.fields();
            let (entities, said_by) = (segment.strings(fields.entity)?, segment.strings(fields.said_by)?);
            let corrections = segment.corrections();
            let dates = Dates::of(&segment)?;
            for doc in segment.docs() {
                let at = DocAddress::new(segment.ord, doc);
                printed.clear();
                article.named.clear();
                article.speakers.clear();
                let ordinals = entities.iter().flat_map(|c| c.term_ords(doc));
                printed.extend(ordinals.filter_map(|ordinal| columns.entities.get(&ordinal).copied()));
                for (id, certain) in printed.iter().filter_map(|&id| self.now(id, columns.owner, corrections, at)) {
                    *article.named.entry(id).or_default() |= certain;
                }
                for ordinal in said_by.iter().flat_map(|c| c.term_ords(doc)) {
                    let speaker = columns.speakers.get(&ordinal).map(|&id| self.speaker(id, &printed));
                    article.speakers.extend(speaker.and_then(|id| self.now(id, columns.owner, corrections, at)));
                }
                article.published = dates.certain(doc);
                each(&article);
            }
        }
        Ok(())
    }

    /// Of the names alike this one, the one that the article has, else the most frequent.
    fn speaker(&self, id: u32, printed: &FxHashSet<u32>) -> u32 {
        let alike = self.alike.get(&self.list[id as usize].folded).map_or(&[][..], Vec::as_slice);
        let here = alike.iter().copied().find(|id| printed.contains(id));
        let frequent = || alike.iter().copied().max_by_key(|&id| (self.list[id as usize].times(), Reverse(id)));
        here.or_else(frequent).unwrap_or(id)
    }

    /// An order of names that is the same whatever the order of articles.
    pub fn order(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let key = |id: u32| {
            let name = &self.list[id as usize];
            (&name.folded, name.kind)
        };
        key(a).cmp(&key(b))
    }
}

/// The strings of a column that the segment's selected articles have: ordinal, string, in how many places.
fn used(segment: &Segment, column: &StrColumn) -> tantivy::Result<Vec<(u64, String, u64)>> {
    let mut times: FxHashMap<u64, u64> = FxHashMap::default();
    for doc in segment.docs() {
        for ordinal in column.term_ords(doc) {
            *times.entry(ordinal).or_default() += 1;
        }
    }
    let mut times: Vec<(u64, u64)> = times.into_iter().collect();
    times.sort_unstable();
    let ordinals: Vec<u64> = times.iter().map(|(ordinal, _)| *ordinal).collect();
    let strings = strings_of(column, &ordinals)?;
    Ok(times.into_iter().zip(strings).map(|((ordinal, n), string)| (ordinal, string, n)).collect())
}
