//! What else there is on this: the articles nearest to one, and the other printings of the same copy.
//!
//! The article is its own query: its most telling words (often here, seldom elsewhere; those of the headline twice) and
//! the names in it, each as far as the archive has it. What carries the same copy is told apart from what is related.

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Term};

use super::duplicates;
use super::selection::Selection;
use crate::article::fold::{fold, fold_name};
use crate::article::{Article, EntityType, ZoneKind};
use crate::index::layers::whole;
use crate::index::{self, Reader, sketch::Shingles};

/// The words and the names that make the query.
const WORDS: usize = 30;
const NAMES: usize = 12;
/// Articles of an index that are looked at as candidates, at least.
const CANDIDATES: usize = 80;
/// Names told as what both have.
const TOLD: usize = 5;
/// What a name weighs beside a word as rare: it is surer evidence.
const NAME: f32 = 1.5;

#[derive(Clone, Debug, Default)]
pub struct Similar {
    /// Other printings of the same copy, the earliest first.
    pub duplicates: Vec<Near>,
    /// Other articles, the nearest first; of those that are one copy, the earliest.
    pub related: Vec<Near>,
}

/// An article near another.
#[derive(Clone, Debug)]
pub struct Near {
    /// Which of the indexes, and where in it.
    pub index: usize,
    pub address: DocAddress,
    pub article: Arc<Article>,
    /// Comparable among the articles of one answer.
    pub score: f32,
    /// Names that both have, the most telling first.
    pub names: Vec<String>,
    /// The share of the shorter one's text that the other has too, 0 to 1.
    pub shared: f32,
    /// How many other printings of it were left out.
    pub copies: usize,
}

/// Finds what is near an article among the selected ones, the article itself left out.
pub fn similar(article: &Article, selections: &[Selection], limit: usize) -> index::Result<Similar> {
    let own = Shingles::of(article);
    let names: FxHashMap<String, &str> =
        article.entities.iter().map(|e| (fold_name(&e.name), e.name.as_str())).collect();
    let (mut duplicates, mut related) = (Vec::new(), Vec::new());
    for (index, selection) in selections.iter().enumerate() {
        let query =
            BooleanQuery::new(telling(article, selection.reader)?.into_iter().map(|q| (Occur::Should, q)).collect());
        let most = CANDIDATES.max(limit.saturating_mul(2));
        let hits = selection.reader.searcher().search(&query, &TopDocs::with_limit(most).order_by_score())?;
        for (score, address) in hits.into_iter().filter(|(_, at)| selection.contains(*at)) {
            let other = selection.reader.corrected(address)?;
            if other.id == article.id {
                continue;
            }
            let shingles = Shingles::of(&other);
            let mut seen = FxHashSet::default();
            let both = other.entities.iter().filter_map(|e| names.get(&fold_name(&e.name)));
            let near = Near {
                index,
                address,
                score,
                names: both.filter(|n| seen.insert(**n)).take(TOLD).map(|n| n.to_string()).collect(),
                shared: own.containment(&shingles),
                article: Arc::new(other),
                copies: 0,
            };
            if own.same_copy(&shingles) { duplicates.push(near) } else { related.push(near) }
        }
    }
    duplicates.sort_by(|a, b| order(a).cmp(&order(b)));
    related.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.article.id.cmp(&b.article.id)));
    Ok(Similar { duplicates, related: collapsed(related, limit) })
}

fn order(near: &Near) -> (bool, Option<jiff::civil::Date>, &str) {
    let date = near.article.published.map(|p| p.date);
    (date.is_none(), date, &near.article.id)
}

/// One of each copy, with the score of the best.
fn collapsed(related: Vec<Near>, limit: usize) -> Vec<Near> {
    let groups = duplicates::groups(related.iter().map(|n| &*n.article));
    let mut slots: Vec<Option<Near>> = related.into_iter().map(Some).collect();
    let mut out = Vec::new();
    for group in groups.into_iter().take(limit) {
        let best = group.iter().filter_map(|&i| slots[i].as_ref()).map(|n| n.score).fold(0.0, f32::max);
        if let Some(mut near) = group.first().and_then(|&i| slots[i].take()) {
            (near.score, near.copies) = (best, group.len() - 1);
            out.push(near);
        }
    }
    out
}

/// The queries for the words and names that tell most of the article.
fn telling(article: &Article, reader: &Reader) -> tantivy::Result<Vec<Box<dyn Query>>> {
    let searcher = reader.searcher();
    let articles = searcher.segment_readers().iter().map(|s| u64::from(s.max_doc())).sum::<u64>() as f32;
    // As in BM25. What stands in one article stands in this one alone.
    let idf = |n: u64| (1.0 + (articles - n as f32 + 0.5) / (n as f32 + 0.5)).ln();
    let fields = reader.fields();

    // The forms of each word as the article writes them, and how often it does.
    let mut words: FxHashMap<String, (FxHashSet<&str>, f32)> = FxHashMap::default();
    let headline = article.zone(ZoneKind::Headline);
    for token in article.tokens.iter().filter(|t| t.is_word()) {
        let term = token.term(&article.text);
        let entry = words.entry(fold(term)).or_default();
        entry.0.insert(term);
        entry.1 += if headline.is_some_and(|h| h.contains(token.span)) { 2.0 } else { 1.0 };
    }
    let mut chosen: Vec<(f32, Vec<(Term, u64)>)> = Vec::with_capacity(words.len());
    for (folded, (forms, times)) in words {
        let mut terms = Vec::new();
        for form in forms.into_iter().map(str::to_owned).chain(std::iter::once(folded)) {
            let term = Term::from_field_text(fields.text, &form);
            if !terms.iter().any(|(t, _)| *t == term) {
                let n = searcher.doc_freq(&term)?;
                terms.push((term, n));
            }
        }
        terms.retain(|(_, n)| *n > 0);
        terms.sort();
        chosen.push((times / (times + 1.2) * idf(terms.iter().map(|(_, n)| n).sum()), terms));
    }
    best(&mut chosen, WORDS);

    let mut named: Vec<(f32, Vec<(Term, u64)>)> = Vec::new();
    for entity in article.entities.iter().filter(|e| e.kind != EntityType::Misc) {
        let layer: Field = fields.entity_layer(entity.kind);
        let term = Term::from_field_text(layer, &whole(&fold_name(&entity.name)));
        let n = searcher.doc_freq(&term)?;
        let times = entity.mentions as f32;
        named.push((NAME * times / (times + 1.2) * idf(n), vec![(term, n)]));
    }
    best(&mut named, NAMES);
    chosen.append(&mut named);

    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for (weight, terms) in chosen {
        for (term, n) in terms {
            // tantivy weighs the term by its own rarity; it is the word's that counts.
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            queries.push(Box::new(BoostQuery::new(Box::new(query), weight / idf(n).max(0.1))));
        }
    }
    Ok(queries)
}

/// Keeps the heaviest.
fn best(weighted: &mut Vec<(f32, Vec<(Term, u64)>)>, most: usize) {
    weighted.retain(|(_, terms)| terms.iter().any(|(_, n)| *n > 1));
    weighted.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| Reverse(&b.1).cmp(&Reverse(&a.1))));
    weighted.truncate(most);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Stamp;
    use crate::index::testing::{article, harbour, name, test_index};

    #[test]
    fn copies_background_and_the_rest() {
        let mut reprint = harbour();
        reprint.id = "reprint".into();
        let mut later = article(
            "later",
            "Union and port settle\n\nThe Harbour Union and Port Selby agreed on an offer. Dockers go back to work.",
        );
        name(&mut later, EntityType::Organization, &["Harbour Union"]);
        let mut copy = later.clone();
        copy.id = "copy".into();
        copy.published = Some(Stamp { date: jiff::civil::date(2021, 6, 9), time: None, offset: None });
        let football = article(
            "football",
            "Rovers win\n\nThe Rovers won by two goals on Saturday, their first win of the season.",
        );
        let reader = test_index(&[harbour(), reprint, later, copy, football]);
        let found = similar(&harbour(), &[Selection::all(&reader)], 10).unwrap();
        let ids = |list: &[Near]| list.iter().map(|n| n.article.id.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(ids(&found.duplicates), "reprint");
        assert_eq!(found.duplicates[0].shared, 1.0);
        // One copy of the settlement, the one with a date; the football story shares only small words.
        assert!(ids(&found.related).starts_with("copy"), "{}", ids(&found.related));
        assert_eq!(
            (found.related[0].copies, found.related[0].names.as_slice()),
            (1, &["Harbour Union".to_string()][..])
        );
        assert!(!ids(&found.related).contains("later"));
    }
}
