//! Resolution: which mentions of one article are one.

use crate::article::fold::fold_name;
use crate::article::{Article, Entity, EntityType, Mention};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Fills the article's `mentions` and `entities` from the names that were recognised: token ranges in order.
pub fn resolve(article: &mut Article, names: Vec<(Range<usize>, EntityType)>) {
    let mut by_name: FxHashMap<(EntityType, String), u32> = FxHashMap::default();
    article.mentions.clear();
    article.entities.clear();
    for (tokens, kind) in names {
        let span = article.tokens[tokens.start].span.cover(article.tokens[tokens.end - 1].span);
        let surface = span.of(&article.text);
        let entity = *by_name.entry((kind, fold_name(surface))).or_insert_with(|| {
            article.entities.push(Entity {
                name: surface.split_whitespace().collect::<Vec<_>>().join(" "),
                kind,
                mentions: 0,
                variants: Vec::new(),
                gender: None,
                roles: Vec::new(),
            });
            article.entities.len() as u32 - 1
        });
        article.entities[entity as usize].mentions += 1;
        article.mentions.push(Mention { span, kind, entity });
    }
}
