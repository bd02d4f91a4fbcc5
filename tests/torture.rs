//! Mutated files and random queries: nothing that can be read or typed panics, hangs or breaks an invariant.
//!
//! Deterministic: iteration `n` always does the same, and a failure names its `n`. A few hundred run with the other
//! tests; `NEWSDEX_TORTURE=1000000 cargo test --release --test torture` runs as many as you have time for, and also
//! holds that memory does not grow with them.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use newsdex::article::{Article, Span};
use newsdex::index::{Entry, FileKey, Index, Options as WriterOptions, Reader};
use newsdex::parse;
use newsdex::read::{Options, walk};
use newsdex::search::{By, Hit, Request, Sort, search, syntax};

/// More than any one small input may take, even on a busy machine: what takes longer does not end.
const HANG: Duration = Duration::from_secs(20);

fn iterations(few: u64) -> u64 {
    std::env::var("NEWSDEX_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// Anonymous memory of this process in bytes; 0 where the kernel does not say.
fn anonymous() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Holds that memory does not grow: the most of the first fifth, and some room for what an allocator keeps, is enough
/// for all.
struct Memory {
    total: u64,
    most_of_the_first: u64,
}

/// What other tests of this program take at the same time, and what allocators keep.
const SLACK: u64 = 256 << 20;

impl Memory {
    fn of(total: u64) -> Memory {
        Memory { total, most_of_the_first: 0 }
    }

    fn at(&mut self, n: u64) {
        if !n.is_multiple_of(512) {
            return;
        }
        let now = anonymous();
        if n * 5 <= self.total {
            self.most_of_the_first = self.most_of_the_first.max(now);
        } else {
            let most = self.most_of_the_first;
            assert!(now <= most * 3 / 2 + SLACK, "{now} bytes at {n}, at most {most} in the first fifth");
        }
        if self.total > 100_000 && n.is_multiple_of(self.total / 20 / 512 * 512) {
            println!("{n} of {}, {} MB", self.total, now >> 20);
        }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What breaks programs that read text.
const NASTY: &[&[u8]] = &[
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3\x28",
    b"\xf0\x9f\x98",
    b"\xed\xa0\x80",
    b"\r\r\n",
    b"\x1a",
    b"\"",
    b"\xe2\x80\x9c",
    b"\xe2\x80\x9d",
    b"\xe2\x80\x99",
    b"''",
    b"``",
    b"\xc2\xab",
    b"\xc2\xbb",
    b"<",
    b"</",
    b"<!--",
    b"]]>",
    b"<![CDATA[",
    b"&amp;",
    b"&#x110000;",
    b"&#0;",
    b"{",
    b"[[[[[[[[",
    b"}}}}",
    b"\\u0000",
    b"\\ud800",
    b"1e999",
    b"-0",
    b"null",
    b"\n\n\n\n",
    b"    ",
    b"\t",
    b",\"",
    b"---\n",
    b"<REUTERS NEWID=\"",
    b"<DOC>",
    b"</TEXT>",
    b"\" said Mr. \"",
    b" said \"",
    b", according to ",
    b"U.S.",
    b"9999-99-99",
    b"Feb 30, 2023",
    b"+99:99",
    b"http://",
    b"\xd8\xa7\xd9\x84",
    b"\xe4\xb8\xad\xe6\x96\x87",
    b"\xcc\x81\xcc\x81\xcc\x81",
    b"\xe2\x80\xae",
    b"A. B. C. D. E. F.",
    b"' ' ' '",
];

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(6) {
        let (a, b) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let (a, b) = (a.min(b), a.max(b));
        match random.below(7) {
            0 if a < bytes.len() => bytes[a] ^= 1 << random.below(8),
            1 => drop(bytes.drain(a..b.min(a + 300))),
            2 => {
                let piece = bytes[a..b.min(a + 200)].to_vec();
                let at = random.below(bytes.len() + 1);
                bytes.splice(at..at, piece);
            }
            3 => bytes.truncate(b),
            4 => {
                let nasty = random.of(NASTY).repeat(1 + random.below(40));
                bytes.splice(a..a, nasty);
            }
            _ => drop(bytes.splice(a..a, random.of(NASTY).iter().copied())),
        }
    }
    bytes.truncate(60_000);
}

/// The sample archive, with the packed files in it, and the seeds of the fuzz targets: every format that is read has
/// its seed there.
fn seeds(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { seeds(&path, out) } else { out.push(path) }
    }
}

#[test]
fn mutated_files_give_sound_articles_or_problems() {
    let mut paths = Vec::new();
    for folder in ["corpus", "tests/fuzz/seeds"] {
        seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    }
    let scratch = tempfile::tempdir().unwrap();
    let (mut articles, mut problems) = (0u64, 0u64);
    let mut memory = Memory::of(iterations(300));
    for n in 0..iterations(300) {
        memory.at(n);
        let mut random = Random(n);
        let path = random.of(&paths);
        let mut bytes = std::fs::read(path).unwrap();
        mutate(&mut bytes, &mut random);
        let file = scratch.path().join(path.file_name().unwrap());
        std::fs::write(&file, &bytes).unwrap();
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| digest(&file)));
        std::fs::remove_file(&file).unwrap();
        let what = || format!("iteration {n}, made of {}", path.display());
        let (a, p) = outcome.unwrap_or_else(|_| panic!("a panic in {}", what()));
        assert!(start.elapsed() < HANG, "{:?} for {}", start.elapsed(), what());
        articles += a;
        problems += p;
    }
    assert!(articles > 0 && problems > 0, "{articles} articles and {problems} problems: the mutations test nothing");
}

/// Reads and parses a file; how many articles and how many problems it gave.
fn digest(file: &Path) -> (u64, u64) {
    let (mut articles, mut problems) = (0, 0);
    for entry in walk(&[file.to_owned()]) {
        let _ = entry.unwrap().records(&Options::default(), &mut |record| {
            for item in record.map(|r| r.documents()).unwrap_or_else(|problem| vec![Err(problem)]) {
                match item {
                    Ok(raw) => {
                        assert_sound(&parse::parse(raw).article);
                        articles += 1;
                    }
                    Err(problem) => {
                        assert!(!problem.to_string().is_empty());
                        assert_ne!(problem.code, "reader-fault", "{problem}");
                        problems += 1;
                    }
                }
            }
            ControlFlow::Continue(())
        });
    }
    (articles, problems)
}

/// What the other parts rely on, whatever the input was.
fn assert_sound(a: &Article) {
    let inside = |s: Span| assert!(a.text.get(s.range()).is_some(), "{s:?} is not in the text");
    let in_order = |spans: &mut dyn Iterator<Item = Span>, what: &str| {
        let mut end = 0;
        for s in spans {
            inside(s);
            assert!(s.start >= end, "{what} overlap at {s:?}");
            end = s.end;
        }
    };
    in_order(&mut a.zones.iter().map(|z| z.span), "zones");
    in_order(&mut a.paragraphs.iter().copied(), "paragraphs");
    in_order(&mut a.sentences.iter().copied(), "sentences");
    in_order(&mut a.tokens.iter().map(|t| t.span), "tokens");
    in_order(&mut a.mentions.iter().map(|m| m.span), "mentions");
    in_order(&mut a.quotes.iter().flat_map(|q| q.parts.iter().copied()), "quotes");
    assert!(a.mentions.iter().all(|m| (m.entity as usize) < a.entities.len()));
    for q in &a.quotes {
        assert!(!q.parts.is_empty() && (0.0..=1.0).contains(&q.confidence));
        q.cue.into_iter().for_each(inside);
        if let Some(s) = &q.speaker {
            s.mention.into_iter().for_each(inside);
            assert!((0.0..=1.0).contains(&s.confidence));
            assert!(s.entity.is_none_or(|e| (e as usize) < a.entities.len()));
        }
    }
}

/// What people type, and what they do not.
const PIECES: &[&str] = &[
    "strike",
    "wag*",
    "*ing",
    "?",
    "*",
    "organi?ation",
    "wages~1",
    "~",
    "~2",
    "\"",
    "“",
    "”",
    "\"port strike\"",
    "\"~3",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "NEAR/5",
    "BEFORE/3",
    "NEAR",
    "NEAR/0",
    "NEAR/99999999999",
    "SENTENCE",
    "PARAGRAPH",
    "+",
    "-",
    "--",
    "speaker:",
    "said:",
    "person:Lagarde",
    "entity:\"World Bank\"",
    "exact:Polish",
    "headline:",
    "date:2021-06",
    "date:2021..",
    "date:..",
    "date:>=",
    "date:9999-99",
    "words:>500",
    "words:>",
    "has:quotes",
    "has:",
    "first:50(",
    "atleast:3(",
    "atleast:0(",
    "first:",
    "10:30",
    "http://a.b",
    "O'Neill",
    "U.S.",
    "AT&T",
    "3.5",
    "Covid-19",
    "López",
    "東京",
    "#KurdsBetrayed",
    "@a",
    "\\",
    "/",
    "[",
    "]",
    "{",
    "}",
    "^",
    ":",
    "::",
    "\u{202e}",
    "\u{fffd}",
    "\u{301}",
    "\n",
    "'",
    "''",
    "=",
    "!",
    "&&",
    "||",
    "…",
    "a",
];

/// What somebody might type in query `n`.
fn typed(random: &mut Random) -> String {
    let mut query = String::new();
    for _ in 0..random.below(24) {
        query.push_str(random.of::<&str>(PIECES));
        if random.below(3) > 0 {
            query.push(' ');
        }
    }
    query
}

#[test]
fn random_queries_are_read_and_print_back_to_themselves() {
    let mut memory = Memory::of(iterations(20_000));
    for n in 0..iterations(20_000) {
        memory.at(n);
        let query = typed(&mut Random(n));
        let start = Instant::now();
        match syntax::parse(&query) {
            Ok(tree) => {
                let printed = tree.to_string();
                let again = syntax::parse(&printed)
                    .unwrap_or_else(|e| panic!("{query:?} prints as {printed:?}, which does not parse: {e}"));
                assert_eq!(again.to_string(), printed, "from {query:?}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        let _ = syntax::plain(&query).to_string();
        assert!(start.elapsed() < HANG, "{query:?} took {:?}", start.elapsed());
    }
}

/// The sample archive, understood and indexed.
fn archive() -> Vec<Reader> {
    let index = Index::in_ram().unwrap();
    let mut writer = index.writer(WriterOptions { threads: 1, memory: 0 }).unwrap();
    for entry in walk(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")]) {
        let _ = entry.unwrap().records(&Options::default(), &mut |record| {
            for raw in record.map(|r| r.documents()).unwrap_or_default().into_iter().flatten() {
                let article = parse::parse(raw).article;
                writer.replace(Entry::new(&article, FileKey::of(&article.id), writer.fields())).unwrap();
            }
            ControlFlow::Continue(())
        });
    }
    writer.commit().unwrap();
    vec![index.reader().unwrap()]
}

#[test]
fn random_queries_are_answered_and_pages_are_of_one_order() {
    let archive = archive();
    let total = iterations(150);
    let mut memory = Memory::of(total);
    let mut answered = 0;
    for n in 0..total {
        memory.at(n);
        let mut random = Random(n ^ 0x5151);
        let typed = typed(&mut random);
        let Ok(query) = syntax::parse(&typed) else { continue };
        let by = *random.of(&[By::Passage, By::Article]);
        let sort = *random.of(&[Sort::Relevance, Sort::Newest, Sort::Oldest]);
        let request = Request { by, sort, limit: Some(40), ..Request::new(query) };
        let start = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| search(&archive, &request)));
        let answer = answer.unwrap_or_else(|_| panic!("a panic in query {n}: {typed:?}"));
        assert!(start.elapsed() < HANG, "{typed:?} took {:?}", start.elapsed());
        let Ok(all) = answer else { continue };
        answered += 1;
        for hit in &all.hits {
            let mut end = 0;
            for span in &hit.highlights {
                assert!(span.start >= end && !span.of(&hit.article.text).is_empty(), "{typed:?}: {span:?}");
                end = span.end;
            }
        }
        let page = search(&archive, &Request { limit: Some(2), offset: 1, ..request }).unwrap();
        let place = |hit: &Hit| (hit.rank, hit.article.id.clone(), hit.score.to_bits());
        let (page, same): (Vec<_>, Vec<_>) =
            (page.hits.iter().map(place).collect(), all.hits.iter().skip(1).take(2).map(place).collect());
        assert_eq!(page, same, "{typed:?}");
    }
    assert!(answered * 10 > total, "{answered} of {total} were answered: they test nothing");
}
