//! Structure: the parts of a document put in reading order, and what each part is.
//!
//! The text comes out as headline, standfirst and body, each paragraph once, a blank line between them; [`layout`] says
//! where paragraphs are, this module what they are. A headline given by the metadata stands first, and is not doubled
//! where the body repeats it; otherwise a first line that looks like one is the headline (short, no full stop, prose
//! behind it), and if none does there is none. Behind it may come a standfirst (only if a byline follows, or the
//! metadata have it), a [`byline`] and the date; then the body, opened by a [`dateline`] perhaps, with [`furniture`] in
//! between.
//!
//! Nothing is dropped and nothing is moved: a zone says what a stretch of text is, and whoever reads the zones decides.

pub mod byline;
pub mod dateline;
mod furniture;
pub mod layout;

use std::borrow::Cow;

use crate::article::fold::fold_name;
use crate::article::{Article, Block, Body, MAX_TEXT, Notice, Span, Zone, ZoneKind};
use crate::parse::clean::{self, Repairs};
use dateline::Day;

/// The metadata that stand in the text as well.
#[derive(Default)]
pub struct Heading {
    pub headline: Option<String>,
    pub standfirst: Option<String>,
    /// As printed or as filed: "PARIS, June 2 (Reuters) -", "Paris".
    pub dateline: Option<String>,
}

/// What the text says of itself.
#[derive(Debug, Default)]
pub struct Found {
    /// The people in byline lines.
    pub byline: Vec<String>,
    /// Place and day of the dateline.
    pub place: Option<String>,
    pub day: Option<Day>,
    /// A line that is a date and nothing else.
    pub printed: Option<String>,
}

/// Paragraphs of the front (before the prose begins) that are looked at for bylines, dates and standfirsts.
const FRONT: usize = 8;
/// Headlines are no longer than this, in bytes.
const LONGEST_HEADLINE: usize = 150;

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

    fn str(&self, i: usize) -> &str {
        self.paragraphs.get(i).map_or("", |(s, _)| s.of(&self.text))
    }
}

/// Fills `text`, `zones` and `paragraphs`.
pub fn arrange(
    heading: Heading,
    body: Body,
    article: &mut Article,
    repairs: &mut Repairs,
    notices: &mut Vec<Notice>,
) -> Found {
    let mut draft = Draft::default();
    let filed = heading.dateline.as_deref();
    let mut plain = false;
    match body {
        Body::Plain(raw) => {
            plain = true;
            let text = clean::text(&raw, repairs);
            draft.push(&with_dateline(&text, filed), ZoneKind::Body);
        }
        Body::Blocks(blocks) => {
            let mut filed = filed;
            for Block { kind, text } in blocks {
                let text = clean::text(&text, repairs);
                let filed = if kind == ZoneKind::Body { filed.take() } else { None };
                draft.push(&with_dateline(&text, filed), kind);
            }
        }
        // Read back elsewhere.
        Body::Article(_) => {}
    }
    let front = front(&heading, &mut draft, plain);
    let mut found = Found::default();
    roles(&mut draft, plain, &mut found);
    if !assemble(front, draft, article, &mut found) {
        notices.push(Notice::new("text-cut", format!("longer than {MAX_TEXT} bytes: the rest was left out")));
    }
    if found.place.is_none()
        && let Some((place, day)) = filed.and_then(filed_place)
    {
        (found.place, found.day) = (Some(place), found.day.or(day));
    }
    found
}

/// The body with the dateline in front that the format filed apart, as it was printed; unless it is there.
fn with_dateline<'t>(body: &'t str, filed: Option<&str>) -> Cow<'t, str> {
    let Some(filed) = filed else { return Cow::Borrowed(body) };
    let start = body.trim_start();
    let printed = filed.ends_with(['-', '—', '–', '_', ')']);
    if !printed || start.starts_with(filed) || start.lines().next().and_then(dateline::find).is_some() {
        return Cow::Borrowed(body);
    }
    Cow::Owned(format!("{filed} {start}"))
}

/// Place and day of a dateline that stands in the metadata only.
fn filed_place(filed: &str) -> Option<(String, Option<Day>)> {
    let bare = dateline::without_agency(filed);
    match dateline::find(filed).or_else(|| dateline::find(bare)) {
        Some(found) => Some((found.place?, found.day)),
        None if !bare.is_empty() && bare.len() <= 80 => Some((bare.to_string(), None)),
        None => None,
    }
}

/// What stands before the body: headline and standfirst of the metadata, without what the body repeats of them.
fn front(heading: &Heading, draft: &mut Draft, plain: bool) -> Draft {
    let mut front = Draft::default();
    match &heading.headline {
        Some(headline) => {
            let key = fold_name(headline);
            let repeats = |p: &str| p.len() <= headline.len() * 2 + 40 && fold_name(p) == key;
            if let Some(i) = (0..draft.paragraphs.len().min(3)).find(|i| repeats(draft.str(*i))) {
                draft.paragraphs.remove(i);
            } else if let Some((_, kind)) = draft.paragraphs.first_mut().filter(|(s, kind)| {
                // "AP Photos The harbour reopens", "The harbour reopens - The Tarn Courier"
                let p = s.of(&draft.text);
                *kind == ZoneKind::Body
                    && p.len() <= headline.len() + 40
                    && key.len() > 12
                    && fold_name(p).contains(&key)
            }) {
                *kind = ZoneKind::Boilerplate;
            }
            // Blocks may hold the headline in another wording: the metadata's is the one.
            front.push(headline, ZoneKind::Headline);
        }
        None if plain && opens_with_headline(draft) => draft.paragraphs[0].1 = ZoneKind::Headline,
        None => {}
    }
    if let Some(standfirst) = &heading.standfirst {
        let key = fold_name(standfirst.trim_end_matches(['…', '.', ' ']));
        let has = |p: &str| p.len() + 8 >= standfirst.len() && fold_name(p).starts_with(&key);
        // Summaries of feeds are the beginning of the body.
        if !key.is_empty() && !(0..draft.paragraphs.len().min(4)).any(|i| has(draft.str(i))) {
            front.push(standfirst, ZoneKind::Standfirst);
        }
    }
    front
}

fn opens_with_headline(draft: &Draft) -> bool {
    let line = draft.str(0);
    let capitals = is_capitals(line);
    let words = line.split(' ').count();
    // Prose comes soon.
    let prose = (1..9).any(|i| {
        let p = draft.str(i);
        layout::ends_sentence(p) && p.len() > line.len().min(60) && p.contains(' ')
    });
    let bare = line.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    let ends = (bare.ends_with('.') && !bare.ends_with("...") && !capitals)
        // "…", she said: "No!"
        || (bare.len() < line.len() && bare.ends_with(['!', '?']) && words > 8);
    prose
        && line.len() <= LONGEST_HEADLINE
        && (2..=20).contains(&words)
        // A name is a byline that lost its "By".
        && !(words <= 3 && byline::people(line).len() == 1)
        && !ends
        && !line.ends_with([',', ':', ';', '-'])
        && !starts_lower(line)
        && furniture::kind(line).is_none()
        && !byline::is_byline(line)
        && !layout::is_item(line)
        && dateline::find(line).is_none()
}

/// Whether a line begins in mid-sentence; `iTunes` does not.
fn starts_lower(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next().is_some_and(char::is_lowercase) && !chars.next().is_some_and(char::is_uppercase)
}

fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// Finds bylines, dates and furniture among the paragraphs of the body.
fn roles(draft: &mut Draft, plain: bool, found: &mut Found) {
    let mut fronting = true;
    let mut seen = 0;
    for i in 0..draft.paragraphs.len() {
        let (span, kind) = draft.paragraphs[i];
        let paragraph = span.of(&draft.text);
        if kind == ZoneKind::Byline {
            found.byline.extend(byline::people(paragraph));
        }
        if kind != ZoneKind::Body {
            continue;
        }
        let mut role = furniture::kind(paragraph);
        if role.is_none() && fronting {
            seen += 1;
            if byline::is_byline(paragraph) {
                role = Some(ZoneKind::Byline);
                found.byline.extend(byline::people(paragraph));
                standfirst(draft, i, plain);
            } else if is_date(paragraph) {
                role = Some(ZoneKind::Dateline);
                found.printed.get_or_insert_with(|| paragraph.to_string());
            } else {
                fronting = seen < FRONT && !layout::ends_sentence(paragraph) && paragraph.len() < 200;
            }
        }
        if let Some(role) = role {
            draft.paragraphs[i].1 = role;
        }
    }
}

/// What stands between a headline and the byline at `byline` is the standfirst.
fn standfirst(draft: &mut Draft, byline: usize, plain: bool) {
    if plain && byline == 2 && draft.paragraphs[0].1 == ZoneKind::Headline && draft.str(1).len() <= 300 {
        let (_, kind) = &mut draft.paragraphs[1];
        if *kind == ZoneKind::Body {
            *kind = ZoneKind::Standfirst;
        }
    }
}

/// Whether a paragraph is a date and nothing else: "Friday, January 4, 2019", "Published: 2 June 2021 10:15".
fn is_date(paragraph: &str) -> bool {
    const WORDS: &[&str] = &[
        "published",
        "updated",
        "posted",
        "last",
        "first",
        "on",
        "at",
        "modified",
        "am",
        "pm",
        "gmt",
        "et",
        "est",
        "edt",
        "utc",
    ];
    if paragraph.len() > 70 || !paragraph.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let known = paragraph.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).all(|w| {
        WORDS.contains(&w.to_lowercase().as_str())
            || crate::parse::date::month(w).is_some()
            || crate::parse::date::weekday(w).is_some()
    });
    known && crate::parse::date::read(paragraph, crate::parse::date::Order::DayFirst).is_ok()
}

/// Joins front and body into the article's text, and cuts the dateline out of the first paragraph of prose. False if
/// the text grew too long and was cut.
fn assemble(front: Draft, draft: Draft, article: &mut Article, found: &mut Found) -> bool {
    let mut text = front.text;
    text.reserve(draft.text.len() + 2);
    let mut paragraphs = front.paragraphs;
    let mut whole = true;
    for (span, kind) in draft.paragraphs {
        let paragraph = span.of(&draft.text);
        let room = MAX_TEXT.saturating_sub(text.len() + 2);
        whole = paragraph.len() <= room;
        let kept = paragraph[..paragraph.floor_char_boundary(room)].trim_end();
        if !kept.is_empty() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            let start = text.len();
            text.push_str(kept);
            paragraphs.push((Span::new(start, text.len()), kind));
        }
        if !whole {
            break;
        }
    }
    let mut opening = true;
    for (span, kind) in paragraphs {
        article.paragraphs.push(span);
        let mut body = span;
        if kind == ZoneKind::Body && opening {
            let paragraph = span.of(&text);
            if let Some(line) = dateline::find(paragraph) {
                let end = span.start as usize + line.len;
                article.zones.push(Zone { kind: ZoneKind::Dateline, span: Span::new(span.start as usize, end) });
                (found.place, found.day) = (line.place, line.day);
                body = Span::new(end, span.end as usize).trim(&text);
                opening = false;
            } else {
                // A subheading or a label may stand before the story.
                opening = !layout::ends_sentence(paragraph) && paragraph.len() < 200;
            }
        }
        if body.is_empty() {
            continue;
        }
        match article.zones.last_mut() {
            Some(zone) if zone.kind == kind && kind == ZoneKind::Body => zone.span.end = body.end,
            _ => article.zones.push(Zone { kind, span: body }),
        }
    }
    article.text = text;
    whole
}
