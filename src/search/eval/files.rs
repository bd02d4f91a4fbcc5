//! Judgements (qrels) and runs as TREC writes them.
//!
//! A line that is not what it should be is an error with its number, and so is an article that is there twice for one
//! topic: which of its lines counts would be a guess. Blank lines and lines that begin with `#` are skipped.

use std::collections::{BTreeMap, BTreeSet};

/// Judgements: topic, article, grade; a grade above zero is relevant, one below zero is no judgement.
pub type Judgements = BTreeMap<String, BTreeMap<String, i32>>;

/// The answers of a system.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// What the run calls itself: the last column of its last line.
    pub tag: String,
    /// Each topic's articles with their scores.
    pub topics: BTreeMap<String, Vec<(String, f64)>>,
}

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
    for (line, columns) in lines(text) {
        let fail = |message: String| LineError { line, message };
        let [topic, _, article, grade] = columns.as_slice() else {
            let found = columns.len();
            return Err(fail(format!("a judgement has four columns (topic, 0, article, grade), here are {found}")));
        };
        let Ok(grade) = grade.parse() else {
            return Err(fail(format!("the grade `{grade}` is no whole number")));
        };
        if out.entry(topic.to_string()).or_default().insert(article.to_string(), grade).is_some() {
            return Err(fail(format!("article `{article}` was judged for topic `{topic}` before")));
        }
    }
    Ok(out)
}

/// Reads `topic Q0 article rank score tag` lines.
pub fn run(text: &str) -> Result<Run, LineError> {
    let mut out = Run::default();
    let mut seen = BTreeSet::new();
    for (line, columns) in lines(text) {
        let fail = |message: String| LineError { line, message };
        let &[topic, _, article, _, score, tag, ..] = columns.as_slice() else {
            let found = columns.len();
            return Err(fail(format!(
                "an answer has six columns (topic, Q0, article, rank, score, tag), here are {found}"
            )));
        };
        let Some(score) = score.parse().ok().filter(|score: &f64| !score.is_nan()) else {
            return Err(fail(format!("the score `{score}` is no number")));
        };
        if !seen.insert((topic, article)) {
            return Err(fail(format!("article `{article}` answered topic `{topic}` before")));
        }
        out.topics.entry(topic.to_owned()).or_default().push((article.to_owned(), score));
        tag.clone_into(&mut out.tag);
    }
    Ok(out)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(i, line)| (i + 1, line.split_whitespace().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_none_are_named() {
        let judged = |text: &str| judgements(text).expect_err("wrong").to_string();
        assert_eq!(judged("t 0 a\n"), "line 1: a judgement has four columns (topic, 0, article, grade), here are 3");
        assert_eq!(judged("# grades\n\nt 0 a 0.5"), "line 3: the grade `0.5` is no whole number");
        assert_eq!(judged("t 0 a 1\nu 0 a 1\nt 0 a 0"), "line 3: article `a` was judged for topic `t` before");
        let answered = |text: &str| run(text).expect_err("wrong").to_string();
        assert_eq!(
            answered("t Q0 a 1 2.5"),
            "line 1: an answer has six columns (topic, Q0, article, rank, score, tag), here are 5"
        );
        assert_eq!(answered("\nt Q0 a 1 high x"), "line 2: the score `high` is no number");
        assert_eq!(answered("t Q0 a 1 NaN x"), "line 1: the score `NaN` is no number");
        assert_eq!(answered("t Q0 a 1 2 x\nt Q0 a 2 1 x"), "line 2: article `a` answered topic `t` before");
    }

    #[test]
    fn tabs_spaces_and_a_byte_order_mark_do_not_matter() {
        let read = run("\u{feff}t\tQ0\ta\t1\t2.5e1\told\r\nt Q0  b 2 -1 new more\r\n").expect("a run");
        assert_eq!(read.tag, "new");
        assert_eq!(read.topics["t"], [("a".to_owned(), 25.0), ("b".to_owned(), -1.0)]);
    }
}
