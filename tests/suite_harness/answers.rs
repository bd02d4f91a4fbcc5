//! What is asked beside a search: articles and questions as in `tests/suite/search`, answers a line each.

use std::fmt::Write as _;

use newsdex::article::QuoteKind;
use newsdex::index::Reader;
use newsdex::search::facet::breakdown::{Kind, breakdown};
use newsdex::search::selection::Selection;
use newsdex::search::timeline::{Unit, timeline as over_time};
use newsdex::search::verify::compare::Piece;
use newsdex::search::verify::{Attribution, Claim, verify as check};
use newsdex::search::{By, Duplicates, Filters, Request, Sort, each, quotes as said, search, syntax};

use super::search::asked;

/// `tests/suite/boilerplate`: what outlets repeat, and the passages and quotes that answer. Options: `boilerplate`
/// shows it again, `quotes` asks for quotes.
pub fn boilerplate(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for line in reader.boilerplate().expect("what was learned").lines() {
        let (examples, outlet) = (line.examples.join(" "), &line.outlet);
        writeln!(out, "{outlet}: {} ({} of {}: {examples})", line.printed, line.articles, line.among).unwrap();
    }
    let readers = std::slice::from_ref(&reader);
    for (options, query) in questions {
        let node = syntax::parse(query).expect("a query");
        let boilerplate = options.contains(&"boilerplate");
        if options.contains(&"quotes") {
            let question = said::Question { boilerplate, ..question(node) };
            let answer = said::quotes(readers, &question).expect("an answer");
            writeln!(out, "?{} {query} → {}", options.join(","), answer.total).unwrap();
            let words = answer.list.iter().filter_map(|hit| Some((hit, hit.quote()?.parts[0].of(&hit.article.text))));
            words.for_each(|(hit, words)| writeln!(out, "  {}: {words}", hit.article.id).unwrap());
            continue;
        }
        let request = Request { boilerplate, limit: None, ..Request::new(node) };
        let answer = search(readers, &request).expect("an answer");
        writeln!(out, "?{} {query} → {}", options.join(","), answer.total).unwrap();
        for hit in &answer.hits {
            let (text, passage) = (&hit.article.text, &hit.passages[0]);
            let matched: Vec<String> = passage.highlights.iter().map(|h| format!(" [{}]", h.of(text))).collect();
            let words = passage.span.of(text).replace("\n\n", " ¶ ");
            writeln!(out, "  {}: {words}{}", hit.article.id, matched.concat()).unwrap();
        }
    }
    out
}

/// All quotes for a query, the best first.
fn question(query: syntax::Node) -> said::Question {
    said::Question {
        query,
        filters: Filters::default(),
        speaker: None,
        about: None,
        kinds: Vec::new(),
        sort: Sort::Relevance,
        duplicates: Duplicates::Collapse,
        boilerplate: false,
        limit: None,
        offset: 0,
    }
}

/// `tests/suite/duplicates`: ranked articles with their other printings and what differs. Options: `show`, `newest`,
/// `oldest`, `page=N` for the N-th page of two.
pub fn duplicates(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, query) in questions {
        let mut request = Request { by: By::Article, ..Request::new(syntax::parse(query).expect("a query")) };
        for option in &options {
            match *option {
                "show" => request.duplicates = Duplicates::Show,
                "newest" => request.sort = Sort::Newest,
                "oldest" => request.sort = Sort::Oldest,
                page => {
                    let page: usize = page.strip_prefix("page=").and_then(|n| n.parse().ok()).expect("an option");
                    (request.limit, request.offset) = (Some(2), 2 * (page - 1));
                }
            }
        }
        let answer = search(std::slice::from_ref(&reader), &request).expect("an answer");
        writeln!(out, "?{} {query} → {}", options.join(","), answer.total).unwrap();
        for hit in &answer.hits {
            write!(out, "  {} {}", hit.rank, hit.article.id).unwrap();
            for (i, p) in hit.printings.iter().enumerate() {
                let d = &p.difference;
                let headline = if d.headline { " headline" } else { "" };
                let lead = if i == 0 { " = " } else { ", " };
                write!(out, "{lead}{}{headline} +{} -{}", p.id, d.added, d.cut).unwrap();
            }
            writeln!(out).unwrap();
        }
        // Handed over one by one, they are the same.
        let mut ranks = Vec::new();
        let streamed = each(std::slice::from_ref(&reader), &request, |hit| {
            ranks.push((hit.rank, hit.article.id.clone()));
            Ok::<_, newsdex::search::Error>(())
        });
        assert_eq!(streamed.expect("an answer").total, answer.total);
        assert_eq!(ranks, answer.hits.iter().map(|h| (h.rank, h.article.id.clone())).collect::<Vec<_>>());
    }
    out
}

/// `tests/suite/quotes`: who said what. Options: `by=NAME`, `about=NAME` (`_` for a space), `newest`,
/// `show`, a kind of quote.
pub fn quotes(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, query) in questions {
        let mut question = question(syntax::parse(query).expect("a query"));
        if options.contains(&"show") {
            question.duplicates = Duplicates::Show;
        }
        for option in &options {
            let value = |s: &str| Some(s.replace('_', " "));
            match option.split_once('=') {
                Some(("by", name)) => question.speaker = value(name),
                Some(("about", name)) => question.about = value(name),
                None if *option == "newest" => question.sort = Sort::Newest,
                None if *option == "show" => {}
                _ => question.kinds.push(QuoteKind::from_name(option).expect("a kind of quote")),
            }
        }
        let answer = said::quotes(std::slice::from_ref(&reader), &question).expect("an answer");
        let (total, articles) = (answer.total, answer.articles);
        writeln!(out, "?{} {query} → {total} in {articles}", options.join(",")).unwrap();
        for hit in &answer.list {
            let text = &hit.article.text;
            let quote = hit.quote().expect("a quote");
            let words: Vec<&str> = quote.parts.iter().map(|p| p.of(text)).collect();
            let matched: Vec<String> = hit.highlights.iter().map(|h| format!(" [{}]", h.of(text))).collect();
            let speaker = hit.speaker().unwrap_or("-");
            let also: Vec<String> = hit.others.iter().map(|a| format!(" = {}", a.id)).collect();
            let id = &hit.article.id;
            writeln!(out, "  {id}{} {speaker}: {}{}", also.concat(), words.join(" … "), matched.concat()).unwrap();
        }
    }
    out
}

/// `tests/suite/verify`: claims and what the archive has of them, word by word: `=` equal, `~` replaced, `-` left out,
/// `+` added, `|` interrupted. Option: `by=NAME`.
pub fn verify(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, words) in questions {
        let speaker = options.iter().find_map(|o| o.strip_prefix("by=")).map(|name| name.replace('_', " "));
        let claim = Claim { words: words.into(), speaker, others: 1 };
        let verdict = check(&claim, &[Selection::all(&reader)]).expect("a verdict");
        let speaker = match &verdict.attribution {
            None => String::new(),
            Some(Attribution::Confirmed) => ", the speaker confirmed".into(),
            Some(Attribution::Others(names)) => format!(", said by {}", names.join(" and ")),
            Some(Attribution::Unattributed) => ", nobody's".into(),
        };
        let searched = verdict.searched.articles;
        writeln!(out, "?{} {words} → {}{speaker}, of {searched}", options.join(","), verdict.ruling.name()).unwrap();
        for wording in &verdict.wordings {
            let source = &wording.source;
            let text = &source.article.text;
            let also: Vec<String> = wording.others.iter().map(|s| format!(" = {}", s.article.id)).collect();
            let who = source.speaker().unwrap_or("-");
            writeln!(out, "  {}{} {who} ({})", source.article.id, also.concat(), wording.ruling.name()).unwrap();
            for piece in &source.alignment.pieces {
                match piece {
                    Piece::Equal { text: t, .. } => writeln!(out, "    = {}", t.of(text)),
                    Piece::Replaced { claim: c, text: t } => writeln!(out, "    ~ {} → {}", c.of(words), t.of(text)),
                    Piece::Omitted { text: t, .. } => writeln!(out, "    - {}", t.of(text)),
                    Piece::Added { claim: c } => writeln!(out, "    + {}", c.of(words)),
                    Piece::Interrupted { text: t } => writeln!(out, "    | {}", t.of(text)),
                }
                .unwrap();
            }
        }
    }
    out
}

/// `tests/suite/facets`: what the matching articles are, a kind a line, at most three values each; the options are the
/// kinds, and "certain" leaves out what is only inferred.
pub fn facets(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, query) in questions {
        let certain = options.contains(&"certain");
        let kinds = options.iter().filter(|o| **o != "certain").map(|o| Kind::from_name(o).expect("a facet"));
        let kinds: Vec<Kind> = kinds.collect();
        let among = matching(&reader, query);
        writeln!(out, "?{} {query} → {}", options.join(","), among.iter().map(Selection::len).sum::<u64>()).unwrap();
        for b in breakdown(&among, &kinds, 3, certain).expect("counts") {
            let values: Vec<String> = b.values.iter().map(|(value, n)| format!("{value} {n}")).collect();
            write!(out, "  {}: {}", b.kind.name(), values.join(", ")).unwrap();
            if b.more > 0 {
                write!(out, ", {} more", b.more).unwrap();
            }
            writeln!(out, "; {} without", b.without).unwrap();
        }
    }
    out
}

/// `tests/suite/timeline`: articles over time, matching of all; the option is the unit.
pub fn timeline(input: &str) -> String {
    let (reader, questions) = asked(input);
    let mut out = String::new();
    for (options, query) in questions {
        let unit = options.first().map(|unit| Unit::from_name(unit).expect("a unit"));
        let t = over_time(&matching(&reader, query), unit).expect("counts");
        writeln!(out, "?{} {query} → {}, {} undated", options.join(","), t.articles, t.undated).unwrap();
        for bucket in &t.buckets {
            writeln!(out, "  {} {} of {}", t.unit.label(bucket.start), bucket.articles, bucket.archive).unwrap();
        }
    }
    out
}

/// The articles that match; all for `*`.
fn matching<'r>(reader: &'r Reader, query: &str) -> Vec<Selection<'r>> {
    let query = syntax::parse(if query == "*" { "" } else { query }).expect("a query");
    Selection::matching(std::slice::from_ref(reader), &query, &Filters::default()).expect("a selection")
}
