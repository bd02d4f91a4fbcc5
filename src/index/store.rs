//! A whole article as bytes, for the document store.
//!
//! Everything is kept that [`Article`] has, so that `show`, highlights and a rebuild need no original file, except what
//! follows from the rest: the tokens, which are cut anew from the text (it is the one tokenisation, and faster than
//! reading them); paragraphs, sentences and zones as far as the text shows them; names and titles, which stand in the
//! text; how often an entity is mentioned and under which forms; whom a speaker's mention names. Where the article says
//! otherwise, it is written out: every article comes back as it was.
//!
//! ```text
//! article  = version, length of bits, bits, metadata, length of text, text, strings, checksum
//! text     words as numbers, see `words`
//! bits     zones, paragraphs, sentences, names, quotes, see `annotations`
//! strings  of annotations, where they do not stand in the text
//! ```
//!
//! The bits leave nothing to compress, the rest is made for the store's compressor, which finds in a block what
//! articles have in common. Numbers outside of the bits are varints (seven bits a byte, low ones first), signed ones
//! zigzag; strings and lists have their length before them. Probabilities are kept to a thousandth. The first byte is
//! [`VERSION`], the last four are the CRC-32 of all before them: one wrong bit in a segment's store is then the loss of
//! one article and known to be, while tantivy's checksum of the whole file says only that something is wrong. Reading
//! is total: any bytes give an article or [`Corrupt`], and memory is bounded by their number.

mod annotations;
mod bits;
mod ruler;
pub mod words;

use std::fmt;

use jiff::civil::{Date, Time};

use super::FileKey;
use super::versions::Version;
use crate::article::{
    Article, DateFrom, Dateline, EntityType, Gender, Origin, QuoteKind, Resolved, Stamp, Tokens, ZoneKind,
};

/// Raised whenever the layout below changes; part of the index's version.
pub const VERSION: u8 = 3;

/// These bytes are not an article of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored article cannot be read")
    }
}

impl std::error::Error for Corrupt {}

type Read<T> = Result<T, Corrupt>;

/// Encodes an article.
pub fn encode(article: &Article) -> Vec<u8> {
    sealed(|out| put_article(out, article))
}

/// Decodes what [`encode`] made, tokens included.
pub fn decode(bytes: &[u8]) -> Result<Article, Corrupt> {
    let mut input = unsealed(bytes)?;
    let article = input.article()?;
    if input.0.is_empty() { Ok(article) } else { Err(Corrupt) }
}

/// Encodes the earlier texts of an article.
pub fn encode_versions(versions: &[Version]) -> Vec<u8> {
    sealed(|out| {
        put_number(out, versions.len() as u64);
        for version in versions {
            put_number(out, version.file.0);
            put_article(out, &version.article);
        }
    })
}

/// Decodes what [`encode_versions`] made; nothing is no versions.
pub fn decode_versions(bytes: &[u8]) -> Result<Vec<Version>, Corrupt> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let mut input = unsealed(bytes)?;
    let versions = input.list(|i| Ok(Version { file: FileKey(i.number()?), article: i.article()? }))?;
    if input.0.is_empty() { Ok(versions) } else { Err(Corrupt) }
}

/// The version, what is put behind it, and the checksum of both.
fn sealed(put: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = vec![VERSION];
    put(&mut out);
    let sum = checksum(&out);
    out.extend_from_slice(&sum);
    out
}

/// What was put between version and checksum, if both are right.
fn unsealed(bytes: &[u8]) -> Read<In<'_>> {
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(Corrupt)?;
    match body.split_first() {
        Some((&VERSION, rest)) if checksum(body) == *sum => Ok(In(rest)),
        _ => Err(Corrupt),
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

fn put_article(out: &mut Vec<u8>, article: &Article) {
    let mut rest = Out(Vec::with_capacity(article.text.len() / 2 + 256));
    rest.metadata(article);
    let mut text = Vec::with_capacity(article.text.len() / 2);
    words::encode(&article.text, &mut text);
    rest.number(text.len() as u64);
    rest.0.extend_from_slice(&text);
    let bits = annotations::put(article, &mut rest);
    put_number(out, bits.len() as u64);
    out.extend_from_slice(&bits);
    out.extend_from_slice(&rest.0);
}

/// Writes a number: seven bits a byte, low ones first.
fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(0x80 | (n & 0x7f) as u8);
        n >>= 7;
    }
    out.push(n as u8);
}

fn take_number(bytes: &mut &[u8]) -> Read<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (&b, tail) = bytes.split_first().ok_or(Corrupt)?;
        *bytes = tail;
        n |= u64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(Corrupt)
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
    fn number(&mut self, n: u64) {
        put_number(&mut self.0, n);
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

    fn strings(&mut self, items: &[String]) {
        self.number(items.len() as u64);
        self.each(items);
    }

    /// Strings whose number is known.
    fn each(&mut self, items: &[String]) {
        items.iter().for_each(|s| self.string(s));
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

    fn metadata(&mut self, a: &Article) {
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
        take_number(&mut self.0)
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

    fn each(&mut self, n: u32) -> Read<Vec<String>> {
        (0..n).map(|_| self.string()).collect()
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

    /// Fields are read in the order in which they are written.
    fn article(&mut self) -> Read<Article> {
        let len = self.small()?;
        let bits = self.take(len)?;
        let mut article = Article {
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
            ..Article::default()
        };
        let len = self.small()?;
        article.text = words::decode(self.take(len)?)?;
        annotations::take(&mut article, bits, self)?;
        article.tokens = Tokens::of(&article.text);
        Ok(article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Span;
    use crate::index::testing;

    #[test]
    fn an_article_comes_back_whole() {
        for article in [testing::harbour(), Article::default()] {
            assert_eq!(decode(&encode(&article)), Ok(article));
        }
    }

    #[test]
    fn what_does_not_follow_from_the_text_comes_back_too() {
        let ways: [fn(&mut Article); 11] = [
            |a| a.paragraphs = vec![Span::new(0, a.text.len())],
            |a| a.paragraphs.reverse(),
            |a| a.zones.iter_mut().for_each(|z| z.span.end -= 3),
            |a| a.sentences.truncate(2),
            |a| a.sentences[0].end = 5,
            |a| a.mentions[0].entity = 99,
            |a| a.mentions[1].kind = EntityType::Misc,
            |a| a.entities.iter_mut().for_each(|e| e.mentions += 1),
            |a| a.entities[0].variants = vec!["Nobody".into(), "Ms Nobody".into()],
            |a| {
                a.quotes[0].paragraph = 7;
                a.quotes[0].parts.clear();
            },
            |a| {
                let speaker = a.quotes[1].speaker.as_mut().unwrap();
                speaker.mention = Some(Span::new(3, 7));
                speaker.name = Some("Somebody".into());
                speaker.role = Some("leads".into());
                speaker.affiliation = Some("elsewhere".into());
            },
        ];
        for (n, change) in ways.iter().enumerate() {
            let mut article = testing::harbour();
            change(&mut article);
            assert_eq!(decode(&encode(&article)), Ok(article), "way {n}");
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
    fn every_wrong_bit_every_cut_and_every_other_version_is_refused() {
        let mut bytes = encode(&testing::harbour());
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), Err(Corrupt), "cut at {end}");
        }
        for bit in 0..8 * bytes.len() {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&bytes), Err(Corrupt), "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let body = bytes.len() - 4;
        bytes[0] += 1;
        let sum = checksum(&bytes[..body]);
        bytes[body..].copy_from_slice(&sum);
        assert_eq!(decode(&bytes), Err(Corrupt), "another version, rightly sealed");
    }

    proptest::proptest! {
        #[test]
        fn wrong_bytes_never_panic(at in 0usize..400, with: u8) {
            let mut bytes = encode(&testing::harbour());
            let body = bytes.len() - 4;
            bytes[at % body] = with;
            let sum = checksum(&bytes[..body]);
            bytes[body..].copy_from_slice(&sum);
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
