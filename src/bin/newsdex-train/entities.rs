//! Names: from annotated news to the model of `newsdex::parse::entity`.

use crate::corpus::{self, Annotated};
use crate::crf::{self, Crf, Random, Sequence, Settings};
use crate::drills;
use crate::gazetteer::Lists;
use crate::harmonise;
use crate::words;
use anyhow::{Context, Result};
use newsdex::article::{Article, EntityType, Span};
use newsdex::parse::entity::feature::{Scan, Views};
use newsdex::parse::entity::label::{LABELS, Label, Part, follows, label as label_of};
use newsdex::parse::entity::lexicon::Lexicon;
use newsdex::parse::entity::memory::{self, Memory, Place};
use newsdex::parse::entity::recognise::{Model, NEVER, ROW, Scratch, WIDTH};
use newsdex::parse::model::{Reader, Table, Writer};
use rustc_hash::FxHashMap;
use std::{fs, path::Path};

/// Features seen less often are left out.
const SELDOM: u32 = 3;
/// Features whose weights are all smaller, of 127, are left out.
const FAINT: u8 = 3;
/// Parts of the training data that are labelled by a model of the others, for the second labelling to learn from.
const FOLDS: usize = 4;
/// Runs of training that are averaged.
const RUNS: u64 = 4;

/// Trains the model and writes it.
pub fn train(data: &Path, words: &Path, wide: &Path, out: &Path) -> Result<()> {
    let (lexicon, plain) = lexicon(data, words, wide)?;
    let mut random = Random(0x006e_616d_6573);
    let mut learner = Learner { lexicon: &lexicon, rows: Rows::default(), documents: Vec::new(), lost: 0, names: 0 };
    for (n, a) in corpus::annotated(&data.join("entities/worldwide.jsonl.gz"))?.iter_mut().enumerate() {
        // Every tenth line is held out.
        if (n + 1) % 10 != 0 {
            harmonise::places(a);
            learner.learn(a, n, 1.0);
            if random.below(10) < 3 {
                let sentences = corpus::article(&a.id, &a.text).sentences;
                learner.learn(&drills::headlines(a, &sentences, &mut random), n, 0.7);
            }
        }
    }
    for (n, a) in corpus::annotated(&data.join("entities/wikigold.jsonl.gz"))?.iter().enumerate() {
        learner.learn(a, n, 0.6);
    }
    for (n, page) in drills::pages(include_str!("drills.txt"), &plain, 240, &mut random).iter().enumerate() {
        learner.learn(page, n, 0.5);
    }
    let Learner { mut documents, mut rows, lost, names, .. } = learner;
    eprintln!("{names} names, {lost} of them outside of regions; {} features", rows.counts.len());
    let kept = rows.prune(SELDOM);
    documents.iter_mut().flat_map(|d| &mut d.sequences).for_each(|s| kept.apply(s));
    eprintln!("{} features seen at least {SELDOM} times; {} documents", rows.counts.len(), documents.len());

    let settings = |epochs, seed| Settings { epochs, rate: 0.1, dropout: 0.5, margin: 0.7, seed };
    let sequences = |documents: &[Document], but: usize| -> Vec<Sequence> {
        documents.iter().filter(|d| d.fold != but).flat_map(|d| d.sequences.clone()).collect()
    };
    let first = crf::average(&sequences(&documents, FOLDS), rows.counts.len(), &settings(10, 0x5eed), RUNS);

    // First labels as unseen articles get them, and what they let one remember.
    for fold in 0..FOLDS {
        let other = crf::train(&sequences(&documents, fold), rows.counts.len(), &settings(5, 0xf01d + fold as u64));
        for document in documents.iter_mut().filter(|d| d.fold == fold) {
            document.labels = document.sequences.iter().map(|s| other.label(s)).collect();
        }
    }
    for d in &mut documents {
        let mut memory = Memory::default();
        d.places.iter().zip(&d.labels).for_each(|(p, l)| memory.add(p, l));
        let (mut seen, mut features) = (Vec::new(), Vec::new());
        for ((s, places), labels) in d.sequences.iter_mut().zip(&d.places).zip(&d.labels) {
            let mut sequence = Sequence { gold: std::mem::take(&mut s.gold), weight: s.weight, ..Sequence::default() };
            memory.look(places, labels, &mut seen);
            for i in 0..places.len() {
                sequence.features.extend_from_slice(s.of(i));
                features.clear();
                memory::features(&seen, i, &mut features);
                features.sort_unstable();
                sequence.features.extend(features.iter().map(|&f| rows.of(f)));
                sequence.ends.push(sequence.features.len() as u32);
            }
            *s = sequence;
        }
    }
    let second = crf::average(&sequences(&documents, FOLDS), rows.counts.len(), &settings(10, 0x5eed2), RUNS);

    let model = quantize(lexicon, &rows, &first, &second);
    let mut to = Writer::default();
    model.write(&mut to);
    let packed = to.pack()?;
    fs::write(out, &packed)?;
    eprintln!("{} features, {} bytes to {}", rows.counts.len(), packed.len(), out.display());
    Ok(())
}

/// Lists, gazetteers and clusters of words.
fn lexicon(data: &Path, words: &Path, wide: &Path) -> Result<(Lexicon, drills::Names)> {
    let mut lists = Lists::load(data)?;
    let words = words::load(words).with_context(|| format!("no vectors of words in {}", words.display()))?;
    let vectors: Vec<_> = words.iter().map(|w| w.vector).collect();
    let weights: Vec<_> = words.iter().map(|w| (w.count as f32).sqrt()).collect();
    let clusters = [(100, 12), (800, 8)].map(|(k, rounds)| words::clusters(&vectors, &weights, k, rounds));
    for (i, w) in words.iter().enumerate() {
        let entry = lists.words.entry(w.key).or_default();
        *(if w.upper { &mut entry.upper } else { &mut entry.lower }) = [clusters[0][i], clusters[1][i]];
        entry.capital = w.capital;
    }
    let (keys, vectors) = words::wide(wide).with_context(|| format!("no vectors of words in {}", wide.display()))?;
    let weights: Vec<_> = (0..keys.len()).map(|rank| 1.0 / (rank as f32 + 20.0).sqrt()).collect();
    let clusters = [(100, 8), (1000, 7)].map(|(k, rounds)| words::clusters(&vectors, &weights, k, rounds));
    for (i, &key) in keys.iter().enumerate() {
        lists.words.entry(key).or_default().wide = [clusters[0][i], clusters[1][i]];
    }
    eprintln!("lexicon: {} words, {} names", lists.words.len(), lists.names.len());
    Ok((Lexicon::new(lists.words.into_iter().collect(), lists.names.into_iter().collect()), lists.plain))
}

/// Features as rows of the weights.
#[derive(Default)]
struct Rows {
    index: FxHashMap<u32, u32>,
    counts: Vec<u32>,
}

/// New numbers of rows; `u32::MAX` for those left out.
struct Kept(Vec<u32>);

impl Rows {
    /// The row of a feature, seen once more.
    fn of(&mut self, feature: u32) -> u32 {
        let next = self.counts.len() as u32;
        let row = *self.index.entry(feature).or_insert(next);
        if row == next {
            self.counts.push(0);
        }
        self.counts[row as usize] += 1;
        row
    }

    /// Leaves out what was seen less than `least` times.
    fn prune(&mut self, least: u32) -> Kept {
        let mut new = vec![u32::MAX; self.counts.len()];
        let mut counts = Vec::new();
        for (n, &c) in new.iter_mut().zip(&self.counts).filter(|(_, c)| **c >= least) {
            *n = counts.len() as u32;
            counts.push(c);
        }
        self.index.retain(|_, row| {
            *row = new[*row as usize];
            *row != u32::MAX
        });
        self.counts = counts;
        Kept(new)
    }
}

impl Kept {
    fn apply(&self, s: &mut Sequence) {
        let mut kept = Sequence { gold: std::mem::take(&mut s.gold), weight: s.weight, ..Sequence::default() };
        for i in 0..s.ends.len() {
            kept.features.extend(s.of(i).iter().map(|&f| self.0[f as usize]).filter(|&r| r != u32::MAX));
            kept.ends.push(kept.features.len() as u32);
        }
        *s = kept;
    }
}

/// An article to learn from.
struct Document {
    fold: usize,
    sequences: Vec<Sequence>,
    /// Of each sequence's tokens, as the memory knows them.
    places: Vec<Vec<Place>>,
    /// First labels.
    labels: Vec<Vec<Label>>,
}

/// Weights as small integers: the largest become ±127, those that round to nothing are left out.
fn quantize(lexicon: Lexicon, rows: &Rows, first: &Crf, second: &Crf) -> Model {
    let mut sizes: Vec<f32> = first.weights.iter().chain(&second.weights).flatten().map(|w| w.abs()).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    // The few largest weights are clipped.
    let most = sizes.get(sizes.len() * 9999 / 10000).copied().unwrap_or(1.0);
    let scale = 127.0 / most;
    let round = |w: f32| (w * scale).round().clamp(-127.0, 127.0) as i8;
    let mut features: Vec<(u32, u32)> = rows.index.iter().map(|(&f, &r)| (f, r)).collect();
    features.sort_unstable();
    let table: Vec<(u32, [i8; ROW])> = features
        .iter()
        .map(|&(f, r)| {
            let mut row = [0; ROW];
            for (crf, at) in [(first, 0), (second, WIDTH)] {
                // The first model knows no features of the memory.
                if let Some(weights) = crf.weights.get(r as usize) {
                    row[at..].iter_mut().zip(weights).for_each(|(r, &w)| *r = round(w));
                }
            }
            (f, row)
        })
        .filter(|(_, row)| row.iter().any(|&w| w.unsigned_abs() >= FAINT))
        .collect();
    let steps = [first, second].map(|crf| {
        let mut steps = [[NEVER; LABELS]; LABELS];
        for (a, b) in (0..LABELS).flat_map(|a| (0..LABELS).map(move |b| (a, b))) {
            if follows(b as Label, a as Label) {
                steps[a][b] = (crf.steps[a][b] * scale).round().clamp(-10_000.0, 10_000.0) as i16;
            }
        }
        steps
    });
    Model { lexicon, table: Table::new(table.into_iter()), steps }
}

struct Learner<'a> {
    lexicon: &'a Lexicon,
    rows: Rows,
    documents: Vec<Document>,
    lost: usize,
    names: usize,
}

impl Learner<'_> {
    /// Adds an article; `number` tells its fold, the same for all forms of one article.
    fn learn(&mut self, a: &Annotated, number: usize, weight: f32) {
        let article = corpus::article(&a.id, &a.text);
        let gold = labels(&article, &a.names);
        let mut views = Views::default();
        let mut scan = Scan::new(&article, self.lexicon, &mut views);
        let mut document =
            Document { fold: number % FOLDS, sequences: Vec::new(), places: Vec::new(), labels: Vec::new() };
        let mut seen = 0;
        let mut regions = Vec::new();
        scan.regions(&mut regions);
        for region in &regions {
            scan.look(region);
            let (mut list, mut ends, mut places) = (Vec::new(), Vec::new(), Vec::new());
            for i in 0..region.tokens.len() {
                let from = list.len();
                scan.features(i, &mut list);
                // Sums of floats depend on their order; the model must not depend on that in which features are asked
                // for.
                list[from..].sort_unstable();
                ends.push(list.len() as u32);
                places.push(scan.place(i));
            }
            list.iter_mut().for_each(|f| *f = self.rows.of(*f));
            let gold = whole(&gold[region.tokens.clone()]);
            seen += gold.iter().filter(|&&l| l > 0 && (l - 1) % 4 % 3 == 0).count();
            document.places.push(places);
            document.sequences.push(Sequence { features: list, ends, gold, weight });
        }
        self.documents.push(document);
        self.names += a.names.len();
        self.lost += a.names.len().saturating_sub(seen);
    }
}

/// The labels of an article's tokens.
fn labels(article: &Article, names: &[(Span, EntityType)]) -> Vec<Label> {
    let mut gold = vec![0; article.tokens.len()];
    for &(span, kind) in names {
        let first = article.tokens.at(span.start);
        let mut end = first;
        while article.tokens.get(end).is_some_and(|t| t.span.start < span.end) {
            end += 1;
        }
        for (i, label) in gold.iter_mut().enumerate().take(end).skip(first) {
            let part = match (i == first, i + 1 == end) {
                (true, true) => Part::Only,
                (true, false) => Part::First,
                (false, true) => Part::Last,
                _ => Part::Inner,
            };
            *label = label_of(kind, part);
        }
    }
    gold
}

/// The labels of a region; names that run over its ends are taken away.
fn whole(gold: &[Label]) -> Vec<Label> {
    let mut gold = gold.to_vec();
    for i in 0..gold.len() {
        let before = if i == 0 { 0 } else { gold[i - 1] };
        if !follows(gold[i], before) {
            // A name that began outside of the region, or one cut short by another.
            if follows(0, before) {
                gold[i] = 0;
            } else {
                let mut k = i;
                while k > 0 && !follows(0, gold[k - 1]) {
                    k -= 1;
                    gold[k] = 0;
                }
                if !follows(gold[i], 0) {
                    gold[i] = 0;
                }
            }
        }
    }
    let mut k = gold.len();
    while k > 0 && !follows(0, gold[k - 1]) {
        k -= 1;
        gold[k] = 0;
    }
    gold
}

/// Recognises the names in gold files and prints them as the scorer reads them: by the model given, else by the one
/// compiled in, resolved.
pub fn label(files: &[String], model: Option<&Path>) -> Result<()> {
    use std::io::Write;
    let model = model.map(|path| Model::read(&mut Reader::open(&fs::read(path)?)?)).transpose()?;
    let mut scratch = model.as_ref().map(Scratch::of);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for file in files {
        for a in corpus::annotated(Path::new(file))? {
            let mut article = corpus::article(&a.id, &a.text);
            match model.as_ref().zip(scratch.as_mut()) {
                Some((model, scratch)) => newsdex::parse::entity::annotate_with(&mut article, model, scratch),
                None => newsdex::parse::entity::annotate(&mut article),
            }
            // Bytes to code points: mentions are in order.
            let (mut byte, mut point) = (0, 0);
            let mut at = |b: u32| {
                point += article.text.get(byte..b as usize).map_or(0, |s| s.chars().count());
                byte = b as usize;
                point
            };
            let mentions: Vec<_> = article
                .mentions
                .iter()
                .map(|m| serde_json::json!({"start": at(m.span.start), "end": at(m.span.end), "type": m.kind.name()}))
                .collect();
            writeln!(out, "{}", serde_json::json!({"id": a.id, "text": article.text, "mentions": mentions}))?;
        }
    }
    Ok(())
}
