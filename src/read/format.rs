//! The formats, their names, and how they are told apart.
//!
//! The first bytes decide; the name is asked only where they leave it open (a text whose lines start with `#` is
//! Markdown if its name says so).

use std::fmt;
use std::str::FromStr;

use memchr::memmem;

use super::{csv, encoding, html, json, mail, markdown, pdf, reuters, rtf, trec, warc, wire};

/// A file format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Csv,
    Docx,
    Feed,
    Html,
    Json,
    JsonLines,
    Mail,
    Markdown,
    NewsMl,
    Nitf,
    Odt,
    Pdf,
    Reuters,
    Rtf,
    Text,
    Trec,
    Warc,
    Wire,
    Xml,
}

/// Every format with its name and its line for `--help`.
const FORMATS: &[(Format, &str, &str)] = &[
    (Format::Csv, "csv", "a table with a header, one article a row (commas, tabs, semicolons or bars)"),
    (Format::Docx, "docx", "Word files, one article a file; downloads from Nexis and Factiva"),
    (Format::Feed, "feed", "RSS, Atom, WordPress exports"),
    (Format::Html, "html", "web pages, one article a page; downloads from Nexis and Factiva"),
    (Format::Json, "json", "JSON objects or an array of objects, one an article; ninjs"),
    (Format::JsonLines, "jsonl", "JSON objects, one a line"),
    (Format::Mail, "mail", "mail (EML), mailboxes (mbox), web pages saved as MHTML"),
    (Format::Markdown, "markdown", "Markdown with or without front matter, one article a file"),
    (Format::NewsMl, "newsml", "NewsML 1 and NewsML-G2"),
    (Format::Nitf, "nitf", "NITF"),
    (Format::Odt, "odt", "OpenDocument texts (LibreOffice), one article a file"),
    (Format::Pdf, "pdf", "PDF with a text layer, one article a file, as well as can be"),
    (Format::Reuters, "reuters", "SGML of Reuters-21578"),
    (Format::Rtf, "rtf", "RTF, one article a file; downloads from Nexis and Factiva"),
    (Format::Text, "text", "plain text, one article a file; downloads from Nexis and Factiva"),
    (Format::Trec, "trec", "SGML of the TREC, NTCIR and Gigaword collections"),
    (Format::Warc, "warc", "web archives: WARC and ARC"),
    (Format::Wire, "wire", "wire copy: ANPA 1312 and IPTC 7901"),
    (Format::Xml, "xml", "other XML with elements named as news fields are"),
];

impl Format {
    pub const ALL: &'static [Format] = &[
        Format::Csv,
        Format::Docx,
        Format::Feed,
        Format::Html,
        Format::Json,
        Format::JsonLines,
        Format::Mail,
        Format::Markdown,
        Format::NewsMl,
        Format::Nitf,
        Format::Odt,
        Format::Pdf,
        Format::Reuters,
        Format::Rtf,
        Format::Text,
        Format::Trec,
        Format::Warc,
        Format::Wire,
        Format::Xml,
    ];

    /// As in `--input-format` and in [`RawDocument::format`](crate::article::RawDocument::format).
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(f, ..)| *f == self).map_or("", |(_, name, _)| name)
    }

    /// One line for `--help`.
    pub fn about(self) -> &'static str {
        FORMATS.iter().find(|(f, ..)| *f == self).map_or("", |(.., about)| about)
    }

    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.name() == name)
    }

    /// The format of what starts with `head`. `Err` says what it is, if it is nothing that is read.
    pub(super) fn detect(head: &[u8], name: &str) -> Result<Format, Unknown> {
        let start = encoding::skip_bom(head).trim_ascii_start();
        if start.is_empty() {
            return Ok(Format::Text);
        }
        if let Some(what) = media(head) {
            return Err(Unknown { what, lost: false });
        }
        if rtf::detect(start) {
            return Ok(Format::Rtf);
        }
        if pdf::detect(head) {
            return Ok(Format::Pdf);
        }
        if let Some(format) = json::detect(start, name) {
            return Ok(format);
        }
        let lines = [".txt", ".text"].iter().any(|e| name.ends_with(e));
        if reuters::detect(start) {
            return Ok(Format::Reuters);
        }
        if trec::detect(start) {
            return Ok(Format::Trec);
        }
        if warc::detect(start) {
            return Ok(Format::Warc);
        }
        if wire::detect(start) && !encoding::is_binary(head) {
            return Ok(Format::Wire);
        }
        if mail::detect(start) {
            return Ok(Format::Mail);
        }
        if let Some(format) = xml(start) {
            return Ok(format);
        }
        if html::detect(start, name) {
            return Ok(Format::Html);
        }
        if head.starts_with(b"\xd0\xcf\x11\xe0") {
            let what = "an old file of an office program (.doc): save it as .docx, or as text";
            return Err(Unknown { what, lost: true });
        }
        if encoding::is_binary(head) {
            return Err(Unknown { what: "binary data of an unknown kind", lost: true });
        }
        if markdown::detect(start, name) {
            return Ok(Format::Markdown);
        }
        if !lines && csv::detect(head, name) {
            return Ok(Format::Csv);
        }
        Ok(Format::Text)
    }
}

/// The kind of XML, by its first elements.
fn xml(start: &[u8]) -> Option<Format> {
    let head = &start[..start.len().min(8192)];
    // The first start tag that is no declaration.
    let mut tags = memchr::memchr_iter(b'<', head).filter_map(|at| {
        let name = head.get(at + 1..)?;
        let n = name.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'_')).count();
        (n > 0).then(|| std::str::from_utf8(&name[..n]).unwrap_or_default())
    });
    if !start.starts_with(b"<") {
        return None;
    }
    let root = tags.next()?;
    let declared = start.starts_with(b"<?xml");
    match root.rsplit(':').next()? {
        "rss" | "RDF" | "feed" => Some(Format::Feed),
        "nitf" => Some(Format::Nitf),
        "newsMessage" | "newsItem" | "packageItem" | "conceptItem" | "planningItem" | "knowledgeItem"
        | "catalogItem" | "NewsML" | "NewsItem" => Some(Format::NewsMl),
        "html" | "HTML" => None,
        _ if tags.take(20).any(|t| t == "nitf") => Some(Format::Nitf),
        _ => declared.then_some(Format::Xml),
    }
}

/// What is not read: what it is, and whether text may be lost by it.
pub(super) struct Unknown {
    pub what: &'static str,
    pub lost: bool,
}

/// Files that lie beside articles and hold none.
fn media(head: &[u8]) -> Option<&'static str> {
    /// Signatures that no text begins with.
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF87a", "a picture"),
        (b"GIF89a", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"\0\0\x01\0", "a picture"),
        (b"<svg", "a picture"),
        (b"OggS", "a sound"),
        (b"\x1aE\xdf\xa3", "a film"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
        (b"\0asm", "a program"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "a database"),
    ];
    /// Signatures that could be words.
    const LETTERS: &[(&[u8], &str)] =
        &[(b"BM", "a picture"), (b"RIFF", "a picture, a sound or a film"), (b"ID3", "a sound"), (b"MZ", "a program")];
    let among = |list: &'static [(&[u8], &'static str)]| {
        list.iter().find(|(sign, _)| head.starts_with(sign)).map(|(_, what)| *what)
    };
    let boxed = || (head.get(4..8) == Some(b"ftyp")).then_some("a film, a sound or a picture");
    let declared = || head.starts_with(b"<?xml") && memmem::find(&head[..head.len().min(1024)], b"<svg").is_some();
    among(SIGNATURES)
        .or_else(boxed)
        .or_else(|| declared().then_some("a picture"))
        .or_else(|| among(LETTERS).filter(|_| encoding::is_binary(head)))
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Format::from_name(name).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|f| f.name()).collect();
            format!("no format is called {name:?}; there are {}", names.join(", "))
        })
    }
}
