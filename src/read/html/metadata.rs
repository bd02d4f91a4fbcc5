//! What a page says of itself: headline, source, section, address; with what tells of its authors and its date
//! ([`super::byline`], [`super::date`]).
//!
//! In order of trust: JSON-LD ([`super::jsonld`]), OpenGraph and the other `meta` elements, microdata (`itemprop`),
//! then what can be seen: the `h1`, `time` elements, bylines. The printed headline is preferred to the one for search
//! engines where both are there and agree. Dates are handed on as they are written.

use serde_json::Value;

use super::body::Place;
use super::jsonld::JsonLd;
use super::page::{Page, squeezed};
use super::{byline, date, lines};
use crate::article::RawDocument;

/// The `meta` elements: names in lower case, and contents that are not empty.
pub struct Metas(Vec<(String, String)>);

impl Metas {
    pub fn new(page: &Page) -> Self {
        let mut metas = Vec::new();
        for (at, e) in page.elements().filter(|(_, e)| e.name() == "meta") {
            let content = e.attr("content").or_else(|| e.attr("value")).map(squeezed).unwrap_or_default();
            if content.is_empty() {
                continue;
            }
            // Microdata below the head are of what they stand in, which may be another article.
            let itemprop = e.attr("itemprop").filter(|_| page.outward(at).any(|n| page.tag(n) == "head"));
            let names = ["property", "name", "http-equiv"].into_iter().filter_map(|a| e.attr(a)).chain(itemprop);
            for name in names.map(|n| n.trim().to_lowercase()) {
                if name == "parsely-page" || name == "parsely-metadata" {
                    metas.extend(parsely(&content));
                }
                metas.push((name, content.clone()));
            }
        }
        Metas(metas)
    }

    pub fn first(&self, names: &[&str]) -> Option<String> {
        self.find(names, |_| true)
    }

    /// The first, in the order of the names, that passes a test.
    pub fn find(&self, names: &[&str], test: impl Fn(&str) -> bool) -> Option<String> {
        let mut known = names.iter().flat_map(|name| self.0.iter().filter(move |(n, _)| n == name));
        known.find(|(_, content)| test(content)).map(|(_, content)| content.clone())
    }

    pub fn all(&self, names: &[&str]) -> Vec<String> {
        let found = names.iter().map(|name| self.0.iter().filter(|(n, _)| n == name).map(|(_, c)| c.clone()).collect());
        found.into_iter().find(|l: &Vec<String>| !l.is_empty()).unwrap_or_default()
    }
}

/// What Parse.ly's one element tells, under the names of its several.
fn parsely(json: &str) -> Vec<(String, String)> {
    let Ok(Value::Object(told)) = serde_json::from_str(json) else { return Vec::new() };
    let text = |key: &str| match told.get(key)? {
        Value::String(s) => Some(squeezed(&crate::read::entities::resolve(s))),
        Value::Array(all) => Some(all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        _ => None,
    };
    let pairs = [
        ("title", "parsely-title"),
        ("author", "parsely-author"),
        ("authors", "parsely-author"),
        ("pub_date", "parsely-pub-date"),
        ("section", "parsely-section"),
    ];
    let found = pairs.into_iter().filter_map(|(key, name)| Some((name.to_owned(), text(key)?)));
    found.filter(|(_, content)| !content.is_empty()).collect()
}

/// Metadata of the page, as far as it has any.
pub fn read(page: &Page, metas: &Metas, ld: &JsonLd, headline: Option<String>, place: &Place) -> RawDocument {
    let source = source(metas, ld);
    let url = ld.url.clone().filter(|u| u.starts_with("http"));
    let canonical = page
        .elements()
        .find(|(_, e)| e.name() == "link" && e.attr("rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")))
        .and_then(|(_, e)| e.attr("href"))
        .map(|h| h.trim().to_owned())
        .filter(|h| h.starts_with("http"));
    let mut topics = ld.keywords.clone();
    if topics.is_empty() {
        topics = metas.all(&["article:tag", "news_keywords", "parsely-tags", "keywords"]);
        if let [one] = topics.as_slice() {
            topics = one.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
        }
    }
    let url = canonical.or_else(|| metas.first(&["og:url"]).filter(|u| u.starts_with("http"))).or(url);
    RawDocument {
        headline,
        byline: byline::find(page, metas, ld, place, &[source.as_deref(), url.as_deref().and_then(host)]),
        published: date::published(page, metas, ld, place, url.as_deref()),
        updated: date::updated(metas, ld),
        url,
        section: ld.section.clone().or_else(|| {
            metas.first(&[
                "article:section",
                "parsely-section",
                "section",
                "cxenseparse:recs:category",
                "sailthru.section",
            ])
        }),
        topics,
        language: language(page).or_else(|| ld.language.clone()).or_else(|| {
            metas
                .first(&["og:locale", "content-language", "language", "dc.language", "inlanguage"])
                .map(|l| l.replace('_', "-"))
        }),
        standfirst: ld.standfirst.clone(),
        source,
        ..RawDocument::default()
    }
}

fn language(page: &Page) -> Option<String> {
    let html = page.elements().find(|(_, e)| e.name() == "html")?.1;
    html.attr("lang").or_else(|| html.attr("xml:lang")).map(|l| l.trim().to_owned()).filter(|l| !l.is_empty())
}

/// `www.example.com` of an address.
fn host(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', ':', '?']).next()
}

fn source(metas: &Metas, ld: &JsonLd) -> Option<String> {
    // A line of copyright names its owner, with signs and years around; "2015" alone does not.
    let owner = || {
        let said = metas.first(&["copyright"])?;
        let name = said.trim_start_matches(|c: char| !c.is_alphabetic());
        Some(name.to_owned()).filter(|_| !said.to_lowercase().contains("copyright") && !said.contains('©'))
    };
    metas
        .first(&["og:site_name"])
        .or_else(|| ld.publisher.clone())
        .or_else(|| {
            metas.first(&[
                "dc.publisher",
                "dcterms.publisher",
                "publisher",
                "cre",
                "application-name",
                "al:ios:app_name",
            ])
        })
        .or_else(owner)
        .filter(|s| !s.starts_with("http") && s.len() < 80 && s.contains(char::is_alphabetic))
}

/// How many elements inside a heading may be its headline.
const MAX_PARTS: usize = 12;

/// All that the page shows as its title.
pub fn titles(page: &Page, metas: &Metas) -> Vec<String> {
    let shown = page.elements().filter(|(_, e)| e.name() == "h1").map(|(at, _)| page.text(at));
    let title = page.elements().find(|(_, e)| e.name() == "title").map(|(at, _)| title_text(page, at));
    metas.first(&["og:title"]).into_iter().chain(title).chain(shown).collect()
}

/// The headline as it is printed, or as the metadata give it.
pub fn headline(page: &Page, metas: &Metas, ld: &JsonLd) -> Option<String> {
    let source = source(metas, ld);
    let source = source.as_deref();
    let title = page
        .elements()
        .find(|(_, e)| e.name() == "title")
        .map(|(at, _)| title_text(page, at))
        .filter(|t| !t.is_empty());
    let og = metas.first(&[
        "og:title",
        "twitter:title",
        "dc.title",
        "dcterms.title",
        "parsely-title",
        "sailthru.title",
        "title",
    ]);
    let og = og.map(|t| without_site(&t, source));
    let title = title.map(|t| (without_site(&t, source), t));
    let given: Vec<&String> =
        [ld.headline.as_ref(), og.as_ref(), title.as_ref().map(|t| &t.1)].into_iter().flatten().collect();
    let own: Vec<&String> = given.iter().copied().chain(title.as_ref().map(|t| &t.0)).collect();
    let h1s: Vec<String> = page
        .elements()
        .filter(|(_, e)| e.name() == "h1")
        .map(|(at, _)| (at, page.text(at)))
        .filter(|(_, t)| !t.is_empty())
        // A part of its own may be the headline, the others a kicker or what stands below.
        .map(|(at, whole)| {
            let mut parts =
                page.range(at).skip(1).filter(|n| page.element(*n).is_some()).take(MAX_PARTS).map(|n| page.text(n));
            parts.find(|part| own.iter().any(|g| lines::same(g, part))).unwrap_or(whole)
        })
        .collect();
    // What agrees best: a site's own name is in the title too.
    let shared = |h: &String| given.iter().filter_map(|g| agreement(h, g)).max();
    let printed = h1s.iter().rev().filter_map(|h| Some((shared(h)?, h))).max_by_key(|(shared, _)| *shared);
    let printed = printed.map(|(_, h)| match given.iter().find(|g| is_trailed(h, g)) {
        Some(given) => (*given).clone(),
        None => h.clone(),
    });
    printed
        .or_else(|| ld.headline.as_deref().map(|h| without_site(h, source)))
        .or_else(|| itemprop(page, "headline"))
        .or(og)
        .or_else(|| (h1s.len() == 1).then(|| h1s[0].clone()).filter(|h| lines::words(h) >= 3))
        .or_else(|| title.map(|(headline, _)| headline))
}

/// `title` is silent to [`Page::text`].
fn title_text(page: &Page, at: usize) -> String {
    let texts = (at + 1..page.nodes[at].end).filter_map(|n| match page.nodes[n].value {
        super::page::Value::Text(t) => Some(t),
        _ => None,
    });
    squeezed(&texts.collect::<String>())
}

/// How much a printed headline has of the one that the metadata give, in full or shortened; `None` if it is another.
fn agreement(printed: &str, given: &str) -> Option<usize> {
    let is_trailed = is_trailed(printed, given);
    let (printed, given) = (bag(printed), bag(given));
    let shared = printed.iter().filter(|w| given.contains(w)).count();
    let agrees = match printed.len() {
        0 | 1 => printed == given,
        n => is_trailed || shared * 10 >= n * 7 && shared * 10 >= given.len() * 4,
    };
    agrees.then_some(shared)
}

/// The words of a title; the letters of scripts that write without spaces.
fn bag(title: &str) -> Vec<String> {
    let title: String = title.chars().take(1000).collect();
    let spaced = lines::words(&title) <= title.split_whitespace().count() + 3;
    let letters = |w: &str| w.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let words: Vec<String> = match spaced {
        true => title.split_whitespace().map(letters).collect(),
        false => letters(&title).chars().map(String::from).collect(),
    };
    words.into_iter().filter(|w| !w.is_empty()).take(100).collect()
}

/// Whether a printed headline is the given one and a button's few words more: "Ferry back after a week Add to …".
fn is_trailed(printed: &str, given: &str) -> bool {
    let rest = printed.strip_prefix(given).unwrap_or_default();
    rest.starts_with(' ') && lines::words(rest) <= 4 && lines::words(given) >= 4
}

/// A title without the site's name at either end: "Ferry runs again | Harbour Post".
pub fn without_site(title: &str, source: Option<&str>) -> String {
    let is_site = |part: &str| source.is_some_and(|s| lines::same(s, part));
    for mark in [" | ", "｜", "|", " — ", " – ", " - ", " :: ", " » ", " « ", " • ", " · ", "：", ": "] {
        let (Some((front, last)), Some((first, back))) = (title.rsplit_once(mark), title.split_once(mark)) else {
            continue;
        };
        if is_site(last) && !front.trim().is_empty() {
            return without_site(front.trim(), source);
        }
        if is_site(first) && !back.trim().is_empty() {
            return without_site(back.trim(), source);
        }
        // What a colon parts is told by the site's name alone: "…: GQ on Style: GQ" is the site's, "Ferry: a week" is
        // not.
        if matches!(mark, ": " | "：") {
            let names = |part: &str| {
                let site = bag(source.unwrap_or_default());
                let part = bag(part);
                !part.is_empty() && !site.is_empty() && {
                    let (short, long) = if part.len() < site.len() { (&part, &site) } else { (&site, &part) };
                    short.len() + 3 >= long.len() && long.windows(short.len()).any(|w| w == short.as_slice())
                }
            };
            if lines::words(front) >= 3 && names(last) {
                return without_site(front.trim(), source);
            }
            continue;
        }
        // "Harbour Post | News | Ferry runs again"
        if mark == " | " && lines::words(first) <= 2 && lines::words(back) >= 4 && lines::words(last) >= 4 {
            return without_site(back.trim(), source);
        }
        // A dash is also punctuation: the site's name is short, and the headline is not.
        let (long, short) = (lines::words(front), lines::words(last));
        if long >= 4 && short <= 4 && long > short && (mark != " - " || short <= 3) && mark != " — " && mark != "|" {
            return without_site(front.trim(), source);
        }
    }
    title.trim().to_owned()
}

fn itemprop(page: &Page, name: &str) -> Option<String> {
    let (at, e) =
        page.elements().find(|(_, e)| e.attr("itemprop").is_some_and(|i| i.split_whitespace().any(|i| i == name)))?;
    e.attr("content").map(squeezed).or_else(|| Some(page.text(at))).filter(|t| !t.is_empty())
}
