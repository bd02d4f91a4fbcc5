//! Runs a plan over one segment, a window of articles at a time.

use std::io;

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption::WithFreqs;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::bits::{Bits, WINDOW};
use super::positions::Positions;
use super::{Bm25, Segment};
use crate::search::plan::{Node, Plan};

/// Below this many candidates in a window, cursors look for each instead of reading all.
const FEW: u32 = 24;

/// Calls `found` with every matching article of the segment, in order, and its score.
pub fn run(
    plan: &Plan,
    segment: &Segment,
    bm25: &Bm25,
    scored: bool,
    mut found: impl FnMut(DocId, f32),
) -> tantivy::Result<()> {
    let mut run = Run::open(plan, segment)?;
    let last = segment.reader.max_doc();
    let mut scores = vec![0f32; WINDOW as usize];
    let mut base = 0;
    while base < last {
        let len = WINDOW.min(last - base);
        let mut candidates = Bits::first(len);
        if let Some(alive) = segment.reader.alive_bitset() {
            let dead = (0..len).filter(|i| !alive.is_alive(base + i));
            let mut bits = Bits::none();
            dead.for_each(|i| bits.insert(i));
            candidates.remove(&bits);
        }
        run.start(base);
        let matches = run.node(&plan.root, &candidates);
        if !matches.is_empty() {
            if scored {
                run.optional(&plan.root, &matches);
                plan.feedback.iter().for_each(|leaf| _ = run.leaf(*leaf, &matches));
                run.score(&matches, bm25, &mut scores);
            }
            for i in matches.iter() {
                found(base + i, std::mem::take(&mut scores[i as usize]));
            }
        }
        base += WINDOW;
    }
    Ok(())
}

/// One leaf's cursors, and what it has in the current window.
struct Leaf {
    /// And whether they are the word as it was typed.
    cursors: Vec<(SegmentPostings, bool)>,
    cost: u32,
    /// How many parts of the plan use it: if more than one, the whole window is read.
    uses: usize,
    ready: bool,
    bits: Bits,
    /// Article within the window, frequency, and how much of it is as typed.
    hits: Vec<(u16, u32, u32)>,
}

struct Place {
    hits: Vec<(u16, u32)>,
    positions: Positions,
}

struct Run<'p> {
    plan: &'p Plan,
    /// Its place among all segments.
    segment: usize,
    reader: &'p SegmentReader,
    norms: FieldNormReader,
    leaves: Vec<Leaf>,
    places: Vec<Place>,
    columns: Vec<(tantivy::schema::Field, Values)>,
    /// Whether a leaf or a positional part counts for the score: not if it is only excluded.
    leaf_counts: Vec<bool>,
    place_counts: Vec<bool>,
    frequencies: Vec<u32>,
    typed: Vec<u32>,
    base: DocId,
}

enum Values {
    Numbers(Option<Column<u64>>),
    Strings(Option<StrColumn>),
}

impl<'p> Run<'p> {
    fn open(plan: &'p Plan, segment: &'p Segment) -> tantivy::Result<Run<'p>> {
        let reader = segment.reader;
        let mut leaves = Vec::with_capacity(plan.leaves.len());
        for leaf in &plan.leaves {
            let inverted = reader.inverted_index(leaf.field)?;
            let entries = leaf.segments.get(segment.index).map_or(&[][..], Vec::as_slice);
            let cursors = entries
                .iter()
                .map(|e| Ok((inverted.read_postings_from_terminfo(&e.info, WithFreqs)?, e.typed)))
                .collect::<io::Result<Vec<_>>>()?;
            let cost = entries.iter().map(|e| e.info.doc_freq).sum();
            leaves.push(Leaf { cursors, cost, uses: 0, ready: false, bits: Bits::none(), hits: Vec::new() });
        }
        let mut places = Vec::with_capacity(plan.positional.len());
        for part in &plan.positional {
            let positions =
                Positions::open(plan, part.leaves.iter().copied(), part.needs, segment.index, reader, segment.fields)?;
            places.push(Place { hits: Vec::new(), positions });
        }
        let mut run = Run {
            plan,
            segment: segment.index,
            reader,
            norms: reader.get_fieldnorms_reader(segment.fields.text)?,
            leaf_counts: vec![false; leaves.len()],
            place_counts: vec![false; places.len()],
            leaves,
            places,
            columns: Vec::new(),
            frequencies: vec![0; WINDOW as usize],
            typed: vec![0; WINDOW as usize],
            base: 0,
        };
        run.prepare(&plan.root, true)?;
        for &leaf in &plan.feedback {
            run.leaves[leaf].uses += 1;
            run.leaf_counts[leaf] = true;
        }
        Ok(run)
    }

    /// Counts the uses of leaves, notes what counts for the score, opens columns.
    fn prepare(&mut self, node: &Node, counts: bool) -> tantivy::Result<()> {
        match node {
            Node::All | Node::Among(_) => {}
            Node::And(parts) | Node::Or(parts) => {
                for part in parts {
                    self.prepare(part, counts)?;
                }
            }
            Node::Not(inner) => self.prepare(inner, false)?,
            Node::Filter(inner) => self.prepare(inner, false)?,
            Node::Optional(inner) => self.prepare(inner, counts)?,
            Node::Leaf(i) => {
                self.leaves[*i].uses += 1;
                self.leaf_counts[*i] |= counts && self.plan.leaves[*i].weight > 0.0;
            }
            Node::Positional(i) => {
                for leaf in &self.plan.positional[*i].leaves {
                    self.leaves[*leaf].uses += 1;
                }
                self.place_counts[*i] |= counts;
            }
            Node::Range { column, .. } => {
                let name = self.reader.schema().get_field_name(*column);
                let values = Values::Numbers(self.reader.fast_fields().column_opt(name)?);
                self.columns.push((*column, values));
            }
            Node::Present(column) => {
                let name = self.reader.schema().get_field_name(*column);
                let values = Values::Strings(self.reader.fast_fields().str(name)?);
                self.columns.push((*column, values));
            }
        }
        Ok(())
    }

    fn start(&mut self, base: DocId) {
        self.base = base;
        for leaf in &mut self.leaves {
            leaf.ready = false;
            leaf.bits = Bits::none();
            leaf.hits.clear();
        }
        self.places.iter_mut().for_each(|p| p.hits.clear());
    }

    /// How much work a part is; positions come last.
    fn cost(&self, node: &Node) -> u64 {
        match node {
            Node::Leaf(i) => self.leaves[*i].cost.into(),
            Node::And(parts) => parts.iter().map(|p| self.cost(p)).min().unwrap_or(0),
            Node::Or(parts) => parts.iter().map(|p| self.cost(p)).sum(),
            Node::All | Node::Among(_) | Node::Optional(_) => 0,
            Node::Filter(inner) => self.cost(inner),
            Node::Range { .. } | Node::Present(_) => 1 << 32,
            Node::Not(inner) => (1 << 33) + self.cost(inner),
            Node::Positional(_) => 1 << 34,
        }
    }

    /// Those of the candidates for which the condition holds.
    fn node(&mut self, node: &Node, candidates: &Bits) -> Bits {
        if candidates.is_empty() {
            return Bits::none();
        }
        match node {
            Node::All | Node::Optional(_) => candidates.clone(),
            Node::Filter(inner) => self.node(inner, candidates),
            Node::And(parts) => {
                let mut order: Vec<&Node> = parts.iter().collect();
                order.sort_by_key(|p| self.cost(p));
                order.into_iter().fold(candidates.clone(), |left, part| self.node(part, &left))
            }
            Node::Or(parts) => {
                let mut any = Bits::none();
                // Each part sees all candidates: what it finds counts for the score though another found it too.
                for part in parts {
                    any.add(&self.node(part, candidates));
                }
                any
            }
            Node::Not(inner) => {
                let mut left = candidates.clone();
                left.remove(&self.node(inner, candidates));
                left
            }
            Node::Leaf(i) => self.leaf(*i, candidates),
            Node::Positional(i) => self.positional(*i, candidates),
            Node::Range { column, least, most } => {
                let mut out = Bits::none();
                if let Some((_, Values::Numbers(Some(values)))) = self.columns.iter().find(|(f, _)| f == column) {
                    for at in candidates.iter() {
                        if values.first(self.base + at).is_some_and(|v| (*least..=*most).contains(&v)) {
                            out.insert(at);
                        }
                    }
                }
                out
            }
            Node::Among(set) => {
                let mut among = self.among(*set);
                among.keep(candidates);
                among
            }
            Node::Present(column) => {
                let mut out = Bits::none();
                if let Some((_, Values::Strings(Some(values)))) = self.columns.iter().find(|(f, _)| f == column) {
                    for at in candidates.iter() {
                        if values.ords().first(self.base + at).is_some() {
                            out.insert(at);
                        }
                    }
                }
                out
            }
        }
    }

    fn leaf(&mut self, i: usize, candidates: &Bits) -> Bits {
        let (base, frequencies, typed) = (self.base, &mut self.frequencies, &mut self.typed);
        let leaf = &mut self.leaves[i];
        if !leaf.ready {
            leaf.ready = true;
            let few = leaf.uses == 1 && candidates.len() < FEW;
            for (cursor, as_typed) in &mut leaf.cursors {
                let as_typed = u32::from(*as_typed);
                if few {
                    for at in candidates.iter() {
                        let doc = base + at;
                        if cursor.doc() < doc {
                            cursor.seek(doc);
                        }
                        if cursor.doc() == doc {
                            leaf.bits.insert(at);
                            frequencies[at as usize] += cursor.term_freq();
                            typed[at as usize] += cursor.term_freq() * as_typed;
                        }
                    }
                } else {
                    if cursor.doc() < base {
                        cursor.seek(base);
                    }
                    let mut doc = cursor.doc();
                    while doc < base + WINDOW {
                        let at = doc - base;
                        leaf.bits.insert(at);
                        let n = cursor.term_freq();
                        frequencies[at as usize] += n;
                        typed[at as usize] += n * as_typed;
                        doc = cursor.advance();
                    }
                }
            }
            leaf.cursors.retain(|(c, _)| c.doc() != TERMINATED);
            for at in leaf.bits.iter() {
                let take = |list: &mut Vec<u32>| std::mem::take(&mut list[at as usize]);
                leaf.hits.push((at as u16, take(frequencies), take(typed)));
            }
        }
        let mut out = leaf.bits.clone();
        out.keep(candidates);
        out
    }

    /// The articles of one of the plan's sets in the window.
    fn among(&self, set: usize) -> Bits {
        let mut among = Bits::none();
        let docs = self.plan.sets.get(set).and_then(|set| set.get(self.segment)).map_or(&[][..], Vec::as_slice);
        let from = docs.partition_point(|&doc| doc < self.base);
        let here = docs[from..].iter().take_while(|&&doc| doc < self.base + WINDOW);
        here.for_each(|doc| among.insert(doc - self.base));
        among
    }

    /// First which articles hold the words at all, then in which of those they stand as they should.
    fn positional(&mut self, i: usize, candidates: &Bits) -> Bits {
        let part = &self.plan.positional[i];
        let maybe = self.approximate(&part.expr, candidates);
        let place = &mut self.places[i];
        place.hits.clear();
        let mut out = Bits::none();
        for at in maybe.iter() {
            place.positions.load(self.base + at);
            let n = part.expr.count(&mut place.positions.doc);
            if n > 0 {
                out.insert(at);
                place.hits.push((at as u16, n));
            }
        }
        out
    }

    /// A superset of the articles for which a positional part holds.
    fn approximate(&mut self, expr: &crate::search::interval::Expr, candidates: &Bits) -> Bits {
        use crate::search::interval::Expr;
        if candidates.is_empty() {
            return Bits::none();
        }
        match expr {
            Expr::Leaf { leaf, .. } => self.leaf(*leaf, candidates),
            Expr::Name { leaves, .. } => {
                let mut order = leaves.clone();
                order.sort_by_key(|l| self.leaves[*l].cost);
                order.into_iter().fold(candidates.clone(), |left, l| self.leaf(l, &left))
            }
            Expr::Or(parts) => {
                let mut any = Bits::none();
                for part in parts {
                    any.add(&self.approximate(part, candidates));
                }
                any
            }
            Expr::All(parts) => parts.iter().fold(candidates.clone(), |left, p| self.approximate(p, &left)),
            Expr::Phrase { items, .. } => {
                items.iter().fold(candidates.clone(), |left, (_, p)| self.approximate(p, &left))
            }
            Expr::Near { negated: true, left, .. } => self.approximate(left, candidates),
            Expr::Near { left, right, .. } => {
                let left = self.approximate(left, candidates);
                self.approximate(right, &left)
            }
            Expr::Zone(_, inner) | Expr::First(_, inner) => self.approximate(inner, candidates),
            Expr::Among(set, inner) => {
                let mut among = self.among(*set);
                among.keep(candidates);
                self.approximate(inner, &among)
            }
            Expr::AtLeast(0, _) => candidates.clone(),
            Expr::AtLeast(_, inner) => self.approximate(inner, candidates),
            Expr::Quote { at, said } => {
                at.iter().chain(said).fold(candidates.clone(), |left, p| self.approximate(p, &left))
            }
        }
    }

    /// Evaluates the optional parts among the matches, for the score.
    fn optional(&mut self, node: &Node, matches: &Bits) {
        match node {
            Node::And(parts) => parts.iter().for_each(|p| self.optional(p, matches)),
            Node::Optional(inner) => {
                self.node(inner, matches);
                self.optional(inner, matches);
            }
            _ => {}
        }
    }

    fn score(&self, matches: &Bits, bm25: &Bm25, scores: &mut [f32]) {
        for (i, leaf) in self.leaves.iter().enumerate() {
            if !self.leaf_counts[i] {
                continue;
            }
            let idf = self.plan.leaves[i].idf * self.plan.leaves[i].weight;
            for &(at, n, typed) in leaf.hits.iter().filter(|(at, ..)| matches.contains(u32::from(*at))) {
                let norm = self.norms.fieldnorm_id(self.base + u32::from(at));
                let score = bm25.score(idf, n as f32, norm);
                scores[at as usize] += score;
                if bm25.typed > 0.0 && typed > 0 {
                    let typed = if typed == n { score } else { bm25.score(idf, typed as f32, norm) };
                    scores[at as usize] += bm25.typed * typed;
                }
            }
        }
        for (i, place) in self.places.iter().enumerate() {
            if self.place_counts[i] {
                for &(at, n) in place.hits.iter().filter(|(at, _)| matches.contains(u32::from(*at))) {
                    let norm = self.norms.fieldnorm_id(self.base + u32::from(at));
                    scores[at as usize] += bm25.score(self.plan.positional[i].idf, n as f32, norm);
                }
            }
        }
        if bm25.all_bonus > 0.0 {
            let mut all = matches.clone();
            self.plan.words.iter().for_each(|word| all.keep(&self.having(word)));
            all.iter().for_each(|at| scores[at as usize] += bm25.all_bonus);
        }
    }

    /// The articles of the window that have a word, as it was evaluated last.
    fn having(&self, word: &Node) -> Bits {
        match word {
            Node::Leaf(i) => self.leaves[*i].bits.clone(),
            Node::Positional(i) => {
                let mut bits = Bits::none();
                self.places[*i].hits.iter().for_each(|(at, _)| bits.insert(u32::from(*at)));
                bits
            }
            Node::Or(parts) => {
                let mut any = Bits::none();
                parts.iter().for_each(|part| any.add(&self.having(part)));
                any
            }
            _ => Bits::none(),
        }
    }
}
