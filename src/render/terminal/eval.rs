//! How good runs are: a line a measure, a table of topics.

use std::io::{self, Write};

use super::page::{cell, columns};
use super::{Page, Piece, thousands};
use crate::search::eval::{self, Evaluated, Measure};

/// The columns of a figure.
const FIGURE: usize = 9;

/// Writes the averages of a run; of two runs the difference too, and how likely it is by chance. Before them, if asked
/// for, a table of the topics; of two runs the differences.
pub fn evaluation(page: &mut Page<impl Write>, runs: &[Evaluated], topics: bool) -> io::Result<()> {
    let Some(first) = runs.first() else { return Ok(()) };
    let second = runs.get(1);
    let measures = &first.evaluation.measures;
    if topics {
        table(page, first.evaluation, second.map(|s| s.evaluation))?;
        page.blank()?;
    }
    let label = page.palette.label;
    let width = measures.iter().map(|m| m.to_string().len()).max().unwrap_or(0).max(7);
    let row = |name: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|c| format!("{c:>FIGURE$}")).collect();
        format!("{name:<width$}{cells}")
    };
    let Some(second) = second else {
        for (measure, value) in measures.iter().zip(&first.evaluation.all) {
            page.line(&[Piece::plain(row(&measure.to_string(), &[figure(*measure, *value)]))])?;
        }
        return Ok(());
    };
    for (name, run) in [("First", first), ("Second", second)] {
        let lead = Piece::new(format!("{name:<8}"), label);
        page.item(lead, 8, &[Piece::plain(format!("{} ({})", run.file, run.tag))])?;
    }
    page.blank()?;
    let head = ["First", "Second", "Change", "Better", "Worse", "Equal", "p"].map(str::to_owned);
    page.line(&[Piece::new(row("Measure", &head), label)])?;
    for (i, measure) in measures.iter().enumerate() {
        let (a, b) = (first.evaluation.all[i], second.evaluation.all[i]);
        let mut cells = vec![figure(*measure, a), figure(*measure, b)];
        if !measure.is_count() {
            let c = eval::compare(first.evaluation, second.evaluation, i);
            let p = if c.p_value < 1e-4 { "<0.0001".to_owned() } else { format!("{:.4}", c.p_value) };
            cells.push(format!("{:+.4}", c.difference));
            cells.extend([c.better, c.worse, c.equal].map(|n| thousands(n as u64)));
            cells.push(p);
        }
        page.line(&[Piece::plain(row(&measure.to_string(), &cells))])?;
    }
    Ok(())
}

/// A row for each topic, a column for each measure that is no count; as many tables as it takes to fit the page.
fn table(page: &mut Page<impl Write>, first: &eval::Evaluation, second: Option<&eval::Evaluation>) -> io::Result<()> {
    let label = page.palette.label;
    let topics = first.topics.iter().map(|(topic, _)| columns(topic)).max().unwrap_or(0);
    let name = topics.clamp(5, page.width() / 3);
    let shown: Vec<(usize, String)> = first
        .measures
        .iter()
        .enumerate()
        .filter(|(_, m)| **m != Measure::NumQ)
        .map(|(i, m)| (i, m.to_string()))
        .collect();
    let widest = shown.iter().map(|(_, m)| m.len() + 2).max().unwrap_or(0).max(FIGURE);
    let room = (page.width().saturating_sub(name) / widest).max(1);
    for (n, part) in shown.chunks(room).enumerate() {
        if n > 0 {
            page.blank()?;
        }
        let head: String = part.iter().map(|(_, m)| format!("{m:>widest$}")).collect();
        page.line(&[Piece::new(cell("Topic", name) + &head, label)])?;
        for (t, (topic, values)) in first.topics.iter().enumerate() {
            let value = |&(i, _): &(usize, String)| match second {
                None => figure(first.measures[i], values[i]),
                Some(second) if first.measures[i].is_count() => format!("{:+}", second.topics[t].1[i] - values[i]),
                Some(second) => format!("{:+.4}", second.topics[t].1[i] - values[i]),
            };
            let cells: String = part.iter().map(|m| format!("{:>widest$}", value(m))).collect();
            page.line(&[Piece::plain(cell(topic, name) + &cells)])?;
        }
    }
    Ok(())
}

/// Four digits, as trec_eval prints; counts whole.
fn figure(measure: Measure, value: f64) -> String {
    if measure.is_count() { thousands(value as u64) } else { format!("{value:.4}") }
}
