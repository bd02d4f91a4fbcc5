//! Quotes: which words are somebody's, and whose.
//!
//! Four steps, each over what the one before left: quotation marks are paired and sentences cut around them ([`view`],
//! [`marks`]); transcripts and posts are known by their layout ([`layout`]), verbs of speech claim the words they
//! introduce ([`claim`]), and quotations without one are judged by their looks ([`extract`]); the words that name the
//! speaker are found ([`speaker`]) and led to a person of the article ([`resolve`]). Nothing is invented: a quote whose
//! speaker the text does not name keeps none.
//!
//! Every step is linear in the article's length; what a single cue may look at is bounded.

mod claim;
mod extract;
mod layout;
mod lexicon;
mod linear;
mod marks;
mod resolve;
mod speaker;
#[cfg(feature = "train")]
pub mod train;
mod view;

use crate::article::{Article, Quote, QuoteKind, Span, confidence};
use extract::Draft;
use linear::Linear;
use resolve::Memory;
use view::{Sign, View};

/// The weights that `newsdex-train quotes` made; `quotes.md` beside them says from what and how good they are.
static WEIGHTS: &[u8] = include_bytes!("../model/quotes.bin");

/// Fills `quotes` from the text, its tokens, sentences, paragraphs, mentions and entities.
pub fn annotate(article: &mut Article) {
    annotate_with(article, WEIGHTS);
}

/// As [`annotate`], by weights of one's own, as `newsdex-train quotes` writes them.
pub fn annotate_with(article: &mut Article, weights: &[u8]) {
    article.quotes = quotes(article, weights);
    for quote in &mut article.quotes {
        quote.confidence = confidence(quote.confidence);
        if let Some(speaker) = &mut quote.speaker {
            speaker.confidence = confidence(speaker.confidence);
        }
    }
}

fn quotes(article: &Article, weights: &[u8]) -> Vec<Quote> {
    let view = View::of(article);
    let model = Linear::read(weights);
    let drafts = extract::drafts(&view, &model);
    let mut memory = Memory::of(&view, &drafts);
    let mut candidates = speaker::Candidates::default();
    let mut out: Vec<Quote> = Vec::with_capacity(drafts.len());
    let mut last: Option<Draft> = None;
    // The last quote that one without a speaker may go on with.
    let mut carrier: Option<usize> = None;
    for draft in drafts {
        // "..." she said. "..." is one quotation.
        if let (Some(before), Some(quote)) = (&last, out.last_mut())
            && draft.cue.is_none()
            && draft.by.is_none()
            && before.by.is_none()
            && goes_on(&view, before, &draft)
        {
            quote.parts.extend(draft.parts.iter().filter_map(|p| trim(&view, p.clone())));
            if quote.kind == QuoteKind::Indirect {
                quote.kind = QuoteKind::Mixed;
            }
            last = Some(Draft { cue: before.cue.clone(), ..draft });
            continue;
        }
        let signed = speaker::signed(&view, &draft.parts[0]).filter(|_| draft.cue.is_none() && draft.by.is_none());
        // What is posted or signed stands by itself: the text beside it does not go on with its author.
        let apart = signed.is_some() || (draft.by.is_some() && draft.cue.is_none());
        let named = match &draft.cue {
            _ if draft.by.is_some() => None,
            _ if signed.is_some() => signed,
            Some(cue) => speaker::beside(&view, &model, cue, &draft.parts, &mut candidates),
            None => speaker::around(&view, &draft.parts[0]),
        };
        let speaker = match named {
            _ if draft.by.is_some() => draft.by.clone().map(|by| resolve::labelled(&view, by, draft.confidence)),
            Some(n) => Some(resolve::speaker(&view, &memory, n.tokens, n.confidence)),
            None if draft.cue.is_none() => carrier.and_then(|q| speaker::carried(&view, &out[q], &draft.parts[0])),
            None => None,
        };
        if let Some(speaker) = speaker.as_ref().filter(|_| !apart) {
            let first = draft.parts[0].start;
            let paragraph = view.units[view.unit[first] as usize].paragraph as usize;
            memory.heard(speaker, paragraph, view.tokens[first].span.start);
            if let Some(mention) = speaker.mention {
                memory.read(&view, mention);
            }
            if let (Some(cue), Some(entity)) = (&draft.cue, speaker.entity) {
                memory.wrote(&view, cue.start, entity);
            }
        }
        if let Some(quote) = settle(&view, &draft, speaker) {
            carrier = if apart { carrier } else { Some(out.len()) };
            out.push(quote);
            last = Some(draft);
        }
    }
    out
}

/// Whether `next` goes on with the quotation of `before`: in its paragraph with nothing but the cue's clause between,
/// or at the start of the next paragraph where the marks say so.
fn goes_on(view: &View, before: &Draft, next: &Draft) -> bool {
    let (Some(a), Some(b)) = (before.parts.last(), next.parts.first()) else { return false };
    if let Some(r) = view.region_at(a.start)
        && view.regions[r].continues
        && view.region_at(b.start) == Some(r + 1)
    {
        return true;
    }
    let (u, v) = (view.unit[a.start] as usize, view.unit[b.start] as usize);
    before.cue.as_ref().is_some_and(|c| c.start >= a.end)
        && v == u + 1
        && view.units[u].paragraph == view.units[v].paragraph
        && view.units[v].start == b.start
}

/// The quote of a draft, with marks and outer punctuation cut off. The one place that makes quotes.
fn settle(view: &View, draft: &Draft, speaker: Option<crate::article::Speaker>) -> Option<Quote> {
    // What the layout gives to somebody is given to the last stop.
    let whole = |p: &std::ops::Range<usize>| view.tokens[p.start].span.cover(view.tokens[p.end - 1].span);
    let parts: Vec<Span> = match draft.by {
        Some(_) => draft.parts.iter().map(whole).collect(),
        None => draft.parts.iter().filter_map(|p| trim(view, p.clone())).collect(),
    };
    let first = parts.first()?;
    let (mut marked, mut bare) = (false, false);
    for i in draft.parts.iter().flat_map(|p| p.clone()).filter(|&i| view.tokens[i].is_word()) {
        if view.region_at(i).is_some() { marked = true } else { bare = true }
    }
    let kind = match (marked, bare) {
        _ if draft.by.is_some() => QuoteKind::Direct,
        (true, false) => QuoteKind::Direct,
        (true, true) => QuoteKind::Mixed,
        _ => QuoteKind::Indirect,
    };
    let cue = draft.cue.as_ref().map(|c| view.tokens[c.start].span.cover(view.tokens[c.end - 1].span));
    let paragraph = view.article.paragraph_at(first.start) as u32;
    Some(Quote { kind, parts, paragraph, cue, confidence: draft.confidence, speaker })
}

/// The span of a part without marks and punctuation at its ends; a stop stays with a quotation that holds one.
fn trim(view: &View, mut part: std::ops::Range<usize>) -> Option<Span> {
    let drop_left =
        |s| matches!(s, Sign::Comma | Sign::Stop | Sign::Colon | Sign::Semicolon | Sign::Dash | Sign::Quote);
    while part.start < part.end && drop_left(view.sign(part.start)) {
        part.start += 1;
    }
    while part.start < part.end {
        let last = part.end - 1;
        match view.sign(last) {
            Sign::Comma | Sign::Colon | Sign::Semicolon | Sign::Dash | Sign::Quote => part.end -= 1,
            Sign::Stop if view.region_at(last).is_none() => part.end -= 1,
            _ => break,
        }
    }
    let words = part.clone().any(|i| view.tokens[i].is_word());
    words.then(|| view.tokens[part.start].span.cover(view.tokens[part.end - 1].span))
}

#[cfg(test)]
mod tests {
    use crate::article::{Body, RawDocument};
    use crate::parse::parse;
    use proptest::prelude::*;

    const PIECES: &[&str] = &[
        "\"",
        "“",
        "”",
        "'",
        "‘",
        "’",
        "«",
        "»",
        "„",
        "``",
        "''",
        " ",
        " ",
        " ",
        "\n\n",
        ". ",
        ", ",
        ": ",
        " — ",
        "? ",
        "he ",
        "said ",
        "told ",
        "asked ",
        "that ",
        "according to ",
        "Orla Venn",
        "the mayor ",
        "it ",
        "was ",
        "cold ",
        "and ",
        "\" ",
        " \"",
        ",\" ",
        "says",
        "called ",
        "adding ",
    ];

    proptest! {
        /// What the index relies on: see [`crate::article::Quote`].
        #[test]
        fn quotes_stand_in_order_and_apart(pieces in proptest::collection::vec(0..PIECES.len(), 0..120)) {
            let text: String = pieces.iter().map(|&p| PIECES[p]).collect();
            let article = parse(RawDocument { body: Body::Plain(text), ..RawDocument::default() }).article;
            let mut end = 0;
            for quote in &article.quotes {
                prop_assert!(!quote.parts.is_empty());
                for part in &quote.parts {
                    prop_assert!(part.start >= end && part.start < part.end);
                    prop_assert!(article.text.get(part.range()).is_some());
                    end = part.end;
                }
                prop_assert!((0.0..=1.0).contains(&quote.confidence));
            }
        }
    }
}
