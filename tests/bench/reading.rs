//! Readers: what of the time goes into bytes, into records, into documents, and into understanding them.
//!
//! ```text
//! cargo bench --bench reading [-- --rounds 3]
//! ```
//!
//! The files are made here from the texts of `corpus/`: web pages of 100 kB (scripts, menus, teasers and an article, in
//! the proportions of a news site), a feed with full texts, a web archive, plain and gzipped record by record, JSONL
//! and CSV. Each is read four times on one thread: only its bytes; cut into records; made into documents; understood.
//! The columns are MB a second of each alone, with what comes before it; the last ones say how many articles a second
//! that is and what share of the whole the bytes and the cutting take. Where that share is small, parsing is the limit
//! and not reading.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use newsdex::article::Body;
use newsdex::{parse, read};

/// How many articles each file holds.
const ARTICLES: usize = 300;

/// The size of a page, in bytes.
const PAGE: usize = 100_000;

struct Story {
    headline: String,
    paragraphs: Vec<String>,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rounds = args.iter().position(|a| a == "--rounds").and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(3);
    let stories = stories(Path::new("corpus"));
    let folder = tempfile::tempdir().expect("a folder");
    let many: Vec<&Story> = stories.iter().cycle().take(ARTICLES).collect();
    let pages: Vec<String> = many.iter().enumerate().map(|(i, s)| page(i, s)).collect();
    let web = folder.path().join("pages");
    std::fs::create_dir(&web).expect("a folder");
    for (i, page) in pages.iter().enumerate() {
        std::fs::write(web.join(format!("{i}.html")), page).expect("a page");
    }
    let put = |name: &str, bytes: Vec<u8>| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let files = [
        ("web pages", web),
        ("feed", put("feed.xml", feed(&many).into_bytes())),
        ("web archive", put("pages.warc", pages.iter().flat_map(|p| record(p)).collect())),
        ("web archive, gzipped", put("pages.warc.gz", pages.iter().flat_map(|p| gzipped(&record(p))).collect())),
        ("JSONL", put("stories.jsonl", many.iter().map(|s| row(s) + "\n").collect::<String>().into_bytes())),
        ("CSV", put("stories.csv", table(&many).into_bytes())),
    ];
    println!(
        "{:22} {:>7} {:>9} {:>9} {:>9} {:>9} {:>11} {:>13}",
        "MB a second", "MB", "bytes", "cut", "read", "parsed", "articles/s", "bytes and cut"
    );
    for (name, path) in &files {
        let mut best = [f64::MAX; 4];
        let (mut articles, mut size) = (0, 0);
        for _ in 0..rounds {
            for (step, best) in best.iter_mut().enumerate() {
                let start = Instant::now();
                let (bytes, count) = if step == 0 { (bytes(path), 0) } else { run(path, step) };
                *best = best.min(start.elapsed().as_secs_f64());
                (articles, size) = (count.max(articles), if step == 0 { bytes } else { size });
            }
        }
        let rate = |i: usize| size as f64 / 1e6 / best[i];
        println!(
            "{name:22} {:7.1} {:9.0} {:9.0} {:9.1} {:9.1} {:11.0} {:12.1}%",
            size as f64 / 1e6,
            rate(0),
            rate(1),
            rate(2),
            rate(3),
            articles as f64 / best[3],
            best[1] / best[3] * 100.0
        );
    }
}

/// The bytes of a file or of a folder's files, read and no more.
fn bytes(path: &Path) -> usize {
    if path.is_dir() {
        let all = std::fs::read_dir(path).expect("a folder").flatten();
        return all.map(|e| bytes(&e.path())).sum();
    }
    black_box(std::fs::read(path).expect("a file")).len()
}

/// Cut (1), made into documents (2), understood (3). How many articles there are.
fn run(path: &Path, step: usize) -> (usize, usize) {
    let mut articles = 0;
    for entry in read::walk(&[path.to_path_buf()]) {
        let _ = entry.expect("a file").records(&read::Options::default(), &mut |record| {
            let record = record.expect("a record");
            if step == 1 {
                black_box(record.size());
                return ControlFlow::Continue(());
            }
            for document in record.documents().into_iter().flatten() {
                articles += 1;
                if step == 3 {
                    black_box(parse::parse(document));
                } else {
                    black_box(document);
                }
            }
            ControlFlow::Continue(())
        });
    }
    (0, articles)
}

/// The headlines and paragraphs of the sample archive.
fn stories(corpus: &Path) -> Vec<Story> {
    let mut all = Vec::new();
    for entry in read::walk(&[corpus.to_path_buf()]) {
        let _ = entry.expect("the corpus").records(&read::Options::default(), &mut |record| {
            let documents = record.map(|r| r.documents()).unwrap_or_default();
            for document in documents.into_iter().flatten().filter(|d| d.body != Body::default()) {
                let article = parse::parse(document).article;
                let paragraphs = article.paragraphs.iter().map(|p| p.of(&article.text).to_owned());
                let headline = article.headline().unwrap_or("Ferry back after a week").to_owned();
                all.push(Story { headline, paragraphs: paragraphs.collect() });
            }
            ControlFlow::Continue(())
        });
    }
    all.retain(|s| s.paragraphs.len() > 3);
    assert!(!all.is_empty(), "run from the repository's root, where corpus/ is");
    all
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A page as news sites send it: a third of it scripts, then menus and teasers, and the article in between.
fn page(i: usize, story: &Story) -> String {
    let mut html = String::with_capacity(PAGE + 4096);
    let headline = escaped(&story.headline);
    let _ = write!(
        html,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{headline} | Harbour Post</title>\
         <meta property=\"og:title\" content=\"{headline}\"><meta property=\"article:published_time\" content=\"2021-06-02T10:15:00Z\">\
         <link rel=\"canonical\" href=\"https://harbour.example/{i}\"><script>window.settings={{"
    );
    while html.len() < PAGE / 3 {
        let _ = write!(html, "\"slot{}\":{{\"size\":[[300,250],[728,90]],\"on\":true}},", html.len());
    }
    html.push_str("}</script></head><body><nav><ul>");
    (0..60).for_each(|n| {
        let _ = write!(html, "<li class=\"menu-item\"><a href=\"/section/{n}\">Section {n}</a></li>");
    });
    let _ = write!(
        html,
        "</ul></nav><main><article class=\"story\"><h1>{headline}</h1><p class=\"byline\">By Ann Lee</p><div class=\"story-body\">"
    );
    for paragraph in &story.paragraphs {
        let _ = write!(html, "<div class=\"wrap\"><p class=\"text\">{}</p></div>", escaped(paragraph));
    }
    html.push_str("</div></article></main><section class=\"teasers\">");
    while html.len() < PAGE {
        let n = html.len();
        let _ = write!(
            html,
            "<div class=\"card\"><a href=\"/{n}\"><img src=\"/{n}.jpg\" alt=\"\"></a><h3><a href=\"/{n}\">{headline}</a></h3><span class=\"time\">{n}</span></div>"
        );
    }
    html.push_str("</section><footer><p>Harbour Post</p></footer></body></html>");
    html
}

fn feed(stories: &[&Story]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Harbour Post</title>",
    );
    for (i, story) in stories.iter().enumerate() {
        let _ = write!(
            xml,
            "<item><title>{}</title><link>https://harbour.example/{i}</link><pubDate>Wed, 02 Jun 2021 10:15:00 GMT</pubDate><content:encoded><![CDATA[",
            escaped(&story.headline)
        );
        story.paragraphs.iter().for_each(|p| xml.extend(["<p>", &escaped(p), "</p>"]));
        xml.push_str("]]></content:encoded></item>");
    }
    xml + "</channel></rss>"
}

fn record(page: &str) -> Vec<u8> {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://harbour.example/{}\r\nWARC-Date: 2021-06-02T10:15:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        page.len(),
        http.len()
    );
    format!("{head}{http}\r\n\r\n").into_bytes()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(bytes).and_then(|()| gz.finish()).expect("in memory")
}

fn row(story: &Story) -> String {
    serde_json::json!({
        "title": story.headline, "date": "2021-06-02", "authors": ["Ann Lee"], "source": "Harbour Post",
        "text": story.paragraphs.join("\n\n"),
    })
    .to_string()
}

fn table(stories: &[&Story]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows =
        stories.iter().map(|s| format!("{},2021-06-02,{}\n", quoted(&s.headline), quoted(&s.paragraphs.join("\n\n"))));
    format!("title,date,text\n{}", rows.collect::<String>())
}
