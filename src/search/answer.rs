//! The whole way from a request to its hits.

use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashMap;

use super::compile::compile;
use super::engine::positions::Positions;
use super::engine::{self, Bm25, Segment};
use super::interval::Witness;
use super::passage::{self, Stretch};
use super::plan::Plan;
use super::rank::{Candidate, rank};
use super::request::{Answer, By, Error, Hit, Passage, Request, Sort};
use super::{advice, highlight};
use crate::index::Reader;

/// Answers a request over all readers.
pub fn search(readers: &[Reader], request: &Request) -> Result<Answer, Error> {
    let started = Instant::now();
    let segments = engine::segments(readers);
    let mut bm25 = Bm25::of(&segments)?;
    let plan = compile(&request.query, &request.filters, &segments, &mut bm25)?;
    let wanted = request.limit.map_or(usize::MAX, |limit| limit.saturating_add(request.offset));
    let ranked = rank(&plan, &segments, &bm25, request.sort, request.rank, wanted, readers)?;
    let mut shown = Shown::new(readers, &segments, &plan, request);
    let hits = match request.by {
        By::Article => shown.articles(&ranked.list)?,
        By::Passage => shown.passages(&ranked.list)?,
    };
    let parts =
        if ranked.total == 0 || request.explain_query { advice::parts(request, &segments, &bm25)? } else { Vec::new() };
    Ok(Answer {
        total: ranked.total,
        at_least: plan.at_least,
        hits,
        understood: request.query.to_string(),
        parts,
        took: started.elapsed(),
    })
}

/// Makes hits of candidates.
struct Shown<'a> {
    readers: &'a [Reader],
    segments: &'a [Segment<'a>],
    plan: &'a Plan,
    request: &'a Request,
    leaves: Vec<usize>,
    needs: super::plan::Needs,
}

impl<'a> Shown<'a> {
    fn new(readers: &'a [Reader], segments: &'a [Segment<'a>], plan: &'a Plan, request: &'a Request) -> Self {
        let (leaves, needs) = highlight::needs(plan);
        Shown { readers, segments, plan, request, leaves, needs }
    }

    fn articles(&mut self, list: &[Candidate]) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        for (i, candidate) in list.iter().enumerate().skip(self.request.offset) {
            hits.push(Hit { rank: i + 1, ..self.hit(candidate)? });
        }
        Ok(hits)
    }

    /// Passages by score: the best of each article has the article's, the others less. An article's passages wait
    /// until no later article can come before them, so that the order is the same whatever the page.
    fn passages(&mut self, list: &[Candidate]) -> Result<Vec<Hit>, Error> {
        let wanted = self.request.limit.map_or(usize::MAX, |limit| limit.saturating_add(self.request.offset));
        let mut hits: Vec<Hit> = Vec::new();
        let mut waiting: Vec<Hit> = Vec::new();
        for candidate in list {
            self.release(&mut waiting, &mut hits, candidate.score);
            if hits.len() >= wanted {
                break;
            }
            let hit = self.hit(candidate)?;
            for passage in &hit.passages {
                waiting.push(Hit { score: passage.score, passages: vec![passage.clone()], ..hit.clone() });
            }
            if hit.passages.is_empty() {
                waiting.push(hit);
            }
        }
        self.release(&mut waiting, &mut hits, f32::NEG_INFINITY);
        hits.truncate(wanted);
        hits.iter_mut().enumerate().for_each(|(i, hit)| hit.rank = i + 1);
        hits.drain(..self.request.offset.min(hits.len()));
        Ok(hits)
    }

    /// Moves on the waiting hits that score at least so much; sorted by date nothing overtakes.
    fn release(&self, waiting: &mut Vec<Hit>, hits: &mut Vec<Hit>, score: f32) {
        if self.request.sort == Sort::Relevance {
            waiting.sort_by(|a, b| b.score.total_cmp(&a.score));
            let ready = waiting.iter().take_while(|h| h.score > score).count();
            hits.extend(waiting.drain(..ready));
        } else {
            hits.append(waiting);
        }
    }

    fn hit(&self, candidate: &Candidate) -> Result<Hit, Error> {
        let segment = &self.segments[candidate.segment];
        let address = segment.address(candidate.doc);
        let article = Arc::new(self.readers[segment.owner].corrected(address)?);
        let leaves = self.leaves.iter().copied();
        let mut positions =
            Positions::open(self.plan, leaves, self.needs, segment.index, segment.reader, segment.fields)?;
        positions.load(candidate.doc);
        let witnesses = highlight::witnesses(self.plan, &mut positions, segment.fields);
        let highlights = highlight::spans(&witnesses, self.plan, &article, segment.fields);
        let mut stretches: Vec<(f32, Stretch)> =
            passage::cut(&article).into_iter().map(|stretch| (self.evidence(&stretch, &witnesses), stretch)).collect();
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
            reader: segment.owner,
            address,
            article,
            passages,
            highlights,
            explanation: Vec::new(),
        })
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
