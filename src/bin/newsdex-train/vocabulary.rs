//! The words of the document store: what stands in articles most often, words and what is between them.
//!
//! Read are articles as `newsdex parse --format jsonl` prints them. Each file weighs the same, however large it is;
//! what stands in fewer than [`FEWEST`] articles of a file is no word of news but a part of somebody's text.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use newsdex::index::store::words::{MOST, NEWLINE, pieces};
use rustc_hash::{FxHashMap, FxHashSet};

const FEWEST: u32 = 3;
/// Longer ones are rules and addresses.
const LONGEST: usize = 40;

/// Counts the words of these files and writes the most frequent.
pub fn save(files: &[String], out: &Path) -> Result<()> {
    let mut shares: FxHashMap<String, f64> = FxHashMap::default();
    for file in files {
        let counts = count(Path::new(file)).with_context(|| file.clone())?;
        let all: u32 = counts.values().map(|(times, _)| times).sum();
        for (word, (times, articles)) in counts {
            if articles >= FEWEST {
                *shares.entry(word).or_default() += f64::from(times) / f64::from(all);
            }
        }
    }
    // For words that touch; it must be there.
    shares.entry(String::new()).or_default();
    let mut list: Vec<_> = shares.into_iter().collect();
    list.sort_by(|(a, x), (b, y)| {
        y.total_cmp(x).then_with(|| (Reverse(a.is_empty()), a).cmp(&(Reverse(b.is_empty()), b)))
    });
    list.truncate(MOST);
    let lines: String = list.iter().map(|(word, _)| word.replace('\n', &NEWLINE.to_string()) + "\n").collect();
    fs::write(out, lines)?;
    eprintln!("{} words", list.len());
    Ok(())
}

/// How often each stands in a file, and in how many of its articles.
fn count(file: &Path) -> Result<FxHashMap<String, (u32, u32)>> {
    let mut counts: FxHashMap<String, (u32, u32)> = FxHashMap::default();
    for line in BufReader::new(File::open(file)?).lines() {
        let article: serde_json::Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().unwrap_or_default();
        let mut met = FxHashSet::default();
        let mut one = |piece: &str| {
            let sign = |c: char| c == NEWLINE || (c.is_control() && c != '\n');
            if piece.len() > LONGEST || piece.contains(sign) {
                return;
            }
            let (times, articles) = counts.entry(piece.to_owned()).or_default();
            *times += 1;
            *articles += u32::from(met.insert(piece.to_owned()));
        };
        for (i, (gap, word)) in pieces(text).enumerate() {
            // A space between words goes without saying.
            if (gap != " " || i == 0 || word.is_empty()) && (i > 0 || !gap.is_empty()) {
                one(gap);
            }
            if !word.is_empty() {
                one(word);
            }
        }
    }
    Ok(counts)
}
