//! HTML: one article a page.
//!
//! Read are the metadata ([`metadata`], [`jsonld`], [`byline`], [`date`]) and the body ([`body`]), found below its
//! headline ([`scope`]) and cleared of what surrounds it, told by its name ([`noise`]), its make ([`beside`]) and its
//! words ([`lines`]): navigation, teasers, other articles, share bars, related links, captions, cookie walls, comments.
//! Where the page shows no text without its scripts, the body is what JSON-LD gives. A page that says that it is not
//! free and shows little is labelled (`paywall`). A page that is a download from a press database is cut into its
//! articles ([`super::download`]).
//!
//! Not read: pages that are several articles (front pages, live blogs come as one), pictures, tables of figures, what
//! only a script would show. Pages nested beyond reason are read as mere text, with a notice.

mod beside;
mod body;
mod byline;
mod date;
mod jsonld;
mod lines;
mod metadata;
mod noise;
mod page;
mod scope;

use memchr::memmem;
use scraper::Html;

use super::record::Documents;
use super::{download, encoding, entities};
use crate::article::{Block, Body, Notice, RawDocument, ZoneKind};
use body::Labels;
use metadata::Metas;
use page::Page;

pub use lines::same;
pub use page::{is_block, squeezed};

pub fn detect(start: &[u8], name: &str) -> bool {
    let head: Vec<u8> = start.iter().take(2048).map(u8::to_ascii_lowercase).collect();
    let has = |mark: &str| memmem::find(&head, mark.as_bytes()).is_some();
    let named = [".html", ".htm", ".xhtml", ".shtml"].iter().any(|e| name.ends_with(e));
    head.starts_with(b"<!doctype html")
        || head.starts_with(b"<html")
        || (head.starts_with(b"<")
            && (has("<html") || has("<!doctype html") || (has("<head") && has("<title")) || has("<body")))
        || (named && has("<"))
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    if download::may_be(bytes)
        && let Some((articles, notices)) = downloaded(bytes, out.charset())
    {
        return download::documents(articles, &notices, None, out);
    }
    let raw = page(bytes, out.charset());
    let empty = matches!(&raw.body, Body::Blocks(b) if b.is_empty()) || raw.body == Body::default();
    if empty && raw.headline.is_none() {
        return out.problem("no-text", "is a page without a text");
    }
    out.document(raw);
}

/// The articles in a page that is a download from a press database.
fn downloaded(bytes: &[u8], charset: Option<&str>) -> Option<(Vec<RawDocument>, Vec<Notice>)> {
    let mut notices = Vec::new();
    let text = encoding::decode(bytes, declared(bytes).as_deref().or(charset), &mut notices);
    let paragraphs = fragment(&text);
    let lines: Vec<_> = paragraphs.iter().map(|p| download::Line { text: p, opens: true }).collect();
    Some((download::articles(&lines)?, notices))
}

/// The article in a page, with the charset that was sent with it.
pub fn page(bytes: &[u8], charset: Option<&str>) -> RawDocument {
    let mut notices = Vec::new();
    let text = encoding::decode(bytes, declared(bytes).as_deref().or(charset), &mut notices);
    let mut raw = article(&text);
    notices.append(&mut raw.notices);
    raw.notices = notices;
    raw
}

/// The charset that the page declares for itself.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_lowercase();
    let (_, after) = head.split_once("charset").or_else(|| head.split_once("encoding"))?;
    let value = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))).unwrap_or(value.len());
    Some(value[..end].to_owned()).filter(|c| !c.is_empty())
}

/// The article in a page.
pub fn article(text: &str) -> RawDocument {
    if !page::is_reasonable(text) {
        let notice = Notice::new("nested-too-deep", "the page is nested beyond reason and was read as mere text");
        return RawDocument {
            format: "html",
            body: Body::Plain(page::bare_text(text)),
            notices: vec![notice],
            ..RawDocument::default()
        };
    }
    let html = Html::parse_document(text);
    let page = Page::new(&html);
    let metas = Metas::new(&page);
    let ld = jsonld::read(&page, &metadata::titles(&page, &metas));
    let headline = metadata::headline(&page, &metas, &ld);
    let given = ld.body.as_deref().map(plain).unwrap_or_default();
    let found = body::find(&page, headline.as_deref(), Some(given.concat()).filter(|g| !g.is_empty()).as_deref());
    let mut raw = metadata::read(&page, &metas, &ld, headline, &found.place);
    raw.format = "html";
    let words: usize = found.paragraphs.iter().map(|p| lines::words(p)).sum();
    let mut paragraphs = found.paragraphs;
    let more: usize = given.iter().map(|p| lines::words(p)).sum();
    if more > 40 && words * 2 < more {
        paragraphs = given;
        raw.notices.push(Notice::new("body-from-metadata", "the page shows no text; the body is from its JSON-LD"));
    }
    if ld.paywalled && paragraphs.iter().map(|p| lines::words(p)).sum::<usize>() < 150 {
        raw.notices
            .push(Notice::new("paywall", "the page says that it is not free: the text may be its beginning only"));
    }
    raw.standfirst = found.standfirst.or(raw.standfirst);
    raw.body = blocks(paragraphs);
    raw
}

/// The paragraphs of a piece of HTML that is all article: a feed's content, an agency's body, a field in a dump.
pub fn fragment(html: &str) -> Vec<String> {
    if !page::is_reasonable(html) {
        return vec![page::bare_text(html)];
    }
    let html = Html::parse_fragment(html);
    let page = Page::new(&html);
    let captioned = |at: usize| page.outward(at).any(|n| matches!(page.tag(n), "figure" | "figcaption"));
    let paragraphs = body::paragraphs(&page, 0, page.nodes.len(), Labels::Kept).into_iter();
    paragraphs.filter(|p| !p.text.is_empty() && !captioned(p.holder)).map(|p| p.text).collect()
}

/// Whether a text is HTML rather than plain: it holds a tag that text would not.
pub fn is_markup(text: &str) -> bool {
    let tags = [
        "p",
        "br",
        "div",
        "a",
        "b",
        "i",
        "em",
        "strong",
        "span",
        "img",
        "ul",
        "li",
        "sup",
        "h2",
        "h3",
        "blockquote",
        "script",
        "iframe",
        "pre",
    ];
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let n = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        matches!(rest.as_bytes().get(n), Some(b'>' | b' ' | b'/' | b'\n'))
            && tags.iter().any(|t| rest[..n].eq_ignore_ascii_case(t))
    })
}

/// The paragraphs of plain text: cut at blank lines and indented lines, lines between them joined; where there is
/// neither, every line is one, unless a sentence runs on in small letters.
pub fn wrapped(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let text = text.trim_matches(['\n', '\r']);
    let blank = text.lines().any(|l| l.trim().is_empty());
    let indented = text.lines().skip(1).any(|l| l.starts_with([' ', '\t']) && !l.trim().is_empty());
    let mut fresh = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            fresh = true;
            continue;
        }
        let words = page::squeezed(line);
        let runs_on = all.last().is_some_and(|last| last.len() > 30 && !lines::ends_sentence(last))
            && words.starts_with(char::is_lowercase);
        let starts = fresh || (!blank && !indented && !runs_on) || (indented && line.starts_with([' ', '\t']));
        match all.last_mut().filter(|_| !starts) {
            Some(last) => {
                last.push(' ');
                last.push_str(&words);
            }
            None => all.push(words),
        }
        fresh = false;
    }
    all
}

/// The paragraphs of a text that may be HTML or plain, with blank lines or line breaks between them.
fn plain(text: &str) -> Vec<String> {
    if is_markup(text) {
        return fragment(text);
    }
    let text = entities::resolve(text);
    let separator = if text.contains("\n\n") { "\n\n" } else { "\n" };
    text.split(separator).map(page::squeezed).filter(|p| !p.is_empty()).collect()
}

pub fn blocks(paragraphs: Vec<String>) -> Body {
    Body::Blocks(paragraphs.into_iter().map(|text| Block { kind: ZoneKind::Body, text }).collect())
}
