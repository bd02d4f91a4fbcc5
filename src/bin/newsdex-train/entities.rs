//! Names: from annotated news to the model of `newsdex::parse::entity`.

use crate::corpus::{self, Annotated};
use crate::crf::{self, Sequence, Settings};
use crate::gazetteer::Lists;
use anyhow::Result;
use newsdex::article::{Article, EntityType, Span};
use newsdex::parse::entity::feature::{Features, Scan};
use newsdex::parse::entity::label::{LABELS, Label, Part, follows, label as label_of};
use newsdex::parse::entity::lexicon::Lexicon;
use newsdex::parse::entity::recognise::{Model, NEVER, WIDTH};
use newsdex::parse::model::{Table, Writer};
use rustc_hash::FxHashMap;
use std::{fs, path::Path};

/// Features seen less often are left out.
const SELDOM: u32 = 2;

/// Trains the model and writes it.
pub fn train(data: &Path, out: &Path) -> Result<()> {
    let lists = Lists::load(data)?;
    eprintln!("lexicon: {} words, {} names", lists.words.len(), lists.names.len());
    let lexicon = Lexicon::new(lists.words.into_iter().collect(), lists.names.into_iter().collect());

    let mut learner = Learner {
        lexicon: &lexicon,
        index: FxHashMap::default(),
        counts: Vec::new(),
        sequences: Vec::new(),
        lost: 0,
        names: 0,
    };
    for (n, a) in corpus::annotated(&data.join("entities/worldwide.jsonl.gz"))?.iter().enumerate() {
        // Every tenth line is held out.
        if (n + 1) % 10 != 0 {
            learner.learn(a, 1.0);
        }
    }
    let Learner { mut sequences, index, counts, lost, names, .. } = learner;
    eprintln!("{names} names, {lost} of them outside of regions; {} features", counts.len());

    // Rows of the features that are seen often enough.
    let mut row = vec![u32::MAX; counts.len()];
    let mut rows = 0;
    for (r, &n) in row.iter_mut().zip(&counts) {
        if n >= SELDOM {
            *r = rows;
            rows += 1;
        }
    }
    for s in &mut sequences {
        let mut kept = Vec::with_capacity(s.features.len());
        let mut from = 0;
        for end in &mut s.ends {
            kept.extend(s.features[from..*end as usize].iter().map(|&f| row[f as usize]).filter(|&r| r != u32::MAX));
            from = *end as usize;
            *end = kept.len() as u32;
        }
        s.features = kept;
    }
    eprintln!("{rows} features seen at least {SELDOM} times; {} regions", sequences.len());
    let settings = Settings { epochs: 12, rate: 0.1, dropout: 0.2, decay: 0.0, seed: 0x5eed };
    let crf = crf::train(&sequences, rows as usize, &settings);

    let mut features: Vec<(u32, [f32; LABELS])> = index
        .iter()
        .filter(|(_, i)| row[**i as usize] != u32::MAX)
        .map(|(&f, &i)| (f, crf.weights[row[i as usize] as usize]))
        .collect();
    features.sort_unstable_by_key(|f| f.0);
    let model = quantize(lexicon, &features, &crf.steps);
    let mut to = Writer::default();
    model.write(&mut to);
    let packed = to.pack()?;
    fs::write(out, &packed)?;
    eprintln!("{} features, {} bytes to {}", features.len(), packed.len(), out.display());
    Ok(())
}

/// Weights as small integers: the largest become ±127, those that round to nothing are left out.
fn quantize(lexicon: Lexicon, features: &[(u32, [f32; LABELS])], steps: &[[f32; LABELS]; LABELS]) -> Model {
    let mut sizes: Vec<f32> = features.iter().flat_map(|f| f.1).map(f32::abs).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    // The few largest weights are clipped.
    let most = sizes.get(sizes.len() * 9999 / 10000).copied().unwrap_or(1.0);
    let scale = 127.0 / most;
    let round = |w: f32| (w * scale).round().clamp(-127.0, 127.0) as i8;
    let rows: Vec<(u32, [i8; WIDTH])> = features
        .iter()
        .map(|(f, w)| {
            let mut row = [0; WIDTH];
            row.iter_mut().zip(w).for_each(|(r, &w)| *r = round(w));
            (*f, row)
        })
        .filter(|(_, row)| row.iter().any(|&w| w != 0))
        .collect();
    let mut whole = [[NEVER; LABELS]; LABELS];
    for a in 0..LABELS {
        for b in 0..LABELS {
            if follows(b as Label, a as Label) {
                whole[a][b] = (steps[a][b] * scale).round().clamp(-10_000.0, 10_000.0) as i16;
            }
        }
    }
    Model { lexicon, table: Table::new(rows.into_iter()), steps: whole }
}

struct Learner<'a> {
    lexicon: &'a Lexicon,
    index: FxHashMap<u32, u32>,
    counts: Vec<u32>,
    sequences: Vec<Sequence>,
    lost: usize,
    names: usize,
}

impl Learner<'_> {
    fn learn(&mut self, a: &Annotated, weight: f32) {
        let article = corpus::article(&a.id, &a.text);
        let gold = labels(&article, &a.names);
        let mut scan = Scan::new(&article.text, &article.tokens, &article.sentences, self.lexicon);
        let mut features = Features::default();
        let mut seen = 0;
        for region in scan.regions() {
            scan.features(&region, &mut features);
            let list = features.list.iter().map(|&f| {
                let next = self.counts.len() as u32;
                let i = *self.index.entry(f).or_insert(next);
                if i == next {
                    self.counts.push(0);
                }
                self.counts[i as usize] += 1;
                i
            });
            let list = list.collect();
            let gold = whole(&gold[region.tokens.clone()]);
            seen += gold.iter().filter(|&&l| l > 0 && (l - 1) % 4 % 3 == 0).count();
            self.sequences.push(Sequence { features: list, ends: features.ends.clone(), gold, weight });
        }
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
        for i in first..end {
            let part = match (i == first, i + 1 == end) {
                (true, true) => Part::Only,
                (true, false) => Part::First,
                (false, true) => Part::Last,
                _ => Part::Inner,
            };
            gold[i] = label_of(kind, part);
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

/// Recognises the names in gold files and prints them as the scorer reads them.
pub fn label(files: &[String]) -> Result<()> {
    use std::io::Write;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for file in files {
        for a in corpus::annotated(Path::new(file))? {
            let mut article = corpus::article(&a.id, &a.text);
            newsdex::parse::entity::annotate(&mut article);
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
