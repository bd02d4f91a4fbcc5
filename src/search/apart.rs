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
use super::rank::{Ranked, rank};
use super::request::{Error, Filters, Request, Sort};
use crate::index::Reader;

/// The best score of what is inferred beside the least of what is certain.
const BELOW: f32 = 0.9;

/// The plan without inferred names, and what it finds.
pub(super) struct Apart {
    plan: Plan,
    bm25: Bm25,
    /// Segment by segment, in order.
    docs: Arc<[Vec<DocId>]>,
}

impl Apart {
    /// `None` if the plan infers nothing. By relevance, the plan is left with what is only inferred.
    pub fn new(plan: &mut Plan, segments: &[Segment], request: &Request) -> Result<Option<Apart>, Error> {
        if !plan.infers {
            return Ok(None);
        }
        let filters = Filters { certain: true, ..request.filters.clone() };
        let mut bm25 = Bm25::of(segments)?;
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
        Ok(Some(Apart { plan: certain, bm25, docs }))
    }

    /// Ranks both; gives how many are only inferred, too.
    pub fn rank(
        &mut self,
        plan: &mut Plan,
        segments: &[Segment],
        bm25: &Bm25,
        request: &Request,
        keep: usize,
        readers: &[Reader],
    ) -> Result<(Ranked, u64), Error> {
        let mut more = rank(plan, segments, bm25, request.sort, request.ranking, keep, readers)?;
        if request.sort != Sort::Relevance {
            for candidate in &mut more.list {
                let docs = self.docs.get(candidate.segment);
                candidate.inferred = docs.is_none_or(|docs| docs.binary_search(&candidate.doc).is_err());
            }
            let inferred = more.total.saturating_sub(self.docs.iter().map(|docs| docs.len() as u64).sum());
            return Ok((more, inferred));
        }
        let mut ranked = rank(&mut self.plan, segments, &self.bm25, request.sort, request.ranking, keep, readers)?;
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
