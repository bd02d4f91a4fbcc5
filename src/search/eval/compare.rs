//! Two runs topic by topic: by how much one is better, and how likely that is by chance alone.
//!
//! The probability is that of a two-sided paired randomisation test, which asks nothing of how differences are
//! distributed (Smucker, Allan and Carterette 2007): if the runs were equally good, which of the two values of a topic
//! is whose would be a toss of a coin. Of few topics all tosses are tried, of many a fixed number with a fixed seed.

use super::Evaluation;

/// Up to so many topics that differ, all tosses are tried.
const EXACT: usize = 16;
/// Tosses tried of more topics: a probability near .05 is then within a few thousandths.
const TRIALS: u32 = 20_000;

/// Two runs by one measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The mean of second less first.
    pub difference: f64,
    /// Topics in which the second is better, worse, equal.
    pub better: usize,
    pub worse: usize,
    pub equal: usize,
    /// How likely a difference so large is, either way, if the runs are equally good.
    pub p_value: f64,
}

/// Compares two evaluations of the same topics by the measure at this index.
pub fn compare(first: &Evaluation, second: &Evaluation, measure: usize) -> Comparison {
    let value = |topic: &(String, Vec<f64>)| topic.1.get(measure).copied().unwrap_or(0.0);
    let pairs = first.topics.iter().zip(&second.topics);
    let all: Vec<f64> = pairs.map(|(a, b)| value(b) - value(a)).collect();
    // Values that sums in another order made are equal all the same.
    let differences: Vec<f64> = all.iter().copied().filter(|d| d.abs() > 1e-12).collect();
    Comparison {
        difference: differences.iter().fold(0.0, |sum, d| sum + d) / all.len().max(1) as f64,
        better: differences.iter().filter(|d| **d > 0.0).count(),
        worse: differences.iter().filter(|d| **d < 0.0).count(),
        equal: all.len() - differences.len(),
        p_value: chance(&differences),
    }
}

/// The share of tosses that make the sum of these differences, which are none of them zero, at least as large.
fn chance(differences: &[f64]) -> f64 {
    let observed = differences.iter().sum::<f64>().abs() - 1e-9;
    // Bit i says whether difference i is turned round.
    let sum = |tosses: &mut dyn FnMut() -> u64| -> f64 {
        let chunk = |chunk: &[f64]| {
            let bits = tosses();
            chunk.iter().enumerate().map(|(i, &d)| if bits >> i & 1 == 1 { -d } else { d }).sum::<f64>()
        };
        differences.chunks(64).map(chunk).sum()
    };
    if differences.len() <= EXACT {
        let all = 1u64 << differences.len();
        let extreme = (0..all).filter(|&tosses| sum(&mut || tosses).abs() >= observed).count();
        return extreme as f64 / all as f64;
    }
    // SplitMix64: the same answer every time.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut tosses = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = state;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    let extreme = (0..TRIALS).filter(|_| sum(&mut tosses).abs() >= observed).count();
    // The tosses that were observed are one of those that could be.
    (extreme + 1) as f64 / (f64::from(TRIALS) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(values: &[f64]) -> Evaluation {
        let topics = values.iter().enumerate().map(|(i, &value)| (i.to_string(), vec![value])).collect();
        Evaluation { topics, ..Evaluation::default() }
    }

    #[test]
    fn of_few_topics_every_toss_is_tried() {
        // Of the eight sums of ±.1 ±.2 ±.3 only the two in which all go one way are as large.
        let c = compare(&evaluation(&[0.1, 0.2, 0.3, 0.5]), &evaluation(&[0.2, 0.4, 0.6, 0.5]), 0);
        assert!((c.difference - 0.15).abs() < 1e-12);
        assert_eq!((c.better, c.worse, c.equal, c.p_value), (3, 0, 1, 0.25));
        let same = evaluation(&[0.4, 0.4]);
        assert_eq!(compare(&same, &same, 0).p_value, 1.0);
    }

    #[test]
    fn of_many_topics_the_sample_is_near_and_always_the_same() {
        // Twenty topics, fourteen better by as much as six are worse: as likely as six heads or fewer, or fourteen or
        // more, of twenty coins, 0.1153.
        let second: Vec<f64> = (0..20).map(|i| if i < 14 { 0.6 } else { 0.4 }).collect();
        let c = compare(&evaluation(&[0.5; 20]), &evaluation(&second), 0);
        assert!((c.p_value - 0.1153).abs() < 0.01, "{c:?}");
        assert_eq!(c, compare(&evaluation(&[0.5; 20]), &evaluation(&second), 0));
    }
}
