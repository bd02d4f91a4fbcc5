//! `tests/suite/entity`: a text to the names in it and to whom or what they are.
//!
//! The input is an article's body. The output is the text with its names in brackets, `[Jane Roe]person`, and after a
//! line `--` the entities in order: type, name, number of mentions in brackets, then as far as there are any the other
//! forms, gender and roles.

use std::fmt::Write as _;

use newsdex::article::{Body, RawDocument};
use newsdex::parse::parse;

pub fn area(input: &str) -> String {
    let article = parse(RawDocument { body: Body::Plain(input.to_string()), ..RawDocument::default() }).article;
    let mut out = String::new();
    let mut at = 0;
    for m in &article.mentions {
        out.push_str(&article.text[at..m.span.start as usize]);
        let _ = write!(out, "[{}]{}", m.span.of(&article.text), m.kind.name());
        at = m.span.end as usize;
    }
    out.push_str(&article.text[at..]);
    out.push_str("\n--");
    for e in &article.entities {
        let _ = write!(out, "\n{} {} ({})", e.kind.name(), e.name, e.mentions);
        if !e.variants.is_empty() {
            let _ = write!(out, " = {}", e.variants.join(" = "));
        }
        if let Some(gender) = e.gender {
            let _ = write!(out, "; {}", format!("{gender:?}").to_lowercase());
        }
        for role in &e.roles {
            let _ = write!(out, "; {role}");
        }
    }
    out.push('\n');
    out
}
