//! The formats, their names, and how they are told apart.
//!
//! The first bytes decide; the name is asked only where they leave it open (a text whose lines start with `#` is
//! Markdown if its name says so).

use std::fmt;
use std::str::FromStr;

use super::{csv, encoding, html, json, markdown, reuters, trec};

/// A file format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Csv,
    Html,
    Json,
    JsonLines,
    Markdown,
    Reuters,
    Text,
    Trec,
}

impl Format {
    pub const ALL: &'static [Format] = &[
        Format::Csv,
        Format::Html,
        Format::Json,
        Format::JsonLines,
        Format::Markdown,
        Format::Reuters,
        Format::Text,
        Format::Trec,
    ];

    /// As in `--input-format` and in [`RawDocument::format`](crate::article::RawDocument::format).
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Html => "html",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Markdown => "markdown",
            Format::Reuters => "reuters",
            Format::Text => "text",
            Format::Trec => "trec",
        }
    }

    /// One line for `--help`.
    pub fn about(self) -> &'static str {
        match self {
            Format::Csv => "a table with a header, one article a row (commas, tabs, semicolons or bars)",
            Format::Html => "web pages, one article a page",
            Format::Json => "a JSON object or an array of objects, one an article",
            Format::JsonLines => "JSON objects, one a line",
            Format::Markdown => "Markdown with or without front matter, one article a file",
            Format::Reuters => "SGML of Reuters-21578",
            Format::Text => "plain text, one article a file",
            Format::Trec => "SGML of the TREC, NTCIR and Gigaword collections",
        }
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
        if html::detect(start, name) {
            return Ok(Format::Html);
        }
        if let Some(what) = media(head) {
            return Err(Unknown { what, lost: false });
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

/// What is not read: what it is, and whether text may be lost by it.
pub(super) struct Unknown {
    pub what: &'static str,
    pub lost: bool,
}

/// Files that lie beside articles and hold none.
fn media(head: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 14] = [
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"\0\0\x01\0", "a picture"),
        (b"BM", "a picture"),
        (b"RIFF", "a picture, a sound or a film"),
        (b"OggS", "a sound"),
        (b"ID3", "a sound"),
        (b"\x1aE\xdf\xa3", "a film"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
        (b"\0asm", "a program"),
    ];
    let binary = encoding::is_binary(head);
    kinds.iter().find(|(magic, _)| binary && head.starts_with(magic)).map(|(_, what)| *what)
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
