//! How fast questions are answered: beside plain tantivy's top ten, on the same stories, in the same run.
//!
//! ```text
//! cargo bench --bench search [-- --queries 300 --times 10]
//! ```
//!
//! Reuters-21578 is indexed twice on disk, by newsdex and by plain tantivy (title and body, stemmed, stored). Queries
//! are made of the stories' own headlines: two or three neighbouring words, the same as a phrase, and within ten words
//! of each other, and the first of them as the beginning of a word. `--times 10` searches ten of each story, with a
//! tenth of the words moved. Copies are shown; *collapsed* is the same with copies shown once. newsdex answers with the
//! ten best passages, highlighted; tantivy with the ten best documents by the same words, neither highlighted nor
//! fetched. One thread, warm; the kinds take turns. *Command* is the whole process: start, open, answer, print.

#[path = "corpus.rs"]
mod corpus;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use newsdex::article::Tokens;
use newsdex::index::{Entry, FileKey, Index, Options};
use newsdex::parse;
use newsdex::search::{Duplicates, Request, search};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: usize| {
        args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)?.parse().ok()).unwrap_or(default)
    };
    let wanted = number("--queries", 300);
    let path = Path::new("../shared/data/corpora/reuters21578-sgm.tar.gz");
    if !path.exists() {
        println!("needs {}, which is not there; nothing measured", path.display());
        return;
    }
    let documents = corpus::load(path).times(number("--times", 1));
    let (ours, theirs) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let index = Index::open_or_create(ours.path(), parse::MODELS).expect("an index");
    let writer = index.writer(Options { threads: 2, memory: 160 << 20 }).expect("a writer");
    for raw in &documents.documents {
        let article = parse::parse(raw.clone()).article;
        writer.replace(Entry::new(&article, FileKey::of("file"), writer.fields())).expect("room");
    }
    writer.finish().expect("a commit");
    // As `index` leaves it: otherwise each command learns them again.
    index.reader().and_then(|reader| reader.save_sidecars()).expect("the sidecars");
    corpus::plain(&documents, 2, theirs.path());

    let words = headline_words(&documents, wanted);
    let readers = [index.reader().expect("a reader")];
    let tantivy = Plain::open(theirs.path());
    let mut table: Vec<(&str, Vec<f64>)> =
        ["plain tantivy, words", "words", "phrase", "NEAR/10", "prefix", "words, collapsed", "command, words"]
            .map(|n| (n, Vec::new()))
            .into();
    // The first round warms and is not counted.
    for round in 0..2 {
        for (i, words) in words.iter().enumerate() {
            let bare = words.join(" ");
            let mut time = |kind: usize, run: &mut dyn FnMut()| {
                let started = Instant::now();
                run();
                if round > 0 {
                    table[kind].1.push(started.elapsed().as_secs_f64() * 1e3);
                }
            };
            time(0, &mut || tantivy.answer(&bare));
            let prefix = words[0].get(..4).map_or_else(|| bare.clone(), |first| format!("{first}*"));
            let phrase = format!("\"{bare}\"");
            let queries = [&bare, &phrase, &words.join(" NEAR/10 "), &prefix, &bare];
            for (kind, query) in (1..).zip(queries) {
                let duplicates = if kind == 5 { Duplicates::Collapse } else { Duplicates::Show };
                let request = Request { duplicates, ..Request::parse(query).expect("a query") };
                time(kind, &mut || drop(search(&readers, &request).expect("an answer")));
            }
            if i % 10 == 0 {
                time(6, &mut || command(ours.path(), &bare));
            }
        }
    }
    let (stories, text) = (documents.documents.len(), documents.text as f64 / 1e6);
    println!("{stories} stories, {text:.1} MB of text, {} queries, milliseconds", words.len());
    println!("{:24} {:>8} {:>8} {:>8}", "", "p50", "p95", "p99");
    for (name, mut times) in table {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
        println!("{name:24} {:>8.3} {:>8.3} {:>8.3}", at(0.5), at(0.95), at(0.99));
    }
}

/// Two or three neighbouring words from the headlines of stories spread over the corpus, in lower case.
fn headline_words(documents: &corpus::Corpus, wanted: usize) -> Vec<Vec<String>> {
    let step = (documents.documents.len() / wanted.max(1)).max(1);
    let mut out = Vec::new();
    for (i, raw) in documents.documents.iter().step_by(step).enumerate() {
        let (headline, _) = corpus::title_and_body(raw);
        let long = |w: &&str| w.len() > 3 && w.bytes().all(|b| b.is_ascii_alphabetic());
        let tokens = Tokens::of(headline);
        let words: Vec<&str> = tokens.iter().map(|t| t.term(headline)).filter(long).collect();
        let n = 2 + i % 2;
        out.extend(words.windows(n).next().map(|w| w.iter().map(|w| w.to_lowercase()).collect()));
    }
    out
}

fn command(index: &Path, query: &str) {
    let status = Command::new(env!("CARGO_BIN_EXE_newsdex"))
        .args(["search", query, "--index"])
        .arg(index)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.is_ok());
}

/// The baseline: the ten best documents for words ranked together, over title and body.
struct Plain {
    searcher: tantivy::Searcher,
    parser: tantivy::query::QueryParser,
}

impl Plain {
    fn open(folder: &Path) -> Plain {
        let index = tantivy::Index::open_in_dir(folder).expect("an index");
        index.tokenizers().register("en_stem", corpus::en_stem());
        let schema = index.schema();
        let fields = ["title", "body"].map(|name| schema.get_field(name).expect("a field")).to_vec();
        let parser = tantivy::query::QueryParser::for_index(&index, fields);
        Plain { searcher: index.reader().expect("a reader").searcher(), parser }
    }

    fn answer(&self, query: &str) {
        let query = self.parser.parse_query(query).expect("plain words");
        let best = tantivy::collector::TopDocs::with_limit(10).order_by_score();
        std::hint::black_box(self.searcher.search(&query, &best).expect("an answer"));
    }
}
