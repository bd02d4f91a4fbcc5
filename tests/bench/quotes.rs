//! Quotes: how fast they are found and given their speakers, tokens and names being there.
//!
//! ```text
//! cargo bench --bench quotes
//! ```
//!
//! Needs `../shared/data/corpora/bbc-news-txt.tar.gz` and `quotes/polnear-train.jsonl.gz`; says so and ends where they
//! are missing. One core. The baseline of the same run is cutting the same text into tokens. The last rows are texts
//! made to hurt, twice as long the second time: their times should double.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use newsdex::article::{Article, Body, RawDocument, Tokens};
use newsdex::parse::{parse, quote};

fn main() {
    if std::env::args().any(|a| a == "--list") {
        return;
    }
    let data = Path::new("../shared/data");
    for (name, texts) in [("bbc", bbc(data)), ("polnear-train", polnear(data))] {
        match texts {
            Some(texts) if !texts.is_empty() => real(name, &texts),
            _ => println!("{name}: not there ({})", data.display()),
        }
    }
    for (name, piece) in [
        ("quotation marks", "\""),
        ("opening marks", "“"),
        ("unclosed quotes", "\"so it goes on and "),
        ("single marks", "' "),
        ("cues", "said "),
        ("cues and commas", "he said, she said that "),
        ("names and cues", "Orla Venn said Petra Maas told "),
        ("short quotes", "\"No,\" he said. "),
    ] {
        let times = [1usize, 2].map(|n| {
            let mut article = understood(&piece.repeat(n * 2_000_000 / piece.len()));
            annotate(&mut article)
        });
        println!("2 and 4 MB of {name}: {:.0?} and {:.0?}", times[0], times[1]);
    }
}

fn real(name: &str, texts: &[String]) {
    let mut articles: Vec<Article> = texts.iter().map(|t| understood(t)).collect();
    let bytes: usize = articles.iter().map(|a| a.text.len()).sum();
    let tokens = Instant::now();
    let count: usize = articles.iter().map(|a| Tokens::of(&a.text).len()).sum();
    let tokens = tokens.elapsed();
    let time = (0..3).map(|_| articles.iter_mut().map(annotate).sum::<Duration>()).min().unwrap_or_default();
    let quotes: usize = articles.iter().map(|a| a.quotes.len()).sum();
    let rate = |d: Duration| bytes as f64 / 1e6 / d.as_secs_f64();
    println!(
        "{name}: {:.1} MB, {count} tokens, {quotes} quotes: {:.1} MB/s (tokens alone {:.0} MB/s)",
        bytes as f64 / 1e6,
        rate(time),
        rate(tokens)
    );
}

fn understood(text: &str) -> Article {
    parse(RawDocument { body: Body::Plain(text.to_string()), language: Some("en".into()), ..RawDocument::default() })
        .article
}

fn annotate(article: &mut Article) -> Duration {
    let start = Instant::now();
    quote::annotate(article);
    start.elapsed()
}

fn bbc(data: &Path) -> Option<Vec<String>> {
    let file = std::fs::File::open(data.join("corpora/bbc-news-txt.tar.gz")).ok()?;
    let mut archive = tar::Archive::new(MultiGzDecoder::new(file));
    let mut texts = Vec::new();
    for entry in archive.entries().ok()? {
        let mut bytes = Vec::new();
        entry.ok()?.read_to_end(&mut bytes).ok()?;
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    Some(texts)
}

fn polnear(data: &Path) -> Option<Vec<String>> {
    let mut rows = String::new();
    let file = std::fs::File::open(data.join("quotes/polnear-train.jsonl.gz")).ok()?;
    MultiGzDecoder::new(file).read_to_string(&mut rows).ok()?;
    let text = |row: &str| serde_json::from_str::<serde_json::Value>(row).ok()?["text"].as_str().map(str::to_string);
    Some(rows.lines().filter_map(text).collect())
}
