//! Many questions at once, for experiments: articles or passages by rank, as deep as asked, never collapsed.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::answer::each;
use super::apart::Question;
use super::engine::{self, Bm25};
use super::rank;
use super::request::{By, Duplicates, Error, Ranking, Request};
use super::syntax::Node;
use crate::index::Reader;

/// One question of many.
#[derive(Clone, Debug)]
pub struct Topic {
    pub id: String,
    pub query: Node,
}

/// An article in the answer to a topic, or one of its passages.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub article: String,
    /// Where the passage stands in the article's text, in code points; `None` of a whole article.
    pub passage: Option<Range<usize>>,
    pub score: f32,
}

impl Row {
    /// What is ranked as one name: the article's id, of a passage with its place (`port-deal#44-310`).
    pub fn name(&self) -> Cow<'_, str> {
        match &self.passage {
            None => Cow::Borrowed(&self.article),
            Some(Range { start, end }) => Cow::Owned(format!("{}#{start}-{end}", self.article)),
        }
    }
}

/// Ranks articles or passages for each topic, the best `depth` of them, on so many threads. The answer is in the
/// topics' order and does not depend on the number of threads.
pub fn batch(
    readers: &[Reader],
    topics: &[Topic],
    by: By,
    depth: usize,
    ranking: Ranking,
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
            let rows = match by {
                By::Article => one(topic, readers, &segments, &statistics, depth, ranking)?,
                By::Passage => passages(topic, readers, depth, ranking)?,
            };
            done.push((at, rows));
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
    ranking: Ranking,
) -> Result<Vec<Row>, Error> {
    let request = Request { ranking, ..Request::new(topic.query.clone()) };
    let (ranked, _) = Question::new(&request, segments, readers, statistics)?.rank(depth)?;
    let mut ids = rank::Ids::new(segments);
    ranked.list.iter().map(|c| Ok(Row { article: ids.of(c)?, passage: None, score: c.score })).collect()
}

/// The passages that anything matches in, all of an article that are good enough.
fn passages(topic: &Topic, readers: &[Reader], depth: usize, ranking: Ranking) -> Result<Vec<Row>, Error> {
    let request = Request {
        ranking,
        duplicates: Duplicates::Show,
        limit: Some(depth),
        per_article: usize::MAX,
        ..Request::new(topic.query.clone())
    };
    let mut rows = Vec::new();
    each(readers, &request, |hit| {
        let passage = hit.passages.first().map(|p| {
            let before = |byte: u32| hit.article.text.get(..byte as usize).map_or(0, |text| text.chars().count());
            before(p.span.start)..before(p.span.end)
        });
        rows.push(Row { article: hit.article.id.clone(), passage, score: hit.score });
        Ok::<_, Error>(())
    })?;
    Ok(rows)
}
