//! `newsdex.evaluation/1`: how good runs are, against judgements.

use serde::Serialize;

use crate::search::eval::{self, Evaluated};

/// The schema of [`Evaluation`].
pub const EVALUATION: &str = "newsdex.evaluation/1";
/// The schema of [`Topic`].
pub const TOPIC: &str = "newsdex.topic/1";

/// Values by trec_eval's names of measures, in the order asked for.
pub type Values = serde_json::Map<String, serde_json::Value>;

/// The averages, and what tells two runs apart. In `jsonl` it is the last line and `topics` is left out.
#[derive(Serialize)]
pub struct Evaluation<'a> {
    pub schema: &'static str,
    pub runs: Vec<Run<'a>>,
    /// `null` unless two runs were given.
    pub comparison: Option<Vec<Comparison>>,
    /// Left out unless each topic was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<Topic<'a>>>,
}

#[derive(Serialize)]
pub struct Run<'a> {
    pub file: &'a str,
    pub tag: &'a str,
    /// Topics counted as zero because the run does not answer them.
    pub unanswered: usize,
    /// Means over topics; sums of counts.
    pub all: Values,
}

#[derive(Serialize)]
pub struct Comparison {
    pub measure: String,
    /// The mean of second less first.
    pub difference: f64,
    /// Topics in which the second run is better, worse, equal.
    pub better: usize,
    pub worse: usize,
    pub equal: usize,
    /// Of a two-sided paired randomisation test.
    pub p: f64,
}

#[derive(Serialize)]
pub struct Topic<'a> {
    pub schema: &'static str,
    pub topic: &'a str,
    /// The values of each run, in the order of the runs.
    pub runs: Vec<Values>,
}

fn values(measures: &[eval::Measure], values: &[f64]) -> Values {
    let value = |(measure, &value): (&eval::Measure, &f64)| {
        let number = if measure.is_count() { (value as u64).into() } else { value.into() };
        (measure.to_string(), number)
    };
    measures.iter().zip(values).map(value).collect()
}

/// Each topic with its values.
pub fn topics<'a>(runs: &'a [Evaluated<'a>]) -> impl Iterator<Item = Topic<'a>> {
    let all = runs.first().map_or(&[][..], |run| &run.evaluation.topics);
    all.iter().enumerate().map(|(i, (topic, _))| Topic {
        schema: TOPIC,
        topic,
        runs: runs.iter().map(|r| values(&r.evaluation.measures, &r.evaluation.topics[i].1)).collect(),
    })
}

impl<'a> Evaluation<'a> {
    /// The averages of one run or two, without the topics.
    pub fn new(runs: &[Evaluated<'a>]) -> Self {
        let comparison = match runs {
            [first, second] => Some((first.evaluation, second.evaluation)),
            _ => None,
        };
        let compared = |(first, second): (&eval::Evaluation, &eval::Evaluation)| {
            let of = |(i, measure): (usize, &eval::Measure)| {
                let c = eval::compare(first, second, i);
                let (better, worse, equal) = (c.better, c.worse, c.equal);
                Comparison {
                    measure: measure.to_string(),
                    difference: c.difference,
                    better,
                    worse,
                    equal,
                    p: c.p_value,
                }
            };
            first.measures.iter().enumerate().filter(|(_, m)| !m.is_count()).map(of).collect()
        };
        let run = |run: &Evaluated<'a>| Run {
            file: run.file,
            tag: run.tag,
            unanswered: run.evaluation.unanswered,
            all: values(&run.evaluation.measures, &run.evaluation.all),
        };
        Evaluation {
            schema: EVALUATION,
            runs: runs.iter().map(run).collect(),
            comparison: comparison.map(compared),
            topics: None,
        }
    }
}
