//! From a word to a leaf of the plan: the entries of each segment's dictionary, and how rare they are together.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;

use crate::search::engine::{Bm25, Segment};
use crate::search::expand::{self, Expansion, Stemming};
use crate::search::plan::{Leaf, Plan};
use crate::search::syntax::Term;

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
        let dictionaries: Vec<&TermDictionary> = readers.iter().map(|r| r.terms()).collect();
        let expansion = expand::expand(term, acronym, &self.stemming, &dictionaries)?;
        Ok(self.add(plan, key, expansion, term.to_string(), 1.0))
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
        Ok(self.add(plan, key, expansion, terms.join(" "), weight))
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
        Ok(self.add(plan, key, expansion, format!("{prefix}*"), weight))
    }

    fn add(&mut self, plan: &mut Plan, key: (Field, String), expansion: Expansion, text: String, weight: f32) -> usize {
        let expanded = expansion.words();
        plan.at_least |= expansion.capped;
        let mut articles = 0.0;
        let mut segments: Vec<Vec<(TermInfo, bool)>> = Vec::with_capacity(expansion.segments.len());
        for (segment, list) in self.segments.iter().zip(expansion.segments) {
            // Of words that stand in articles independently, so many articles hold one at least. Relatives keep
            // company, so it is a little less; the difference is small beside the logarithm.
            let all = segment.reader.max_doc().max(1) as f32;
            let none: f32 = list.iter().map(|f| 1.0 - f.info.doc_freq as f32 / all).product();
            articles += all * (1.0 - none);
            segments.push(list.into_iter().map(|f| (f.info, f.same)).collect());
        }
        let idf = self.bm25.idf(articles);
        let leaf = Leaf { field: key.0, segments, text, idf, weight, expanded };
        plan.leaves.push(leaf);
        self.known.insert(key, plan.leaves.len() - 1);
        plan.leaves.len() - 1
    }
}
