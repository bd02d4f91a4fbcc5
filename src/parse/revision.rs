//! Does an article say that it stands in for an earlier text of its own: a correction, an update?
//!
//! Outlets say so in three ways: a time of update after that of publication, a mark on the headline ("UPDATE 2-",
//! "CORRECTED-", "(updated)"), or a note before or after the text ("An earlier version of this article said …"). Only
//! what is said counts. That a story *reports* a correction ("Minister corrects figures") says nothing about itself.

use crate::article::Article;

/// Marks that a desk puts before a headline, in lower case; a number may follow, then a dash or a colon.
const HEADLINE_MARKS: &[&str] =
    &["update", "updated", "corrected", "correction", "refile", "recast", "clarified", "rectificatif"];

/// What ends a headline, in brackets.
const HEADLINE_ENDS: &[&str] = &["updated", "corrected", "update", "correction", "amended"];

/// What a paragraph opens with that speaks of the article itself, in lower case; a date may come before the colon.
const NOTE_LABELS: &[&str] = &["correction", "corrections", "clarification", "correction and clarification"];

/// What such a paragraph says, in lower case.
const NOTE_WORDS: &[&str] = &[
    "earlier version of this",
    "previous version of this",
    "original version of this",
    "this article was amended",
    "this article was corrected",
    "this article was updated",
    "this article has been amended",
    "this article has been corrected",
    "this article has been updated",
    "this story was corrected",
    "this story was updated",
    "this story has been corrected",
    "this story has been updated",
    "this report has been corrected",
    "this report has been updated",
    "this version corrects",
];

/// Notes stand among so many paragraphs at the beginning and at the end.
const FIRST: usize = 4;
const LAST: usize = 4;

/// Whether the article says that it corrects or updates what it said before.
pub fn says_so(article: &Article) -> bool {
    let later = matches!((article.updated, article.published), (Some(u), Some(p)) if u > p);
    later || article.headline().is_some_and(marked) || notes(article).any(is_note)
}

fn marked(headline: &str) -> bool {
    let headline = headline.trim().to_lowercase();
    let before = HEADLINE_MARKS.iter().any(|mark| {
        headline.strip_prefix(mark).is_some_and(|rest| {
            let rest = rest.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
            rest.starts_with(['-', '–', '—', ':'])
        })
    });
    let after = headline.strip_suffix([')', ']']).is_some_and(|rest| {
        HEADLINE_ENDS.iter().any(|end| rest.strip_suffix(end).is_some_and(|rest| rest.ends_with(['(', '['])))
    });
    before || after
}

/// The paragraphs in which a note may stand.
fn notes(article: &Article) -> impl Iterator<Item = &str> {
    let n = article.paragraphs.len();
    let near = move |i: usize| i < FIRST || i + LAST >= n;
    article.paragraphs.iter().enumerate().filter(move |(i, _)| near(*i)).map(|(_, p)| p.of(&article.text))
}

fn is_note(paragraph: &str) -> bool {
    // A note is a sentence or three.
    let head: String = paragraph.chars().take(400).collect::<String>().to_lowercase();
    let head = head.trim_start_matches(|c: char| !c.is_alphanumeric());
    let label = NOTE_LABELS.iter().any(|label| {
        head.strip_prefix(label).and_then(|rest| rest.split_once(':')).is_some_and(|(date, _)| date.len() <= 24)
    });
    let corrects = paragraph.trim_start().starts_with("(Corrects ") || paragraph.trim_start().starts_with("(Updates ");
    label || corrects || NOTE_WORDS.iter().any(|words| head.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Body, Origin, RawDocument};
    use crate::parse;

    fn parsed(headline: &str, body: &str, updated: Option<&str>) -> Article {
        parse::parse(RawDocument {
            origin: Origin { path: "a.json".into(), record: 1, ..Origin::default() },
            headline: Some(headline.into()),
            published: Some("2023-03-25".into()),
            updated: updated.map(Into::into),
            body: Body::Plain(body.into()),
            ..RawDocument::default()
        })
        .article
    }

    #[test]
    fn what_says_so_and_what_does_not() {
        const BODY: &str = "The ferry sails at nine.\n\nThe quay is closed until Monday, the harbour said.";
        let noted = |note: &str| format!("{note}\n\n{BODY}");
        for (headline, body, updated, says) in [
            ("Ferry sails", BODY.to_owned(), None, false),
            ("Ferry sails", BODY.to_owned(), Some("2023-03-25"), false),
            ("Ferry sails", BODY.to_owned(), Some("2023-03-27"), true),
            ("UPDATE 2-Ferry sails", BODY.to_owned(), None, true),
            ("CORRECTED: Ferry sails", BODY.to_owned(), None, true),
            ("Ferry sails (updated)", BODY.to_owned(), None, true),
            ("Update on the ferry: it sails", BODY.to_owned(), None, false),
            ("Minister corrects ferry figures", BODY.to_owned(), None, false),
            ("Ferry sails", noted("Correction, March 27: The ferry sails at nine, not at ten."), None, true),
            ("Ferry sails", noted("An earlier version of this article gave the wrong hour."), None, true),
            ("Ferry sails", noted("(Corrects hour in the second paragraph)"), None, true),
            ("Ferry sails", noted("The correction of the timetable came late, travellers said: an hour."), None, false),
        ] {
            assert_eq!(says_so(&parsed(headline, &body, updated)), says, "{headline} / {body} / {updated:?}");
        }
    }
}
