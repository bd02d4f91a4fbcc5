//! Factiva: full articles, with and without their index fields.
//!
//! ```text
//! Harbour deal ends strike                  HD  Harbour deal ends strike
//! By Ann Lee                                BY  By Ann Lee
//! 312 words                                 WC  312 words
//! 2 June 2021                               PD  2 June 2021
//! 10:15                                     ET  10:15
//! The Tarn Courier                          SN  The Tarn Courier
//! TARNC                                     SC  TARNC
//! English                                   LA  English
//! Copyright 2021 Tarn Press                 CY  Copyright 2021 Tarn Press
//! The strike is over. …                     LP  The strike is over.
//!                                           TD  It lasted a week. …
//! Document TARNC00020210602eh620001x        AN  Document TARNC00020210602eh620001x
//! ```
//!
//! Read are headline, byline, date and time, outlet, section, language, the id, the body, and of the index fields
//! subjects and places. Codes of industries and companies, pages and editions are left out.

use super::{Line, block, breaks_off, is_copyright, is_date, paragraphs};
use crate::article::{Body, RawDocument, ZoneKind};

/// `GRDN000020210602eh620001x`: a source's code, the day, and what tells the articles of that day apart.
pub fn is_id(id: &[u8]) -> bool {
    (18..=40).contains(&id.len())
        && id.first().is_some_and(u8::is_ascii_uppercase)
        && id.iter().all(u8::is_ascii_alphanumeric)
        && id.windows(8).any(|w| w.iter().all(u8::is_ascii_digit) && (w.starts_with(b"19") || w.starts_with(b"20")))
}

/// "Document", in the languages of Factiva's pages.
pub const DOCUMENT: &[&str] =
    &["Document", "Dokument", "Documento", "Документ", "文件", "文档", "文書", "ドキュメント"];

/// "words", in the same.
const WORDS: &[&str] = &["words", "mots", "Wörter", "palabras", "palavras", "parole", "слов", "字", "语", "語"];

/// The id in the line that closes an article.
pub fn closes(line: &str) -> Option<&str> {
    let line = line.strip_prefix("AN").map_or(line, str::trim_start);
    let (word, id) = line.split_once(char::is_whitespace)?;
    Some(id.trim()).filter(|id| DOCUMENT.contains(&word) && is_id(id.as_bytes()))
}

/// `1,312 words`
fn is_length(line: &str) -> bool {
    let number = WORDS.iter().find_map(|words| line.strip_suffix(words)).map(str::trim_end);
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b' ')))
}

pub fn articles(lines: &[Line]) -> Option<Vec<RawDocument>> {
    if !lines.iter().any(|l| closes(l.text).is_some()) {
        return None;
    }
    let mut all = Vec::new();
    let mut start = 0;
    for (i, line) in lines.iter().enumerate() {
        if let Some(id) = closes(line.text) {
            let raw = article(&lines[start..i]);
            all.extend(raw.map(|raw| RawDocument { id: Some(id.to_owned()), ..raw }));
            start = i + 1;
        }
    }
    // After the last there is a summary of the search, or an article that breaks off.
    let rest = &lines[start..];
    if !rest.iter().any(|l| l.text == "Search Summary")
        && let Some(mut raw) = article(rest)
    {
        raw.notices.push(breaks_off());
        all.push(raw);
    }
    Some(all)
}

fn article(lines: &[Line]) -> Option<RawDocument> {
    let indexed = lines.iter().any(|l| code(l.text).is_some_and(|(code, _)| code == "HD"));
    if indexed { fields(lines) } else { plain(lines) }
}

/// The two letters of an index field, and what stands behind them.
fn code(line: &str) -> Option<(&str, &str)> {
    const CODES: &[&str] = &[
        "AN", "AU", "BY", "CLM", "CO", "CR", "CT", "CX", "CY", "DE", "ED", "ET", "HD", "HL", "IN", "IPC", "IPD", "LA",
        "LP", "NS", "PD", "PG", "PUB", "RE", "RF", "SC", "SE", "SN", "TD", "VOL", "WC", "ART",
    ];
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    CODES.contains(&name).then(|| (name, rest.trim()))
}

/// With index fields: each runs to the next.
fn fields(lines: &[Line]) -> Option<RawDocument> {
    let mut raw = RawDocument { format: "factiva", ..RawDocument::default() };
    let mut blocks = Vec::new();
    let mut at = lines.iter().position(|l| code(l.text).is_some())?;
    while at < lines.len() {
        let (name, first) = code(lines[at].text)?;
        let next = (at + 1..lines.len()).find(|i| code(lines[*i].text).is_some()).unwrap_or(lines.len());
        let mut value: Vec<Line> = lines[at + 1..next].to_vec();
        if !first.is_empty() {
            value.insert(0, Line { text: first, opens: true });
        }
        at = next;
        let all = paragraphs(&value);
        let joined = all.join(" ");
        // "gcat : Political/General News | gpol : Domestic Politics"
        let listed = || joined.split('|').map(|p| p.rsplit(" : ").next().unwrap_or(p).trim().to_owned()).collect();
        match name {
            "HD" => raw.headline = Some(joined),
            "BY" | "AU" => raw.byline.push(joined),
            "SN" => raw.source = Some(joined),
            "SE" | "CLM" => raw.section = raw.section.or(Some(joined)),
            "LA" => raw.language = Some(joined),
            "PD" => raw.published = Some(joined),
            "ET" => raw.published = raw.published.map(|date| format!("{date} {joined}")),
            "NS" => raw.topics = listed(),
            "RE" => raw.places = listed(),
            "LP" | "TD" => blocks.extend(all.into_iter().map(|p| block(ZoneKind::Body, p))),
            "ART" => blocks.extend(all.into_iter().map(|p| block(ZoneKind::Caption, p))),
            _ => {}
        }
    }
    raw.body = Body::Blocks(blocks);
    Some(raw)
}

/// Without them: lines in a known order around the one that counts the words.
fn plain(lines: &[Line]) -> Option<RawDocument> {
    let length = lines.iter().position(|l| is_length(l.text))?;
    let mut raw = RawDocument { format: "factiva", ..RawDocument::default() };
    head(paragraphs(&lines[..length]), &mut raw);
    let mut rest = lines[length + 1..].iter().enumerate().peekable();
    let mut next = |test: &dyn Fn(&str) -> bool| rest.next_if(|(_, l)| test(l.text)).map(|(_, l)| l.text);
    let date = next(&is_date).map(str::to_owned);
    let time = next(&|l| l.len() <= 12 && l.as_bytes().get(1..4).is_some_and(|b| b.contains(&b':')));
    raw.published = date.map(|date| time.map_or(date.clone(), |time| format!("{date} {time}")));
    raw.source = next(&|l| l.len() <= 100).map(str::to_owned);
    // Code, edition, page, language and rights follow, short lines all of them, the rights last.
    const MOST: usize = 9;
    let from = rest.peek().map_or(lines.len(), |(i, _)| length + 1 + i);
    let front = lines[from..].iter().take(MOST).position(|l| is_copyright(l.text));
    let language = |l: &&Line| LANGUAGES.contains(&l.text);
    let spoken = lines[from..].iter().take(MOST).position(|l| language(&l));
    raw.language = spoken.and_then(|i| lines.get(from + i)).map(|l| l.text.to_owned());
    let mut body = from + front.or(spoken).map_or(0, |i| i + 1);
    // The rights may take several lines of one paragraph, or two.
    while lines.get(body).is_some_and(|l| front.is_some() && (!l.opens || is_copyright(l.text))) {
        body += 1;
    }
    let blocks = paragraphs(&lines[body..]).into_iter().map(|p| block(ZoneKind::Body, p));
    raw.body = Body::Blocks(blocks.collect());
    Some(raw)
}

/// As Factiva names them on its English pages, and in themselves.
const LANGUAGES: &[&str] = &[
    "Arabic",
    "Chinese",
    "Danish",
    "Deutsch",
    "Dutch",
    "English",
    "Español",
    "Français",
    "French",
    "German",
    "Italian",
    "Italiano",
    "Japanese",
    "Norwegian",
    "Polish",
    "Portuguese",
    "Português",
    "Russian",
    "Spanish",
    "Swedish",
    "Turkish",
];

/// Section, headline and byline: of which only the headline is always there.
fn head(mut lines: Vec<String>, raw: &mut RawDocument) {
    let is_name = |l: &str| {
        let words: Vec<&str> = l.split(' ').collect();
        (2..=4).contains(&words.len())
            && words.iter().all(|w| w.starts_with(char::is_uppercase))
            && !l.contains([':', '?', '!'])
    };
    if lines.len() > 1 && lines.last().is_some_and(|l| l.starts_with("By ") || is_name(l)) {
        raw.byline.extend(lines.pop());
    }
    raw.headline = lines.pop();
    raw.section = lines.pop().filter(|s| s.len() <= 60);
}
