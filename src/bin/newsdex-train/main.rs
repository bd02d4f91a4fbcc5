//! Trains the statistical models that are compiled into newsdex.
//!
//! ```text
//! newsdex-train entities [--data DIR] [--out FILE]    names: recognition
//! newsdex-train label FILE…                           recognises names in gold files, printed for the scorer
//! ```
//!
//! Training is deterministic: the same data give the same model, byte for byte.

mod corpus;
mod crf;
mod entities;
mod gazetteer;

use anyhow::{Result, bail};
use std::path::PathBuf;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let (mut data, mut out, mut rest) = (PathBuf::from("../shared/data"), None, Vec::new());
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--data" => data = args.next().map(PathBuf::from).unwrap_or(data),
            "--out" => out = args.next().map(PathBuf::from),
            _ => rest.push(arg),
        }
    }
    match command.as_str() {
        "entities" => entities::train(&data, &out.unwrap_or_else(|| "src/parse/model/entities.bin".into())),
        "label" => entities::label(&rest),
        _ => bail!("usage: newsdex-train entities|label [--data DIR] [--out FILE] [FILE…]"),
    }
}
