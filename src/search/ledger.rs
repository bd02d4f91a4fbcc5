//! Puts a ledger to work: finds out where its splits hold, and which of its names the archive does not know.
//!
//! The condition of a split is a query like any other (`id: source: date:` and the name near a word), asked of the
//! articles as they are printed. From then on the readers carry the answer, and all that is asked of them is corrected.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::compile::filter;
use super::selection::Selection;
use super::syntax::{DateRange, Expr, Field, Near, Node, Phrase, Term};
use super::{Error, Filters};
use crate::article::EntityType;
use crate::article::Span;
use crate::article::fold::fold_name;
use crate::index::Reader;
use crate::index::layers;
use crate::index::ledger::{BESIDE, Corrections, Ledger, Subject, When};

/// The same readers under a ledger.
pub fn under(readers: Vec<Reader>, ledger: Ledger) -> Result<Vec<Reader>, Error> {
    if ledger.is_empty() {
        return Ok(readers);
    }
    let mut splits: Vec<FxHashMap<usize, Vec<Vec<DocId>>>> = vec![FxHashMap::default(); readers.len()];
    for (entry, name, when) in ledger.splits() {
        let selections = Selection::matching(&readers, &condition(name, when), &Filters::default())?;
        for (splits, selection) in splits.iter_mut().zip(&selections) {
            splits.insert(entry, selection.segments().map(|s| s.docs().collect()).collect());
        }
    }
    let ledger = Arc::new(ledger);
    let corrections = splits.into_iter().map(|splits| Corrections::new(ledger.clone(), splits));
    Ok(readers.into_iter().zip(corrections).map(|(reader, c)| reader.with_corrections(c)).collect())
}

/// Whether any article names this somewhere: in any form, and of this type if one is given.
pub fn is_known(readers: &[Reader], subject: &Subject) -> tantivy::Result<bool> {
    let folded = fold_name(&subject.name);
    let terms = [layers::whole(&folded), layers::unnamed(&folded)];
    let kinds = EntityType::ALL.iter().filter(|kind| subject.kind.is_none_or(|only| only == **kind));
    let kinds: Vec<EntityType> = kinds.copied().collect();
    for reader in readers {
        let mut fields: Vec<_> = kinds.iter().map(|kind| reader.fields().entity_layer(*kind)).collect();
        if subject.kind.is_none() {
            fields.push(reader.fields().speaker);
        }
        for segment in reader.searcher().segment_readers() {
            for &field in &fields {
                let inverted = segment.inverted_index(field)?;
                for term in &terms {
                    if inverted.terms().get(term)?.is_some() {
                        return Ok(true);
                    }
                }
            }
        }
    }
    Ok(false)
}

/// The query for the articles in which a split holds.
fn condition(name: &Subject, when: &When) -> Node {
    let node = |expr| Node { span: Span::default(), expr };
    let any = |mut nodes: Vec<Node>| if nodes.len() == 1 { nodes.swap_remove(0) } else { node(Expr::Or(nodes)) };
    let mut all = Vec::new();
    if !when.articles.is_empty() {
        let id = |id: &String| node(Expr::In(Field::Id, Box::new(node(Expr::Whole(id.clone())))));
        all.push(any(when.articles.iter().map(id).collect()));
    }
    if !when.sources.is_empty() {
        all.push(any(when.sources.iter().map(|source| filter(Field::Source, source)).collect()));
    }
    if when.since.is_some() || when.until.is_some() {
        all.push(node(Expr::Date(DateRange { since: when.since, until: when.until })));
    }
    if !when.beside.is_empty() {
        let field = name.kind.and_then(|kind| Field::from_name(kind.name())).unwrap_or(Field::Entity);
        let named = node(Expr::In(field, Box::new(node(Expr::Whole(name.name.clone())))));
        let phrase = |words: &String| {
            let items = fold_name(words).split(' ').map(|w| Some(Term::Word(w.to_owned()))).collect();
            node(Expr::Phrase(Phrase { items, slop: 0 }))
        };
        let words = any(when.beside.iter().map(phrase).collect());
        let (left, right) = (Box::new(named), Box::new(words));
        all.push(node(Expr::Near { op: Near::Near(BESIDE), negated: false, left, right }));
    }
    if all.len() == 1 { all.swap_remove(0) } else { node(Expr::And(all)) }
}
