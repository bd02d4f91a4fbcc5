//! What an index holds, in figures, from its columns alone.

use std::collections::BTreeMap;
use std::fs;

use rustc_hash::FxHashMap;

use super::files::Files;
use super::{FileKey, Index, Reader, Result, health};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub articles: u64,
    pub words: u64,
    pub quotes: u64,
    /// Files that were read to their end.
    pub files: u64,
    /// First and last date of publication as `yyyymmdd`, of articles whose date is not merely their file's.
    pub published: Option<(u64, u64)>,
    /// Articles without such a date.
    pub undated: u64,
    /// Articles by source, section and language, the most first, ties by name.
    pub sources: Vec<(String, u64)>,
    pub sections: Vec<(String, u64)>,
    pub languages: Vec<(String, u64)>,
    pub segments: u64,
    /// Articles that were deleted or replaced and whose text is still on the disk: `optimize` or `delete --purge`
    /// removes it.
    pub deleted: u64,
    /// Articles of files that were not read to their end.
    pub unfinished: u64,
    /// What is the matter at a glance ([`health::papers`]); only `check` reads all.
    pub faults: Vec<String>,
    /// Bytes on the disk by kind of file, the most first; empty in memory.
    pub disk: Vec<(String, u64)>,
}

/// Counts.
pub fn stats(index: &Index) -> Result<Stats> {
    let reader = index.reader()?;
    let files = Files::open(index.folder(), index.tantivy.load_metas()?.payload.as_deref())?;
    let mut stats = Stats { articles: reader.articles(), files: files.len() as u64, ..Stats::default() };
    let (mut sources, mut sections, mut languages) = (Counts::default(), Counts::default(), Counts::default());
    for (ord, segment) in reader.searcher().segment_readers().iter().enumerate() {
        let ord = ord as u32;
        stats.segments += 1;
        stats.deleted += u64::from(segment.num_deleted_docs());
        let [file, words, quotes, published, undated] = [
            reader.numbers(ord, "file")?,
            reader.numbers(ord, "words")?,
            reader.numbers(ord, "quotes")?,
            reader.numbers(ord, "published")?,
            reader.numbers(ord, "undated")?,
        ];
        for doc in segment.doc_ids_alive() {
            stats.unfinished += u64::from(files.get(FileKey(file.first(doc).unwrap_or_default())).is_none());
            stats.words += words.first(doc).unwrap_or(0);
            stats.quotes += quotes.first(doc).unwrap_or(0);
            match published.first(doc).filter(|_| undated.first(doc).is_none()) {
                Some(date) => {
                    let (first, last) = stats.published.unwrap_or((date, date));
                    stats.published = Some((first.min(date), last.max(date)));
                }
                None => stats.undated += 1,
            }
        }
        count(&reader, ord, "source", &mut sources)?;
        count(&reader, ord, "section", &mut sections)?;
        count(&reader, ord, "language", &mut languages)?;
    }
    let outlets = reader.outlets()?;
    let sources = sources.into_iter().fold(Counts::default(), |mut all, (source, n)| {
        *all.entry(outlets.name(&source).to_owned()).or_default() += n;
        all
    });
    (stats.sources, stats.sections, stats.languages) = (ranked(sources), ranked(sections), ranked(languages));
    stats.disk = disk(index);
    if let Some(folder) = index.folder() {
        stats.faults = health::papers(folder)?.into_iter().map(|a| a.what).collect();
    }
    Ok(stats)
}

type Counts = FxHashMap<String, u64>;

fn count(reader: &Reader, segment: u32, field: &str, counts: &mut Counts) -> Result<()> {
    let segment = reader.searcher().segment_reader(segment);
    let Some(column) = segment.fast_fields().str(field)? else { return Ok(()) };
    let mut by_ord = vec![0u64; column.num_terms()];
    for doc in segment.doc_ids_alive() {
        for ord in column.term_ords(doc) {
            if let Some(n) = by_ord.get_mut(ord as usize) {
                *n += 1;
            }
        }
    }
    for (ord, n) in by_ord.into_iter().enumerate().filter(|(_, n)| *n > 0) {
        let mut name = String::new();
        if column.ord_to_str(ord as u64, &mut name).map_err(|e| super::Error::io(field, e))? {
            *counts.entry(name).or_default() += n;
        }
    }
    Ok(())
}

fn ranked(counts: Counts) -> Vec<(String, u64)> {
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}

fn disk(index: &Index) -> Vec<(String, u64)> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let files = index.folder().and_then(|f| fs::read_dir(f).ok()).into_iter().flatten().flatten();
    for file in files {
        let kind = match file.path().extension().and_then(|e| e.to_str()) {
            Some("store") => "articles",
            Some("term") => "terms",
            Some("idx") => "postings",
            Some("pos") => "positions",
            Some("fast") => "columns",
            Some("fieldnorm") => "lengths",
            _ => "other",
        };
        *kinds.entry(kind).or_default() += file.metadata().map_or(0, |m| m.len());
    }
    ranked(kinds.into_iter().map(|(kind, bytes)| (kind.to_owned(), bytes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::{article, harbour};
    use crate::index::{Entry, FileKey, Options};

    #[test]
    fn what_is_deleted_does_not_count() {
        let index = Index::in_ram().unwrap();
        let mut writer = index.writer(Options { threads: 1, memory: 0 }).unwrap();
        let file = FileKey::of("file");
        let mut other = article("b", "Ferry fares rise\n\nFares rise by a tenth.");
        other.source = Some("The Selby Courier".into());
        let gone = article("c", "Rain falls\n\nIt rains.");
        for a in [&harbour(), &other, &gone] {
            writer.add(Entry::new(a, file, writer.fields())).unwrap();
        }
        writer.commit().unwrap();
        writer.delete("c");
        writer.commit().unwrap();
        let stats = stats(&index).unwrap();
        assert_eq!((stats.articles, stats.quotes), (2, 2));
        // A merge may have taken it away already.
        assert!(stats.deleted <= 1);
        assert_eq!(stats.words, u64::from(harbour().tokens.words() + other.tokens.words()));
        assert_eq!((stats.published, stats.undated), (Some((20210604, 20210604)), 1));
        assert_eq!(stats.sources, [("The Selby Courier".to_owned(), 2)]);
        assert_eq!(stats.sections, [("Business".to_owned(), 1)]);
    }
}
