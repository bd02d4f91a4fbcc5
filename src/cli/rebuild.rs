//! Rebuilding: every stored article is understood anew by this newsdex's models, without the files it came from.
//!
//! Text, metadata, paragraphs and zones stay as they are stored: they were read by formats that are not asked again.
//! Sentences, names and quotes are found anew, in the earlier versions too. All of it is one commit, so that no query
//! ever meets articles of two kinds, and a run that is cut off has changed nothing.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::DocAddress;

use super::ordered::ordered;
use crate::article::{Article, Body, RawDocument};
use crate::index::versions::Version;
use crate::index::{Entry, Index, Options, Reader, Result};
use crate::parse;

/// Rebuilds an index; gives how many articles it has. `None` if `stop` ended it: then nothing changed.
pub fn rebuild(
    index: &Index,
    threads: NonZero<usize>,
    memory: usize,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<u64>> {
    let mut writer = index.writer(Options { threads: threads.get(), memory })?;
    let reader = index.reader()?;
    let mut done = 0;
    let run = ordered(
        |each| feed(&reader, stop, each),
        threads,
        |at| again(&reader, at),
        |entry| {
            writer.replace(entry?)?;
            done += 1;
            progress(done);
            Ok(())
        },
    );
    if stop.load(Ordering::Relaxed) {
        drop(writer);
        return Ok(None);
    }
    if let Err(e) = run.and_then(|()| writer.commit_last()) {
        return Err(writer.abandon(e));
    }
    writer.settle()?;
    index.declare(parse::MODELS)?;
    index.reader()?.save_sidecars()?;
    Ok(Some(done))
}

fn feed(reader: &Reader, stop: &AtomicBool, each: &mut dyn FnMut(DocAddress) -> ControlFlow<()>) {
    for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
        for doc in segment.doc_ids_alive() {
            if stop.load(Ordering::Relaxed) || each(DocAddress::new(ord as u32, doc)).is_break() {
                return;
            }
        }
    }
}

fn again(reader: &Reader, at: DocAddress) -> Result<Entry> {
    let anew = |v: Version| Version { article: understood(v.article), ..v };
    let (current, earlier) = reader.texts(at)?;
    let earlier: Vec<_> = earlier.into_iter().map(anew).collect();
    Ok(Entry::with_versions(&anew(current), &earlier, reader.fields()))
}

/// The article with its sentences, names and quotes found anew.
pub fn understood(article: Article) -> Article {
    let bare =
        Article { sentences: Vec::new(), mentions: Vec::new(), entities: Vec::new(), quotes: Vec::new(), ..article };
    if bare.paragraphs.is_empty() {
        return bare;
    }
    let origin = bare.origin.clone();
    parse::parse(RawDocument { origin, body: Body::Article(Box::new(bare)), ..RawDocument::default() }).article
}
