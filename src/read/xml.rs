//! XML as a flat list of nodes: what the readers of agency and feed formats look things up in.
//!
//! Namespaces are not resolved: names are compared without their prefix ([`El::child`]) or with it
//! ([`El::child_exactly`]), for feeds use the same prefixes everywhere and declare them wrongly often. Tolerant: tags
//! that do not match, bare ampersands and undeclared entities are taken as browsers would; what cannot be parsed ends
//! the document, and what came before is kept ([`Xml::broken`]). Entities that a document declares itself are not
//! expanded, so nothing can explode. Nesting is bounded by [`MAX_NESTING`]; deeper elements are flattened into it.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::html::{is_block, squeezed};
use super::{encoding, entities};
use crate::article::Notice;

/// How deep elements are kept apart.
const MAX_NESTING: usize = 256;

pub struct Xml {
    nodes: Vec<Node>,
    /// Why the document ended before its end.
    pub broken: Option<String>,
}

struct Node {
    parent: usize,
    end: usize,
    value: Value,
    /// Where it stands in the text.
    range: std::ops::Range<usize>,
}

enum Value {
    Root,
    Element { name: String, attributes: Vec<(String, String)> },
    Text(String),
}

/// An element (or the document) in its place.
#[derive(Clone, Copy)]
pub struct El<'x> {
    xml: &'x Xml,
    at: usize,
}

/// The charset of an XML declaration.
pub fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = std::str::from_utf8(head.split(|b| *b == b'>').next()?).ok()?;
    let (_, after) = head.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let mark = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(mark).next().map(str::to_owned)
}

/// Decodes a document by its declaration, else by the charset it came with, and parses it. Where it breaks off, a
/// notice says so. Gives the decoded text too, into which [`El::range`] points.
pub fn read(bytes: &[u8], charset: Option<&str>, notices: &mut Vec<Notice>) -> (String, Xml) {
    let text = encoding::decode(bytes, declared(bytes).as_deref().or(charset), notices);
    let xml = Xml::parse(&text);
    notices.extend(xml.broken.as_ref().map(|why| Notice::new("bad-xml", format!("the XML breaks off {why}"))));
    (text, xml)
}

impl Xml {
    pub fn parse(text: &str) -> Xml {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        let root = Node { parent: 0, end: 0, value: Value::Root, range: 0..text.len() };
        let mut xml = Xml { nodes: vec![root], broken: None };
        let mut open: Vec<usize> = vec![0];
        loop {
            let from = reader.buffer_position() as usize;
            match reader.read_event() {
                Ok(Event::Start(e)) => {
                    let at = xml.push(&open, element(&e), from..text.len());
                    // What is nested deeper becomes a sibling.
                    if open.len() < MAX_NESTING {
                        open.push(at);
                    }
                }
                Ok(Event::Empty(e)) => {
                    xml.push(&open, element(&e), from..reader.buffer_position() as usize);
                }
                Ok(Event::End(e)) => {
                    let name = e.name();
                    // The innermost that is open by this name; an end tag without a start is passed over.
                    let found = open.iter().rposition(|at| xml.name(*at) == name.as_ref()).filter(|i| *i > 0);
                    if let Some(i) = found {
                        for at in open.split_off(i) {
                            xml.nodes[at].end = xml.nodes.len();
                            xml.nodes[at].range.end = reader.buffer_position() as usize;
                        }
                    }
                }
                Ok(Event::Text(e)) => xml.text(&open, &e.into_inner()),
                Ok(Event::CData(e)) => xml.text(&open, &e.into_inner()),
                Ok(Event::GeneralRef(e)) => {
                    let name = e.into_inner();
                    let c = match name.strip_prefix('#') {
                        Some(digits) => entities::numbered(digits),
                        None => entities::named(&name),
                    };
                    match c {
                        Some(c) => xml.text(&open, c.encode_utf8(&mut [0; 4])),
                        None => xml.text(&open, &format!("&{name};")),
                    }
                }
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(e) => {
                    xml.broken = Some(format!("at byte {}: {e}", reader.error_position()));
                    break;
                }
            }
        }
        for at in open {
            xml.nodes[at].end = xml.nodes.len();
        }
        xml
    }

    fn push(&mut self, open: &[usize], value: Value, range: std::ops::Range<usize>) -> usize {
        let at = self.nodes.len();
        let parent = open.last().copied().unwrap_or(0);
        self.nodes.push(Node { parent, end: at + 1, value, range });
        at
    }

    fn text(&mut self, open: &[usize], text: &str) {
        let parent = open.last().copied().unwrap_or(0);
        // References split text: put it together again.
        if let Some(last) = self.nodes.last_mut().filter(|n| n.parent == parent)
            && let Value::Text(before) = &mut last.value
        {
            before.push_str(text);
            return;
        }
        self.push(open, Value::Text(text.to_owned()), 0..0);
    }

    fn name(&self, at: usize) -> &str {
        match &self.nodes[at].value {
            Value::Element { name, .. } => name,
            _ => "",
        }
    }

    pub fn root(&self) -> El<'_> {
        El { xml: self, at: 0 }
    }
}

fn element(e: &BytesStart) -> Value {
    let mut attributes = e.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let attributes = attributes.map(|a| (a.key.as_ref().to_owned(), entities::resolve(&a.value))).collect();
    Value::Element { name: e.name().as_ref().to_owned(), attributes }
}

impl<'x> El<'x> {
    /// With its prefix; empty for the document.
    pub fn full_name(self) -> &'x str {
        self.xml.name(self.at)
    }

    /// Without its prefix.
    pub fn name(self) -> &'x str {
        let name = self.full_name();
        name.rsplit(':').next().unwrap_or(name)
    }

    /// Where the element stands in the text that was parsed.
    pub fn range(self) -> std::ops::Range<usize> {
        self.xml.nodes[self.at].range.clone()
    }

    /// An attribute by its name, with or without a prefix.
    pub fn attribute(self, name: &str) -> Option<&'x str> {
        let Value::Element { attributes, .. } = &self.xml.nodes[self.at].value else { return None };
        let exact = attributes.iter().find(|(k, _)| k == name);
        let found = exact.or_else(|| attributes.iter().find(|(k, _)| k.rsplit(':').next() == Some(name)))?;
        Some(found.1.trim()).filter(|v| !v.is_empty())
    }

    pub fn children(self) -> impl Iterator<Item = El<'x>> {
        let mut at = self.at + 1;
        let end = self.xml.nodes[self.at].end;
        std::iter::from_fn(move || {
            while at < end {
                let here = at;
                at = self.xml.nodes[here].end;
                if let Value::Element { .. } = self.xml.nodes[here].value {
                    return Some(El { xml: self.xml, at: here });
                }
            }
            None
        })
    }

    pub fn child(self, name: &str) -> Option<El<'x>> {
        self.children().find(|c| c.name() == name)
    }

    /// A child by its name with its prefix.
    pub fn child_exactly(self, name: &str) -> Option<El<'x>> {
        self.children().find(|c| c.full_name() == name)
    }

    /// All elements inside, in document order.
    pub fn inside(self) -> impl Iterator<Item = El<'x>> {
        (self.at + 1..self.xml.nodes[self.at].end)
            .filter(|at| matches!(self.xml.nodes[*at].value, Value::Element { .. }))
            .map(|at| El { xml: self.xml, at })
    }

    /// The first element of this name inside.
    pub fn find(self, name: &str) -> Option<El<'x>> {
        self.inside().find(|e| e.name() == name)
    }

    pub fn all(self, name: &str) -> impl Iterator<Item = El<'x>> {
        self.inside().filter(move |e| e.name() == name)
    }

    /// All text inside, as it stands.
    pub fn raw_text(self) -> String {
        let mut out = String::new();
        for node in &self.xml.nodes[self.at..self.xml.nodes[self.at].end] {
            if let Value::Text(text) = &node.value {
                out.push_str(text);
            }
        }
        out
    }

    /// All text inside with single spaces; `None` if there is none.
    pub fn text(self) -> Option<String> {
        Some(squeezed(&self.raw_text())).filter(|t| !t.is_empty())
    }

    /// The text of the first child of this name.
    pub fn text_of(self, name: &str) -> Option<String> {
        self.children().filter(|c| c.name() == name).find_map(El::text)
    }

    /// The paragraphs inside, as the markup cuts them, without the elements that `skip` names.
    pub fn paragraphs(self, skip: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        let mut open = String::new();
        let mut ends: Vec<usize> = Vec::new();
        let mut close = |open: &mut String| {
            let text = squeezed(&std::mem::take(open));
            if !text.is_empty() {
                all.push(text);
            }
        };
        let mut at = self.at + 1;
        while at < self.xml.nodes[self.at].end {
            while ends.last().is_some_and(|end| *end <= at) {
                ends.pop();
                close(&mut open);
            }
            match &self.xml.nodes[at].value {
                Value::Element { name, .. } => {
                    let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
                    let end = self.xml.nodes[at].end;
                    if skip.contains(&name.as_str()) || matches!(name.as_str(), "head" | "style" | "script") {
                        at = end;
                        continue;
                    }
                    if name == "br" {
                        open.push('\n');
                    } else if is_block(&name) || matches!(name.as_str(), "block" | "hl1" | "hl2" | "hedline" | "media")
                    {
                        close(&mut open);
                        ends.push(end);
                    }
                }
                Value::Text(text) => open.push_str(text),
                Value::Root => {}
            }
            at += 1;
        }
        close(&mut open);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_whatever_their_prefix() {
        let xml = Xml::parse(
            "<a><x:b c='1&amp;2'>R&D &eacute;&#8217; <![CDATA[<i>]]></x:b><p>one <b>two</b></p><p>three</p></a>",
        );
        let a = xml.root().child("a").expect("a");
        let b = a.child("b").expect("b");
        assert_eq!((b.full_name(), b.attribute("c")), ("x:b", Some("1&2")));
        assert_eq!(b.text().as_deref(), Some("R&D é’ <i>"));
        assert_eq!(a.paragraphs(&["b"]), ["one", "three"]);
        assert_eq!(a.paragraphs(&[]), ["R&D é’ <i>", "one two", "three"]);
    }

    #[test]
    fn what_is_broken_keeps_what_came_before() {
        let xml = Xml::parse("<a><b>one</c></b><d>two</d><e");
        assert_eq!(xml.root().find("d").and_then(El::text).as_deref(), Some("two"));
        assert!(xml.broken.is_some());
        let deep = Xml::parse(&"<a>".repeat(100_000));
        assert!(deep.root().find("a").is_some());
    }
}
