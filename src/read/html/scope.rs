//! The part of the page that the headline heads.
//!
//! A small article stands on a page whose other texts are longer: teasers, the site on itself, consent, comments. Where
//! the printed headline is known, the article is the innermost element that holds it and text after it, unless what
//! comes next is its continuation: called a body, or running text that no heading parts from it.

use rustc_hash::FxHashMap;

use super::body::Paragraph;
use super::lines;
use super::noise;
use super::page::{Page, first_class, is_heading};

/// From how many paragraphs on what the headline heads is more than a standfirst.
const OPENING: usize = 2;

/// The element that shows the headline: the last `h1` that does, else another heading, else any line, else the only
/// `h1`, which may be worded otherwise than for search engines.
pub fn heading(page: &Page, paragraphs: &[Paragraph], headline: Option<&str>) -> Option<usize> {
    let headline = lines::letters(headline?);
    if headline.is_empty() {
        return None;
    }
    // With a kicker or a button's words beside it, or cut into lines.
    let shows = |at: usize| {
        let text = lines::letters(&page.text(at));
        text.len() <= headline.len() * 2 + 24 && text.contains(&headline)
    };
    let named = |is: &dyn Fn(&str) -> bool| page.elements().filter(|(at, e)| is(e.name()) && shows(*at)).last();
    let heading = named(&|tag| tag == "h1").or_else(|| named(&|tag| tag != "h1" && is_heading(tag))).map(|(at, _)| at);
    let line = || paragraphs.iter().find(|p| lines::letters(&p.text) == headline).map(|p| p.holder);
    let alone = || {
        let mut h1s = page.elements().filter(|(_, e)| e.name() == "h1").map(|(at, _)| at);
        h1s.next().filter(|at| h1s.next().is_none() && lines::words(&page.text(*at)) >= 3)
    };
    heading.or_else(line).or_else(alone)
}

/// Which paragraph comes after the headline.
pub fn below(page: &Page, paragraphs: &[Paragraph], heading: usize) -> usize {
    paragraphs.iter().rposition(|p| page.range(heading).contains(&p.holder)).map_or(0, |at| at + 1)
}

/// Sums over the texts after the headline that each node holds, itself and inside.
struct Sums {
    /// All of them but headings of parts.
    texts: Vec<usize>,
    prose: Vec<usize>,
    words: Vec<usize>,
    /// The first of the texts.
    first: Vec<Option<usize>>,
}

/// The element that holds the article headed by `heading`; the whole page if nothing follows it.
pub fn find(page: &Page, paragraphs: &[Paragraph], noise: &[bool], heading: usize) -> usize {
    let n = page.nodes.len();
    let mut sums = Sums { texts: vec![0; n], prose: vec![0; n], words: vec![0; n], first: vec![None; n] };
    for (i, p) in paragraphs.iter().enumerate().skip(below(page, paragraphs, heading)) {
        if noise[p.holder] || lines::is_appeal(&p.text) {
            continue;
        }
        // Headings of parts are no sign of anything; linked ones are other articles'.
        sums.texts[p.holder] += (p.linked > 0 || !is_heading(page.tag(p.holder))) as usize;
        sums.first[p.holder] = sums.first[p.holder].or(Some(i));
        if p.is_prose() {
            sums.prose[p.holder] += 1;
            sums.words[p.holder] += p.words;
        }
    }
    let direct = sums.prose.clone();
    let mut body = vec![false; n];
    for (at, e) in page.elements() {
        body[at] = noise::is_body(e);
    }
    for at in (1..n).rev() {
        let parent = page.nodes[at].parent;
        sums.texts[parent] += sums.texts[at];
        sums.prose[parent] += sums.prose[at];
        sums.words[parent] += sums.words[at];
        sums.first[parent] = [sums.first[parent], sums.first[at]].into_iter().flatten().min();
        body[parent] |= body[at];
    }
    let headed = |at: usize| {
        let Some(first) = sums.first[at] else { return false };
        page.outward(paragraphs[first].holder).take_while(|n| *n >= at).any(|n| is_heading(page.tag(n)))
    };
    // Whether one of the parts behind the article goes on with it.
    let go_on = |parts: &[usize], scope: usize| {
        // What a heading parts from the article may be its chapters: parts made alike, or one, that hold much more.
        let make = |part: &usize| page.element(*part).map(|e| (e.name(), first_class(e)));
        let mut alike: FxHashMap<_, (usize, usize, usize)> = FxHashMap::default();
        for part in parts {
            let (texts, prose, words) = alike.entry(make(part)).or_default();
            *texts += sums.texts[*part];
            *prose += sums.prose[*part];
            *words += sums.words[*part];
        }
        let chapters = alike.values().any(|(texts, prose, words)| {
            let times = if *prose > 2 * OPENING + 1 { 2 } else { 3 };
            *prose > OPENING + 1 && prose * 5 >= texts * 3 && *words >= sums.words[scope] * times
        });
        let held = sums.prose[scope];
        chapters
            || parts.iter().any(|part| {
                let prose = sums.prose[*part];
                body[*part]
                    || held <= OPENING && prose > OPENING + 1 && sums.words[*part] >= sums.words[scope] * 3
                    || (prose > OPENING || held <= OPENING) && prose * 5 >= sums.texts[*part] * 3 && !headed(*part)
            })
    };
    let mut scope = 0;
    let mut branch = heading;
    for at in page.outward(heading) {
        if sums.prose[at] > 0 {
            let behind = |part: &usize| *part > branch && sums.prose[*part] > 0;
            let parts: Vec<usize> = page.children(at).filter(behind).collect();
            // Beside the headline stands its text, and then perhaps the text of others.
            if let [first, others @ ..] = &parts[..]
                && scope == 0
                && direct[at] == 0
            {
                let more = others.iter().any(|part| page.alike(*part, *first)) || go_on(others, *first);
                scope = if sums.prose[*first] > OPENING && !more { *first } else { at };
            } else if scope == 0 || direct[at] > 0 || go_on(&parts, scope) {
                scope = at;
            }
        }
        branch = at;
    }
    scope
}
