//! Near-duplicates: of copies made by the edits that desks make, how many are found, and what is found that is none.
//!
//! ```text
//! cargo bench --bench duplicates [-- --corpus reuters|bbc|allsides --show 20]
//! ```
//!
//! From every third story of a corpus a copy is made by one edit or several (the table says which). Then originals and
//! copies are searched for pairs as an archive would be: sketches propose, shingles decide. Recall is of the made
//! pairs. Whatever else is found are pairs of two originals (or of one and another's copy): the corpus's own reprints,
//! corrections and updates, and mistakes. Which is which only reading tells: `--show N` prints those that share least.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use newsdex::article::{Article, Body, Span, Tokens, Zone, ZoneKind};
use newsdex::index::sketch::{Shingles, candidates};
use newsdex::read;

/// Stories of fewer words in the body are not edited: nothing is left of half a brief.
const SHORTEST: usize = 60;

#[derive(Clone)]
struct Story {
    headline: String,
    paragraphs: Vec<String>,
}

impl Story {
    fn words(&self) -> usize {
        self.paragraphs.iter().map(|p| p.split_whitespace().count()).sum()
    }

    fn article(&self) -> Article {
        let text = format!("{}\n\n{}", self.headline, self.paragraphs.join("\n\n"));
        let body = self.headline.len() + 2;
        Article {
            tokens: Tokens::of(&text),
            zones: vec![
                Zone { kind: ZoneKind::Headline, span: Span::new(0, self.headline.len()) },
                Zone { kind: ZoneKind::Body, span: Span::new(body, text.len()) },
            ],
            text,
            ..Article::default()
        }
    }
}

/// Steele and others' SplitMix64: the same edits in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

type Edit = (&'static str, fn(&mut Story, &Story, &mut Random));

const EDITS: &[Edit] = &[
    ("cut from the end, to half at most", cut),
    ("new lede", lede),
    ("other headline", headline),
    ("local paragraph", local),
    ("credit line", credit),
    ("a paragraph dropped", dropped),
    ("house style: every thirtieth word", style),
];

fn cut(story: &mut Story, _: &Story, random: &mut Random) {
    let keep = story.words() * (50 + random.below(40)) / 100;
    shorten(story, keep);
}

/// Keeps the first so many words, at the end of a paragraph cut inside it.
fn shorten(story: &mut Story, keep: usize) {
    let mut left = keep;
    for paragraph in &mut story.paragraphs {
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        let cut = words[..words.len().min(left)].join(" ");
        left -= words.len().min(left);
        *paragraph = cut;
    }
    story.paragraphs.retain(|p| !p.is_empty());
}

fn lede(story: &mut Story, other: &Story, random: &mut Random) {
    let words = 15 + random.below(20);
    let lede = foreign(other, words, random);
    let first: Vec<&str> = story.paragraphs[0].split_whitespace().collect();
    // The old lede goes, or its first thirty words where the story is one paragraph.
    let rest = first[first.len().min(30)..].join(" ");
    story.paragraphs[0] = format!("{lede} {rest}");
}

fn headline(story: &mut Story, other: &Story, _: &mut Random) {
    story.headline.clone_from(&other.headline);
}

fn local(story: &mut Story, other: &Story, random: &mut Random) {
    let at = random.below(story.paragraphs.len() + 1);
    let words = 25 + random.below(30);
    story.paragraphs.insert(at, foreign(other, words, random));
}

fn credit(story: &mut Story, _: &Story, random: &mut Random) {
    let lines =
        ["(From our wire services)", "Reporting by our staff; editing by the night desk", "© All rights reserved"];
    story.paragraphs.push(lines[random.below(lines.len())].into());
}

fn dropped(story: &mut Story, _: &Story, random: &mut Random) {
    if story.paragraphs.len() > 2 {
        story.paragraphs.remove(1 + random.below(story.paragraphs.len() - 1));
    }
}

fn style(story: &mut Story, other: &Story, random: &mut Random) {
    let own: Vec<&str> = other.paragraphs[0].split_whitespace().collect();
    let mut n = random.below(30);
    for paragraph in &mut story.paragraphs {
        let words: Vec<&str> = (paragraph.split_whitespace())
            .map(|w| {
                n += 1;
                if n.is_multiple_of(30) { own[n % own.len()] } else { w }
            })
            .collect();
        *paragraph = words.join(" ");
    }
}

/// New text: words of another story, shuffled, lest it be that story's copy.
fn foreign(other: &Story, words: usize, random: &mut Random) -> String {
    let all: Vec<&str> = other.paragraphs.iter().flat_map(|p| p.split_whitespace()).collect();
    (0..words).map(|_| all[random.below(all.len())]).collect::<Vec<_>>().join(" ")
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)).cloned();
    let show: usize = option("--show").and_then(|n| n.parse().ok()).unwrap_or(0);
    let file = match option("--corpus").as_deref() {
        Some("bbc") => "bbc-news-txt.tar.gz",
        Some("allsides") => "allsides.jsonl.gz",
        _ => "reuters21578-sgm.tar.gz",
    };
    let path = Path::new("../shared/data/corpora").join(file);
    if !path.exists() {
        println!("needs {}, which is not there; nothing measured", path.display());
        return;
    }
    let mut stories = load(&path);
    // Word for word the same twice in the corpus is no test.
    let mut seen = HashSet::new();
    stories.retain(|s| seen.insert(s.paragraphs.concat()));
    let originals = stories.len();

    let mut random = Random(7);
    let mut made: HashMap<(u32, u32), usize> = HashMap::new();
    let mut kinds: Vec<String> = EDITS.iter().map(|(name, _)| (*name).to_owned()).collect();
    kinds.extend([2, 3, 4].map(|n| format!("{n} of these together")));
    for i in (0..originals).step_by(3).filter(|&i| stories[i].words() >= SHORTEST).collect::<Vec<_>>() {
        let mut copy = stories[i].clone();
        let (kind, edits) = match random.below(10) {
            several @ 0..=2 => (EDITS.len() + several, 2 + several),
            _ => (random.below(EDITS.len()), 1),
        };
        let mut left: Vec<usize> = if edits == 1 { vec![kind] } else { (0..EDITS.len()).collect() };
        for _ in 0..edits {
            let edit = left.swap_remove(random.below(left.len()));
            let other = loop {
                let other = random.below(originals);
                if other != i && stories[other].words() >= SHORTEST {
                    break other;
                }
            };
            EDITS[edit].1(&mut copy, &stories[other], &mut random);
        }
        // A copy keeps half of the story at least: with less in common it is another story.
        made.insert((i as u32, stories.len() as u32), kind);
        stories.push(copy);
    }

    let articles: Vec<Article> = stories.iter().map(Story::article).collect();
    let words: u64 = articles.iter().map(|a| u64::from(a.tokens.words())).sum();
    let start = Instant::now();
    let shingles: Vec<Shingles> = articles.iter().map(Shingles::of).collect();
    let shingling = start.elapsed().as_secs_f64();
    let sketches: Vec<Vec<u32>> = shingles.iter().map(|s| s.sketch().to_vec()).collect();
    let start = Instant::now();
    let proposed = candidates(&sketches, 64);
    let found: Vec<(u32, u32)> =
        (proposed.iter().copied()).filter(|&(a, b)| shingles[a as usize].same_copy(&shingles[b as usize])).collect();
    let pairing = start.elapsed().as_secs_f64();

    println!("{originals} stories, {} copies, {:.1} million words", made.len(), words as f64 / 1e6);
    println!(
        "shingles and sketches {:.0} articles a second, {:.1} million words; pairs {:.2} s for {} candidates\n",
        articles.len() as f64 / shingling,
        words as f64 / 1e6 / shingling,
        pairing,
        proposed.len()
    );
    let hits: HashSet<(u32, u32)> = found.iter().copied().filter(|p| made.contains_key(p)).collect();
    let mut table: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (pair, kind) in &made {
        let row = table.entry(*kind).or_default();
        row.0 += 1;
        row.1 += usize::from(hits.contains(pair));
    }
    println!("{:38} {:>6} {:>7}", "edit", "pairs", "recall");
    for (kind, (all, hit)) in &table {
        println!("{:38} {all:>6} {:>7.2}", kinds[*kind], 100.0 * *hit as f64 / *all as f64);
    }
    println!("{:38} {:>6} {:>7.2}", "all", made.len(), 100.0 * hits.len() as f64 / made.len() as f64);

    // A pair that holds only through a copy counts with its original.
    let source: HashMap<u32, u32> = made.keys().map(|&(a, b)| (b, a)).collect();
    let root = |i: u32| source.get(&i).copied().unwrap_or(i);
    let mut rest: Vec<(f32, u32, u32)> = (found.iter())
        .filter(|&&(a, b)| root(a) != root(b))
        .map(|&(a, b)| (shingles[a as usize].containment(&shingles[b as usize]), a, b))
        .collect();
    rest.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let natural = rest.iter().filter(|(_, a, b)| (*b as usize) < originals && (*a as usize) < originals).count();
    let by_share = |low: f32, high: f32| rest.iter().filter(|(c, ..)| *c >= low && *c < high).count();
    println!("\nother pairs found: {}, of which {natural} of two originals", rest.len());
    println!(
        "  they share 40–50 per cent: {}, 50–60: {}, 60–80: {}, more: {}",
        by_share(0.4, 0.5),
        by_share(0.5, 0.6),
        by_share(0.6, 0.8),
        by_share(0.8, 1.1)
    );
    for (share, a, b) in rest.iter().take(show) {
        println!("\n--- {share:.2}");
        for i in [a, b] {
            let story = &stories[*i as usize];
            let text: String = story.paragraphs.join(" / ").chars().take(500).collect();
            println!("[{i}: {} words] {}\n    {text}", story.words(), story.headline);
        }
    }
}

fn load(path: &Path) -> Vec<Story> {
    let mut stories = Vec::new();
    for entry in read::walk(&[path.to_path_buf()]) {
        let _ = entry.expect("the corpus").records(&read::Options::default(), &mut |record| {
            for raw in record.iter().flat_map(|r| r.documents()).flatten() {
                let body = match &raw.body {
                    Body::Plain(text) => text.clone(),
                    Body::Blocks(blocks) => blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n\n"),
                    Body::Article(article) => article.text.clone(),
                };
                let lines = if body.contains("\n\n") { body.split("\n\n") } else { body.split("\n") };
                let paragraphs: Vec<String> = lines.map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
                if !paragraphs.is_empty() {
                    stories.push(Story { headline: raw.headline.unwrap_or_default(), paragraphs });
                }
            }
            ControlFlow::Continue(())
        });
    }
    stories
}
