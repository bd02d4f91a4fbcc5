//! What a query matches in one article: the words to show where somebody reads it as a whole.

use tantivy::DocAddress;

use super::compile::compile;
use super::engine::positions::Positions;
use super::engine::{self, Bm25};
use super::selection::Selection;
use super::syntax::Node;
use super::{Error, Filters, highlight};
use crate::article::Span;
use crate::index::Reader;

/// What a query matches in one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// Whether the article as a whole answers the query.
    pub matches: bool,
    /// What of the query stands in it, in order, without overlap; even if it is not enough.
    pub highlights: Vec<Span>,
}

/// Asks a query of the article at an address of one of the readers.
pub fn within(readers: &[Reader], query: &Node, reader: usize, at: DocAddress) -> Result<Within, Error> {
    let filters = Filters::default();
    let segments = engine::segments(readers);
    let Some(segment) = segments.iter().find(|s| s.owner == reader && s.ord == at.segment_ord) else {
        return Ok(Within::default());
    };
    let plan = compile(query, &filters, &segments, &mut Bm25::of(&segments)?)?;
    let (leaves, needs) = highlight::needs(&plan, segment.fields);
    let mut positions = Positions::open(&plan, leaves, needs, segment.index, segment.reader, segment.fields)?;
    positions.load(at.doc_id);
    let witnesses = highlight::witnesses(&plan, &mut positions, segment.fields);
    let article = readers[reader].article(at)?;
    let matches = Selection::matching(readers, query, &filters)?.get(reader).is_some_and(|s| s.contains(at));
    Ok(Within { matches, highlights: highlight::spans(&witnesses, &plan, &article, segment.fields) })
}
