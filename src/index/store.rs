//! A whole article as bytes, for the document store.
//!
//! Everything is kept that [`Article`] has, so that `show`, highlights and a rebuild need no original file, except
//! the tokens, which are cut anew from the text: it is the one tokenisation, and faster than reading them.
//!
//! Numbers are varints (seven bits a byte, low ones first), signed ones zigzag; strings and lists have their length
//! before them; spans are the distance from the end of the span before and a length. What stands in the text (names, as
//! a rule) is not written again but pointed to. Probabilities are kept to a ten-thousandth. The first byte is [`VERSION`].
//! Reading is total: any bytes give an article or [`Corrupt`], and memory is bounded by their number.

use std::fmt;

use jiff::civil::{Date, Time};
use rustc_hash::FxHashMap;

use super::FileKey;
use super::versions::Version;
use crate::article::{
    Article, CONFIDENCES, DateFrom, Dateline, Entity, EntityType, Gender, Mention, Origin, Quote, QuoteKind, Resolved,
    Span, Speaker, Stamp, Tokens, Zone, ZoneKind,
};

/// Raised whenever the layout below changes; part of the index's version.
pub const VERSION: u8 = 1;

/// These bytes are not an article of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored article cannot be read")
    }
}

impl std::error::Error for Corrupt {}

/// Encodes an article.
pub fn encode(article: &Article) -> Vec<u8> {
    let mut out = Out(Vec::with_capacity(article.text.len() + 512));
    out.0.push(VERSION);
    out.article(article);
    out.0
}

/// Decodes what [`encode`] made, tokens included.
pub fn decode(bytes: &[u8]) -> Result<Article, Corrupt> {
    let mut input = In(bytes);
    if input.byte()? != VERSION {
        return Err(Corrupt);
    }
    let mut article = input.article()?;
    if !input.0.is_empty() {
        return Err(Corrupt);
    }
    article.tokens = Tokens::of(&article.text);
    Ok(article)
}

/// Encodes the earlier texts of an article.
pub fn encode_versions(versions: &[Version]) -> Vec<u8> {
    let mut out = Out(vec![VERSION]);
    out.list(versions, |o, v| {
        o.number(v.file.0);
        o.article(&v.article);
    });
    out.0
}

/// Decodes what [`encode_versions`] made; nothing is no versions.
pub fn decode_versions(bytes: &[u8]) -> Result<Vec<Version>, Corrupt> {
    let mut input = In(bytes);
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    if input.byte()? != VERSION {
        return Err(Corrupt);
    }
    let versions = input.list(|i| {
        let file = FileKey(i.number()?);
        let mut article = i.article()?;
        article.tokens = Tokens::of(&article.text);
        Ok(Version { article, file })
    })?;
    if input.0.is_empty() { Ok(versions) } else { Err(Corrupt) }
}

/// The enums of the article, as the bytes that stand for them: their places in the list of all. To reorder such a list
/// is to change the layout.
trait Code: Copy + PartialEq + 'static {
    const ALL: &'static [Self];

    fn code(self) -> u8 {
        Self::ALL.iter().position(|v| *v == self).unwrap_or_default() as u8
    }
}

macro_rules! codes {
    ($($name:ty),+) => { $(impl Code for $name { const ALL: &'static [Self] = <$name>::ALL; })+ };
}
codes!(ZoneKind, DateFrom, QuoteKind, Resolved, EntityType);

impl Code for Gender {
    const ALL: &'static [Self] = &[Self::Female, Self::Male];
}

struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(0x80 | (n & 0x7f) as u8);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    fn signed(&mut self, n: i64) {
        self.number(((n << 1) ^ (n >> 63)) as u64);
    }

    fn code(&mut self, value: impl Code) {
        self.0.push(value.code());
    }

    fn string(&mut self, s: &str) {
        self.number(s.len() as u64);
        self.0.extend_from_slice(s.as_bytes());
    }

    /// One byte, 0 or 1, then the value.
    fn option<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.0.push(value.is_some() as u8);
        if let Some(v) = value {
            put(self, v);
        }
    }

    fn list<T>(&mut self, items: &[T], mut put: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|item| put(self, item));
    }

    fn strings(&mut self, items: &[String]) {
        self.list(items, |o, s| o.string(s));
    }

    fn confidence(&mut self, p: f32) {
        self.0.extend_from_slice(&((p.clamp(0.0, 1.0) * CONFIDENCES).round() as u16).to_le_bytes());
    }

    /// A string that may be one of the `known`: its number from 1, else 0 and the string.
    fn known<'k>(&mut self, s: &str, known: impl IntoIterator<Item = &'k String>) {
        match known.into_iter().position(|k| k == s) {
            Some(i) => self.number(i as u64 + 1),
            None => {
                self.number(0);
                self.string(s);
            }
        }
    }

    /// A name: where it stands in the text (from 1) and its length, or 0 and the name.
    fn form(&mut self, name: &str, mentioned: &FxHashMap<&str, Span>) {
        match mentioned.get(name) {
            Some(span) => {
                self.number(u64::from(span.start) + 1);
                self.number(span.len() as u64);
            }
            None => {
                self.number(0);
                self.string(name);
            }
        }
    }

    /// A span after one that ended at `last`, which moves on.
    fn span(&mut self, last: &mut u32, span: Span) {
        self.signed(i64::from(span.start) - i64::from(*last));
        self.number(span.end.saturating_sub(span.start).into());
        *last = span.end;
    }

    fn spans(&mut self, spans: &[Span]) {
        let mut last = 0;
        self.list(spans, |o, s| o.span(&mut last, *s));
    }

    fn date(&mut self, date: Date) {
        self.signed(date.year().into());
        self.0.extend([date.month() as u8, date.day() as u8]);
    }

    fn stamp(&mut self, stamp: Stamp) {
        self.date(stamp.date);
        self.option(stamp.time, |o, t| {
            o.0.extend([t.hour() as u8, t.minute() as u8, t.second() as u8]);
            o.number(t.subsec_nanosecond() as u64);
        });
        self.option(stamp.offset, |o, seconds| o.signed(seconds.into()));
    }

    fn origin(&mut self, origin: &Origin) {
        self.option(origin.collection.as_deref(), Self::string);
        self.string(&origin.path);
        self.option(origin.member.as_deref(), Self::string);
        self.number(origin.record);
        // A digest is half as long in binary; what is no digest is kept as it is.
        self.option(digest_bytes(&origin.sha256), |o, digest| o.0.extend(digest));
        if digest_bytes(&origin.sha256).is_none() {
            self.string(&origin.sha256);
        }
    }

    fn article(&mut self, a: &Article) {
        self.string(&a.id);
        self.origin(&a.origin);
        self.option(a.url.as_deref(), Self::string);
        self.option(a.source.as_deref(), Self::string);
        self.strings(&a.byline);
        self.option(a.dateline.as_ref(), |o, d| {
            o.option(d.place.as_deref(), Self::string);
            o.option(d.date, Self::date);
        });
        self.option(a.published, Self::stamp);
        self.option(a.published_from, Self::code);
        self.option(a.updated, Self::stamp);
        self.option(a.section.as_deref(), Self::string);
        self.strings(&a.topics);
        self.strings(&a.places);
        self.option(a.language.as_deref(), Self::string);
        self.string(&a.text);
        let mut last = 0;
        self.list(&a.zones, |o, z| {
            o.code(z.kind);
            o.span(&mut last, z.span);
        });
        self.spans(&a.paragraphs);
        self.spans(&a.sentences);
        self.entities(a);
        let mut last = 0;
        self.list(&a.mentions, |o, m| {
            o.span(&mut last, m.span);
            // A mention is of its entity's kind, unless said otherwise.
            let differs = a.entities.get(m.entity as usize).is_none_or(|e| e.kind != m.kind);
            o.number(u64::from(m.entity) << 1 | u64::from(differs));
            if differs {
                o.code(m.kind);
            }
        });
        let mut last = 0;
        self.list(&a.quotes, |o, q| o.quote(q, &a.entities, &mut last));
    }

    fn entities(&mut self, a: &Article) {
        let mentions = a.mentions.iter().map(|m| m.span).filter(|s| !s.of(&a.text).is_empty());
        let mentioned = mentions.map(|s| (s.of(&a.text), s)).collect();
        self.list(&a.entities, |o, e| {
            o.form(&e.name, &mentioned);
            o.code(e.kind);
            o.number(e.mentions.into());
            o.list(&e.variants, |o, v| o.form(v, &mentioned));
            o.option(e.gender, Self::code);
            o.strings(&e.roles);
        });
    }

    fn quote(&mut self, q: &Quote, entities: &[Entity], last: &mut u32) {
        self.code(q.kind);
        self.list(&q.parts, |o, p| o.span(last, *p));
        self.number(q.paragraph.into());
        self.option(q.cue, |o, cue| o.span(last, cue));
        self.confidence(q.confidence);
        self.option(q.speaker.as_ref(), |o, s| {
            o.option(s.entity, |o, e| o.number(e.into()));
            let entity = s.entity.and_then(|e| entities.get(e as usize));
            o.option(s.name.as_deref(), |o, name| o.known(name, entity.map(|e| &e.name)));
            o.option(s.mention, |o, mention| o.span(last, mention));
            o.option(s.role.as_deref(), |o, role| o.known(role, entity.into_iter().flat_map(|e| &e.roles)));
            o.option(s.affiliation.as_deref(), Self::string);
            o.code(s.resolved);
            o.confidence(s.confidence);
        });
    }
}

/// The 32 bytes of a SHA-256 in lower-case hexadecimal.
fn digest_bytes(hex: &str) -> Option<[u8; 32]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digest_hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 0xf]).filter_map(|d| char::from_digit(d.into(), 16)).collect()
}

struct In<'b>(&'b [u8]);

type Read<T> = Result<T, Corrupt>;

impl<'b> In<'b> {
    fn take(&mut self, n: usize) -> Read<&'b [u8]> {
        let (head, tail) = self.0.split_at_checked(n).ok_or(Corrupt)?;
        self.0 = tail;
        Ok(head)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Read<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            n |= u64::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok(n);
            }
        }
        Err(Corrupt)
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Read<T> {
        self.number()?.try_into().map_err(|_| Corrupt)
    }

    fn signed(&mut self) -> Read<i64> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn code<T: Code>(&mut self) -> Read<T> {
        let byte = self.byte()?;
        T::ALL.get(byte as usize).copied().ok_or(Corrupt)
    }

    fn string(&mut self) -> Read<String> {
        let len = self.small()?;
        Ok(std::str::from_utf8(self.take(len)?).map_err(|_| Corrupt)?.to_owned())
    }

    fn option<T>(&mut self, get: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        match self.byte()? {
            0 => Ok(None),
            1 => get(self).map(Some),
            _ => Err(Corrupt),
        }
    }

    fn list<T>(&mut self, mut get: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let len: usize = self.small()?;
        // Every item has a byte at least: a length beyond that is corrupt, and reserves nothing.
        if len > self.0.len() {
            return Err(Corrupt);
        }
        (0..len).map(|_| get(self)).collect()
    }

    fn strings(&mut self) -> Read<Vec<String>> {
        self.list(Self::string)
    }

    fn confidence(&mut self) -> Read<f32> {
        let bytes = self.take(2)?.try_into().map_err(|_| Corrupt)?;
        Ok(f32::from(u16::from_le_bytes(bytes)) / CONFIDENCES)
    }

    fn known<'k>(&mut self, known: impl IntoIterator<Item = &'k String>) -> Read<String> {
        match self.small::<usize>()?.checked_sub(1) {
            Some(i) => known.into_iter().nth(i).cloned().ok_or(Corrupt),
            None => self.string(),
        }
    }

    fn form(&mut self, text: &str) -> Read<String> {
        match self.small::<usize>()?.checked_sub(1) {
            Some(start) => {
                let end = start.checked_add(self.small()?).ok_or(Corrupt)?;
                text.get(start..end).map(str::to_owned).ok_or(Corrupt)
            }
            None => self.string(),
        }
    }

    fn span(&mut self, last: &mut u32) -> Read<Span> {
        let start = i64::from(*last).checked_add(self.signed()?).and_then(|n| u32::try_from(n).ok()).ok_or(Corrupt)?;
        let end = start.checked_add(self.small()?).ok_or(Corrupt)?;
        *last = end;
        Ok(Span { start, end })
    }

    fn spans(&mut self) -> Read<Vec<Span>> {
        let mut last = 0;
        self.list(|i| i.span(&mut last))
    }

    fn date(&mut self) -> Read<Date> {
        let year = self.signed()?.try_into().map_err(|_| Corrupt)?;
        let (month, day) = (self.byte()? as i8, self.byte()? as i8);
        Date::new(year, month, day).map_err(|_| Corrupt)
    }

    fn stamp(&mut self) -> Read<Stamp> {
        let date = self.date()?;
        let time = self.option(|i| {
            let (h, m, s) = (i.byte()? as i8, i.byte()? as i8, i.byte()? as i8);
            Time::new(h, m, s, i.small()?).map_err(|_| Corrupt)
        })?;
        let offset = self.option(|i| i.signed()?.try_into().map_err(|_| Corrupt))?;
        Ok(Stamp { date, time, offset })
    }

    fn origin(&mut self) -> Read<Origin> {
        Ok(Origin {
            collection: self.option(Self::string)?,
            path: self.string()?,
            member: self.option(Self::string)?,
            record: self.number()?,
            sha256: match self.option(|i| i.take(32).map(digest_hex))? {
                Some(hex) => hex,
                None => self.string()?,
            },
        })
    }

    /// The article without its tokens. Fields are read in the order in which they are written.
    fn article(&mut self) -> Read<Article> {
        let (mut zones, mut mentions, mut quotes) = (0, 0, 0);
        let mut a = Article {
            id: self.string()?,
            origin: self.origin()?,
            url: self.option(Self::string)?,
            source: self.option(Self::string)?,
            byline: self.strings()?,
            dateline: self.option(|i| Ok(Dateline { place: i.option(Self::string)?, date: i.option(Self::date)? }))?,
            published: self.option(Self::stamp)?,
            published_from: self.option(Self::code)?,
            updated: self.option(Self::stamp)?,
            section: self.option(Self::string)?,
            topics: self.strings()?,
            places: self.strings()?,
            language: self.option(Self::string)?,
            text: self.string()?,
            zones: self.list(|i| Ok(Zone { kind: i.code()?, span: i.span(&mut zones)? }))?,
            paragraphs: self.spans()?,
            sentences: self.spans()?,
            ..Article::default()
        };
        a.entities = self.list(|i| i.entity(&a.text))?;
        a.mentions = self.list(|i| {
            let span = i.span(&mut mentions)?;
            let number = i.number()?;
            let entity = u32::try_from(number >> 1).map_err(|_| Corrupt)?;
            let kind = match number & 1 {
                0 => a.entities.get(entity as usize).ok_or(Corrupt)?.kind,
                _ => i.code()?,
            };
            Ok(Mention { span, kind, entity })
        })?;
        a.quotes = self.list(|i| i.quote(&a.entities, &mut quotes))?;
        Ok(a)
    }

    fn entity(&mut self, text: &str) -> Read<Entity> {
        Ok(Entity {
            name: self.form(text)?,
            kind: self.code()?,
            mentions: self.small()?,
            variants: self.list(|i| i.form(text))?,
            gender: self.option(Self::code)?,
            roles: self.strings()?,
        })
    }

    fn quote(&mut self, entities: &[Entity], last: &mut u32) -> Read<Quote> {
        Ok(Quote {
            kind: self.code()?,
            parts: self.list(|i| i.span(last))?,
            paragraph: self.small()?,
            cue: self.option(|i| i.span(last))?,
            confidence: self.confidence()?,
            speaker: self.option(|i| {
                let entity: Option<u32> = i.option(Self::small)?;
                let known = entity.and_then(|e| entities.get(e as usize));
                Ok(Speaker {
                    entity,
                    name: i.option(|i| i.known(known.map(|e| &e.name)))?,
                    mention: i.option(|i| i.span(last))?,
                    role: i.option(|i| i.known(known.into_iter().flat_map(|e| &e.roles)))?,
                    affiliation: i.option(Self::string)?,
                    resolved: i.code()?,
                    confidence: i.confidence()?,
                })
            })?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing;

    #[test]
    fn an_article_comes_back_whole() {
        for article in [testing::harbour(), Article::default()] {
            assert_eq!(decode(&encode(&article)), Ok(article));
        }
    }

    #[test]
    fn a_digest_that_is_none_is_kept() {
        let mut article = Article::default();
        for sha256 in ["", "abc", &"AB".repeat(32), &"ab".repeat(32)] {
            article.origin.sha256 = sha256.to_owned();
            assert_eq!(decode(&encode(&article)).map(|a| a.origin.sha256).as_deref(), Ok(sha256));
        }
    }

    #[test]
    fn every_cut_and_every_other_version_is_refused() {
        let mut bytes = encode(&testing::harbour());
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), Err(Corrupt), "cut at {end}");
        }
        bytes[0] += 1;
        assert_eq!(decode(&bytes), Err(Corrupt));
    }

    proptest::proptest! {
        #[test]
        fn damaged_bytes_never_panic(at in 0usize..400, with: u8) {
            let mut bytes = encode(&testing::harbour());
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = decode(&bytes);
        }

        #[test]
        fn spans_in_any_order_come_back(list in proptest::collection::vec((0u32..1000, 0u32..1000), 0..9)) {
            let sentences: Vec<_> = list.iter().map(|(start, len)| Span { start: *start, end: start + len }).collect();
            let article = Article { sentences, ..Article::default() };
            assert_eq!(decode(&encode(&article)), Ok(article));
        }
    }
}
