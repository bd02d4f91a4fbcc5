//! From a document as it was found to an article as it is understood.
//!
//! [`parse`] is total and deterministic: any document gives an article and notices, never a panic, and the same
//! document gives the same article wherever and whenever. It opens no file, asks no clock and knows no index.
//!
//! The phases, in order: the text is repaired (once, then frozen), its structure found (headline, paragraphs, what is
//! caption or boilerplate), cut into tokens and sentences; then names are recognised and joined ([`entity`]), and
//! quotes found and given their speakers ([`quote`]).

pub mod clean;
pub mod date;
pub mod entity;
mod identity;
pub mod language;
pub mod model;
mod published;
pub mod quote;
mod resume;
pub mod sentence;
pub mod structure;

use crate::article::{Article, Body, DateFrom, Dateline, Notice, RawDocument, Tokens};
use clean::Repairs;
use published::Evidence;
use structure::Heading;

/// The models that articles are parsed with: an index keeps to one set of them. Raised whenever one gives other names or
/// quotes than before.
pub const MODELS: &str = "names 1, quotes 1";

/// An article, and what its user should know of how it came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub article: Article,
    pub notices: Vec<Notice>,
}

/// Understands one document.
pub fn parse(mut raw: RawDocument) -> Parsed {
    match std::mem::take(&mut raw.body) {
        Body::Article(article) if !resume::is_bare(&article) => resumed(raw, *article),
        Body::Article(article) => {
            let dated = (article.published, article.published_from);
            raw.body = Body::Plain(article.text);
            let mut parsed = fresh(raw);
            if dated.0.is_some() {
                (parsed.article.published, parsed.article.published_from) = dated;
            }
            parsed
        }
        body => {
            raw.body = body;
            fresh(raw)
        }
    }
}

/// Understands a document from its raw parts.
fn fresh(raw: RawDocument) -> Parsed {
    let mut notices = raw.notices;
    let mut repairs = Repairs::default();
    let mut line = |s: Option<String>| clean::line(&s?, &mut repairs);
    let heading =
        Heading { headline: line(raw.headline), standfirst: line(raw.standfirst), dateline: line(raw.dateline) };
    let (own, url, declared) = (line(raw.id), line(raw.url), line(raw.language));
    let (published, updated) = (line(raw.published), line(raw.updated));
    let mut article = Article { source: line(raw.source), section: line(raw.section), ..Article::default() };
    let mut lines = |list: Vec<String>| list.iter().filter_map(|s| clean::line(s, &mut repairs)).collect();
    let printed: Vec<String> = lines(raw.byline);
    (article.topics, article.places) = (lines(raw.topics), lines(raw.places));
    article.id = identity::of(own, url.as_deref(), &raw.origin);
    article.origin = raw.origin;
    article.url = url;

    let found = structure::arrange(heading, raw.body, &mut article, &mut repairs, &mut notices);
    notices.extend(repairs.notice());
    article.byline = structure::byline::people(&printed.join("; "));
    if article.byline.is_empty() {
        article.byline = found.byline;
    }
    article.tokens = Tokens::of(&article.text);
    article.language = language::detect(&article.text, &article.tokens, declared.as_deref(), &mut notices);

    let order = date::order(declared.as_deref(), article.language.as_deref(), article.url.as_deref());
    let evidence = Evidence {
        published: published.as_deref(),
        url: article.url.as_deref(),
        printed: found.printed.as_deref(),
        dateline: found.day.and_then(|d| d.near(None)),
        modified: raw.modified,
        order,
    };
    let dated = published::find(evidence, &mut notices);
    (article.published, article.published_from) = (dated.map(|d| d.0), dated.map(|d| d.1));
    article.updated = updated.and_then(|u| published::told(&u, order, &mut notices));
    // The file's time is too far from the day of writing to tell the dateline's year.
    let near = article.published.filter(|_| article.published_from != Some(DateFrom::File));
    let dateline = Dateline { place: found.place, date: found.day.and_then(|d| d.near(near.map(|s| s.date))) };
    article.dateline = Some(dateline).filter(|d| d.place.is_some() || d.date.is_some());
    cut_sentences(&mut article);
    entity::annotate(&mut article);
    quote::annotate(&mut article);
    Parsed { article, notices }
}

/// Takes over an article of newsdex's own format, and finds what it lacks.
fn resumed(raw: RawDocument, mut article: Article) -> Parsed {
    let mut notices = raw.notices;
    article.origin = raw.origin;
    if article.id.is_empty() {
        article.id = identity::of(None, article.url.as_deref(), &article.origin);
    }
    resume::complete(&mut article, &mut notices);
    article.tokens = Tokens::of(&article.text);
    if article.sentences.is_empty() {
        cut_sentences(&mut article);
    }
    if article.mentions.is_empty() {
        entity::annotate(&mut article);
    }
    if article.quotes.is_empty() {
        quote::annotate(&mut article);
    }
    Parsed { article, notices }
}

fn cut_sentences(article: &mut Article) {
    let Article { text, tokens, paragraphs, zones, language, .. } = article;
    article.sentences = sentence::cut(text, tokens, paragraphs, zones, language.as_deref());
}
