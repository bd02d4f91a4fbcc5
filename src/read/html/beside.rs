//! What on a page is not the article, told by how it is made and where it stands.
//!
//! What [`super::noise`] knows has a name. Here are the shapes that need none: teasers side by side, other articles
//! beside the one that the headline heads (pages that load the next story below do not say so), boxes around a form.

use rustc_hash::FxHashMap;
use scraper::node::Element;

use super::body::Paragraph;
use super::page::{Page, Value, first_class, is_heading};

/// The elements that hold something else than the article headed by `heading`.
pub fn found(page: &Page, paragraphs: &[Paragraph], heading: Option<usize>) -> Vec<usize> {
    let counts = Counts::new(page, paragraphs);
    let mut all = cards(page, &counts);
    all.extend(forms(page, &counts, heading));
    if let Some(heading) = heading {
        all.extend(articles(page, &counts, heading));
        all.extend(headed_alike(page, heading));
    }
    all
}

/// Sums over what each node holds, itself and inside.
struct Counts {
    words: Vec<usize>,
    linked: Vec<usize>,
    prose: Vec<usize>,
}

impl Counts {
    fn new(page: &Page, paragraphs: &[Paragraph]) -> Self {
        let zeros = || vec![0; page.nodes.len()];
        let mut counts = Counts { words: zeros(), linked: zeros(), prose: zeros() };
        for p in paragraphs {
            counts.words[p.holder] += p.words;
            counts.linked[p.holder] += p.linked;
            counts.prose[p.holder] += p.is_prose() as usize;
        }
        for at in (1..page.nodes.len()).rev() {
            let parent = page.nodes[at].parent;
            counts.words[parent] += counts.words[at];
            counts.linked[parent] += counts.linked[at];
            counts.prose[parent] += counts.prose[at];
        }
        counts
    }
}

/// Teasers: elements made alike, each of a few words. Either at least four with words that are a link, the other
/// headline as a rule, and a picture, a heading or a time, or with a link laid over all; or at least three that have a
/// linked heading.
fn cards(page: &Page, counts: &Counts) -> Vec<usize> {
    const FEWEST: usize = 4;
    const FEWEST_HEADED: usize = 3;
    const LONGEST: usize = 45;
    // A link without words is laid over all of its card.
    let mut covered = vec![false; page.nodes.len()];
    let mut shown = vec![false; page.nodes.len()];
    let mut headed = vec![false; page.nodes.len()];
    for (at, e) in page.elements() {
        let heading = is_heading(e.name()) && e.name() != "h1";
        shown[at] = heading || matches!(e.name(), "img" | "picture" | "time");
        let blank = |n: usize| matches!(page.nodes[n].value, Value::Text(t) if t.trim().is_empty());
        covered[at] = e.name() == "a" && e.attr("href").is_some() && (at + 1..page.nodes[at].end).all(blank);
        headed[at] = heading && counts.words[at] >= 3 && counts.linked[at] == counts.words[at];
    }
    let mut alike: FxHashMap<(usize, &str, &str), Vec<usize>> = FxHashMap::default();
    for at in (1..page.nodes.len()).rev() {
        let parent = page.nodes[at].parent;
        shown[parent] |= shown[at];
        covered[parent] |= covered[at];
        headed[parent] |= headed[at];
        let (words, linked) = (counts.words[at], counts.linked[at]);
        if let Some(e) = page.element(at)
            && matches!(e.name(), "div" | "section" | "article" | "li" | "a")
            && (covered[at] || shown[at] && linked >= 2 && linked * 6 >= words)
            && (3..=LONGEST).contains(&words)
        {
            // Rows of cards are cut into several elements; what has no class is alike only beside its kind.
            let class = first_class(e);
            let within = if class.is_empty() { parent } else { 0 };
            alike.entry((within, e.name(), class)).or_default().push(at);
        }
    }
    let many = |group: &Vec<usize>| {
        group.len() >= FEWEST || group.len() >= FEWEST_HEADED && group.iter().all(|at| headed[*at])
    };
    alike.into_values().filter(many).flatten().collect()
}

/// `article` elements beside the one that has the headline and its text.
fn articles(page: &Page, counts: &Counts, heading: usize) -> Vec<usize> {
    let Some(own) = page.outward(heading).find(|n| page.tag(*n) == "article") else { return Vec::new() };
    if counts.prose[own] == 0 {
        return Vec::new();
    }
    let outside = |at: usize| !page.range(own).contains(&at) && !page.range(at).contains(&own);
    let others: Vec<usize> =
        page.elements().filter(|(at, e)| e.name() == "article" && outside(*at)).map(|(at, _)| at).collect();
    // A headline may stand in an element of its own.
    let most = others.iter().map(|at| counts.words[*at]).max().unwrap_or(0);
    if counts.prose[own] < 2 && most > counts.words[own] * 4 { Vec::new() } else { others }
}

/// Elements beside one that holds the headline, made like it, each with a headline of its own: the next articles.
fn headed_alike(page: &Page, heading: usize) -> Vec<usize> {
    if page.tag(heading) != "h1" {
        return Vec::new();
    }
    let headlines: Vec<usize> = page.elements().filter(|(_, e)| e.name() == "h1").map(|(at, _)| at).collect();
    let mut found = Vec::new();
    for branch in page.outward(heading) {
        if page.element(branch).is_none_or(|e| first_class(e).is_empty() && e.name() != "article") {
            continue;
        }
        for beside in page.children(page.nodes[branch].parent).filter(|at| *at > branch) {
            if page.alike(beside, branch)
                && headlines
                    .get(headlines.partition_point(|h| *h < beside))
                    .is_some_and(|h| page.range(beside).contains(h))
            {
                found.push(beside);
            }
        }
    }
    found
}

/// Boxes around a form that asks for an address: what is said beside it belongs to it.
fn forms(page: &Page, counts: &Counts, heading: Option<usize>) -> Vec<usize> {
    const LONGEST: usize = 40;
    const HIGHEST: usize = 3;
    let asks = |e: &Element| e.name() == "form" || e.name() == "input" && e.attr("type") == Some("email");
    let small = |at: usize| {
        counts.words[at] <= LONGEST
            && counts.prose[at] <= 1
            && !heading.is_some_and(|h| page.range(at).contains(&h))
            && !matches!(page.tag(at), "body" | "main" | "article" | "html" | "")
    };
    let boxes = page.elements().filter(|(_, e)| asks(e));
    boxes.filter_map(|(at, _)| page.outward(at).take(HIGHEST).take_while(|n| small(*n)).last()).collect()
}

/// Boxes in the body: among parts that are made alike, one that is not, opens with a heading and holds little.
pub fn boxes(page: &Page, paragraphs: &[Paragraph], noise: &[bool], root: usize) -> Vec<usize> {
    const LONGEST: usize = 60;
    struct Part {
        at: usize,
        words: usize,
        prose: usize,
        headed: bool,
    }
    let mut parts: Vec<Part> = page.children(root).map(|at| Part { at, words: 0, prose: 0, headed: false }).collect();
    for p in paragraphs.iter().filter(|p| page.range(root).contains(&p.holder) && !noise[p.holder]) {
        let after = parts.partition_point(|part| part.at <= p.holder);
        let Some(part) = after.checked_sub(1).and_then(|i| parts.get_mut(i)) else { continue };
        if part.words == 0 {
            part.headed = is_heading(page.tag(p.holder)) && p.holder != part.at;
        }
        part.words += p.words;
        part.prose += p.is_prose() as usize;
    }
    let make = |part: &Part| page.element(part.at).map(|e| (e.name(), first_class(e)));
    let mut kin: FxHashMap<_, usize> = FxHashMap::default();
    for part in &parts {
        *kin.entry(make(part)).or_default() += 1;
    }
    let alone = |part: &Part| kin.get(&make(part)) == Some(&1);
    let all: usize = parts.iter().map(|part| part.prose).sum();
    let kindred: usize = parts.iter().filter(|part| !alone(part)).map(|part| part.prose).sum();
    if kindred < 3 || kindred * 10 < all * 6 {
        return Vec::new();
    }
    let odd = |part: &&Part| {
        matches!(page.tag(part.at), "div" | "section" | "aside")
            && alone(part)
            && part.headed
            && part.prose <= 2
            && part.words <= LONGEST
    };
    parts.iter().filter(odd).map(|part| part.at).collect()
}
