//! The exact words of an article that made it match.
//!
//! The plan that found the article is asked again, at positions, and answers with [`Witness`]es: the same intervals
//! that were counted. Of alternatives those that hold are shown, of operators of distance the words that take part,
//! of a phrase the phrase, of a name the name as it stands, of a speaker the words that name the speaker.

use super::engine::positions::Positions;
use super::interval::{Expr, Witness};
use super::plan::{Needs, Node, Plan};
use crate::article::{Article, Span};
use crate::index::layers::words_of;
use crate::index::schema::Fields;

/// What must be read of an article to highlight it: leaves and layout.
pub(super) fn needs(plan: &Plan, fields: &Fields) -> (Vec<usize>, Needs) {
    fn collect(plan: &Plan, fields: &Fields, node: &Node, leaves: &mut Vec<usize>, needs: &mut Needs) {
        match node {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|p| collect(plan, fields, p, leaves, needs)),
            Node::Optional(inner) => collect(plan, fields, inner, leaves, needs),
            Node::Leaf(i) => {
                leaves.push(*i);
                // A name is as long as its mention.
                needs.mentions |= plan.leaves[*i].field != fields.text;
            }
            Node::Positional(i) => {
                leaves.extend(&plan.positional[*i].leaves);
                *needs = needs.and(plan.positional[*i].needs);
            }
            Node::All | Node::Among(_) | Node::Not(_) | Node::Filter(_) | Node::Range { .. } | Node::Present(_) => {}
        }
    }
    let (mut leaves, mut needs) = (Vec::new(), Needs::default());
    collect(plan, fields, &plan.root, &mut leaves, &mut needs);
    leaves.retain(|&i| plan.leaves[i].weight > 0.0);
    leaves.sort_unstable();
    leaves.dedup();
    (leaves, needs)
}

/// What matched in the article that is loaded.
pub(super) fn witnesses(plan: &Plan, positions: &mut Positions, fields: &Fields) -> Vec<Witness> {
    let mut out = Vec::new();
    collect(plan, &plan.root, positions, fields, &mut out);
    out.sort_unstable();
    out.dedup();
    out
}

/// Adds what matched of a part of the plan; whether it holds as far as positions can tell.
fn collect(plan: &Plan, node: &Node, positions: &mut Positions, fields: &Fields, out: &mut Vec<Witness>) -> bool {
    match node {
        Node::All | Node::Among(_) | Node::Not(_) | Node::Filter(_) | Node::Range { .. } | Node::Present(_) => true,
        Node::And(parts) => {
            let before = out.len();
            let all = parts.iter().all(|p| collect(plan, p, positions, fields, out));
            if !all {
                out.truncate(before);
            }
            all
        }
        // Every part is asked: all alternatives that hold are shown.
        Node::Or(parts) => {
            let mut any = false;
            for part in parts {
                any |= collect(plan, part, positions, fields, out);
            }
            any
        }
        Node::Optional(inner) => {
            collect(plan, inner, positions, fields, out);
            true
        }
        Node::Leaf(i) => {
            let leaf = &plan.leaves[*i];
            if leaf.weight == 0.0 {
                return true;
            }
            let expr = if leaf.field == fields.text {
                Expr::Leaf { leaf: *i, text: true }
            } else {
                let long = leaf.field != fields.speaker && leaf.field != fields.cue;
                Expr::Name { leaves: vec![*i], long }
            };
            matched(&expr, positions, out)
        }
        Node::Positional(i) => matched(&plan.positional[*i].expr, positions, out),
    }
}

fn matched(expr: &Expr, positions: &mut Positions, out: &mut Vec<Witness>) -> bool {
    let mut found = Vec::new();
    expr.matched(&mut positions.doc, &mut found);
    out.extend_from_slice(&found);
    !found.is_empty()
}

/// Where in the text witnesses stand: in order, without overlap.
pub(super) fn spans(witnesses: &[Witness], plan: &Plan, article: &Article, fields: &Fields) -> Vec<Span> {
    let mut spans: Vec<Span> =
        witnesses.iter().flat_map(|w| span(w, plan, article, fields)).filter(|s| !s.is_empty()).collect();
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if last.overlaps(span) => *last = last.cover(span),
            _ => out.push(span),
        }
    }
    out
}

fn span(witness: &Witness, plan: &Plan, article: &Article, fields: &Fields) -> Option<Span> {
    let field = plan.leaves.get(witness.leaf as usize)?.field;
    if field == fields.speaker || field == fields.cue {
        let first = |parts: &[Span]| parts.iter().map(|p| words_of(&article.tokens, *p)).find(|w| !w.is_empty());
        let quote = article.quotes.iter().find(|q| first(&q.parts).is_some_and(|w| w.start == witness.start))?;
        let named = if field == fields.cue { quote.cue } else { quote.speaker.as_ref().and_then(|s| s.mention) };
        return named.or_else(|| quote.parts.first().copied());
    }
    let words = article.tokens.word(witness.start)?.span.cover(article.tokens.word(witness.end)?.span);
    if field == fields.text {
        return Some(words);
    }
    // A mention may begin or end with what is no word; longer ones than the index marks end where they end.
    let mention = article.mentions.partition_point(|m| m.span.end <= words.start);
    Some(article.mentions.get(mention).map(|m| m.span).filter(|m| m.overlaps(words)).unwrap_or(words))
}
