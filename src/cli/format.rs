//! `--format`: what an answer is written as.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
    JsonLines,
    Csv,
    Trec,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Csv => "csv",
            Format::Trec => "trec",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Format::Text => "for a person at a terminal",
            Format::Json => "one JSON document",
            Format::JsonLines => "a JSON document a line",
            Format::Csv => "comma-separated values with a header",
            Format::Trec => "a TREC run",
        }
    }

    /// Accepts only the formats that make sense for a command.
    pub fn among(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
        PossibleValuesParser::new(formats.iter().map(|f| PossibleValue::new(f.name()).help(f.about())))
            .try_map(|name| formats.iter().copied().find(|f| f.name() == name).ok_or("no such format"))
    }
}
