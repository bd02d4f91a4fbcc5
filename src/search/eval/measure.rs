//! The measures, by trec_eval's names, and their formulas.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A measure of one topic's answers; `k` is a rank at which they are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Topics that count.
    NumQ,
    /// Articles in the run.
    NumRet,
    /// Relevant articles there are.
    NumRel,
    /// Relevant articles in the run.
    NumRelRet,
    /// Average precision: the mean over relevant articles of the precision where each is found.
    Map,
    MapCut(usize),
    /// Precision at as many articles as are relevant.
    RPrecision,
    /// One by the rank of the first relevant article.
    ReciprocalRank,
    ReciprocalRankCut(usize),
    /// The share of the first `k` that is relevant, `k` of them or not.
    Precision(usize),
    /// The share of the relevant articles that is among the first `k`.
    Recall(usize),
    /// Whether a relevant article is among the first `k`.
    Success(usize),
    /// Normalized discounted cumulative gain (Järvelin and Kekäläinen 2002): gains are grades, discounted by the
    /// logarithm to base 2 of the rank plus one, over those of the best order there is.
    Ndcg,
    NdcgCut(usize),
}

impl Measure {
    /// What is told unless asked otherwise.
    pub const DEFAULT: [Measure; 14] = [
        Measure::NumQ,
        Measure::NumRet,
        Measure::NumRel,
        Measure::NumRelRet,
        Measure::Map,
        Measure::Ndcg,
        Measure::NdcgCut(10),
        Measure::Precision(5),
        Measure::Precision(10),
        Measure::ReciprocalRank,
        Measure::ReciprocalRankCut(10),
        Measure::RPrecision,
        Measure::Recall(10),
        Measure::Recall(100),
    ];

    /// Whether topics are added up instead of averaged.
    pub fn is_count(self) -> bool {
        matches!(self, Measure::NumQ | Measure::NumRet | Measure::NumRel | Measure::NumRelRet)
    }

    /// The measure of one topic.
    pub fn of(self, graded: &Graded) -> f64 {
        let relevant = graded.ideal.len();
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        match self {
            Measure::NumQ => 1.0,
            Measure::NumRet => graded.grades.len() as f64,
            Measure::NumRel => relevant as f64,
            Measure::NumRelRet => graded.found(usize::MAX) as f64,
            Measure::Map => graded.average_precision(usize::MAX),
            Measure::MapCut(k) => graded.average_precision(k),
            Measure::RPrecision => share(graded.found(relevant), relevant),
            Measure::ReciprocalRank => graded.reciprocal_rank(usize::MAX),
            Measure::ReciprocalRankCut(k) => graded.reciprocal_rank(k),
            Measure::Precision(k) => share(graded.found(k), k),
            Measure::Recall(k) => share(graded.found(k), relevant),
            Measure::Success(k) => f64::from(u8::from(graded.found(k) > 0)),
            Measure::Ndcg => graded.ndcg(usize::MAX),
            Measure::NdcgCut(k) => graded.ndcg(k),
        }
    }
}

/// trec_eval's names: `map`, `P_10`, `ndcg_cut_10`.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Measure::NumQ => f.pad("num_q"),
            Measure::NumRet => f.pad("num_ret"),
            Measure::NumRel => f.pad("num_rel"),
            Measure::NumRelRet => f.pad("num_rel_ret"),
            Measure::Map => f.pad("map"),
            Measure::MapCut(k) => f.pad(&format!("map_cut_{k}")),
            Measure::RPrecision => f.pad("Rprec"),
            Measure::ReciprocalRank => f.pad("recip_rank"),
            Measure::ReciprocalRankCut(k) => f.pad(&format!("recip_rank_cut_{k}")),
            Measure::Precision(k) => f.pad(&format!("P_{k}")),
            Measure::Recall(k) => f.pad(&format!("recall_{k}")),
            Measure::Success(k) => f.pad(&format!("success_{k}")),
            Measure::Ndcg => f.pad("ndcg"),
            Measure::NdcgCut(k) => f.pad(&format!("ndcg_cut_{k}")),
        }
    }
}

/// trec_eval's names, and those that papers write: `nDCG@10`, `P@10`, `MRR@10`, `R@100`.
impl FromStr for Measure {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let lower = name.to_lowercase();
        let digits = lower.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (base, cut) = match lower.split_at(digits) {
            (base, "") => (base, None),
            (base, cut) => (base.trim_end_matches(['@', '_', '.']), Some(cut.parse().map_err(|_| UNKNOWN)?)),
        };
        if cut == Some(0) {
            return Err("the rank at which answers are cut counts from 1");
        }
        Ok(match (base, cut) {
            ("num_q", None) => Measure::NumQ,
            ("num_ret", None) => Measure::NumRet,
            ("num_rel", None) => Measure::NumRel,
            ("num_rel_ret", None) => Measure::NumRelRet,
            ("map" | "ap", None) => Measure::Map,
            ("map" | "ap" | "map_cut", Some(k)) => Measure::MapCut(k),
            ("rprec", None) => Measure::RPrecision,
            ("recip_rank" | "mrr" | "rr", None) => Measure::ReciprocalRank,
            ("recip_rank" | "mrr" | "rr" | "recip_rank_cut", Some(k)) => Measure::ReciprocalRankCut(k),
            ("p" | "precision", Some(k)) => Measure::Precision(k),
            ("r" | "recall", Some(k)) => Measure::Recall(k),
            ("success", Some(k)) => Measure::Success(k),
            ("ndcg", None) => Measure::Ndcg,
            ("ndcg" | "ndcg_cut", Some(k)) => Measure::NdcgCut(k),
            _ => return Err(UNKNOWN),
        })
    }
}

const UNKNOWN: &str = "measures are num_q, num_ret, num_rel, num_rel_ret, map, map_cut_N, Rprec, recip_rank, \
                       recip_rank_cut_N, P_N, recall_N, success_N, ndcg and ndcg_cut_N";

/// The answers to one topic as grades.
#[derive(Clone, Debug)]
pub struct Graded {
    /// Of the run's articles from the first on; zero where one is not judged.
    grades: Vec<i32>,
    /// Of all relevant articles, the highest first.
    ideal: Vec<i32>,
}

impl Graded {
    pub fn new(judged: &BTreeMap<String, i32>, answers: &[(String, f64)]) -> Graded {
        let mut answers: Vec<_> = answers.iter().collect();
        answers.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
        let grades = answers.iter().map(|(id, _)| judged.get(id).copied().unwrap_or(0).max(0)).collect();
        let mut ideal: Vec<i32> = judged.values().copied().filter(|&grade| grade > 0).collect();
        ideal.sort_unstable_by_key(|&grade| std::cmp::Reverse(grade));
        Graded { grades, ideal }
    }

    fn cut(list: &[i32], k: usize) -> &[i32] {
        list.get(..k).unwrap_or(list)
    }

    /// How many of the first `k` are relevant.
    fn found(&self, k: usize) -> usize {
        Self::cut(&self.grades, k).iter().filter(|&&grade| grade > 0).count()
    }

    fn average_precision(&self, k: usize) -> f64 {
        let (mut found, mut precision) = (0.0, 0.0);
        for (i, _) in Self::cut(&self.grades, k).iter().enumerate().filter(|(_, grade)| **grade > 0) {
            found += 1.0;
            precision += found / (i + 1) as f64;
        }
        if self.ideal.is_empty() { 0.0 } else { precision / self.ideal.len() as f64 }
    }

    fn reciprocal_rank(&self, k: usize) -> f64 {
        let first = Self::cut(&self.grades, k).iter().position(|&grade| grade > 0);
        first.map_or(0.0, |i| 1.0 / (i + 1) as f64)
    }

    fn ndcg(&self, k: usize) -> f64 {
        let gain = |grades: &[i32]| -> f64 {
            let discounted = |(i, &grade): (usize, &i32)| f64::from(grade) / ((i + 2) as f64).log2();
            Self::cut(grades, k).iter().enumerate().map(discounted).sum()
        };
        let ideal = gain(&self.ideal);
        if ideal > 0.0 { gain(&self.grades) / ideal } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_read_by_every_name_and_print_under_trec_evals() {
        for (typed, name) in [
            ("nDCG@10", "ndcg_cut_10"),
            ("ndcg_cut.20", "ndcg_cut_20"),
            ("P@5", "P_5"),
            ("MAP", "map"),
            ("map@100", "map_cut_100"),
            ("MRR", "recip_rank"),
            ("RR@10", "recip_rank_cut_10"),
            ("R@100", "recall_100"),
            ("rprec", "Rprec"),
        ] {
            assert_eq!(typed.parse::<Measure>().expect(typed).to_string(), name);
        }
        for measure in Measure::DEFAULT {
            assert_eq!(measure.to_string().parse(), Ok(measure));
        }
        for wrong in ["", "P", "P_0", "10", "bpref", "map_", "P_99999999999999999999999"] {
            assert!(wrong.parse::<Measure>().is_err(), "{wrong}");
        }
    }
}
