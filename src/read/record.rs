//! A record: the bytes of one article (or of a few that cannot be told apart without understanding them) and where they
//! were found.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use memchr::memmem::Finder;
use sha2::{Digest, Sha256};

use super::feed::Feed;
use super::input::{Cut, Input, MAX_RECORD};
use super::{
    Format, Mapping, Place, Problem, csv, dialect, encoding, feed, html, json, mail, markdown, newsml, nitf, office,
    pdf, reuters, rtf, sgml, text, trec, warc, wire,
};
use crate::article::{Body, Notice, Origin, RawDocument};

/// A document, or why there is none.
pub type Item = Result<RawDocument, Problem>;

/// Bytes that hold an article, cut but not yet understood. Cheap to make, heavy to understand: send it to a pool.
#[derive(Clone, Debug)]
pub struct Record {
    source: Arc<Source>,
    /// Within the file or member, counted from 1.
    number: u64,
    place: Option<Place>,
    /// Whether the file breaks off here.
    broken: bool,
    bytes: Vec<u8>,
}

/// What the records of one file or archive member have in common.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub collection: Arc<str>,
    pub path: Arc<str>,
    pub member: Option<Arc<str>>,
    pub modified: Option<jiff::Timestamp>,
    pub section: Option<String>,
    pub format: Format,
    pub mappings: Arc<[Mapping]>,
    /// As guessed from the file's beginning, if it is not UTF-8.
    pub charset: Option<&'static str>,
    /// The header, if the file is a table.
    pub table: Table,
    /// What the feed says of itself, if the file is one.
    pub feed: Feed,
    /// What concerns every document of the file.
    pub notices: Vec<Notice>,
}

/// How a table is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub delimiter: u8,
    pub columns: Vec<String>,
}

impl Source {
    pub fn problem(&self, code: &'static str, place: Option<Place>, what: impl Into<String>) -> Problem {
        Problem {
            code,
            path: self.path.clone(),
            member: self.member.clone(),
            place,
            what: what.into(),
            advice: None,
            lost: true,
        }
    }
}

impl Record {
    /// How many bytes it holds.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The articles in this record: one as a rule; several where a format packs them (a feed, a NewsML package); a
    /// [`Problem`] for each that cannot be understood.
    ///
    /// This is also where a fault in a reader ends: it becomes a problem of this record, and the run goes on.
    pub fn documents(&self) -> Vec<Item> {
        let mut out = Documents { record: self, items: Vec::new(), void: false };
        let read = catch_unwind(AssertUnwindSafe(|| match self.source.format {
            Format::Csv => csv::read(&self.bytes, &mut out),
            Format::Docx => office::read_docx(&self.bytes, &mut out),
            Format::Feed => feed::read(&self.bytes, &mut out),
            Format::Html => html::read(&self.bytes, &mut out),
            Format::Json | Format::JsonLines => json::read(&self.bytes, &mut out),
            Format::Mail => mail::read(&self.bytes, &mut out),
            Format::Markdown => markdown::read(&self.bytes, &mut out),
            Format::NewsMl => newsml::read(&self.bytes, &mut out),
            Format::Nitf => nitf::read(&self.bytes, &mut out),
            Format::Odt => office::read_odt(&self.bytes, &mut out),
            Format::Pdf => pdf::read(&self.bytes, &mut out),
            Format::Reuters => reuters::read(&self.bytes, &mut out),
            Format::Rtf => rtf::read(&self.bytes, &mut out),
            Format::Text => text::read(&self.bytes, &mut out),
            Format::Trec => trec::read(&self.bytes, &mut out),
            Format::Warc => warc::read(&self.bytes, &mut out),
            Format::Wire => wire::read(&self.bytes, &mut out),
            Format::Xml => dialect::read(&self.bytes, &mut out),
        }));
        if read.is_err() {
            out.problem("reader-fault", "the reader failed on it; this is a fault in newsdex: please report it");
        }
        if out.items.is_empty() && !out.void {
            out.pass("no-article", "holds no article");
        }
        out.items
    }
}

/// Where readers put the documents of one record.
pub(super) struct Documents<'r> {
    record: &'r Record,
    items: Vec<Item>,
    void: bool,
}

impl Documents<'_> {
    pub fn mappings(&self) -> &[Mapping] {
        &self.record.source.mappings
    }

    /// What to try where the record itself does not say.
    pub fn charset(&self) -> Option<&'static str> {
        self.record.source.charset
    }

    pub fn feed(&self) -> &Feed {
        &self.record.source.feed
    }

    pub fn table(&self) -> &Table {
        &self.record.source.table
    }

    /// A document that is the whole record.
    pub fn document(&mut self, raw: RawDocument) {
        self.document_of(&self.record.bytes, raw);
    }

    /// A document that is these bytes of the record.
    pub fn document_of(&mut self, bytes: &[u8], raw: RawDocument) {
        let source = &self.record.source;
        let found = self.items.iter().filter(|i| i.is_ok()).count() as u64;
        let origin = Origin {
            collection: Some(source.collection.to_string()),
            path: source.path.to_string(),
            member: source.member.as_deref().map(str::to_owned),
            record: self.record.number + found,
            sha256: hex(&Sha256::digest(bytes)),
        };
        self.document_from(origin, raw);
    }

    /// A document that says itself where it is from.
    pub fn document_from(&mut self, origin: Origin, mut raw: RawDocument) {
        let source = &self.record.source;
        raw.origin = origin;
        if raw.format.is_empty() {
            raw.format = source.format.name();
        }
        raw.modified = raw.modified.or(source.modified);
        if raw.section.is_none() && !matches!(raw.body, Body::Article(_)) {
            raw.section.clone_from(&source.section);
        }
        raw.notices.extend(source.notices.iter().cloned());
        if self.record.broken {
            raw.notices.push(Notice::new("broken-off", "the file breaks off here: the end may be missing"));
        }
        strip(&mut raw);
        once(&mut raw);
        self.items.push(Ok(raw));
    }

    /// The record holds nothing worth a word: what trails after the last story.
    pub fn nothing(&mut self) {
        self.void = true;
    }

    /// What is no article and was rightly passed over.
    pub fn pass(&mut self, code: &'static str, what: impl Into<String>) {
        let problem = self.record.source.problem(code, self.record.place, what);
        self.items.push(Err(Problem { lost: false, ..problem }));
    }

    /// What should have been read and could not.
    pub fn problem(&mut self, code: &'static str, what: impl Into<String>) {
        self.items.push(Err(self.record.source.problem(code, self.record.place, what)));
    }
}

/// Says nothing twice: where a body opens with its headline, or a standfirst is the headline again.
fn once(raw: &mut RawDocument) {
    let Some(headline) = &raw.headline else { return };
    if let Body::Blocks(blocks) = &mut raw.body
        && blocks.first().is_some_and(|b| html::same(&b.text, headline))
    {
        blocks.remove(0);
    }
    if raw.standfirst.as_ref().is_some_and(|s| html::same(s, headline)) {
        raw.standfirst = None;
    }
}

/// Control characters go, wherever they came from (bytes, `&#3;`, `\u0003`).
fn strip(raw: &mut RawDocument) {
    let strings = [
        &mut raw.id,
        &mut raw.url,
        &mut raw.source,
        &mut raw.headline,
        &mut raw.standfirst,
        &mut raw.dateline,
        &mut raw.published,
        &mut raw.updated,
        &mut raw.section,
        &mut raw.language,
    ];
    let lists = [&mut raw.byline, &mut raw.topics, &mut raw.places];
    let body: Vec<&mut String> = match &mut raw.body {
        Body::Plain(text) => vec![text],
        Body::Blocks(blocks) => blocks.iter_mut().map(|b| &mut b.text).collect(),
        // Its spans count on every byte.
        Body::Article(_) => Vec::new(),
    };
    let all = strings.into_iter().flatten().chain(lists.into_iter().flatten()).chain(body);
    let n: usize = all.map(encoding::strip_controls).sum();
    if n > 0 {
        raw.notices.push(Notice::new("control-characters", format!("{n} control characters were removed")));
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| DIGITS[n as usize & 15] as char;
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Where cutters put the records of one file or member.
pub(super) struct Records<'a> {
    pub source: Arc<Source>,
    number: u64,
    each: &'a mut dyn FnMut(Result<Record, Problem>) -> ControlFlow<()>,
}

impl<'a> Records<'a> {
    pub fn new(source: Source, each: &'a mut dyn FnMut(Result<Record, Problem>) -> ControlFlow<()>) -> Self {
        Records { source: Arc::new(source), number: 0, each }
    }

    /// The header is known before the first record is out.
    pub fn set_table(&mut self, table: Table) {
        Arc::make_mut(&mut self.source).table = table;
    }

    /// What holds for all entries is known before the first is out.
    pub fn set_feed(&mut self, feed: Feed) {
        Arc::make_mut(&mut self.source).feed = feed;
    }

    /// The file is no article, and rightly passed over.
    pub fn pass(&mut self, code: &'static str, what: impl Into<String>) -> ControlFlow<()> {
        let problem = self.source.problem(code, None, what);
        (self.each)(Err(Problem { lost: false, ..problem }))
    }

    /// Whether nothing was found yet.
    pub fn is_empty(&self) -> bool {
        self.number == 0
    }

    /// The next record. What is too long becomes a problem.
    pub fn push(&mut self, input: &mut Input, cut: Cut, place: Option<Place>) -> ControlFlow<()> {
        self.number += 1;
        let number = self.number;
        // Something follows, so this one is whole; only at the end can it be cut short.
        let broken = input.is_broken() && input.at_end();
        match cut {
            Cut::Whole(bytes) => (self.each)(Ok(Record { source: self.source.clone(), number, place, broken, bytes })),
            Cut::TooLong(n) => {
                let what = format!(
                    "{} without an end to the record, more than the {} that one article may have; passed over",
                    size(n),
                    size(MAX_RECORD as u64)
                );
                let problem = self.source.problem("too-long", place, what);
                (self.each)(Err(Problem { advice: Some("if it holds many articles, say --input-format"), ..problem }))
            }
        }
    }

    pub fn problem(&mut self, code: &'static str, place: Option<Place>, what: impl Into<String>) -> ControlFlow<()> {
        (self.each)(Err(self.source.problem(code, place, what)))
    }

    /// A problem of the whole file that the user can do something about.
    pub fn advise(&mut self, code: &'static str, what: String, advice: &'static str) -> ControlFlow<()> {
        let problem = self.source.problem(code, None, what);
        (self.each)(Err(Problem { advice: Some(advice), ..problem }))
    }
}

/// Cuts the file as its format says.
pub(super) fn cut(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    match out.source.format {
        Format::Csv => csv::cut(input, out),
        Format::Feed => feed::cut(input, out),
        Format::JsonLines => json::cut_lines(input, out),
        Format::Json => json::cut_values(input, out),
        Format::Mail => mail::cut(input, out),
        Format::Reuters => sgml::cut(input, out, reuters::END),
        Format::Trec => sgml::cut(input, out, trec::END),
        Format::Warc => warc::cut(input, out),
        Format::Wire => cut_after(input, out, wire::END),
        _ => match input.rest() {
            Some(whole) => out.push(input, whole, None),
            None => ControlFlow::Continue(()),
        },
    }
}

/// Cuts after each mark.
fn cut_after(input: &mut Input, out: &mut Records, mark: &str) -> ControlFlow<()> {
    let mark = Finder::new(mark);
    loop {
        let line = input.line();
        match input.until(&mark) {
            Some(cut) => out.push(input, cut, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
