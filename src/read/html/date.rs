//! When a page was published, as it is written there.
//!
//! JSON-LD and `meta` elements come first. Then what the page shows of *this* article: microdata and `time` elements,
//! what is called a date, and in the end any short line beside the headline that is one. A page also shows the dates of
//! others, so what is seen is asked in the order of its distance: between the headline and the end of the body, before
//! them, behind them. A day in the address speaks against other days that are only seen.
//!
//! Handed on as written; what can be read as a date at all is [`crate::parse::date`]'s to say.

use scraper::node::Element;

use super::body::{Distance, Place};
use super::jsonld::JsonLd;
use super::metadata::Metas;
use super::noise::words;
use super::page::Page;
use crate::parse::date::{self, Doubt, Order};

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "published_time",
    "og:article:published_time",
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

/// How elements are called that show a date.
const CALLED: &[&str] = &[
    "date",
    "dateline",
    "datetime",
    "timestamp",
    "published",
    "publication",
    "pubdate",
    "publishdate",
    "publisheddate",
    "pubtime",
    "postdate",
    "datestamp",
    "articledate",
    "time",
    "dates",
    "posted",
    "submitted",
    "pub",
    "meta",
    "byline",
    "author",
];

/// Attributes that hold the time that an element shows in words.
const COUNTED: &[&str] =
    &["data-datetime", "data-date", "data-published", "data-timestamp", "data-time", "data-seconds", "data-epoch"];

/// How many nodes an element may hold that shows a date: what holds much is not looked through.
const MAX_NODES: usize = 40;

/// How long a line may be that is a date, with a byline beside it.
const MAX_LINE: usize = 120;

pub fn updated(metas: &Metas, ld: &JsonLd) -> Option<String> {
    ld.modified.clone().or_else(|| metas.first(UPDATED))
}

pub fn published(page: &Page, metas: &Metas, ld: &JsonLd, place: &Place, url: Option<&str>) -> Option<String> {
    let certain = |text: &str| date::read(text, Order::Unknown).is_ok();
    let told = ld.published.clone().filter(|d| certain(d)).or_else(|| metas.find(PUBLISHED, certain));
    // Parse.ly's is in UTC, which may be another day than the one that the page shows.
    let counted = metas.find(&["parsely-pub-date"], certain);
    let day = url.and_then(date::in_url).or_else(|| Some(date::read(counted.as_deref()?, Order::Unknown).ok()?.date));
    let told = told.or_else(|| seen(page, place, day)).or(counted);
    told.or_else(|| ld.published.clone()).or_else(|| metas.find(PUBLISHED, is_date)).or_else(|| metas.first(PUBLISHED))
}

/// Whether something can be read as a date, be it in one of two ways.
fn is_date(text: &str) -> bool {
    matches!(date::read(text, Order::Unknown), Ok(_) | Err(Doubt::Ambiguous))
}

/// The date that the page shows.
fn seen(page: &Page, place: &Place, day: Option<jiff::civil::Date>) -> Option<String> {
    let prop = |e: &Element| {
        e.attr("itemprop").is_some_and(|i| i.split_whitespace().any(|i| i == "datePublished" || i == "dateCreated"))
            || e.attr("property").is_some_and(|p| p.ends_with("datePublished"))
    };
    let marked = |e: &Element| {
        e.name() == "time" && (e.attr("pubdate").is_some() || e.attr("class").is_some_and(|c| c.contains("publi")))
    };
    let timed = |e: &Element| e.name() == "time";
    let called = |e: &Element| {
        let names = e.attr("class").into_iter().chain(e.attr("id")).chain(e.attr("data-testid"));
        let is_called = |w: &String| CALLED.contains(&w.as_str());
        e.name() == "abbr" && e.attr("title").is_some()
            || COUNTED.iter().any(|a| e.attr(a).is_some_and(|v| v.len() >= 9 && is_date(v)))
            || names.flat_map(str::split_whitespace).any(|n| words(n).iter().any(is_called))
    };
    // What else is known of the day may be that of another zone.
    let agrees = |text: &str| {
        let Some(day) = day else { return true };
        date::read(text, Order::Unknown).is_ok_and(|s| (s.date - day).get_days().abs() <= 1)
    };
    let ways: [&dyn Fn(&Element) -> bool; 4] = [&prop, &marked, &timed, &called];
    // Lines of their own beside the headline: the first that does not tell of an update.
    let lines = place.opening.iter().filter(|l| l.len() < MAX_LINE && is_whole_date(l) && agrees(l));
    let line = lines.min_by_key(|l| l.to_lowercase().contains("updated")).cloned();
    let near = |far: Distance| {
        let found = ways.iter().find_map(|way| {
            let found = page.elements().filter(|(at, e)| place.distance(*at) == far && way(e));
            found.filter_map(|(at, _)| written(page, at)).find(|d| agrees(d))
        });
        found.or_else(|| line.clone().filter(|_| far == Distance::Inside))
    };
    Distance::ALL.into_iter().find_map(near)
}

/// The date of an element: in its attributes, or as its text.
fn written(page: &Page, at: usize) -> Option<String> {
    let e = page.element(at)?;
    let given = ["datetime", "content"]
        .into_iter()
        .chain(COUNTED.iter().copied())
        .chain(["title"])
        .filter_map(|a| e.attr(a))
        .find(|d| is_date(d))
        .map(str::to_owned);
    given.or_else(|| {
        let small = page.nodes[at].end - at < MAX_NODES;
        Some(page.text(at)).filter(|t| small && t.len() < MAX_LINE && is_whole_date(t))
    })
}

/// Whether a text holds a day that nobody can mistake for a price or a score: with a month by name or four digits for
/// the year, or three numbers with the same sign between them.
pub fn is_whole_date(text: &str) -> bool {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|r| !r.is_empty()).collect::<Vec<_>>();
    let year =
        |r: &&str| (r.len() == 4 && ("1900".."2100").contains(r)) || (r.len() == 8 && ("19".."21").contains(&&r[..2]));
    let signs = ['/', '.', '-'];
    let short = signs.iter().any(|sign| {
        text.split_whitespace().any(|w| {
            let parts: Vec<&str> = w.trim_matches(|c: char| !c.is_ascii_digit()).split(*sign).collect();
            parts.len() == 3
                && parts.iter().all(|p| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
        })
    });
    (runs.iter().any(year) || short) && is_date(text)
}
