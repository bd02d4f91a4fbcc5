//! Articles in newsdex's own format, read back: what is whole stays as it is.
//!
//! The text is frozen and its spans are believed as far as they fit it; those that do not are dropped, with a notice.
//! What is missing (paragraphs, zones) is found without touching the text.

use crate::article::{Article, Notice, Span, Zone, ZoneKind};

/// Whether nothing but text and metadata is there: then the text may be understood like any other.
pub fn is_bare(article: &Article) -> bool {
    article.paragraphs.is_empty()
        && article.sentences.is_empty()
        && article.quotes.is_empty()
        && article.mentions.is_empty()
        && article.entities.is_empty()
}

/// Drops spans that do not fit the text or each other, then finds paragraphs and zones where there are none.
pub fn complete(article: &mut Article, notices: &mut Vec<Notice>) {
    let text = std::mem::take(&mut article.text);
    let fits = |s: Span| s.start < s.end && text.get(s.range()).is_some();
    let mut dropped = 0;
    let mut keep = |ok: bool| {
        dropped += !ok as usize;
        ok
    };
    let mut end = 0;
    article.zones.retain(|z| keep(fits(z.span) && follows(z.span, &mut end)));
    end = 0;
    article.paragraphs.retain(|p| keep(fits(*p) && follows(*p, &mut end)));
    end = 0;
    article.sentences.retain(|s| keep(fits(*s) && follows(*s, &mut end)));
    end = 0;
    let entities = article.entities.len();
    article.mentions.retain(|m| keep(fits(m.span) && (m.entity as usize) < entities && follows(m.span, &mut end)));
    end = 0;
    article.quotes.retain_mut(|q| {
        q.cue = q.cue.filter(|c| keep(fits(*c)));
        q.confidence = q.confidence.clamp(0.0, 1.0);
        if let Some(speaker) = &mut q.speaker {
            speaker.confidence = speaker.confidence.clamp(0.0, 1.0);
            speaker.mention = speaker.mention.filter(|m| keep(fits(*m)));
            speaker.entity = speaker.entity.filter(|e| (*e as usize) < entities);
        }
        let before = end;
        let good = !q.parts.is_empty() && q.parts.iter().all(|p| fits(*p) && follows(*p, &mut end));
        if !good {
            end = before;
        }
        keep(good)
    });
    article.text = text;
    if dropped > 0 {
        notices.push(Notice::new("bad-offsets", format!("{dropped} spans do not fit the text and were left out")));
    }
    if article.paragraphs.is_empty() {
        article.paragraphs = paragraphs(&article.text);
    }
    if article.zones.is_empty()
        && let (Some(first), Some(last)) = (article.paragraphs.first(), article.paragraphs.last())
    {
        article.zones.push(Zone { kind: ZoneKind::Body, span: first.cover(*last) });
    }
    if article.paragraphs.is_empty() {
        // Of a text without words nothing can be quoted.
        article.quotes.clear();
    }
    let last = article.paragraphs.len().saturating_sub(1);
    for i in 0..article.quotes.len() {
        let start = article.quotes[i].span().start;
        let known = article.quotes[i].paragraph as usize;
        if known > last || !article.paragraphs[known].contains(Span { start, end: start }) {
            article.quotes[i].paragraph = article.paragraph_at(start) as u32;
        }
    }
}

/// Whether a span lies behind all before it.
fn follows(span: Span, end: &mut u32) -> bool {
    let ok = span.start >= *end;
    if ok {
        *end = span.end;
    }
    ok
}

/// Stretches between blank lines.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    for part in text.split("\n\n") {
        let span = Span::new(start, start + part.len()).trim(text);
        if !span.is_empty() {
            out.push(span);
        }
        start += part.len() + 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Quote, QuoteKind, Resolved, Speaker};

    fn quote(confidence: f32, of_speaker: f32) -> Quote {
        let speaker = Speaker {
            name: None,
            mention: None,
            role: None,
            affiliation: None,
            resolved: Resolved::Named,
            confidence: of_speaker,
            entity: None,
        };
        let parts = vec![Span::new(0, 1)];
        Quote { kind: QuoteKind::Direct, parts, paragraph: 9, cue: None, confidence, speaker: Some(speaker) }
    }

    #[test]
    fn confidences_out_of_range_and_quotes_of_nothing_are_mended() {
        let complete = |text: &str, quotes| {
            let mut article = Article { text: text.into(), quotes, ..Article::default() };
            complete(&mut article, &mut Vec::new());
            article
        };
        let article = complete("It sails.", vec![quote(5.9, -0.2)]);
        let kept = &article.quotes[0];
        assert_eq!((kept.confidence, kept.paragraph), (1.0, 0));
        assert_eq!(kept.speaker.as_ref().map(|s| s.confidence), Some(0.0));
        assert!(complete(" \n", vec![quote(0.5, 0.5)]).quotes.is_empty());
    }
}
