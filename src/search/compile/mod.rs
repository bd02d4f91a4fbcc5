//! From the tree of a query to a plan: what each part of the language means.
//!
//! Two kinds of meaning meet here. Boolean operators are conditions on whole articles ([`Node`]); phrases, distances,
//! zones, names beside words and quotes are intervals at positions ([`Expr`]), and become a condition by there being
//! any. `speaker:`, `said:` and `cue:` that stand together mean one quote.

mod corrected;
mod leaves;
mod names;

use super::engine::{Bm25, Segment};
use super::expand::Stemming;
use super::expand::function_words::{self, is_function_word};
use super::interval::{Expr, Part};
use super::plan::{Needs, Node, Plan, Positional};
use super::request::Filters;
use super::syntax::{self, DateRange, Error, Expr as Ast, Field, Has, Near, Node as Syntax, Phrase, Term};
use crate::article::fold::{fold, fold_name};
use crate::article::{Span, ZoneKind};
use crate::index::schema::{Fields, filed, mark};
use leaves::Leaves;

/// Why a query that parses cannot be run.
pub(super) type Failure = super::Error;

/// Bare words up to this many: articles with all of them come first.
const FEW_WORDS: usize = 3;

/// Longer words in capitals are shouted: `BREAKING`.
const LONGEST_ACRONYM: usize = 4;

/// Makes a plan; with inferred names unless the filters want certain ones. `bm25` gets the bonus that the query asks
/// for.
pub fn compile(query: &Syntax, filters: &Filters, segments: &[Segment], bm25: &mut Bm25) -> Result<Plan, super::Error> {
    let Some(first) = segments.first() else { return Ok(Plan { root: Node::Or(Vec::new()), ..Plan::default() }) };
    let statistics = bm25.clone();
    let stemming = Stemming::new(languages(segments)?.iter().map(String::as_str));
    let mut compiler = Compiler {
        fields: first.fields,
        segments,
        leaves: Leaves::new(segments, &statistics, stemming),
        plan: Plan::default(),
        shouting: is_shouting(query),
        infers: !filters.certain,
    };
    let root = compiler.article(query)?;
    if let Ast::List(parts) = &query.expr
        && parts.len() <= FEW_WORDS
        && parts.iter().all(|p| matches!(p.expr, Ast::Term(_) | Ast::Joined(_)))
        && let Node::Or(words) = &root
    {
        bm25.all_bonus = words.iter().map(|word| Bm25::most(compiler.plan.idf(word))).sum();
        compiler.plan.words.clone_from(words);
    }
    let filters = compiler.filters(filters)?;
    let mut plan = compiler.plan;
    plan.root = if filters.is_empty() { root } else { Node::and(std::iter::once(root).chain(filters).collect()) };
    Ok(plan)
}

/// Adds words that count for the score of what matches, with what each weighs.
pub fn feedback(
    plan: &mut Plan,
    words: &[(String, f32)],
    segments: &[Segment],
    bm25: &Bm25,
) -> Result<(), super::Error> {
    let Some(first) = segments.first() else { return Ok(()) };
    let stemming = Stemming::new(languages(segments)?.iter().map(String::as_str));
    let mut leaves = Leaves::new(segments, bm25, stemming);
    let at_least = plan.at_least;
    for (word, weight) in words {
        let leaf = leaves.word(plan, first.fields.text, &Term::Word(word.clone()), false)?;
        plan.leaves[leaf].weight = *weight;
        plan.feedback.push(leaf);
    }
    plan.at_least = at_least;
    Ok(())
}

/// The languages of the archive: those of more than one article in a hundred; English if none is known.
fn languages(segments: &[Segment]) -> tantivy::Result<Vec<String>> {
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    let mut articles = 0;
    let prefix = format!("{}=", filed::LANGUAGE);
    for segment in segments {
        articles += u64::from(segment.reader.max_doc());
        let inverted = segment.reader.inverted_index(segment.fields.filed)?;
        let mut stream = inverted.terms().range().ge(&prefix).into_stream()?;
        while let Some((term, info)) = stream.next() {
            let Some(language) = term.strip_prefix(prefix.as_bytes()) else { break };
            *counts.entry(String::from_utf8_lossy(language).into_owned()).or_default() += u64::from(info.doc_freq);
        }
    }
    let mut languages: Vec<_> = counts.into_iter().filter(|(_, n)| n * 100 > articles).collect();
    languages.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let mut languages: Vec<_> = languages.into_iter().map(|(language, _)| language).collect();
    if languages.is_empty() {
        languages.push("en".to_string());
    }
    Ok(languages)
}

/// Whether several words are typed and all in capitals: then capitals mean nothing.
fn is_shouting(query: &Syntax) -> bool {
    fn count(node: &Syntax, lower: &mut usize, upper: &mut usize) {
        let mut term = |term: &Term| {
            if let Term::Word(word) = term {
                *lower += word.contains(char::is_lowercase) as usize;
                *upper += word.contains(char::is_uppercase) as usize;
            }
        };
        match &node.expr {
            Ast::Term(t) => term(t),
            Ast::Joined(terms) => terms.iter().for_each(term),
            Ast::Phrase(phrase) => phrase.items.iter().flatten().for_each(term),
            Ast::List(parts) | Ast::And(parts) | Ast::Or(parts) => {
                parts.iter().for_each(|p| count(p, lower, upper));
            }
            Ast::Near { left, right, .. } => [left, right].into_iter().for_each(|p| count(p, lower, upper)),
            Ast::Not(p) | Ast::Must(p) | Ast::In(_, p) | Ast::First(_, p) | Ast::AtLeast(_, p) => {
                count(p, lower, upper);
            }
            Ast::All | Ast::Whole(_) | Ast::Date(_) | Ast::Words(_) | Ast::Has(_) => {}
        }
    }
    let (mut lower, mut upper) = (0, 0);
    count(query, &mut lower, &mut upper);
    lower == 0 && upper > 2
}

pub(super) struct Compiler<'a> {
    fields: &'a Fields,
    segments: &'a [Segment<'a>],
    leaves: Leaves<'a>,
    plan: Plan,
    shouting: bool,
    /// Whether names are found by what most likely means them.
    infers: bool,
}

impl Compiler<'_> {
    /// A condition on the article.
    fn article(&mut self, node: &Syntax) -> Result<Node, Failure> {
        Ok(match &node.expr {
            Ast::All => Node::All,
            Ast::List(parts) => self.list(parts)?,
            Ast::And(parts) => {
                let mut out = Vec::new();
                self.speech(parts, &mut out)?;
                for part in parts.iter().filter(|p| !is_speech(p)) {
                    out.push(self.article(part)?);
                }
                Node::and(out)
            }
            Ast::Or(parts) => Node::or(parts.iter().map(|p| self.article(p)).collect::<Result<_, _>>()?),
            Ast::Not(inner) => Node::Not(Box::new(self.article(inner)?)),
            Ast::Must(inner) => self.article(inner)?,
            Ast::Term(term) => {
                let expr = self.spelled(term)?;
                self.positional(expr)
            }
            Ast::In(field, inner) if field.is_text() || field.is_name() => self.inside(*field, inner, node)?,
            Ast::In(field, inner) => self.filed_under(*field, inner)?,
            Ast::Date(range) => self.dates(range),
            Ast::Words(range) => Node::Range { column: self.fields.words, least: range.least, most: range.most },
            Ast::Has(has) => self.has(*has)?,
            Ast::Joined(_) | Ast::Phrase(_) | Ast::Near { .. } | Ast::First(..) | Ast::AtLeast(..) | Ast::Whole(_) => {
                let expr = self.interval(node)?;
                self.positional(expr)
            }
        })
    }

    /// Parts side by side: single words are ranked together, of which one must be there; the rest must hold. With a
    /// plus before some, the other words only count for the rank.
    fn list(&mut self, parts: &[Syntax]) -> Result<Node, Failure> {
        let mut words = Vec::new();
        let mut all = Vec::new();
        self.speech(parts, &mut all)?;
        for part in parts.iter().filter(|p| !is_speech(p)) {
            let node = self.article(part)?;
            match &part.expr {
                Ast::Term(_) => {
                    if let Node::Leaf(leaf) = &node {
                        self.plan.sequence.push(*leaf);
                        if let Ast::Term(Term::Word(word)) = &part.expr
                            && is_function_word(&fold(word))
                        {
                            self.plan.leaves[*leaf].weight = function_words::WEIGHT;
                        }
                    }
                    // Said twice, it weighs once: who pastes a long text means each of its words as much.
                    if !words.contains(&node) {
                        words.push(node);
                    }
                }
                Ast::Joined(_) => words.push(node),
                _ => all.push(node),
            }
        }
        self.numbers(parts, &mut words)?;
        if !words.is_empty() {
            let words = Node::or(words);
            let must = parts.iter().any(|p| matches!(p.expr, Ast::Must(_)));
            all.push(if must { Node::Optional(Box::new(words)) } else { words });
        }
        Ok(Node::and(all))
    }

    /// A word and the number that follows it are also written as one: `Covid 19` answers for `Covid19`.
    fn numbers(&mut self, parts: &[Syntax], words: &mut [Node]) -> Result<(), Failure> {
        for pair in parts.windows(2) {
            let [Ast::Term(Term::Word(word)), Ast::Term(Term::Word(number))] = [&pair[0].expr, &pair[1].expr] else {
                continue;
            };
            let together = Term::Word(format!("{word}{number}"));
            if numbered(&together).is_none_or(|parts| parts != [Term::Word(word.clone()), Term::Word(number.clone())]) {
                continue;
            }
            let leaf = self.word(&together)?;
            if self.plan.leaves[leaf].expanded.is_empty() {
                continue;
            }
            for apart in [word, number] {
                let apart = Node::Leaf(self.word(&Term::Word(apart.clone()))?);
                for node in words.iter_mut().filter(|node| **node == apart) {
                    *node = Node::Or(vec![apart.clone(), Node::Leaf(leaf)]);
                }
            }
        }
        Ok(())
    }

    /// Of the parts those that say who speaks and what: those up to the next speaker mean one quote.
    fn speech(&mut self, parts: &[Syntax], out: &mut Vec<Node>) -> Result<(), Failure> {
        let (mut at, mut said, mut speaker) = (Vec::new(), Vec::new(), false);
        for part in parts.iter().filter(|p| is_speech(p)) {
            let Ast::In(field, inner) = &part.expr else { continue };
            if *field == Field::Speaker && std::mem::replace(&mut speaker, true) {
                let quote = Expr::Quote { at: std::mem::take(&mut at), said: std::mem::take(&mut said) };
                out.push(self.positional(quote));
            }
            match field {
                Field::Said => self.said(inner, &mut said)?,
                _ => at.push(self.names(*field, inner)?),
            }
        }
        match (at.pop(), at.is_empty() && said.is_empty()) {
            (Some(only), true) => out.push(self.positional(only)),
            (None, true) => {}
            (last, false) => {
                at.extend(last);
                out.push(self.positional(Expr::Quote { at, said }));
            }
        }
        Ok(())
    }

    /// What is said in one quote.
    fn said(&mut self, node: &Syntax, out: &mut Vec<Expr>) -> Result<(), Failure> {
        match &node.expr {
            Ast::And(parts) => parts.iter().try_for_each(|p| self.said(p, out)),
            _ => {
                out.push(self.interval(node)?);
                Ok(())
            }
        }
    }

    /// A name at positions, with alternatives.
    fn names(&mut self, field: Field, node: &Syntax) -> Result<Expr, Failure> {
        Ok(match &node.expr {
            Ast::Or(parts) | Ast::List(parts) => {
                Expr::Or(parts.iter().map(|p| self.names(field, p)).collect::<Result<_, _>>()?)
            }
            Ast::And(parts) => Expr::All(parts.iter().map(|p| self.names(field, p)).collect::<Result<_, _>>()?),
            Ast::Must(inner) => self.names(field, inner)?,
            Ast::Not(_) => return Err(excluded(node)),
            _ => self.name(field, node)?,
        })
    }

    /// A field whose value is text or a name: boolean operators in it hold for the article.
    fn inside(&mut self, field: Field, inner: &Syntax, whole: &Syntax) -> Result<Node, Failure> {
        let again = |part: &Syntax| Syntax { span: part.span, expr: Ast::In(field, Box::new(part.clone())) };
        Ok(match &inner.expr {
            Ast::And(parts) if field != Field::Said => {
                Node::and(parts.iter().map(|p| self.article(&again(p))).collect::<Result<_, _>>()?)
            }
            Ast::And(parts) | Ast::List(parts) if parts.iter().any(|p| matches!(p.expr, Ast::Not(_))) => {
                Node::and(parts.iter().map(|p| self.article(&again(p))).collect::<Result<_, _>>()?)
            }
            Ast::Or(parts) | Ast::List(parts) => {
                Node::or(parts.iter().map(|p| self.article(&again(p))).collect::<Result<_, _>>()?)
            }
            Ast::Not(part) => Node::Not(Box::new(self.article(&again(part))?)),
            Ast::Must(part) => self.article(&again(part))?,
            _ => {
                let expr = self.interval(whole)?;
                self.positional(expr)
            }
        })
    }

    fn filed_under(&mut self, field: Field, node: &Syntax) -> Result<Node, Failure> {
        let mut each = |parts: &[Syntax]| parts.iter().map(|p| self.filed_under(field, p)).collect::<Result<_, _>>();
        Ok(match &node.expr {
            Ast::And(parts) => Node::and(each(parts)?),
            Ast::List(parts) | Ast::Or(parts) => Node::or(each(parts)?),
            Ast::Not(inner) => Node::Not(Box::new(self.filed_under(field, inner)?)),
            Ast::Must(inner) => self.filed_under(field, inner)?,
            _ => self.filed(field, node)?,
        })
    }

    /// Printed dates only: the time of a file says little of when its article was published.
    fn dates(&self, range: &DateRange) -> Node {
        let key = |date: jiff::civil::Date| {
            date.year().max(0) as u64 * 10_000 + date.month() as u64 * 100 + date.day() as u64
        };
        let (least, most) = (range.since.map_or(0, key), range.until.map_or(u64::MAX, key));
        let undated = Node::Range { column: self.fields.undated, least: 1, most: u64::MAX };
        Node::And(vec![Node::Range { column: self.fields.published, least, most }, Node::Not(Box::new(undated))])
    }

    fn has(&mut self, has: Has) -> Result<Node, Failure> {
        let mut zone = |kind| -> Result<Node, Failure> {
            let term = mark::zone(kind).to_string();
            Ok(Node::Leaf(self.leaves.entries(&mut self.plan, self.fields.marks, &[term], 0.0)?))
        };
        Ok(match has {
            Has::Quotes => Node::Range { column: self.fields.quotes, least: 1, most: u64::MAX },
            Has::Headline => zone(ZoneKind::Headline)?,
            Has::Standfirst => zone(ZoneKind::Standfirst)?,
            Has::Caption => zone(ZoneKind::Caption)?,
            Has::Date => self.dates(&DateRange::default()),
            Has::Source => Node::Present(self.fields.source),
            Has::Section => Node::Present(self.fields.section),
            Has::Language => Node::Present(self.fields.language),
        })
    }

    fn word(&mut self, term: &Term) -> Result<usize, Failure> {
        let acronym = match term {
            Term::Word(word) => {
                let letters = || word.chars().filter(|c| c.is_alphabetic());
                !self.shouting
                    && (2..=LONGEST_ACRONYM).contains(&letters().count())
                    && letters().all(char::is_uppercase)
            }
            _ => false,
        };
        Ok(self.leaves.word(&mut self.plan, self.fields.text, term, acronym)?)
    }

    fn leaf(&mut self, term: &Term) -> Result<Expr, Failure> {
        Ok(Expr::Leaf { leaf: self.word(term)?, text: true })
    }

    /// What stands at positions of the text.
    fn interval(&mut self, node: &Syntax) -> Result<Expr, Failure> {
        let each =
            |this: &mut Self, parts: &[Syntax]| parts.iter().map(|p| this.interval(p)).collect::<Result<Vec<_>, _>>();
        Ok(match &node.expr {
            Ast::Term(term) => self.spelled(term)?,
            Ast::Joined(terms) => self.joined(terms)?,
            Ast::Phrase(phrase) => self.phrase(phrase)?,
            Ast::List(parts) | Ast::Or(parts) => Expr::Or(each(self, parts)?),
            Ast::And(parts) => Expr::All(each(self, parts)?),
            Ast::Must(inner) => self.interval(inner)?,
            Ast::Near { op, negated, left, right } => {
                let (left, right) = (Box::new(self.interval(left)?), Box::new(self.interval(right)?));
                Expr::Near { op: *op, negated: *negated, left, right }
            }
            Ast::In(Field::Headline, inner) => Expr::Zone(Part::Headline, Box::new(self.interval(inner)?)),
            Ast::In(Field::Body, inner) => Expr::Zone(Part::Body, Box::new(self.interval(inner)?)),
            Ast::In(Field::Said, inner) => {
                let mut said = Vec::new();
                self.said(inner, &mut said)?;
                Expr::Quote { at: Vec::new(), said }
            }
            Ast::In(field, inner) if field.is_name() => self.names(*field, inner)?,
            Ast::First(n, inner) => Expr::First(*n, Box::new(self.interval(inner)?)),
            Ast::AtLeast(n, inner) => Expr::AtLeast(*n, Box::new(self.interval(inner)?)),
            Ast::Not(_) => return Err(excluded(node)),
            Ast::In(..) | Ast::Date(_) | Ast::Words(_) | Ast::Has(_) | Ast::Whole(_) | Ast::All => {
                return Err(Error::at(node.span, "this holds for a whole article and has no place in its text")
                    .hint("put it beside the group with AND")
                    .into());
            }
        })
    }

    /// A word, in one or in two.
    fn spelled(&mut self, term: &Term) -> Result<Expr, Failure> {
        match numbered(term) {
            Some(parts) => self.joined(&parts),
            None => self.leaf(term),
        }
    }

    /// Neighbours, or one word.
    fn joined(&mut self, terms: &[Term]) -> Result<Expr, Failure> {
        let items = terms.iter().map(|t| Ok((0, self.leaf(t)?))).collect::<Result<Vec<_>, Failure>>()?;
        let apart = Expr::Phrase { items, slop: 0 };
        let mut word = String::new();
        for term in terms {
            match term {
                Term::Word(part) => word.push_str(part),
                _ => return Ok(apart),
            }
        }
        let together = self.leaf(&Term::Word(word))?;
        Ok(Expr::Or(vec![apart, together]))
    }

    fn phrase(&mut self, phrase: &Phrase) -> Result<Expr, Failure> {
        let mut items = Vec::new();
        let mut gap = 0;
        for item in &phrase.items {
            match item {
                Some(term) => items.push((std::mem::take(&mut gap), self.spelled(term)?)),
                None => gap += 1,
            }
        }
        Ok(match items.pop() {
            Some((_, only)) if items.is_empty() => only,
            Some(last) => {
                items.push(last);
                Expr::Phrase { items, slop: phrase.slop }
            }
            None => Expr::Or(Vec::new()),
        })
    }

    /// A condition from intervals; a single leaf needs no positions.
    fn positional(&mut self, expr: Expr) -> Node {
        match &expr {
            Expr::Leaf { leaf, .. } => return Node::Leaf(*leaf),
            Expr::Name { leaves, .. } if leaves.len() == 1 => return Node::Leaf(leaves[0]),
            Expr::Or(parts) if parts.iter().all(|p| matches!(p, Expr::Name { leaves, .. } if leaves.len() == 1)) => {
                return Node::or(parts.iter().map(|p| self.positional(p.clone())).collect());
            }
            _ => {}
        }
        let (mut leaves, mut needs) = (Vec::new(), Needs::default());
        let idf = self.survey(&expr, &mut leaves, &mut needs);
        self.plan.positional.push(Positional { expr, leaves, needs, idf });
        Node::Positional(self.plan.positional.len() - 1)
    }

    /// Collects the leaves and the needs of an expression, and gives its weight.
    fn survey(&self, expr: &Expr, leaves: &mut Vec<usize>, needs: &mut Needs) -> f32 {
        let idf = |leaf: usize| self.plan.leaves.get(leaf).map_or(0.0, |l| l.idf);
        let mut each = |parts: &mut dyn Iterator<Item = &Expr>, fold: fn(f32, f32) -> f32| {
            parts.map(|p| self.survey(p, leaves, needs)).fold(0.0, fold)
        };
        let sum = |a: f32, b: f32| a + b;
        match expr {
            Expr::Leaf { leaf, .. } => {
                leaves.push(*leaf);
                idf(*leaf)
            }
            Expr::Name { leaves: words, long } => {
                leaves.extend(words);
                needs.mentions |= *long;
                words.iter().map(|w| idf(*w)).fold(0.0, f32::max)
            }
            Expr::Or(parts) => each(&mut parts.iter(), f32::max),
            Expr::All(parts) => each(&mut parts.iter(), sum),
            Expr::Phrase { items, .. } => each(&mut items.iter().map(|(_, p)| p), sum),
            Expr::Near { op, negated, left, right } => {
                needs.sentences |= *op == Near::Sentence;
                needs.paragraphs |= *op == Near::Paragraph;
                let left = self.survey(left, leaves, needs);
                let right = self.survey(right, leaves, needs);
                if *negated { left } else { left + right }
            }
            Expr::Zone(_, inner) => {
                needs.zones = true;
                self.survey(inner, leaves, needs)
            }
            Expr::First(_, inner) | Expr::AtLeast(_, inner) | Expr::Among(_, inner) => {
                self.survey(inner, leaves, needs)
            }
            Expr::Quote { at, said } => {
                needs.quotes = true;
                at.iter().chain(said).map(|p| self.survey(p, leaves, needs)).sum()
            }
        }
    }

    fn filters(&mut self, filters: &Filters) -> Result<Vec<Node>, Failure> {
        let mut out = Vec::new();
        if filters.dates != DateRange::default() {
            out.push(self.dates(&filters.dates));
        }
        for (field, values) in [
            (Field::Source, &filters.sources),
            (Field::Section, &filters.sections),
            (Field::Language, &filters.languages),
            (Field::Person, &filters.persons),
            (Field::Organization, &filters.organizations),
            (Field::Place, &filters.places),
            (Field::Speaker, &filters.speakers),
        ] {
            if !values.is_empty() {
                let any = values.iter().map(|v| self.article(&filter(field, v))).collect::<Result<_, _>>()?;
                out.push(Node::or(any));
            }
        }
        Ok(out.into_iter().map(|node| Node::Filter(Box::new(node))).collect())
    }
}

/// A filter's value as the query language would have it: all its words.
pub(in crate::search) fn filter(field: Field, value: &str) -> Syntax {
    let span = Span::default();
    let folded = fold_name(value);
    let items = folded.split(' ').filter(|w| !w.is_empty()).map(|w| Some(Term::Word(w.to_string()))).collect();
    let inner = Syntax { span, expr: Ast::Phrase(Phrase { items, slop: 0 }) };
    Syntax { span, expr: Ast::In(field, Box::new(inner)) }
}

/// The parts of a word that is letters and then digits (`Covid19`, `F16`): they are also written apart.
fn numbered(term: &Term) -> Option<[Term; 2]> {
    let Term::Word(word) = term else { return None };
    let (letters, digits) = word.split_at(word.find(|c: char| !c.is_alphabetic())?);
    let both = !letters.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    both.then(|| [letters, digits].map(|part| Term::Word(part.to_string())))
}

fn is_speech(node: &Syntax) -> bool {
    matches!(node.expr, Ast::In(Field::Speaker | Field::Said | Field::Cue, _))
}

fn excluded(node: &Syntax) -> Failure {
    Failure::Query(
        syntax::Error::at(node.span, "NOT has no place in the text")
            .hint("to exclude what is near, write strike NOT NEAR/5 hunger; to exclude articles, put AND NOT outside"),
    )
}
