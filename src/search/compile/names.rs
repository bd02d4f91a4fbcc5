//! Names: who speaks, who and what is named, and what articles are filed under.

use tantivy::schema::Field as Layer;

use super::Compiler;
use crate::article::EntityType;
use crate::article::fold::{fold, fold_name};
use crate::index::schema::filed;
use crate::index::{id_term, layers};
use crate::search::interval::Expr;
use crate::search::plan::Node;
use crate::search::syntax::{self, Error, Expr as Ast, Field, Node as Syntax, Term};

/// What must hold at one position, or in one article's metadata.
pub(super) enum Wanted {
    Word(String),
    /// A word with a wildcard or a tilde.
    Pattern(Term),
    Initial(String),
    Whole(String),
}

/// The words of a name, or of a value that articles are filed under.
pub(super) fn wanted(node: &Syntax) -> Result<Vec<Wanted>, Error> {
    let mut out = Vec::new();
    let terms: Vec<&Term> = match &node.expr {
        Ast::Whole(value) => {
            out.push(Wanted::Whole(value.clone()));
            return Ok(out);
        }
        Ast::Term(term) => vec![term],
        Ast::Joined(terms) => terms.iter().collect(),
        Ast::Phrase(phrase) => phrase.items.iter().flatten().collect(),
        _ => return Err(Error::at(node.span, "a name is one word or a phrase")),
    };
    for term in &terms {
        match term {
            Term::Word(word) | Term::Exact(word) => {
                for word in fold_name(word).split(' ').filter(|w| !w.is_empty()) {
                    let initial = terms.len() > 1 && word.chars().count() == 1;
                    let word = word.to_string();
                    out.push(if initial { Wanted::Initial(word) } else { Wanted::Word(word) });
                }
            }
            pattern => out.push(Wanted::Pattern((*pattern).clone())),
        }
    }
    Ok(out)
}

impl Compiler<'_> {
    /// The layers in which names of this field stand.
    pub(super) fn layers(&self, field: Field) -> Vec<Layer> {
        let one = |kind| vec![self.fields.entity_layer(kind)];
        match field {
            Field::Speaker => vec![self.fields.speaker],
            Field::Cue => vec![self.fields.cue],
            Field::Person => one(EntityType::Person),
            Field::Organization => one(EntityType::Organization),
            Field::Place => one(EntityType::Place),
            Field::Group => one(EntityType::Group),
            Field::Misc => one(EntityType::Misc),
            _ => EntityType::ALL.iter().map(|kind| self.fields.entity_layer(*kind)).collect(),
        }
    }

    /// A name at positions of the text.
    pub(super) fn name(&mut self, field: Field, node: &Syntax) -> Result<Expr, super::Failure> {
        let words = wanted(node)?;
        let long = !matches!(field, Field::Speaker | Field::Cue);
        let mut forms = Vec::new();
        for layer in self.layers(field) {
            let mut leaves = Vec::new();
            if field == Field::Cue {
                // Cues of several words are one entry.
                let cue: Vec<&str> = words.iter().filter_map(Wanted::text).collect();
                leaves.push(self.leaves.entries(&mut self.plan, layer, &[cue.join(" ")], 1.0)?);
            } else {
                for word in &words {
                    leaves.push(self.name_word(layer, word)?);
                }
            }
            forms.push(Expr::Name { leaves, long });
        }
        let printed = if forms.len() == 1 { forms.swap_remove(0) } else { Expr::Or(forms) };
        if field == Field::Cue {
            return Ok(printed);
        }
        let found = self.corrected(field, &words, printed)?;
        if self.infers && !is_exact(node) { self.inferred(field, &words, found) } else { Ok(found) }
    }

    fn name_word(&mut self, layer: Layer, word: &Wanted) -> Result<usize, super::Failure> {
        let plan = &mut self.plan;
        Ok(match word {
            Wanted::Word(word) => {
                let alone = layers::whole(word);
                self.leaves.entries(plan, layer, &[word.clone(), alone], 1.0)?
            }
            Wanted::Whole(value) => self.leaves.name(plan, layer, &fold_name(value))?,
            Wanted::Initial(letter) => self.leaves.prefix(plan, layer, letter, 1.0)?,
            Wanted::Pattern(term) => self.leaves.word(plan, layer, term, false)?,
        })
    }

    /// What an article is filed under: all words of the value.
    pub(super) fn filed(&mut self, field: Field, node: &Syntax) -> Result<Node, super::Failure> {
        let key = match field {
            Field::Byline => filed::AUTHOR,
            Field::Source => filed::SOURCE,
            Field::Section => filed::SECTION,
            Field::Topic => filed::TOPIC,
            Field::Language => filed::LANGUAGE,
            Field::Url => filed::URL,
            Field::Domain => filed::DOMAIN,
            _ => return self.id(node),
        };
        let words = wanted(node)?;
        let spellings = if field == Field::Source { self.spellings(&words)? } else { Vec::new() };
        let mut parts = Vec::new();
        for word in words {
            if let (Wanted::Whole(value), Field::Url) = (&word, field) {
                parts.push(self.address(value)?);
                continue;
            }
            let layer = self.fields.filed;
            let plan = &mut self.plan;
            let leaf = match (&word, field) {
                (Wanted::Whole(value), Field::Domain) => {
                    let host = value.to_lowercase();
                    let host = host.strip_prefix("www.").unwrap_or(&host);
                    self.leaves.entries(plan, layer, &[format!("{key}={host}")], 0.0)?
                }
                (Wanted::Word(value), Field::Language) => {
                    self.leaves.entries(plan, layer, &[format!("{key}={value}")], 0.0)?
                }
                (Wanted::Whole(value), _) => {
                    self.leaves.entries(plan, layer, &[format!("{key}={}", fold_name(value))], 0.0)?
                }
                (Wanted::Word(word) | Wanted::Initial(word), _) => {
                    self.leaves.entries(plan, layer, &[format!("{key}:{word}")], 0.0)?
                }
                (Wanted::Pattern(Term::Wild(pattern)), _) if pattern.ends_with('*') => {
                    let prefix = fold(pattern.trim_end_matches('*'));
                    self.leaves.prefix(plan, layer, &format!("{key}:{prefix}"), 0.0)?
                }
                (Wanted::Pattern(_), _) => {
                    return Err(syntax::Error::at(node.span, "only a star at the end of a word works here").into());
                }
            };
            parts.push(Node::Leaf(leaf));
        }
        let mut found = Node::and(parts);
        if !spellings.is_empty() {
            let others = self.leaves.entries(&mut self.plan, self.fields.filed, &spellings, 0.0)?;
            found = Node::or(vec![found, Node::Leaf(others)]);
        }
        Ok(found)
    }

    /// The articles at an address, or at all that begin so. As typed from memory it has no scheme: then it is that of
    /// any, with and without `www.`, and a host alone means all of the site.
    fn address(&mut self, value: &str) -> Result<Node, super::Failure> {
        let layer = self.fields.filed;
        let plan = &mut self.plan;
        let (value, open) = value.strip_suffix('*').map_or((value, false), |prefix| (prefix, true));
        let bare = value.strip_prefix("www.").unwrap_or(value);
        let host = bare.strip_suffix('/').unwrap_or(bare);
        if !open && host.contains('.') && !host.contains('/') {
            let term = format!("{}={}", filed::DOMAIN, host.to_lowercase());
            return Ok(Node::Leaf(self.leaves.entries(plan, layer, &[term], 0.0)?));
        }
        let addresses: Vec<String> = if value.contains("://") {
            vec![format!("{}={value}", filed::URL)]
        } else {
            let schemes = ["http://", "http://www.", "https://", "https://www."];
            schemes.iter().map(|scheme| format!("{}={scheme}{bare}", filed::URL)).collect()
        };
        if !open {
            return Ok(Node::Leaf(self.leaves.entries(plan, layer, &addresses, 0.0)?));
        }
        let mut begun = Vec::with_capacity(addresses.len());
        for address in &addresses {
            begun.push(Node::Leaf(self.leaves.prefix(plan, layer, address, 0.0)?));
        }
        Ok(Node::or(begun))
    }

    /// The entries of all spellings of the outlets of which one spelling has these words. A domain is one word where it
    /// is filed and several as it is typed.
    fn spellings(&self, words: &[Wanted]) -> Result<Vec<String>, super::Failure> {
        let domain: Option<String> = words.iter().map(|word| Some(word.text()?.to_owned())).collect();
        let has = |spelling: &str| {
            let folded = fold_name(spelling);
            let each = words.iter().all(|word| match word {
                Wanted::Whole(value) => fold_name(value) == folded,
                Wanted::Word(word) | Wanted::Initial(word) => folded.split(' ').any(|w| w == word),
                Wanted::Pattern(Term::Wild(pattern)) => {
                    let prefix = fold(pattern.trim_end_matches('*'));
                    folded.split(' ').any(|w| w.starts_with(&prefix))
                }
                Wanted::Pattern(_) => false,
            });
            each || domain.as_ref().is_some_and(|domain| *domain == folded)
        };
        let several = domain.iter().filter(|_| words.len() > 1);
        let mut entries: Vec<String> = several.map(|domain| format!("{}={domain}", filed::SOURCE)).collect();
        // The same reader has several segments.
        let mut last = None;
        for reader in self.segments.iter().map(|s| s.source) {
            if last.is_some_and(|last| std::ptr::eq(last, reader)) {
                continue;
            }
            last = Some(reader);
            for outlet in reader.outlets()?.joined().filter(|outlet| outlet.iter().any(|s| has(s))) {
                entries.extend(outlet.iter().map(|s| format!("{}={}", filed::SOURCE, fold_name(s))));
            }
        }
        entries.sort_unstable();
        entries.dedup();
        Ok(entries)
    }

    fn id(&mut self, node: &Syntax) -> Result<Node, super::Failure> {
        let mut parts = Vec::new();
        for word in wanted(node)? {
            if let Wanted::Whole(value) = word {
                let term = id_term(&value).into_owned();
                let leaf = self.leaves.entries(&mut self.plan, self.fields.id, &[term], 0.0)?;
                parts.push(Node::Leaf(leaf));
            }
        }
        Ok(Node::and(parts))
    }
}

/// Whether a name is asked for with `exact:`.
fn is_exact(node: &Syntax) -> bool {
    let exact = |term: &Term| matches!(term, Term::Exact(_));
    match &node.expr {
        Ast::Term(term) => exact(term),
        Ast::Joined(terms) => terms.iter().any(exact),
        Ast::Phrase(phrase) => phrase.items.iter().flatten().any(exact),
        _ => false,
    }
}

impl Wanted {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Wanted::Word(text) | Wanted::Initial(text) | Wanted::Whole(text) => Some(text),
            Wanted::Pattern(_) => None,
        }
    }
}
