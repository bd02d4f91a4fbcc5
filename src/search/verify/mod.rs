//! Did they say that? The check that a fact-checker does.
//!
//! The words of a claim are looked for as they are ([`candidates`]: exhaustive), then altered or abridged, and laid on
//! each place word by word ([`compare`]). The verdict never flatters: *verbatim* means that the article has exactly
//! these words in this order with nothing between them, where case, spaces and punctuation marks are not compared;
//! every other word, accent, ending and figure is. What was not found is said to have been looked for in so many
//! articles of such dates, for "not found" is only as good as the archive.

mod candidates;
pub mod compare;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::DocAddress;

use super::names::Asked;
use super::selection::Selection;
use super::timeline::Dates;
use crate::article::{Article, QuoteKind, Span, Tokens, ZoneKind};
use crate::index;
use candidates::{Place, Probe};
use compare::{Alignment, LONGEST_CLAIM, Piece, Words, align};

/// Places that are read to see whether they hold the claim verbatim. What there is beyond is counted, not compared.
const MOST_PHRASES: usize = 1000;
/// Places that are read to see how far they hold it altered.
const MOST_NEAR: usize = 60;
/// The share of a claim, by how much its words tell, that an altered version has at least.
const ALTERED: f32 = 0.5;
/// The share of its words from which it is one whatever they tell: the rarest may be the one that was put in.
const NEARLY_ALL: f32 = 0.8;
/// Words that an altered version has at least, unless the claim is shorter.
const FEWEST_EQUAL: usize = 3;
/// Words around a place that are compared too.
const MARGIN: u32 = 12;

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Claim {
    pub words: String,
    /// Who is said to have said so.
    pub speaker: Option<String>,
    /// How many wordings are told beside the closest.
    pub others: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    /// The claim's words, all of them, in this order, with nothing between.
    Verbatim,
    /// Pieces of a text or quote, verbatim and in order; what lies between is marked as left out, or is not of the
    /// quote.
    InParts,
    /// Most of it, with words left out, added or replaced.
    Altered,
    NotFound,
}

crate::article::names!(Ruling {
    Verbatim = "verbatim", InParts = "in parts", Altered = "altered", NotFound = "not found",
});

/// Whether the one who is said to have said so did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// An article has the speaker say these words.
    Confirmed,
    /// Articles have only others say them: their names.
    Others(Vec<String>),
    /// The words are there, but no article says who speaks them.
    Unattributed,
}

#[derive(Clone, Debug)]
pub struct Verdict {
    pub ruling: Ruling,
    /// The wordings that are closest to the claim, the closest first; none if the ruling is that it was not found.
    pub wordings: Vec<Wording>,
    /// `None` unless a speaker was asked for and something found.
    pub attribution: Option<Attribution>,
    pub searched: Searched,
    /// The claim has more words than are compared.
    pub cut: bool,
}

/// One way in which the archive has the words, and where.
#[derive(Clone, Debug)]
pub struct Wording {
    pub ruling: Ruling,
    /// The article that is named for it: one that quotes before one that merely has the words, then the earliest.
    pub source: Source,
    /// The others that have the same wording, by date.
    pub others: Vec<Source>,
    /// There are more that were not compared.
    pub at_least: bool,
}

/// A place in an article that has the words.
#[derive(Clone, Debug)]
pub struct Source {
    /// Which of the indexes, and where in it.
    pub index: usize,
    pub address: DocAddress,
    pub article: Arc<Article>,
    pub alignment: Alignment,
    /// The quote that has them.
    pub quote: Option<usize>,
}

impl Source {
    pub fn date(&self) -> Option<Date> {
        self.article.published.map(|p| p.date)
    }

    /// The sentences that hold the words.
    pub fn context(&self) -> Span {
        let a = &self.article;
        let sentence = |byte| a.sentences.get(a.sentence_at(byte)).copied();
        let first = sentence(self.alignment.text.start).unwrap_or(self.alignment.text);
        let last = sentence(self.alignment.text.end.saturating_sub(1)).unwrap_or(self.alignment.text);
        first.cover(last).cover(self.alignment.text)
    }

    fn speaks(&self, asked: &Asked) -> bool {
        self.quote.and_then(|q| self.article.quotes.get(q)).is_some_and(|q| asked.speaks(q, &self.article))
    }

    /// Name of the speaker, if it is known.
    pub fn speaker(&self) -> Option<&str> {
        self.article.quotes.get(self.quote?)?.speaker.as_ref()?.name.as_deref()
    }

    /// How much the place is worth as a source: words between marks, words reported, mere text, boilerplate.
    fn standing(&self) -> u8 {
        if self.article.zone_at(self.alignment.text.start) == Some(ZoneKind::Boilerplate) {
            return 3;
        }
        match self.quote.and_then(|q| self.article.quotes.get(q)) {
            Some(q) if q.kind != QuoteKind::Indirect => 0,
            Some(_) => 1,
            None => 2,
        }
    }

    fn ruling(&self) -> Ruling {
        match &self.alignment {
            a if a.is_verbatim() => Ruling::Verbatim,
            a if a.is_in_parts() => Ruling::InParts,
            _ => Ruling::Altered,
        }
    }
}

/// What the verdict rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    pub articles: u64,
    /// Of the articles with a certain date.
    pub first: Option<Date>,
    pub last: Option<Date>,
}

/// Checks a claim against the selected articles.
pub fn verify(claim: &Claim, selections: &[Selection]) -> index::Result<Verdict> {
    let tokens = Tokens::of(&claim.words);
    let words = Words::of(&claim.words);
    let corrections = selections.iter().find_map(|s| s.reader.corrections());
    let asked = claim.speaker.as_deref().map(|name| Asked::under(name, corrections));
    let mut sources = Vec::new();
    let mut at_least = false;
    for (index, selection) in selections.iter().enumerate() {
        let probe = Probe::new(&claim.words, selection)?;
        let mut places = probe.phrase()?;
        at_least |= places.len() > MOST_PHRASES;
        earliest(&mut places, selection, MOST_PHRASES)?;
        let verbatim: FxHashSet<DocAddress> = places.iter().map(|p| p.at).collect();
        places.extend(probe.near(MOST_NEAR)?.into_iter().filter(|p| !verbatim.contains(&p.at)));
        let weights = Weights::of(&tokens, &probe);
        for place in places {
            let article = Arc::new(selection.reader.corrected(place.at)?);
            if let Some((alignment, quote)) = closest(&words, &article, place)
                && weights.holds(&alignment)
            {
                sources.push(Source { index, address: place.at, article, alignment, quote });
            }
        }
    }
    let mut wordings = wordings(sources, asked.as_ref());
    if let Some(best) = wordings.first_mut() {
        best.at_least = at_least && best.ruling == Ruling::Verbatim;
    }
    let attribution = asked.as_ref().zip(wordings.first()).map(|(asked, best)| attribution(asked, best));
    wordings.truncate(1 + claim.others);
    Ok(Verdict {
        ruling: wordings.first().map_or(Ruling::NotFound, |w| w.ruling),
        wordings,
        attribution,
        searched: searched(selections)?,
        cut: words.len() > LONGEST_CLAIM,
    })
}

/// Keeps the places in the articles that were printed first.
fn earliest(places: &mut Vec<Place>, selection: &Selection, most: usize) -> index::Result<()> {
    if places.len() <= most {
        return Ok(());
    }
    let dates: Vec<Dates> = selection.segments().map(|s| Dates::of(&s)).collect::<Result<_, _>>()?;
    let day = |at: DocAddress| dates.get(at.segment_ord as usize).and_then(|d| d.certain(at.doc_id));
    places.sort_by_cached_key(|p| (day(p.at).unwrap_or(Date::MAX), p.at));
    places.truncate(most);
    Ok(())
}

/// Lays the claim on a place of an article, and on each interrupted quote that is there, and keeps what fits best; with
/// the quote that has the words.
fn closest(claim: &Words, article: &Article, place: Place) -> Option<(Alignment, Option<usize>)> {
    let tokens = &article.tokens;
    let (start, end) = (place.start.saturating_sub(MARGIN), place.end.saturating_add(MARGIN));
    let range = tokens.partition_point(|t| t.word < start)..tokens.partition_point(|t| t.word < end);
    let window = tokens.get(range.clone())?;
    let window = window.first()?.span.cover(window.last()?.span);
    // Of equal ones the first.
    let mut best = (by_zone(article, range).into_iter().rev())
        .filter_map(|range| align(claim, &Words::among(&article.text, tokens, range)))
        .max_by_key(|a| a.score);
    for quote in &article.quotes {
        if quote.parts.len() > 1 && quote.span().overlaps(window) {
            let parts = align(claim, &Words::quoted(&article.text, tokens, &quote.parts));
            // The same words are better without what the article says between them.
            best = match (best, parts) {
                (Some(b), Some(p)) if p.score > b.score => Some(p),
                (None, p) => p,
                (b, _) => b,
            };
        }
    }
    let best = best?;
    let quote = quote_of(article, &best);
    Some((best, quote))
}

/// These tokens by zone: the end of a headline and the words that the story opens with are not one text. The body goes
/// on over what it surrounds.
fn by_zone(article: &Article, range: Range<usize>) -> Vec<Range<usize>> {
    let zones = || article.zones.iter();
    let body = zones().filter(|z| z.kind == ZoneKind::Body).map(|z| z.span).reduce(Span::cover);
    let spans = zones().filter(|z| z.kind != ZoneKind::Body).map(|z| z.span).chain(body);
    let inside = |span: Span| {
        let tokens = article.tokens.within(span);
        tokens.start.max(range.start)..tokens.end.min(range.end)
    };
    let parts: Vec<_> = spans.map(inside).filter(|r| !r.is_empty()).collect();
    if parts.is_empty() { vec![range] } else { parts }
}

/// The quote in which all words of the claim lie that are there: words of a quote and of the text around it together
/// are no quotation.
fn quote_of(article: &Article, alignment: &Alignment) -> Option<usize> {
    // A unit or a clitic that leans on the last word may stand outside.
    let inside =
        |span: Span, part: &Span| part.start <= span.start && span.start < part.end && span.end <= part.end + 2;
    article.quotes.iter().position(|q| {
        alignment.pieces.iter().all(|p| match p {
            Piece::Equal { text, .. } => q.parts.iter().any(|part| inside(*text, part)),
            _ => true,
        })
    })
}

/// How much each word of the claim tells.
struct Weights {
    /// Where each word is in the claim, and its weight.
    words: Vec<(Span, f32)>,
    total: f32,
}

impl Weights {
    fn of(tokens: &Tokens, probe: &Probe) -> Weights {
        let spans = tokens.iter().filter(|t| t.is_word()).map(|t| t.span);
        let words: Vec<(Span, f32)> = spans.zip(probe.weights()).collect();
        let total = words.iter().map(|(_, w)| w).sum();
        Weights { words, total }
    }

    /// Whether enough of the claim is there to call it an altered version.
    fn holds(&self, alignment: &Alignment) -> bool {
        let equal: f32 = (alignment.pieces.iter())
            .filter_map(|p| match p {
                Piece::Equal { claim, .. } => Some(*claim),
                _ => None,
            })
            .map(|span| self.words.iter().filter(|(w, _)| span.contains(*w)).map(|(_, weight)| weight).sum::<f32>())
            .sum();
        alignment.equal >= FEWEST_EQUAL.min(alignment.claim_words)
            && alignment.score > 0
            && (equal >= ALTERED * self.total || alignment.agreement() >= NEARLY_ALL)
    }
}

/// Groups the sources by their wording, the closest to the claim first.
fn wordings(sources: Vec<Source>, asked: Option<&Asked>) -> Vec<Wording> {
    let mut groups: FxHashMap<(Ruling, Vec<String>), Vec<Source>> = FxHashMap::default();
    for source in sources {
        let ruling = source.ruling();
        let a = &source.article;
        // All that is verbatim is one wording, whatever its case and marks.
        let wording = match ruling {
            Ruling::Verbatim => Vec::new(),
            _ => Words::among(&a.text, &a.tokens, a.tokens.within(source.alignment.text))
                .keys()
                .map(str::to_owned)
                .collect(),
        };
        groups.entry((ruling, wording)).or_default().push(source);
    }
    let by_date = |s: &Source| (s.date().is_none(), s.date());
    let mut out: Vec<Wording> = (groups.into_iter())
        .filter_map(|((ruling, _), mut sources)| {
            sources.sort_by(|a, b| by_date(a).cmp(&by_date(b)).then_with(|| a.article.id.cmp(&b.article.id)));
            let worth = |s: &Source| (asked.is_some_and(|asked| !s.speaks(asked)), s.standing());
            let (best, _) = sources.iter().enumerate().min_by_key(|(i, s)| (worth(s), *i))?;
            let source = sources.remove(best);
            Some(Wording { ruling, source, others: sources, at_least: false })
        })
        .collect();
    out.sort_by(|a, b| {
        let key = |w: &Wording| (w.ruling, std::cmp::Reverse(w.source.alignment.score), w.source.standing());
        (key(a).cmp(&key(b)))
            .then_with(|| by_date(&a.source).cmp(&by_date(&b.source)))
            .then_with(|| a.source.article.id.cmp(&b.source.article.id))
    });
    out
}

fn attribution(asked: &Asked, wording: &Wording) -> Attribution {
    let sources = || std::iter::once(&wording.source).chain(&wording.others);
    if sources().any(|s| s.speaks(asked)) {
        return Attribution::Confirmed;
    }
    let mut names: Vec<String> = Vec::new();
    for name in sources().filter_map(Source::speaker) {
        if !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() { Attribution::Unattributed } else { Attribution::Others(names) }
}

fn searched(selections: &[Selection]) -> index::Result<Searched> {
    let mut out = Searched::default();
    for segment in selections.iter().flat_map(Selection::segments) {
        let dates = Dates::of(&segment)?;
        for doc in segment.docs() {
            out.articles += 1;
            if let Some(day) = dates.certain(doc) {
                out.first = Some(out.first.map_or(day, |first| first.min(day)));
                out.last = out.last.max(Some(day));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
