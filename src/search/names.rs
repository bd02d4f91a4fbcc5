//! Whether a name that is asked for is one that an article gives.
//!
//! `Lopez Obrador` asks for Andrés Manuel López Obrador, and so do `A. Obrador` and `Mr. López Obrador`; `Joan Askwith`
//! does not ask for Clive, nor for an Askwith of whom the article says no more. What an article calls by surname it has
//! resolved itself: all forms under which it knows someone are tried.

use std::collections::BTreeSet;

use super::syntax::{Expr, Field, Node, Phrase, Term};
use crate::article::fold::fold_name;
use crate::article::{Article, EntityType, Quote, Span};
use crate::index::ledger::Corrections;
use crate::index::names::Group;
use crate::index::{self, Reader};

/// Said before names, part of none.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "father",
    "mme",
    "monsieur",
    "madame",
    "herr",
    "frau",
    "señor",
    "senor",
    "senora",
];

/// A name that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Folded, without titles.
    words: Vec<String>,
    /// What the ledger says it means too.
    others: Vec<Asked>,
    /// Names that most likely mean it, folded.
    inferred: BTreeSet<String>,
}

impl Asked {
    pub fn new(name: &str) -> Asked {
        let folded = fold_name(name);
        let mut words: Vec<String> = folded.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        while words.len() > 1 && TITLES.contains(&words[0].as_str()) {
            words.remove(0);
        }
        Asked { words, others: Vec::new(), inferred: BTreeSet::new() }
    }

    /// The name with all that it means under a ledger.
    pub fn under(name: &str, corrections: Option<&Corrections>) -> Asked {
        let mut asked = Asked::new(name);
        if let Some(corrections) = corrections {
            let same = corrections.ledger.names().filter(|(name, _)| asked.is(name));
            let meanings: BTreeSet<&String> = same.flat_map(|(_, meanings)| meanings).collect();
            asked.others = meanings.into_iter().map(|meaning| Asked::new(meaning)).collect();
        }
        asked
    }

    /// With the names that most likely mean it in these archives, but for those that the ledger knows.
    pub fn with_inferred(mut self, readers: &[Reader]) -> index::Result<Asked> {
        let name = self.words.join(" ");
        for reader in readers {
            let ledger = reader.corrections().map(|c| &c.ledger);
            let known = |name: &str| ledger.is_some_and(|ledger| ledger.knows(name));
            let mut names = vec![name.as_str()];
            names.extend(ledger.iter().flat_map(|ledger| ledger.asked(&name)));
            for kind in [EntityType::Person, EntityType::Organization, EntityType::Place] {
                for name in &names {
                    // A name that the user has given to somebody no longer leads to whom the archive would say it
                    // means.
                    let group = reader.names()?.group(kind, name).filter(|group| group.name == *name || !known(name));
                    let others = group.into_iter().flat_map(Group::names).filter(|other| !known(other));
                    self.inferred.extend(others.map(str::to_owned));
                }
            }
        }
        Ok(self)
    }

    /// Names that most likely mean it, folded.
    pub fn inferred(&self) -> impl Iterator<Item = &str> {
        self.inferred.iter().map(String::as_str)
    }

    /// Whether this is most likely who speaks, though the article gives a name that may be another's.
    pub fn may_speak(&self, quote: &Quote) -> bool {
        let name = quote.speaker.as_ref().and_then(|speaker| speaker.name.as_deref());
        name.is_some_and(|name| self.inferred.contains(&fold_name(name)))
    }

    /// The word by which the name is best looked up: the last that is no initial.
    pub fn surname(&self) -> Option<&str> {
        let initial = |w: &&String| w.chars().nth(1).is_none();
        self.words.iter().rev().find(|w| !initial(w)).or(self.words.last()).map(String::as_str)
    }

    /// Whether the name may be written like this: each word that is asked for is there, in order, in full or by its
    /// initial, and one at least in full.
    pub fn is(&self, form: &str) -> bool {
        if self.others.iter().any(|other| other.is(form)) {
            return true;
        }
        let form = fold_name(form);
        let mut rest = form.split(' ');
        let mut in_full = 0;
        let all = self.words.iter().all(|asked| {
            rest.by_ref().any(|given| {
                let initial = |short: &str, long: &str| short.chars().nth(1).is_none() && long.starts_with(short);
                in_full += usize::from(asked == given);
                !given.is_empty() && (asked == given || initial(asked, given) || initial(given, asked))
            })
        });
        all && in_full > 0
    }

    /// Whether this is who speaks, under any name that the article gives the speaker.
    pub fn speaks(&self, quote: &Quote, article: &Article) -> bool {
        let Some(speaker) = &quote.speaker else { return false };
        let entity = speaker.entity.and_then(|e| article.entities.get(e as usize));
        let mut forms =
            speaker.name.iter().chain(entity.into_iter().flat_map(|e| std::iter::once(&e.name).chain(&e.variants)));
        if speaker.name.is_some() || entity.is_some() {
            return forms.any(|form| self.is(form));
        }
        // "Officials": as a whole, for "a Bush spokesman" is not Bush.
        let stands_for = |words: &str| fold_name(words) == self.words.join(" ");
        speaker.mention.is_some_and(|m| stands_for(m.of(&article.text)))
    }
}

/// The query for articles that name somebody or something and match another query too.
pub fn naming(name: &str, query: &Node) -> Node {
    let node = |expr| Node { span: Span::default(), expr };
    let folded = fold_name(name);
    let words = folded.split(' ').filter(|w| !w.is_empty()).map(|w| Some(Term::Word(w.to_owned()))).collect();
    let phrase = node(Expr::Phrase(Phrase { items: words, slop: 0 }));
    let named = node(Expr::In(Field::Entity, Box::new(phrase)));
    if query.expr == Expr::All { named } else { node(Expr::And(vec![named, query.clone()])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_the_same_person_and_namesakes_are_not() {
        for (asked, form, same) in [
            ("Lopez Obrador", "Andrés Manuel López Obrador", true),
            ("I. Vītolberga", "Ilze Vitolberga", true),
            ("Ilze Vitolberga", "I. Vītolberga", true),
            ("Mr Haverkamp", "Pieter Haverkamp", true),
            ("Deirdre O'Neill", "Deirdre O’Neill", true),
            ("van der Zwaan", "Marijke van der Zwaan", true),
            ("Harlan Whitcombe", "Harlan \"Chip\" Whitcombe", true),
            ("Joan Askwith", "Clive Askwith", false),
            ("Joan Askwith", "Askwith", false),
            ("O'Neill", "Siobhan O'Neill-Hartley", true),
            ("Askwith Joan", "Joan Askwith", false),
            ("J.", "Joan Askwith", false),
            ("I. V.", "Ilze Vitolberga", false),
            ("", "Joan Askwith", false),
        ] {
            assert_eq!(Asked::new(asked).is(form), same, "{asked} and {form}");
        }
        assert_eq!(Asked::new("Mrs Joan A.").surname(), Some("joan"));
    }
}
