//! Changing a ledger as a person would: text is added at its end or taken out, and the rest stays as it was typed.

use std::fmt::Write;

use toml_edit::{Array, Value};

use super::{Entry, Rule, Subject};

/// The ledger's text with an entry more, under a comment if there is one to make.
pub fn append(text: &str, rule: &Rule, comment: Option<&str>) -> String {
    let mut out = text.to_owned();
    if !out.is_empty() {
        out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
    }
    for line in comment.iter().flat_map(|c| c.lines()) {
        let _ = writeln!(out, "{}", format!("# {line}").trim_end());
    }
    let _ = writeln!(out, "[[{}]]", rule.verb());
    let mut line = |key: &str, value: Value| {
        let _ = writeln!(out, "{key} = {}", value.to_string().trim());
    };
    let name = |subject: &Subject| Value::from(subject.to_string());
    match rule {
        Rule::Merge { name, also, kind } => {
            line("name", name.as_str().into());
            line("also", also.iter().map(Subject::to_string).collect::<Array>().into());
            if let Some(kind) = kind {
                line("type", kind.name().into());
            }
        }
        Rule::Split { name: subject, to, when } => {
            line("name", name(subject));
            line("to", to.as_str().into());
            for (key, list) in [("article", &when.articles), ("source", &when.sources), ("beside", &when.beside)] {
                match list.as_slice() {
                    [] => {}
                    [one] => line(key, one.as_str().into()),
                    all => line(key, all.iter().map(String::as_str).collect::<Array>().into()),
                }
            }
            for (key, date) in [("since", when.since), ("until", when.until)] {
                if let Some(date) = date {
                    line(key, date.to_string().into());
                }
            }
        }
        Rule::Rename { name: subject, to } => {
            line("name", name(subject));
            line("to", to.as_str().into());
        }
        Rule::Retype { name: subject, kind } => {
            line("name", name(subject));
            line("type", kind.name().into());
        }
        Rule::Ignore { name: subject } => line("name", name(subject)),
    }
    out
}

/// The ledger's text without one of its entries and the comment right above that.
pub fn remove(text: &str, entry: &Entry) -> String {
    let (before, after) = (text.get(..entry.bytes.start), text.get(entry.bytes.end..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    if after.trim().is_empty() {
        // The blank line between the last two entries goes too.
        let kept = before.trim_end();
        return if kept.is_empty() { String::new() } else { format!("{kept}\n") };
    }
    format!("{before}{after}")
}
