//! Annotated and plain news as training reads it.

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use newsdex::article::{Article, EntityType, Span, Tokens};
use newsdex::parse::sentence;
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::{fs::File, io::BufRead, io::BufReader, io::Read, path::Path};

/// A text and the names in it.
pub struct Annotated {
    pub id: String,
    pub text: String,
    pub names: Vec<(Span, EntityType)>,
}

/// The rows of a JSONL file, gzipped or not.
pub fn rows(path: &Path) -> Result<impl Iterator<Item = Result<Value>> + use<>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let reader: Box<dyn BufRead> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    Ok(reader.lines().map(|l| Ok(serde_json::from_str(&l?)?)))
}

/// A gold file of names.
pub fn annotated(path: &Path) -> Result<Vec<Annotated>> {
    rows(path)?
        .map(|row| {
            let row = row?;
            let text = row["text"].as_str().unwrap_or_default().to_string();
            // Code points to bytes.
            let mut bytes: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            bytes.push(text.len());
            let at = |v: &Value| v.as_u64().and_then(|n| bytes.get(n as usize).copied()).unwrap_or(text.len());
            let names = row["entities"].as_array().into_iter().flatten();
            let names = names
                .filter_map(|e| {
                    let (a, b) = (at(&e["start"]), at(&e["end"]));
                    let kind = EntityType::from_name(e["type"].as_str()?)?;
                    (a < b).then(|| (Span::new(a, b), kind))
                })
                .collect();
            Ok(Annotated { id: row["id"].as_str().unwrap_or_default().to_string(), text, names })
        })
        .collect()
}

/// A text as the recogniser wants it: paragraphs at blank lines, tokens, sentences. The text stays as it is, but for
/// single line breaks, which become spaces where the text is hard-wrapped.
pub fn article(id: &str, text: &str) -> Article {
    let mut article = Article { id: id.to_string(), text: unwrap(text), ..Article::default() };
    let mut at = 0;
    for part in article.text.split("\n\n") {
        let span = Span::new(at, at + part.len()).trim(&article.text);
        if !span.is_empty() {
            article.paragraphs.push(span);
        }
        at += part.len() + 2;
    }
    article.tokens = Tokens::of(&article.text);
    article.sentences = sentence::cut(&article.text, &article.tokens, &article.paragraphs, &article.zones, Some("en"));
    article
}

/// Line breaks inside paragraphs as spaces, if most paragraphs have several long lines.
fn unwrap(text: &str) -> String {
    let single = text.matches('\n').count() - 2 * text.matches("\n\n").count().min(text.matches('\n').count() / 2);
    if single < 5 || text.len() / (single + 1) > 200 {
        return text.to_string();
    }
    text.split("\n\n").map(|p| p.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

/// Hands every unlabelled text to `each`: all the news there is but what only measures.
pub fn plain(data: &Path, each: &mut dyn FnMut(&str)) -> Result<()> {
    let mut seen = FxHashSet::default();
    let mut once = |text: &str| {
        // The same story is in several collections.
        let opening: String = text.split_whitespace().flat_map(str::chars).skip(100).take(200).collect();
        if opening.len() > 50 && seen.insert(opening) {
            each(text);
        }
    };
    for (n, row) in rows(&data.join("entities/worldwide.jsonl.gz"))?.enumerate() {
        if (n + 1) % 10 != 0 {
            once(row?["text"].as_str().unwrap_or_default());
        }
    }
    let files = [
        "corpora/allsides.jsonl.gz",
        "retrieval/allsides-dev/docs.jsonl.gz",
        "retrieval/fnc-train/docs.jsonl.gz",
        "quotes/polnear-train.jsonl.gz",
    ];
    for file in files {
        for row in rows(&data.join(file))? {
            once(row?["text"].as_str().unwrap_or_default());
        }
    }
    for year in ["2019", "2020"] {
        let path = data.join(format!("corpora/wikinews-csv/wikinews_{year}.csv.gz"));
        for row in csv::Reader::from_reader(MultiGzDecoder::new(File::open(path)?)).records() {
            once(row?.get(3).unwrap_or_default());
        }
    }
    for name in ["corpora/bbc-news-txt.tar.gz", "corpora/reuters21578-sgm.tar.gz"] {
        let mut tar = tar::Archive::new(MultiGzDecoder::new(File::open(data.join(name))?));
        for entry in tar.entries()? {
            let mut bytes = Vec::new();
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            entry.read_to_end(&mut bytes)?;
            let text = String::from_utf8_lossy(&bytes);
            if path.ends_with(".txt") {
                once(&text);
            } else if path.ends_with(".sgm") {
                for story in text.split("<BODY>").skip(1) {
                    let body = story.split("</BODY>").next().unwrap_or_default();
                    once(
                        &body.replace("&lt;", "<").replace("&amp;", "&").replace("\n    ", "\n\n").replace("&#3;", ""),
                    );
                }
            }
        }
    }
    Ok(())
}
