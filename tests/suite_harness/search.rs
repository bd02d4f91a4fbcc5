//! `tests/suite/search`: queries over a few small articles, to what they find and what they highlight.
//!
//! Lines `? QUERY` ask; the articles are the standard ones of `tests/suite/search/articles.txt`, or those that stand in
//! the case before the first query. An article is a line `@id key=value … | headline` and its paragraphs, a line each.
//! `{p:Jane Doe|Doe}` marks a person, `o:` an organization, `l:` a place; `{q:Jane Doe|words}` a quote and its speaker,
//! `{q+|words}` a further part of it, `{c|said}` its cue,
//! `{s:Jane Doe|Doe}` the person who is its speaker. The output gives for each query the number of articles, then
//! each article with what is highlighted in it; an error with what it points at and its hint.

use std::fmt::Write as _;

use newsdex::article::{
    Article, DateFrom, Entity, EntityType, Mention, Quote, QuoteKind, Resolved, Span, Speaker, Stamp, Tokens, Zone,
    ZoneKind,
};
use newsdex::index::{Entry, FileKey, Index, Options, Reader};
use newsdex::search::{By, Request, search, syntax};

pub fn area(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (_, query) in questions {
        answer(&reader, query, &mut out);
    }
    out
}

/// The articles of a case, and its questions: lines `?OPTIONS QUERY`, options apart by commas.
pub fn asked(input: &str) -> (Reader, Vec<(Vec<&str>, &str)>) {
    let (articles, questions): (Vec<&str>, Vec<&str>) = input.lines().partition(|l| !l.starts_with('?'));
    let own = articles.join("\n");
    let standard = include_str!("../suite/search/articles.txt");
    let reader = reader(if own.trim().is_empty() { standard } else { &own });
    let questions = questions
        .into_iter()
        .filter_map(|line| line.strip_prefix('?')?.split_once(' '))
        .map(|(options, query)| (options.split(',').filter(|o| !o.is_empty()).collect(), query))
        .collect();
    (reader, questions)
}

pub fn answer(reader: &Reader, query: &str, out: &mut String) {
    let node = match syntax::parse(query) {
        Ok(node) => node,
        Err(e) => return error(query, &e, out),
    };
    let request = Request { by: By::Article, ..Request::new(node) };
    let answer = match search(std::slice::from_ref(reader), &request) {
        Ok(answer) => answer,
        Err(newsdex::search::Error::Query(e)) => return error(query, &e, out),
        Err(e) => panic!("{e}"),
    };
    write!(out, "? {query} → {}{}", answer.total, if answer.at_least { " at least" } else { "" }).unwrap();
    writeln!(out, "{}", if answer.inferred > 0 { format!(", {} inferred", answer.inferred) } else { String::new() })
        .unwrap();
    if answer.understood != query {
        writeln!(out, "  understood as {}", answer.understood).unwrap();
    }
    for hit in &answer.hits {
        let text = &hit.article.text;
        let spans: Vec<String> = hit.highlights.iter().map(|s| format!("[{}]", s.of(text))).collect();
        let inferred = if hit.inferred { " (inferred)" } else { "" };
        writeln!(out, "  {} {}{inferred}", hit.article.id, spans.join(" ")).unwrap();
    }
    for part in answer.parts.iter().filter(|p| p.articles == 0) {
        write!(out, "  nothing matches {}", part.text).unwrap();
        if !part.spelled_like.is_empty() {
            write!(out, "; spelled like it: {}", part.spelled_like.join(", ")).unwrap();
        }
        writeln!(out).unwrap();
    }
}

fn error(query: &str, e: &syntax::Error, out: &mut String) {
    writeln!(out, "? {query}\n  error at `{}`: {e}", e.span.of(query)).unwrap();
    if let Some(hint) = &e.hint {
        writeln!(out, "  {hint}").unwrap();
    }
}

pub fn reader(source: &str) -> Reader {
    let index = Index::in_ram().expect("an index");
    let mut writer = index.writer(Options { threads: 1, memory: 0 }).expect("a writer");
    for block in source.split("\n@") {
        let block = block.trim_start_matches('@').trim_end();
        if !block.trim().is_empty() {
            let article = article(block);
            writer.replace(Entry::new(&article, FileKey::of(&article.id), writer.fields())).expect("written");
        }
    }
    writer.commit().expect("committed");
    index.reader().expect("a reader")
}

fn article(block: &str) -> Article {
    let mut lines = block.lines();
    let (meta, headline) = lines.next().and_then(|l| l.split_once('|')).expect("`@id key=value | headline`");
    let mut meta = meta.split_whitespace();
    let mut a = Article { id: meta.next().expect("an id").into(), language: Some("en".into()), ..Article::default() };
    for pair in meta {
        let (key, value) = pair.split_once('=').expect("key=value");
        let value = value.replace('_', " ");
        match key {
            "date" => {
                let date = value.parse().expect("a date");
                a.published = Some(Stamp { date, time: None, offset: None });
                a.published_from = Some(DateFrom::Metadata);
            }
            "source" => a.source = Some(value),
            "section" => a.section = Some(value),
            "language" => a.language = Some(value),
            "url" => a.url = Some(value),
            "byline" => a.byline.push(value),
            _ => panic!("no field {key}"),
        }
    }
    for (i, line) in std::iter::once(headline.trim()).chain(lines.filter(|l| !l.is_empty())).enumerate() {
        if i > 0 {
            a.text.push_str("\n\n");
        }
        let start = a.text.len();
        marked(&mut a, line);
        let span = Span::new(start, a.text.len());
        a.paragraphs.push(span);
        match i {
            0 => a.zones.push(Zone { kind: ZoneKind::Headline, span }),
            1 => a.zones.push(Zone { kind: ZoneKind::Body, span }),
            _ => a.zones[1].span = a.zones[1].span.cover(span),
        }
        let mut at = start;
        for sentence in a.text[start..].split_inclusive(". ") {
            a.sentences.push(Span::new(at, at + sentence.trim_end().len()));
            at += sentence.len();
        }
    }
    a.tokens = Tokens::of(&a.text);
    a
}

/// Adds a line of text without its marks, and what they mark.
fn marked(a: &mut Article, line: &str) {
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('{') {
        a.text.push_str(before);
        let (mark, after) = marked.split_once('}').expect("a mark that is closed");
        let (what, words) = mark.split_once('|').expect("`{what|words}`");
        let span = Span::new(a.text.len(), a.text.len() + words.len());
        a.text.push_str(words);
        let (kind, name) = what.split_once(':').unwrap_or((what, ""));
        match kind {
            "p" => mention(a, EntityType::Person, name, span),
            "o" => mention(a, EntityType::Organization, name, span),
            "l" => mention(a, EntityType::Place, name, span),
            "q" => {
                let entity = a.entities.iter().position(|e| e.name == name).map(|i| i as u32);
                let speaker = (!name.is_empty()).then(|| Speaker {
                    name: Some(name.into()),
                    mention: None,
                    role: None,
                    affiliation: None,
                    resolved: Resolved::Named,
                    confidence: 1.0,
                    entity,
                });
                let paragraph = a.paragraphs.len() as u32;
                let (kind, cue, confidence) = (QuoteKind::Direct, None, 1.0);
                a.quotes.push(Quote { kind, parts: vec![span], paragraph, cue, confidence, speaker });
            }
            "q+" => a.quotes.last_mut().expect("a quote to go on with").parts.push(span),
            "c" => a.quotes.last_mut().expect("a quote to announce").cue = Some(span),
            "s" => {
                mention(a, EntityType::Person, name, span);
                let quote = a.quotes.last_mut().expect("a quote that someone says");
                quote.speaker.as_mut().expect("a speaker").mention = Some(span);
            }
            _ => panic!("no mark {kind}"),
        }
        rest = after;
    }
    a.text.push_str(rest);
}

fn mention(a: &mut Article, kind: EntityType, name: &str, span: Span) {
    let form = span.of(&a.text).to_string();
    let entity = a.entities.iter().position(|e| e.name == name).unwrap_or_else(|| {
        let (name, variants, roles) = (name.to_string(), Vec::new(), Vec::new());
        a.entities.push(Entity { name, kind, mentions: 0, variants, gender: None, roles });
        a.entities.len() - 1
    });
    let known = &mut a.entities[entity];
    known.mentions += 1;
    if form != known.name && !known.variants.contains(&form) {
        known.variants.push(form);
    }
    a.mentions.push(Mention { span, kind, entity: entity as u32 });
}
