//! What each part of a query matches by itself: who is to blame if nothing is found, and what is spelled like it.

use std::sync::Arc;

use super::compile::compile;
use super::engine::{self, Bm25, Segment};
use super::expand::spelled_like;
use super::request::{Error, Filters, Part, Request};
use super::syntax::{Expr, Field, Node, Term};
use crate::article::Span;

/// The most words shown of what one stands for.
const SHOWN: usize = 20;
/// The most words shown that are spelled alike.
const SUGGESTED: usize = 3;

/// Each part of the query that can be looked for alone, and each filter.
pub(super) fn parts(request: &Request, segments: &[Segment], bm25: &Bm25) -> Result<Vec<Part>, Error> {
    let mut out = Vec::new();
    let mut nodes = Vec::new();
    flatten(&request.query, &mut nodes);
    for node in nodes {
        out.push(part(node.span, node.to_string(), node, &Filters::default(), segments, bm25)?);
    }
    for (name, filters) in single(&request.filters) {
        let all = Node { span: Span::default(), expr: Expr::All };
        out.push(part(Span::default(), name, &all, &filters, segments, bm25)?);
    }
    Ok(out)
}

/// The parts that boolean operators join; what is excluded is not looked for.
fn flatten<'n>(node: &'n Node, out: &mut Vec<&'n Node>) {
    match &node.expr {
        Expr::List(parts) | Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|p| flatten(p, out)),
        Expr::Must(inner) => flatten(inner, out),
        Expr::Near { left, right, .. } => {
            // By itself, then its sides: one of them may be the cause.
            out.push(node);
            flatten(left, out);
            flatten(right, out);
        }
        Expr::Not(_) | Expr::All => {}
        _ => out.push(node),
    }
}

fn part(
    span: Span,
    text: String,
    node: &Node,
    filters: &Filters,
    segments: &[Segment],
    bm25: &Bm25,
) -> Result<Part, Error> {
    let plan = compile(node, filters, segments, &mut bm25.clone())?;
    let mut articles = 0;
    for segment in segments {
        engine::run(&plan, segment, bm25, false, |_, _| articles += 1)?;
    }
    let words: Vec<_> = plan.leaves.iter().filter(|l| l.weight > 0.0).flat_map(|l| l.expanded.clone()).collect();
    let mut suggestions = Vec::new();
    if articles == 0 {
        for word in unknown(node, &plan) {
            let text = |s: &Segment| s.source.dictionary(s.ord, s.fields.text);
            let opened = segments.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            let dictionaries: Vec<_> = opened.iter().map(Arc::as_ref).collect();
            suggestions.extend(spelled_like(&word, &dictionaries, SUGGESTED)?);
        }
    }
    Ok(Part {
        span,
        text,
        articles,
        expanded: words.len(),
        words: words.into_iter().take(SHOWN).collect(),
        at_least: plan.at_least,
        spelled_like: suggestions,
    })
}

/// The words of a part that stand in no article.
fn unknown(node: &Node, plan: &super::plan::Plan) -> Vec<String> {
    let known = |word: &str| plan.leaves.iter().any(|l| l.text == word && !l.expanded.is_empty());
    let mut out = Vec::new();
    let mut term = |term: &Term| {
        if let Term::Word(word) | Term::Exact(word) = term
            && !known(word)
        {
            out.push(word.clone());
        }
    };
    fn each(node: &Node, term: &mut impl FnMut(&Term)) {
        match &node.expr {
            Expr::Term(t) => term(t),
            Expr::Joined(terms) => terms.iter().for_each(term),
            Expr::Phrase(phrase) => phrase.items.iter().flatten().for_each(term),
            Expr::In(Field::Headline | Field::Body | Field::Said, inner)
            | Expr::First(_, inner)
            | Expr::AtLeast(_, inner) => each(inner, term),
            _ => {}
        }
    }
    each(node, &mut term);
    out
}

/// Each filter alone, under the name of its option.
fn single(filters: &Filters) -> Vec<(String, Filters)> {
    let mut out = Vec::new();
    let dates = filters.dates;
    if let Some(since) = dates.since {
        let mut one = Filters::default();
        one.dates.since = Some(since);
        out.push((format!("--since {since}"), one));
    }
    if let Some(until) = dates.until {
        let mut one = Filters::default();
        one.dates.until = Some(until);
        out.push((format!("--until {until}"), one));
    }
    let mut list = |name: &str, values: &[String], make: fn(Vec<String>) -> Filters| {
        if !values.is_empty() {
            out.push((format!("--{name} {}", values.join(&format!(" --{name} "))), make(values.to_vec())));
        }
    };
    list("source", &filters.sources, |sources| Filters { sources, ..Filters::default() });
    list("section", &filters.sections, |sections| Filters { sections, ..Filters::default() });
    list("language", &filters.languages, |languages| Filters { languages, ..Filters::default() });
    list("person", &filters.persons, |persons| Filters { persons, ..Filters::default() });
    list("organization", &filters.organizations, |organizations| Filters { organizations, ..Filters::default() });
    list("place", &filters.places, |places| Filters { places, ..Filters::default() });
    list("speaker", &filters.speakers, |speakers| Filters { speakers, ..Filters::default() });
    out
}
