//! The article's body and nothing else.
//!
//! The method, in the order of the code:
//!
//! 1. The page's text is cut into paragraphs, each with its words and how many of them are links ([`paragraphs`]).
//! 2. Prose is what counts: paragraphs of some length with few links. What is called noise ([`super::noise`]) or made
//!    like it ([`super::beside`]) goes, unless it holds so much of the prose that it must be the article.
//! 3. The headline says which part of the page is its article ([`super::scope`]). The body is the innermost element in
//!    that part that holds most of the remaining prose, or what says that it is the body and holds enough of it, all
//!    its parts together ([`root`]); what stands above the headline is not.
//! 4. Inside it, paragraphs that are links, labels, captions or appeals are left out, and what trails after the last
//!    prose ([`pick`]).
//! 5. Where JSON-LD gives the text too, it bears witness: what it has is the article, whatever it is called, and what
//!    stands before its beginning or after its end is not ([`Witness`]).
//!
//! It is related to Readability (scores flow to ancestors) and boilerpipe (word counts and link density of text blocks:
//! Kohlschütter, Fankhauser, Nejdl, "Boilerplate Detection using Shallow Text Features", WSDM 2010), with the names
//! that sites give their parts as trafilatura uses them (Barbaresi, ACL 2021).

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lines;
use super::noise::{self, Noise};
use super::page::{Page, Value, is_block, is_heading, is_silent, squeezed};
use super::{beside, scope};
use crate::parse::structure::byline::is_byline;

/// How many names of noise are taken back at most: a page is wrapped in a few.
const MAX_RETRIES: usize = 24;

/// How many paragraphs of the opening may stand outside the body: more are something else.
const MAX_LEAD: usize = 6;

/// How many lines before the headline and behind it may tell who wrote it and when.
const LINES_ABOVE: usize = 6;
const LINES_BELOW: usize = 30;

/// From how many words on a paragraph that JSON-LD has too is no coincidence.
const SAID: usize = 8;

/// A stretch of text that breaks lines before and after.
#[derive(Debug)]
pub struct Paragraph {
    pub text: String,
    /// The block element that holds it.
    pub holder: usize,
    pub words: usize,
    /// How many of the words are links.
    pub linked: usize,
    /// How many of the words are bold.
    marked: usize,
}

impl Paragraph {
    /// Running text: long enough to be no label, and not mostly links.
    pub fn is_prose(&self) -> bool {
        self.words >= 10 && self.linked * 5 < self.words * 2
    }
}

/// What was found.
pub struct Found {
    pub standfirst: Option<String>,
    pub paragraphs: Vec<String>,
    pub place: Place,
}

/// Where something stands that may be said of the article, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    Inside,
    Before,
    Behind,
}

impl Distance {
    pub const ALL: [Distance; 3] = [Distance::Inside, Distance::Before, Distance::Behind];
}

/// Where on the page the article is: what else is said of it stands near by.
pub struct Place {
    /// The nodes from the headline to the end of the body.
    article: Range<usize>,
    /// The lines around the headline, before the first prose.
    pub opening: Vec<String>,
}

impl Place {
    /// How far a node is from the article.
    pub fn distance(&self, node: usize) -> Distance {
        match node {
            at if self.article.contains(&at) => Distance::Inside,
            at if at < self.article.start => Distance::Before,
            _ => Distance::Behind,
        }
    }
}

/// The body of the page. `headline` helps to find where it begins and is not repeated in it; `given` is the text that
/// the page's JSON-LD has.
pub fn find(page: &Page, headline: Option<&str>, given: Option<&str>) -> Found {
    let paragraphs = paragraphs(page, 0, page.nodes.len(), Labels::Dropped);
    let heading = scope::heading(page, &paragraphs, headline);
    let mut noise = noisy(page, &paragraphs, heading);
    let witness = given.and_then(|given| Witness::new(&paragraphs, given));
    if let Some(witness) = &witness {
        for (p, _) in paragraphs.iter().zip(&witness.seen).filter(|(p, seen)| **seen && p.words >= SAID) {
            noise[p.holder] = false;
        }
    }
    let root = match &witness {
        Some(witness) => witness.root(page, &paragraphs),
        None => {
            let scope = heading.map_or(0, |heading| scope::find(page, &paragraphs, &noise, heading));
            let root = root(page, &paragraphs, &noise, scope);
            for at in beside::boxes(page, &paragraphs, &noise, root) {
                noise[page.range(at)].fill(true);
            }
            root
        }
    };
    let range = root..page.nodes[root].end;
    let mut inside: Vec<&Paragraph> = Vec::new();
    match &witness {
        Some(witness) => {
            inside.extend(paragraphs.iter().filter(|p| range.contains(&p.holder) && !noise[p.holder]));
            witness.trim(&paragraphs, &mut inside);
        }
        None => {
            // What stands above the headline is not the article, where most stands below.
            let below = heading.map_or(0, |heading| scope::below(page, &paragraphs, heading));
            let part = |p: &&Paragraph| range.contains(&p.holder) && !noise[p.holder];
            let words =
                |all: &[Paragraph]| all.iter().filter(|p| part(p) && p.is_prose()).map(|p| p.words).sum::<usize>();
            let (above, rest) = paragraphs.split_at(below);
            if words(above) >= words(rest) {
                inside.extend(above.iter().filter(part));
            }
            inside.extend(rest.iter().filter(part));
        }
    }
    let (mut picked, byline) = pick(page, &inside, headline);
    let mut standfirst = None;
    // The opening may stand between the headline and the body proper.
    let top = page.elements().filter(|(at, e)| e.name() == "h1" && *at < root).map(|(at, _)| at).last();
    let first = paragraphs.iter().position(|p| range.contains(&p.holder) && p.is_prose() && !noise[p.holder]);
    let headed = top.and_then(|top| paragraphs.iter().position(|p| p.holder >= top)).or(first).unwrap_or(0);
    let opening = headed.saturating_sub(LINES_ABOVE)..first.unwrap_or(headed).min(headed + LINES_BELOW);
    let lines = &paragraphs[opening.start.min(opening.end)..opening.end];
    let place = Place {
        article: top.unwrap_or_else(|| page.outward(root).nth(2).unwrap_or(0))..range.end,
        opening: lines.iter().map(|p| p.text.clone()).chain(byline).collect(),
    };
    if let Some(top) = top {
        let article = page.outward(root).skip(1).find(|n| *n <= top).unwrap_or(0);
        let between = page.nodes[top].end..root;
        let mut lead: Vec<String> = Vec::new();
        for p in paragraphs.iter().filter(|p| between.contains(&p.holder) && p.holder > article) {
            if !noise[p.holder] && is_opening(p) && !lines::is_appeal(&p.text) && !picked.contains(&p.text) {
                lead.push(p.text.clone());
                if lead.len() > MAX_LEAD {
                    break;
                }
            }
        }
        if lead.len() == 1 {
            standfirst = lead.pop();
        } else if lead.len() <= MAX_LEAD {
            picked.splice(0..0, lead);
        }
    }
    Found { standfirst, paragraphs: picked, place }
}

/// Whether a paragraph between headline and body is text, and not the time or place of publication.
fn is_opening(p: &Paragraph) -> bool {
    p.is_prose() && (p.words >= 15 || lines::ends_sentence(&p.text))
}

/// What becomes of captions, labels for screen readers and the like inside a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    Kept,
    Dropped,
}

/// The paragraphs among these nodes, in order.
pub fn paragraphs(page: &Page, from: usize, to: usize, labels: Labels) -> Vec<Paragraph> {
    let mut all = Vec::new();
    let mut open = Open::default();
    let mut skip = from;
    // Elements whose end still lies ahead: (end, is a block, is a link, is bold).
    let mut ends: Vec<(usize, bool, bool, bool)> = Vec::new();
    let (mut links, mut bolds) = (0, 0);
    for at in from..to {
        while let Some(&(end, block, link, bold)) = ends.last().filter(|(end, ..)| *end <= at) {
            debug_assert!(end <= at);
            ends.pop();
            links -= link as usize;
            bolds -= bold as usize;
            if block {
                open.close(&mut all);
            }
        }
        if at < skip {
            continue;
        }
        match page.nodes[at].value {
            Value::Element(e) => {
                let (name, end) = (e.name(), page.nodes[at].end);
                if is_silent(name) {
                    skip = end;
                    continue;
                }
                if name == "br" {
                    open.line_break(&mut all);
                    continue;
                }
                let block = is_block(name);
                let link = name == "a" && e.attr("href").is_some();
                if labels == Labels::Dropped && !block && !link && is_label(page, at) {
                    skip = end;
                    continue;
                }
                if block {
                    open.close(&mut all);
                }
                let bold = matches!(name, "b" | "strong");
                links += link as usize;
                bolds += bold as usize;
                ends.push((end, block, link, bold));
            }
            Value::Text(text) => {
                let holder = || {
                    page.outward(page.nodes[at].parent).find(|n| is_block(page.tag(*n)) || *n == 0).unwrap_or_default()
                };
                open.push(text, links > 0, bolds > 0, holder);
            }
            Value::Root => {}
        }
    }
    open.close(&mut all);
    all
}

/// Whether an element inside a line is a caption, a label for screen readers or the like: named so, short, and without
/// blocks in it.
fn is_label(page: &Page, at: usize) -> bool {
    const LONGEST: usize = 60;
    let inside = at + 1..page.nodes[at].end;
    page.element(at).is_some_and(|e| noise::of(e) >= Some(Noise::Surely))
        && inside.len() < LONGEST
        && inside.clone().all(|n| !is_block(page.tag(n)))
        && lines::words(&page.text(at)) < LONGEST
}

/// The paragraph that is being read.
#[derive(Default)]
struct Open {
    text: String,
    linked: usize,
    marked: usize,
    holder: usize,
    breaks: usize,
}

impl Open {
    fn push(&mut self, text: &str, link: bool, bold: bool, holder: impl FnOnce() -> usize) {
        if text.trim().is_empty() {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            return;
        }
        if self.text.is_empty() {
            self.holder = holder();
        }
        // "Ann Lee" and "March 5" side by side in elements of their own: the page sets them apart by its style.
        if self.text.ends_with(char::is_lowercase) && text.starts_with(char::is_uppercase) {
            self.text.push(' ');
        }
        self.breaks = 0;
        if link || bold {
            let words = lines::words(text);
            self.linked += if link { words } else { 0 };
            self.marked += if bold { words } else { 0 };
        }
        self.text.push_str(text);
    }

    /// Two line breaks in a row end a paragraph.
    fn line_break(&mut self, all: &mut Vec<Paragraph>) {
        if self.text.is_empty() {
            return;
        }
        self.breaks += 1;
        match self.breaks {
            1 => self.text.push('\u{2028}'),
            _ => self.close(all),
        }
    }

    fn close(&mut self, all: &mut Vec<Paragraph>) {
        let Open { text, linked, marked, holder, .. } = std::mem::take(self);
        let parts: Vec<&str> = text.split('\u{2028}').filter(|p| !p.trim().is_empty()).collect();
        // Lines that end like sentences are paragraphs; others (a poem, an address) are one.
        let sentences = parts.iter().filter(|p| lines::ends_sentence(p) && p.len() > 60).count();
        if parts.len() > 1 && sentences * 3 >= parts.len() * 2 {
            // The links lie somewhere in them: none is held to be one.
            let (linked, marked) = (linked / parts.len(), marked / parts.len());
            all.extend(parts.iter().map(|p| Paragraph { linked, marked, ..Paragraph::new(p, holder) }));
        } else if !parts.is_empty() {
            all.push(Paragraph { linked, marked, ..Paragraph::new(&parts.join(" "), holder) });
        }
    }
}

impl Paragraph {
    fn new(text: &str, holder: usize) -> Self {
        let text = squeezed(text);
        let words = lines::words(&text);
        Paragraph { text, holder, words, linked: 0, marked: 0 }
    }
}

/// How many words of prose each node holds, itself and inside.
fn mass(page: &Page, paragraphs: &[Paragraph], noise: Option<&[bool]>) -> Vec<usize> {
    let mut mass = vec![0; page.nodes.len()];
    for p in paragraphs.iter().filter(|p| p.is_prose() && !noise.is_some_and(|n| n[p.holder])) {
        mass[p.holder] += p.words;
    }
    for at in (1..page.nodes.len()).rev() {
        mass[page.nodes[at].parent] += mass[at];
    }
    mass
}

/// Which nodes are in something that is not the article.
///
/// All names are trusted at first. While too little prose remains, the one that hides most is taken back, the weaker
/// kinds of name before the stronger.
fn noisy(page: &Page, paragraphs: &[Paragraph], heading: Option<usize>) -> Vec<bool> {
    let all = mass(page, paragraphs, None);
    let mut kinds: Vec<(usize, Noise)> = page.elements().filter_map(|(at, e)| Some((at, noise::of(e)?))).collect();
    kinds.extend(beside::found(page, paragraphs, heading).into_iter().map(|at| (at, Noise::Surely)));
    kinds.sort_unstable_by_key(|(at, _)| *at);
    for _ in 0..MAX_RETRIES {
        let mut noisy = vec![false; page.nodes.len()];
        let mut outermost = Vec::new();
        for &(at, kind) in &kinds {
            if !noisy[at] {
                noisy[at..page.nodes[at].end].fill(true);
                outermost.push((at, kind));
            }
        }
        let hidden: usize = outermost.iter().map(|(at, _)| all[*at]).sum();
        let (total, left) = (all[0], all[0] - hidden.min(all[0]));
        let worst =
            |kind: Noise| outermost.iter().filter(|(_, k)| *k == kind).map(|(at, _)| *at).max_by_key(|at| all[*at]);
        let back = [Noise::Likely, Noise::Surely, Noise::Always].into_iter().find_map(|kind| {
            let at = worst(kind)?;
            let hides = all[at];
            let too_much = match kind {
                Noise::Likely => left * 10 < total * 4 && hides > left / 2,
                Noise::Surely => (left < 50 || left * 10 < total * 2) && hides > left,
                Noise::Always => left < 15 && hides > 40,
            };
            too_much.then_some(at)
        });
        match back {
            Some(at) => kinds.retain(|(n, _)| *n != at),
            None => return noisy,
        }
    }
    vec![false; page.nodes.len()]
}

/// The element that is the body, in the part of the page that the headline heads.
fn root(page: &Page, paragraphs: &[Paragraph], noise: &[bool], scope: usize) -> usize {
    let mass = mass(page, paragraphs, Some(noise));
    let total = mass[scope];
    if total == 0 {
        return scope;
    }
    // Elements that say so themselves: of those that hold much, the innermost that lacks little.
    let called: Vec<usize> = page
        .elements()
        .filter(|(at, e)| page.range(scope).contains(at) && mass[*at] > 0 && noise::is_body(e))
        .map(|(at, _)| at)
        .collect();
    let most = called.iter().map(|at| mass[*at]).max().unwrap_or(0);
    // Several beside one another are its parts, cut by advertisements: what holds them all, if it holds little else.
    let mut end = 0;
    let parts: usize = called
        .iter()
        .filter(|at| {
            **at >= end && {
                end = page.nodes[**at].end;
                true
            }
        })
        .map(|at| mass[*at])
        .sum();
    if parts * 5 >= total * 2 {
        let within = called.iter().rev().find(|at| mass[**at] * 10 >= most * 9).copied().unwrap_or(0);
        let whole = page.outward(within).find(|n| mass[*n] * 10 >= parts * 9).unwrap_or(0);
        if mass[whole] * 4 <= parts * 5 {
            return whole;
        }
        if mass[within] * 5 >= total * 2 {
            return within;
        }
    }
    let mut at = scope;
    loop {
        // The first of several that hold as much.
        let best = page.children(at).reduce(|best, child| if mass[child] > mass[best] { child } else { best });
        match best {
            Some(child) if mass[child] * 100 >= total * 80 && page.element(child).is_some() => at = child,
            _ => return at,
        }
    }
}

/// The paragraphs of the body that belong to the article, and the byline before them.
fn pick(page: &Page, inside: &[&Paragraph], headline: Option<&str>) -> (Vec<String>, Option<String>) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let link_lists = link_lists(page, inside);
    let same = |text: &str| headline.is_some_and(|h| lines::same(h, text));
    let mut kept: Vec<&str> = Vec::new();
    // Headings and labels belong to the text that follows, if text does.
    let mut waiting: Vec<&Paragraph> = Vec::new();
    let mut byline = None;
    for p in inside {
        let tag = page.tag(p.holder);
        if lines::is_appeal(&p.text) || same(&p.text) || (p.words >= 8 && !seen.insert(&p.text)) {
            waiting.clear();
            continue;
        }
        // Who wrote it and when is handed over by its own name ([`super::byline`], [`super::date`]).
        if kept.is_empty() && p.words <= 25 && is_byline(&p.text) {
            byline = byline.or_else(|| Some(p.text.clone()));
            continue;
        }
        if kept.is_empty() && p.words <= 25 && lines::is_stamp(&p.text) {
            continue;
        }
        if is_caption(page, p) {
            continue;
        }
        let list = list_of(page, p.holder);
        if list.is_some_and(|list| link_lists.contains(&list)) {
            waiting.clear();
            continue;
        }
        let mostly_links = p.linked * 4 >= p.words * 3;
        let sentence = lines::ends_sentence(&p.text);
        let heading = is_heading(tag) && tag != "h1";
        let crosshead = p.marked == p.words && !mostly_links && !sentence && list.is_none();
        if heading && p.words <= 25 || crosshead && p.words <= 12 {
            waiting.push(p);
            continue;
        }
        let keep = if list.is_some() {
            true
        } else if heading || matches!(tag, "p" | "blockquote" | "pre") {
            !mostly_links
        } else if matches!(tag, "td" | "th") {
            p.is_prose()
        } else {
            tag != "h1" && !mostly_links && (p.words >= 8 || sentence)
        };
        if !keep {
            // A link to another article between two paragraphs takes its heading with it.
            waiting.clear();
        } else if p.words < 6 && !sentence {
            waiting.push(p);
        } else {
            // A linked heading in a box of its own is another article's.
            let parent = |p: &Paragraph| page.nodes[p.holder].parent;
            let its = |w: &&Paragraph| w.linked < w.words || parent(w) == parent(p);
            kept.extend(waiting.drain(..).filter(its).map(|w| w.text.as_str()));
            kept.push(&p.text);
        }
    }
    (kept.into_iter().map(str::to_owned).collect(), byline)
}

/// Whether a few words stand alone in an element with a picture, as no sentence or marked up as a whole.
fn is_caption(page: &Page, p: &Paragraph) -> bool {
    const LONGEST: usize = 40;
    const LARGEST: usize = 30;
    let inside = page.range(p.holder);
    if p.words > LONGEST || inside.len() > LARGEST || !matches!(page.tag(p.holder), "div" | "td" | "center" | "section")
    {
        return false;
    }
    let is = |tags: &[&str]| inside.clone().any(|n| tags.contains(&page.tag(n)));
    let bare = page.children(p.holder).any(|n| matches!(page.nodes[n].value, Value::Text(t) if !t.trim().is_empty()));
    is(&["img", "picture"]) && (!bare || !lines::ends_sentence(&p.text))
}

/// What the page's JSON-LD says of the text, held against the paragraphs that are seen.
struct Witness {
    /// Which of all paragraphs the text has.
    seen: Vec<bool>,
    /// Whether the text's beginning and its end are among them: else it may be cut.
    opens: bool,
    closes: bool,
}

impl Witness {
    /// `None` if the text is short, or is not this page's: most of it has to be there.
    fn new(paragraphs: &[Paragraph], given: &str) -> Option<Self> {
        /// How many letters at either end may be others: a dateline, a signature.
        const SLACK: usize = 60;
        /// How much is looked through at most, paragraphs times letters.
        const MOST: usize = 1 << 30;
        let given = lines::letters(given);
        if given.len() < 300 || given.len().saturating_mul(paragraphs.len()) > MOST {
            return None;
        }
        let mut seen = vec![false; paragraphs.len()];
        let (mut covered, mut first, mut last) = (0, given.len(), 0);
        let mut once: FxHashSet<usize> = FxHashSet::default();
        for (i, p) in paragraphs.iter().enumerate().filter(|(_, p)| p.words >= 4) {
            let text = lines::letters(&p.text);
            if let Some(at) = memchr::memmem::find(given.as_bytes(), text.as_bytes()) {
                seen[i] = true;
                if p.words >= SAID && once.insert(at) {
                    covered += text.len();
                    first = first.min(at);
                    last = last.max(at + text.len());
                }
            }
        }
        let witness = Witness { seen, opens: first <= SLACK, closes: last + SLACK >= given.len() };
        (covered * 10 >= given.len() * 7).then_some(witness)
    }

    /// The innermost element that holds nearly all that was seen.
    fn root(&self, page: &Page, paragraphs: &[Paragraph]) -> usize {
        let mut mass = vec![0; page.nodes.len()];
        for (p, _) in paragraphs.iter().zip(&self.seen).filter(|(p, seen)| **seen && p.words >= SAID) {
            mass[p.holder] += p.words;
        }
        for at in (1..page.nodes.len()).rev() {
            mass[page.nodes[at].parent] += mass[at];
        }
        (0..page.nodes.len())
            .rev()
            .find(|at| page.element(*at).is_some() && mass[*at] * 100 >= mass[0] * 85)
            .unwrap_or(0)
    }

    /// Without what stands before the beginning and after the end.
    fn trim(&self, all: &[Paragraph], inside: &mut Vec<&Paragraph>) {
        let seen = |p: &&Paragraph| {
            p.words >= SAID && all.iter().zip(&self.seen).any(|(a, seen)| *seen && std::ptr::eq(a, *p))
        };
        if self.closes
            && let Some(last) = inside.iter().rposition(seen)
        {
            inside.truncate(last + 1);
        }
        if self.opens
            && let Some(first) = inside.iter().position(seen)
        {
            inside.drain(..first);
        }
    }
}

fn list_of(page: &Page, holder: usize) -> Option<usize> {
    page.outward(holder).take(6).find(|n| matches!(page.tag(*n), "ul" | "ol" | "dl"))
}

/// The lists that are mostly links to elsewhere.
fn link_lists(page: &Page, inside: &[&Paragraph]) -> FxHashSet<usize> {
    let mut lists: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
    for p in inside {
        if let Some(list) = list_of(page, p.holder) {
            let (words, linked) = lists.entry(list).or_default();
            *words += p.words;
            *linked += p.linked;
        }
    }
    lists.into_iter().filter(|(_, (words, linked))| linked * 2 >= *words).map(|(at, _)| at).collect()
}
