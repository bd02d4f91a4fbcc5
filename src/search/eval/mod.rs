//! How good a ranking is, against judgements: the measures of trec_eval, computed as it computes them.
//!
//! A run is sorted by score, ties by article id from the end of the alphabet, whatever ranks its lines say. Averages
//! are over every topic that is judged to have a relevant article; one that a run does not answer counts as zero, as
//! with `trec_eval -c`. [`Counted::new`] can leave such topics out instead, as trec_eval does by default, which
//! flatters whoever answers only what is easy.
//!
//! [`files`] reads judgements and runs, [`measure`] has the formulas, [`compare`] tells whether two runs differ by more
//! than chance.

pub mod compare;
pub mod files;
pub mod measure;

use std::collections::BTreeMap;

pub use compare::{Comparison, compare};
pub use files::{Judgements, LineError, Run};
pub use measure::Measure;

/// The topics that averages are over.
#[derive(Clone, Debug, Default)]
pub struct Counted<'j> {
    /// In order of their ids, each with its judgements.
    pub topics: Vec<(&'j str, &'j BTreeMap<String, i32>)>,
    /// Judged topics left out because no article is relevant to them.
    pub barren: usize,
}

impl<'j> Counted<'j> {
    /// The topics that have a relevant article; if `answered`, only those that all the runs answer.
    pub fn new(judgements: &'j Judgements, runs: &[&Run], answered: bool) -> Counted<'j> {
        let mut counted = Counted::default();
        for (topic, judged) in judgements {
            if !judged.values().any(|&grade| grade > 0) {
                counted.barren += 1;
            } else if !answered || runs.iter().all(|run| run.topics.contains_key(topic)) {
                counted.topics.push((topic, judged));
            }
        }
        counted
    }
}

/// A run held against judgements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    pub measures: Vec<Measure>,
    /// The mean of each measure over the topics; the sum where it is a count.
    pub all: Vec<f64>,
    /// Each topic's values, in the order of the measures.
    pub topics: Vec<(String, Vec<f64>)>,
    /// Topics counted as zero because the run has no answer to them.
    pub unanswered: usize,
    /// Whether any article of the run is judged at all, relevant or not.
    pub judged: bool,
}

/// A run and how good it is, for those who print it.
#[derive(Clone, Copy, Debug)]
pub struct Evaluated<'a> {
    /// Where it was read from.
    pub file: &'a str,
    pub tag: &'a str,
    pub evaluation: &'a Evaluation,
}

/// Holds a run against judgements.
pub fn evaluate(counted: &Counted, run: &Run, measures: &[Measure]) -> Evaluation {
    let mut out = Evaluation { measures: measures.to_vec(), ..Evaluation::default() };
    for (topic, judged) in &counted.topics {
        let answers = run.topics.get(*topic).map_or(&[][..], Vec::as_slice);
        out.unanswered += usize::from(answers.is_empty());
        out.judged |= answers.iter().any(|(id, _)| judged.contains_key(id));
        let graded = measure::Graded::new(judged, answers);
        out.topics.push(((*topic).to_owned(), measures.iter().map(|m| m.of(&graded)).collect()));
    }
    let topics = out.topics.len().max(1) as f64;
    out.all = (0..measures.len())
        .map(|i| {
            // From zero: the sum of nothing would be minus zero.
            let sum = out.topics.iter().fold(0.0, |sum, (_, values)| sum + values[i]);
            if measures[i].is_count() { sum } else { sum / topics }
        })
        .collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `measure value` pairs for all topics.
    fn all(judgements: &str, run: &str, measures: &str, answered: bool) -> String {
        let judgements = files::judgements(judgements).expect("judgements");
        let run = files::run(run).expect("a run");
        let measures: Vec<Measure> = measures.split(' ').map(|m| m.parse().expect("a measure")).collect();
        let evaluation = evaluate(&Counted::new(&judgements, &[&run], answered), &run, &measures);
        let shown = measures.iter().zip(&evaluation.all).map(|(m, value)| format!("{m} {value:.4}"));
        shown.collect::<Vec<_>>().join(", ")
    }

    const JUDGED: &str = "t1 0 a 1\nt1 0 b 0\nt1 0 c 2\nt1 0 d 1\n";
    const ANSWERED: &str = "t1 Q0 b 1 9 x\nt1 Q0 c 2 8.5 x\nt1 Q0 z 3 8 x\nt1 Q0 a 4 7 x\n";

    /// Worked by hand after trec_eval's definitions: relevant at ranks 2 and 4 of three that there are, grades 2 and 1.
    #[test]
    fn measures_of_a_worked_example() {
        let got = all(
            JUDGED,
            ANSWERED,
            "num_q num_ret num_rel num_rel_ret map map_cut_2 Rprec recip_rank recip_rank_cut_1 P_2 P_10 recall_2 \
             recall_100 success_1 success_2 ndcg ndcg_cut_3 ndcg_cut_10",
            false,
        );
        // DCG: 2/log2(3) + 1/log2(5); ideal: 2 + 1/log2(3) + 1/log2(4).
        assert_eq!(
            got,
            "num_q 1.0000, num_ret 4.0000, num_rel 3.0000, num_rel_ret 2.0000, map 0.3333, map_cut_2 0.1667, \
             Rprec 0.3333, recip_rank 0.5000, recip_rank_cut_1 0.0000, P_2 0.5000, P_10 0.2000, recall_2 0.3333, \
             recall_100 0.6667, success_1 0.0000, success_2 1.0000, ndcg 0.5406, ndcg_cut_3 0.4030, ndcg_cut_10 0.5406"
        );
    }

    #[test]
    fn topics_without_an_answer_count_as_zero_and_those_without_a_relevant_article_not_at_all() {
        let judged = format!("{JUDGED}t2 0 a 1\nt3 0 a 0\n");
        assert_eq!(all(&judged, ANSWERED, "num_q map", false), "num_q 2.0000, map 0.1667");
        assert_eq!(all(&judged, ANSWERED, "num_q map", true), "num_q 1.0000, map 0.3333");
        assert_eq!(all(&judged, "t3 Q0 a 1 1 x", "num_q map", true), "num_q 0.0000, map 0.0000");
    }

    #[test]
    fn ties_are_broken_by_id_from_the_end_of_the_alphabet_whatever_the_ranks_say() {
        let judged = "t 0 a 1";
        assert_eq!(all(judged, "t Q0 a 1 1.0 x\nt Q0 b 2 1.0 x", "recip_rank", false), "recip_rank 0.5000");
        assert_eq!(all(judged, "t Q0 b 1 1.0 x\nt Q0 a 9 2.0 x", "recip_rank", false), "recip_rank 1.0000");
    }

    #[test]
    fn grades_below_zero_are_not_judged() {
        assert_eq!(
            all("t 0 a -1\nt 0 b 1", "t Q0 a 1 2 x\nt Q0 b 2 1 x", "map ndcg", false),
            "map 0.5000, ndcg 0.6309"
        );
    }
}
