//! What a name finds beside what articles print: by the user's ledger (see [`ledger`](crate::index::ledger)), which
//! also says what it no longer finds, and by what most likely means it (see [`names`](crate::index::names)).
//!
//! A rule is about an entity's *name*, the fullest form in its article; postings know all forms. So the articles in
//! which a form is the name are looked up in the columns, and the form counts in these alone ([`Expr::Among`]).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;
use tantivy::schema::{Field as Layer, IndexRecordOption};
use tantivy::{DocId, DocSet, TERMINATED};

use super::Compiler;
use super::names::Wanted;
use crate::article::EntityType;
use crate::article::fold::{fold, fold_name};
use crate::index::layers;
use crate::index::ledger::Fate;
use crate::index::names::Group;
use crate::search::engine::Segment;
use crate::search::interval::Expr;
use crate::search::selection::strings_of;
use crate::search::syntax::{Field, Near, Term};

impl Compiler<'_> {
    /// What a name finds, corrected by the ledger where that knows it.
    pub(super) fn corrected(&mut self, field: Field, words: &[Wanted], base: Expr) -> Result<Expr, super::Failure> {
        let segments = self.segments;
        let Some(corrections) = segments.iter().find_map(|s| s.source.corrections()) else { return Ok(base) };
        let ledger = &*corrections.ledger;
        let asks = |folded: &str| fits(words, folded) || ledger.group(folded).any(|name| fits(words, name));
        let asked_layers = self.layers(field);
        let every_layer = if field == Field::Speaker { asked_layers.clone() } else { self.layers(Field::Entity) };
        let (mut more, mut less) = (vec![base], Vec::new());
        for (name, meanings) in ledger.names() {
            if !fits(words, name) && !meanings.iter().any(|meaning| asks(meaning)) {
                continue;
            }
            for &layer in &every_layer {
                // Where the name is to be found though articles do not print what is asked, and where not though they
                // do.
                let (mut found, mut lost) = (vec![Vec::new(); segments.len()], vec![Vec::new(); segments.len()]);
                for (i, segment) in segments.iter().enumerate() {
                    let Some(corrections) = segment.source.corrections() else { continue };
                    for (doc, kind) in bearers(segment, layer, name)? {
                        let (is, of_type) = match corrections.resolve(kind, name, segment.address(doc)) {
                            Fate::Unknown => continue,
                            Fate::Ignored => (false, false),
                            Fate::Is(now) => (asks(&now.folded), is_of_type(field, now.kind)),
                        };
                        if is && of_type {
                            found[i].push(doc);
                        } else if !of_type || fits(words, name) {
                            lost[i].push(doc);
                        }
                    }
                }
                more.extend(self.among(layer, name, found)?);
                if asked_layers.contains(&layer) {
                    less.extend(self.among(layer, name, lost)?);
                }
            }
        }
        let found = if more.len() > 1 { Expr::Or(more) } else { more.swap_remove(0) };
        Ok(if less.is_empty() {
            found
        } else {
            Expr::Near { op: Near::Near(0), negated: true, left: Box::new(found), right: Box::new(Expr::Or(less)) }
        })
    }

    /// What a name finds, with the articles that most likely mean it by another name: where the archive says that a
    /// surname, initials or an acronym stand for it, and that is the fullest name that they give. What the ledger
    /// knows is the user's to say.
    pub(super) fn inferred(&mut self, field: Field, words: &[Wanted], certain: Expr) -> Result<Expr, super::Failure> {
        let Some(text) = words.iter().map(Wanted::text).collect::<Option<Vec<_>>>() else { return Ok(certain) };
        if words.iter().any(|word| matches!(word, Wanted::Whole(_))) {
            return Ok(certain);
        }
        let text = text.join(" ");
        let kinds = [EntityType::Person, EntityType::Organization, EntityType::Place];
        let kinds = || kinds.into_iter().filter(|&kind| is_of_type(field, Some(kind)));
        let fields = self.fields;
        let layer = |kind| if field == Field::Speaker { fields.speaker } else { fields.entity_layer(kind) };
        let segments = self.segments;
        // By type and name: where it stands for what is asked.
        let mut found: BTreeMap<(EntityType, String), Vec<Vec<DocId>>> = BTreeMap::new();
        for (i, segment) in segments.iter().enumerate() {
            let names = segment.source.names()?;
            let ledger = segment.source.corrections().map(|c| &c.ledger);
            let known = |name: &str| ledger.is_some_and(|ledger| ledger.knows(name));
            let mut asked = vec![text.as_str()];
            asked.extend(ledger.iter().flat_map(|ledger| ledger.asked(&text)));
            for (kind, name) in kinds().flat_map(|kind| asked.iter().map(move |name| (kind, *name))) {
                // A name that the user has given to somebody no longer leads to whom the archive would say it means.
                let group = names.group(kind, name).filter(|group| group.name == name || !known(name));
                for name in group.into_iter().flat_map(Group::names).filter(|name| !known(name)) {
                    let docs = bearers(segment, layer(kind), name)?.into_iter();
                    let docs = docs.filter(|(_, of)| of.is_none_or(|of| of == kind)).map(|(doc, _)| doc).collect();
                    let place = found.entry((kind, name.to_owned()));
                    place.or_insert_with(|| vec![Vec::new(); segments.len()])[i] = docs;
                }
            }
        }
        let mut all = vec![certain];
        for ((kind, name), docs) in found {
            all.extend(self.among(layer(kind), &name, docs)?);
        }
        self.plan.infers |= all.len() > 1;
        Ok(if all.len() > 1 { Expr::Or(all) } else { all.swap_remove(0) })
    }

    /// A whole form of a name in some articles only; `None` if there are none.
    fn among(&mut self, layer: Layer, name: &str, docs: Vec<Vec<DocId>>) -> Result<Option<Expr>, super::Failure> {
        if docs.iter().all(Vec::is_empty) {
            return Ok(None);
        }
        let leaf = self.leaves.name(&mut self.plan, layer, name)?;
        self.plan.sets.push(docs.into());
        let form = Expr::Name { leaves: vec![leaf], long: layer != self.fields.speaker };
        Ok(Some(Expr::Among(self.plan.sets.len() - 1, Box::new(form))))
    }
}

/// Whether a field asks for names of this type.
fn is_of_type(field: Field, kind: Option<EntityType>) -> bool {
    match field {
        Field::Person => kind == Some(EntityType::Person),
        Field::Organization => kind == Some(EntityType::Organization),
        Field::Place => kind == Some(EntityType::Place),
        Field::Group => kind == Some(EntityType::Group),
        Field::Misc => kind == Some(EntityType::Misc),
        _ => true,
    }
}

/// Whether a name that is asked for may be written like this; what is folded stays so.
fn fits(asked: &[Wanted], form: &str) -> bool {
    !asked.is_empty()
        && asked.iter().all(|asked| match asked {
            Wanted::Whole(whole) => fold_name(whole) == form,
            Wanted::Word(word) => form.split(' ').any(|w| w == word),
            Wanted::Initial(letter) => form.split(' ').any(|w| w.starts_with(letter.as_str())),
            Wanted::Pattern(Term::Wild(pattern)) => form.split(' ').any(|w| matches(&fold(pattern), w)),
            Wanted::Pattern(_) => false,
        })
}

/// Whether a word is of a pattern with stars and question marks.
fn matches(pattern: &str, word: &str) -> bool {
    let (pattern, word): (Vec<char>, Vec<char>) = (pattern.chars().collect(), word.chars().collect());
    let (mut p, mut w) = (0, 0);
    // Where the last star was, and how much of the word it has taken.
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(&c) if c == '?' || c == word[w] => (p, w) = (p + 1, w + 1),
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, w) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p.min(pattern.len())..].iter().all(|c| *c == '*')
}

/// The articles of a segment in which this is the name of an entity or, in the layer of speakers, of one who speaks;
/// each with the type that it has there.
fn bearers(segment: &Segment, layer: Layer, name: &str) -> tantivy::Result<Vec<(DocId, Option<EntityType>)>> {
    let fields = segment.fields;
    let inverted = segment.reader.inverted_index(layer)?;
    let Some(info) = inverted.terms().get(layers::whole(name))? else { return Ok(Vec::new()) };
    let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
    let mut docs = Vec::new();
    while postings.doc() != TERMINATED {
        if !segment.reader.is_deleted(postings.doc()) {
            docs.push(postings.doc());
        }
        postings.advance();
    }
    let column = |field| segment.reader.fast_fields().str(segment.reader.schema().get_field_name(field));
    let entities = match column(fields.entity)? {
        Some(column) => with_value(&docs, &column, |key| {
            let (kind, printed) = key.split_once('|').unwrap_or(("", key));
            (fold_name(printed) == name).then(|| EntityType::from_name(kind)).flatten()
        })?,
        None => Vec::new(),
    };
    if layer != fields.speaker {
        let of_layer = |kind: &EntityType| fields.entity_layer(*kind) == layer;
        return Ok(entities.into_iter().filter(|(_, kind)| of_layer(kind)).map(|(d, k)| (d, Some(k))).collect());
    }
    let Some(column) = column(fields.said_by)? else { return Ok(Vec::new()) };
    let mut speakers = with_value(&docs, &column, |said_by| (fold_name(said_by) == name).then_some(()))?;
    speakers.dedup();
    let kind = |doc| {
        let first = entities.partition_point(|(d, _)| *d < doc);
        entities.get(first).filter(|(d, _)| *d == doc).map(|(_, kind)| *kind)
    };
    Ok(speakers.into_iter().map(|(doc, ())| (doc, kind(doc))).collect())
}

/// Those of the articles with a value that `of` makes something of, in order.
fn with_value<T: Copy>(
    docs: &[DocId],
    column: &StrColumn,
    of: impl Fn(&str) -> Option<T>,
) -> tantivy::Result<Vec<(DocId, T)>> {
    let values: Vec<(DocId, u64)> = docs.iter().flat_map(|&doc| column.term_ords(doc).map(move |o| (doc, o))).collect();
    let mut ordinals: Vec<u64> = values.iter().map(|(_, ordinal)| *ordinal).collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    let strings = strings_of(column, &ordinals)?;
    let known: FxHashMap<u64, T> = ordinals.into_iter().zip(&strings).filter_map(|(o, s)| Some((o, of(s)?))).collect();
    Ok(values.into_iter().filter_map(|(doc, ordinal)| Some((doc, *known.get(&ordinal)?))).collect())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_of_whole_words() {
        for (pattern, word, is) in [
            ("har*", "harris", true),
            ("*ris", "harris", true),
            ("h*r*s", "harris", true),
            ("h?rris", "harris", true),
            ("har", "harris", false),
            ("*a*b", "aab", true),
            ("*a*b", "aba", false),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(matches(pattern, word), is, "{pattern} {word}");
        }
    }
}
