//! The algebra of intervals: where in an article a phrase, a distance, a sentence or a quote holds.
//!
//! Every positional part of a query is a set of *minimal intervals* of positions, none of which contains another
//! (Clarke, Cormack and Burkowski 1995; Lucene's intervals), and every operator makes such a set from others. So
//! operators nest without limit, an article matches if the set is not empty, the size of the set is the frequency by
//! which it is ranked, and the same intervals are what is highlighted: each knows the words it was made of.
//!
//! Everything here is about one article at a time and knows nothing of postings: [`Doc`] holds the positions.
//! The work is linear in the positions, operator by operator.

mod count;
mod layout;
#[cfg(test)]
mod tests;

use super::syntax::Near;
pub use layout::{Layout, QuoteSpan};

/// Positions `start..=end`, and what it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub start: u32,
    pub end: u32,
    trace: u32,
    /// Made of words of the text, not only of marks at the same positions: two such must not overlap to be near.
    text: bool,
}

/// What an interval was made of.
#[derive(Clone, Copy, Debug)]
enum Trace {
    /// A leaf: which, and its positions.
    Leaf {
        leaf: u32,
        start: u32,
        end: u32,
    },
    Pair(u32, u32),
}

/// Words `start..=end` that an interval was made of, and the leaf they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    pub start: u32,
    pub end: u32,
    pub leaf: u32,
}

/// The positions of one article: of each leaf of the query, and of its parts.
#[derive(Debug, Default)]
pub struct Doc {
    /// Sorted, without repetition.
    pub leaves: Vec<Vec<u32>>,
    /// Of these, sorted, those where the word is written as two: it ends at the next position.
    pub compounds: Vec<Vec<u32>>,
    pub layout: Layout,
    /// Whether the article is in each of the plan's sets.
    pub among: Vec<bool>,
    traces: Vec<Trace>,
    /// Lists in use go back here, so that nothing is allocated for an article.
    pool: Vec<Vec<Interval>>,
}

impl Doc {
    pub fn new(leaves: usize) -> Doc {
        Doc { leaves: vec![Vec::new(); leaves], compounds: vec![Vec::new(); leaves], ..Doc::default() }
    }

    /// Forgets the article.
    pub fn clear(&mut self) {
        self.leaves.iter_mut().for_each(Vec::clear);
        self.compounds.iter_mut().for_each(Vec::clear);
        self.layout.clear();
        self.among.clear();
        self.traces.clear();
    }

    fn has_compounds(&self, leaf: usize) -> bool {
        self.compounds.get(leaf).is_some_and(|list| !list.is_empty())
    }

    fn is_compound(&self, leaf: usize, at: u32) -> bool {
        self.compounds.get(leaf).is_some_and(|list| list.binary_search(&at).is_ok())
    }

    fn take(&mut self) -> Vec<Interval> {
        let mut list = self.pool.pop().unwrap_or_default();
        list.clear();
        list
    }

    fn give(&mut self, list: Vec<Interval>) {
        self.pool.push(list);
    }

    fn trace(&mut self, trace: Trace) -> u32 {
        self.traces.push(trace);
        (self.traces.len() - 1) as u32
    }

    fn pair(&mut self, a: &Interval, b: &Interval) -> Interval {
        Interval {
            start: a.start.min(b.start),
            end: a.end.max(b.end),
            trace: self.trace(Trace::Pair(a.trace, b.trace)),
            text: a.text || b.text,
        }
    }

    /// The leaf that an interval begins with.
    fn first_leaf(&self, mut trace: u32) -> u32 {
        loop {
            match self.traces.get(trace as usize) {
                Some(&Trace::Leaf { leaf, .. }) => return leaf,
                Some(&Trace::Pair(first, _)) => trace = first,
                None => return 0,
            }
        }
    }

    /// Adds the words that an interval was made of.
    fn witnesses(&self, trace: u32, out: &mut Vec<Witness>) {
        let mut open = vec![trace];
        while let Some(at) = open.pop() {
            match self.traces.get(at as usize) {
                Some(&Trace::Leaf { leaf, start, end }) => out.push(Witness { start, end, leaf }),
                Some(&Trace::Pair(a, b)) => open.extend([a, b]),
                None => {}
            }
        }
    }
}

/// A positional query.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Each position of a leaf. `text`: words of the text rather than marks.
    Leaf {
        leaf: usize,
        text: bool,
    },
    /// A name: positions that all these leaves share; as long as the mention there.
    Name {
        leaves: Vec<usize>,
        long: bool,
    },
    Or(Vec<Expr>),
    /// All of them, anywhere in the article.
    All(Vec<Expr>),
    /// One after the other, each with so many words left out before it; `slop` further words in all.
    Phrase {
        items: Vec<(u32, Expr)>,
        slop: u32,
    },
    Near {
        op: Near,
        negated: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Inside one of the layout's zones of this part of the article.
    Zone(Part, Box<Expr>),
    /// Within the first so many words.
    First(u32, Box<Expr>),
    AtLeast(u32, Box<Expr>),
    /// In the articles of one of the plan's sets only.
    Among(usize, Box<Expr>),
    /// One quote: who speaks and how it is announced, at its first word; what is said, inside one of its parts.
    Quote {
        at: Vec<Expr>,
        said: Vec<Expr>,
    },
}

/// A part of an article that a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Headline,
    Body,
}

impl Expr {
    /// How many intervals there are in the article.
    pub fn count(&self, doc: &mut Doc) -> u32 {
        count::simple(self, doc).unwrap_or_else(|| self.count_made(doc))
    }

    fn count_made(&self, doc: &mut Doc) -> u32 {
        let mut out = doc.take();
        self.eval(doc, &mut out);
        let n = out.len() as u32;
        doc.give(out);
        n
    }

    /// Adds the words that make the article match, in order, each once. For operators of distance these are all
    /// words that take part, not only those of the minimal intervals.
    pub fn matched(&self, doc: &mut Doc, out: &mut Vec<Witness>) {
        let mut list = doc.take();
        if let Expr::Near { op, negated: false, left, right } = self {
            let (mut a, mut b) = (doc.take(), doc.take());
            left.eval(doc, &mut a);
            right.eval(doc, &mut b);
            let takes_part = |doc: &Doc, x: &Interval, ys: &[Interval], swapped: bool| {
                partners(x, ys).any(|y| {
                    let (a, b) = if swapped { (y, x) } else { (x, y) };
                    holds(*op, &doc.layout, a, b)
                })
            };
            list.extend(a.iter().filter(|x| takes_part(doc, x, &b, false)));
            list.extend(b.iter().filter(|x| takes_part(doc, x, &a, true)));
            doc.give(a);
            doc.give(b);
        } else {
            self.eval(doc, &mut list);
        }
        for interval in &list {
            doc.witnesses(interval.trace, out);
        }
        doc.give(list);
        out.sort_unstable();
        out.dedup();
    }

    /// The minimal intervals, in order; `out` is empty.
    fn eval(&self, doc: &mut Doc, out: &mut Vec<Interval>) {
        match self {
            Expr::Leaf { leaf, text } => {
                for i in 0..doc.leaves.get(*leaf).map_or(0, Vec::len) {
                    let at = doc.leaves[*leaf][i];
                    let end = at + doc.is_compound(*leaf, at) as u32;
                    let trace = doc.trace(Trace::Leaf { leaf: *leaf as u32, start: at, end });
                    out.push(Interval { start: at, end, trace, text: *text });
                }
                if doc.has_compounds(*leaf) {
                    minimise(out);
                }
            }
            Expr::Name { leaves, long } => name(leaves, *long, doc, out),
            Expr::Or(parts) => {
                let mut list = doc.take();
                for part in parts {
                    list.clear();
                    part.eval(doc, &mut list);
                    out.extend_from_slice(&list);
                }
                doc.give(list);
                minimise(out);
            }
            Expr::All(parts) => self.all(parts, doc, out),
            Expr::Phrase { items, slop } => phrase(items, *slop, doc, out),
            Expr::Near { op, negated, left, right } => {
                let (mut a, mut b) = (doc.take(), doc.take());
                left.eval(doc, &mut a);
                if !a.is_empty() {
                    right.eval(doc, &mut b);
                }
                if *negated {
                    let near = |x: &Interval| partners(x, &b).any(|y| too_near(*op, &doc.layout, x, y));
                    out.extend(a.iter().filter(|x| !near(x)));
                } else if !b.is_empty() {
                    pairs(&a, &b, doc, out, |layout, x, y| holds(*op, layout, x, y));
                }
                doc.give(a);
                doc.give(b);
            }
            Expr::Zone(part, inner) => {
                inner.eval(doc, out);
                let zones = doc.layout.zones(*part);
                out.retain(|x| inside(zones, x));
            }
            Expr::First(n, inner) => {
                inner.eval(doc, out);
                out.retain(|x| x.end < *n);
            }
            Expr::AtLeast(n, inner) => {
                inner.eval(doc, out);
                if (out.len() as u64) < u64::from(*n) {
                    out.clear();
                }
            }
            Expr::Among(set, inner) => {
                if doc.among.get(*set).is_some_and(|among| *among) {
                    inner.eval(doc, out);
                }
            }
            Expr::Quote { at, said } => quotes(at, said, doc, out),
        }
    }

    fn all(&self, parts: &[Expr], doc: &mut Doc, out: &mut Vec<Interval>) {
        let mut next = doc.take();
        for (i, part) in parts.iter().enumerate() {
            if i == 0 {
                part.eval(doc, out);
                continue;
            }
            next.clear();
            part.eval(doc, &mut next);
            let so_far = std::mem::replace(out, doc.take());
            pairs(&so_far, &next, doc, out, |_, _, _| true);
            doc.give(so_far);
        }
        doc.give(next);
    }
}

/// Whether an interval lies in one of these ranges (`start..end`, in order).
fn inside(ranges: &[(u32, u32)], x: &Interval) -> bool {
    let i = ranges.partition_point(|&(_, end)| end <= x.start);
    ranges.get(i).is_some_and(|&(start, end)| start <= x.start && x.end < end)
}

/// Keeps the intervals that contain no other.
fn minimise(list: &mut Vec<Interval>) {
    // Of equal starts the shortest comes last; from the end, whoever ends before all others stays.
    list.sort_unstable_by_key(|x| (x.start, std::cmp::Reverse(x.end), std::cmp::Reverse(x.text)));
    let mut least = u32::MAX;
    let mut kept = list.len();
    for i in (0..list.len()).rev() {
        let x = list[i];
        if x.end < least {
            least = x.end;
            kept -= 1;
            list[kept] = x;
        }
    }
    list.drain(..kept);
}

/// Of a set of minimal intervals, those that can be nearest to `x`: the last before it, those that overlap it, the
/// first after it.
fn partners<'a>(x: &Interval, ys: &'a [Interval]) -> impl Iterator<Item = &'a Interval> {
    let (start, end) = (x.start, x.end);
    let first = ys.partition_point(|y| y.end < start);
    let last = first + ys[first..].partition_point(|y| y.start <= end);
    ys[first.saturating_sub(1)..ys.len().min(last + 1)].iter()
}

/// The minimal intervals that cover one of each, of the pairs for which `fits`.
fn pairs(
    xs: &[Interval],
    ys: &[Interval],
    doc: &mut Doc,
    out: &mut Vec<Interval>,
    fits: impl Fn(&Layout, &Interval, &Interval) -> bool,
) {
    for x in xs {
        for y in partners(x, ys) {
            if fits(&doc.layout, x, y) {
                out.push(doc.pair(x, y));
            }
        }
    }
    minimise(out);
}

/// How many steps lead from one to the other: neighbours are one apart. `None` if they overlap.
fn distance(a: &Interval, b: &Interval) -> Option<u32> {
    if a.end < b.start {
        Some(b.start - a.end)
    } else if b.end < a.start {
        Some(a.start - b.end)
    } else {
        None
    }
}

fn within(op: Near, layout: &Layout, a: &Interval, b: &Interval) -> bool {
    match op {
        Near::Near(n) => distance(a, b).is_none_or(|d| d <= n),
        Near::Before(n) => a.start <= b.start && distance(a, b).is_none_or(|d| d <= n),
        Near::Sentence => layout.same_sentence(a.start.min(b.start), a.end.max(b.end)),
        Near::Paragraph => layout.same_paragraph(a.start.min(b.start), a.end.max(b.end)),
    }
}

/// Whether two things are as near as the operator asks. A word is not near itself, but a mark is near its word.
fn holds(op: Near, layout: &Layout, a: &Interval, b: &Interval) -> bool {
    within(op, layout, a, b) && (distance(a, b).is_some() || !(a.text && b.text))
}

/// Whether `a` is to be left out because of `b`: what overlaps is near, but a word is not near itself.
fn too_near(op: Near, layout: &Layout, a: &Interval, b: &Interval) -> bool {
    within(op, layout, a, b) && !(a.text && b.text && (a.start, a.end) == (b.start, b.end))
}

fn name(leaves: &[usize], long: bool, doc: &mut Doc, out: &mut Vec<Interval>) {
    let Some((&first, rest)) = leaves.split_first() else { return };
    for i in 0..doc.leaves.get(first).map_or(0, Vec::len) {
        let at = doc.leaves[first][i];
        let has = |leaf: &usize| doc.leaves.get(*leaf).is_some_and(|l| l.binary_search(&at).is_ok());
        if !rest.iter().all(has) {
            continue;
        }
        let end = if long { at + doc.layout.mention_length(at) - 1 } else { at };
        let trace = doc.trace(Trace::Leaf { leaf: first as u32, start: at, end });
        out.push(Interval { start: at, end, trace, text: false });
    }
    if long {
        minimise(out);
    }
}

/// From each first item the nearest chain of the others: no other chain from there is shorter.
fn phrase(items: &[(u32, Expr)], slop: u32, doc: &mut Doc, out: &mut Vec<Interval>) {
    let Some(((_, first), rest)) = items.split_first() else { return };
    let mut chains = doc.take();
    first.eval(doc, &mut chains);
    // How many words each chain may still leave out.
    let mut left = vec![slop; if slop > 0 { chains.len() } else { 0 }];
    for (gap, item) in rest {
        if chains.is_empty() {
            break;
        }
        let mut next = doc.take();
        item.eval(doc, &mut next);
        let mut at = 0;
        let mut kept = 0;
        for i in 0..chains.len() {
            let chain = chains[i];
            let wanted = chain.end + 1 + gap;
            while next.get(at).is_some_and(|x| x.start < wanted) {
                at += 1;
            }
            let Some(x) = next.get(at) else { break };
            let spare = x.start - wanted;
            let fits = if slop > 0 { left[i].checked_sub(spare) } else { (spare == 0).then_some(0) };
            if let Some(spare) = fits {
                chains[kept] = doc.pair(&chain, x);
                if slop > 0 {
                    left[kept] = spare;
                }
                kept += 1;
            }
        }
        chains.truncate(kept);
        doc.give(next);
    }
    if slop > 0 {
        out.extend_from_slice(&chains);
        minimise(out);
    } else {
        // A phrase is one thing, to be shown as one.
        for chain in &chains {
            let leaf = doc.first_leaf(chain.trace);
            let trace = doc.trace(Trace::Leaf { leaf, start: chain.start, end: chain.end });
            out.push(Interval { trace, ..*chain });
        }
    }
    doc.give(chains);
}

fn quotes(at: &[Expr], said: &[Expr], doc: &mut Doc, out: &mut Vec<Interval>) {
    let mut lists = |parts: &[Expr]| -> Option<Vec<Vec<Interval>>> {
        let mut lists = Vec::with_capacity(parts.len());
        for part in parts {
            let mut list = doc.take();
            part.eval(doc, &mut list);
            if list.is_empty() {
                return None;
            }
            lists.push(list);
        }
        Some(lists)
    };
    let (Some(at), Some(said)) = (lists(at), lists(said)) else { return };
    let quotes = std::mem::take(&mut doc.layout.quotes);
    for quote in &quotes {
        let mut whole: Option<Interval> = None;
        let starts = at.iter().all(|list| {
            let found = list.iter().find(|x| x.start == quote.start);
            if let Some(x) = found {
                let mark = Interval { end: quote.start, ..*x };
                whole = Some(whole.map_or(mark, |w| doc.pair(&w, &mark)));
            }
            found.is_some()
        });
        if !starts {
            continue;
        }
        let mut words: Option<Vec<Interval>> = None;
        for list in &said {
            let mut here = doc.take();
            here.extend(list.iter().filter(|x| inside(&quote.parts, x)));
            words = Some(match words {
                None => here,
                Some(so_far) => {
                    let mut both = doc.take();
                    pairs(&so_far, &here, doc, &mut both, |_, _, _| true);
                    doc.give(so_far);
                    doc.give(here);
                    both
                }
            });
        }
        match words {
            None => out.extend(whole),
            Some(words) => {
                for x in &words {
                    // Who speaks is told with what is said, but is no part of its extent.
                    let trace = whole.map_or(x.trace, |w| doc.pair(&w, x).trace);
                    out.push(Interval { trace, ..*x });
                }
                doc.give(words);
            }
        }
    }
    doc.layout.quotes = quotes;
    for list in at.into_iter().chain(said) {
        doc.give(list);
    }
    minimise(out);
}
