//! What the fields of JSON objects and CSV columns are called by those who write them.
//!
//! One table of synonyms serves all dumps: news-please (`maintext`, `date_publish`, `source_domain`), trafilatura
//! (`sitename`, `raw_text`, its `source` is the URL), newspaper3k and newspaper4k (`publish_date`, `canonical_link`,
//! `meta_lang`), fundus (`publishing_date`, a `body` of `summary` and `sections`), Media Cloud (`stories_id`,
//! `media_name`, `publish_date`), schema.org (`articleBody`, `datePublished`), goose (`cleaned_text`), and the plain
//! shapes in which researchers keep their corpora. Names are compared without case and signs, so `date_publish`,
//! `datePublish` and `Date Publish` are one. Where several are there, the one that stands first in the table counts;
//! where none is, `--map field=name` says which it is, with dots for what is nested (`--map text=content.rendered`).
//!
//! What no field of ours stands for (pictures, counts, embeddings) is not read.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::html;
use super::record::Documents;
use crate::article::{Block, Body, RawDocument, ZoneKind, names};

/// A field of a document that an input's field can be mapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Id,
    Url,
    Source,
    Headline,
    Standfirst,
    Byline,
    Dateline,
    Published,
    Updated,
    Section,
    Topics,
    Places,
    Language,
    Text,
}

names!(Field {
    Id = "id", Url = "url", Source = "source", Headline = "headline", Standfirst = "standfirst", Byline = "byline",
    Dateline = "dateline", Published = "published", Updated = "updated", Section = "section", Topics = "topics",
    Places = "places", Language = "language", Text = "text",
});

/// `field=name`: the input's `name` (dots lead into nested objects) is our `field`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub field: Field,
    pub name: String,
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (field, name) = written
            .split_once('=')
            .filter(|(_, name)| !name.is_empty())
            .ok_or_else(|| format!("{written:?} is not of the form field=name, as in text=story_body"))?;
        let field = Field::from_name(field.trim()).ok_or_else(|| {
            let names: Vec<_> = Field::ALL.iter().map(|f| f.name()).collect();
            format!("there is no field {:?}; the fields are {}", field.trim(), names.join(", "))
        })?;
        Ok(Mapping { field, name: name.trim().to_owned() })
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}={}", self.field.name(), self.name)
    }
}

impl Field {
    /// What this field is called, the most specific first; in lower case, without signs.
    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Field::Id => &[
                "id",
                "articleid",
                "storyid",
                "storiesid",
                "docid",
                "docno",
                "documentid",
                "guid",
                "uuid",
                "uid",
                "identifier",
                "newid",
                "newsid",
            ],
            Field::Url => &[
                "url",
                "canonicalurl",
                "canonicallink",
                "link",
                "weburl",
                "articleurl",
                "sourceurl",
                "permalink",
                "uri",
                "href",
            ],
            Field::Source => &[
                "source",
                "sitename",
                "medianame",
                "outlet",
                "publication",
                "publisher",
                "newspaper",
                "sourcename",
                "sourcedomain",
                "sourcehostname",
                "hostname",
                "metasitename",
                "domain",
                "site",
                "provider",
                "journal",
                "mediaurl",
            ],
            Field::Headline => &["headline", "title", "headlinetext", "articletitle", "heading", "webtitle", "name"],
            Field::Standfirst => &[
                "standfirst",
                "subtitle",
                "subheadline",
                "subheading",
                "deck",
                "dek",
                "lead",
                "lede",
                "abstract",
                "description",
                "metadescription",
                "excerpt",
                "summary",
            ],
            Field::Byline => &["byline", "authors", "author", "creator", "creators", "writer", "writers"],
            Field::Dateline => &["dateline"],
            Field::Published => &[
                "published",
                "datepublished",
                "datepublish",
                "publishdate",
                "publishingdate",
                "publicationdate",
                "publishedat",
                "publisheddate",
                "publishedon",
                "pubdate",
                "webpublicationdate",
                "firstpublished",
                "date",
                "versioncreated",
                "firstcreated",
                "datetime",
                "timestamp",
                "createdat",
                "created",
                "time",
            ],
            Field::Updated => &[
                "updated",
                "datemodified",
                "datemodify",
                "modifieddate",
                "updatedat",
                "updateddate",
                "lastmodified",
                "modified",
            ],
            Field::Section => &["section", "category", "sectionname", "desk", "rubric", "articlesection"],
            Field::Topics => &["topics", "topic", "tags", "keywords", "subjects", "categories"],
            Field::Places => &["places", "place", "locations", "location"],
            Field::Language => &["language", "lang", "metalang", "inlanguage", "languagecode"],
            Field::Text => &[
                "text",
                "maintext",
                "bodytext",
                "contenthtml",
                "contenttext",
                "articlebody",
                "articletext",
                "fulltext",
                "body",
                "content",
                "article",
                "cleanedtext",
                "plaintext",
                "rawtext",
                "story",
                "contents",
                "transcript",
            ],
        }
    }

    /// Whether a column of this name is this field.
    pub(super) fn of_name(name: &str) -> Option<Field> {
        let name = normal(name);
        Field::ALL.iter().copied().find(|f| f.synonyms().contains(&name.as_str()))
    }
}

fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The document in an object. `None` if it has neither a text nor a headline.
pub(super) fn document(object: &Map<String, Value>, mappings: &[Mapping]) -> Option<RawDocument> {
    let raw = metadata(object, mappings);
    let empty = raw.headline.is_none() && raw.body == Body::default();
    (!empty).then_some(raw)
}

/// What an object says of an article, and its text if it has one.
pub(super) fn metadata(object: &Map<String, Value>, mappings: &[Mapping]) -> RawDocument {
    let names: Vec<(String, &Value)> =
        object.iter().filter(|(_, v)| !is_void(v)).map(|(k, v)| (normal(k), v)).collect();
    let all = |field: Field| {
        let mapped: Vec<&Value> =
            mappings.iter().filter(|m| m.field == field).filter_map(|m| nested(object, &m.name)).collect();
        let named = field.synonyms().iter().filter(|_| mapped.is_empty());
        let named = named.flat_map(|s| names.iter().filter(move |(n, _)| n == s)).map(|(_, v)| *v);
        mapped.clone().into_iter().chain(named).collect::<Vec<_>>()
    };
    let one = |field| all(field).into_iter().find_map(string);
    let list = |field| all(field).into_iter().map(strings).find(|l| !l.is_empty()).unwrap_or_default();

    let mut raw = RawDocument {
        id: one(Field::Id),
        url: one(Field::Url),
        source: one(Field::Source),
        headline: one(Field::Headline),
        byline: list(Field::Byline),
        dateline: one(Field::Dateline),
        published: all(Field::Published).into_iter().find_map(date),
        updated: all(Field::Updated).into_iter().find_map(date),
        section: one(Field::Section),
        topics: list(Field::Topics),
        places: list(Field::Places),
        language: one(Field::Language),
        ..RawDocument::default()
    };
    // An outlet is named rather than addressed, wherever the dump says both.
    if raw.source.as_deref().is_some_and(is_domain) {
        let named = all(Field::Source).into_iter().filter_map(string).find(|s| !is_address(s) && !is_domain(s));
        raw.source = named.or(raw.source);
    }
    // trafilatura's `source` is the page's address.
    if raw.source.as_deref().is_some_and(is_address) {
        let address = raw.source.take();
        raw.url = raw.url.or(address);
        raw.source = all(Field::Source).into_iter().filter_map(string).find(|s| !is_address(s));
    }
    let body = all(Field::Text).into_iter().find_map(body);
    let standfirst = one(Field::Standfirst).map(|s| if html::is_markup(&s) { html::fragment(&s).join(" ") } else { s });
    raw.standfirst = standfirst.filter(|s| !s.is_empty() && !repeats(s, body.as_ref()));
    raw.body = body.unwrap_or_default();
    if let Some(Value::Array(contents)) = object.get("contents") {
        let of = |kind: &str| contents.iter().find(|c| c.get("type").is_some_and(|t| t == kind))?.get("content");
        raw.published = raw.published.or_else(|| of("date").and_then(date));
        raw.section = raw.section.or_else(|| of("kicker").and_then(string));
    }
    raw
}

/// Whether an outlet is given by its domain: `www.courier.example`.
fn is_domain(s: &str) -> bool {
    let label = |l: &str| l.len() >= 2 && l.bytes().all(|b| b.is_ascii_lowercase());
    !s.contains(char::is_whitespace)
        && s.rsplit_once('.').is_some_and(|(before, last)| !before.is_empty() && label(last))
}

fn is_address(s: &str) -> bool {
    s.starts_with("http://") || s.starts_with("https://")
}

/// Whether a standfirst is only the beginning of the body: what scrapers call a description often is.
fn repeats(standfirst: &str, body: Option<&Body>) -> bool {
    let words = |s: &str| s.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut first = words(standfirst.trim_end_matches(['.', '…', ' ']));
    first.truncate(12);
    let text = match body {
        Some(Body::Plain(text)) => text,
        Some(Body::Blocks(blocks)) => match blocks.iter().find(|b| b.kind == ZoneKind::Body) {
            Some(block) => &block.text,
            None => return false,
        },
        _ => return false,
    };
    // The headline may stand before it.
    let mut opening = text.split_whitespace().take(80).collect::<Vec<_>>().join(" ");
    opening.push(' ');
    opening.contains(&first.join(" "))
}

/// Says which fields there are, so that the user sees what to map.
pub(super) fn nothing(object: &Map<String, Value>, out: &mut Documents) {
    let mut names: Vec<&str> = object.keys().map(String::as_str).collect();
    let more = if names.len() > 12 { ", …" } else { "" };
    names.truncate(12);
    let names = names.join(", ");
    let what = format!("no field holds a text or a headline (there are: {names}{more}); say which with --map text=…");
    out.problem("no-text-field", what);
}

/// Nothing is said by these.
fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => matches!(s.trim(), "" | "null" | "None" | "NaN" | "nan" | "[]"),
        Value::Array(a) => a.is_empty(),
        Value::Object(o) => o.is_empty(),
        _ => false,
    }
}

fn nested<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value).filter(|v| !is_void(v));
    }
    let (first, rest) = path.split_once('.')?;
    object.get(first)?.as_object().and_then(|o| nested(o, rest))
}

fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        // MongoDB's exports wrap ids and dates: {"$oid": …}, {"$date": …}.
        Value::Object(o) => ["name", "$oid", "$date", "title", "value", "url", "href", "rendered", "content"]
            .iter()
            .find_map(|k| o.get(*k))
            .and_then(string),
        Value::Array(a) => a.first().and_then(string),
        _ => None,
    }
}

/// Seconds or milliseconds since 1970 become a date; all else is left to the parser.
pub(super) fn date(value: &Value) -> Option<String> {
    let written = string(value)?;
    let stamp = match written.parse::<f64>() {
        // Earlier than 1973, or no time at all but a year.
        Ok(n) if n < 1e8 => None,
        Ok(n) if n < 1e11 => jiff::Timestamp::from_second(n as i64).ok(),
        Ok(n) => jiff::Timestamp::from_millisecond(n as i64).ok(),
        Err(_) => None,
    };
    Some(stamp.map_or(written, |s| s.to_string()))
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(string).filter(|s| !s.is_empty()).collect(),
        // Python's repr of a list, as data frames write it.
        Value::String(s) if s.starts_with("['") && s.ends_with("']") => {
            s[2..s.len() - 2].split("', '").map(str::to_owned).collect()
        }
        Value::String(s) if s.contains(';') => {
            s.split(';').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
        }
        other => string(other).into_iter().collect(),
    }
}

/// Text as it is given: plain, a list of paragraphs, or fundus's sections.
fn body(value: &Value) -> Option<Body> {
    match value {
        Value::String(s) if html::is_markup(s) => Some(html::blocks(html::fragment(s))),
        Value::String(s) => Some(Body::Plain(s.clone())),
        Value::Array(all) if all.iter().any(|v| v.get("content").is_some()) => contents(all),
        Value::Array(all) => {
            let blocks: Vec<Block> = all.iter().filter_map(string).map(|text| block(ZoneKind::Body, text)).collect();
            (!blocks.is_empty()).then_some(Body::Blocks(blocks))
        }
        Value::Object(o) => sections(o)
            .or_else(|| ["rendered", "body", "content", "html", "text"].iter().find_map(|k| o.get(*k)).and_then(body)),
        _ => None,
    }
}

/// fundus: `{"summary": [...], "sections": [{"headline": [...], "paragraphs": [...]}]}`.
fn sections(object: &Map<String, Value>) -> Option<Body> {
    let mut blocks = Vec::new();
    let mut add = |kind, value: Option<&Value>| {
        blocks.extend(value.map(strings).unwrap_or_default().into_iter().map(|text| block(kind, text)));
    };
    add(ZoneKind::Standfirst, object.get("summary"));
    for section in object.get("sections")?.as_array()? {
        add(ZoneKind::Body, section.get("headline"));
        add(ZoneKind::Body, section.get("paragraphs"));
    }
    (!blocks.is_empty()).then_some(Body::Blocks(blocks))
}

/// The Washington Post's collection at TREC: `[{"type": "sanitized_html", "subtype": "paragraph", "content": …}]`.
/// Kicker, title, byline and date stand elsewhere too; pictures and films have no content.
fn contents(all: &[Value]) -> Option<Body> {
    let text = |v: &Value| {
        let kind = v.get("type").and_then(Value::as_str).unwrap_or_default();
        let kept = !matches!(kind, "kicker" | "title" | "byline" | "date" | "image" | "video");
        v.get("content").and_then(Value::as_str).filter(|_| kept).map(html::fragment).unwrap_or_default()
    };
    let paragraphs: Vec<String> = all.iter().flat_map(text).collect();
    (!paragraphs.is_empty()).then(|| html::blocks(paragraphs))
}

fn block(kind: ZoneKind, text: String) -> Block {
    Block { kind, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, mappings: &[&str]) -> RawDocument {
        let object: Map<String, Value> = serde_json::from_str(json).expect("the test's JSON");
        let mappings: Vec<Mapping> = mappings.iter().map(|m| m.parse().expect("the test's mapping")).collect();
        document(&object, &mappings).expect("a document")
    }

    #[test]
    fn trafilatura_calls_the_address_source() {
        let raw = read(
            r#"{"title":"Ferry runs again","author":"Ann Lee; Bo Ek","hostname":"harbour.example","date":"2021-05-04",
                "id":null,"source":"https://harbour.example/a","source-hostname":"Harbour Post","text":"It runs."}"#,
            &[],
        );
        assert_eq!(raw.url.as_deref(), Some("https://harbour.example/a"));
        assert_eq!(raw.source.as_deref(), Some("Harbour Post"));
        assert_eq!(raw.byline, ["Ann Lee", "Bo Ek"]);
        assert_eq!((raw.id, raw.published.as_deref()), (None, Some("2021-05-04")));
    }

    #[test]
    fn an_outlet_is_named_rather_than_addressed() {
        let named = read(r#"{"text":"x","source":"www.courier.example","site_name":"The Courier"}"#, &[]);
        assert_eq!(named.source.as_deref(), Some("The Courier"));
        let addressed = read(r#"{"text":"x","source_domain":"www.courier.example"}"#, &[]);
        assert_eq!(addressed.source.as_deref(), Some("www.courier.example"));
    }

    #[test]
    fn a_description_that_repeats_the_body_is_no_standfirst() {
        let raw =
            read(r#"{"maintext":"The ferry runs again after a week.","description":"The ferry runs again..."}"#, &[]);
        assert_eq!(raw.standfirst, None);
        let raw = read(r#"{"maintext":"The ferry runs again.","description":"A week without boats is over"}"#, &[]);
        assert_eq!(raw.standfirst.as_deref(), Some("A week without boats is over"));
    }

    #[test]
    fn what_the_user_maps_wins() {
        let raw = read(
            r#"{"text":"no","content":{"rendered":"Yes."},"kop":"Kop","title":"no"}"#,
            &["text=content.rendered", "headline=kop"],
        );
        assert_eq!(raw.body, Body::Plain("Yes.".into()));
        assert_eq!(raw.headline.as_deref(), Some("Kop"));
    }

    #[test]
    fn a_wrong_mapping_says_what_is_right() {
        let error = "titel=x".parse::<Mapping>().expect_err("no such field");
        assert!(error.contains("\"titel\"") && error.contains("headline"), "{error}");
        assert!("text".parse::<Mapping>().is_err());
    }
}
