//! What a page says of itself: headline, authors, dates, source, section, address.
//!
//! In order of trust: JSON-LD ([`super::jsonld`]), OpenGraph and the other `meta` elements, microdata (`itemprop`), then
//! what can be seen: the `h1`, `time` elements, bylines by their class. The printed headline is preferred to the one for
//! search engines where both are there and agree. Dates are handed on as they are written.

use super::jsonld::JsonLd;
use super::lines;
use super::noise::words;
use super::page::{Page, squeezed};
use crate::article::RawDocument;

/// The `meta` elements: names in lower case, and contents that are not empty.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn new(page: &Page) -> Self {
        let metas = page.elements().filter(|(_, e)| e.name() == "meta").flat_map(|(_, e)| {
            let content = e.attr("content").or_else(|| e.attr("value")).map(squeezed).unwrap_or_default();
            let names = ["property", "name", "itemprop", "http-equiv"].into_iter().filter_map(|a| e.attr(a));
            names.map(|n| (n.trim().to_lowercase(), content.clone())).collect::<Vec<_>>()
        });
        Metas(metas.filter(|(_, content)| !content.is_empty()).collect())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.0.iter().find(|(n, _)| n == name)).map(|(_, content)| content.clone())
    }

    fn all(&self, names: &[&str]) -> Vec<String> {
        let found = names.iter().map(|name| self.0.iter().filter(|(n, _)| n == name).map(|(_, c)| c.clone()).collect());
        found.into_iter().find(|l: &Vec<String>| !l.is_empty()).unwrap_or_default()
    }
}

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "published_time",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "rnews:datepublished",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "dc:date",
    "dc:created",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "publicationdate",
    "published",
    "article_date_original",
    "article.published",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "ptime",
    "pdate",
    "eomportal-lastupdate",
    "date.release",
    "date_published",
    "displaydate",
    "date",
    "datecreated",
    "article:post_date",
    "og:pubdate",
    "vr:published_time",
    "shareaholic:article_published_time",
    "gentime",
    "citation_publication_date",
];

const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "utime",
    "article:updated",
    "revised",
    "updated_time",
];

/// Metadata of the page, as far as it has any.
pub fn read(page: &Page, ld: &JsonLd) -> RawDocument {
    let metas = Metas::new(page);
    let source = source(&metas, ld);
    let headline = headline(page, &metas, ld, source.as_deref());
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
    RawDocument {
        url: canonical.or_else(|| metas.first(&["og:url"]).filter(|u| u.starts_with("http"))).or(url),
        headline,
        byline: authors(page, &metas, ld, source.as_deref()),
        published: ld.published.clone().or_else(|| metas.first(PUBLISHED)).or_else(|| printed_date(page)),
        updated: ld.modified.clone().or_else(|| metas.first(UPDATED)),
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

fn source(metas: &Metas, ld: &JsonLd) -> Option<String> {
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
                "copyright",
            ])
        })
        .filter(|s| !s.starts_with("http") && s.len() < 80)
}

fn headline(page: &Page, metas: &Metas, ld: &JsonLd, source: Option<&str>) -> Option<String> {
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
    let given: Vec<&String> = [ld.headline.as_ref(), og.as_ref(), title.as_ref()].into_iter().flatten().collect();
    let h1s: Vec<String> = page
        .elements()
        .filter(|(_, e)| e.name() == "h1")
        .map(|(at, _)| page.text(at))
        .filter(|t| !t.is_empty())
        .collect();
    let printed = h1s.iter().find(|h| given.iter().any(|g| agrees(h, g)));
    printed
        .cloned()
        .or_else(|| ld.headline.as_deref().map(|h| without_site(h, source)))
        .or_else(|| itemprop(page, "headline"))
        .or(og)
        .or_else(|| (h1s.len() == 1).then(|| h1s[0].clone()).filter(|h| lines::words(h) >= 3))
        .or_else(|| title.map(|t| without_site(&t, source)))
}

/// `title` is silent to [`Page::text`].
fn title_text(page: &Page, at: usize) -> String {
    let texts = (at + 1..page.nodes[at].end).filter_map(|n| match page.nodes[n].value {
        super::page::Value::Text(t) => Some(t),
        _ => None,
    });
    squeezed(&texts.collect::<String>())
}

/// Whether a printed headline is the one that the metadata give, in full or shortened.
fn agrees(printed: &str, given: &str) -> bool {
    let bag = |s: &str| {
        let letters =
            |w: &str| w.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        s.split_whitespace().map(letters).filter(|w| !w.is_empty()).take(100).collect::<Vec<_>>()
    };
    let (printed, given) = (bag(printed), bag(given));
    if printed.len() < 2 {
        return printed == given;
    }
    let shared = printed.iter().filter(|w| given.contains(w)).count();
    shared * 10 >= printed.len() * 7 && shared * 10 >= given.len() * 4
}

/// A title without the site's name at either end: "Ferry runs again | Harbour Post".
pub fn without_site(title: &str, source: Option<&str>) -> String {
    for mark in [" | ", " — ", " – ", " - ", " :: ", " » ", " « ", " • ", " · "] {
        let (Some((front, last)), Some((first, back))) = (title.rsplit_once(mark), title.split_once(mark)) else {
            continue;
        };
        if source.is_some_and(|s| lines::same(s, last)) {
            return without_site(front, source);
        }
        if source.is_some_and(|s| lines::same(s, first)) {
            return back.trim().to_owned();
        }
        // A dash is also punctuation: the site's name is short, and the headline is not.
        let (long, short) = (lines::words(front), lines::words(last));
        if long >= 4 && short <= 4 && long > short && (mark != " - " || short <= 3) && mark != " — " {
            return without_site(front, source);
        }
    }
    title.trim().to_owned()
}

fn itemprop(page: &Page, name: &str) -> Option<String> {
    let (at, e) =
        page.elements().find(|(_, e)| e.attr("itemprop").is_some_and(|i| i.split_whitespace().any(|i| i == name)))?;
    e.attr("content").map(squeezed).or_else(|| Some(page.text(at))).filter(|t| !t.is_empty())
}

fn authors(page: &Page, metas: &Metas, ld: &JsonLd, source: Option<&str>) -> Vec<String> {
    let is_name = |name: &String| {
        !name.is_empty()
            && !name.contains("://")
            && !name.contains('@')
            && name.chars().any(char::is_alphabetic)
            && lines::words(name) <= 12
            && !source.is_some_and(|s| lines::same(s, name))
            && !matches!(
                name.to_lowercase().as_str(),
                "admin" | "editor" | "staff" | "webmaster" | "author" | "anonymous" | "unknown"
            )
    };
    let mut seen: Vec<String> = Vec::new();
    let mut distinct = |list: Vec<String>| {
        for name in list.into_iter().filter(&is_name) {
            if !seen.iter().any(|s| lines::same(s, &name)) && seen.len() < 12 {
                seen.push(name);
            }
        }
        (!seen.is_empty()).then(|| std::mem::take(&mut seen))
    };
    let metas_authors = metas.all(&[
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dc.creator",
        "dcterms.creator",
        "dc:creator",
        "article:author_name",
        "rbauthors",
        "citation_author",
        "creator",
        "cxenseparse:author",
        "authors",
        "og:article:author",
        "dc.contributor",
    ]);
    distinct(ld.authors.clone())
        .or_else(|| distinct(metas_authors))
        .or_else(|| distinct(printed_authors(page)))
        .unwrap_or_default()
}

/// Bylines as the page shows them, the most certain marks first.
fn printed_authors(page: &Page) -> Vec<String> {
    let short = |at: usize| {
        // Names in a row bring the signs that part them.
        let text = page.text(at);
        let name = text.trim_end_matches([',', ';']).trim_end_matches(" and").trim_end_matches(" &").trim();
        Some(name.to_owned()).filter(|t| !t.is_empty() && lines::words(t) <= 12)
    };
    let by = |is: &dyn Fn(&scraper::node::Element) -> bool| -> Vec<String> {
        // An author's box in a comment or a list of other articles comes later: the first few count.
        let found: Vec<usize> = page.elements().filter(|(_, e)| is(e)).map(|(at, _)| at).take(8).collect();
        let inner = found.iter().filter(|at| !found.iter().any(|o| o > *at && *o < page.nodes[**at].end));
        inner.filter_map(|at| short(*at)).take(4).collect()
    };
    let prop =
        by(&|e| e.attr("itemprop").is_some_and(|i| i.split_whitespace().any(|i| i == "author" || i == "creator")));
    if !prop.is_empty() {
        return prop;
    }
    let rel = by(&|e| e.attr("rel").is_some_and(|r| r.split_whitespace().any(|r| r == "author")));
    if !rel.is_empty() {
        return rel;
    }
    let class = |names: &'static [&'static str]| {
        move |e: &scraper::node::Element| {
            let named = e.attr("class").into_iter().chain(e.attr("id")).flat_map(str::split_whitespace);
            named.map(words).any(|w| {
                w.last().is_some_and(|l| names.contains(&l.as_str()))
                    || (w.len() > 1 && names.contains(&w[0].as_str()) && w[1] == "name")
            })
        }
    };
    let mut found = by(&class(&["byline", "author", "authorname", "byauthor", "writer", "bylines"]));
    found.truncate(1);
    found
}

/// The date that the page shows: a `time` element, microdata, or what is called a date.
fn printed_date(page: &Page) -> Option<String> {
    let prop = page
        .elements()
        .find(|(_, e)| {
            e.attr("itemprop").is_some_and(|i| i.split_whitespace().any(|i| i == "datePublished" || i == "dateCreated"))
        })
        .and_then(|(at, e)| {
            e.attr("content").or(e.attr("datetime")).map(str::to_owned).or_else(|| Some(page.text(at)))
        });
    if let Some(date) = prop.filter(|d| holds_date(d)) {
        return Some(date);
    }
    let times: Vec<_> = page.elements().filter(|(_, e)| e.name() == "time").collect();
    let marked =
        times.iter().find(|(_, e)| e.attr("pubdate").is_some() || e.attr("class").is_some_and(|c| c.contains("publi")));
    for (at, e) in marked.into_iter().chain(times.first()) {
        if let Some(date) = e.attr("datetime").map(str::to_owned).filter(|d| holds_date(d)) {
            return Some(date);
        }
        if let Some(date) = Some(page.text(*at)).filter(|d| holds_date(d)) {
            return Some(date);
        }
    }
    const CALLED: &[&str] = &[
        "date",
        "dateline",
        "datetime",
        "timestamp",
        "published",
        "pubdate",
        "publishdate",
        "pubtime",
        "postdate",
        "datestamp",
        "articledate",
        "time",
        "dates",
        "posted",
        "pub",
        "meta",
        "byline",
    ];
    // Dates are short: what holds much is not looked through.
    let small = page.elements().filter(|(at, _)| page.nodes[*at].end - at < 40);
    let called = small.filter(|(_, e)| {
        e.attr("class")
            .into_iter()
            .chain(e.attr("id"))
            .flat_map(str::split_whitespace)
            .any(|n| words(n).iter().any(|w| CALLED.contains(&w.as_str())))
    });
    called
        .map(|(at, e)| e.attr("title").filter(|t| holds_date(t)).map_or_else(|| page.text(at), str::to_owned))
        .find(|t| t.len() < 120 && holds_date(t))
}

/// Whether a string has a year in it and a day: enough to be worth the parser's while.
fn holds_date(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|r| !r.is_empty()).collect::<Vec<_>>();
    let year = |r: &&str| r.len() == 4 && ("1900".."2100").contains(r);
    runs.iter().any(year) && runs.len() >= 2
        || runs.iter().any(|r| r.len() == 8 && year(&&r[..4]))
        || runs.len() == 1 && runs[0].len() >= 10
}
