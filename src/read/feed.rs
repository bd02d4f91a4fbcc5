//! Feeds: RSS 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, and WordPress exports (WXR), which are RSS.
//!
//! Each entry is a record. Read are its title, link, id, dates, authors, categories and text: the full content where
//! the feed gives it, else the description, with a notice that it may be the beginning only. The feed's title is the
//! source, its language the entries'. Of a WordPress export, posts and pages are articles; attachments, menus,
//! revisions and drafts are passed over.
//!
//! Not read: enclosures, media, comments.

use std::ops::ControlFlow;

use memchr::memmem::{self, Finder};

use super::input::{Cut, Input};
use super::record::{Documents, Records};
use super::xml::{self, El, Xml};
use super::{Place, encoding, entities, html};
use crate::article::{Notice, RawDocument};

/// How much of a feed may stand before its first entry.
const MAX_HEAD: usize = 1 << 20;

/// Cuts at the ends of entries. What stands before the first says what the feed is and goes with every record.
pub fn cut(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    let head = input.peek(MAX_HEAD);
    let starts = ["<item>", "<item ", "<entry>", "<entry ", "<item\n", "<entry\n", "<item\r", "<entry\r"];
    let first = starts.iter().filter_map(|s| memmem::find(head, s.as_bytes())).min();
    let Some(first) = first else {
        return out.pass("no-article", "is a feed without entries");
    };
    let atom = head[first..].starts_with(b"<entry");
    let (start, end) = if atom { ("<entry", "</entry>") } else { ("<item", "</item>") };
    let about = about(&head[..first], out.source.charset);
    out.set_feed(about);
    input.skip(first);
    let (start, end) = (Finder::new(start), Finder::new(end));
    loop {
        let line = input.line();
        match input.until(&end) {
            Some(Cut::Whole(bytes)) => {
                if let Some(at) = start.find(&bytes) {
                    out.push(input, Cut::Whole(bytes[at..].to_vec()), Some(Place::Line(line)))?;
                }
            }
            Some(long) => out.push(input, long, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

/// What holds for all entries of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    title: Option<String>,
    language: Option<String>,
    byline: Vec<String>,
    charset: Option<String>,
}

fn about(head: &[u8], charset: Option<&str>) -> Feed {
    let declared = xml::declared(head);
    let text = encoding::decode(head, declared.as_deref().or(charset), &mut Vec::new());
    let xml = Xml::parse(&text);
    let feed = xml.root().inside().find(|e| matches!(e.name(), "channel" | "feed")).unwrap_or(xml.root());
    // Every entry carries a copy.
    let short = |text: &String| text.len() < 300;
    Feed {
        title: feed.child("title").and_then(words).filter(short),
        language: feed.attribute("xml:lang").map(str::to_owned).or_else(|| feed.text_of("language")).filter(short),
        byline: feed
            .children()
            .filter(|c| c.name() == "author")
            .filter_map(|a| a.text_of("name"))
            .filter(short)
            .take(8)
            .collect(),
        charset: declared,
    }
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let text = encoding::decode(bytes, out.feed().charset.as_deref().or(out.charset()), &mut notices);
    let xml = Xml::parse(&text);
    let Some(entry) = xml.root().children().find(|e| matches!(e.name(), "item" | "entry")) else {
        return out.problem("bad-xml", "is no entry that can be read");
    };
    if let Some(kind) = entry.child_exactly("wp:post_type").and_then(El::text)
        && !matches!(kind.as_str(), "post" | "page" | "article" | "news")
    {
        return out.pass("not-text", format!("is a WordPress {kind}, no post"));
    }
    if let Some(status) = entry.child_exactly("wp:status").and_then(El::text).filter(|s| s != "publish") {
        return out.pass("not-published", format!("is a WordPress post that is not published ({status})"));
    }
    let mut raw = document(entry, out.feed());
    let empty = matches!(&raw.body, crate::article::Body::Blocks(b) if b.is_empty());
    if raw.headline.is_none() && empty {
        return out.problem("no-text", "is an entry without a title and a text");
    }
    raw.notices.append(&mut notices);
    out.document(raw);
}

fn document(entry: El, feed: &Feed) -> RawDocument {
    let mut raw = RawDocument { format: "feed", ..RawDocument::default() };
    raw.id =
        entry.text_of("id").or_else(|| entry.text_of("guid")).or_else(|| entry.attribute("about").map(str::to_owned));
    raw.url = link(entry).or_else(|| raw.id.clone()).filter(|u| u.starts_with("http"));
    raw.headline = entry.child_exactly("title").or_else(|| entry.child("title")).and_then(words);
    raw.source =
        entry.child("source").and_then(|s| s.text_of("title").or_else(|| s.text())).or_else(|| feed.title.clone());
    // Atom's author has a name, RSS's an address with the name in brackets.
    let authors = entry.children().filter(|c| matches!(c.name(), "author" | "creator" | "contributor"));
    let mut byline: Vec<String> = authors.filter_map(|a| a.text_of("name").or_else(|| a.text())).map(person).collect();
    if byline.is_empty() {
        byline.clone_from(&feed.byline);
    }
    byline.dedup();
    raw.byline = byline;
    let first = |names: &[&str]| names.iter().find_map(|n| entry.text_of(n));
    raw.published = first(&["published", "pubDate", "issued", "date", "created", "pubdate"])
        .or_else(|| first(&["updated", "modified"]));
    raw.updated = first(&["updated", "modified"]);
    raw.topics = entry
        .children()
        .filter(|c| matches!(c.name(), "category" | "subject"))
        .filter_map(|c| c.attribute("label").or(c.attribute("term")).map(str::to_owned).or_else(|| c.text()))
        .map(|topic| entities::resolve(&topic))
        .collect();
    raw.language = entry
        .attribute("xml:lang")
        .map(str::to_owned)
        .or_else(|| entry.text_of("language"))
        .or_else(|| feed.language.clone());
    let content = entry.child_exactly("content:encoded").or_else(|| entry.child("content")).map(paragraphs);
    let content = content.filter(|c| !c.is_empty());
    let summary = ["summary", "description", "encoded", "subtitle"];
    let summary = summary.iter().filter_map(|n| entry.child(n)).map(paragraphs).find(|p| !p.is_empty());
    raw.body = match (content, summary) {
        (Some(content), summary) => {
            let lead = summary.filter(|s| s.len() == 1).and_then(|mut s| s.pop());
            let opening: String = content.join(" ");
            // A standfirst of its own, not the beginning again.
            raw.standfirst =
                lead.filter(|l| l.len() < 400 && !opening.starts_with(l.trim_end_matches(['.', '…', ' ', '[', ']'])));
            html::blocks(content)
        }
        (None, Some(summary)) => {
            raw.notices.push(Notice::new("summary-only", "the feed gives a description, not the full text"));
            html::blocks(summary)
        }
        (None, None) => html::blocks(Vec::new()),
    };
    raw
}

/// The entry's own page.
fn link(entry: El) -> Option<String> {
    let links: Vec<El> = entry.children().filter(|c| c.name() == "link").collect();
    let alternate =
        links.iter().find(|l| l.attribute("href").is_some() && l.attribute("rel").is_none_or(|r| r == "alternate"));
    alternate.and_then(|l| l.attribute("href")).map(str::to_owned).or_else(|| links.iter().find_map(|l| l.text()))
}

/// `ann@a.example (Ann Lee)` → `Ann Lee`.
fn person(author: String) -> String {
    match author.split_once('(') {
        Some((address, name)) if address.contains('@') => name.trim_end_matches(')').trim().to_owned(),
        _ => author,
    }
}

/// A title, which may be escaped HTML.
fn words(title: El) -> Option<String> {
    let text = title.text()?;
    let text = if html::is_markup(&text) || text.contains('&') { html::fragment(&text).join(" ") } else { text };
    Some(text).filter(|t| !t.is_empty())
}

/// The paragraphs of an element that holds XHTML, escaped HTML or plain text.
fn paragraphs(content: El) -> Vec<String> {
    if content.children().next().is_some() {
        return content.paragraphs(&["figure", "figcaption"]);
    }
    let text = content.raw_text();
    let text = without_shortcodes(&text);
    if text.contains(['<', '&']) { html::fragment(&text) } else { html::wrapped(&text) }
}

/// WordPress's own marks go: `[dropcap]M[/dropcap]` is an M, `[caption]…[/caption]` a picture's.
fn without_shortcodes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name: String = rest[1..]
            .trim_start_matches('/')
            .chars()
            .take(24)
            .take_while(|c| c.is_ascii_lowercase() || *c == '_')
            .collect();
        let close = format!("[/{name}]");
        // Marks are short and close soon: so that a text full of brackets is still read in linear time.
        let near = &rest.as_bytes()[..rest.len().min(4000)];
        let closed = memmem::find(near, close.as_bytes());
        // Of what takes no text, and of what is closed: [sic] stays.
        let alone = matches!(name.as_str(), "gallery" | "embed" | "video" | "audio" | "playlist" | "caption");
        let end = memchr::memchr(b']', near).filter(|_| alone || rest[1..].starts_with('/') || closed.is_some());
        match end {
            Some(end) if !name.is_empty() => {
                let inside = closed.filter(|_| matches!(name.as_str(), "caption" | "embed"));
                rest = &rest[inside.map_or(end + 1, |at| at + close.len())..];
            }
            _ => {
                out.push('[');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_wordpress_go_and_brackets_stay() {
        for (written, meant) in [
            ("[dropcap]I[/dropcap]t runs [sic].", "It runs [sic]."),
            ("[caption id=1]<img>A boat[/caption]It [embed]https://x.example[/embed]runs[gallery ids=1].", "It runs."),
            ("[unclosed [b", "[unclosed [b"),
        ] {
            assert_eq!(without_shortcodes(written), meant);
        }
    }

    #[test]
    fn regression_a_bracket_far_before_a_character_of_many_bytes() {
        let text = format!("[{}’’’’]", "x".repeat(1998));
        assert_eq!(without_shortcodes(&text), text);
    }
}
