//! What matches for certain, apart from what matches only by names that are inferred.
//!
//! A plan that found names by what most likely means them ([`Plan::infers`]) is run beside the plan without these.
//! By relevance all that is certain stands before all that is inferred; sorted by date they stand together. Either
//! way each article knows which it is.

use std::sync::Arc;

use tantivy::DocId;

use super::compile::compile;
use super::engine::{self, Bm25, Segment};
use super::plan::{Node, Plan};
use super::rank::{Ranked, Ranker};
use super::request::{Error, Filters, Request, Sort};
use crate::index::Reader;

/// The best score of what is inferred beside the least of what is certain.
const BELOW: f32 = 0.9;

/// A request made ready to be ranked.
pub(super) struct Question<'a> {
    pub plan: Plan,
    request: &'a Request,
    segments: &'a [Segment<'a>],
    readers: &'a [Reader],
    bm25: Bm25,
    apart: Option<Apart>,
}

/// The plan without inferred names, and what it finds.
struct Apart {
    plan: Plan,
    bm25: Bm25,
    /// Segment by segment, in order.
    docs: Arc<[Vec<DocId>]>,
}

impl<'a> Question<'a> {
    /// `statistics`: those of the segments.
    pub fn new(
        request: &'a Request,
        segments: &'a [Segment<'a>],
        readers: &'a [Reader],
        statistics: &Bm25,
    ) -> Result<Self, Error> {
        let mut bm25 = statistics.clone();
        let mut plan = compile(&request.query, &request.filters, segments, &mut bm25)?;
        let apart = if plan.infers { Some(Apart::new(&mut plan, segments, request, statistics)?) } else { None };
        Ok(Question { plan, request, segments, readers, bm25, apart })
    }

    /// Ranks what matches, the first `keep` of it; gives how many articles are only inferred, too.
    pub fn rank(&mut self, keep: usize) -> Result<(Ranked, u64), Error> {
        let Request { sort, ranking, .. } = *self.request;
        let by = |bm25| Ranker { segments: self.segments, readers: self.readers, bm25, sort, ranking, keep };
        let mut more = by(&self.bm25).rank(&mut self.plan)?;
        let Some(apart) = &mut self.apart else { return Ok((more, 0)) };
        if sort != Sort::Relevance {
            for candidate in &mut more.list {
                let docs = apart.docs.get(candidate.segment);
                candidate.inferred = docs.is_none_or(|docs| docs.binary_search(&candidate.doc).is_err());
            }
            let inferred = more.total.saturating_sub(apart.docs.iter().map(|docs| docs.len() as u64).sum());
            return Ok((more, inferred));
        }
        let mut ranked = by(&apart.bm25).rank(&mut apart.plan)?;
        let least = ranked.list.last().map(|c| c.score);
        let first = more.list.first().map_or(0.0, |c| c.score);
        let scale = least.filter(|_| first > 0.0).map_or(1.0, |least| (BELOW * least / first).min(1.0));
        let room = keep.saturating_sub(ranked.list.len());
        for mut candidate in more.list.into_iter().take(room) {
            candidate.weigh(scale);
            candidate.inferred = true;
            ranked.list.push(candidate);
        }
        ranked.total += more.total;
        Ok((ranked, more.total))
    }
}

impl Apart {
    /// By relevance, the plan is left with what is only inferred.
    fn new(plan: &mut Plan, segments: &[Segment], request: &Request, statistics: &Bm25) -> Result<Apart, Error> {
        let filters = Filters { certain: true, ..request.filters.clone() };
        let mut bm25 = statistics.clone();
        let certain = compile(&request.query, &filters, segments, &mut bm25)?;
        let mut docs = Vec::with_capacity(segments.len());
        for segment in segments {
            let mut here = Vec::new();
            engine::run(&certain, segment, &bm25, false, |doc, _| here.push(doc))?;
            docs.push(here);
        }
        let docs: Arc<[Vec<DocId>]> = docs.into();
        if request.sort == Sort::Relevance {
            plan.sets.push(docs.clone());
            let outside = Node::Not(Box::new(Node::Among(plan.sets.len() - 1)));
            plan.root = Node::And(vec![std::mem::take(&mut plan.root), outside]);
        }
        Ok(Apart { plan: certain, bm25, docs })
    }
}
