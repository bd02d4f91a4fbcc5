//! The page as a flat list of nodes, and its text as paragraphs.
//!
//! The tree that html5ever builds is laid out in document order, each node with its parent and the end of its subtree,
//! so that everything after is loops over ranges: no recursion, whatever the page nests.

use std::ops::Range;

use scraper::node::Element;
use scraper::{Html, Node as Parsed};

use crate::read::{entities, sgml};

/// How many elements may be open at once. Browsers stop at 512; building the tree takes time quadratic in the depth.
const MAX_NESTING: usize = 1024;

/// How many elements that mark up words may be left open: each is opened again in every paragraph that follows.
const MAX_OPEN_INLINE: usize = 100;

pub struct Page<'h> {
    pub nodes: Vec<Node<'h>>,
}

pub struct Node<'h> {
    /// The root is its own.
    pub parent: usize,
    /// After the last node inside this one.
    pub end: usize,
    pub value: Value<'h>,
}

#[derive(Clone, Copy)]
pub enum Value<'h> {
    Root,
    Element(&'h Element),
    Text(&'h str),
}

impl<'h> Page<'h> {
    pub fn new(html: &'h Html) -> Self {
        let mut nodes = vec![Node { parent: 0, end: 0, value: Value::Root }];
        // The nodes that are open; `None` for what is not kept (comments), so that opening and closing match.
        let mut open: Vec<usize> = vec![0];
        let root = html.tree.root();
        let mut at = root;
        loop {
            let value = match at.value() {
                Parsed::Element(e) => Some(Value::Element(e)),
                Parsed::Text(t) => Some(Value::Text(t)),
                _ => None,
            };
            if let Some(value) = value {
                let parent = open.last().copied().unwrap_or(0);
                nodes.push(Node { parent, end: nodes.len() + 1, value });
            }
            if let Some(child) = at.first_child() {
                if at.value().is_element() {
                    open.push(nodes.len() - 1);
                }
                at = child;
                continue;
            }
            // Up until there is something beside.
            loop {
                if at.id() == root.id() {
                    nodes[0].end = nodes.len();
                    return Page { nodes };
                }
                if let Some(next) = at.next_sibling() {
                    at = next;
                    break;
                }
                match at.parent() {
                    Some(parent) => at = parent,
                    None => at = root,
                }
                if at.value().is_element()
                    && let Some(closed) = open.pop()
                {
                    nodes[closed].end = nodes.len();
                }
            }
        }
    }

    pub fn element(&self, at: usize) -> Option<&'h Element> {
        match self.nodes.get(at)?.value {
            Value::Element(e) => Some(e),
            _ => None,
        }
    }

    /// The name of an element; empty for all else.
    pub fn tag(&self, at: usize) -> &'h str {
        self.element(at).map_or("", |e| e.name())
    }

    /// All elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = (usize, &'h Element)> {
        self.nodes.iter().enumerate().filter_map(|(at, node)| match node.value {
            Value::Element(e) => Some((at, e)),
            _ => None,
        })
    }

    /// The node and all that it is in, inner first.
    pub fn outward(&self, at: usize) -> impl Iterator<Item = usize> {
        let up = move |n: &usize| (*n != 0).then(|| self.nodes[*n].parent);
        std::iter::successors(Some(at), up)
    }

    /// A node and all inside it.
    pub fn range(&self, at: usize) -> Range<usize> {
        at..self.nodes[at].end
    }

    /// The nodes right inside a node.
    pub fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.nodes[at].end;
        std::iter::successors((at + 1 < end).then_some(at + 1), move |n| Some(self.nodes[*n].end).filter(|n| *n < end))
    }

    /// Whether two elements are made alike: of one name and the same first class.
    pub fn alike(&self, one: usize, other: usize) -> bool {
        let make = |at| self.element(at).map(|e| (e.name(), first_class(e)));
        make(one).is_some() && make(one) == make(other)
    }

    /// The words inside a node, with single spaces.
    pub fn text(&self, at: usize) -> String {
        let mut out = String::new();
        let mut skip = 0;
        for n in at..self.nodes[at].end {
            match self.nodes[n].value {
                _ if n < skip => {}
                Value::Element(e) if is_silent(e.name()) => skip = self.nodes[n].end,
                Value::Element(e) if is_block(e.name()) || e.name() == "br" => out.push(' '),
                Value::Text(text) => out.push_str(text),
                _ => {}
            }
        }
        squeezed(&out)
    }
}

/// With single spaces, none at the ends.
pub fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The first of an element's classes; nothing where it has none.
pub fn first_class(element: &Element) -> &str {
    element.attr("class").unwrap_or_default().split_whitespace().next().unwrap_or_default()
}

/// Elements that are headings, of the page or of a part.
pub fn is_heading(tag: &str) -> bool {
    matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Elements that break a line.
pub fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements whose text is never shown as text.
pub fn is_silent(tag: &str) -> bool {
    matches!(
        tag,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "embed"
            | "audio"
            | "video"
            | "canvas"
            | "map"
            | "head"
            | "title"
            | "select"
            | "option"
            | "textarea"
            | "button"
            | "input"
            | "datalist"
            | "progress"
            | "noframes"
            | "applet"
            | "dialog"
    )
}

/// Whether a page can be built into a tree in reasonable time: its elements are not nested beyond [`MAX_NESTING`], nor
/// left open beyond [`MAX_OPEN_INLINE`].
pub fn is_reasonable(html: &str) -> bool {
    let bytes = html.as_bytes();
    let (mut blocks, mut inlines) = (0usize, 0usize);
    let mut skip = 0;
    for at in memchr::memchr_iter(b'<', bytes) {
        if at < skip {
            continue;
        }
        let closes = bytes.get(at + 1) == Some(&b'/');
        let start = at + 1 + closes as usize;
        let name = bytes.get(start..).unwrap_or_default();
        let n = name.iter().take(12).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        if n == 0 {
            continue;
        }
        let name = name[..n].to_ascii_lowercase();
        let open = match name.as_slice() {
            // Void elements, and those that the next of their kind closes.
            b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"link" | b"meta"
            | b"param" | b"source" | b"track" | b"wbr" | b"p" | b"li" | b"dt" | b"dd" | b"td" | b"th" | b"tr"
            | b"option" | b"tbody" | b"thead" | b"path" | b"image" | b"use" | b"circle" | b"rect" | b"stop" => continue,
            // What looks like tags in them is none.
            b"script" | b"style" | b"textarea" | b"title" if !closes => {
                let end = [b"</".as_slice(), &name].concat();
                skip = find_end(bytes, start, &end);
                continue;
            }
            b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small" | b"strike"
            | b"strong" | b"tt" | b"u" => &mut inlines,
            _ => &mut blocks,
        };
        *open = if closes { open.saturating_sub(1) } else { *open + 1 };
        if blocks > MAX_NESTING || inlines > MAX_OPEN_INLINE {
            return false;
        }
    }
    true
}

/// Where an end tag stands, in any case; the end of the text if nowhere.
fn find_end(bytes: &[u8], from: usize, tag: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let found = memchr::memmem::find_iter(rest, b"</")
        .find(|at| rest.get(*at..at + tag.len()).is_some_and(|t| t.eq_ignore_ascii_case(tag)));
    found.map_or(bytes.len(), |at| from + at)
}

/// All the text of a page that is not built into a tree.
pub fn bare_text(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    let opens = |s: &str, at: usize| {
        let after = s.as_bytes().get(at + 1..).unwrap_or_default();
        ["script", "style"]
            .into_iter()
            .find(|t| after.get(..t.len()).is_some_and(|a| a.eq_ignore_ascii_case(t.as_bytes())))
    };
    while let Some((at, tag)) = memchr::memchr_iter(b'<', rest.as_bytes()).find_map(|at| Some((at, opens(rest, at)?))) {
        kept.push_str(&rest[..at]);
        let end = find_end(rest.as_bytes(), at + 1, format!("</{tag}").as_bytes());
        rest = &rest[end..];
    }
    kept.push_str(rest);
    entities::resolve(&sgml::without_tags(&kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_in_order_with_their_parents_and_ends() {
        let html = Html::parse_document("<body><!-- x --><div>a <b>c</b></div><p>d<br>e</p></body>");
        let page = Page::new(&html);
        let div = page.elements().find(|(_, e)| e.name() == "div").map(|(at, _)| at).expect("there");
        assert_eq!(page.text(div), "a c");
        assert_eq!(page.nodes[div].end, div + 4);
        let tags: Vec<_> = page.outward(div + 2).map(|n| page.tag(n)).collect();
        assert_eq!(tags, ["b", "div", "body", "html", ""]);
        let p = page.nodes[div].end;
        assert_eq!((page.tag(p), page.text(p).as_str()), ("p", "d e"));
    }

    #[test]
    fn what_is_nested_without_end_is_not_built() {
        assert!(is_reasonable(&"<div><p>x</div>".repeat(9999)));
        assert!(!is_reasonable(&"<div>".repeat(9999)));
        assert!(is_reasonable(&format!("<script>{}</SCRIPT>", "<div>".repeat(9999))));
        assert_eq!(bare_text("a<SCRIPT>b<c></script>d &amp; <i>e</i>"), "ad & e");
        assert!(!is_reasonable(&"<font size=1><p>".repeat(9999)));
    }
}
