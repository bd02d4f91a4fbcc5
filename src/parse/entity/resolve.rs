//! Resolution: which mentions of one article are one.
//!
//! Names are compared as folded words without titles. People are joined by full names first ("George Bush" and
//! "George W. Bush", "Bill" and "William", never two different forenames), then single names go to the nearest full
//! name before them. Organizations are joined by name, acronym and short form; a country with its other names and its
//! people's. The nearest name wins where several fit; what fits none is an entity of its own.
//!
//! Names hold names: in "University of Cape Town" and "Kenya Airports Authority" a place stands inside. Recognition
//! marks each by itself, so that the place is found too, and leaves the rest to the outer name. What that is a piece of
//! is found here ([`whole_names`]): the entity of "Airports Authority" is "Kenya Airports Authority".
//!
//! All look-ups are by hash over at most [`RIVALS`] candidates, so that time stays linear in the number of mentions.

use super::lexicon::{Lexicon, kind};
use super::lists::{country_of, same_forename};
use super::mend::{ends_before_ticker, is_legal_form};
use super::person;
use crate::article::fold::fold_name;
use crate::article::{Article, Entity, EntityType, Gender, Mention, Shape, Span, ZoneKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::ops::Range;

/// The most entities that are considered for one mention.
const RIVALS: usize = 24;

/// One mention on its way to its entity.
struct Named {
    tokens: Range<usize>,
    /// The mention.
    span: Span,
    /// The name that it is, or is a piece of.
    full: Span,
    kind: EntityType,
    /// Of the full name, folded, without titles, "the", or what a company is.
    words: Vec<String>,
    /// The same in one, with spaces.
    name: String,
    /// Whether the name has no small letter.
    capitals: bool,
    /// Whether it says that it is a company's: by "Inc" or a ticker.
    firm: bool,
    /// What a title in or before the name says.
    gender: Option<Gender>,
}

/// An entity as it grows.
struct Group<'n> {
    kind: EntityType,
    words: &'n [String],
    gender: Option<Gender>,
    /// Its mentions, by index, as they were added.
    mentions: Vec<usize>,
}

/// Fills the article's `mentions` and `entities` from the names that were recognised: token ranges in order.
pub fn resolve(article: &mut Article, lexicon: &Lexicon, names: Vec<(Range<usize>, EntityType)>) {
    let whole = whole_names(article, lexicon, &names);
    let mut named: Vec<Named> = Vec::with_capacity(names.len());
    named.extend(
        (whole.into_iter().zip(names))
            .filter_map(|(whole, (tokens, kind))| self::named(article, lexicon, tokens, whole, kind)),
    );
    half_names(&mut named);
    vote(&mut named);
    let mut resolver = Resolver {
        entity: vec![NONE; named.len()],
        named: &named,
        groups: Vec::new(),
        by_words: FxHashMap::default(),
        by_word: FxHashMap::default(),
        by_end: FxHashMap::default(),
    };
    resolver.people(lexicon);
    resolver.others(article, lexicon);
    let Resolver { groups, entity: group_of, .. } = resolver;

    // Entities in the order of their first mentions.
    let mut number = vec![u32::MAX; groups.len()];
    let mut entities: Vec<Entity> = Vec::new();
    let mut mentions = Vec::with_capacity(named.len());
    for (n, group) in named.iter().zip(group_of) {
        if number[group] == u32::MAX {
            number[group] = entities.len() as u32;
            entities.push(entity(article, &groups[group], &named));
        }
        let entity = number[group];
        entities[entity as usize].mentions += 1;
        mentions.push(Mention { span: n.span, kind: n.kind, entity });
    }
    article.mentions = mentions;
    article.entities = entities;
    person::describe(article, lexicon);
}

/// The tokens of the whole name that each name is a piece of, or its own.
///
/// A name goes on where it ends in a word that must ("Ministry of" + "Kenya"), and began before where its first or last
/// word is what such names are headed by ("Nairobi" + "University", "Lagos" + "Chamber of Commerce"): evidence that the
/// pieces are one, which "Chinese" + "Huawei" do not give.
fn whole_names(article: &Article, lexicon: &Lexicon, names: &[(Range<usize>, EntityType)]) -> Vec<Range<usize>> {
    use EntityType::{Group, Misc, Organization, Person, Place};
    let mut whole: Vec<Range<usize>> = names.iter().map(|n| n.0.clone()).collect();
    let word = |i: usize| article.tokens.get(i).map_or("", |t| t.span.of(&article.text));
    // The name that holds the pieces so far.
    let mut outer = 0;
    for n in 1..names.len() {
        let (before, (tokens, kind)) = (names[outer].1, &names[n]);
        let touches = whole[outer].end == tokens.start && article.tokens.get(tokens.start).is_some_and(|t| !t.newline);
        if !touches {
            outer = n;
            continue;
        }
        let heads = match kind {
            Organization => kind::ORGANIZATION_HEAD,
            Place => kind::PLACE_HEAD,
            Misc => kind::MISC_HEAD,
            Person | Group => 0,
        };
        let is_head = |w: &str| w.starts_with(char::is_uppercase) && lexicon.kinds(w) & heads != 0;
        let headed = is_head(word(tokens.start)) || is_head(word(tokens.end - 1));
        if matches!(before, Organization | Misc) && is_open(word(whole[outer].end - 1)) {
            whole[outer].end = tokens.end;
        } else if headed && whole[outer] == names[outer].0 && (before, kind) != (Person, &Place) {
            whole[n].start = whole[outer].start;
            outer = n;
        } else {
            outer = n;
        }
    }
    whole
}

/// Whether a name cannot end in this word.
fn is_open(word: &str) -> bool {
    matches!(word, "of" | "for" | "de" | "du" | "del" | "the" | "in" | "and" | "to")
}

/// The mention of a name; `None` if it is none after all.
fn named(
    article: &Article,
    lexicon: &Lexicon,
    mention: Range<usize>,
    tokens: Range<usize>,
    kind: EntityType,
) -> Option<Named> {
    let text = &article.text;
    let cover = |tokens: &Range<usize>| {
        let list = article.tokens.get(tokens.clone())?;
        Some(list.first()?.span.cover(list.last()?.span))
    };
    let (span, full) = (cover(&mention)?, cover(&tokens)?);
    let list = article.tokens.get(tokens.clone())?;
    let words = || list.iter().filter(|t| t.is_word());
    let letters = || words().any(|t| t.span.of(text).chars().filter(|c| c.is_alphabetic()).nth(1).is_some());
    let first = words().next()?;
    let pronoun = words().nth(1).is_none() && person::is_pronoun(first.span.of(text));
    if pronoun || (kind == EntityType::Person && !letters()) {
        return None;
    }
    let folded = |t: &crate::article::Token| fold_name(t.term(text));
    let mut folds: Vec<String> = Vec::with_capacity(list.len());
    folds.extend(words().map(folded).filter(|w| !w.is_empty()));
    let mut gender = None;
    let mut firm = kind == EntityType::Organization && ends_before_ticker(article, tokens.end);
    if kind == EntityType::Person {
        while folds.len() > 1 && lexicon.kinds(&folds[0]) & kind::TITLE != 0 {
            // "Dean Smith" is no dean.
            if folds.len() == 2 && lexicon.kinds(&folds[0]) & kind::FORENAME != 0 && !person::is_courtesy(&folds[0]) {
                break;
            }
            gender = gender.or(person::gender_of_title(&folds[0]));
            folds.remove(0);
        }
        while folds.len() > 2 && matches!(folds.last().map(String::as_str), Some("jr" | "sr" | "ii" | "iii" | "iv")) {
            folds.pop();
        }
        if let Some(before) = tokens.start.checked_sub(1).map(|i| &article.tokens[i]).filter(|t| t.is_word()) {
            gender = gender.or(person::gender_of_title(&folded(before)));
        }
    } else {
        if folds.len() > 1 && folds[0] == "the" {
            folds.remove(0);
        }
        while folds.len() > 1 && folds.last().is_some_and(|w| is_legal_form(w) || (firm && w == "and")) {
            firm |= kind == EntityType::Organization;
            folds.pop();
        }
    }
    let capitals = words().all(|t| t.shape == Shape::Upper);
    let name = folds.join(" ");
    Some(Named { tokens: mention, span, full, kind, words: folds, name, capitals, firm, gender })
}

/// The entity of a mention that has none yet.
const NONE: usize = usize::MAX;

struct Resolver<'n> {
    named: &'n [Named],
    /// Of each mention, or [`NONE`].
    entity: Vec<usize>,
    groups: Vec<Group<'n>>,
    /// Entities by all their words joined, one of each kind.
    by_words: FxHashMap<&'n str, [Option<usize>; EntityType::ALL.len()]>,
    /// People by each word of their names.
    by_word: FxHashMap<&'n str, Vec<usize>>,
    /// Organizations by the first and the last word of theirs.
    by_end: FxHashMap<&'n str, Vec<usize>>,
}

/// Adds a rival for a word.
fn add_rival<'n>(list: &mut FxHashMap<&'n str, Vec<usize>>, word: &'n str, entity: usize) {
    let list = list.entry(word).or_default();
    if list.len() < RIVALS && !list.contains(&entity) {
        list.push(entity);
    }
}

/// What a company's name begins with means the company, where nobody is so called: "Merrill" of Merrill Lynch and Co.
/// What may be a place too is left one unless it is all of the name.
fn half_names(named: &mut [Named]) {
    let mut firms: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (i, n) in named.iter().enumerate().filter(|(_, n)| n.firm) {
        let list = firms.entry(&n.words[0]).or_default();
        if list.len() < RIVALS && list.iter().all(|&f| named[f].words != n.words) {
            list.push(i);
        }
    }
    if firms.is_empty() {
        return;
    }
    let begins = |n: &Named| {
        let rivals = firms.get(n.words[0].as_str()).map_or(&[][..], Vec::as_slice);
        rivals.iter().any(|&f| match n.kind {
            EntityType::Person => named[f].words.starts_with(&n.words),
            EntityType::Place | EntityType::Misc => named[f].words == n.words,
            EntityType::Organization | EntityType::Group => false,
        })
    };
    let mut halves: Vec<bool> = named.iter().map(begins).collect();
    // Those who are named in full explain their surnames.
    let full = |(n, half): &(&Named, &bool)| n.kind == EntityType::Person && n.words.len() > 1 && !**half;
    let surnames: Vec<&String> = named.iter().zip(&halves).filter(full).filter_map(|(n, _)| n.words.last()).collect();
    let surnames: FxHashSet<&String> = surnames.into_iter().collect();
    let explained = |n: &Named| n.kind == EntityType::Person && n.words.len() == 1 && surnames.contains(&n.words[0]);
    let kept: Vec<bool> = named.iter().map(explained).collect();
    halves.iter_mut().zip(kept).for_each(|(half, kept)| *half &= !kept);
    let halves = named.iter_mut().zip(halves).filter(|(_, half)| *half);
    halves.for_each(|(n, _)| n.kind = EntityType::Organization);
}

/// One name has one type, if nearly all its mentions agree.
fn vote(named: &mut [Named]) {
    let mut votes: FxHashMap<&str, [u32; EntityType::ALL.len()]> = FxHashMap::default();
    for n in &*named {
        votes.entry(&n.name).or_default()[n.kind as usize] += 1;
    }
    let winner = |n: &Named| {
        let v = votes.get(n.name.as_str())?;
        let most = EntityType::ALL.iter().copied().max_by_key(|&k| v[k as usize])?;
        (v[most as usize] * 4 >= v.iter().sum::<u32>() * 3).then_some(most)
    };
    let winners: Vec<_> = named.iter().map(|n| winner(n).unwrap_or(n.kind)).collect();
    named.iter_mut().zip(winners).for_each(|(n, kind)| n.kind = kind);
}

impl<'n> Resolver<'n> {
    /// The entity of this kind and name.
    fn known(&self, kind: EntityType, name: &str) -> Option<usize> {
        self.by_words.get(name)?[kind as usize]
    }

    /// Makes an entity known by the name of a mention, as of the mention's kind.
    fn know(&mut self, mention: usize, entity: usize) {
        let n = &self.named[mention];
        self.by_words.entry(&n.name).or_default()[n.kind as usize] = Some(entity);
    }

    fn join(&mut self, mention: usize, group: usize) {
        self.entity[mention] = group;
        let g = &mut self.groups[group];
        g.gender = g.gender.or(self.named[mention].gender);
        g.mentions.push(mention);
    }

    fn open(&mut self, mention: usize) -> usize {
        let n = &self.named[mention];
        self.groups.push(Group { kind: n.kind, words: &n.words, gender: None, mentions: Vec::new() });
        self.join(mention, self.groups.len() - 1);
        self.groups.len() - 1
    }

    /// Of these entities the one mentioned last before a mention, else the one mentioned first after it.
    fn nearest(&self, mention: usize, candidates: impl Iterator<Item = usize>) -> Option<usize> {
        candidates.min_by_key(|&g| {
            let list = &self.groups[g].mentions;
            match list.iter().rev().find(|&&m| m < mention) {
                Some(&m) => (0, mention - m),
                None => (1, list.first().map_or(usize::MAX, |&m| m.saturating_sub(mention))),
            }
        })
    }

    /// Of these people the one who was called by one word most often so far: where names begin with what many share,
    /// "Kim" stays whom it meant first.
    fn established(&self, candidates: impl Iterator<Item = usize>) -> Option<usize> {
        let bare = |g: &usize| {
            self.groups[*g].mentions.iter().rev().take(RIVALS).filter(|&&m| self.named[m].words.len() == 1).count()
        };
        candidates
            .map(|g| (bare(&g), g))
            .filter(|(n, _)| *n > 0)
            .max_by_key(|&(n, g)| (n, std::cmp::Reverse(g)))
            .map(|(_, g)| g)
    }

    fn people(&mut self, lexicon: &Lexicon) {
        let person = |n: &Named| n.kind == EntityType::Person;
        for m in 0..self.named.len() {
            if !person(&self.named[m]) || self.named[m].words.len() < 2 {
                continue;
            }
            if let Some(g) = self.known(EntityType::Person, &self.named[m].name) {
                self.join(m, g);
                continue;
            }
            let words = &self.named[m].words;
            let rivals = |w: &String| self.by_word.get(w.as_str()).into_iter().flatten().copied().take(RIVALS);
            let found = rivals(&words[words.len() - 1])
                .chain(rivals(&words[0]))
                .find(|&g| same_person(self.groups[g].words, words));
            let g = match found {
                Some(g) => {
                    self.join(m, g);
                    if words.len() > self.groups[g].words.len() {
                        self.groups[g].words = words;
                    }
                    g
                }
                None => self.open(m),
            };
            words.iter().for_each(|w| add_rival(&mut self.by_word, w, g));
            self.know(m, g);
        }
        for m in 0..self.named.len() {
            if !person(&self.named[m]) || self.named[m].words.len() != 1 {
                continue;
            }
            let (word, gender) = (&self.named[m].words[0], self.named[m].gender);
            let rivals = self.by_word.get(word.as_str()).map_or(&[][..], Vec::as_slice);
            let agrees = |g: &usize| {
                let known =
                    self.groups[*g].gender.or_else(|| person::gender_of_forename(self.groups[*g].words, lexicon));
                gender.is_none() || known.is_none() || known == gender
            };
            // The surname counts for more than the forename.
            let last = |g: &usize| self.groups[*g].words.last() == Some(word);
            let found = self
                .nearest(m, rivals.iter().copied().filter(|g| last(g) && agrees(g)))
                .or_else(|| self.established(rivals.iter().copied().filter(agrees)))
                .or_else(|| self.nearest(m, rivals.iter().copied().filter(agrees)));
            match found.or_else(|| self.known(EntityType::Person, word)) {
                Some(g) => self.join(m, g),
                None => {
                    let g = self.open(m);
                    self.know(m, g);
                }
            }
        }
    }

    fn others(&mut self, article: &Article, lexicon: &Lexicon) {
        use EntityType::{Group, Organization, Person, Place};
        // Countries that are named, by any of their names.
        let mut countries: FxHashMap<&str, usize> = FxHashMap::default();
        let mut acronyms: FxHashMap<String, usize> = FxHashMap::default();
        for m in 0..self.named.len() {
            let n = &self.named[m];
            // Acronyms, short forms and people of countries wait for their full names.
            if n.kind == Person || n.kind == Group || (n.kind == Organization && n.words.len() == 1) {
                continue;
            }
            let country = country_of(&n.name).filter(|_| n.kind == Place);
            let known = self.known(n.kind, &n.name).or_else(|| countries.get(country?).copied());
            let g = match known {
                Some(g) => {
                    self.join(m, g);
                    g
                }
                None => self.open(m),
            };
            if let Some(c) = country {
                countries.entry(c).or_insert(g);
            }
            if self.named[m].words.len() > 2 && self.named[m].kind == Organization {
                let initials = self.named[m].words.iter().filter_map(|w| w.chars().next()).collect();
                acronyms.entry(initials).or_insert(g);
                let short: Vec<&String> = self.named[m].words.iter().filter(|w| !is_small(w)).collect();
                acronyms.entry(short.iter().filter_map(|w| w.chars().next()).collect()).or_insert(g);
                let words = &self.named[m].words;
                [&words[0], &words[words.len() - 1]].into_iter().for_each(|w| add_rival(&mut self.by_end, w, g));
            } else if self.named[m].kind == Organization {
                self.named[m].words.iter().for_each(|w| add_rival(&mut self.by_end, w, g));
            }
            self.know(m, g);
        }
        // Where the text first has a name of one word. It introduces by full names, so that what stands alone before is
        // another: Facebook is not the Facebook Research named later. Headlines shorten what they have not introduced.
        let body = article.zone(ZoneKind::Body).map_or(0, |z| z.start);
        let mut alone: FxHashMap<String, usize> = FxHashMap::default();
        for (m, n) in self.named.iter().enumerate() {
            if n.kind == Organization && n.words.len() == 1 && n.span.start >= body && !alone.contains_key(&n.name) {
                alone.insert(n.name.clone(), m);
            }
        }
        for m in 0..self.named.len() {
            let n = &self.named[m];
            if self.entity[m] != NONE {
                continue;
            }
            let joined = n.name.as_str();
            let found = if let Some(g) = self.known(n.kind, joined) {
                Some(g)
            } else if n.kind == Group {
                country_of(joined).and_then(|c| countries.get(c).copied())
            } else {
                self.in_brackets(m, article).or_else(|| {
                    if n.capitals && joined.len() > 2 {
                        return acronyms.get(joined).copied();
                    }
                    // "Ford" for "Ford Motor Company", "the Commission" for the last one named.
                    let rivals = self.by_end.get(joined)?;
                    let head = lexicon.kinds(joined) & kind::ORGANIZATION_HEAD != 0;
                    let plain = lexicon.kinds(joined) & (kind::COUNTRY | kind::GROUP | kind::REGION | kind::CITY) == 0;
                    let introduced = |g: usize| alone.get(joined).is_none_or(|&m| self.groups[g].mentions[0] < m);
                    if head || (plain && joined.len() > 3 && rivals.len() == 1 && introduced(rivals[0])) {
                        return self.nearest(m, rivals.iter().copied());
                    }
                    None
                })
            };
            match found {
                Some(g) => self.join(m, g),
                None => {
                    let g = self.open(m);
                    self.know(m, g);
                    // "French" and "Frenchmen" are one even where France is not named.
                    if let Some(c) = country_of(&self.named[m].name).filter(|_| self.named[m].kind == Group) {
                        countries.entry(c).or_insert(g);
                    }
                }
            }
        }
    }

    /// The entity that a mention in brackets abbreviates: "International Atomic Energy Agency (IAEA)".
    fn in_brackets(&self, m: usize, article: &Article) -> Option<usize> {
        let (n, before, entity) = (&self.named[m], &self.named[m.checked_sub(1)?], self.entity[m - 1]);
        let bracket = article.tokens.get(n.tokens.start.checked_sub(1)?)?.span.of(&article.text);
        let close = article.tokens.get(n.tokens.end)?.span.of(&article.text);
        let fits = before.tokens.end + 1 == n.tokens.start && bracket == "(" && close == ")";
        let first = n.words.first()?.chars().next()?;
        let begins = before.words.iter().any(|w| w.starts_with(first));
        (fits && begins && n.capitals && before.words.len() > 1 && entity != NONE).then_some(entity)
    }
}

/// Words that acronyms leave out.
pub(super) fn is_small(word: &str) -> bool {
    matches!(word, "of" | "the" | "and" | "for" | "in" | "on" | "to" | "de" | "du" | "des" | "la" | "y" | "e")
}

/// Whether two full names may be one person's.
fn same_person(a: &[String], b: &[String]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // "López Obrador", "Daniel Ortega (Saavedra)".
    if short.len() >= 2 && (long.ends_with(short) || long.starts_with(short)) {
        return true;
    }
    let (Some(x), Some(y)) = (short.first(), long.first()) else { return false };
    if short.last() != long.last() {
        return false;
    }
    let initial = |i: &String, w: &String| i.chars().count() == 1 && w.starts_with(i.as_str());
    if !(x == y || initial(x, y) || initial(y, x) || same_forename(x, y)) {
        return false;
    }
    // Middle names must not contradict each other.
    match (&short[1..short.len() - 1], &long[1..long.len() - 1]) {
        ([], _) => true,
        ([m], [n]) => m == n || initial(m, n) || initial(n, m),
        (m, n) => m.iter().all(|w| n.contains(w)),
    }
}

/// A name with one space between its words.
fn single_spaced(name: &str) -> Cow<'_, str> {
    let single = |b: u8| matches!(b, b'!'..=b'~');
    let plain = name.is_ascii() && name.split(' ').all(|w| !w.is_empty() && w.bytes().all(single));
    match plain {
        true => Cow::Borrowed(name),
        false => Cow::Owned(name.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// An entity with the fullest of its names.
fn entity(article: &Article, group: &Group, named: &[Named]) -> Entity {
    let surface = |m: usize| single_spaced(named[m].full.of(&article.text));
    let mut order = group.mentions.clone();
    order.sort_unstable();
    let mut kinds = [0u32; EntityType::ALL.len()];
    order.iter().for_each(|&m| kinds[named[m].kind as usize] += 1);
    // A country stays one, however often its people are named.
    let people = EntityType::Group as usize;
    if kinds.iter().sum::<u32>() > kinds[people] {
        kinds[people] = 0;
    }
    let kind =
        EntityType::ALL.iter().copied().max_by_key(|&k| (kinds[k as usize], k == group.kind)).unwrap_or(group.kind);
    // The most words, not all in capitals, the first.
    let full = order
        .iter()
        .copied()
        .max_by_key(|&m| {
            let n = &named[m];
            (n.kind == kind, n.words.len(), !n.capitals, std::cmp::Reverse(m))
        })
        .unwrap_or_default();
    let name = person::without_title(&surface(full), kind);
    let mut variants: Vec<String> = Vec::new();
    for &m in &order {
        let s = surface(m);
        if s != name && variants.iter().all(|v| *v != s) && variants.len() < RIVALS {
            variants.push(s.into_owned());
        }
    }
    Entity { name, kind, mentions: 0, variants, gender: group.gender, roles: Vec::new() }
}
