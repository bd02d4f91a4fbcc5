//! The operators against their definitions, tried on all small articles at random.

use proptest::prelude::*;

use super::*;

/// Intervals by definition: all pairs are tried, then those that contain another are dropped.
fn oracle(expr: &Expr, doc: &Doc) -> Vec<(u32, u32, bool)> {
    let set = match expr {
        Expr::Leaf { leaf, text } => doc.leaves[*leaf].iter().map(|&p| (p, p, *text)).collect(),
        Expr::Name { leaves, .. } => {
            let all = |p: &u32| leaves.iter().all(|l| doc.leaves[*l].contains(p));
            doc.leaves[leaves[0]].iter().filter(|p| all(p)).map(|&p| (p, p, false)).collect()
        }
        Expr::Or(parts) => parts.iter().flat_map(|p| oracle(p, doc)).collect(),
        Expr::All(parts) => parts
            .iter()
            .map(|p| oracle(p, doc))
            .reduce(|a, b| minimal(product(&a, &b).map(|(x, y)| cover(x, y)).collect()))
            .unwrap_or_default(),
        Expr::Phrase { items, slop } => {
            let mut chains: Vec<((u32, u32, bool), u32)> =
                oracle(&items[0].1, doc).into_iter().map(|x| (x, *slop)).collect();
            for (gap, item) in &items[1..] {
                let next = oracle(item, doc);
                chains = chains
                    .iter()
                    .flat_map(|&(x, spare)| {
                        next.iter().filter_map(move |&y| {
                            let used = y.0.checked_sub(x.1 + 1 + gap)?;
                            Some((cover(x, y), spare.checked_sub(used)?))
                        })
                    })
                    .collect();
            }
            chains.into_iter().map(|(x, _)| x).collect()
        }
        Expr::Near { op, negated, left, right } => {
            let (a, b) = (oracle(left, doc), oracle(right, doc));
            let overlap = |x: (u32, u32, bool), y: (u32, u32, bool)| x.0 <= y.1 && y.0 <= x.1;
            let close = |x: (u32, u32, bool), y: (u32, u32, bool)| {
                let d = if overlap(x, y) { 0 } else { y.0.max(x.0) - x.1.min(y.1) };
                let unit = |starts: &[u32]| !starts.iter().any(|&s| x.0.min(y.0) < s && s <= x.1.max(y.1));
                match op {
                    Near::Near(n) => d <= *n,
                    Near::Before(n) => x.0 <= y.0 && d <= *n,
                    Near::Sentence => unit(&doc.layout.sentences),
                    Near::Paragraph => unit(&doc.layout.paragraphs),
                }
            };
            if *negated {
                let same = |x: (u32, u32, bool), y: (u32, u32, bool)| x.2 && y.2 && (x.0, x.1) == (y.0, y.1);
                a.iter().copied().filter(|&x| !b.iter().any(|&y| close(x, y) && !same(x, y))).collect()
            } else {
                product(&a, &b)
                    .filter(|&(x, y)| close(x, y) && !(x.2 && y.2 && overlap(x, y)))
                    .map(|(x, y)| cover(x, y))
                    .collect()
            }
        }
        Expr::Zone(part, inner) => {
            let zones = doc.layout.zones(*part);
            oracle(inner, doc).into_iter().filter(|x| zones.iter().any(|z| z.0 <= x.0 && x.1 < z.1)).collect()
        }
        Expr::First(n, inner) => oracle(inner, doc).into_iter().filter(|x| x.1 < *n).collect(),
        Expr::AtLeast(n, inner) => {
            let list = oracle(inner, doc);
            if list.len() >= *n as usize { list } else { Vec::new() }
        }
        Expr::Among(set, inner) => {
            if doc.among[*set] {
                oracle(inner, doc)
            } else {
                Vec::new()
            }
        }
        Expr::Quote { at, said } => {
            let mut out = Vec::new();
            for quote in &doc.layout.quotes {
                let starts = |e: &Expr| oracle(e, doc).iter().any(|x| x.0 == quote.start);
                if !at.iter().all(starts) {
                    continue;
                }
                let inside = |x: &(u32, u32, bool)| quote.parts.iter().any(|p| p.0 <= x.0 && x.1 < p.1);
                let words = said
                    .iter()
                    .map(|e| oracle(e, doc).into_iter().filter(inside).collect::<Vec<_>>())
                    .reduce(|a, b| minimal(product(&a, &b).map(|(x, y)| cover(x, y)).collect()));
                match words {
                    Some(words) => out.extend(words),
                    None if at.is_empty() => {}
                    None => out.push((quote.start, quote.start, false)),
                }
            }
            out
        }
    };
    minimal(set)
}

type Plain = (u32, u32, bool);

fn product<'a>(a: &'a [Plain], b: &'a [Plain]) -> impl Iterator<Item = (Plain, Plain)> + 'a {
    a.iter().flat_map(|&x| b.iter().map(move |&y| (x, y)))
}

fn cover(x: Plain, y: Plain) -> Plain {
    (x.0.min(y.0), x.1.max(y.1), x.2 || y.2)
}

fn minimal(mut set: Vec<Plain>) -> Vec<Plain> {
    set.sort_unstable();
    set.dedup_by_key(|x| (x.0, x.1));
    let contains = |x: &Plain, y: &Plain| x.0 <= y.0 && y.1 <= x.1 && (x.0, x.1) != (y.0, y.1);
    set.iter().copied().filter(|x| !set.iter().any(|y| contains(x, y))).collect()
}

fn positions(most: u32) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::btree_set(0..most, 0..6).prop_map(|s| s.into_iter().collect())
}

fn docs() -> impl Strategy<Value = Doc> {
    const WORDS: u32 = 24;
    let leaves = prop::collection::vec(positions(WORDS), 4);
    (leaves, positions(WORDS), positions(WORDS), 0..WORDS, positions(WORDS)).prop_map(
        |(leaves, sentences, paragraphs, headline, cuts)| {
            let mut doc = Doc::new(0);
            doc.leaves = leaves;
            doc.among = vec![true, false];
            doc.layout.sentences = sentences;
            doc.layout.paragraphs = paragraphs;
            doc.layout.headline = vec![(0, headline)];
            doc.layout.body = vec![(headline, WORDS)];
            // Every two cuts a part, every second part begins a quote.
            for (i, cut) in cuts.chunks_exact(2).enumerate() {
                if i % 2 == 0 {
                    doc.layout.quotes.push(QuoteSpan { start: cut[0], parts: Vec::new() });
                }
                if let Some(quote) = doc.layout.quotes.last_mut() {
                    quote.parts.push((cut[0], cut[1] + 1));
                }
            }
            doc
        },
    )
}

fn exprs() -> impl Strategy<Value = Expr> {
    let leaf = (0..4usize, any::<bool>()).prop_map(|(leaf, text)| Expr::Leaf { leaf, text });
    let name = (0..4usize, 0..4usize).prop_map(|(a, b)| Expr::Name { leaves: vec![a, b], long: false });
    prop_oneof![4 => leaf, 1 => name].prop_recursive(3, 12, 3, |inner| {
        let near = prop_oneof![
            (0..6u32).prop_map(Near::Near),
            (0..6u32).prop_map(Near::Before),
            Just(Near::Sentence),
            Just(Near::Paragraph),
        ];
        let some = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            some.clone().prop_map(Expr::Or),
            some.clone().prop_map(Expr::All),
            (prop::collection::vec((0..2u32, inner.clone()), 1..4), 0..4u32)
                .prop_map(|(items, slop)| Expr::Phrase { items, slop }),
            (near, any::<bool>(), inner.clone(), inner.clone()).prop_map(|(op, negated, a, b)| Expr::Near {
                op,
                negated,
                left: Box::new(a),
                right: Box::new(b)
            }),
            inner.clone().prop_map(|e| Expr::Zone(Part::Headline, Box::new(e))),
            inner.clone().prop_map(|e| Expr::Zone(Part::Body, Box::new(e))),
            (0..12u32, inner.clone()).prop_map(|(n, e)| Expr::First(n, Box::new(e))),
            (0..4u32, inner.clone()).prop_map(|(n, e)| Expr::AtLeast(n, Box::new(e))),
            (0..2usize, inner.clone()).prop_map(|(set, e)| Expr::Among(set, Box::new(e))),
            (some.clone(), some).prop_map(|(at, said)| Expr::Quote { at, said }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_operator_does_what_its_definition_says(mut doc in docs(), expr in exprs()) {
        let mut found = Vec::new();
        expr.eval(&mut doc, &mut found);
        let found: Vec<_> = found.iter().map(|x| (x.start, x.end)).collect();
        let meant: Vec<_> = oracle(&expr, &doc).iter().map(|x| (x.0, x.1)).collect();
        prop_assert_eq!(&found, &meant, "{:?}", expr);
        prop_assert_eq!(expr.count(&mut doc) as usize, meant.len(), "{:?}", expr);
        let mut witnesses = Vec::new();
        expr.matched(&mut doc, &mut witnesses);
        prop_assert_eq!(witnesses.is_empty(), meant.is_empty());
    }
}

#[test]
fn what_takes_part_is_highlighted() {
    // strike . . strike wages . . wages
    let mut doc = Doc::new(2);
    doc.leaves = vec![vec![0, 3], vec![4, 7]];
    let leaf = |leaf| Box::new(Expr::Leaf { leaf, text: true });
    let near = |op, negated| Expr::Near { op, negated, left: leaf(0), right: leaf(1) };
    let mut words = |expr: Expr| {
        let mut out = Vec::new();
        doc.traces.clear();
        expr.matched(&mut doc, &mut out);
        out.iter().map(|w| w.start).collect::<Vec<_>>()
    };
    assert_eq!(words(near(Near::Near(1), false)), [3, 4]);
    assert_eq!(words(near(Near::Near(4), false)), [0, 3, 4, 7]);
    assert_eq!(words(near(Near::Before(3), true)), [0]);
    assert_eq!(words(Expr::Phrase { items: vec![(0, *leaf(0)), (0, *leaf(1))], slop: 0 }), [3], "one span");
    assert_eq!(words(Expr::Phrase { items: vec![(0, *leaf(0)), (0, *leaf(1))], slop: 1 }), [3, 4], "its words");
}
