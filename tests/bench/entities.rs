//! Names: tokens a second on one core for tokenising, recognition and resolution together.
//!
//! ```text
//! cargo bench --bench entities [-- FILE.jsonl.gz…]
//! ```
//!
//! Reads the `text` of JSONL rows; without arguments `../shared/data/entities/*.jsonl.gz` and, because wire copy of the
//! annotated kind is dense with names, `../shared/data/corpora/allsides.jsonl.gz` beside it. Says so when they are
//! missing. The baseline is tokenising alone, in the same run.

use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use flate2::read::MultiGzDecoder;
use newsdex::article::{Article, Body, RawDocument, Tokens};
use newsdex::parse::{entity, parse};

/// Tokens a file are enough to time.
const ENOUGH: usize = 2_000_000;

fn main() {
    let mut files: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if files.is_empty() {
        let data = ["entities/worldwide", "entities/ieer", "corpora/allsides"];
        files = data.map(|f| format!("../shared/data/{f}.jsonl.gz")).to_vec();
    }
    println!("{:50} {:>10} {:>12} {:>12} {:>8} {:>9}", "file", "tokens", "cut /s", "names /s", "ratio", "mentions");
    for file in &files {
        let Some(articles) = articles(file) else {
            println!("{file}: not there; it is among the data that the project is measured on");
            continue;
        };
        let tokens: usize = articles.iter().map(|a| a.tokens.len()).sum();
        // The model is unpacked before the clock starts.
        entity::annotate(&mut articles[0].clone());
        let start = Instant::now();
        for a in &articles {
            black_box(Tokens::of(&a.text));
        }
        let cut = start.elapsed().as_secs_f64();
        let mut copies = articles.clone();
        let start = Instant::now();
        let mut mentions = 0;
        for a in &mut copies {
            a.tokens = Tokens::of(&a.text);
            entity::annotate(a);
            mentions += a.mentions.len();
        }
        let all = start.elapsed().as_secs_f64();
        let rate = |seconds: f64| tokens as f64 / seconds;
        println!("{file:50} {tokens:10} {:12.0} {:12.0} {:8.2} {mentions:9}", rate(cut), rate(all), cut / all);
    }
}

/// The articles of a file, parsed; `None` if it cannot be opened.
fn articles(file: &str) -> Option<Vec<Article>> {
    let reader = BufReader::new(MultiGzDecoder::new(std::fs::File::open(file).ok()?));
    let mut articles = Vec::new();
    let mut tokens = 0;
    for line in reader.lines().map_while(Result::ok) {
        let Ok(row) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        let text = row["text"].as_str().unwrap_or_default().to_string();
        let article = parse(RawDocument { body: Body::Plain(text), ..RawDocument::default() }).article;
        tokens += article.tokens.len();
        articles.push(article);
        if tokens > ENOUGH {
            break;
        }
    }
    (!articles.is_empty()).then_some(articles)
}
