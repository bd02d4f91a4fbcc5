//! An answer to render in tests.

use std::sync::Arc;

use tantivy::DocAddress;

use crate::article::{
    Article, Entity, EntityType, Mention, Origin, Quote, QuoteKind, Resolved, Span, Speaker, Stamp, Tokens, Zone,
    ZoneKind,
};
use crate::search::duplicates::Difference;
use crate::search::{Hit, Passage, Printing};

const TEXT: &str = "Dockers at Maashaven vote to end the strike\n\n\
    Dockers at Maashaven voted on Friday to end a strike over wages that had closed the harbour for fifteen days and \
    emptied the shelves of three countries.\n\n\
    “It is not twelve and it is not seven,” Marijke van der Zwaan, the dockers’ leader, said after the vote. “It is what \
    two tired people can defend.”\n\n\
    The first ship carried bananas and bicycle frames.";

fn span(words: &str) -> Span {
    let start = TEXT.find(words).expect("in the text");
    Span::new(start, start + words.len())
}

pub fn article() -> Article {
    let paragraphs: Vec<Span> = TEXT.split("\n\n").map(span).collect();
    let body = paragraphs[1].cover(paragraphs[3]);
    let zone = |kind, span| Zone { kind, span };
    Article {
        id: "mc-0412".into(),
        origin: Origin { path: "in/mc.jsonl".into(), record: 3, ..Origin::default() },
        source: Some("Maashaven Courier".into()),
        byline: vec!["Pieter Roe".into()],
        published: Some(Stamp { date: jiff::civil::date(2023, 3, 25), time: None, offset: None }),
        text: TEXT.into(),
        zones: vec![zone(ZoneKind::Headline, paragraphs[0]), zone(ZoneKind::Body, body)],
        sentences: paragraphs.clone(),
        paragraphs,
        tokens: Tokens::of(TEXT),
        quotes: vec![Quote {
            kind: QuoteKind::Direct,
            parts: vec![span("It is not twelve and it is not seven,"), span("It is what two tired people can defend.")],
            paragraph: 2,
            cue: Some(span("said")),
            confidence: 0.9,
            speaker: Some(Speaker {
                name: Some("Marijke van der Zwaan".into()),
                mention: Some(span("Marijke van der Zwaan")),
                role: Some("the dockers’ leader".into()),
                affiliation: None,
                resolved: Resolved::Named,
                confidence: 0.9,
                entity: Some(0),
            }),
        }],
        mentions: vec![Mention { span: span("Marijke van der Zwaan"), kind: EntityType::Person, entity: 0 }],
        entities: vec![Entity {
            name: "Marijke van der Zwaan".into(),
            kind: EntityType::Person,
            mentions: 1,
            variants: vec![],
            gender: None,
            roles: vec![],
        }],
        ..Article::default()
    }
}

/// As for the query `strike wages`: the second and third paragraph.
pub fn hit() -> Hit {
    let article = article();
    let second = span("end a strike");
    let strike = Span { start: second.start + "end a ".len() as u32, end: second.end };
    let wages = span("wages");
    let headline = article.paragraphs[0];
    let first = Span { start: headline.end - "strike".len() as u32, end: headline.end };
    Hit {
        rank: 1,
        inferred: false,
        score: 7.25,
        reader: 0,
        address: DocAddress::new(0, 0),
        passages: vec![Passage {
            score: 7.25,
            span: article.paragraphs[1].cover(article.paragraphs[2]),
            paragraph: 1,
            highlights: vec![strike, wages],
        }],
        highlights: vec![first, strike, wages],
        explanation: vec![("article", 5.0), ("passage", 2.25)],
        printings: vec![printing("mt-9", "Maashaven Tribune", 0, 12), printing("os-4", "Oud Sluis Herald", 240, 31)],
        article: Arc::new(article),
    }
}

/// Another printing, under another headline if words were cut.
fn printing(id: &str, source: &str, cut: usize, added: usize) -> Printing {
    Printing {
        id: id.into(),
        headline: Some("Dockers vote to end the strike".into()),
        source: Some(source.into()),
        published: Some(Stamp { date: jiff::civil::date(2023, 3, 26), time: None, offset: None }),
        url: None,
        difference: Difference { headline: cut > 0, added, cut, shared: 0.97 },
    }
}
