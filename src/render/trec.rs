//! TREC runs, as trec_eval and its kin read them: `topic Q0 article rank score tag`; and figures as trec_eval writes
//! them.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::search::eval::Evaluation;

/// Writes what is ranked for a topic. White space within ids is written `%20`, for it separates columns.
pub fn run<'a>(
    out: &mut impl Write,
    topic: &str,
    articles: impl IntoIterator<Item = (Cow<'a, str>, f32)>,
) -> io::Result<()> {
    for (i, (id, score)) in articles.into_iter().enumerate() {
        writeln!(out, "{} Q0 {} {} {score} newsdex", column(topic), column(&id), i + 1)?;
    }
    Ok(())
}

/// Writes measures, topics and values as trec_eval does, and those who read its output expect: each topic only if asked
/// for, then `all` of them.
pub fn evaluation(out: &mut impl Write, tag: &str, evaluation: &Evaluation, topics: bool) -> io::Result<()> {
    fn rows(out: &mut impl Write, evaluation: &Evaluation, topic: &str, values: &[f64]) -> io::Result<()> {
        evaluation.measures.iter().zip(values).try_for_each(|(measure, value)| {
            let digits = if measure.is_count() { 0 } else { 4 };
            writeln!(out, "{measure:<22}\t{topic}\t{value:.digits$}")
        })
    }
    for (topic, values) in evaluation.topics.iter().filter(|_| topics) {
        rows(out, evaluation, topic, values)?;
    }
    writeln!(out, "{:<22}\tall\t{tag}", "runid")?;
    rows(out, evaluation, "all", &evaluation.all)
}

fn column(text: &str) -> String {
    text.split(char::is_whitespace).collect::<Vec<_>>().join("%20")
}

#[cfg(test)]
mod tests {
    #[test]
    fn six_columns_whatever_the_ids() {
        let mut out = Vec::new();
        super::run(&mut out, "1", [("a b".into(), 2.5), ("c".into(), 2.0)]).expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "1 Q0 a%20b 1 2.5 newsdex\n1 Q0 c 2 2 newsdex\n");
    }
}
