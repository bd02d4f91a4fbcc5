//! Reads the positions of single articles: for operators of distance, for ranking, for highlights.

use std::io;
use std::sync::Arc;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption::WithFreqsAndPositions;
use tantivy::{DocId, DocSet, SegmentReader};

use crate::index::schema::{Fields, mark};
use crate::search::interval::{Doc, Layout, QuoteSpan};
use crate::search::plan::{Needs, Plan};

/// Cursors over the positions of some leaves and marks in one segment. Articles must be asked for in order.
pub struct Positions {
    /// For each leaf of the plan: a cursor for each entry, and whether that is a compound; none for leaves that were
    /// not asked for.
    leaves: Vec<Vec<(SegmentPostings, bool)>>,
    marks: Marks,
    /// For each of the plan's sets: the articles of this segment.
    sets: Vec<(Arc<[Vec<DocId>]>, usize)>,
    pub doc: Doc,
}

impl Positions {
    pub fn open(
        plan: &Plan,
        leaves: impl IntoIterator<Item = usize>,
        needs: Needs,
        segment: usize,
        reader: &SegmentReader,
        fields: &Fields,
    ) -> tantivy::Result<Positions> {
        let mut cursors: Vec<Vec<(SegmentPostings, bool)>> = Vec::new();
        cursors.resize_with(plan.leaves.len(), Vec::new);
        for i in leaves {
            let Some(leaf) = plan.leaves.get(i) else { continue };
            if !cursors[i].is_empty() {
                continue;
            }
            let inverted = reader.inverted_index(leaf.field)?;
            cursors[i] = (leaf.segments.get(segment).into_iter().flatten())
                .map(|e| Ok((inverted.read_postings_from_terminfo(&e.info, WithFreqsAndPositions)?, e.compound)))
                .collect::<io::Result<_>>()?;
        }
        let marks = Marks::open(needs, reader, fields)?;
        let sets = plan.sets.iter().map(|set| (set.clone(), segment)).collect();
        Ok(Positions { leaves: cursors, marks, sets, doc: Doc::new(plan.leaves.len()) })
    }

    /// Reads one article, which must not be before the last one.
    pub fn load(&mut self, doc: DocId) {
        self.doc.clear();
        let places = self.doc.leaves.iter_mut().zip(&mut self.doc.compounds);
        for (cursors, (out, compounds)) in self.leaves.iter_mut().zip(places) {
            let mut sources = 0;
            for (cursor, compound) in cursors {
                let before = out.len();
                sources += read(cursor, doc, out) as usize;
                if *compound {
                    compounds.extend_from_slice(&out[before..]);
                }
            }
            compounds.sort_unstable();
            if sources > 1 {
                out.sort_unstable();
                out.dedup();
            }
        }
        self.marks.load(doc, &mut self.doc.layout);
        let among = |(set, segment): &(Arc<[Vec<DocId>]>, usize)| {
            set.get(*segment).is_some_and(|docs| docs.binary_search(&doc).is_ok())
        };
        self.doc.among.extend(self.sets.iter().map(among));
    }
}

/// Appends the positions in an article; whether there are any.
fn read(cursor: &mut SegmentPostings, doc: DocId, out: &mut Vec<u32>) -> bool {
    if cursor.doc() < doc {
        cursor.seek(doc);
    }
    let here = cursor.doc() == doc;
    if here {
        cursor.append_positions_with_offset(0, out);
    }
    here
}

/// Cursors over the marks that a layout is made from.
#[derive(Default)]
struct Marks {
    sentences: Vec<SegmentPostings>,
    paragraphs: Vec<SegmentPostings>,
    zones: Vec<(&'static str, SegmentPostings)>,
    quote: Option<SegmentPostings>,
    part: Option<SegmentPostings>,
    part_end: Option<SegmentPostings>,
    mentions: Vec<(u32, SegmentPostings)>,
    scratch: Vec<(u32, u32)>,
    positions: Vec<u32>,
}

impl Marks {
    fn open(needs: Needs, reader: &SegmentReader, fields: &Fields) -> tantivy::Result<Marks> {
        let inverted = reader.inverted_index(fields.marks)?;
        let open = |term: &str| -> io::Result<Option<SegmentPostings>> {
            let info = inverted.terms().get(term)?;
            info.map(|info| inverted.read_postings_from_terminfo(&info, WithFreqsAndPositions)).transpose()
        };
        let mut marks = Marks::default();
        if needs.sentences {
            marks.sentences.extend(open(mark::SENTENCE)?);
            marks.sentences.extend(open(mark::PARAGRAPH)?);
        }
        if needs.paragraphs {
            marks.paragraphs.extend(open(mark::PARAGRAPH)?);
            marks.paragraphs.extend(open(mark::PARAGRAPH_ALONE)?);
        }
        if needs.zones {
            for kind in crate::article::ZoneKind::ALL {
                let name = mark::zone(*kind);
                marks.zones.extend(open(name)?.map(|cursor| (name, cursor)));
            }
        }
        if needs.quotes {
            marks.quote = open(mark::QUOTE)?;
            marks.part = open(mark::PART)?;
            marks.part_end = open(mark::PART_END)?;
        }
        if needs.mentions {
            for words in 2..=mark::LONGEST_MENTION {
                let cursor = mark::mention_length(words).map(open).transpose()?.flatten();
                marks.mentions.extend(cursor.map(|cursor| (words, cursor)));
            }
        }
        Ok(marks)
    }

    fn load(&mut self, doc: DocId, layout: &mut Layout) {
        for (cursors, out) in
            [(&mut self.sentences, &mut layout.sentences), (&mut self.paragraphs, &mut layout.paragraphs)]
        {
            cursors.iter_mut().for_each(|c| _ = read(c, doc, out));
            out.sort_unstable();
        }
        self.zones(doc, layout);
        self.quotes(doc, layout);
        for (words, cursor) in &mut self.mentions {
            self.positions.clear();
            read(cursor, doc, &mut self.positions);
            layout.mentions.extend(self.positions.iter().map(|&at| (at, *words)));
        }
        layout.mentions.sort_unstable();
    }

    fn zones(&mut self, doc: DocId, layout: &mut Layout) {
        // (first word, which zone)
        self.scratch.clear();
        for (i, (_, cursor)) in self.zones.iter_mut().enumerate() {
            self.positions.clear();
            read(cursor, doc, &mut self.positions);
            self.scratch.extend(self.positions.iter().map(|&at| (at, i as u32)));
        }
        self.scratch.sort_unstable();
        for (i, &(start, which)) in self.scratch.iter().enumerate() {
            let end = self.scratch.get(i + 1).map_or(u32::MAX, |next| next.0);
            match self.zones.get(which as usize).map(|(name, _)| *name) {
                Some("zh") => layout.headline.push((start, end)),
                Some("zs" | "zb" | "zc") => layout.body.push((start, end)),
                _ => {}
            }
        }
    }

    fn quotes(&mut self, doc: DocId, layout: &mut Layout) {
        // (first word of a part, whether it begins a quote); the ends stand in the same order.
        self.scratch.clear();
        for (cursor, begins) in [(&mut self.quote, 1), (&mut self.part, 0)] {
            self.positions.clear();
            cursor.iter_mut().for_each(|c| _ = read(c, doc, &mut self.positions));
            self.scratch.extend(self.positions.iter().map(|&at| (at, begins)));
        }
        self.scratch.sort_unstable();
        self.positions.clear();
        self.part_end.iter_mut().for_each(|c| _ = read(c, doc, &mut self.positions));
        for (&(start, begins), &last) in self.scratch.iter().zip(&self.positions) {
            if begins == 1 {
                layout.quotes.push(QuoteSpan { start, parts: Vec::new() });
            }
            if let Some(quote) = layout.quotes.last_mut() {
                quote.parts.push((start, last.max(start) + 1));
            }
        }
    }
}
