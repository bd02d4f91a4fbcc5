//! JSON: objects, one an article.
//!
//! Read are JSON Lines (an object a line), a file with one object, with an array of objects, with objects one after the
//! other, and an object that wraps such an array (`{"articles": […]}`). What an object's fields mean is said by
//! [`super::fields`]. A line that is no object is a problem of that line alone.
//!
//! Not read: articles spread over nested objects that no known dump has; `--map` reaches into nested objects.

use std::ops::ControlFlow;

use memchr::memmem::Finder;
use serde_json::{Map, Value};

use super::input::{Cut, Input};
use super::record::{Documents, Records};
use super::{Format, Place, encoding, fields, newsdex, ninjs};
use crate::article::{Body, Notice};

/// Names under which one object holds many articles.
const WRAPPERS: &[&str] =
    &["articles", "items", "item", "docs", "documents", "results", "stories", "news", "data", "hits", "entries"];

/// How many objects may stand around an article: `{"data": {"items": [{"item": …}]}}`.
const MAX_WRAPPED: usize = 4;

/// Whether this is JSON; `start` is without white space before it.
pub fn detect(start: &[u8], name: &str) -> Option<Format> {
    let lines = [".jsonl", ".ndjson", ".jl"].iter().any(|e| name.ends_with(e));
    let opens = match start {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b']')),
        _ => false,
    };
    if lines {
        return Some(Format::JsonLines);
    }
    if !opens {
        return name.ends_with(".json").then_some(Format::Json);
    }
    // A first line that is whole by itself, with another after it.
    let mut parts = start.splitn(2, |b| *b == b'\n');
    let first = parts.next().unwrap_or_default();
    let next = parts.next().unwrap_or_default().trim_ascii_start();
    let whole = start[0] == b'{' && !next.is_empty() && serde_json::from_slice::<Value>(first).is_ok();
    Some(if whole { Format::JsonLines } else { Format::Json })
}

pub fn cut_lines(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    let newline = Finder::new("\n");
    loop {
        let line = input.line();
        match input.until(&newline) {
            Some(Cut::Whole(bytes)) if bytes.trim_ascii().is_empty() => {}
            Some(cut) => out.push(input, cut, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

/// Objects one after the other, or inside one array.
pub fn cut_values(input: &mut Input, out: &mut Records) -> ControlFlow<()> {
    loop {
        let gap = |b: u8| b.is_ascii_whitespace() || matches!(b, b',' | b'[' | b']' | 0xef | 0xbb | 0xbf);
        loop {
            let ahead = input.peek(4096);
            let n = ahead.iter().take_while(|b| gap(**b)).count();
            if n == 0 {
                break;
            }
            input.skip(n);
        }
        let line = input.line();
        let mut value = Boundary::default();
        match input.scan(|ahead, _| value.end(ahead)) {
            Some(cut) => out.push(input, cut, Some(Place::Line(line)))?,
            None if out.is_empty() => return out.pass("no-article", "is JSON that holds nothing"),
            None => return ControlFlow::Continue(()),
        }
    }
}

/// Finds where a JSON value ends, however it is handed over.
#[derive(Default)]
struct Boundary {
    seen: usize,
    depth: usize,
    string: bool,
    escaped: bool,
}

impl Boundary {
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(&b) = bytes.get(self.seen) {
            self.seen += 1;
            if self.string {
                match b {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.string = false,
                    _ => {}
                }
                continue;
            }
            match b {
                b'"' => self.string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(self.seen);
                    }
                }
                // A bare word or number among the objects.
                b',' | b'\n' if self.depth == 0 => return Some(self.seen),
                _ => {}
            }
        }
        None
    }
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let text = encoding::decode(bytes, out.charset(), &mut notices);
    let value = match serde_json::from_str::<Value>(text.trim()) {
        Ok(value) => value,
        Err(e) => return out.problem("bad-json", format!("is no JSON: {}", told(&e))),
    };
    let Value::Object(object) = value else {
        return out.problem("not-an-object", format!("is {}, not an object", kind(&value)));
    };
    if newsdex::is_ours(&object) {
        return newsdex::read(object, notices, out);
    }
    one(object, bytes, notices, 0, out)
}

/// The article in an object, or the articles that it wraps.
fn one(object: Map<String, Value>, bytes: &[u8], mut notices: Vec<Notice>, depth: usize, out: &mut Documents) {
    if out.mappings().is_empty() && ninjs::is_ninjs(&object) {
        match ninjs::document(&object) {
            Ok(mut raw) => {
                raw.notices.append(&mut notices);
                out.document_of(bytes, raw);
            }
            Err(what) => out.pass("not-text", what),
        }
        return;
    }
    let all = wrapped(&object).filter(|_| depth < MAX_WRAPPED).unwrap_or_default();
    match fields::document(&object, out.mappings()) {
        // A feed has a title too; its articles are inside.
        Some(raw) if raw.body == Body::default() && !all.is_empty() => {}
        Some(mut raw) => {
            raw.notices.append(&mut notices);
            return out.document_of(bytes, raw);
        }
        None if all.is_empty() => return fields::nothing(&object, out),
        None => {}
    }
    for value in all {
        let bytes = value.to_string().into_bytes();
        match value {
            Value::Object(inner) => one(inner, &bytes, notices.clone(), depth + 1, out),
            other => out.problem("not-an-object", format!("holds {}, not an object", kind(&other))),
        }
    }
}

/// The values that an object wraps, if it does.
fn wrapped(object: &Map<String, Value>) -> Option<Vec<Value>> {
    match WRAPPERS.iter().find_map(|w| object.get(*w))? {
        Value::Array(list) => Some(list.clone()),
        inner @ Value::Object(_) => Some(vec![inner.clone()]),
        _ => None,
    }
}

/// The error without serde_json's own line, which is always 1 in a record.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
