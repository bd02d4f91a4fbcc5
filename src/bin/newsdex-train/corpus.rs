//! Annotated and plain news as training reads it.

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use newsdex::article::{Article, EntityType, Span, Tokens};
use newsdex::parse::sentence;
use serde_json::Value;
use std::{fs::File, io::BufRead, io::BufReader, path::Path};

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
    article.sentences = sentence::cut(&article.text, &article.tokens, &article.paragraphs, &article.zones);
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
