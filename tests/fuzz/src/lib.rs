//! What the fuzz targets share. `README.md` says how to run them.

use std::cell::RefCell;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use newsdex::article::RawDocument;
use newsdex::read::{Format, Options, walk};
use tempfile::NamedTempFile;

/// What is read from these bytes: as that format, or as whatever they look like, packed or not.
///
/// A reader's fault becomes a problem of its record, where the run goes on: here it ends it.
pub fn read(bytes: &[u8], format: Option<Format>) -> Vec<RawDocument> {
    thread_local!(static FILE: RefCell<NamedTempFile> = RefCell::new(NamedTempFile::new_in("/dev/shm").or_else(|_| NamedTempFile::new()).expect("a file")));
    FILE.with_borrow_mut(|file| {
        let inner = file.as_file_mut();
        inner.set_len(0).and_then(|()| inner.seek(SeekFrom::Start(0))).expect("an empty file");
        inner.write_all(bytes).expect("a written file");
        let options = Options { format, ..Options::default() };
        let mut documents = Vec::new();
        for entry in walk(&[file.path().to_owned()]) {
            let _ = entry.expect("a file").records(&options, &mut |record| {
                for item in record.map(|r| r.documents()).unwrap_or_default() {
                    match item {
                        Ok(document) => documents.push(document),
                        Err(problem) => assert_ne!(problem.code, "reader-fault", "{problem}"),
                    }
                }
                ControlFlow::Continue(())
            });
        }
        documents
    })
}

/// A target that reads everything as one format.
#[macro_export]
macro_rules! reader {
    ($format:ident) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            $crate::read(bytes, Some(newsdex::read::Format::$format));
        });
    };
}
