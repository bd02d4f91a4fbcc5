//! Runs a plan over the segments of an archive.
//!
//! Articles are taken a *window* at a time ([`WINDOW`](bits::WINDOW)). In a window every part of the plan is a set of
//! bits: a group of words reads the postings of its entries into one set with summed frequencies, boolean operators
//! combine sets, and what needs positions is checked last and only where everything else holds (two phases). So a group
//! of forty written forms costs what its postings cost, whatever their number; counts are exact, because nothing is
//! skipped; and a score is a sum over arrays.
//!
//! This stands beside tantivy's own `Query` and `Scorer`, and reads its postings: those score one term at a time, know
//! no group and no interval, and prune by upper bounds, which makes counts inexact and long queries slow.

pub mod bits;
pub mod positions;
mod run;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocAddress, SegmentReader};

pub use run::run;

use crate::index::Reader;
use crate::index::schema::Fields;

/// One segment of one reader.
#[derive(Clone, Copy)]
pub struct Segment<'r> {
    /// Its place among all segments of all readers.
    pub index: usize,
    /// Which reader it belongs to, and which of its segments it is.
    pub owner: usize,
    pub ord: u32,
    pub reader: &'r SegmentReader,
    pub fields: &'r Fields,
    pub source: &'r Reader,
}

impl Segment<'_> {
    pub fn address(&self, doc: u32) -> DocAddress {
        DocAddress::new(self.ord, doc)
    }
}

/// All segments of the readers, in order.
pub fn segments(readers: &[Reader]) -> Vec<Segment<'_>> {
    let mut out = Vec::new();
    for (owner, reader) in readers.iter().enumerate() {
        for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
            let index = out.len();
            let fields = reader.fields();
            out.push(Segment { index, owner, ord: ord as u32, reader: segment, fields, source: reader });
        }
    }
    out
}

/// The statistics of the archive that scores are made of.
#[derive(Clone, Debug)]
pub struct Bm25 {
    /// By the byte that encodes an article's length: what the frequency is held against.
    norms: Vec<f32>,
    pub articles: f32,
    /// What an article gains that has all words of a short query; zero for other queries.
    pub all_bonus: f32,
    /// What words exactly as typed count beside all their forms: BM25 by itself has none of it.
    pub typed: f32,
}

/// The frequency at which a word has half of its weight.
pub const K1: f32 = 1.2;
/// How much long articles are held back.
pub const B: f32 = 0.75;

impl Bm25 {
    pub fn of(segments: &[Segment]) -> tantivy::Result<Bm25> {
        let (mut articles, mut words) = (0u64, 0u64);
        for segment in segments {
            articles += u64::from(segment.reader.max_doc());
            words += segment.reader.inverted_index(segment.fields.text)?.total_num_tokens();
        }
        let mean_length = words.max(1) as f32 / articles.max(1) as f32;
        let norm = |id: u8| K1 * (1.0 - B + B * FieldNormReader::id_to_fieldnorm(id) as f32 / mean_length);
        Ok(Bm25 { norms: (0..=u8::MAX).map(norm).collect(), articles: articles as f32, all_bonus: 0.0, typed: 0.0 })
    }

    /// How rare what stands in so many articles is.
    pub fn idf(&self, articles: f32) -> f32 {
        let articles = articles.min(self.articles);
        (1.0 + (self.articles - articles + 0.5) / (articles + 0.5)).ln()
    }

    pub fn score(&self, idf: f32, frequency: f32, norm: u8) -> f32 {
        idf * (K1 + 1.0) * frequency / (frequency + self.norms[norm as usize])
    }

    /// The most that one word can contribute.
    pub fn most(idf: f32) -> f32 {
        idf * (K1 + 1.0)
    }
}
