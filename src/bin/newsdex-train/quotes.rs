//! Quotes: training, and printing what is found for the scorer.

use crate::corpus;
use anyhow::{Context, Result};
use newsdex::article::{Article, Span, Tokens, Zone, ZoneKind};
use newsdex::parse::quote::train::{Attribution, Example, train as fit};
use newsdex::parse::{entity, quote, sentence};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};
use std::{fs, io, path::Path};

/// Every article of this number is held out, unless `--whole` is said.
const HELD_OUT: usize = 10;

/// Trains on PolNeAR and writes the weights.
pub fn train(data: &Path, out: &Path, whole: bool) -> Result<()> {
    let (mut examples, mut held_out) = (Vec::new(), Vec::new());
    for (n, row) in corpus::rows(&data.join("quotes/polnear-train.jsonl.gz"))?.enumerate() {
        let held = n % HELD_OUT == HELD_OUT - 1;
        if held {
            held_out.push(example(&row?)?);
        } else {
            examples.push(example(&row?)?);
        }
    }
    if whole {
        examples.append(&mut held_out);
    }
    let weights = fit(&examples, &held_out, |line| eprintln!("{line}"));
    fs::write(out, weights).with_context(|| format!("writing {}", out.display()))
}

fn example(row: &Value) -> Result<Example> {
    let text = row["text"].as_str().context("a row without text")?;
    let mut bytes: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    bytes.push(text.len());
    let at = |v: &Value| v.as_u64().and_then(|n| bytes.get(n as usize).copied()).context("an offset outside the text");
    let spans = |v: &Value| -> Result<Vec<Span>> {
        v.as_array().into_iter().flatten().map(|s| Ok(Span::new(at(&s[0])?, at(&s[1])?))).collect()
    };
    let gold = row["quotes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|q| {
            Ok(Attribution { content: spans(&q["content"])?, cue: spans(&q["cue"])?, speaker: spans(&q["speaker"])? })
        })
        .collect::<Result<_>>()?;
    Ok(Example { article: article(text), gold })
}

/// An article whose text is exactly this, a paragraph a line, with everything found but the quotes.
fn article(text: &str) -> Article {
    let mut article = Article { text: text.to_string(), language: Some("en".into()), ..Article::default() };
    article.tokens = Tokens::of(text);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len()).trim(text);
        if !span.is_empty() {
            article.paragraphs.push(span);
        }
        at += line.len();
    }
    article.zones = vec![Zone { kind: ZoneKind::Body, span: Span::new(0, text.len()).trim(text) }];
    article.sentences = sentence::cut(text, &article.tokens, &article.paragraphs, &article.zones, Some("en"));
    entity::annotate(&mut article);
    article
}

/// Prints the quotes of gold files for the scorer; the time that finding them took goes to standard error.
pub fn print(files: &[String]) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for file in files {
        for row in corpus::rows(Path::new(file))? {
            let row = row?;
            let mut article = article(row["text"].as_str().context("a row without text")?);
            let start = Instant::now();
            quote::annotate(&mut article);
            time += start.elapsed();
            bytes += article.text.len();
            writeln!(out, "{}", wire(&row["id"], &article))?;
        }
    }
    eprintln!("{:.1} MB/s", bytes as f64 / 1e6 / time.as_secs_f64());
    Ok(())
}

fn wire(id: &Value, article: &Article) -> Value {
    let text = article.text.as_str();
    let mut points = vec![0u32; text.len() + 1];
    let mut n = 0;
    for (i, c) in text.char_indices() {
        points[i..i + c.len_utf8()].fill(n);
        n += 1;
    }
    points[text.len()] = n;
    let span = |s: &Span| json!({"text": s.of(text), "start": points[s.start as usize], "end": points[s.end as usize]});
    let quotes: Vec<Value> = article
        .quotes
        .iter()
        .map(|q| {
            let speaker = q.speaker.as_ref().map(|s| {
                json!({"name": s.name, "mention": s.mention.as_ref().map(span), "role": s.role,
                       "affiliation": s.affiliation, "resolved": s.resolved.name(), "confidence": s.confidence})
            });
            json!({"kind": q.kind.name(), "text": q.span().of(text), "parts": q.parts.iter().map(span).collect::<Vec<_>>(),
                   "cue": q.cue.as_ref().map(span), "confidence": q.confidence, "speaker": speaker})
        })
        .collect();
    json!({"id": id, "text": text, "quotes": quotes})
}
