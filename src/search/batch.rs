//! Many questions at once, for experiments: articles by rank, as deep as asked, never collapsed.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::compile::compile;
use super::engine::{self, Bm25};
use super::rank::{self, rank};
use super::request::{Error, Filters, Rank, Sort};
use super::syntax::Node;
use crate::index::Reader;

/// One question of many.
#[derive(Clone, Debug)]
pub struct Topic {
    pub id: String,
    pub query: Node,
}

/// An article in the answer to a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub article: String,
    pub score: f32,
}

/// Ranks the articles for each topic, the best `depth` of them, on so many threads. The answer is in the topics'
/// order and does not depend on the number of threads.
pub fn batch(
    readers: &[Reader],
    topics: &[Topic],
    depth: usize,
    rank: Rank,
    threads: usize,
) -> Result<Vec<Vec<Row>>, Error> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Vec<Row>)>, Error> {
        let segments = engine::segments(readers);
        let statistics = Bm25::of(&segments)?;
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(topic) = topics.get(at) else { break };
            done.push((at, one(topic, readers, &segments, &statistics, depth, rank)?));
        }
        Ok(done)
    };
    let mut rows = vec![Vec::new(); topics.len()];
    let parts = std::thread::scope(|scope| {
        let handles: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut parts = vec![work()];
        for handle in handles {
            parts.push(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        parts
    });
    for part in parts {
        for (at, list) in part? {
            rows[at] = list;
        }
    }
    Ok(rows)
}

fn one(
    topic: &Topic,
    readers: &[Reader],
    segments: &[engine::Segment],
    statistics: &Bm25,
    depth: usize,
    how: Rank,
) -> Result<Vec<Row>, Error> {
    let mut bm25 = statistics.clone();
    let plan = compile(&topic.query, &Filters::default(), segments, &mut bm25)?;
    let ranked = rank(&plan, segments, &bm25, Sort::Relevance, how, depth, readers)?;
    let mut ids = rank::Ids::new(segments);
    ranked.list.iter().map(|c| Ok(Row { article: ids.of(c)?, score: c.score })).collect()
}
