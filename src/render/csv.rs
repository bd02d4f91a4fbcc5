//! Rows for spreadsheets and data frames: one a hit, a header first.
//!
//! Lists are joined by `; ` in one cell. Cells hold what the article holds, unescaped but for the quotes that CSV
//! itself asks for: whoever opens rows of strangers' text in a spreadsheet imports them as text.

use std::io;

use super::wire::stamp;
use crate::article::Article;
use crate::index::boilerplate::Line;
use crate::search::Hit;
use crate::search::batch::Row;
use crate::search::eval::{self, Evaluation};
use crate::search::facet::Facet;
use crate::search::quotes::Quoted;
use crate::search::timeline::{Bucket, Unit};

/// The columns of an article.
pub const ARTICLE: &[&str] = &[
    "id",
    "source",
    "published",
    "headline",
    "byline",
    "section",
    "topics",
    "language",
    "words",
    "quotes",
    "url",
    "path",
    "record",
    "text",
];

/// The columns of a hit: the article, and its (best) passage.
pub const HIT: &[&str] = &[
    "rank",
    "score",
    "id",
    "source",
    "published",
    "headline",
    "byline",
    "url",
    "paragraph",
    "passage",
    "highlights",
    "speakers",
    "duplicates",
];

/// The columns of a quote.
pub const QUOTE: &[&str] = &[
    "rank",
    "score",
    "id",
    "source",
    "published",
    "headline",
    "url",
    "kind",
    "speaker",
    "role",
    "cue",
    "quote",
    "context",
    "duplicates",
];

/// The columns of an article in the answer to a topic.
pub const RANK: &[&str] = &["topic", "rank", "score", "id"];

/// The columns of a name that is counted.
pub const ENTITY: &[&str] = &["name", "type", "articles", "quotes", "first", "last", "association", "inferred"];

/// The columns of a line that an outlet repeats.
pub const LINE: &[&str] = &["source", "outlet", "line", "articles", "among", "examples"];

/// The columns of a day, week, month or year.
pub const BUCKET: &[&str] = &["period", "start", "articles", "archive"];

/// The columns of a measure of a run, and of two runs.
pub const VALUE: &[&str] = &["topic", "measure", "value"];
pub const COMPARED: &[&str] = &["topic", "measure", "first", "second", "difference", "better", "worse", "equal", "p"];

/// Writes the values of one run, or two side by side: of each topic if asked for, then of `all`.
pub fn evaluation(out: impl io::Write, runs: &[Evaluation], topics: bool) -> io::Result<()> {
    let mut rows = Rows::new(out);
    let (first, second) = match runs {
        [first, second] => (first, Some(second)),
        [first] => (first, None),
        _ => return Ok(()),
    };
    rows.header(if second.is_some() { COMPARED } else { VALUE })?;
    let each = first.topics.iter().enumerate().filter(|_| topics).map(|(t, (topic, _))| (Some(t), topic.as_str()));
    for (t, topic) in each.chain([(None, "all")]) {
        let values = |of: &Evaluation, i: usize| match t {
            Some(t) => of.topics[t].1[i],
            None => of.all[i],
        };
        for (i, measure) in first.measures.iter().enumerate() {
            let mut cells = vec![topic.to_owned(), measure.to_string(), values(first, i).to_string()];
            if let Some(second) = second {
                let (a, b) = (values(first, i), values(second, i));
                cells.extend([b.to_string(), (b - a).to_string()]);
                let compared = (t.is_none() && !measure.is_count()).then(|| eval::compare(first, second, i));
                let counts = compared.map(|c| [c.better, c.worse, c.equal].map(|n| n.to_string()));
                cells.extend(counts.unwrap_or_default());
                cells.push(compared.map(|c| c.p_value.to_string()).unwrap_or_default());
            }
            rows.row(&cells.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

/// Writes rows.
pub struct Rows<W: io::Write> {
    out: csv::Writer<W>,
}

impl<W: io::Write> Rows<W> {
    pub fn new(out: W) -> Self {
        Rows { out: csv::Writer::from_writer(out) }
    }

    pub fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        self.row(columns)
    }

    pub fn article(&mut self, a: &Article) -> io::Result<()> {
        let published = a.published.map(stamp).unwrap_or_default();
        self.row(&[
            &a.id,
            a.source.as_deref().unwrap_or_default(),
            &published,
            a.headline().unwrap_or_default(),
            &a.byline.join("; "),
            a.section.as_deref().unwrap_or_default(),
            &a.topics.join("; "),
            a.language.as_deref().unwrap_or_default(),
            &a.tokens.words().to_string(),
            &a.quotes.len().to_string(),
            a.url.as_deref().unwrap_or_default(),
            &a.origin.path,
            &a.origin.record.to_string(),
            &a.text,
        ])
    }

    pub fn hit(&mut self, hit: &Hit) -> io::Result<()> {
        let a = &*hit.article;
        let passage = hit.passages.first();
        let highlights = passage.map_or(&hit.highlights, |p| &p.highlights);
        let highlights: Vec<_> = highlights.iter().map(|h| h.of(&a.text)).collect();
        let quotes = passage.into_iter().flat_map(|p| p.quotes(a)).filter_map(|i| a.quotes.get(i));
        let mut speakers: Vec<_> = quotes.filter_map(|q| q.speaker.as_ref()?.name.as_deref()).collect();
        speakers.dedup();
        let duplicates: Vec<_> = hit.printings.iter().map(|p| p.id.as_str()).collect();
        self.row(&[
            &hit.rank.to_string(),
            &hit.score.to_string(),
            &a.id,
            a.source.as_deref().unwrap_or_default(),
            &a.published.map(stamp).unwrap_or_default(),
            a.headline().unwrap_or_default(),
            &a.byline.join("; "),
            a.url.as_deref().unwrap_or_default(),
            &passage.map(|p| p.paragraph.to_string()).unwrap_or_default(),
            passage.map_or("", |p| p.span.of(&a.text)),
            &highlights.join("; "),
            &speakers.join("; "),
            &duplicates.join("; "),
        ])
    }

    pub fn quote(&mut self, hit: &Quoted) -> io::Result<()> {
        let a = &*hit.article;
        let Some(quote) = hit.quote() else { return Ok(()) };
        let speaker = quote.speaker.as_ref();
        let words: Vec<_> = quote.parts.iter().map(|p| p.of(&a.text)).collect();
        self.row(&[
            &hit.rank.to_string(),
            &hit.score.to_string(),
            &a.id,
            a.source.as_deref().unwrap_or_default(),
            &a.published.map(stamp).unwrap_or_default(),
            a.headline().unwrap_or_default(),
            a.url.as_deref().unwrap_or_default(),
            quote.kind.name(),
            speaker.and_then(|s| s.name.as_deref()).unwrap_or_default(),
            speaker.and_then(|s| s.role.as_deref()).unwrap_or_default(),
            quote.cue.map_or("", |cue| cue.of(&a.text)),
            &words.join(" "),
            hit.context().of(&a.text),
            &hit.others.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join("; "),
        ])
    }

    pub fn rank(&mut self, topic: &str, rank: usize, row: &Row) -> io::Result<()> {
        self.row(&[topic, &rank.to_string(), &row.score.to_string(), &row.name()])
    }

    pub fn entity(&mut self, f: &Facet) -> io::Result<()> {
        self.row(&[
            &f.name,
            f.kind.map(|k| k.name()).unwrap_or_default(),
            &f.articles.to_string(),
            &f.quotes.to_string(),
            &f.first.map(|d| d.to_string()).unwrap_or_default(),
            &f.last.map(|d| d.to_string()).unwrap_or_default(),
            &f.association.map(|a| a.to_string()).unwrap_or_default(),
            &f.inferred.to_string(),
        ])
    }

    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        let Line { source, outlet, printed, articles, among, examples, .. } = line;
        self.row(&[source, outlet, printed, &articles.to_string(), &among.to_string(), &examples.join("; ")])
    }

    pub fn bucket(&mut self, b: &Bucket, unit: Unit) -> io::Result<()> {
        self.row(&[&unit.label(b.start), &b.start.to_string(), &b.articles.to_string(), &b.archive.to_string()])
    }

    fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        self.out.write_record(cells)?;
        self.out.flush()
    }
}
