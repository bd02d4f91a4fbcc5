//! From the words that name a speaker to the person.
//!
//! A name is looked up among the article's entities; a pronoun goes to whoever the text has been about, the last
//! speaker before all; a role ("the prime minister", "the company") to the one who bears it. Where nothing fits, no
//! name is given: officials and experts stay what they are called.

use std::ops::Range;

use crate::article::fold::fold_name;
use crate::article::{Entity, EntityType, Gender, Kind, Mention, Resolved, Span, Speaker};

use super::extract::Draft;
use super::layout;
use super::lexicon::{Class, key_of, keys_of};
use super::view::{Sign, View};

/// Who has spoken so far: what pronouns and roles lead back to.
#[derive(Default)]
pub struct Memory {
    /// The last speakers who have names, the latest last; a few are enough.
    spoke: Vec<Heard>,
    /// What documents were last called, by [`super::lexicon::key`], and who issued them.
    papers: Vec<(u32, u32)>,
    /// Where posts stand, in bytes: nothing in the text leads to their authors.
    posts: Vec<(u32, u32)>,
}

struct Heard {
    entity: Option<u32>,
    name: String,
    paragraph: usize,
    /// The byte where the quotation begins.
    at: u32,
}

/// How many mentions before a pronoun or a role are considered.
const LOOK_BACK: usize = 24;
/// Nouns that may stand for an organization whose name does not have them.
const COMPANIES: [u32; 30] = keys_of([
    "company",
    "firm",
    "group",
    "corporation",
    "conglomerate",
    "retailer",
    "manufacturer",
    "automaker",
    "carmaker",
    "carrier",
    "lender",
    "insurer",
    "brewer",
    "miner",
    "producer",
    "supplier",
    "operator",
    "developer",
    "publisher",
    "broadcaster",
    "utility",
    "airline",
    "exchange",
    "bank",
    "agency",
    "department",
    "organization",
    "organisation",
    "union",
    "charity",
]);
/// How many earlier speakers are remembered.
const SPEAKERS: usize = 4;

impl Memory {
    /// What there is to remember before anybody spoke.
    pub fn of(view: &View, drafts: &[Draft]) -> Memory {
        let post = |d: &Draft| {
            let by = d.by.as_ref().filter(|_| d.cue.is_none())?;
            Some((view.tokens[d.parts[0].start].span.start, view.tokens[by.end - 1].span.end))
        };
        Memory { posts: drafts.iter().filter_map(post).collect(), ..Memory::default() }
    }

    /// Whether a name stands in a post.
    fn posted(&self, name: Span) -> bool {
        let next = self.posts.partition_point(|p| p.0 <= name.start);
        next > 0 && name.start < self.posts[next - 1].1
    }

    /// Takes note of a document that speaks, by its head noun.
    pub fn read(&mut self, view: &View, mention: Span) {
        let head = view.article.tokens.within(mention).end - 1;
        let issued = if view.is(head, Class::DOCUMENT) { issuer(view, head) } else { None };
        if let Some(entity) = issued {
            self.keep(view.keys[head], entity);
        }
    }

    /// Takes note of a document in which somebody said something: "Brandvik said in a statement".
    pub fn wrote(&mut self, view: &View, cue: usize, entity: u32) {
        let end = view.units[view.unit[cue] as usize].end.min(cue + 12);
        let plain = |i: &usize| view.sign(*i) == Sign::Word && view.region_at(*i).is_none();
        let within = (cue + 1..end).take_while(plain).find(|&i| view.keys[i] == const { key_of("in") });
        let paper =
            within.and_then(|i| (i + 1..end.min(i + 6)).take_while(plain).find(|&k| view.is(k, Class::DOCUMENT)));
        if let Some(paper) = paper {
            self.keep(view.keys[paper], entity);
        }
    }

    fn keep(&mut self, paper: u32, entity: u32) {
        self.papers.retain(|(k, _)| *k != paper);
        self.papers.truncate(SPEAKERS);
        self.papers.insert(0, (paper, entity));
    }

    /// Who issued the document that was last called by this noun.
    fn issued(&self, key: u32) -> Option<u32> {
        self.papers.iter().find(|(k, _)| *k == key).map(|p| p.1)
    }

    /// Takes note of who spoke in this paragraph, from this byte on.
    pub fn heard(&mut self, speaker: &Speaker, paragraph: usize, at: u32) {
        let Some(name) = speaker.name.clone() else { return };
        self.spoke.retain(|s| s.name != name);
        if self.spoke.len() == SPEAKERS {
            self.spoke.remove(0);
        }
        self.spoke.push(Heard { entity: speaker.entity, name, paragraph, at });
    }
}

/// Who is meant: an entity, or a name that is none of the article's mentions.
type Who = (Option<u32>, Option<String>);

/// The speaker whom these tokens name.
pub fn speaker(view: &View, memory: &Memory, tokens: Range<usize>, confidence: f32) -> Speaker {
    let head = tokens.end - 1;
    let article = view.article;
    let pronoun = tokens.len() == 1 && view.mention_at(head).is_none() && view.is(head, Class::PRONOUN);
    let (entity, name, resolved) = if pronoun && view.keys[head] == const { key_of("who") } {
        (before_relative(view, head), None, Resolved::Pronoun)
    } else if pronoun {
        let (entity, name) = antecedent(view, memory, head);
        (entity, name, Resolved::Pronoun)
    } else if let Some(m) = view.mention_at(head) {
        (Some(article.mentions[m].entity), None, Resolved::Named)
    } else if view.capital(head) && head > 0 && !view.noun(head) && !starts_sentence(view, tokens.start) {
        unlisted(view, tokens.clone())
    } else {
        bearer(view, memory, tokens.clone())
    };
    let known = entity.and_then(|e| article.entities.get(e as usize));
    let span = article.tokens[tokens.start].span.cover(article.tokens[head].span);
    let (role, affiliation) = post(view, &tokens);
    // The mention is one thing, whom it means another: of the names that pronouns and roles were led to on the
    // Gender Gap Tracker's articles, about three and two in four were right.
    let led = match resolved {
        Resolved::Pronoun => 0.8,
        Resolved::Role if entity.is_some() || name.is_some() => 0.5,
        _ => 1.0,
    };
    Speaker {
        name: known.map(|e| e.name.clone()).or(name),
        mention: Some(span),
        role,
        affiliation,
        resolved,
        confidence: confidence * led,
        entity,
    }
}

/// Whom the label of a turn or the signature of a post names.
pub fn labelled(view: &View, tokens: Range<usize>, confidence: f32) -> Speaker {
    let words = || tokens.clone().filter(|&i| view.sign(i) == Sign::Word);
    let (start, end) = (words().next().unwrap_or(tokens.start), words().next_back().unwrap_or(tokens.start) + 1);
    let span = view.tokens[start].span.cover(view.tokens[end - 1].span);
    let anonymous = layout::is_anonymous(view, &tokens);
    let mention = tokens.clone().rev().find_map(|i| view.mention_at(i)).map(|m| view.article.mentions[m].entity);
    let listed = |e: u32| view.article.entities.get(e as usize).filter(|e| e.name.contains(' ') || end - start == 1);
    let (entity, name) = match mention {
        _ if anonymous => (None, None),
        // "LAGARDE" may be a mention by itself; the person is found by name all the same.
        Some(e) if listed(e).is_some_and(|e| e.kind == EntityType::Person && e.name.contains(' ')) => (Some(e), None),
        _ => {
            let (entity, name, _) = unlisted(view, start..end);
            (entity, name)
        }
    };
    let known = entity.and_then(|e| view.article.entities.get(e as usize));
    Speaker {
        name: known.map(|e| e.name.clone()).or(name),
        mention: Some(span),
        role: None,
        affiliation: None,
        resolved: if anonymous { Resolved::Anonymous } else { Resolved::Named },
        confidence,
        entity,
    }
}

fn starts_sentence(view: &View, i: usize) -> bool {
    view.units[view.unit[i] as usize].start == i
}

/// A capitalised name that is no mention: a variant of an entity, or a name of its own.
fn unlisted(view: &View, tokens: Range<usize>) -> (Option<u32>, Option<String>, Resolved) {
    let start = tokens.clone().find(|&i| view.capital(i) && !view.is(i, Class::DETERMINER)).unwrap_or(tokens.end - 1);
    let article = view.article;
    let name = article.tokens[start].span.cover(article.tokens[tokens.end - 1].span).of(view.text);
    let folded = fold_name(name);
    // People are few in an article; its lists of companies may be long.
    let same = |e: &Entity| {
        let full = fold_name(&e.name);
        full == folded || (e.kind == EntityType::Person && full.rsplit(' ').next() == Some(&folded))
    };
    match article.entities.iter().take(200).position(same) {
        Some(e) => (Some(e as u32), None, Resolved::Named),
        None => (None, Some(name.to_string()), Resolved::Named),
    }
}

/// The mention that a relative pronoun follows: "Harvey, who acknowledged".
fn before_relative(view: &View, pronoun: usize) -> Option<u32> {
    let low = view.units[view.unit[pronoun] as usize].start;
    (low..pronoun)
        .rev()
        .take(12)
        .filter_map(|i| view.mention_at(i))
        .map(|m| &view.article.mentions[m])
        .find(|m| matches!(m.kind, EntityType::Person | EntityType::Organization))
        .map(|m| m.entity)
}

/// Whom a pronoun means.
fn antecedent(view: &View, memory: &Memory, pronoun: usize) -> Who {
    let k = view.keys[pronoun];
    if k == const { key_of("he") } {
        recall(view, memory, pronoun, |e| person(e, Some(Gender::Male)))
    } else if k == const { key_of("she") } {
        recall(view, memory, pronoun, |e| person(e, Some(Gender::Female)))
    } else if k == const { key_of("it") } {
        // Most often "it" is a thing that nobody named: only a company that the text is on right now.
        let who = recall(view, memory, pronoun, organization);
        if who.0.is_some_and(|e| present(view, memory, pronoun, e)) { who } else { (None, None) }
    } else {
        (None, None)
    }
}

/// Whether an entity is named before this token in its paragraph, or spoke last, in it or the one before.
fn present(view: &View, memory: &Memory, at: usize, entity: u32) -> bool {
    let paragraph = view.units[view.unit[at] as usize].paragraph as usize;
    let (start, byte) = (view.article.paragraphs[paragraph].start, view.tokens[at].span.start);
    let mentions = &view.article.mentions;
    let before = mentions.partition_point(|m| m.span.end <= byte);
    let here = mentions[..before].iter().rev().take(LOOK_BACK).take_while(|m| m.span.start >= start);
    here.into_iter().any(|m| m.entity == entity)
        || memory.spoke.last().is_some_and(|h| h.entity == Some(entity) && paragraph <= h.paragraph + 1)
}

/// How well an entity is meant by "it said". The recogniser calls many a company a thing.
fn organization(e: &Entity) -> f32 {
    match e.kind {
        EntityType::Organization => 1.0,
        EntityType::Misc => 0.3,
        _ => 0.0,
    }
}

/// How well an entity is meant by a pronoun of this gender.
fn person(e: &Entity, gender: Option<Gender>) -> f32 {
    match (e.kind, e.gender) {
        (EntityType::Person, None) => 0.7,
        (EntityType::Person, g) if g == gender || gender.is_none() => 1.0,
        _ => 0.0,
    }
}

/// The entity that the text has been about before token `at`: near, subject of its sentence, a speaker, often named.
fn recall(view: &View, memory: &Memory, at: usize, fit: impl Fn(&Entity) -> f32) -> Who {
    let article = view.article;
    let here = view.unit[at] as usize;
    let paragraph = view.units[here].paragraph as usize;
    let byte = view.tokens[at].span.start;
    let before = article.mentions.partition_point(|m| m.span.end <= byte);
    let mut best: Option<(f32, u32)> = None;
    let mut offer = |entity: u32, score: f32| {
        if let Some(e) = article.entities.get(entity as usize) {
            let score = score * fit(e) * (1.0 + (e.mentions.min(20) as f32).ln() * 0.1);
            if score > 0.0 && best.is_none_or(|(b, _)| score > b) {
                best = Some((score, entity));
            }
        }
    };
    let worth = |n: usize, heard: &Heard| {
        let ago = paragraph.saturating_sub(heard.paragraph).min(12) as f32;
        3.0 / (1.0 + 0.25 * ago) / (1.0 + 0.7 * n as f32)
    };
    let mut unlisted: Option<(f32, &str)> = None;
    for (n, heard) in memory.spoke.iter().rev().enumerate() {
        match heard.entity {
            Some(entity) => offer(entity, worth(n, heard)),
            None => unlisted = unlisted.or(Some((worth(n, heard), &heard.name))),
        }
    }
    // Who is named in the pronoun's own paragraph goes before who spoke in an earlier one.
    let fresh = memory.spoke.last().is_none_or(|heard| heard.paragraph < paragraph);
    for m in article.mentions[..before].iter().rev().take(LOOK_BACK).filter(|m| !memory.posted(m.span)) {
        let token = article.tokens.at(m.span.start);
        let quoted = view.region_at(token).is_some();
        let unit = view.unit[token] as usize;
        let ago = here.saturating_sub(unit).min(12) as f32;
        let subject = token < view.units[unit].start + 6;
        let possessive = view.tokens.get(article.tokens.at(m.span.end)).is_some_and(|t| !t.spaced && t.span.len() <= 4);
        let own = fresh && view.units[unit].paragraph as usize == paragraph;
        let score = 2.0 / (1.0 + 0.35 * ago)
            * if subject { 1.4 } else { 1.0 }
            * if own { 1.8 } else { 1.0 }
            * if quoted { 0.3 } else { 1.0 }
            * if possessive { 0.9 } else { 1.0 };
        offer(m.entity, score);
    }
    match (best, unlisted) {
        (Some((score, _)), Some((other, name))) if other > score => (None, Some(name.to_string())),
        (None, Some((_, name))) => (None, Some(name.to_string())),
        (best, _) => (best.map(|b| b.1), None),
    }
}

/// Whom a common noun means: who bears that role, the company that was named, the one spoken of.
fn bearer(view: &View, memory: &Memory, tokens: Range<usize>) -> (Option<u32>, Option<String>, Resolved) {
    let article = view.article;
    let head = tokens.end - 1;
    let any = |class| tokens.clone().any(|i| view.is(i, class));
    let definite = ["the", "this", "that"].contains(&view.word(tokens.start).to_ascii_lowercase().as_str());
    // "the RCMP statement": who issued it.
    let inside = tokens.clone().rev().filter_map(|i| view.mention_at(i)).map(|m| &article.mentions[m]);
    if view.is(head, Class(Class::BODY.0 | Class::DOCUMENT.0))
        && let Some(m) = inside.into_iter().find(|m| m.kind == EntityType::Organization)
    {
        return (Some(m.entity), None, Resolved::Named);
    }
    if view.is(head, Class::DOCUMENT) {
        let issued = issuer(view, head).or_else(|| memory.issued(view.keys[head]).filter(|_| definite));
        return (issued, None, Resolved::Role);
    }
    if view.is(head, Class::COLLECTIVE) {
        let resolved = if view.is(head, Class::ANONYMOUS) { Resolved::Anonymous } else { Resolved::Collective };
        return (None, None, resolved);
    }
    let word = view.word(head).to_ascii_lowercase();
    if view.is(head, Class::BODY) {
        // "The committee" is one that is called so; "the company" may be any organization.
        let named = |e: &Entity| fold_name(&e.name).split(' ').any(|w| w == word);
        let fit = |e: &Entity| if COMPANIES.contains(&view.keys[head]) || named(e) { organization(e) } else { 0.0 };
        let (entity, name) = if definite { recall(view, memory, tokens.start, fit) } else { (None, None) };
        return (entity, name, Resolved::Role);
    }
    let bears = |e: &&Entity| e.roles.iter().any(|r| r.split(' ').any(|w| w == word));
    let mut bearers = article.entities.iter().take(200).filter(|e| e.kind == EntityType::Person).filter(bears);
    let first = bearers.next();
    let several = bearers.next().is_some();
    if !word.is_empty()
        && let Some(e) = first
    {
        if !several {
            let entity = article.entities.iter().position(|x| std::ptr::eq(x, e)).map(|e| e as u32);
            return (entity, None, Resolved::Role);
        }
        let (entity, name) = recall(view, memory, tokens.start, |e| if bears(&e) { 1.0 } else { 0.0 });
        return (entity, name, Resolved::Role);
    }
    if any(Class::ANONYMOUS) {
        return (None, None, Resolved::Anonymous);
    }
    // "the affable proprietor": somebody who just spoke, and nobody else was named since.
    let paragraph = view.units[view.unit[head] as usize].paragraph as usize;
    let one = !word.ends_with('s') && tokens.clone().all(|i| view.tokens[i].kind != Kind::Clitic);
    let just = one
        && memory.spoke.last().is_some_and(|heard| {
            let since = article.mentions.partition_point(|m| m.span.start < heard.at);
            let until = article.mentions.partition_point(|m| m.span.end <= view.tokens[tokens.start].span.start);
            let other = |m: &Mention| m.kind == EntityType::Person && Some(m.entity) != heard.entity;
            paragraph - heard.paragraph.min(paragraph) <= 1
                && !article.mentions[since.min(until)..until].iter().take(LOOK_BACK).any(other)
        });
    let (entity, name) =
        if definite && just { recall(view, memory, tokens.start, |e| person(e, None)) } else { (None, None) };
    (entity, name, Resolved::Role)
}

/// Who a document is by: "a study released on Monday by the Courier", "figures from the Courier".
pub fn issuer(view: &View, head: usize) -> Option<u32> {
    let end = view.units[view.unit[head] as usize].end;
    let plain = |i: &usize| view.sign(*i) == Sign::Word && view.region_at(*i).is_none();
    let article = view.article;
    let by = (head + 1..end.min(head + 10))
        .take_while(plain)
        .find(|&i| const { keys_of(["by", "from"]) }.contains(&view.keys[i]))?;
    // Who has seen it is another.
    if const { keys_of(["obtained", "seen", "reviewed", "viewed", "acquired"]) }.contains(&view.keys[by - 1]) {
        return None;
    }
    // Titles may stand before the name.
    let names = (by + 1..end.min(by + 5)).take_while(plain).find_map(|i| view.mention_at(i))?;
    let m = &article.mentions[names];
    matches!(m.kind, EntityType::Person | EntityType::Organization).then_some(m.entity)
}

/// The role and affiliation given beside a speaker's name: "Symone Sanders, Harris' chief spokesperson", "Mayor
/// Peters".
fn post(view: &View, tokens: &Range<usize>) -> (Option<String>, Option<String>) {
    let unit = &view.units[view.unit[tokens.start] as usize];
    let head = tokens.end - 1;
    let named = view.mention_at(head).is_some();
    let range = if !named {
        let skip = view.is(tokens.start, Class::DETERMINER) as usize;
        if !view.is(head, Class::ROLE) {
            return (None, None);
        }
        tokens.start + skip..tokens.end
    } else if view.sign(tokens.end) == Sign::Comma {
        // What stands between commas after the name, if it holds a role.
        let mut end = tokens.end + 1;
        // An apostrophe may stand there: "Harris' spokesperson".
        let part = |i: usize| view.sign(i) == Sign::Word || (view.sign(i) == Sign::Quote && !view.tokens[i].spaced);
        while end < unit.end && end < tokens.end + 16 && part(end) && !view.is(end, Class::AUXILIARY) {
            end += 1;
        }
        let start = if view.is(tokens.end + 1, Class::DETERMINER) { tokens.end + 2 } else { tokens.end + 1 };
        start..end
    } else {
        // A title before the name.
        let mut start = tokens.start;
        while start > unit.start && tokens.start - start < 5 {
            let k = start - 1;
            let part = view.is(k, Class::ROLE) || view.capital(k) && view.mention_at(k).is_none() && k > unit.start;
            if view.sign(k) != Sign::Word || !part {
                break;
            }
            start = k;
        }
        start..tokens.start
    };
    let role = range.clone().find(|&i| view.is(i, Class::ROLE));
    let Some(role) =
        role.map(|r| (r..range.end).take_while(|&i| view.noun(i) && view.is(i, Class::ROLE)).last().unwrap_or(r))
    else {
        return (None, None);
    };
    // The role with the words before it, back to a name or possessive.
    let own = |i: usize| view.mention_at(i).is_none() && view.sign(i) == Sign::Word && view.word(i).len() > 2;
    let start = (range.start..role).rev().take(4).take_while(|&i| own(i)).last().unwrap_or(role);
    let cover = |a: usize, b: usize| view.tokens[a].span.cover(view.tokens[b].span).of(view.text).to_string();
    // "of the Vancouver hockey club", or the name before the role.
    let around = range.clone().filter_map(|i| view.mention_at(i)).map(|m| &view.article.mentions[m]);
    let affiliation =
        around.clone().find(|m| m.kind == EntityType::Organization).map(|m| m.span.of(view.text).to_string());
    (Some(cover(start, role)), affiliation)
}
