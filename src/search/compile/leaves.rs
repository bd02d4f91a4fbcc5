//! From a word to a leaf of the plan: the entries of each segment's dictionary, and how rare they are together.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};

use crate::index::dictionary::Dictionary;
use crate::index::layers;
use crate::search::engine::{Bm25, Segment};
use crate::search::expand::{self, Expansion, Spoken, Stemming};
use crate::search::plan::{Entry, Leaf, Plan};
use crate::search::syntax::Term;

/// How many articles of a segment are asked for the language of a word.
const SAMPLE: usize = 256;
/// A word belongs to a language that one in so many of them is in.
const SPOKEN_IN: u32 = 10;

/// The dictionaries of an archive, and the leaves made so far: the same word is one leaf.
pub(super) struct Leaves<'a> {
    segments: &'a [Segment<'a>],
    bm25: &'a Bm25,
    pub stemming: Stemming,
    inverted: FxHashMap<Field, Vec<Arc<InvertedIndexReader>>>,
    known: FxHashMap<(Field, String), usize>,
}

impl<'a> Leaves<'a> {
    pub fn new(segments: &'a [Segment<'a>], bm25: &'a Bm25, stemming: Stemming) -> Self {
        Leaves { segments, bm25, stemming, inverted: FxHashMap::default(), known: FxHashMap::default() }
    }

    fn inverted(&mut self, field: Field) -> tantivy::Result<&[Arc<InvertedIndexReader>]> {
        if !self.inverted.contains_key(&field) {
            let readers = self.segments.iter().map(|s| s.reader.inverted_index(field)).collect::<Result<_, _>>()?;
            self.inverted.insert(field, readers);
        }
        Ok(self.inverted.get(&field).map_or(&[], Vec::as_slice))
    }

    /// A word with its relatives. `text`: as the query has it.
    pub fn word(&mut self, plan: &mut Plan, field: Field, term: &Term, acronym: bool) -> tantivy::Result<usize> {
        let kind = match term {
            Term::Word(_) if acronym => 'A',
            Term::Word(_) => 'w',
            Term::Exact(_) => 'x',
            Term::Wild(_) => '*',
            Term::Fuzzy(..) => '~',
        };
        let key = (field, format!("{kind}{term}"));
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        self.inverted(field)?;
        let readers = self.inverted.get(&field).map_or(&[][..], Vec::as_slice);
        let opened: Vec<Arc<Dictionary>> =
            self.segments.iter().map(|s| s.source.dictionary(s.ord, field)).collect::<tantivy::Result<_>>()?;
        let dictionaries: Vec<&Dictionary> = opened.iter().map(Arc::as_ref).collect();
        let spoken = match term {
            Term::Word(word) if self.stemming.several() => Some(self.spoken(word, &dictionaries, readers)?),
            _ => None,
        };
        let all = spoken.unwrap_or(Spoken::ALL);
        let mut expansion = expand::expand(term, acronym, &self.stemming, all, &dictionaries)?;
        if let Some(spoken) = spoken {
            self.keep_spoken(&mut expansion, spoken, readers)?;
        }
        self.add(plan, key, expansion, term.to_string(), 1.0)
    }

    /// The languages of the articles that have the word itself, as far as a sample of them tells: `dockers` in English
    /// articles is no form of the German `Dock`.
    fn spoken(
        &self,
        word: &str,
        dictionaries: &[&Dictionary],
        readers: &[Arc<InvertedIndexReader>],
    ) -> tantivy::Result<Spoken> {
        let mut counts = FxHashMap::default();
        for ((segment, inverted), dictionary) in self.segments.iter().zip(readers).zip(dictionaries) {
            for found in expand::same(word, dictionary)? {
                languages(segment, inverted, &found, &mut counts)?;
            }
        }
        Ok(self.stemming.spoken(|code| speaks(&counts, code)))
    }

    /// Leaves out relatives that stand in articles of other languages.
    fn keep_spoken(
        &self,
        expansion: &mut Expansion,
        spoken: Spoken,
        readers: &[Arc<InvertedIndexReader>],
    ) -> tantivy::Result<()> {
        for ((segment, inverted), list) in self.segments.iter().zip(readers).zip(&mut expansion.segments) {
            let mut kept = Vec::with_capacity(list.len());
            for found in list.drain(..) {
                let mut counts = FxHashMap::default();
                if !found.same {
                    languages(segment, inverted, &found, &mut counts)?;
                }
                if counts.is_empty() || self.stemming.spoken(|code| speaks(&counts, code)).meets(spoken) {
                    kept.push(found);
                }
            }
            *list = kept;
        }
        Ok(())
    }

    /// Entries of the dictionary exactly as they are given; `weight` is zero for what is not scored.
    pub fn entries(&mut self, plan: &mut Plan, field: Field, terms: &[String], weight: f32) -> tantivy::Result<usize> {
        let key = (field, format!("={}", terms.join("\0")));
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        let mut expansion = Expansion::default();
        for inverted in self.inverted(field)? {
            let mut list = Vec::new();
            for term in terms {
                if let Some(info) = inverted.terms().get(term)? {
                    list.push(expand::Found { word: term.clone(), info, same: true });
                }
            }
            expansion.segments.push(list);
        }
        self.add(plan, key, expansion, terms.join(" "), weight)
    }

    /// A folded name as a whole, and who has none but is called so.
    pub fn name(&mut self, plan: &mut Plan, field: Field, folded: &str) -> tantivy::Result<usize> {
        let text = format!("={folded}");
        let key = (field, format!("n{folded}"));
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        let mut terms = vec![layers::whole(folded), layers::unnamed(folded)];
        terms.dedup();
        let mut expansion = Expansion::default();
        for inverted in self.inverted(field)? {
            let mut list = Vec::new();
            for term in &terms {
                if let Some(info) = inverted.terms().get(term)? {
                    list.push(expand::Found { word: text.clone(), info, same: true });
                }
            }
            expansion.segments.push(list);
        }
        self.add(plan, key, expansion, text, 1.0)
    }

    /// All entries that begin so, up to [`expand::MAX_GROUP`] a segment.
    pub fn prefix(&mut self, plan: &mut Plan, field: Field, prefix: &str, weight: f32) -> tantivy::Result<usize> {
        let key = (field, format!("^{prefix}"));
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        let mut expansion = Expansion::default();
        for inverted in self.inverted(field)? {
            let mut list = Vec::new();
            let mut stream = inverted.terms().range().ge(prefix).into_stream()?;
            while let Some((bytes, info)) = stream.next() {
                let Ok(word) = std::str::from_utf8(bytes) else { continue };
                if !word.starts_with(prefix) {
                    break;
                }
                if list.len() >= expand::MAX_GROUP {
                    expansion.capped = true;
                    break;
                }
                list.push(expand::Found { word: word.to_string(), info: info.clone(), same: true });
            }
            expansion.segments.push(list);
        }
        self.add(plan, key, expansion, format!("{prefix}*"), weight)
    }

    fn add(
        &mut self,
        plan: &mut Plan,
        key: (Field, String),
        expansion: Expansion,
        text: String,
        weight: f32,
    ) -> tantivy::Result<usize> {
        plan.at_least |= expansion.capped;
        let readers = self.inverted.get(&key.0).map_or(&[][..], Vec::as_slice);
        let mut articles = 0.0;
        let mut words = BTreeMap::<String, u64>::new();
        let mut segments: Vec<Vec<Entry>> = Vec::with_capacity(expansion.segments.len());
        for ((segment, inverted), list) in self.segments.iter().zip(readers).zip(expansion.segments) {
            let mut none = 1.0;
            // Of words that stand in articles independently, so many articles hold one at least. Relatives keep
            // company, so it is a little less; the difference is small beside the logarithm.
            let all = segment.reader.max_doc().max(1) as f32;
            let mut held = |word: &str, n: u32| {
                none *= 1.0 - n as f32 / all;
                *words.entry(word.to_owned()).or_default() += u64::from(n);
            };
            if segment.fields.has_names(key.0) {
                names(&list, inverted, held)?;
            } else {
                list.iter().for_each(|f| held(&f.word, f.info.doc_freq));
            }
            articles += all * (1.0 - none);
            let entry = |f: expand::Found| Entry { typed: f.same, compound: f.is_compound(), info: f.info };
            segments.push(list.into_iter().map(entry).collect());
        }
        let idf = self.bm25.idf(articles);
        let mut expanded: Vec<_> = words.into_iter().collect();
        expanded.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let leaf = Leaf { field: key.0, segments, text, idf, weight, expanded };
        plan.leaves.push(leaf);
        self.known.insert(key, plan.leaves.len() - 1);
        Ok(plan.leaves.len() - 1)
    }
}

/// Hands over each word of names with how many articles hold it: alone, among others, or both.
fn names(
    list: &[expand::Found],
    inverted: &InvertedIndexReader,
    mut held: impl FnMut(&str, u32),
) -> tantivy::Result<()> {
    let mut words = BTreeMap::<&str, Vec<&TermInfo>>::new();
    list.iter().for_each(|f| words.entry(layers::word_of_name(&f.word)).or_default().push(&f.info));
    for (word, infos) in words {
        let mut n = infos.iter().map(|info| info.doc_freq).sum();
        if let [a, b] = infos[..] {
            let open = |info| inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic);
            let (mut a, mut b) = (open(a)?, open(b)?);
            while a.doc() != TERMINATED && b.doc() != TERMINATED {
                match a.doc().cmp(&b.doc()) {
                    Ordering::Less => drop(a.advance()),
                    Ordering::Greater => drop(b.advance()),
                    Ordering::Equal => {
                        n -= 1;
                        a.advance();
                        b.advance();
                    }
                }
            }
        }
        held(word, n);
    }
    Ok(())
}

/// Counts the languages of the first articles that have a word.
fn languages(
    segment: &Segment,
    inverted: &InvertedIndexReader,
    found: &expand::Found,
    counts: &mut FxHashMap<String, u32>,
) -> tantivy::Result<()> {
    let name = segment.reader.schema().get_field_name(segment.fields.language);
    let Some(column) = segment.reader.fast_fields().str(name)? else { return Ok(()) };
    let mut ordinals: FxHashMap<u64, u32> = FxHashMap::default();
    let mut postings = inverted.read_postings_from_terminfo(&found.info, IndexRecordOption::Basic)?;
    for _ in 0..SAMPLE {
        if postings.doc() == TERMINATED {
            break;
        }
        if let Some(ordinal) = column.ords().first(postings.doc()) {
            *ordinals.entry(ordinal).or_default() += 1;
        }
        postings.advance();
    }
    for (ordinal, n) in ordinals {
        let mut language = String::new();
        column.ord_to_str(ordinal, &mut language)?;
        *counts.entry(language).or_default() += n;
    }
    Ok(())
}

/// Whether enough of the articles are in this language.
fn speaks(counts: &FxHashMap<String, u32>, language: &str) -> bool {
    let all: u32 = counts.values().sum();
    counts.get(language).is_some_and(|n| n * SPOKEN_IN >= all)
}
