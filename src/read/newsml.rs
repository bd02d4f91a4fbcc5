//! NewsML 1 and NewsML-G2, the IPTC's envelopes for news items.
//!
//! Read are news items alone, several in one file, in a `newsMessage` with other items, or nested in NewsML 1
//! components: for each its headline, subheadline or summary, bylines, dateline, dates, id, provider, subjects, place
//! and language, and the text that it carries: NITF, XHTML, HTML in CDATA, or plain.
//!
//! Items that are pictures, films, graphics, events or concepts are passed over and said so, as are packages that only
//! point to other items. The captions of pictures inside a text are not read.

use super::record::Documents;
use super::xml::{self, El};
use super::{html, nitf};
use crate::article::{Body, RawDocument};

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let (text, xml) = xml::read(bytes, out.charset(), &mut notices);
    let items = xml.root().find("newsItem").is_some();
    for item in xml.root().inside() {
        let read = match item.name() {
            "newsItem" => g2(item),
            "NewsItem" => newsml1(item),
            "conceptItem" | "planningItem" | "knowledgeItem" | "catalogItem" => {
                Err(format!("is a {} of NewsML-G2, no text", item.name()))
            }
            // A package holds references; the items are read where they stand.
            "packageItem" if !items => Err("is a package of NewsML-G2 that points to items elsewhere".to_owned()),
            _ => continue,
        };
        match read {
            Ok(mut raw) => {
                raw.notices.extend(notices.iter().cloned());
                out.document_of(text.get(item.range()).unwrap_or_default().as_bytes(), raw);
            }
            Err(what) => out.pass("not-text", what),
        }
    }
}

/// A news item of NewsML-G2; `Err` says what it is instead of a text.
fn g2(item: El) -> Result<RawDocument, String> {
    let meta = item.child("itemMeta").unwrap_or(item);
    let content = item.child("contentMeta").unwrap_or(item);
    let set = item.child("contentSet").unwrap_or(item);
    let class = meta.child("itemClass").and_then(|c| c.attribute("qcode")).and_then(|c| c.rsplit(':').next());
    let body = body(set);
    if let Some(kind @ ("picture" | "graphic" | "video" | "audio" | "animation" | "event")) = class {
        return Err(format!("is a {kind} of NewsML-G2, no text"));
    }
    let role =
        |e: &El, role: &str| e.attribute("role").is_some_and(|r| r.to_lowercase().ends_with(&role.to_lowercase()));
    let headlines: Vec<El> = content.children().filter(|c| c.name() == "headline").collect();
    let main = headlines.iter().find(|h| h.attribute("role").is_none() || role(h, "main") || role(h, "headline"));
    let inner = set.find("nitf").map(nitf::document);
    let headline = main.and_then(|h| h.text()).or_else(|| headlines.iter().find_map(|h| h.text()));
    let headline = headline.or_else(|| inner.as_ref()?.headline.clone()).or_else(|| html_headline(set));
    if headline.is_none() && body.is_empty() {
        return Err("is a news item of NewsML-G2 without a headline and a text".to_owned());
    }
    let standfirst = headlines.iter().find(|h| role(h, "subHeadline") || role(h, "sub")).and_then(|h| h.text());
    let summary = content
        .children()
        .filter(|c| c.name() == "description" && (role(c, "summary") || role(c, "sum")))
        .find_map(El::text);
    let mut byline: Vec<String> = content.children().filter(|c| c.name() == "by").filter_map(El::text).collect();
    if byline.is_empty() {
        // A desk or a signature is no name.
        let creators = content.children().filter(|c| c.name() == "creator").filter_map(name);
        byline = creators.filter(|n| n.trim().contains(' ')).collect();
    }
    let date = |e: El, name: &str| e.text_of(name);
    Ok(RawDocument {
        format: "newsml-g2",
        id: item.attribute("guid").map(str::to_owned),
        source: source(meta, content, item),
        headline,
        standfirst: standfirst
            .or(summary)
            .filter(|s| body.first().is_none_or(|b| !b.starts_with(s.trim_end_matches(['.', '…', ' '])))),
        byline,
        dateline: content.text_of("dateline").filter(|d| is_place(d)).or_else(|| inner.as_ref()?.dateline.clone()),
        published: date(meta, "firstCreated")
            .or_else(|| date(content, "contentCreated"))
            .or_else(|| date(meta, "versionCreated")),
        updated: date(meta, "versionCreated").or_else(|| date(content, "contentModified")),
        topics: content.children().filter(|c| c.name() == "subject").filter_map(name).collect(),
        places: content.children().filter(|c| c.name() == "located").filter_map(named).collect(),
        language: content
            .child("language")
            .and_then(|l| l.attribute("tag"))
            .or_else(|| item.attribute("xml:lang"))
            .map(str::to_owned),
        body: html::blocks(body),
        ..RawDocument::default()
    })
}

/// Whether a dateline names a place and not only a time.
fn is_place(dateline: &str) -> bool {
    dateline.starts_with(char::is_alphabetic)
}

/// What a concept is called, in the item's first language.
fn name(concept: El) -> Option<String> {
    concept.text_of("name").or_else(|| concept.child("mainConcept").and_then(|c| c.text_of("name")))
}

fn named(concept: El) -> Option<String> {
    name(concept).or_else(|| concept.attribute("literal").map(str::to_owned))
}

/// Who the text is from: who holds it, else who provides it.
fn source(meta: El, content: El, item: El) -> Option<String> {
    let of = |e: Option<El>| {
        let e = e?;
        let code = e.attribute("qcode").and_then(|q| q.rsplit(':').next());
        e.text_of("name").or_else(|| e.attribute("literal").or(code).map(str::to_owned))
    };
    of(meta.child("provider"))
        .or_else(|| of(content.child("infoSource")))
        .or_else(|| of(item.find("copyrightHolder")))
        .or_else(|| content.text_of("creditline"))
}

fn html_headline(set: El) -> Option<String> {
    set.find("html")?.inside().find(|e| matches!(e.name(), "title" | "h1")).and_then(El::text)
}

/// The text that a content set carries, in the form that says most about its paragraphs.
fn body(set: El) -> Vec<String> {
    for inline in set.inside().filter(|e| matches!(e.name(), "inlineXML" | "inlineData")) {
        let kind = inline.attribute("contenttype").unwrap_or_default();
        if kind.starts_with("image") || kind.starts_with("video") {
            continue;
        }
        if let Some(nitf) = inline.find("nitf") {
            if let Body::Blocks(blocks) = nitf::document(nitf).body {
                return blocks.into_iter().map(|b| b.text).collect();
            }
            continue;
        }
        let raw = inline.raw_text();
        let paragraphs = if inline.children().next().is_some() {
            inline.find("body").unwrap_or(inline).paragraphs(&["media", "figure", "figcaption", "title", "header"])
        } else {
            plain_or_html(&raw)
        };
        if !paragraphs.is_empty() {
            return paragraphs;
        }
    }
    Vec::new()
}

/// Paragraphs of text that may be HTML.
fn plain_or_html(text: &str) -> Vec<String> {
    if html::is_markup(text) {
        return html::fragment(text);
    }
    html::wrapped(text)
}

/// A news item of NewsML 1.
fn newsml1(item: El) -> Result<RawDocument, String> {
    let text = |name: &str| item.find(name).and_then(El::text);
    let identifier = item.find("NewsIdentifier");
    let formal = |name: &str| item.find(name).and_then(|e| e.attribute("FormalName"));
    // The component that is the text: the first content item that holds words.
    let mut paragraphs = Vec::new();
    let mut kinds = Vec::new();
    let mut inner = None;
    for content in item.all("ContentItem") {
        let kind = content.child("MediaType").and_then(|m| m.attribute("FormalName")).unwrap_or("Text");
        kinds.push(kind.to_lowercase());
        if !kind.eq_ignore_ascii_case("text") && !kind.eq_ignore_ascii_case("ComplexData") {
            continue;
        }
        let Some(data) = content.find("DataContent") else { continue };
        if let Some(nitf) = data.find("nitf") {
            inner = Some(nitf::document(nitf));
        }
        let found = if data.children().next().is_some() {
            data.find("body.content").or(data.find("body")).unwrap_or(data).paragraphs(&[
                "media",
                "figure",
                "body.head",
            ])
        } else {
            plain_or_html(&data.raw_text())
        };
        if found.iter().map(String::len).sum::<usize>() > paragraphs.iter().map(String::len).sum() {
            paragraphs = found;
        }
    }
    let headline = text("HeadLine").or_else(|| inner.as_ref()?.headline.clone());
    if paragraphs.is_empty() && (headline.is_none() || kinds.iter().any(|k| k != "text")) {
        let what = kinds.first().map_or("without content", String::as_str);
        return Err(format!("is a news item of NewsML 1 ({what}), no text"));
    }
    let byline = item.all("ByLine").find_map(El::text).into_iter().collect();
    let subjects = item.all("SubjectMatter").chain(item.all("Subject")).chain(item.all("SubjectDetail"));
    let property = |name: &str| {
        item.all("Property").find(|p| p.attribute("FormalName") == Some(name)).and_then(|p| p.attribute("Value"))
    };
    Ok(RawDocument {
        format: "newsml",
        id: identifier.and_then(|i| i.text_of("PublicIdentifier").or_else(|| i.text_of("NewsItemId"))),
        source: item
            .all("Provider")
            .chain(item.all("Source"))
            .find_map(|p| p.find("Party"))
            .and_then(|p| p.attribute("FormalName").map(str::to_owned))
            .or_else(|| identifier.and_then(|i| i.text_of("ProviderId"))),
        headline,
        standfirst: text("SubHeadLine"),
        byline,
        dateline: text("DateLine").filter(|d| is_place(d)).or_else(|| inner.as_ref()?.dateline.clone()),
        published: text("FirstCreated").or_else(|| text("DateId")),
        updated: text("ThisRevisionCreated"),
        section: formal("NewsProduct").map(str::to_owned),
        topics: subjects
            .filter_map(|s| s.attribute("FormalName").map(str::to_owned))
            .filter(|s| !s.chars().all(|c| c.is_ascii_digit()))
            .collect(),
        places: property("City").or(property("Country")).map(str::to_owned).into_iter().collect(),
        language: item
            .all("Language")
            .find_map(|l| l.attribute("FormalName"))
            .or_else(|| item.attribute("xml:lang"))
            .map(str::to_owned),
        body: html::blocks(paragraphs),
        ..RawDocument::default()
    })
}
