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
pub mod revision;
pub mod sentence;
pub mod structure;

use crate::article::{Article, Body, DateFrom, Dateline, Notice, RawDocument, Tokens};
use clean::Repairs;
use published::Evidence;
use structure::Heading;

/// The models that articles are parsed with: an index keeps to one set of them. Raised whenever one gives other names
/// or quotes than before.
pub const MODELS: &str = "names 1, quotes 2";

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
    let mut article = Article {
        source: line(raw.source).map(|s| identity::outlet(&s)),
        section: line(raw.section),
        ..Article::default()
    };
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
        path: published::path(&article.origin, raw.format),
        updated: updated.as_deref(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Block, Span, ZoneKind};

    fn plain(text: &str) -> RawDocument {
        RawDocument { id: Some("a".into()), body: Body::Plain(text.into()), ..RawDocument::default() }
    }

    /// What every reader of articles relies on.
    fn check(article: &Article) {
        let inside = |s: &Span| !s.is_empty() && !s.of(&article.text).is_empty();
        let ordered = |spans: &[Span]| spans.windows(2).all(|w| w[0].end <= w[1].start) && spans.iter().all(inside);
        let zones: Vec<Span> = article.zones.iter().map(|z| z.span).collect();
        assert!(ordered(&zones) && ordered(&article.paragraphs) && ordered(&article.sentences), "{article:?}");
        assert_eq!(Tokens::of(&article.text), article.tokens);
        for sentence in &article.sentences {
            assert!(article.paragraphs.iter().any(|p| p.contains(*sentence)), "{sentence:?} in {article:?}");
        }
        let cut: usize = article.sentences.iter().map(|s| article.tokens.within(*s).len()).sum();
        assert_eq!(cut, article.tokens.len(), "every token is in one sentence: {article:?}");
        for paragraph in &article.paragraphs {
            assert!(!paragraph.of(&article.text).contains(['\n', '\t']), "{article:?}");
        }
    }

    #[test]
    fn what_was_understood_reads_back_as_it_is() {
        let text = "Bridge to close\n\nTARN, June 2 — \"We wait,\" said Orla Venn. She left.\n\nAdvertisement";
        let first = parse(plain(text)).article;
        let body = Body::Article(Box::new(first.clone()));
        let again = parse(RawDocument { body, origin: first.origin.clone(), ..plain("") });
        assert_eq!((again.article, again.notices), (first, vec![]));
    }

    #[test]
    fn spans_that_do_not_fit_are_left_out_and_told() {
        let mut article = parse(plain("Orla Venn left for Tarn. She is back.")).article;
        article.sentences.push(Span { start: 900, end: 910 });
        article.paragraphs.insert(0, Span { start: 5, end: 2 });
        let raw = RawDocument { body: Body::Article(Box::new(article)), ..RawDocument::default() };
        let parsed = parse(raw);
        check(&parsed.article);
        assert_eq!(parsed.article.sentences.len(), 2);
        assert_eq!(parsed.notices.len(), 1);
        assert_eq!(parsed.notices[0].code, "bad-offsets");
    }

    #[test]
    fn a_paragraph_of_nothing_but_marks_takes_linear_time() {
        // A walk back over closing marks went to the paragraph's start each time.
        check(&parse(plain(&"\"".repeat(200_000))).article);
        check(&parse(plain(&".\" ".repeat(100_000))).article);
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_the_invariants(text in "[A-Za-zéÃ© .,\"'“”!?()\\-—\n\t0-9&;]{0,200}", any in "\\PC{0,80}") {
            check(&parse(plain(&text)).article);
            check(&parse(plain(&any)).article);
            let block = |kind, text: &str| Block { kind, text: text.into() };
            let body = Body::Blocks(vec![block(ZoneKind::Caption, &any), block(ZoneKind::Body, &text)]);
            let headline = Some(any.clone());
            check(&parse(RawDocument { body, headline, dateline: Some(text), ..plain("") }).article);
        }
    }
}
