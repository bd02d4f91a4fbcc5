//! A linear-chain conditional random field over binary features, trained by AdaGrad on the log-likelihood.
//!
//! Features are dropped at random while training (see [`Settings::dropout`]): where a word alone decides, its
//! context learns nothing, and the context is what another newspaper has in common. A name that is missed costs more
//! than one too many (softmax-margin, see [`Settings::margin`]): most tokens are in no name, so that the likeliest
//! labels leave out more names than they make up. Several runs are averaged ([`average`]), for each one alone wanders.

use newsdex::parse::entity::label::{LABELS, Label, follows};

/// A sequence to learn from: the features of its tokens, as rows of the weights, and their labels.
#[derive(Clone, Default)]
pub struct Sequence {
    pub features: Vec<u32>,
    pub ends: Vec<u32>,
    pub gold: Vec<Label>,
    /// How much it counts.
    pub weight: f32,
}

impl Sequence {
    /// The features of token `i`.
    pub fn of(&self, i: usize) -> &[u32] {
        let from = i.checked_sub(1).map_or(0, |i| self.ends[i] as usize);
        &self.features[from..self.ends[i] as usize]
    }
}

pub struct Crf {
    pub weights: Vec<[f32; LABELS]>,
    pub steps: [[f32; LABELS]; LABELS],
}

const NEVER: f32 = -1e9;

/// A small generator of pseudo-random numbers (xorshift), so that training needs no crate and repeats itself.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Below `n`, which is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

pub struct Settings {
    pub epochs: usize,
    pub rate: f32,
    /// The share of features that each look at a sequence leaves out.
    pub dropout: f32,
    /// By how much the score of "outside" is raised at each token of a name while learning, so that names must win by
    /// that much (Gimpel and Smith 2010).
    pub margin: f32,
    pub seed: u64,
}

/// The mean of several runs, each with a seed of its own.
pub fn average(sequences: &[Sequence], rows: usize, settings: &Settings, runs: u64) -> Crf {
    let mut mean = Crf { weights: vec![[0.0; LABELS]; rows], steps: [[0.0; LABELS]; LABELS] };
    for run in 0..runs {
        let one = train(sequences, rows, &Settings { seed: settings.seed + 1000 * run, ..*settings });
        let into = mean.weights.iter_mut().chain(&mut mean.steps).flatten();
        into.zip(one.weights.iter().chain(&one.steps).flatten()).for_each(|(m, w)| *m += w / runs as f32);
    }
    mean
}

/// Learns the weights of `rows` features.
pub fn train(sequences: &[Sequence], rows: usize, settings: &Settings) -> Crf {
    let mut crf = Crf { weights: vec![[0.0; LABELS]; rows], steps: [[0.0; LABELS]; LABELS] };
    let mut squares = vec![[1e-3f32; LABELS]; rows];
    let mut step_squares = [[1e-3f32; LABELS]; LABELS];
    let mut average = vec![[0.0f32; LABELS]; rows];
    let mut step_average = [[0.0f32; LABELS]; LABELS];
    let mut random = Random(settings.seed);
    let mut order: Vec<usize> = (0..sequences.len()).collect();
    let mut lattice = Lattice::new();
    let averaged = settings.epochs.div_ceil(2);
    for epoch in 0..settings.epochs {
        random.shuffle(&mut order);
        let (mut loss, mut tokens) = (0f64, 0usize);
        for &s in &order {
            let sequence = &sequences[s];
            let kept = lattice.drop(sequence, settings.dropout, &mut random);
            loss += f64::from(lattice.gradient(&crf, sequence, kept, settings.margin));
            tokens += sequence.gold.len();
            let (features, ends) = (&lattice.features, &lattice.ends);
            let mut from = 0;
            for (i, &end) in ends.iter().enumerate() {
                // Most labels are out of the question for most tokens: their slopes are next to nothing.
                let slopes = lattice.slopes[i].iter().map(|g| g * sequence.weight).enumerate();
                let slopes: Vec<(usize, f32)> = slopes.filter(|(_, g)| g.abs() > 1e-3).collect();
                for &f in &features[from..end as usize] {
                    let (w, q) = (&mut crf.weights[f as usize], &mut squares[f as usize]);
                    for &(l, g) in &slopes {
                        q[l] += g * g;
                        w[l] -= settings.rate * g / q[l].sqrt();
                    }
                }
                from = end as usize;
            }
            let slopes = lattice.step_slopes.iter().flatten();
            let steps = crf.steps.iter_mut().flatten().zip(step_squares.iter_mut().flatten());
            for ((w, q), g) in steps.zip(slopes) {
                let g = g * sequence.weight;
                *q += g * g;
                *w -= settings.rate * g / q.sqrt();
            }
        }
        eprintln!("  epoch {:2}: loss {:.4} a token", epoch + 1, loss / tokens as f64);
        if epoch >= settings.epochs - averaged {
            for (a, w) in average.iter_mut().zip(&crf.weights) {
                a.iter_mut().zip(w).for_each(|(a, w)| *a += w / averaged as f32);
            }
            for (a, w) in step_average.iter_mut().flatten().zip(crf.steps.iter().flatten()) {
                *a += w / averaged as f32;
            }
        }
    }
    Crf { weights: average, steps: step_average }
}

impl Crf {
    /// The most probable labels.
    pub fn label(&self, sequence: &Sequence) -> Vec<Label> {
        let mut now = [NEVER; LABELS];
        now[0] = 0.0;
        let mut back: Vec<[Label; LABELS]> = Vec::new();
        let mut from = 0;
        for &end in &sequence.ends {
            let (mut next, mut before) = ([NEVER; LABELS], [0; LABELS]);
            for (a, &score) in now.iter().enumerate().filter(|(_, s)| **s > NEVER) {
                for b in (0..LABELS).filter(|&b| follows(b as Label, a as Label)) {
                    let s = score + self.steps[a][b];
                    if s > next[b] {
                        (next[b], before[b]) = (s, a as Label);
                    }
                }
            }
            for &f in &sequence.features[from..end as usize] {
                next.iter_mut().zip(&self.weights[f as usize]).for_each(|(n, w)| *n += w);
            }
            back.push(before);
            now = next;
            from = end as usize;
        }
        let closing = (0..LABELS).filter(|&l| follows(0, l as Label));
        let mut label = closing.max_by(|&a, &b| now[a].total_cmp(&now[b])).unwrap_or(0) as Label;
        let mut labels = Vec::with_capacity(back.len());
        for before in back.iter().rev() {
            labels.push(label);
            label = before[label as usize];
        }
        labels.reverse();
        labels
    }
}

/// Forward and backward sums of one sequence.
struct Lattice {
    /// The features that were not dropped.
    features: Vec<u32>,
    ends: Vec<u32>,
    scores: Vec<[f32; LABELS]>,
    alpha: Vec<[f32; LABELS]>,
    beta: Vec<[f32; LABELS]>,
    /// Expected less observed, a token and label.
    slopes: Vec<[f32; LABELS]>,
    step_slopes: [[f32; LABELS]; LABELS],
    allowed: Vec<(usize, usize)>,
}

impl Lattice {
    fn new() -> Lattice {
        let pairs = (0..LABELS).flat_map(|a| (0..LABELS).map(move |b| (a, b)));
        Lattice {
            features: Vec::new(),
            ends: Vec::new(),
            scores: Vec::new(),
            alpha: Vec::new(),
            beta: Vec::new(),
            slopes: Vec::new(),
            step_slopes: [[0.0; LABELS]; LABELS],
            allowed: pairs.filter(|&(a, b)| follows(b as Label, a as Label)).collect(),
        }
    }

    /// Keeps each feature with probability 1 - `share`; gives the factor that makes up for those dropped.
    fn drop(&mut self, sequence: &Sequence, share: f32, random: &mut Random) -> f32 {
        self.features.clear();
        self.ends.clear();
        let mut from = 0;
        for &end in &sequence.ends {
            for &f in &sequence.features[from..end as usize] {
                if share == 0.0 || random.unit() >= share {
                    self.features.push(f);
                }
            }
            self.ends.push(self.features.len() as u32);
            from = end as usize;
        }
        1.0 / (1.0 - share)
    }

    /// The negative log-likelihood with its margin, and its slopes.
    fn gradient(&mut self, crf: &Crf, sequence: &Sequence, factor: f32, margin: f32) -> f32 {
        let n = sequence.gold.len();
        self.scores.clear();
        let mut from = 0;
        for &end in &self.ends {
            let mut row = [0f32; LABELS];
            for &f in &self.features[from..end as usize] {
                row.iter_mut().zip(&crf.weights[f as usize]).for_each(|(r, w)| *r += w);
            }
            let mut row = row.map(|s| s * factor);
            if sequence.gold[self.scores.len()] != 0 {
                row[0] += margin;
            }
            self.scores.push(row);
            from = end as usize;
        }
        // Sums in the exponential domain, each row scaled by its largest.
        let exp_steps = crf.steps.map(|r| r.map(f32::exp));
        let mut logs = 0f32;
        self.alpha.clear();
        let mut exps: Vec<[f32; LABELS]> = Vec::with_capacity(n);
        for i in 0..n {
            let top = self.scores[i].iter().copied().fold(NEVER, f32::max);
            let e = self.scores[i].map(|s| (s - top).exp());
            logs += top;
            let mut row = [0f32; LABELS];
            if i == 0 {
                for (l, r) in row.iter_mut().enumerate() {
                    if follows(l as Label, 0) {
                        *r = exp_steps[0][l] * e[l];
                    }
                }
            } else {
                let before = &self.alpha[i - 1];
                for &(a, b) in &self.allowed {
                    row[b] += before[a] * exp_steps[a][b];
                }
                row.iter_mut().zip(&e).for_each(|(r, e)| *r *= e);
            }
            let sum: f32 = row.iter().sum();
            logs += sum.ln();
            self.alpha.push(row.map(|r| r / sum));
            exps.push(e);
        }
        self.beta.clear();
        self.beta.resize(n, [0.0; LABELS]);
        self.slopes.clear();
        self.slopes.resize(n, [0.0; LABELS]);
        self.step_slopes = [[0.0; LABELS]; LABELS];
        let mut close = [0f32; LABELS];
        (0..LABELS).filter(|&l| follows(0, l as Label)).for_each(|l| close[l] = 1.0);
        self.beta[n - 1] = close;
        let closed: f32 = self.alpha[n - 1].iter().zip(&close).map(|(a, b)| a * b).sum();
        logs += closed.ln();
        for i in (0..n).rev() {
            let p: [f32; LABELS] = std::array::from_fn(|l| self.alpha[i][l] * self.beta[i][l]);
            let sum: f32 = p.iter().sum();
            self.slopes[i] = p.map(|p| p / sum);
            self.slopes[i][sequence.gold[i] as usize] -= 1.0;
            if i > 0 {
                let mut row = [0f32; LABELS];
                let mut joint = 0f32;
                let mut list = [(0usize, 0usize, 0f32); LABELS * LABELS];
                for (k, &(a, b)) in self.allowed.iter().enumerate() {
                    let step = exp_steps[a][b] * exps[i][b] * self.beta[i][b];
                    row[a] += step;
                    let j = self.alpha[i - 1][a] * step;
                    joint += j;
                    list[k] = (a, b, j);
                }
                for &(a, b, j) in &list[..self.allowed.len()] {
                    self.step_slopes[a][b] += j / joint;
                }
                self.step_slopes[sequence.gold[i - 1] as usize][sequence.gold[i] as usize] -= 1.0;
                let sum: f32 = row.iter().sum();
                self.beta[i - 1] = row.map(|r| r / sum);
            }
        }
        let mut gold = crf.steps[0][sequence.gold[0] as usize];
        for i in 0..n {
            gold += self.scores[i][sequence.gold[i] as usize];
            if i > 0 {
                gold += crf.steps[sequence.gold[i - 1] as usize][sequence.gold[i] as usize];
            }
        }
        logs - gold
    }
}
