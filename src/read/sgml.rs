//! What Reuters' and TREC's SGML have in common: elements found by name, without a DTD.
//!
//! These collections are no well-formed SGML: elements are left open, tags are upper or lower case, text holds bare
//! `<`. So nothing is parsed; elements are looked up by name, the first before the next, which is exact for formats
//! that do not nest an element in itself.

use std::ops::ControlFlow;

use memchr::memmem::Finder;

use super::Place;
use super::input::{Cut, Input};
use super::record::Records;

/// Cuts after each end tag (`</DOC>`). What is left without one counts if it opens an element at all.
pub fn cut(input: &mut Input, out: &mut Records, end: &str) -> ControlFlow<()> {
    let mark = Finder::new(end);
    let start = end.replace("</", "<").replace('>', "");
    let start = Finder::new(&start);
    loop {
        let line = input.line();
        match input.until(&mark) {
            Some(Cut::Whole(bytes)) => {
                // What stands before the element (a DOCTYPE, comments, the end of a wrapper) is not the record's.
                let Some(at) = start.find(&bytes) else { continue };
                let line = line + memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
                out.push(input, Cut::Whole(bytes[at..].to_vec()), Some(Place::Line(line)))?;
            }
            Some(long) => out.push(input, long, Some(Place::Line(line)))?,
            None => return ControlFlow::Continue(()),
        }
    }
}

/// An element: the text of its start tag after the name, and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'t> {
    pub attributes: &'t str,
    pub inner: &'t str,
    /// Where it begins and ends in the text that was searched.
    pub start: usize,
    pub end: usize,
}

/// The first element of this name, in any case. Without its end tag it ends where the text ends.
pub fn element<'t>(text: &'t str, name: &str) -> Option<Element<'t>> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', bytes.get(from..)?) {
        let start = from + at;
        let after = start + 1 + name.len();
        from = start + 1;
        let named = bytes.get(start + 1..after).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
        if !named || !matches!(bytes.get(after), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n')) {
            continue;
        }
        let open = after + memchr::memchr(b'>', &bytes[after..])?;
        let (inner_end, end) = closing(bytes, open + 1, name).unwrap_or((text.len(), text.len()));
        return Some(Element {
            attributes: text.get(after..open)?.trim(),
            inner: text.get(open + 1..inner_end)?,
            start,
            end,
        });
    }
    None
}

/// All elements of this name, one after the other.
pub fn elements<'t>(text: &'t str, name: &str) -> Vec<Element<'t>> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(mut found) = text.get(from..).and_then(|rest| element(rest, name)) {
        found.start += from;
        found.end += from;
        from = found.end;
        all.push(found);
    }
    all
}

fn closing(bytes: &[u8], from: usize, name: &str) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'<', bytes.get(at..)?)?;
        let after = at + 2 + name.len();
        if bytes.get(at + 1) == Some(&b'/')
            && bytes.get(at + 2..after).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            && bytes.get(after) == Some(&b'>')
        {
            return Some((at, after + 1));
        }
        at += 1;
    }
}

/// The value of an attribute, quoted or not.
pub fn attribute<'t>(attributes: &'t str, name: &str) -> Option<&'t str> {
    attributes.match_indices(name).find_map(|(at, _)| {
        let opens = at == 0 || attributes[..at].ends_with(char::is_whitespace);
        let value = attributes[at + name.len()..].trim_start().strip_prefix('=').filter(|_| opens)?.trim_start();
        match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split_whitespace().next(),
        }
    })
}

/// The text without its tags. A `<` that opens no tag stays.
pub fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = rest.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'));
        if !tag {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        // Without an end anywhere, nothing that follows is a tag.
        let Some(end) = rest.find('>') else { break };
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name_in_any_case() {
        let text = "<HEAD>no</HEAD><h1>a < b</H1><TI lang=\"en\" n=2>x</TI><open>rest";
        assert_eq!(element(text, "H1").map(|e| e.inner), Some("a < b"));
        let ti = element(text, "TI").expect("there");
        assert_eq!(
            (ti.inner, attribute(ti.attributes, "lang"), attribute(ti.attributes, "n")),
            ("x", Some("en"), Some("2"))
        );
        assert_eq!(element(text, "OPEN").map(|e| e.inner), Some("rest"));
        assert_eq!(element(text, "H"), None);
        assert_eq!(elements("<D>a</D><D>b</D>", "D").iter().map(|e| e.inner).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(without_tags("<p>1 < 2</p> <!-- x -->y"), "1 < 2 y");
    }
}
