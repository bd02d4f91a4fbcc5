//! How good a ranking is, against judgements: the measures of trec_eval, computed as it computes them.
//!
//! A run is sorted by score, ties by article id from the end of the alphabet, whatever ranks it says; a topic counts
//! if it is judged to have a relevant article, and counts as zero if the run has no answer to it.

use std::collections::BTreeMap;

/// Judgements: topic, article, grade; a grade above zero is relevant.
pub type Judgements = BTreeMap<String, BTreeMap<String, i32>>;
/// Answers: topic, then articles with their scores.
pub type Run = BTreeMap<String, Vec<(String, f64)>>;

/// A line that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LineError {
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

/// Reads `topic 0 article grade` lines.
pub fn judgements(text: &str) -> Result<Judgements, LineError> {
    let mut out = Judgements::new();
    for (line, parts) in lines(text) {
        let [topic, _, article, grade] = parts.as_slice() else {
            return Err(LineError { line, message: "a judgement has four columns: topic, 0, article, grade".into() });
        };
        let Ok(grade) = grade.parse() else {
            return Err(LineError { line, message: format!("{grade} is no grade") });
        };
        out.entry(topic.to_string()).or_default().insert(article.to_string(), grade);
    }
    Ok(out)
}

/// Reads `topic Q0 article rank score tag` lines.
pub fn run(text: &str) -> Result<Run, LineError> {
    let mut out = Run::new();
    for (line, parts) in lines(text) {
        let [topic, _, article, _, score, ..] = parts.as_slice() else {
            return Err(LineError {
                line,
                message: "an answer has six columns: topic, Q0, article, rank, score, tag".into(),
            });
        };
        let Ok(score) = score.parse() else {
            return Err(LineError { line, message: format!("{score} is no score") });
        };
        out.entry(topic.to_string()).or_default().push((article.to_string(), score));
    }
    Ok(out)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| (i + 1, line.split_whitespace().collect()))
}

/// Measures of one topic, or their means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Average precision over the whole run.
    pub map: f64,
    pub ndcg_10: f64,
    pub p_10: f64,
    /// Of the first ten.
    pub mrr_10: f64,
    pub recall_100: f64,
}

impl Measures {
    /// The names and values, in the order in which they are printed.
    pub fn named(&self) -> [(&'static str, f64); 5] {
        [
            ("map", self.map),
            ("ndcg_cut_10", self.ndcg_10),
            ("P_10", self.p_10),
            ("recip_rank_10", self.mrr_10),
            ("recall_100", self.recall_100),
        ]
    }
}

/// All topics, and their means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    pub mean: Measures,
    pub topics: Vec<(String, Measures)>,
}

/// Holds a run against judgements.
pub fn evaluate(judgements: &Judgements, run: &Run) -> Evaluation {
    let mut topics = Vec::new();
    for (topic, judged) in judgements {
        if judged.values().any(|&grade| grade > 0) {
            topics.push((topic.clone(), topic_measures(judged, run.get(topic).map_or(&[], Vec::as_slice))));
        }
    }
    let n = topics.len().max(1) as f64;
    let mean = |pick: fn(&Measures) -> f64| topics.iter().map(|(_, m)| pick(m)).sum::<f64>() / n;
    let mean = Measures {
        map: mean(|m| m.map),
        ndcg_10: mean(|m| m.ndcg_10),
        p_10: mean(|m| m.p_10),
        mrr_10: mean(|m| m.mrr_10),
        recall_100: mean(|m| m.recall_100),
    };
    Evaluation { mean, topics }
}

fn topic_measures(judged: &BTreeMap<String, i32>, answers: &[(String, f64)]) -> Measures {
    let mut answers: Vec<_> = answers.iter().collect();
    answers.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
    let grades: Vec<i32> = answers.iter().map(|(id, _)| judged.get(id).copied().unwrap_or(0).max(0)).collect();
    let relevant = judged.values().filter(|&&g| g > 0).count() as f64;
    let hits = |depth: usize| grades.iter().take(depth).filter(|&&g| g > 0).count() as f64;
    let (mut found, mut precision) = (0.0, 0.0);
    for (i, _) in grades.iter().enumerate().filter(|(_, g)| **g > 0) {
        found += 1.0;
        precision += found / (i + 1) as f64;
    }
    let gain = |grades: &[i32]| -> f64 {
        grades.iter().take(10).enumerate().map(|(i, &g)| f64::from(g) / ((i + 2) as f64).log2()).sum()
    };
    let mut ideal: Vec<i32> = judged.values().copied().filter(|&g| g > 0).collect();
    ideal.sort_unstable_by_key(|&g| std::cmp::Reverse(g));
    let first = grades.iter().take(10).position(|&g| g > 0);
    Measures {
        map: precision / relevant,
        ndcg_10: gain(&grades) / gain(&ideal),
        p_10: hits(10) / 10.0,
        mrr_10: first.map_or(0.0, |i| 1.0 / (i + 1) as f64),
        recall_100: hits(100) / relevant,
    }
}

/// Two runs topic by topic: the differences of a measure, and how likely they are by chance alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The mean of second less first.
    pub difference: f64,
    pub better: usize,
    pub worse: usize,
    /// Of a two-sided randomisation test (Smucker, Allan and Carterette 2007) with a fixed seed.
    pub p_value: f64,
}

/// Compares two evaluations of the same judgements by one measure.
pub fn compare(first: &Evaluation, second: &Evaluation, pick: impl Fn(&Measures) -> f64) -> Comparison {
    const TRIALS: u32 = 10_000;
    let differences: Vec<f64> =
        first.topics.iter().zip(&second.topics).map(|((_, a), (_, b))| pick(b) - pick(a)).collect();
    let n = differences.len().max(1) as f64;
    let difference = differences.iter().sum::<f64>() / n;
    // xorshift64*: the same answer every time.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut flip = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 63 == 0
    };
    let mut extreme = 0;
    for _ in 0..TRIALS {
        let mean = differences.iter().map(|&d| if flip() { d } else { -d }).sum::<f64>() / n;
        extreme += u32::from(mean.abs() >= difference.abs() - 1e-12);
    }
    Comparison {
        difference,
        better: differences.iter().filter(|d| **d > 0.0).count(),
        worse: differences.iter().filter(|d| **d < 0.0).count(),
        p_value: f64::from(extreme) / f64::from(TRIALS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand after trec_eval's definitions.
    #[test]
    fn measures_of_a_worked_example() {
        let judged = judgements("t1 0 a 1\nt1 0 b 0\nt1 0 c 2\nt1 0 d 1\nt2 0 a 1\nt3 0 a 0\n").unwrap();
        let answers = run("t1 Q0 b 1 9 x\nt1 Q0 c 2 8.5 x\nt1 Q0 z 3 8 x\nt1 Q0 a 4 7 x\n").unwrap();
        let result = evaluate(&judged, &answers);
        assert_eq!(result.topics.len(), 2, "t3 has nothing relevant");
        let t1 = result.topics[0].1;
        assert!((t1.map - (1.0 / 2.0 + 2.0 / 4.0) / 3.0).abs() < 1e-12);
        assert!((t1.mrr_10 - 0.5).abs() < 1e-12);
        assert!((t1.p_10 - 0.2).abs() < 1e-12);
        assert!((t1.recall_100 - 2.0 / 3.0).abs() < 1e-12);
        let log = |i: f64| i.log2();
        let dcg = 2.0 / log(3.0) + 1.0 / log(5.0);
        let ideal = 2.0 + 1.0 / log(3.0) + 1.0 / log(4.0);
        assert!((t1.ndcg_10 - dcg / ideal).abs() < 1e-12);
        assert!((result.mean.map - t1.map / 2.0).abs() < 1e-12, "t2 was not answered");
    }

    #[test]
    fn ties_are_broken_as_trec_eval_does() {
        let judged = judgements("t 0 a 1").unwrap();
        let answers = run("t Q0 a 1 1.0 x\nt Q0 b 2 1.0 x").unwrap();
        assert_eq!(evaluate(&judged, &answers).mean.mrr_10, 0.5);
    }

    #[test]
    fn lines_that_are_none_are_named() {
        assert_eq!(judgements("t 0 a\n").unwrap_err().line, 1);
        assert_eq!(run("\nt Q0 a 1 high x").unwrap_err().to_string(), "line 2: high is no score");
    }

    #[test]
    fn runs_are_compared_topic_by_topic() {
        let judged = judgements("t 0 a 1\nu 0 a 1").unwrap();
        let good = evaluate(&judged, &run("t Q0 a 1 1 x\nu Q0 a 1 1 x").unwrap());
        let bad = evaluate(&judged, &run("t Q0 b 1 2 x\nt Q0 a 2 1 x").unwrap());
        let c = compare(&bad, &good, |m| m.map);
        assert_eq!((c.better, c.worse, c.difference), (2, 0, 0.75));
        assert_eq!(compare(&good, &good, |m| m.map).p_value, 1.0);
    }
}
