//! An article as a citation: for a footnote, and for the programs that keep references.
//!
//! Authors stay as they are printed: which part of a name is the surname is not ours to guess, and all formats can hold
//! whole names.

use std::fmt::Write;

use serde_json::json;

use crate::article::{Article, names};

/// A form of citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Authors, "Headline", Outlet, date, address.
    Plain,
    BibTex,
    Ris,
    /// CSL-JSON, as Zotero, Pandoc and citeproc read it.
    Csl,
}

names!(Style { Plain = "plain", BibTex = "bibtex", Ris = "ris", Csl = "csl" });

/// The citation of an article, ending in a line break. What is unknown is left out.
pub fn cite(a: &Article, style: Style) -> String {
    match style {
        Style::Plain => plain(a),
        Style::BibTex => bibtex(a),
        Style::Ris => ris(a),
        Style::Csl => csl(a),
    }
}

fn plain(a: &Article) -> String {
    let mut parts = Vec::new();
    if !a.byline.is_empty() {
        parts.push(a.byline.join(", "));
    }
    parts.extend(a.headline().map(|h| format!("“{}”", line(h))));
    parts.extend(a.source.clone());
    parts.extend(a.published.map(|p| p.date.strftime("%-d %B %Y").to_string()));
    parts.extend(a.url.clone());
    if parts.is_empty() {
        parts.push(a.id.clone());
    }
    parts.join(", ") + "\n"
}

fn bibtex(a: &Article) -> String {
    let year = a.published.map(|p| p.date.year().to_string());
    let mut fields: Vec<(&str, String)> = Vec::new();
    if !a.byline.is_empty() {
        // In braces a name is not taken apart at its `and`, commas and spaces.
        let authors: Vec<_> = a.byline.iter().map(|name| format!("{{{}}}", tex(name))).collect();
        fields.push(("author", authors.join(" and ")));
    }
    fields.extend(a.headline().map(|h| ("title", format!("{{{}}}", tex(h)))));
    fields.extend(a.source.as_deref().map(|s| ("journal", tex(s))));
    fields.extend(year.clone().map(|year| ("year", year)));
    fields.extend(a.published.map(|p| ("date", p.date.to_string())));
    fields.extend(a.language.clone().map(|l| ("langid", l)));
    fields.extend(a.url.as_deref().map(|u| ("url", u.replace(['{', '}', '\\'], ""))));
    let name =
        a.byline.first().or(a.source.as_ref()).map_or("article", |s| s.split_whitespace().next_back().unwrap_or(s));
    let word = a.headline().and_then(|h| h.split_whitespace().find(|w| w.len() > 3)).unwrap_or_default();
    let key = [name, year.as_deref().unwrap_or_default(), word].map(ascii).concat();
    let mut out = format!("@article{{{key}");
    for (field, value) in fields {
        let _ = write!(out, ",\n  {field} = {{{value}}}");
    }
    out + "\n}\n"
}

fn ris(a: &Article) -> String {
    let mut out = String::from("TY  - NEWS\n");
    let mut field = |tag: &str, value: &str| {
        let _ = writeln!(out, "{tag}  - {}", line(value));
    };
    a.byline.iter().for_each(|name| field("AU", name));
    a.headline().into_iter().for_each(|h| field("TI", h));
    a.source.iter().for_each(|s| field("T2", s));
    if let Some(published) = a.published {
        field("PY", &published.date.year().to_string());
        field("DA", &published.date.strftime("%Y/%m/%d/").to_string());
    }
    a.language.iter().for_each(|l| field("LA", l));
    a.url.iter().for_each(|u| field("UR", u));
    field("ID", &a.id);
    out + "ER  - \n"
}

fn csl(a: &Article) -> String {
    let mut item = serde_json::Map::new();
    item.insert("id".into(), json!(a.id));
    item.insert("type".into(), json!("article-newspaper"));
    if !a.byline.is_empty() {
        item.insert("author".into(), a.byline.iter().map(|name| json!({ "literal": name })).collect());
    }
    let texts =
        [("title", a.headline()), ("container-title", a.source.as_deref()), ("language", a.language.as_deref())];
    for (field, value) in texts.into_iter().chain([("URL", a.url.as_deref())]) {
        if let Some(value) = value {
            item.insert(field.into(), json!(value));
        }
    }
    if let Some(p) = a.published {
        let parts = [p.date.year(), p.date.month().into(), p.date.day().into()];
        item.insert("issued".into(), json!({ "date-parts": [parts] }));
    }
    format!("{:#}\n", json!([item]))
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as TeX reads it.
fn tex(text: &str) -> String {
    let mut out = String::new();
    for c in line(text).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            _ => out.push(c),
        }
    }
    out
}

/// The letters and digits of a text, folded to ASCII.
fn ascii(text: &str) -> String {
    crate::article::fold::fold(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Span, Stamp, Zone, ZoneKind};

    fn sample() -> Article {
        let text = "Profits & losses\nat {Delta} Quay";
        let published = Stamp { date: jiff::civil::date(2023, 3, 5), time: None, offset: None };
        Article {
            id: "cl-7".into(),
            byline: vec!["Owen Pritchard".into(), "María Núñez".into()],
            source: Some("Capital Lines".into()),
            published: Some(published),
            url: Some("https://example.org/a_b?x=1&y".into()),
            language: Some("en".into()),
            text: text.into(),
            zones: vec![Zone { kind: ZoneKind::Headline, span: Span::new(0, text.len()) }],
            ..Article::default()
        }
    }

    #[test]
    fn a_footnote() {
        assert_eq!(
            cite(&sample(), Style::Plain),
            "Owen Pritchard, María Núñez, “Profits & losses at {Delta} Quay”, Capital Lines, 5 March 2023, \
             https://example.org/a_b?x=1&y\n"
        );
        assert_eq!(cite(&Article { id: "x".into(), ..Article::default() }, Style::Plain), "x\n");
    }

    #[test]
    fn for_programs() {
        insta::assert_snapshot!(cite(&sample(), Style::BibTex), @r"
        @article{pritchard2023profits,
          author = {{Owen Pritchard} and {María Núñez}},
          title = {{Profits \& losses at \{Delta\} Quay}},
          journal = {Capital Lines},
          year = {2023},
          date = {2023-03-05},
          langid = {en},
          url = {https://example.org/a_b?x=1&y}
        }
        ");
        insta::assert_snapshot!(cite(&sample(), Style::Ris), @r"
        TY  - NEWS
        AU  - Owen Pritchard
        AU  - María Núñez
        TI  - Profits & losses at {Delta} Quay
        T2  - Capital Lines
        PY  - 2023
        DA  - 2023/03/05/
        LA  - en
        UR  - https://example.org/a_b?x=1&y
        ID  - cl-7
        ER  -
        ");
        let csl: serde_json::Value = serde_json::from_str(&cite(&sample(), Style::Csl)).expect("JSON");
        assert_eq!(csl[0]["author"][1], json!({ "literal": "María Núñez" }));
        assert_eq!(csl[0]["issued"]["date-parts"], json!([[2023, 3, 5]]));
    }
}
