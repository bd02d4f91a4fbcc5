//! What a page says of its article for search engines: JSON-LD after schema.org.
//!
//! Found are objects whose type is an article's, wherever they stand: alone, in a list, in an `@graph`, as the main
//! entity of a page. References by `@id` inside one graph are followed for authors and publishers.

use serde_json::{Map, Value};

use super::lines;
use super::page::{Page, squeezed};
use crate::read::{entities, fields};

/// How deep objects are searched for an article.
const MAX_DEPTH: usize = 6;

/// How many titles of the page are compared with an article's.
const MAX_TITLES: usize = 16;

/// How many names of one list are looked up.
const MAX_AUTHORS: usize = 32;

/// What JSON-LD tells of the article.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct JsonLd {
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub section: Option<String>,
    pub keywords: Vec<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub body: Option<String>,
    /// Whether it says that not all may be read for free.
    pub paywalled: bool,
}

/// What is told of the article whose headline is one of `titles`, where several are told of.
pub fn read(page: &Page, titles: &[String]) -> JsonLd {
    let mut all: Vec<Value> = Vec::new();
    for (at, e) in page.elements() {
        if e.name() != "script" || !e.attr("type").is_some_and(|t| t.to_lowercase().contains("ld+json")) {
            continue;
        }
        let text: String = (at + 1..page.nodes[at].end)
            .filter_map(|n| match page.nodes[n].value {
                super::page::Value::Text(t) => Some(t),
                _ => None,
            })
            .collect();
        all.extend(lenient(&text));
    }
    let mut found: Vec<&Map<String, Value>> = Vec::new();
    for value in &all {
        articles(value, 0, &mut found);
    }
    let titles: Vec<String> = titles.iter().take(MAX_TITLES).map(|t| lines::letters(t)).collect();
    // The most telling where there are several: teasers are articles too, but say less.
    let best = found.into_iter().rev().max_by_key(|o| {
        let has = |k: &str| o.contains_key(k) as usize;
        let headline = o.get("headline").or_else(|| o.get("name")).and_then(text).unwrap_or_default();
        let headline = lines::letters(&headline);
        let its = !headline.is_empty() && titles.iter().any(|t| t.contains(&headline));
        its as usize * 9
            + has("articleBody") * 2
            + has("headline") * 3
            + has("datePublished") * 2
            + has("author")
            + has("publisher")
    });
    let Some(article) = best else { return JsonLd::default() };
    let named = |key: &str| article.get(key).map(|v| names(v, &all, 0)).unwrap_or_default();
    let string = |key: &str| article.get(key).and_then(text);
    let date = |key: &str| article.get(key).and_then(|v| text(v).or_else(|| fields::date(v)));
    JsonLd {
        headline: string("headline").or_else(|| string("name")),
        standfirst: string("alternativeHeadline"),
        authors: if article.contains_key("author") { named("author") } else { named("creator") },
        publisher: named("publisher").into_iter().next().or_else(|| named("sourceOrganization").into_iter().next()),
        published: date("datePublished").or_else(|| date("dateCreated")),
        modified: date("dateModified"),
        section: string("articleSection"),
        keywords: article.get("keywords").map(list).unwrap_or_default(),
        language: article.get("inLanguage").and_then(|v| text(v).or_else(|| text(v.get("alternateName")?))),
        url: string("url")
            .or_else(|| article.get("mainEntityOfPage").and_then(|v| text(v).or_else(|| text(v.get("@id")?)))),
        body: article.get("articleBody").and_then(Value::as_str).map(str::to_owned).filter(|b| !b.trim().is_empty()),
        paywalled: matches!(article.get("isAccessibleForFree"), Some(Value::Bool(false)))
            || string("isAccessibleForFree").is_some_and(|s| s.eq_ignore_ascii_case("false")),
    }
}

/// JSON as pages write it: with raw line breaks in strings, in comments, with a semicolon at the end.
fn lenient(written: &str) -> Option<Value> {
    let text = written.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let text = text.trim().trim_start_matches("/*<![CDATA[*/").trim_start_matches("//<![CDATA[");
    let text = text.trim_end_matches("/*]]>*/").trim_end_matches("//]]>").trim().trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&text).or_else(|_| serde_json::from_str(&without_last_commas(&text))).ok()
    })
}

/// Without commas before a bracket that closes, which JSON does not know.
fn without_last_commas(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut string, mut escaped) = (false, false);
    for c in json.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if string => escaped = true,
            '"' => string = !string,
            '}' | ']' if !string => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

fn articles<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Map<String, Value>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(all) => all.iter().for_each(|v| articles(v, depth + 1, found)),
        Value::Object(object) => {
            if is_article(object) {
                found.push(object);
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "hasPart", "subjectOf", "itemListElement", "item"] {
                if let Some(inner) = object.get(key) {
                    articles(inner, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

fn is_article(object: &Map<String, Value>) -> bool {
    let is = |t: &Value| {
        t.as_str().is_some_and(|t| {
            let t = t.rsplit(['/', ':']).next().unwrap_or(t);
            t.ends_with("Article") || t.ends_with("BlogPosting") || matches!(t, "Report" | "LiveBlogPosting" | "Review")
        })
    };
    match object.get("@type") {
        Some(Value::Array(all)) => all.iter().any(is),
        Some(t) => is(t),
        None => false,
    }
}

/// The names of people and organisations: strings, objects, lists of them, or references to them.
fn names(value: &Value, all: &[Value], depth: usize) -> Vec<String> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    match value {
        Value::String(_) => text(value).filter(|s| !s.starts_with("http")).into_iter().collect(),
        Value::Array(list) => list.iter().take(MAX_AUTHORS).flat_map(|v| names(v, all, depth + 1)).collect(),
        Value::Object(object) => match object.get("name") {
            Some(name) => names(name, all, depth + 1),
            None => object
                .get("@id")
                .and_then(Value::as_str)
                .and_then(|id| all.iter().find_map(|v| by_id(v, id, 0)))
                .and_then(|o| o.get("name"))
                .map(|name| names(name, all, depth + 1))
                .unwrap_or_default(),
        },
        _ => Vec::new(),
    }
}

fn by_id<'v>(value: &'v Value, id: &str, depth: usize) -> Option<&'v Map<String, Value>> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Value::Array(all) => all.iter().find_map(|v| by_id(v, id, depth + 1)),
        Value::Object(object) => {
            if object.get("@id").and_then(Value::as_str) == Some(id) && object.contains_key("name") {
                return Some(object);
            }
            object.get("@graph").and_then(|g| by_id(g, id, depth + 1))
        }
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(squeezed(&entities::resolve(s))).filter(|s| !s.is_empty()),
        Value::Array(all) => all.first().and_then(text),
        Value::Object(object) => object.get("name").or_else(|| object.get("@value")).and_then(text),
        _ => None,
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(text).collect(),
        other => text(other)
            .map(|s| s.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect())
            .unwrap_or_default(),
    }
}
