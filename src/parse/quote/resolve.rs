//! From the words that name a speaker to the person.

use std::ops::Range;

use crate::article::{EntityType, Gender, Resolved, Speaker};

use super::lexicon::Class;
use super::speaker::{Named, entity_in};
use super::view::View;

/// What the article has said so far about who may be meant by a pronoun.
#[derive(Default)]
pub struct Memory {
    /// The entity that spoke last.
    pub last: Option<u32>,
}

pub fn speaker(view: &View, memory: &Memory, named: &Named) -> Speaker {
    let tokens = named.tokens.clone();
    let article = view.article;
    let span = article.tokens[tokens.start].span.cover(article.tokens[tokens.end - 1].span);
    let pronoun = tokens.len() == 1 && view.is(tokens.start, Class::PRONOUN);
    let (entity, resolved) = if pronoun {
        (antecedent(view, memory, tokens.start), Resolved::Pronoun)
    } else if let Some(e) = entity_in(view, tokens.clone()) {
        (Some(e), Resolved::Named)
    } else {
        (None, unnamed(view, tokens.clone()))
    };
    Speaker {
        name: entity.and_then(|e| article.entities.get(e as usize)).map(|e| e.name.clone()),
        mention: Some(span),
        role: None,
        affiliation: None,
        resolved,
        confidence: named.confidence,
        entity,
    }
}

fn unnamed(view: &View, tokens: Range<usize>) -> Resolved {
    let any = |class| tokens.clone().any(|i| view.is(i, class));
    if any(Class::ANONYMOUS) {
        Resolved::Anonymous
    } else if any(Class::COLLECTIVE) {
        Resolved::Collective
    } else {
        Resolved::Role
    }
}

/// The nearest person before a pronoun whose gender does not contradict it, the last speaker first.
fn antecedent(view: &View, memory: &Memory, pronoun: usize) -> Option<u32> {
    let (gender, kind) = match view.word(pronoun).to_ascii_lowercase().as_str() {
        "he" => (Some(Gender::Male), EntityType::Person),
        "she" => (Some(Gender::Female), EntityType::Person),
        "it" => (None, EntityType::Organization),
        _ => return None,
    };
    let fits = |e: u32| {
        view.article
            .entities
            .get(e as usize)
            .is_some_and(|e| e.kind == kind && (e.gender.is_none() || gender.is_none() || e.gender == gender))
    };
    if let Some(e) = memory.last.filter(|&e| fits(e)) {
        return Some(e);
    }
    let at = view.tokens[pronoun].span.start;
    let before = view.article.mentions.partition_point(|m| m.span.end <= at);
    view.article.mentions[..before].iter().rev().take(40).map(|m| m.entity).find(|&e| fits(e))
}
