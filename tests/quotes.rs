//! The quotes of the sample articles, against what people found in them (`tests/gold/quotes.jsonl`).
//!
//! The floors are a little below what was reached when the weights were last trained; a change that falls under them
//! has broken something. `../shared/score/score.py` measures in full.

use std::collections::BTreeSet;

use newsdex::article::{Body, RawDocument};
use newsdex::parse::parse;
use serde_json::Value;

/// The code points of some spans, without white space and what is neither letter nor digit.
fn letters(text: &[char], spans: impl Iterator<Item = (usize, usize)>) -> BTreeSet<usize> {
    spans.flat_map(|(a, b)| a..b.min(text.len())).filter(|&i| text[i].is_alphanumeric()).collect()
}

fn spans(v: &Value) -> impl Iterator<Item = (usize, usize)> + '_ {
    let at = |v: &Value| v.as_u64().unwrap_or_default() as usize;
    v.as_array().into_iter().flatten().map(move |s| (at(&s[0]), at(&s[1])))
}

#[test]
fn most_quotes_of_the_sample_are_found_and_given_their_speakers() {
    let rows = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gold/quotes.jsonl")).unwrap();
    let (mut gold, mut found, mut hit, mut named, mut right) = (0, 0, 0, 0, 0);
    for row in rows.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        let text = row["text"].as_str().unwrap();
        let article = parse(RawDocument { body: Body::Plain(text.to_string()), ..RawDocument::default() }).article;
        assert_eq!(article.text, text, "{}", row["id"]);
        let chars: Vec<char> = text.chars().collect();
        let point = |byte: u32| text[..byte as usize].chars().count();
        let ours: Vec<_> = article
            .quotes
            .iter()
            .map(|q| letters(&chars, q.parts.iter().map(|p| (point(p.start), point(p.end)))))
            .collect();
        found += ours.len();
        for q in row["quotes"].as_array().unwrap() {
            gold += 1;
            let theirs = letters(&chars, spans(&q["content"]));
            let same = |o: &BTreeSet<usize>| o.intersection(&theirs).count() * 5 >= o.union(&theirs).count() * 4;
            let Some(n) = ours.iter().position(same) else { continue };
            hit += 1;
            if let Some(name) = q["reference"].as_str() {
                named += 1;
                right += (article.quotes[n].speaker.as_ref().and_then(|s| s.name.as_deref()) == Some(name)) as usize;
            }
        }
    }
    let percent = |a: usize, b: usize| 100 * a / b.max(1);
    assert!(percent(hit, gold) >= 80, "{hit} of {gold} quotes");
    assert!(percent(hit, found) >= 80, "{hit} of {found} found are quotes");
    assert!(percent(right, named) >= 70, "{right} of {named} names");
}
