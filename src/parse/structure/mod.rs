//! Structure: the parts of a document put in reading order, and what each part is.

pub mod layout;

use crate::article::{Article, Block, Body, Span, Zone, ZoneKind};
use crate::parse::clean::{self, Repairs};

/// The readable text in the making: paragraphs in order, each with its role.
#[derive(Default)]
struct Draft {
    text: String,
    paragraphs: Vec<(Span, ZoneKind)>,
}

impl Draft {
    fn push(&mut self, raw: &str, kind: ZoneKind) {
        let mut spans = Vec::new();
        layout::paragraphs(raw, &mut self.text, &mut spans);
        self.paragraphs.extend(spans.into_iter().map(|s| (s, kind)));
    }
}

/// The metadata that stand in the text as well.
#[derive(Default)]
pub struct Heading {
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    pub dateline: Option<String>,
}

/// Fills `text`, `zones` and `paragraphs`.
pub fn arrange(heading: Heading, body: Body, article: &mut Article, repairs: &mut Repairs) {
    let mut draft = Draft::default();
    match body {
        Body::Plain(raw) => {
            let raw = clean::text(&raw, repairs);
            draft.push(&raw, ZoneKind::Body);
            if heading.headline.is_none() && opens_with_headline(&draft) {
                draft.paragraphs[0].1 = ZoneKind::Headline;
            }
        }
        Body::Blocks(blocks) => {
            for Block { kind, text } in blocks {
                draft.push(&clean::text(&text, repairs), kind);
            }
        }
        Body::Article(_) => {}
    }
    let mut front = Draft::default();
    if let Some(headline) = &heading.headline {
        front.push(headline, ZoneKind::Headline);
    }
    if let Some(standfirst) = &heading.standfirst {
        front.push(standfirst, ZoneKind::Standfirst);
    }
    for (span, kind) in draft.paragraphs {
        if !front.text.is_empty() {
            front.text.push_str("\n\n");
        }
        let start = front.text.len();
        front.text.push_str(span.of(&draft.text));
        front.paragraphs.push((Span::new(start, front.text.len()), kind));
    }
    article.text = front.text;
    for (span, kind) in front.paragraphs {
        article.paragraphs.push(span);
        match article.zones.last_mut() {
            Some(zone) if zone.kind == kind && kind == ZoneKind::Body => zone.span.end = span.end,
            _ => article.zones.push(Zone { kind, span }),
        }
    }
}

fn opens_with_headline(draft: &Draft) -> bool {
    let [(first, _), (second, _), ..] = draft.paragraphs[..] else { return false };
    let (line, next) = (first.of(&draft.text), second.of(&draft.text));
    line.len() <= 150
        && line.contains(' ')
        && !layout::ends_sentence(line)
        && !line.ends_with([',', ':', ';'])
        && next.len() > line.len()
}
