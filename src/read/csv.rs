//! CSV and its kin: a table with a header, one article a row.
//!
//! The delimiter (comma, semicolon, tab or bar) is the one that splits the header into most columns. Cells may run over
//! lines and hold doubled quotation marks (RFC 4180). What the columns mean is said by their names ([`super::fields`]).
//!
//! Not read: tables without a header, or whose header names neither a text nor a headline, unless `--map` says which
//! columns these are.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::fields::{self, Field};
use super::input::{Cut, Input};
use super::record::{Documents, Records, Table};
use super::{Place, encoding};

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Whether the first row is a header that names a text or a headline among its columns.
pub fn detect(head: &[u8], name: &str) -> bool {
    if [".csv", ".tsv", ".tab"].iter().any(|e| name.ends_with(e)) {
        return true;
    }
    let head = encoding::skip_bom(head);
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let columns = header(line).columns;
    columns.len() > 1
        && columns.iter().any(|c| tells(c))
        && columns.iter().all(|c| c.len() < 40 && !c.trim().is_empty())
}

fn tells(column: &str) -> bool {
    Field::of_name(column).is_some_and(holds_words)
}

fn holds_words(field: Field) -> bool {
    matches!(field, Field::Text | Field::Headline)
}

pub fn cut(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    if input.peek(3) == b"\xef\xbb\xbf" {
        input.skip(3);
    }
    let mut row = Row::new(0);
    let Some(Cut::Whole(first)) = input.scan(|ahead, _| row.end(ahead)) else {
        return ControlFlow::Continue(());
    };
    let table = header(&first);
    if !table.columns.iter().any(|c| tells(c)) && !out.source.mappings.iter().any(|m| holds_words(m.field)) {
        let columns = table.columns.iter().take(12).map(|c| c.trim()).collect::<Vec<_>>().join(", ");
        let what = format!("no column is called a text or a headline (the first row is: {columns})");
        return out.advise("no-text-field", what, "say which it is with --map text=…");
    }
    let delimiter = table.delimiter;
    out.set_table(table);
    loop {
        let line = input.line();
        let mut row = Row::new(delimiter);
        match input.scan(|ahead, _| row.end(ahead)) {
            Some(Cut::Whole(bytes)) if bytes.trim_ascii().is_empty() => {}
            Some(cut) => out.push(input, cut, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

fn header(row: &[u8]) -> Table {
    let text = encoding::decode(row, None, &mut Vec::new());
    let split = |delimiter| Table { delimiter, columns: cells(&text, delimiter) };
    DELIMITERS
        .map(split)
        .into_iter()
        .reduce(|a, b| if b.columns.len() > a.columns.len() { b } else { a })
        .unwrap_or_default()
}

/// Finds where a row ends: at a line break outside quotation marks. A mark opens a cell only where a cell starts.
struct Row {
    delimiter: u8,
    seen: usize,
    quoted: bool,
    cell_starts: bool,
}

impl Row {
    /// `delimiter` 0 while it is not known: any of the possible ones.
    fn new(delimiter: u8) -> Self {
        Row { delimiter, seen: 0, quoted: false, cell_starts: true }
    }

    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(&b) = bytes.get(self.seen) {
            self.seen += 1;
            match b {
                b'"' if self.quoted => {
                    // A doubled mark closes and opens again.
                    self.quoted = false;
                    self.cell_starts = true;
                    continue;
                }
                b'"' if self.cell_starts => self.quoted = true,
                b'\n' if !self.quoted => return Some(self.seen),
                _ => {}
            }
            let splits = if self.delimiter == 0 { DELIMITERS.contains(&b) } else { b == self.delimiter };
            self.cell_starts = !self.quoted && splits;
        }
        None
    }
}

fn cells(row: &str, delimiter: u8) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(row.as_bytes());
    let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(str::to_owned).collect()
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let row = encoding::decode(bytes, out.charset(), &mut notices);
    let table = out.table();
    let cells = cells(&row, table.delimiter);
    if cells.len() > table.columns.len() {
        let (n, columns) = (cells.len(), table.columns.len());
        return out.problem("bad-row", format!("has {n} cells where the header has {columns} columns"));
    }
    let object: Map<String, Value> =
        table.columns.iter().map(|c| c.trim().to_owned()).zip(cells.into_iter().map(Value::String)).collect();
    match fields::document(&object, out.mappings()) {
        Some(mut raw) => {
            raw.notices.append(&mut notices);
            out.document(raw);
        }
        None => fields::nothing(&object, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_outside_quotation_marks() {
        for (bytes, n) in [
            (&b"a,b\nc"[..], Some(4)),
            (b"a,\"b\nc\"\nd", Some(8)),
            (b"a,\"b \"\"x\n\"\"\"\nd", Some(13)),
            (b"5\" pipe,b\nc", Some(10)),
            (b"a,\"b\n", None),
        ] {
            assert_eq!(Row::new(b',').end(bytes), n, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_the_header() {
        assert_eq!(header(b"id;title;text, or body\n").delimiter, b';');
        assert_eq!(header(b"id\ttitle\ttext\r\n").columns, ["id", "title", "text"]);
        assert!(detect(b"date|headline|text\n1|2|3\n", ""));
        assert!(!detect(b"The title of this, he said, is unknown.\n", ""));
    }
}
