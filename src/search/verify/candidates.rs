//! Where in the archive the words of a claim may stand: from postings alone, no article is read.
//!
//! Two searches. [`Probe::phrase`] finds every place where the claim's words follow one another, but for case, accents
//! and marks: it is exhaustive, so that a verbatim source is never missed, however common its words. [`Probe::near`]
//! finds places where many of the words come together roughly in order: each word counts by how rare it is, and two
//! that follow one another in the claim and in the text count again.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, InvertedIndexReader, TERMINATED};

use crate::article::Tokens;
use crate::search::expand::{Found, Spoken, Stemming, expand};
use crate::search::selection::{Segment, Selection};
use crate::search::syntax::Term;

/// Postings read to look for altered words; rarer words come first.
const POSTINGS: u64 = 2_000_000;
/// Words looked up at least, however common.
const FEWEST_WORDS: usize = 4;
/// Articles of a segment in whose positions the words are looked for.
const ARTICLES: usize = 1000;

/// A place that may hold the claim: words `start..end` of an article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub at: DocAddress,
    pub start: u32,
    pub end: u32,
    /// How much of the claim is there; only to compare places of one claim.
    pub weight: f32,
}

/// The words of a claim, looked up in one index.
pub struct Probe<'s> {
    /// For each word of the claim, which of `words` it is.
    claim: Vec<usize>,
    /// Each different word once.
    words: Vec<Word>,
    segments: Vec<(Segment<'s>, std::sync::Arc<InvertedIndexReader>)>,
}

struct Word {
    /// For each segment, the entries that are the word but for case, accents and apostrophes.
    terms: Vec<Vec<TermInfo>>,
    articles: u64,
    idf: f32,
}

impl<'s> Probe<'s> {
    pub fn new(claim: &str, selection: &'s Selection) -> tantivy::Result<Probe<'s>> {
        let mut ids: FxHashMap<String, usize> = FxHashMap::default();
        let mut terms = Vec::new();
        let tokens = Tokens::of(claim);
        let claim: Vec<usize> = (tokens.iter().filter(|t| t.is_word()))
            .map(|t| {
                let word = t.term(claim);
                *ids.entry(word.to_lowercase()).or_insert_with(|| {
                    terms.push(Term::Word(word.to_owned()));
                    terms.len() - 1
                })
            })
            .collect();
        let text = selection.reader.fields().text;
        let segments = (selection.segments())
            .map(|segment| Ok((segment, segment.reader().inverted_index(text)?)))
            .collect::<tantivy::Result<Vec<_>>>()?;
        let opened = (segments.iter())
            .map(|(segment, _)| selection.reader.dictionary(segment.ord, text))
            .collect::<tantivy::Result<Vec<_>>>()?;
        let dictionaries: Vec<_> = opened.iter().map(Arc::as_ref).collect();
        // No language, no relatives: the word itself, whatever its case and accents.
        let literally = Stemming::new([]);
        let mut words = Vec::with_capacity(terms.len());
        for term in &terms {
            let found = expand(term, false, &literally, Spoken::ALL, &dictionaries)?;
            let same =
                |list: Vec<Found>| list.into_iter().filter(|f| f.same && !f.is_compound()).map(|f| f.info).collect();
            words.push(Word { terms: found.segments.into_iter().map(same).collect(), articles: 0, idf: 0.0 });
        }
        let total = selection.reader.searcher().segment_readers().iter().map(|s| u64::from(s.max_doc())).sum::<u64>();
        for word in &mut words {
            word.articles = word.terms.iter().flatten().map(|t| u64::from(t.doc_freq)).sum();
            // As in BM25; an article counted twice for two spellings does not matter here.
            let rest = total.saturating_sub(word.articles) as f32;
            word.idf = (1.0 + (rest + 0.5) / (word.articles as f32 + 0.5)).ln();
        }
        Ok(Probe { claim, words, segments })
    }

    /// How much each word of the claim tells, by how rare it is.
    pub fn weights(&self) -> impl Iterator<Item = f32> + '_ {
        self.claim.iter().map(|&w| self.words[w].idf)
    }

    /// Every place where the words of the claim follow one another; one for each article, the first.
    pub fn phrase(&self) -> tantivy::Result<Vec<Place>> {
        let mut out = Vec::new();
        // The rarest word leads.
        let mut order: Vec<usize> = (0..self.claim.len()).collect();
        order.sort_by_key(|&i| self.words[self.claim[i]].articles);
        let Some((&first, rest)) = order.split_first() else { return Ok(out) };
        for (s, (segment, _)) in self.segments.iter().enumerate() {
            let mut lead = self.occurrences(s, self.claim[first])?;
            let mut others: Vec<(usize, Occurrences)> = Vec::with_capacity(rest.len());
            for &i in rest {
                others.push((i, self.occurrences(s, self.claim[i])?));
            }
            let (mut starts, mut positions) = (Vec::new(), Vec::new());
            let mut doc = 0;
            while let Some(next) = lead.next_from(doc) {
                doc = next + 1;
                if !segment.contains(next) || !others.iter_mut().all(|(_, o)| o.has(next)) {
                    continue;
                }
                lead.positions(next, &mut starts);
                starts.retain_mut(|p| match p.checked_sub(first as u32) {
                    Some(start) => {
                        *p = start;
                        true
                    }
                    None => false,
                });
                for (i, other) in &mut others {
                    if starts.is_empty() {
                        break;
                    }
                    other.positions(next, &mut positions);
                    starts.retain(|start| positions.binary_search(&(start + *i as u32)).is_ok());
                }
                if let Some(&start) = starts.first() {
                    out.push(Place {
                        at: DocAddress::new(segment.ord, next),
                        start,
                        end: start + self.claim.len() as u32,
                        weight: f32::MAX,
                    });
                }
            }
        }
        Ok(out)
    }

    /// The `most` articles in which most of the claim stands close together, each with the place.
    pub fn near(&self, most: usize) -> tantivy::Result<Vec<Place>> {
        let mut chosen: Vec<usize> = (0..self.words.len()).filter(|&w| self.words[w].articles > 0).collect();
        chosen.sort_by_key(|&w| self.words[w].articles);
        let mut read = 0;
        let affordable = chosen
            .iter()
            .take_while(|&&w| {
                read += self.words[w].articles;
                read <= POSTINGS
            })
            .count();
        chosen.truncate(affordable.max(FEWEST_WORDS));
        let mut out = Vec::new();
        for (s, (segment, _)) in self.segments.iter().enumerate() {
            out.extend(self.near_in(s, segment, &chosen)?);
        }
        out.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.at.cmp(&b.at)));
        out.truncate(most);
        Ok(out)
    }

    fn near_in(&self, s: usize, segment: &Segment, chosen: &[usize]) -> tantivy::Result<Vec<Place>> {
        let mut mass = vec![0f32; segment.reader().max_doc() as usize];
        for &w in chosen {
            let mut word = self.occurrences(s, w)?;
            let mut doc = 0;
            while let Some(next) = word.next_from(doc) {
                doc = next + 1;
                if let Some(m) = mass.get_mut(next as usize) {
                    *m += self.words[w].idf;
                }
            }
        }
        let mut docs: Vec<DocId> =
            (0..mass.len() as DocId).filter(|&d| mass[d as usize] > 0.0 && segment.contains(d)).collect();
        if docs.len() > ARTICLES {
            let heavier = |a: &DocId, b: &DocId| mass[*b as usize].total_cmp(&mass[*a as usize]).then(a.cmp(b));
            docs.select_nth_unstable_by(ARTICLES, heavier);
            docs.truncate(ARTICLES);
            docs.sort_unstable();
        }
        let mut words: Vec<(usize, Occurrences)> = Vec::with_capacity(chosen.len());
        for &w in chosen {
            words.push((w, self.occurrences(s, w)?));
        }
        let (mut hits, mut positions) = (Vec::new(), Vec::new());
        let mut out = Vec::with_capacity(docs.len());
        for doc in docs {
            hits.clear();
            for (w, word) in &mut words {
                if word.has(doc) {
                    word.positions(doc, &mut positions);
                    hits.extend(positions.iter().map(|&p| (p, *w)));
                }
            }
            hits.sort_unstable();
            if let Some((start, end, weight)) = self.densest(&hits) {
                out.push(Place { at: DocAddress::new(segment.ord, doc), start, end, weight });
            }
        }
        Ok(out)
    }

    /// The stretch of a text, about twice as long as the claim, that has most of it. `hits` are words in order.
    fn densest(&self, hits: &[(u32, usize)]) -> Option<(u32, u32, f32)> {
        let width = self.claim.len() as u32 * 2 + 30;
        let idf = |w: usize| self.words[w].idf;
        // Two neighbours of the text that are near each other in the claim too, in this order.
        let ordered = |a: (u32, usize), b: (u32, usize)| {
            let close = |gap: usize| (1..=3).contains(&gap);
            let in_claim = (self.claim.iter().enumerate().filter(|(_, w)| **w == a.1))
                .any(|(i, _)| self.claim.iter().skip(i + 1).take(3).any(|w| *w == b.1));
            if close((b.0 - a.0) as usize) && in_claim { idf(a.1).min(idf(b.1)) } else { 0.0 }
        };
        let mut count = vec![0u32; self.words.len()];
        let (mut weight, mut first) = (0f32, 0);
        let mut best: Option<(u32, u32, f32)> = None;
        for (k, &(position, w)) in hits.iter().enumerate() {
            if count[w] == 0 {
                weight += idf(w);
            }
            count[w] += 1;
            if k > first {
                weight += ordered(hits[k - 1], hits[k]);
            }
            while position - hits[first].0 >= width {
                let gone = hits[first].1;
                count[gone] -= 1;
                if count[gone] == 0 {
                    weight -= idf(gone);
                }
                weight -= ordered(hits[first], hits[first + 1]);
                first += 1;
            }
            if best.is_none_or(|b| weight > b.2 + 1e-4) {
                best = Some((hits[first].0, position + 1, weight));
            }
        }
        best
    }

    fn occurrences(&self, segment: usize, word: usize) -> tantivy::Result<Occurrences> {
        let inverted = &self.segments[segment].1;
        let terms = &self.words[word].terms[segment];
        let open = |t: &TermInfo| inverted.read_postings_from_terminfo(t, IndexRecordOption::WithFreqsAndPositions);
        Ok(Occurrences { postings: terms.iter().map(open).collect::<Result<_, _>>()? })
    }
}

/// One word under all its spellings.
struct Occurrences {
    postings: Vec<SegmentPostings>,
}

impl Occurrences {
    /// The first article at or after `doc` that has the word. Never goes back.
    fn next_from(&mut self, doc: DocId) -> Option<DocId> {
        let next = self.postings.iter_mut().map(|p| forward(p, doc)).min().unwrap_or(TERMINATED);
        (next != TERMINATED).then_some(next)
    }

    fn has(&mut self, doc: DocId) -> bool {
        self.next_from(doc) == Some(doc)
    }

    /// The places of the word in an article that it has been moved to, in order.
    fn positions(&mut self, doc: DocId, out: &mut Vec<u32>) {
        out.clear();
        for p in self.postings.iter_mut().filter(|p| p.doc() == doc) {
            p.append_positions_with_offset(0, out);
        }
        out.sort_unstable();
        out.dedup();
    }
}

fn forward(postings: &mut SegmentPostings, doc: DocId) -> DocId {
    if postings.doc() >= doc { postings.doc() } else { postings.seek(doc) }
}
