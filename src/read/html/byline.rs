//! Who wrote a page's article, as it is written there.
//!
//! JSON-LD and `meta` elements come first, if they name people: many sites name themselves there, or an account
//! ("admin"). Then what the page shows: microdata, links to authors, what is called a byline, lines beside the headline
//! that begin with "By". A page also names the authors of other articles and of comments, so what is seen counts in the
//! order of its distance from headline and body. What is a person's name is [`byline::people`]'s to say, which takes
//! apart what is handed on.

use scraper::node::Element;

use super::body::{self, Distance, Labels, Place};
use super::jsonld::JsonLd;
use super::lines;
use super::metadata::Metas;
use super::noise::words;
use super::page::Page;
use crate::parse::structure::byline;

/// How many authors one article may have.
const MAX_AUTHORS: usize = 12;

/// The most words of an element that is a byline.
const MAX_WORDS: usize = 25;

const METAS: &[&[&str]] = &[
    &["author"],
    &["article:author"],
    &["parsely-author"],
    &["sailthru.author"],
    &["byl"],
    &["dc.creator"],
    &["dcterms.creator"],
    &["dc:creator"],
    &["article:author_name"],
    &["article_author"],
    &["rbauthors"],
    &["citation_author"],
    &["creator"],
    &["cxenseparse:author"],
    &["authors"],
    &["byline"],
    &["search.byline"],
    &["og:article:author"],
    &["dc.contributor"],
    &["twitter:creator"],
];

/// How elements are called that name authors.
const CALLED: &[&str] = &[
    "byline",
    "bylines",
    "author",
    "authors",
    "authorname",
    "byauthor",
    "writer",
    "contributor",
    "contributors",
    "reporter",
    "attribution",
    "auteur",
    "auteurs",
    "autor",
    "autore",
    "autores",
    "firma",
    "forfatter",
    "signature",
    "verfasser",
];

/// What a byline's element is called that shows something else of the author, or who took the pictures.
const ASIDE: &[&str] = &[
    "avatar",
    "bio",
    "comment",
    "comments",
    "description",
    "email",
    "follow",
    "image",
    "img",
    "photo",
    "photographer",
    "picture",
    "quote",
    "related",
    "social",
    "thumb",
    "twitter",
];

/// The authors of the page's article. `sites` are the names that the site has: what it calls itself, its host.
pub fn find(page: &Page, metas: &Metas, ld: &JsonLd, place: &Place, sites: &[Option<&str>]) -> Vec<String> {
    let told = std::iter::once(ld.authors.clone()).chain(METAS.iter().map(|names| metas.all(names)));
    let seen: [&dyn Fn(Distance) -> Vec<String>; 4] = [
        &|far| {
            elements(page, place, far, &|e| {
                has(e, "itemprop", &["author", "creator"]) || has(e, "property", &["schema:author"])
            })
        },
        &|far| elements(page, place, far, &|e| has(e, "rel", &["author"])),
        // Behind the body the authors of other articles are called so too.
        &|far| match far {
            Distance::Behind => Vec::new(),
            _ => elements(page, place, far, &is_called).into_iter().take(1).collect(),
        },
        &|far| {
            let lines = place.opening.iter().filter(|l| far == Distance::Inside && byline::is_byline(l));
            lines.take(1).cloned().collect()
        },
    ];
    let people = |names: Vec<String>| {
        let mut kept: Vec<String> = Vec::new();
        for name in names {
            let fresh = !kept.iter().any(|k| lines::same(k, &name));
            if fresh && kept.len() < MAX_AUTHORS && is_people(&name, sites) {
                kept.push(name);
            }
        }
        Some(kept).filter(|k| !k.is_empty())
    };
    let near = |far: Distance| seen.iter().find_map(|way| people(way(far)));
    told.into_iter().find_map(people).or_else(|| Distance::ALL.into_iter().find_map(near)).unwrap_or_default()
}

/// Whether a byline names people, and not the site.
fn is_people(written: &str, sites: &[Option<&str>]) -> bool {
    let letters =
        |s: &str| crate::article::fold::fold_name(s).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let is_site = |name: &str| {
        let name = letters(name);
        sites.iter().flatten().any(|site| {
            // Of a host, the part that is the site's own.
            let own = site.trim_start_matches("www.").rsplit('.').nth(1).filter(|_| !site.contains(' '));
            let own = letters(own.unwrap_or(site));
            !own.is_empty() && (own == name || (own.len() >= 5 && name.contains(&own)) || own.contains(&name))
        })
    };
    // Agencies whose names look like people's.
    const AGENCIES: &[&str] =
        &["agencefrancepresse", "agenceepa", "aljazeera", "deutschewelle", "deutschepresseagentur"];
    !written.contains("://") && {
        let people = byline::people(written);
        !people.is_empty() && !people.iter().all(|p| is_site(p) || AGENCIES.contains(&letters(p).as_str()))
    }
}

/// Whether one of the words of an attribute is one of these.
fn has(e: &Element, attribute: &str, values: &[&str]) -> bool {
    e.attr(attribute).is_some_and(|a| a.split_whitespace().any(|v| values.contains(&v)))
}

fn is_called(e: &Element) -> bool {
    let names = ["class", "id", "data-testid", "data-component"].into_iter().filter_map(|a| e.attr(a));
    names.flat_map(str::split_whitespace).map(words).any(|w| {
        let by = w.iter().any(|w| CALLED.contains(&w.as_str())) || w.windows(2).any(|w| w[0] == "by" && w[1] == "line");
        by && !w.iter().any(|w| ASIDE.contains(&w.as_str()))
    })
}

/// What these elements say, the innermost first; those beside one another, as names in a row are.
fn elements(page: &Page, place: &Place, far: Distance, is: &dyn Fn(&Element) -> bool) -> Vec<String> {
    let found: Vec<usize> =
        page.elements().filter(|(at, e)| is(e) && place.distance(*at) == far).map(|(at, _)| at).collect();
    let inner: Vec<usize> =
        found.iter().copied().filter(|at| !found.iter().any(|o| o > at && *o < page.nodes[*at].end)).take(50).collect();
    let mut out: Vec<String> = Vec::new();
    let mut last = None;
    for at in inner {
        let text = text(page, at);
        // An author's box in a comment or a list of other articles stands apart.
        if last.is_some_and(|end: usize| !(end..end + 60).contains(&at)) {
            break;
        }
        if !text.is_empty() && lines::words(&text) <= MAX_WORDS {
            if !byline::people(&text).is_empty() {
                last = Some(page.nodes[at].end);
            }
            out.push(text);
        }
    }
    out
}

/// The text of a byline, with a sign between what stands on lines of their own.
fn text(page: &Page, at: usize) -> String {
    let lines = body::paragraphs(page, at, page.nodes[at].end, Labels::Kept);
    let text = lines.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" | ");
    let text = text.trim_end_matches([',', ';', '|', ' ']).trim_end_matches(" and").trim_end_matches(" &").trim();
    let taken = ["photo", "image", "illustration", "picture"].iter().any(|w| text.to_lowercase().starts_with(w));
    if taken { String::new() } else { without_lead(text).to_owned() }
}

/// Without the words for "by" that elsewhere mean something else.
fn without_lead(text: &str) -> &str {
    const LEADS: &[&str] = &[
        "author:",
        "auteur:",
        "autor:",
        "autore:",
        "av:",
        "af:",
        "by:",
        "di:",
        "door:",
        "por:",
        "tekst:",
        "text:",
        "von:",
        "автор:",
        "текст:",
        "af ",
        "av ",
        "di ",
        "door ",
        "tekst ",
    ];
    let lead = LEADS.iter().find(|l| text.get(..l.len()).is_some_and(|start| start.to_lowercase() == **l));
    lead.map_or(text, |l| text[l.len()..].trim_start())
}
