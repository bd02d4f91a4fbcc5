//! NITF, the News Industry Text Format of the IPTC (versions 2.5 to 3.6), as agencies and the New York Times write it.
//!
//! Read are the headline (`hl1`, else the title), subheadline and abstract, bylines, dateline, the dates, ids,
//! subjects, the distributor as the source, and the paragraphs of the body without its media and their captions. Where
//! the lead is repeated as a block of its own (`lead_paragraph` of the New York Times) it is read once.
//!
//! Not read: revision histories, rights, tables of figures.

use super::html;
use super::record::Documents;
use super::xml::{self, El};
use crate::article::RawDocument;

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let (text, xml) = xml::read(bytes, out.charset(), &mut notices);
    let mut any = false;
    for nitf in xml.root().inside().filter(|e| e.name() == "nitf") {
        any = true;
        let mut raw = document(nitf);
        if raw.headline.is_none() && raw.body == html::blocks(Vec::new()) {
            out.pass("no-article", "is a NITF document without a headline and a text");
            continue;
        }
        raw.notices.extend(notices.iter().cloned());
        out.document_of(text.get(nitf.range()).unwrap_or_default().as_bytes(), raw);
    }
    if !any {
        out.problem("no-article", "holds no nitf element");
    }
}

/// The article in a `nitf` element.
pub fn document(nitf: El) -> RawDocument {
    let head = nitf.find("body.head").unwrap_or(nitf);
    let docdata = nitf.find("docdata").unwrap_or(nitf);
    let meta = |names: &[&str]| {
        let found = nitf.all("meta").find(|m| m.attribute("name").is_some_and(|n| names.contains(&n)))?;
        found.attribute("content").map(str::to_owned)
    };
    let headline = nitf.find("hl1").and_then(El::text);
    let norm = |name: &str| {
        docdata.all(name).find_map(|d| d.attribute("norm")).filter(|d| d.starts_with(|c: char| c.is_ascii_digit()))
    };
    let published = norm("date.release").or_else(|| norm("date.issue")).map(str::to_owned);
    let published = published.or_else(|| {
        let (year, month, day) =
            (meta(&["publication_year"])?, meta(&["publication_month"])?, meta(&["publication_day_of_month"])?);
        Some(format!("{year}-{month:0>2}-{day:0>2}"))
    });
    let published = published
        .or_else(|| nitf.all("story.date").find_map(|d| d.attribute("norm")).map(str::to_owned))
        .or_else(|| nitf.find("pubdata").and_then(|p| p.attribute("date.publication")).map(str::to_owned));
    let subjects = nitf.all("tobject.subject").filter_map(|s| {
        ["tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type"].iter().find_map(|a| s.attribute(a))
    });
    let keywords = docdata.all("keyword").filter_map(|k| k.attribute("key").map(str::to_owned).or_else(|| k.text()));
    let mut topics: Vec<String> = subjects.map(str::to_owned).collect();
    topics.extend(keywords);
    let mut bylines: Vec<El> = head.all("byline").collect();
    // The New York Times prints it and then gives it in another form.
    if bylines.iter().any(|b| b.attribute("class") == Some("print_byline")) {
        bylines.retain(|b| b.attribute("class") == Some("print_byline"));
    }
    let byline = bylines.into_iter().filter_map(|b| b.find("person").and_then(El::text).or_else(|| b.text())).collect();
    RawDocument {
        format: "nitf",
        id: docdata.find("doc-id").and_then(|d| d.attribute("id-string")).map(str::to_owned),
        url: nitf.find("pubdata").and_then(|p| p.attribute("ex-ref")).map(str::to_owned),
        source: head.find("distributor").and_then(El::text).or_else(|| {
            let source = docdata.find("doc.copyright").and_then(|c| c.attribute("holder"));
            let name = source?.split([',', '.']).next()?.trim().to_owned();
            Some(name).filter(|n| !n.is_empty())
        }),
        headline: headline.or_else(|| nitf.find("title").and_then(El::text)),
        standfirst: head
            .all("hl2")
            .find_map(El::text)
            .or_else(|| head.find("abstract").map(|a| a.paragraphs(&["media"]).join(" ")).filter(|a| !a.is_empty())),
        byline,
        dateline: head.find("dateline").and_then(|d| place(d).or_else(|| d.text())),
        published,
        section: meta(&["anpa-category", "online_sections", "NTBTjeneste"]).filter(|s| s.chars().count() > 1),
        topics,
        language: nitf.attribute("baselang").map(str::to_owned).or_else(|| nitf.attribute("lang").map(str::to_owned)),
        body: html::blocks(body(nitf)),
        ..RawDocument::default()
    }
}

/// A dateline given in parts; its date is one of the dates.
fn place(dateline: El) -> Option<String> {
    let parts = ["city", "state", "country"].iter().filter_map(|n| dateline.find(n).and_then(El::text));
    let place = parts.collect::<Vec<_>>().join(", ");
    Some(place).filter(|p| !p.is_empty()).or_else(|| dateline.find("location").and_then(El::text))
}

fn body(nitf: El) -> Vec<String> {
    let Some(content) = nitf.find("body.content") else { return Vec::new() };
    let content = content.all("block").find(|b| b.attribute("class") == Some("full_text")).unwrap_or(content);
    let mut paragraphs = content.paragraphs(&["media", "table", "fn"]);
    // Some agencies put escaped HTML where NITF has paragraphs.
    if paragraphs.iter().any(|p| html::is_markup(p)) {
        let unfolded = |p: String| if html::is_markup(&p) { html::fragment(&p) } else { vec![p] };
        paragraphs = paragraphs.into_iter().flat_map(unfolded).collect();
    }
    paragraphs
}
