//! Training: from annotated articles to weights.
//!
//! The candidates are those that [`super`] lists when it reads an article, so that what is learned is what is asked.
//! Weights are fitted by stochastic gradient descent (AdaGrad) on the likelihood of the annotated candidate, or of any
//! of those as good, and rounded to a byte each.

use std::fmt;
use std::ops::Range;

use crate::article::{Article, EntityType, Kind, Span};

use super::claim::{self, Claims};
use super::extract;
use super::lexicon::Class;
pub use super::lexicon::write_companies;
use super::linear::SIZE;
use super::speaker::{self, Candidates};
use super::view::{Sign, View};

/// What somebody is annotated to have said.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    pub content: Vec<Span>,
    pub cue: Vec<Span>,
    pub speaker: Vec<Span>,
}

pub struct Example {
    pub article: Article,
    pub gold: Vec<Attribution>,
}

/// How often the weights are fitted anew, each time in another order and with other features left out. Their mean is
/// the model: it errs less than any of them.
const RUNS: usize = 4;
/// How often each run sees every example, and from which time on its weights count.
const EPOCHS: usize = 5;
const SETTLED: usize = 2;
const RATE: f32 = 0.1;
const DECAY: f32 = 1e-3;
/// What every weight is taken to have moved already: bounds the first steps.
const START: f32 = 1e-3;
/// The share of features left out at random, of 65,536.
const DROP: u32 = 19_661;

/// Weights in training.
struct Trainer {
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// Off while held-out articles are looked at.
    learning: bool,
    /// How far a step goes, and how strongly weights are drawn to zero.
    rate: f32,
    decay: f32,
    /// Which features this example is shown without; the share of them, of 65,536.
    seed: u32,
    drop: u32,
}

impl Trainer {
    fn new() -> Trainer {
        Trainer {
            weights: vec![0.0; SIZE],
            squares: vec![START; SIZE],
            learning: true,
            rate: RATE,
            decay: DECAY,
            seed: 1,
            drop: DROP,
        }
    }

    /// Starts anew, but for the seed.
    fn forget(&mut self) {
        self.weights.fill(0.0);
        self.squares.fill(START);
    }

    /// Whether a feature is seen at this example: while learning a share is left out at random, so that no feature is
    /// relied on alone.
    fn keeps(&self, f: u32) -> bool {
        let h = (f ^ self.seed).wrapping_mul(0x9e37_79b1);
        (h ^ (h >> 15)).wrapping_mul(0x85eb_ca77) >> 16 >= self.drop
    }

    fn next(&mut self) {
        self.seed = self.seed.wrapping_mul(1664525).wrapping_add(1013904223);
    }

    fn score(&self, features: &[u32]) -> f32 {
        if self.learning {
            features.iter().filter(|f| self.keeps(**f)).map(|&f| self.weights[f as usize]).sum()
        } else {
            features.iter().map(|&f| self.weights[f as usize]).sum::<f32>() * (1.0 - self.drop as f32 / 65536.0)
        }
    }

    fn update(&mut self, features: impl Iterator<Item = u32>, gradient: f32) {
        if !self.learning || gradient.abs() < 1e-4 {
            return;
        }
        for f in features {
            if !self.keeps(f) {
                continue;
            }
            let f = f as usize;
            let g = gradient + self.decay * self.weights[f];
            self.squares[f] += g * g;
            self.weights[f] -= self.rate * g / self.squares[f].sqrt();
        }
    }

    /// The model's bytes, as [`super::linear::Linear::read`] takes them.
    fn bytes(&self) -> Vec<u8> {
        let top = self.weights.iter().fold(1e-6f32, |m, w| m.max(w.abs())).min(6.0);
        let scale = top / 127.0;
        let mut out = (scale * (1.0 - self.drop as f32 / 65536.0)).to_le_bytes().to_vec();
        out.extend(self.weights.iter().map(|w| (w / scale).round().clamp(-127.0, 127.0) as i8 as u8));
        out
    }
}

/// Fits all weights. `log` is told how each epoch went.
pub fn train(examples: &[Example], held_out: &[Example], mut log: impl FnMut(String)) -> Vec<u8> {
    let mut trainer = Trainer::new();
    let views: Vec<View> = examples.iter().map(|e| View::of(&e.article)).collect();
    let golds: Vec<Vec<Gold>> = examples.iter().map(|e| gold(&e.article, &e.gold)).collect();
    let held: Vec<(View, Vec<Gold>)> =
        held_out.iter().map(|e| (View::of(&e.article), gold(&e.article, &e.gold))).collect();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 1u64;
    let mut mean = Mean { sum: vec![0.0; SIZE], of: 0 };
    for epoch in 0..RUNS * EPOCHS {
        if epoch % EPOCHS == 0 {
            trainer.forget();
        }
        for i in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            order.swap(i, (seed >> 33) as usize % (i + 1));
        }
        let mut loss = Loss::default();
        for &i in &order {
            claims(&mut trainer, &views[i], &golds[i], &mut loss);
            floats(&mut trainer, &views[i], &golds[i], &mut loss);
            speakers(&mut trainer, &views[i], &golds[i], &mut loss);
        }
        if epoch % EPOCHS >= SETTLED {
            mean.add(&trainer.weights);
        }
        if epoch % EPOCHS < EPOCHS - 1 {
            continue;
        }
        let own = std::mem::replace(&mut trainer.weights, mean.weights());
        trainer.learning = false;
        let mut other = Loss::default();
        for (view, gold) in &held {
            claims(&mut trainer, view, gold, &mut other);
            floats(&mut trainer, view, gold, &mut other);
            speakers(&mut trainer, view, gold, &mut other);
        }
        trainer.learning = true;
        trainer.weights = own;
        log(format!("run {}: {loss} | mean, held out: {other}", epoch / EPOCHS + 1));
    }
    trainer.weights = mean.weights();
    trainer.bytes()
}

/// The mean of several sets of weights.
struct Mean {
    sum: Vec<f32>,
    of: usize,
}

impl Mean {
    fn add(&mut self, weights: &[f32]) {
        self.sum.iter_mut().zip(weights).for_each(|(s, w)| *s += w);
        self.of += 1;
    }

    fn weights(&self) -> Vec<f32> {
        self.sum.iter().map(|s| s / self.of.max(1) as f32).collect()
    }
}

/// How well one part of the model does.
#[derive(Default)]
struct Fit {
    seen: usize,
    right: usize,
    /// Gold that is not among the candidates.
    unreachable: usize,
    /// The sum of the negative logarithms of the right answers' probabilities.
    surprise: f64,
}

impl Fit {
    fn add(&mut self, right: bool, probability: f32) {
        self.seen += 1;
        self.right += right as usize;
        self.surprise -= probability.max(1e-9).ln() as f64;
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let seen = self.seen.max(1) as f64;
        write!(
            f,
            "{:.4} of {} ({} out of reach), loss {:.4}",
            self.right as f64 / seen,
            self.seen,
            self.unreachable,
            self.surprise / seen
        )
    }
}

#[derive(Default)]
struct Loss {
    claims: Fit,
    floats: Fit,
    speakers: Fit,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "claims {}; floats {}; speakers {}", self.claims, self.floats, self.speakers)
    }
}

/// An attribution in tokens.
struct Gold {
    content: Vec<Range<usize>>,
    cue: Vec<Range<usize>>,
    speaker: Vec<Range<usize>>,
}

fn gold(article: &Article, gold: &[Attribution]) -> Vec<Gold> {
    let tokens = |spans: &[Span]| spans.iter().map(|s| article.tokens.within(*s)).collect::<Vec<_>>();
    gold.iter()
        .map(|g| Gold { content: tokens(&g.content), cue: tokens(&g.cue), speaker: tokens(&g.speaker) })
        .collect()
}

fn words(view: &View, range: Range<usize>) -> f32 {
    range.filter(|&i| view.tokens[i].is_word()).map(|i| view.tokens[i].span.len()).sum::<usize>() as f32
}

fn common(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

fn claims(trainer: &mut Trainer, view: &View, gold: &[Gold], loss: &mut Loss) {
    let mut list = Claims::default();
    let mut scores = Vec::new();
    for unit in &view.units {
        for i in unit.start..unit.end {
            let Some(cue) = claim::cue_at(view, i) else { continue };
            claim::list(view, unit, &cue, None, &mut list);
            if list.claims.is_empty() {
                continue;
            }
            let of = gold.iter().find(|g| g.cue.iter().any(|c| c.contains(&cue.start)));
            let whole = unit.start..unit.end;
            let content: Vec<_> =
                of.iter().flat_map(|g| &g.content).map(|c| common(c, &whole)).filter(|c| !c.is_empty()).collect();
            let size: f32 = content.iter().map(|c| words(view, c.clone())).sum();
            let mut best = 0.0f32;
            let overlap: Vec<f32> = list
                .claims
                .iter()
                .map(|c| {
                    if size == 0.0 {
                        return 0.0;
                    }
                    let both: f32 = c
                        .parts()
                        .flat_map(|p| content.iter().map(move |g| common(&p, g)))
                        .map(|r| words(view, r))
                        .sum();
                    let own: f32 = c.parts().map(|p| words(view, p)).sum();
                    let iou = both / (own + size - both).max(1.0);
                    best = best.max(iou);
                    iou
                })
                .collect();
            if of.is_some() && best < 0.8 {
                loss.claims.unreachable += 1;
                continue;
            }
            trainer.next();
            list.scores(|f| trainer.score(f), &mut scores);
            let good = |i: usize| of.is_some() && overlap[i] >= best - 1e-4;
            let top = scores.iter().fold(0.0f32, |m, s| m.max(*s));
            let total: f32 = (-top).exp() + scores.iter().map(|s| (s - top).exp()).sum::<f32>();
            let right: f32 = if of.is_some() {
                (0..scores.len()).filter(|&i| good(i)).map(|i| (scores[i] - top).exp()).sum()
            } else {
                (-top).exp()
            };
            loss.claims.add(right / total > 0.5, right / total);
            for (i, c) in list.claims.iter().enumerate() {
                let e = (scores[i] - top).exp();
                let gradient = e / total - if good(i) { e / right.max(1e-20) } else { 0.0 };
                trainer.update(list.features(c), gradient);
            }
        }
    }
}

fn floats(trainer: &mut Trainer, view: &View, gold: &[Gold], loss: &mut Loss) {
    let mut features = Vec::new();
    for (r, region) in view.regions.iter().enumerate() {
        let inner = region.inner();
        let size = words(view, inner.clone());
        let unit = &view.units[view.unit[inner.start] as usize];
        let whole = unit.start..unit.end;
        let cues =
            |g: &Gold| g.cue.iter().cloned().flatten().any(|i| whole.contains(&i) && claim::cue_at(view, i).is_some());
        // A quotation whose cue stands in its own sentence is not learned from: no cue would leave it.
        let mut speech = false;
        let mut cued = false;
        for g in gold {
            for c in &g.content {
                let part = common(c, &whole);
                let both = words(view, common(&part, &inner));
                if both / (size + words(view, part.clone()) - both).max(1.0) >= 0.8 {
                    speech = true;
                } else if both > 0.0 {
                    cued |= cues(g);
                }
                cued |= speech && both > 0.0 && cues(g);
            }
        }
        if cued {
            continue;
        }
        extract::looks(view, r, &mut features);
        trainer.next();
        let p = 1.0 / (1.0 + (-trainer.score(&features)).exp());
        loss.floats.add((p > 0.5) == speech, if speech { p } else { 1.0 - p });
        trainer.update(features.iter().copied(), p - speech as u8 as f32);
    }
}

/// Which of the candidates inside an annotated speaker are who speaks: in "Venn's chief of staff, Ines Holt of Tarn",
/// Ines Holt. A person who does not depend on others; else what stands before the first preposition; else any.
fn heads(view: &View, speaker: &Range<usize>, candidates: &[Range<usize>]) -> Vec<usize> {
    let inside: Vec<usize> = (0..candidates.len()).filter(|&n| !common(speaker, &candidates[n]).is_empty()).collect();
    let depends = |n: &usize| {
        let c = &candidates[*n];
        let before = (speaker.start..c.start).rev().take_while(|&i| view.sign(i) != Sign::Comma);
        let possessor = view.tokens.get(c.end).is_some_and(|t| t.kind == Kind::Clitic);
        possessor || before.into_iter().any(|i| view.is(i, Class::PREPOSITION))
    };
    let free: Vec<usize> = inside.iter().copied().filter(|n| !depends(n)).collect();
    let person = |n: &usize| {
        let mention = view.mention_at(candidates[*n].end - 1);
        mention.is_some_and(|m| view.article.mentions[m].kind == EntityType::Person)
    };
    let people: Vec<usize> = free.iter().copied().filter(person).collect();
    [people, free, inside].into_iter().find(|list| !list.is_empty()).unwrap_or_default()
}

fn speakers(trainer: &mut Trainer, view: &View, gold: &[Gold], loss: &mut Loss) {
    let mut list = Candidates::default();
    for g in gold {
        let Some(cue) = g.cue.iter().cloned().flatten().find_map(|i| claim::cue_at(view, i)) else { continue };
        let unit = &view.units[view.unit[cue.start] as usize];
        let whole = unit.start..unit.end;
        let parts: Vec<_> = g.content.iter().map(|c| common(c, &whole)).filter(|c| !c.is_empty()).collect();
        if parts.is_empty() {
            continue;
        }
        speaker::list(view, &cue, &parts, &mut list);
        let heads: Vec<usize> = g.speaker.iter().flat_map(|s| heads(view, s, &list.tokens)).collect();
        let good = |n: usize| match n.checked_sub(1) {
            None => g.speaker.is_empty(),
            Some(n) => heads.contains(&n),
        };
        if !(0..list.len()).any(good) {
            loss.speakers.unreachable += 1;
            continue;
        }
        trainer.next();
        let scores: Vec<f32> = (0..list.len()).map(|n| trainer.score(list.features(n))).collect();
        let top = scores.iter().fold(f32::MIN, |m, s| m.max(*s));
        let e: Vec<f32> = scores.iter().map(|s| (s - top).exp()).collect();
        let total: f32 = e.iter().sum();
        let right: f32 = (0..e.len()).filter(|&n| good(n)).map(|n| e[n]).sum();
        loss.speakers.add((0..e.len()).any(|n| good(n) && e[n] == 1.0), right / total);
        for (n, e) in e.into_iter().enumerate() {
            let gradient = e / total - if good(n) { e / right.max(1e-20) } else { 0.0 };
            trainer.update(list.features(n).iter().copied(), gradient);
        }
    }
}
