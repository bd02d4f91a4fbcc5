//! How fast indexing is, what it needs, and how large the index gets: beside plain tantivy, in the same run.
//!
//! ```text
//! cargo bench --bench indexing [-- --rounds 5 --threads 2 --corpus reuters|bbc|allsides --times 10 --only 'parse alone']
//! ```
//!
//! All variants get the same documents, already decoded and in memory, and leave a committed index on disk, merges
//! done. They take turns within a round; a ratio is plain tantivy's time over the variant's in the same round, so that
//! above 1 is faster, and the middle, the least and the most of all rounds are printed. *Plain* is tantivy with title
//! and body, stemmed and stored, on the same number of threads. Peak memory is anonymous memory beyond what the
//! documents take, as the kernel counts it every few milliseconds.

#[path = "corpus.rs"]
mod corpus;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use corpus::{Corpus, load};
use newsdex::article::Article;
use newsdex::index::{Entry, FileKey, Index, Options};
use newsdex::parse;

const MEMORY: usize = 160 << 20;

struct Measured {
    time: f64,
    /// Seconds of both user and kernel, all threads.
    cpu: f64,
    peak: u64,
    disk: u64,
}

type Variant = (&'static str, fn(&Corpus, &[Article], usize, &Path));

const VARIANTS: &[Variant] = &[
    ("plain tantivy", |corpus, _, threads, folder| corpus::plain(corpus, threads, folder)),
    ("index alone, articles parsed", index_alone),
    ("parse alone", parse_alone),
    ("parse and index", parse_and_index),
];

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)).cloned();
    let number = |name, default| option(name).and_then(|n| n.parse().ok()).unwrap_or(default);
    let (rounds, threads) = (number("--rounds", 5), number("--threads", 2));
    let corpus = option("--corpus").unwrap_or_else(|| "reuters".into());
    let file = match corpus.as_str() {
        "bbc" => "bbc-news-txt.tar.gz",
        "allsides" => "allsides.jsonl.gz",
        _ => "reuters21578-sgm.tar.gz",
    };
    let path = Path::new("../shared/data/corpora").join(file);
    if !path.exists() {
        println!("needs {}, which is not there; nothing measured", path.display());
        return;
    }
    let corpus = load(&path).times(number("--times", 1));
    let articles: Vec<Article> = corpus.documents.iter().map(|d| parse::parse(d.clone()).article).collect();
    let text = corpus.text as f64;
    println!("{} documents, {:.1} MB of text, {threads} threads, {rounds} rounds", corpus.documents.len(), text / 1e6);

    let only = option("--only");
    let variants: Vec<&Variant> =
        VARIANTS.iter().filter(|(name, _)| only.as_deref().is_none_or(|o| o == *name)).collect();
    let mut runs: Vec<Vec<Measured>> = variants.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((_, variant), runs) in variants.iter().zip(&mut runs) {
            runs.push(measure(|folder| variant(&corpus, &articles, threads, folder)));
        }
    }

    println!(
        "\n{:30} {:>8} {:>7} {:>8} {:>8} {:>9}   ratio to plain: median (least – most)",
        "", "docs/s", "MB/s", "CPU µs", "peak MB", "disk/text"
    );
    for ((name, _), mine) in variants.iter().zip(&runs) {
        let time = median(mine.iter().map(|m| m.time));
        let ratios: Vec<f64> = runs[0].iter().zip(mine).map(|(plain, m)| plain.time / m.time).collect();
        let n = corpus.documents.len() as f64;
        println!(
            "{name:30} {:>8.0} {:>7.1} {:>8.1} {:>8.0} {:>9.2}   {:.2} ({:.2} – {:.2})",
            n / time,
            text / 1e6 / time,
            median(mine.iter().map(|m| m.cpu)) / n * 1e6,
            median(mine.iter().map(|m| m.peak as f64)) / 1e6,
            median(mine.iter().map(|m| m.disk as f64)) / text,
            median(ratios.iter().copied()),
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(0.0, f64::max),
        );
    }

    let folder = tempfile::tempdir().expect("a folder");
    parse_and_index(&corpus, &articles, threads, folder.path());
    let stores = fs::read_dir(folder.path()).expect("the folder").flatten();
    let segments = stores.filter(|e| e.path().extension().is_some_and(|kind| kind == "store")).count();
    println!("\n{segments} segments; bytes of the index per byte of text, by kind of file:");
    for (kind, bytes) in by_kind(folder.path()) {
        println!("  {kind:12} {:.4}", bytes as f64 / text);
    }
    println!(
        "\nof what tantivy keeps by field: {:>10} {:>9} {:>9} {:>9}",
        "dictionary", "postings", "positions", "column"
    );
    for (field, parts) in by_field(folder.path()) {
        println!("  {field:30} {}", parts.map(|bytes| format!("{:9.4}", bytes as f64 / text)).join(" "));
    }
}

fn index_alone(_: &Corpus, articles: &[Article], threads: usize, folder: &Path) {
    indexing(articles.len(), threads, folder, |i, fields| Entry::new(&articles[i], FileKey::of("file"), fields));
}

fn parse_and_index(corpus: &Corpus, _: &[Article], threads: usize, folder: &Path) {
    indexing(corpus.documents.len(), threads, folder, |i, fields| {
        Entry::new(&parse::parse(corpus.documents[i].clone()).article, FileKey::of("file"), fields)
    });
}

fn parse_alone(corpus: &Corpus, _: &[Article], threads: usize, _: &Path) {
    each(corpus.documents.len(), threads, |i| {
        black_box(parse::parse(corpus.documents[i].clone()));
    });
}

fn indexing(
    n: usize,
    threads: usize,
    folder: &Path,
    entry: impl Fn(usize, &newsdex::index::schema::Fields) -> Entry + Sync,
) {
    let index = Index::open_or_create(folder, "bench").expect("an index");
    let writer = index.writer(Options { threads, memory: MEMORY }).expect("a writer");
    each(n, threads, |i| writer.add(entry(i, writer.fields())).expect("room"));
    writer.finish().expect("a commit");
}

/// Does `work` for `0..n` on so many threads, a few at a time.
fn each(n: usize, threads: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(16, Ordering::Relaxed);
                    if from >= n {
                        return;
                    }
                    (from..n.min(from + 16)).for_each(&work);
                }
            });
        }
    });
}

fn measure(run: impl FnOnce(&Path)) -> Measured {
    let folder = tempfile::tempdir().expect("a folder");
    let done = AtomicBool::new(false);
    let before = anonymous();
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(anonymous());
                std::thread::sleep(Duration::from_millis(5));
            }
            peak
        });
        let (cpu, start) = (cpu_seconds(), Instant::now());
        let end = End(&done);
        run(folder.path());
        drop(end);
        let (time, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let peak = watch.join().expect("the watch").saturating_sub(before);
        let disk = by_kind(folder.path()).iter().map(|(_, bytes)| bytes).sum();
        Measured { time, cpu, peak, disk }
    })
}

/// Ends the watch, even if the run panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Bytes in a folder by the ending of the files' names, the most first.
fn by_kind(folder: &Path) -> Vec<(String, u64)> {
    let mut kinds: std::collections::BTreeMap<String, u64> = Default::default();
    let files: Vec<PathBuf> = fs::read_dir(folder).expect("the folder").flatten().map(|e| e.path()).collect();
    for file in files {
        let kind = file.extension().map_or_else(|| "other".into(), |e| e.to_string_lossy().into_owned());
        *kinds.entry(kind).or_default() += fs::metadata(&file).map_or(0, |m| m.len());
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    kinds
}

/// Bytes of each field, over all segments: its dictionary, postings, positions and column; the most first.
fn by_field(folder: &Path) -> Vec<(String, [u64; 4])> {
    let index = tantivy::Index::open_in_dir(folder).expect("the index");
    let searcher = index.reader().expect("a reader").searcher();
    let usage = searcher.space_usage().expect("readable segments");
    let mut fields: std::collections::BTreeMap<String, [u64; 4]> = Default::default();
    for segment in usage.segments() {
        let parts = [segment.termdict(), segment.postings(), segment.positions(), segment.fast_fields()];
        for (i, part) in parts.iter().enumerate() {
            for field in part.fields() {
                fields.entry(field.field_name().to_owned()).or_default()[i] += field.total().get_bytes();
            }
        }
    }
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(_, parts)| std::cmp::Reverse(parts.iter().sum::<u64>()));
    fields
}

/// Anonymous memory of this process in bytes; 0 where the kernel does not say.
fn anonymous() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// CPU time of this process so far, in seconds, to a hundredth.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut v: Vec<f64> = values.collect();
    v.sort_by(f64::total_cmp);
    v[v.len() / 2]
}
