//! Quotes: training, and printing what is found for the scorer.

use crate::corpus;
use anyhow::{Context, Result};
use newsdex::article::{Article, Shape, Span, Tokens, Zone, ZoneKind};
use newsdex::parse::entity::{lexicon, recognise::Model};
use newsdex::parse::quote::train::{Attribution, Example, train as fit, write_companies};
use newsdex::parse::{entity, quote, sentence};
use rustc_hash::FxHashMap;
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

/// How many words have a company, the most frequent ones.
const COMPANIES: usize = 16_000;

/// A company is one of finite verbs if this share of its occurrences follow a pronoun that is a subject.
const FINITE: f64 = 0.05;

/// Writes down what company the most frequent words in small letters keep: the coarser clusters of the names' model.
pub fn company(data: &Path, out: &Path) -> Result<()> {
    const SUBJECTS: [&str; 7] = ["he", "she", "they", "we", "who", "I", "it"];
    // How often each word was seen, and how often after a subject.
    let mut counts: FxHashMap<String, (u32, u32)> = FxHashMap::default();
    corpus::plain(data, &mut |text| {
        let mut subject = false;
        for t in Tokens::of(text).iter() {
            let word = t.span.of(text);
            if t.shape == Shape::Lower {
                match counts.get_mut(word) {
                    Some(n) => *n = (n.0 + 1, n.1 + subject as u32),
                    None => _ = counts.insert(word.to_string(), (1, subject as u32)),
                }
            }
            subject = SUBJECTS.contains(&word);
        }
    })?;
    let lexicon = &Model::get().lexicon;
    let mut words: Vec<(u32, String, u8)> = Vec::new();
    let mut after = [(0f64, 0f64); 256];
    for (word, (n, subjects)) in counts {
        let cluster = lexicon.word(lexicon::word(&word)).lower[0];
        let Some(company) = u8::try_from(cluster).ok().filter(|&c| c > 0) else { continue };
        after[company as usize].0 += n as f64;
        after[company as usize].1 += subjects as f64;
        words.push((n, word, company));
    }
    let finite: Vec<u8> = (1..=255u8).filter(|&c| after[c as usize].1 > FINITE * after[c as usize].0).collect();
    words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    words.truncate(COMPANIES);
    for &c in &finite {
        let some: Vec<_> = words.iter().filter(|w| w.2 == c).take(12).map(|w| w.1.as_str()).collect();
        eprintln!("finite {c} ({:.2}): {}", after[c as usize].1 / after[c as usize].0, some.join(" "));
    }
    let bytes = write_companies(&finite, words.iter().map(|(_, word, c)| (word.as_str(), *c)))?;
    fs::write(out, bytes).with_context(|| format!("writing {}", out.display()))
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
pub fn print(files: &[String], weights: Option<&Path>) -> Result<()> {
    let weights = weights.map(|p| fs::read(p).with_context(|| format!("reading {}", p.display()))).transpose()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for file in files {
        for row in corpus::rows(Path::new(file))? {
            let row = row?;
            let mut article = article(row["text"].as_str().context("a row without text")?);
            let start = Instant::now();
            match &weights {
                Some(weights) => quote::annotate_with(&mut article, weights),
                None => quote::annotate(&mut article),
            }
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
