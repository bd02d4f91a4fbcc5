//! The whole way from a request to its hits.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::apart::Question;
use super::collapse::{self, SLACK, WINDOW};
use super::duplicates::Difference;
use super::engine::positions::Positions;
use super::engine::{self, Bm25, Segment};
use super::interval::Witness;
use super::passage::{self, Stretch};
use super::plan::{Needs, Plan};
use super::rank::Candidate;
use super::request::{Answer, By, Duplicates, Error, Hit, Passage, Printing, Request, Sort};
use super::{advice, highlight};
use crate::article::{Article, DateFrom, Span, ZoneKind};
use crate::index::Reader;

/// Answers a request over all readers.
pub fn search(readers: &[Reader], request: &Request) -> Result<Answer, Error> {
    let mut hits = Vec::new();
    let answer = each(readers, request, |hit| {
        hits.push(hit);
        Ok::<_, Error>(())
    })?;
    Ok(Answer { hits, ..answer })
}

/// Answers a request and hands over each hit as soon as it is made, so that an answer of any length needs the memory of
/// its longest articles and a few bytes for each match. The answer that is given back has no hits.
pub fn each<E: From<Error>>(
    readers: &[Reader],
    request: &Request,
    mut take: impl FnMut(Hit) -> Result<(), E>,
) -> Result<Answer, E> {
    let started = Instant::now();
    let segments = engine::segments(readers);
    let found = Found::new(readers, &segments, request, started)?;
    let mut shown = Shown { found: &found, rank: 0, take: &mut take };
    match request.by {
        By::Article => shown.articles()?,
        By::Passage => shown.passages()?,
    }
    Ok(Answer { took: started.elapsed(), ..found.answer })
}

/// What matches, in order: all that is needed to make hits.
struct Found<'a> {
    readers: &'a [Reader],
    request: &'a Request,
    segments: &'a [Segment<'a>],
    plan: Plan,
    /// The positions of what is shown, segment by segment, with the article that was read last: cursors go forward
    /// only.
    positions: RefCell<Vec<Option<(DocId, Positions)>>>,
    leaves: Vec<usize>,
    needs: Needs,
    list: Vec<Candidate>,
    /// Indices into the list of articles that are one hit together, in order of rank; `None` where each is its own.
    groups: Option<Vec<Vec<usize>>>,
    answer: Answer,
}

impl<'a> Found<'a> {
    fn new(
        readers: &'a [Reader],
        segments: &'a [Segment<'a>],
        request: &'a Request,
        started: Instant,
    ) -> Result<Self, Error> {
        let statistics = Bm25::of(segments)?;
        let mut question = Question::new(request, segments, readers, &statistics)?;
        let wanted = request.limit.map_or(usize::MAX, |limit| limit.saturating_add(request.offset));
        let mut keep = match request.duplicates {
            Duplicates::Show => wanted,
            Duplicates::Collapse => wanted.saturating_add(WINDOW + SLACK),
        };
        let (ranked, inferred, groups) = loop {
            let (ranked, inferred) = question.rank(keep)?;
            if request.duplicates == Duplicates::Show {
                break (ranked, inferred, None);
            }
            let complete = ranked.list.len() as u64 >= ranked.total;
            if let Some(groups) = collapse::groups(&ranked.list, complete, wanted, segments, readers)? {
                break (ranked, inferred, Some(groups));
            }
            // So many are copies that the page is not full.
            keep = keep.saturating_mul(2);
        };
        let parts = if ranked.total == 0 || request.explain_query {
            advice::parts(request, segments, &statistics)?
        } else {
            Vec::new()
        };
        let plan = question.plan;
        let answer = Answer {
            total: ranked.total,
            inferred,
            at_least: plan.at_least,
            hits: Vec::new(),
            understood: request.query.to_string(),
            parts,
            took: started.elapsed(),
        };
        let (leaves, needs) = segments.first().map_or_else(Default::default, |s| highlight::needs(&plan, s.fields));
        let positions = RefCell::new(segments.iter().map(|_| None).collect());
        Ok(Found { readers, request, segments, plan, positions, leaves, needs, list: ranked.list, groups, answer })
    }

    /// How many hits there are if each article is one.
    fn len(&self) -> usize {
        self.groups.as_ref().map_or(self.list.len(), Vec::len)
    }

    /// The article that stands at a place in the order, with the score of the best of its group.
    fn at(&self, place: usize) -> Result<Candidate, Error> {
        let Some(groups) = &self.groups else { return Ok(self.list[place].clone()) };
        let group = &groups[place];
        let best = &self.list[group[0]];
        if group.len() == 1 || self.request.sort != Sort::Relevance {
            return Ok(best.clone());
        }
        let mut shown = best;
        let mut earliest = self.printed(best)?;
        for &i in &group[1..] {
            let printed = self.printed(&self.list[i])?;
            if printed < earliest {
                (shown, earliest) = (&self.list[i], printed);
            }
        }
        let mut shown = shown.clone();
        shown.score = best.score;
        Ok(shown)
    }

    /// The day that is printed on an article, as a number that orders days; the largest where none is known, or only
    /// the file's.
    fn printed(&self, candidate: &Candidate) -> Result<u64, Error> {
        let segment = &self.segments[candidate.segment];
        let number = |field| -> tantivy::Result<Option<u64>> {
            let name = segment.reader.schema().get_field_name(field);
            Ok(segment.reader.fast_fields().column_opt(name)?.and_then(|c| c.first(candidate.doc)))
        };
        let certain = number(segment.fields.undated)?.is_none();
        Ok(number(segment.fields.published)?.filter(|_| certain).unwrap_or(u64::MAX))
    }

    /// The others of a group, the earliest first.
    fn printings(&self, place: usize, shown: &Candidate, article: &Article) -> Result<Vec<Printing>, Error> {
        let group = self.groups.as_ref().map_or(&[][..], |groups| &groups[place]);
        let mut out = Vec::with_capacity(group.len().saturating_sub(1));
        for candidate in group.iter().map(|&i| &self.list[i]) {
            if (candidate.segment, candidate.doc) != (shown.segment, shown.doc) {
                let other = self.article(candidate)?;
                let difference = Difference::of(article, &other);
                out.push(Printing {
                    headline: other.headline().map(str::to_owned),
                    id: other.id,
                    source: other.source,
                    published: other.published.filter(|_| other.published_from != Some(DateFrom::File)),
                    url: other.url,
                    difference,
                });
            }
        }
        // Stable: of one day in order of rank.
        out.sort_by_key(|p| (p.published.is_none(), p.published.map(|p| p.date)));
        Ok(out)
    }

    fn article(&self, candidate: &Candidate) -> Result<Article, Error> {
        let segment = &self.segments[candidate.segment];
        Ok(self.readers[segment.owner].corrected(segment.address(candidate.doc))?)
    }

    fn hit(&self, candidate: &Candidate) -> Result<Hit, Error> {
        let segment = &self.segments[candidate.segment];
        let address = segment.address(candidate.doc);
        let article = Arc::new(self.article(candidate)?);
        let witnesses = self.witnesses(candidate)?;
        let highlights = highlight::spans(&witnesses, &self.plan, &article, segment.fields);
        let mut stretches: Vec<(f32, Stretch)> =
            passage::cut(&article).into_iter().map(|stretch| (self.evidence(&stretch, &witnesses), stretch)).collect();
        if !self.request.boilerplate {
            // Shown only where it alone is why the article matches, or there is nothing else.
            let inside = |h: &Span| article.zone_at(h.start) == Some(ZoneKind::Boilerplate);
            let alone = !highlights.is_empty() && highlights.iter().all(inside);
            if !alone && stretches.iter().any(|(_, s)| !s.boilerplate) {
                stretches.retain(|(_, s)| !s.boilerplate);
            }
        }
        stretches.sort_by(|a, b| b.0.total_cmp(&a.0));
        let best = stretches.first().map_or(0.0, |s| s.0);
        // The best is always shown, others if something in them matched.
        let kept = stretches.iter().enumerate().filter(|(i, s)| *i == 0 || s.0 > 0.0).map(|(_, s)| s);
        let passages = kept
            .take(self.request.per_article.max(1))
            .map(|(evidence, stretch)| Passage {
                score: if best > 0.0 { candidate.score * evidence / best } else { candidate.score },
                span: stretch.span,
                paragraph: stretch.paragraph,
                highlights: highlights.iter().copied().filter(|h| h.overlaps(stretch.span)).collect(),
            })
            .collect();
        Ok(Hit {
            rank: 0,
            score: candidate.score,
            inferred: candidate.inferred,
            reader: segment.owner,
            address,
            article,
            passages,
            highlights,
            explanation: if self.request.explain && self.request.sort == Sort::Relevance {
                candidate.parts.list()
            } else {
                Vec::new()
            },
            printings: Vec::new(),
        })
    }

    /// What matched in an article.
    fn witnesses(&self, candidate: &Candidate) -> Result<Vec<Witness>, Error> {
        let segment = &self.segments[candidate.segment];
        let mut opened = self.positions.borrow_mut();
        let opened = &mut opened[candidate.segment];
        let positions = match opened {
            Some((last, positions)) if *last <= candidate.doc => {
                *last = candidate.doc;
                positions
            }
            _ => {
                let leaves = self.leaves.iter().copied();
                let (index, reader) = (segment.index, segment.reader);
                let positions = Positions::open(&self.plan, leaves, self.needs, index, reader, segment.fields)?;
                &mut opened.insert((candidate.doc, positions)).1
            }
        };
        positions.load(candidate.doc);
        Ok(highlight::witnesses(&self.plan, positions, segment.fields))
    }

    /// How well a stretch answers: its different words by their rarity, repetition counting less and less; words that
    /// stand together count for more.
    fn evidence(&self, stretch: &Stretch, witnesses: &[Witness]) -> f32 {
        let inside = |w: &&Witness| stretch.start <= w.start && w.start < stretch.end;
        let first = witnesses.partition_point(|w| w.start < stretch.start);
        let mut counts: FxHashMap<u32, f32> = FxHashMap::default();
        let mut together = 0.0;
        let mut last: Option<&Witness> = None;
        for witness in witnesses[first..].iter().take_while(inside) {
            *counts.entry(witness.leaf).or_default() += 1.0;
            let idf = |w: &Witness| self.plan.leaves.get(w.leaf as usize).map_or(0.0, |l| l.idf);
            if let Some(last) = last
                && last.leaf != witness.leaf
            {
                let distance = witness.start.saturating_sub(last.end).max(1) as f32;
                together += idf(last).min(idf(witness)) / (distance * distance);
            }
            last = Some(witness);
        }
        let length = (stretch.end - stretch.start) as f32 / passage::LONG as f32;
        let words: f32 = counts
            .iter()
            .map(|(leaf, n)| self.plan.leaves.get(*leaf as usize).map_or(0.0, |l| l.idf) * n / (n + 0.5 + 0.5 * length))
            .sum();
        words + 0.3 * together
    }
}

/// Makes hits, in order, and hands them over.
struct Shown<'a, 'f, F> {
    found: &'f Found<'a>,
    /// How many hits there were so far, those left out by the offset included.
    rank: usize,
    take: &'f mut F,
}

impl<E: From<Error>, F: FnMut(Hit) -> Result<(), E>> Shown<'_, '_, F> {
    fn articles(&mut self) -> Result<(), E> {
        for place in 0..self.found.len() {
            self.show(|found| {
                let candidate = found.at(place)?;
                let hit = found.hit(&candidate)?;
                Ok(Hit { printings: found.printings(place, &candidate, &hit.article)?, ..hit })
            })?;
        }
        Ok(())
    }

    /// Passages by score: the best of each article has the article's, the others less. These wait until no later
    /// article can come before them, so that the order is the same whatever the page; what waits is only where they
    /// are.
    fn passages(&mut self) -> Result<(), E> {
        let mut waiting = BinaryHeap::new();
        for place in 0..self.found.len() {
            let candidate = self.found.at(place)?;
            self.release(&mut waiting, candidate.score)?;
            if self.is_full() {
                return Ok(());
            }
            let hit = self.found.hit(&candidate)?;
            for (nth, passage) in hit.passages.iter().enumerate().skip(1) {
                waiting.push(Waiting {
                    score: passage.score,
                    order: Reverse((place, nth)),
                    candidate: candidate.clone(),
                });
            }
            self.show(|found| {
                let passages = hit.passages.into_iter().take(1).collect();
                let printings = found.printings(place, &candidate, &hit.article)?;
                Ok(Hit { passages, printings, ..hit })
            })?;
            // Sorted by date nothing overtakes.
            if self.found.request.sort != Sort::Relevance {
                self.release(&mut waiting, f32::NEG_INFINITY)?;
            }
        }
        self.release(&mut waiting, f32::NEG_INFINITY)
    }

    /// Shows those waiting that score at least so much.
    fn release(&mut self, waiting: &mut BinaryHeap<Waiting>, score: f32) -> Result<(), E> {
        while waiting.peek().is_some_and(|next| next.score >= score) && !self.is_full() {
            let Some(next) = waiting.pop() else { break };
            let Reverse((_, nth)) = next.order;
            self.show(|found| {
                let hit = found.hit(&next.candidate)?;
                let passages: Vec<Passage> = hit.passages.into_iter().skip(nth).take(1).collect();
                let mut explanation = hit.explanation;
                if !explanation.is_empty() {
                    // What a further passage lacks of the article's score.
                    explanation.push(("further passage", next.score - hit.score));
                }
                Ok(Hit { score: next.score, passages, explanation, ..hit })
            })?;
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        let Request { limit, offset, .. } = self.found.request;
        limit.is_some_and(|limit| self.rank >= limit.saturating_add(*offset))
    }

    /// Hands over the next hit, unless it is before or behind the page.
    fn show(&mut self, make: impl FnOnce(&Found) -> Result<Hit, Error>) -> Result<(), E> {
        if self.is_full() {
            return Ok(());
        }
        self.rank += 1;
        if self.rank <= self.found.request.offset {
            return Ok(());
        }
        (self.take)(Hit { rank: self.rank, ..make(self.found)? })
    }
}

/// A passage that later articles may come before.
struct Waiting {
    score: f32,
    /// Its article's place, and which of its passages it is: of equal scores the first.
    order: Reverse<(usize, usize)>,
    candidate: Candidate,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| self.order.cmp(&other.order))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}
