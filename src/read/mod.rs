//! From bytes to documents: formats, compression, encodings, folders.
//!
//! Reading has three steps, so that each runs where it is cheapest:
//!
//! 1. [`walk`] finds the files, in order, and opens none: who knows a file's size and time already can skip it.
//! 2. [`Entry::records`] opens one file, unpacks it and cuts it into [`Record`]s: bytes with their place. That is mere
//!    copying, limited by the disk, one record in memory at a time.
//! 3. [`Record::documents`] understands the record's format and gives [`RawDocument`]s: decoding, JSON, HTML. That is
//!    where the time goes, and it needs nothing but the record: call it on any thread.
//!
//! ```no_run
//! # use newsdex::read::{walk, Options};
//! # use std::ops::ControlFlow;
//! let options = Options::default();
//! for entry in walk(&["archive".into()]) {
//!     match entry {
//!         Ok(entry) => {
//!             let _ = entry.records(&options, &mut |record| {
//!                 match record {
//!                     // In earnest: sent to a pool through a bounded channel.
//!                     Ok(record) => for item in record.documents() { /* Ok(document) or Err(problem) */ },
//!                     Err(problem) => eprintln!("{problem}"),
//!                 }
//!                 ControlFlow::Continue(())
//!             });
//!         }
//!         Err(problem) => eprintln!("{problem}"),
//!     }
//! }
//! ```
//!
//! What cannot be read is a [`Problem`], never a failure of the run; what had to be repaired is a notice of the
//! document. Formats are told by their content first and their name second ([`Format`]); each has its file here, whose
//! essay says what is read and what is not. Nothing is understood here that is not the format's own: no headline is
//! guessed from a text's first line, no date interpreted, no mojibake repaired. That is [`crate::parse`].
//!
//! Memory is bounded by [`MAX_RECORD`], not by the archive; archives are opened to a depth of [`MAX_DEPTH`] and left
//! when they inflate beyond reason ([`MAX_RATIO`]).

mod csv;
mod dialect;
mod download;
mod encoding;
mod entities;
mod feed;
mod fields;
mod format;
mod html;
mod input;
mod json;
mod mail;
mod manuscript;
mod markdown;
mod newsdex;
mod newsml;
mod ninjs;
mod nitf;
mod office;
mod pdf;
mod problem;
mod record;
mod reuters;
mod rtf;
mod salvage;
mod section;
mod sgml;
mod text;
mod trec;
mod unpack;
mod walk;
mod warc;
mod wire;
mod xml;

pub use fields::{Field, Mapping};
pub use format::Format;
pub use input::MAX_RECORD;
pub use problem::{Place, Problem};
pub use record::{Item, Record};
pub use unpack::{MAX_DEPTH, MAX_RATIO};
pub use walk::{Entry, Meter, REST, walk};

#[cfg(doc)]
use crate::article::RawDocument;

/// How to read, where the content alone does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The format of all files and archive members, instead of what they look like.
    pub format: Option<Format>,
    /// Which of the input's fields are which, for JSON and CSV.
    pub mappings: Vec<Mapping>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ops::ControlFlow;

    use super::*;

    #[test]
    fn the_sample_archive_is_read_completely() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in walk(&[corpus]) {
            let entry = entry.expect("a file that can be read");
            let _ = entry.records(&Options::default(), &mut |record| {
                for item in record.expect("a record").documents() {
                    let document = item.unwrap_or_else(|problem| panic!("{problem}"));
                    *formats.entry(document.format).or_default() += 1;
                }
                ControlFlow::Continue(())
            });
        }
        let counted: Vec<_> = formats.into_iter().collect();
        let expected = [
            ("csv", 6),
            ("docx", 1),
            ("html", 9),
            ("json", 4),
            ("jsonl", 17),
            ("mail", 1),
            ("markdown", 9),
            ("newsdex", 17),
            ("odt", 1),
            ("pdf", 1),
            ("reuters", 4),
            ("rtf", 1),
            ("text", 14),
            ("trec", 3),
        ];
        assert_eq!(counted, expected);
    }
}
