//! XML of unknown make: records whose elements are named as news fields are ([`super::fields`]).
//!
//! Agencies and archives have dialects of their own: flat records of elements called `headline`, `content`,
//! `PublishDate`. An element is an article if its children name a text and something else that is known, and no element
//! inside it does so as well. Not read: meaning that stands in attributes or deeper inside.

use serde_json::{Map, Value};

use super::entities;
use super::fields::{self, Field};
use super::record::Documents;
use super::xml::{self, El};

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut notices = Vec::new();
    let (text, xml) = xml::read(bytes, out.charset(), &mut notices);
    let mut any = false;
    for record in xml.root().inside().filter(|e| is_record(*e)) {
        let mut object = Map::new();
        for child in record.children() {
            let name = child.name().to_owned();
            if let Some(text) = child.text().filter(|_| !object.contains_key(&name)) {
                let whole = fields::Field::of_name(&name) == Some(Field::Text);
                let text = if whole { child.raw_text() } else { entities::resolve(&text) };
                object.insert(name, Value::String(text));
            }
        }
        if let Some(mut raw) = fields::document(&object, out.mappings()) {
            any = true;
            raw.format = "xml";
            raw.notices.extend(notices.iter().cloned());
            out.document_of(text.get(record.range()).unwrap_or_default().as_bytes(), raw);
        }
    }
    if !any {
        let root = xml.root().children().next().map_or("", |r| r.name());
        out.problem("unknown-format", format!("is XML of an unknown kind ({root}) in which no text was found"));
    }
}

fn is_record(element: El) -> bool {
    let known: Vec<Field> = element.children().filter_map(|c| Field::of_name(c.name())).collect();
    let text = element.children().any(|c| Field::of_name(c.name()) == Some(Field::Text) && c.text().is_some());
    text && known.len() >= 3
}
