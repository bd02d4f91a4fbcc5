//! Trains the statistical models that are compiled into newsdex.
//!
//! ```text
//! newsdex-train entities [--data DIR] [--out FILE] [--wide FILE]    names: recognition (with the vectors of `words`)
//! newsdex-train quotes [--data DIR] [--out FILE] [--whole]    quotes: what cues introduce, who speaks
//! newsdex-train company [--data DIR] [--out FILE]     classes of words from the names' model, for `quotes`
//! newsdex-train words [--data DIR] [--words FILE]     vectors of words from unlabelled news, kept for `entities`
//! newsdex-train vocabulary [--out FILE] FILE…         words of the document store, from the output of `newsdex parse`
//! newsdex-train label [--model FILE] FILE…            recognises names in gold files, printed for the scorer
//! newsdex-train quote [--model FILE] FILE…            finds the quotes of gold files, printed for the scorer
//! ```
//!
//! Training is deterministic: the same data give the same model, byte for byte.

mod corpus;
mod crf;
mod drills;
mod entities;
mod gazetteer;
mod harmonise;
mod quotes;
mod vocabulary;
mod words;

use anyhow::{Result, bail};
use std::path::PathBuf;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let (mut data, mut out, mut rest) = (PathBuf::from("../shared/data"), None, Vec::new());
    let (mut words, mut model) = (PathBuf::from("target/words.bin"), None);
    let mut wide = PathBuf::from("target/glove.6B.50d.txt");
    let mut whole = false;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--data" => data = args.next().map(PathBuf::from).unwrap_or(data),
            "--out" => out = args.next().map(PathBuf::from),
            "--words" => words = args.next().map(PathBuf::from).unwrap_or(words),
            "--wide" => wide = args.next().map(PathBuf::from).unwrap_or(wide),
            "--model" => model = args.next().map(PathBuf::from),
            // Nothing is held out of training: for the model that is shipped.
            "--whole" => whole = true,
            _ => rest.push(arg),
        }
    }
    match command.as_str() {
        "entities" => {
            entities::train(&data, &words, &wide, &out.unwrap_or_else(|| "src/parse/model/entities.bin".into()))
        }
        "words" => words::save(&words::learn(&data, 3)?, &words),
        "label" => entities::label(&rest, model.as_deref()),
        "quotes" => quotes::train(&data, &out.unwrap_or_else(|| "src/parse/model/quotes.bin".into()), whole),
        "company" => quotes::company(&data, &out.unwrap_or_else(|| "src/parse/model/company.bin".into())),
        "vocabulary" => vocabulary::save(&rest, &out.unwrap_or_else(|| "src/index/store/words.txt".into())),
        "quote" => quotes::print(&rest, model.as_deref()),
        _ => bail!(
            "usage: newsdex-train entities|words|vocabulary|label|quotes|company|quote [--data DIR] [--out FILE] [FILE…]"
        ),
    }
}
