//! Articles for tests, made by hand, and indexes of them.

use super::{Entry, FileKey, Index, Options, Reader};
use crate::article::{
    Article, Entity, EntityType, Mention, Origin, Quote, QuoteKind, Resolved, Span, Speaker, Stamp, Tokens, Zone,
    ZoneKind,
};

/// An index in memory of these articles, in this order, in one segment.
pub fn test_index(articles: &[Article]) -> Reader {
    let index = Index::in_ram().unwrap();
    let mut writer = index.writer(Options { threads: 1, memory: 0 }).unwrap();
    for a in articles {
        writer.replace(Entry::new(a, FileKey::of(&a.origin.path), writer.fields())).unwrap();
    }
    writer.commit().unwrap();
    index.reader().unwrap()
}

/// An article of this text: the first line is the headline, paragraphs are separated by a blank line and sentences
/// end in a full stop.
pub fn article(id: &str, text: &str) -> Article {
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for p in text.split("\n\n") {
        paragraphs.push(Span::new(at, at + p.len()));
        at += p.len() + 2;
    }
    let sentence = |p: &Span| {
        let mut at = p.start as usize;
        let cut: Vec<_> = p.of(text).split_inclusive(". ").map(str::len).collect();
        cut.into_iter()
            .map(move |len| {
                at += len;
                Span::new(at - len, at)
            })
            .map(|s| s.trim(text))
            .collect::<Vec<_>>()
    };
    let mut zones = vec![Zone { kind: ZoneKind::Headline, span: paragraphs[0] }];
    if let (Some(first), Some(last)) = (paragraphs.get(1), paragraphs.last()) {
        zones.push(Zone { kind: ZoneKind::Body, span: first.cover(*last) });
    }
    Article {
        id: id.into(),
        origin: Origin { path: format!("{id}.txt"), record: 1, sha256: "0f".repeat(32), ..Origin::default() },
        text: text.into(),
        zones,
        sentences: paragraphs.iter().flat_map(sentence).collect(),
        paragraphs,
        tokens: Tokens::of(text),
        language: Some("en".into()),
        ..Article::default()
    }
}

/// Where these words are in the article.
pub fn find(a: &Article, words: &str) -> Span {
    let at = a.text.find(words).unwrap_or_else(|| panic!("{words:?} is not in the text"));
    Span::new(at, at + words.len())
}

/// Names all places where one of `forms` stands; the first form is the name.
pub fn name(a: &mut Article, kind: EntityType, forms: &[&str]) {
    let entity = a.entities.len() as u32;
    let mut spans: Vec<Span> = Vec::new();
    for form in forms {
        for (at, _) in a.text.match_indices(form) {
            let span = Span::new(at, at + form.len());
            if !spans.iter().chain(a.mentions.iter().map(|m| &m.span)).any(|s| s.overlaps(span)) {
                spans.push(span);
            }
        }
    }
    a.entities.push(Entity {
        name: forms[0].into(),
        kind,
        mentions: spans.len() as u32,
        variants: forms[1..].iter().map(|s| s.to_string()).collect(),
        gender: None,
        roles: Vec::new(),
    });
    a.mentions.extend(spans.into_iter().map(|span| Mention { span, kind, entity }));
    a.mentions.sort_by_key(|m| m.span);
}

/// Makes these stretches of the text one quote, said by the entity of this name.
pub fn quote(a: &mut Article, kind: QuoteKind, parts: &[&str], cue: &str, speaker: Option<&str>) {
    let parts: Vec<_> = parts.iter().map(|p| find(a, p)).collect();
    let entity = speaker.and_then(|s| a.entities.iter().position(|e| e.name == s));
    let quote = Quote {
        kind,
        paragraph: a.paragraph_at(parts[0].start) as u32,
        parts,
        cue: Some(find(a, cue)),
        confidence: 0.9,
        speaker: speaker.map(|name| Speaker {
            name: Some(name.into()),
            mention: None,
            role: None,
            affiliation: None,
            resolved: Resolved::Named,
            confidence: 0.8,
            entity: entity.map(|e| e as u32),
        }),
    };
    a.quotes.push(quote);
    a.quotes.sort_by_key(|q| q.parts[0]);
}

/// One article with everything.
pub fn harbour() -> Article {
    let mut a = article(
        "harbour-1",
        "Dockers in Port Selby vote to strike\n\nPort Selby dockers voted on Friday to stop work. \"We have waited \
         long enough,\" said Inés O'Dowd, who leads the Harbour Union, \"and the offer is an insult.\"\n\nO'Dowd told \
         reporters that talks had failed. Officials of U.S.-based shippers declined to comment.",
    );
    name(&mut a, EntityType::Person, &["Inés O'Dowd", "O'Dowd"]);
    name(&mut a, EntityType::Place, &["Port Selby"]);
    name(&mut a, EntityType::Organization, &["Harbour Union"]);
    name(&mut a, EntityType::Place, &["U.S."]);
    let parts = ["We have waited long enough,", "and the offer is an insult."];
    quote(&mut a, QuoteKind::Direct, &parts, "said", Some("Inés O'Dowd"));
    quote(&mut a, QuoteKind::Indirect, &["talks had failed"], "told reporters", Some("Inés O'Dowd"));
    let date = jiff::civil::date(2021, 6, 4);
    a.published = Some(Stamp { date, time: Some(jiff::civil::time(9, 30, 0, 0)), offset: Some(-18_000) });
    a.published_from = Some(crate::article::DateFrom::Metadata);
    a.dateline = Some(crate::article::Dateline { place: Some("PORT SELBY".into()), date: Some(date) });
    a.source = Some("The Selby Courier".into());
    a.section = Some("Business".into());
    a.byline = vec!["Ada Quill".into()];
    a.topics = vec!["labour".into(), "ports".into()];
    a.places = vec!["northland".into()];
    a.url = Some("https://www.selbycourier.example/2021/06/04/strike".into());
    a.entities[0].gender = Some(crate::article::Gender::Female);
    a.entities[0].roles = vec!["leader".into()];
    a
}
