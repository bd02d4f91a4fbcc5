//! What is to be read, for the commands that read files.

use std::num::NonZero;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::read::{Format, Mapping, Options};

#[derive(clap::Args)]
pub struct InputArgs {
    /// Files, folders (with all below them) and `-` for standard input
    #[arg(id = "PATH", required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Read everything as this format instead of what it looks like
    #[arg(long, value_name = "FORMAT", value_parser = formats(), help_heading = "Input")]
    input_format: Option<Format>,
    /// Where a JSON or CSV field is called otherwise: `text=story_body`; dots lead into nested objects
    #[arg(long = "map", value_name = "FIELD=NAME", help_heading = "Input")]
    mappings: Vec<Mapping>,
    /// How many threads parse; as many as there are cores unless given
    #[arg(long, value_name = "N", help_heading = "Input")]
    threads: Option<NonZero<usize>>,
}

impl InputArgs {
    pub fn options(&self) -> Options {
        Options { format: self.input_format, mappings: self.mappings.clone() }
    }

    pub fn threads(&self) -> NonZero<usize> {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN)
    }
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|f| PossibleValue::new(f.name()).help(f.about())))
        .try_map(|name| name.parse::<Format>())
}
