//! A ledger that is ready to be applied to the articles of one index.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::{DocAddress, DocId};

use super::{Fate, Ledger};
use crate::article::fold::fold_name;
use crate::article::{Article, Entity, EntityType};

/// The rules, and the articles in which each split holds.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    pub ledger: Arc<Ledger>,
    /// Split, segment by segment: the articles' numbers, in order.
    splits: FxHashMap<usize, Vec<Vec<DocId>>>,
}

impl Corrections {
    /// `splits`: for each split (its index among the ledger's entries), segment by segment, where it holds.
    pub fn new(ledger: Arc<Ledger>, splits: FxHashMap<usize, Vec<Vec<DocId>>>) -> Corrections {
        Corrections { ledger, splits }
    }

    /// Whether a split holds in an article.
    pub fn within(&self, split: usize, at: DocAddress) -> bool {
        let docs = self.splits.get(&split).and_then(|segments| segments.get(at.segment_ord as usize));
        docs.is_some_and(|docs| docs.binary_search(&at.doc_id).is_ok())
    }

    /// Who a name means in an article.
    pub fn resolve(&self, kind: Option<EntityType>, folded: &str, at: DocAddress) -> Fate {
        self.ledger.resolve(kind, folded, |split| self.within(split, at))
    }

    /// The article as the ledger has it: entities renamed, retyped, put together or left out, speakers with them.
    /// What they were called stays among their variants.
    pub fn correct(&self, article: &mut Article, at: DocAddress) {
        let fates: Vec<Fate> =
            article.entities.iter().map(|e| self.resolve(Some(e.kind), &fold_name(&e.name), at)).collect();
        let speaker = |name: &str| match self.resolve(None, &fold_name(name), at) {
            Fate::Unknown => Some(name.to_owned()),
            Fate::Ignored => None,
            Fate::Is(identity) => Some(identity.printed.unwrap_or_else(|| name.to_owned())),
        };
        let mut kept: Vec<Entity> = Vec::with_capacity(fates.len());
        // Where each of the old entities is now.
        let mut places: Vec<Option<u32>> = Vec::with_capacity(fates.len());
        for (mut entity, fate) in std::mem::take(&mut article.entities).into_iter().zip(fates) {
            if fate == Fate::Ignored {
                places.push(None);
                continue;
            }
            if let Fate::Is(identity) = fate {
                entity.kind = identity.kind.unwrap_or(entity.kind);
                if let Some(name) = identity.printed.filter(|name| *name != entity.name) {
                    let old = std::mem::replace(&mut entity.name, name);
                    entity.variants.retain(|v| *v != entity.name);
                    entity.variants.insert(0, old);
                }
            }
            let same = |e: &Entity| e.kind == entity.kind && fold_name(&e.name) == fold_name(&entity.name);
            match kept.iter().position(same) {
                Some(i) => {
                    let into = &mut kept[i];
                    into.mentions += entity.mentions;
                    into.gender = into.gender.or(entity.gender);
                    let new = |list: &[String], item: &String| !list.contains(item);
                    let more: Vec<_> = entity.variants.into_iter().filter(|v| new(&into.variants, v)).collect();
                    into.variants.extend(more);
                    let more: Vec<_> = entity.roles.into_iter().filter(|r| new(&into.roles, r)).collect();
                    into.roles.extend(more);
                    places.push(Some(i as u32));
                }
                None => {
                    kept.push(entity);
                    places.push(Some(kept.len() as u32 - 1));
                }
            }
        }
        article.entities = kept;
        let place = |entity: u32| places.get(entity as usize).copied().flatten();
        article.mentions.retain_mut(|mention| match place(mention.entity) {
            Some(entity) => {
                mention.entity = entity;
                mention.kind = article.entities.get(entity as usize).map_or(mention.kind, |e| e.kind);
                true
            }
            None => false,
        });
        for spoken in article.quotes.iter_mut().filter_map(|q| q.speaker.as_mut()) {
            let name = spoken.name.take();
            spoken.name = match spoken.entity {
                None => name.and_then(|name| speaker(&name)),
                Some(entity) => {
                    spoken.entity = place(entity);
                    let now = spoken.entity.and_then(|e| article.entities.get(e as usize));
                    name.and(now).map(|e| e.name.clone())
                }
            };
        }
    }
}
