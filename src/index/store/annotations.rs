//! What was understood of a text, in bits.
//!
//! Spans are counted in the units of a [`Ruler`], from the end of the span before or from what they usually stand
//! beside. What follows from what is already written is a bit that says that it does. Strings that are not in the text
//! where one would look for them go to the article's other strings.

use rustc_hash::FxHashSet;

use super::bits::{BitReader, BitWriter};
use super::ruler::{Ruler, paragraphs};
use super::{Code, Corrupt, In, Out, Read};
use crate::article::{Article, CONFIDENCES, Entity, EntityType, Mention, Quote, Span, Speaker, Zone};

/// Bits of a probability in thousandths.
const PROBABILITY: u32 = 10;
/// How far beside a mention, in bytes, a title is looked for.
const BESIDE: usize = 120;
/// The order of codes for numbers of which nothing is expected.
const ANY: u32 = 8;

/// Writes an article's annotations: its strings to `strings`, the rest is returned.
pub fn put(a: &Article, strings: &mut Out) -> Vec<u8> {
    let before = strings.0.len();
    for ruler in [Ruler::atoms(&a.text), Ruler::Bytes] {
        let mut put = Put { bits: BitWriter::default(), strings, ruler: &ruler, a };
        put.bits.flag(matches!(ruler, Ruler::Atoms(_)));
        if put.all().is_some() {
            return put.bits.into_bytes();
        }
        strings.0.truncate(before);
    }
    // Bytes measure everything.
    Vec::new()
}

/// Reads them into an article that has its text.
pub fn take(a: &mut Article, bits: &[u8], strings: &mut In) -> Read<()> {
    let mut bits = BitReader::new(bits);
    let ruler = if bits.flag()? { Ruler::atoms(&a.text) } else { Ruler::Bytes };
    Take { bits, strings, ruler: &ruler, a }.all()
}

/// Indices of the mentions, by entity and then as they stand.
fn by_entity(mentions: &[Mention]) -> Vec<(u32, u32)> {
    let mut list: Vec<_> = mentions.iter().enumerate().map(|(i, m)| (m.entity, i as u32)).collect();
    list.sort_unstable();
    list
}

/// The mentions of one entity.
fn own<'m>(by_entity: &[(u32, u32)], mentions: &'m [Mention], entity: u32) -> Vec<&'m Mention> {
    let from = by_entity.partition_point(|(e, _)| *e < entity);
    let len = by_entity[from..].partition_point(|(e, _)| *e == entity);
    by_entity[from..from + len].iter().filter_map(|(_, i)| mentions.get(*i as usize)).collect()
}

/// The forms of a name in the text that are not the name, each once, as they appear.
fn variants<'t>(own: &[&Mention], name: &str, text: &'t str) -> Vec<&'t str> {
    if let [only] = own {
        return Some(only.span.of(text)).filter(|form| *form != name).into_iter().collect();
    }
    let mut met = FxHashSet::default();
    own.iter().map(|m| m.span.of(text)).filter(|form| *form != name && met.insert(*form)).collect()
}

/// Whom the mention of a speaker names.
fn named(mention: Option<Span>, mentions: &[Mention]) -> Option<u32> {
    let i = mentions.binary_search_by_key(&mention?.start, |m| m.span.start).ok()?;
    Some(mentions[i].entity)
}

struct Put<'a> {
    bits: BitWriter,
    strings: &'a mut Out,
    ruler: &'a Ruler,
    a: &'a Article,
}

/// `None`: a span cannot be measured.
type Measured = Option<()>;

impl Put<'_> {
    fn all(&mut self) -> Measured {
        self.paragraphs()?;
        self.zones()?;
        self.sentences()?;
        self.mentions()?;
        self.entities();
        self.kinds();
        self.quotes()
    }

    fn len(&mut self, n: usize, k: u32) {
        self.bits.number(n as u32, k);
    }

    fn some<T>(&mut self, value: Option<T>) -> Option<T> {
        self.bits.flag(value.is_some());
        value
    }

    /// A span that begins at `last` or, as a rule, after it; `last` becomes its end.
    fn span(&mut self, last: &mut u32, span: Span, gap: u32, len: u32) -> Measured {
        let (start, end) = self.ruler.measure(span)?;
        match start.checked_sub(*last) {
            Some(n) => self.bits.number(n.saturating_add(1), gap),
            None => {
                self.bits.number(0, gap);
                self.bits.number(start, ANY);
            }
        }
        self.bits.number((end - start).wrapping_sub(1), len);
        *last = end;
        Some(())
    }

    /// A span close to another, on either side; gives where it is.
    fn beside(&mut self, (from, to): (u32, u32), span: Span, gap: u32, len: u32) -> Option<(u32, u32)> {
        let (start, end) = self.ruler.measure(span)?;
        let twice = |n: u32| n.checked_mul(2)?.checked_add(1);
        let after = start.checked_sub(to).and_then(twice);
        let before = || from.checked_sub(end).and_then(twice)?.checked_add(1);
        match after.or_else(before) {
            Some(n) => self.bits.number(n, gap),
            None => {
                self.bits.number(0, gap);
                self.bits.number(start, ANY);
            }
        }
        self.bits.number((end - start).wrapping_sub(1), len);
        Some((start, end))
    }

    fn spans(&mut self, spans: &[Span]) -> Measured {
        self.len(spans.len(), 3);
        let mut last = 0;
        spans.iter().try_for_each(|s| self.span(&mut last, *s, 0, 4))
    }

    fn paragraphs(&mut self) -> Measured {
        let regular = paragraphs(&self.a.text).eq(self.a.paragraphs.iter().copied());
        self.bits.flag(regular);
        if regular { Some(()) } else { self.spans(&self.a.paragraphs) }
    }

    fn zones(&mut self) -> Measured {
        let (zones, paragraphs) = (&self.a.zones, &self.a.paragraphs);
        self.len(zones.len(), 1);
        let (mut last, mut next) = (0, 0);
        for zone in zones {
            self.bits.bits(zone.kind.code().into(), 3);
            // As a rule it is so many paragraphs, from the next on.
            let first = paragraphs.binary_search_by_key(&zone.span.start, |p| p.start).ok();
            let end = paragraphs.binary_search_by_key(&zone.span.end, |p| p.end).ok();
            let whole = first.zip(end).filter(|(first, end)| next <= *first && first <= end);
            match self.some(whole) {
                Some((first, end)) => {
                    self.len(first - next, 0);
                    self.len(end - first, 1);
                    next = end + 1;
                }
                None => self.span(&mut last, zone.span, 2, 4)?,
            }
        }
        Some(())
    }

    fn sentences(&mut self) -> Measured {
        let a = self.a;
        let mut ends = Vec::new();
        let mut starts = a.sentences.iter().map(|s| s.start).peekable();
        let regular = self.ruler.sentences(&a.text, &a.paragraphs, |start| {
            while starts.next_if(|s| *s < start).is_some() {}
            ends.push(starts.peek() == Some(&start));
            Ok(ends[ends.len() - 1])
        });
        let regular = regular.is_ok_and(|sentences| sentences == a.sentences);
        self.bits.flag(regular);
        if regular {
            ends.iter().for_each(|end| self.bits.flag(*end));
            return Some(());
        }
        self.spans(&a.sentences)
    }

    fn mentions(&mut self) -> Measured {
        self.len(self.a.mentions.len(), 3);
        let (mut last, mut next) = (0, 0u32);
        for m in &self.a.mentions {
            self.span(&mut last, m.span, 3, 0)?;
            // 0: an entity that was not met yet; else how far back in their list.
            match next.checked_sub(m.entity) {
                Some(back) => self.bits.number(back, 1),
                None => {
                    // One beyond the list, and whom it means.
                    self.bits.number(next + 1, 1);
                    self.bits.number(m.entity, ANY);
                }
            }
            next = next.max(m.entity.saturating_add(1));
        }
        Some(())
    }

    fn entities(&mut self) {
        let a = self.a;
        let by_entity = by_entity(&a.mentions);
        self.len(a.entities.len(), 3);
        for (n, e) in a.entities.iter().enumerate() {
            let own = own(&by_entity, &a.mentions, n as u32);
            self.bits.bits(e.kind.code().into(), 3);
            let name = own.iter().position(|m| m.span.of(&a.text) == e.name);
            self.len(name.map_or(0, |i| i + 1), 0);
            if name.is_none() {
                self.strings.string(&e.name);
            }
            let count = e.mentions as usize == own.len();
            self.bits.flag(count);
            if !count {
                self.bits.number(e.mentions, ANY);
            }
            let regular = e.variants == variants(&own, &e.name, &a.text);
            self.bits.flag(regular);
            if !regular {
                self.len(e.variants.len(), 1);
                self.strings.each(&e.variants);
            }
            if let Some(gender) = self.some(e.gender) {
                self.bits.bits(gender.code().into(), 1);
            }
            self.len(e.roles.len(), 0);
            let anchor = own.first().map(|m| m.span);
            e.roles.iter().for_each(|role| self.words(role, anchor));
        }
    }

    /// A mention is of its entity's kind, unless said otherwise.
    fn kinds(&mut self) {
        let a = self.a;
        let differs = |m: &Mention| a.entities.get(m.entity as usize).is_none_or(|e| e.kind != m.kind);
        self.len(a.mentions.iter().filter(|m| differs(m)).count(), 0);
        for (i, m) in a.mentions.iter().enumerate().filter(|(_, m)| differs(m)) {
            self.len(i, 4);
            self.bits.bits(m.kind.code().into(), 3);
        }
    }

    fn quotes(&mut self) -> Measured {
        self.len(self.a.quotes.len(), 1);
        let mut last = 0;
        self.a.quotes.iter().try_for_each(|q| self.quote(q, &mut last))
    }

    fn quote(&mut self, q: &Quote, last: &mut u32) -> Measured {
        self.bits.bits(q.kind.code().into(), 2);
        let one = q.parts.len() == 1;
        self.bits.flag(one);
        if !one {
            self.len(q.parts.len(), 1);
        }
        for part in &q.parts {
            self.span(last, *part, 3, 4)?;
        }
        let whole = self.ruler.measure(q.span())?;
        let usual = q.parts.first().map_or(0, |p| self.a.paragraph_at(p.start)) == q.paragraph as usize;
        self.bits.flag(usual);
        if !usual {
            self.bits.number(q.paragraph, ANY);
        }
        let cue = match self.some(q.cue) {
            Some(cue) => self.beside(whole, cue, 2, 0)?,
            None => whole,
        };
        self.probability(q.confidence);
        match self.some(q.speaker.as_ref()) {
            Some(speaker) => self.speaker(speaker, cue),
            None => Some(()),
        }
    }

    fn speaker(&mut self, s: &Speaker, cue: (u32, u32)) -> Measured {
        if let Some(mention) = self.some(s.mention) {
            self.beside(cue, mention, 1, 0)?;
        }
        let usual = s.entity == named(s.mention, &self.a.mentions);
        self.bits.flag(usual);
        if !usual && let Some(entity) = self.some(s.entity) {
            self.bits.number(entity, 2);
        }
        let entity = s.entity.and_then(|e| self.a.entities.get(e as usize));
        let usual = s.name.as_ref() == entity.map(|e| &e.name);
        self.bits.flag(usual);
        if !usual && let Some(name) = self.some(s.name.as_ref()) {
            self.words(name, s.mention);
        }
        if let Some(role) = self.some(s.role.as_ref()) {
            match self.some(entity.and_then(|e| e.roles.iter().position(|r| r == role))) {
                Some(i) => self.len(i, 0),
                None => self.words(role, s.mention),
            }
        }
        if let Some(affiliation) = self.some(s.affiliation.as_ref()) {
            self.words(affiliation, s.mention);
        }
        self.len(s.resolved.code().into(), 0);
        self.probability(s.confidence);
        Some(())
    }

    /// Words that most likely stand beside a mention.
    fn words(&mut self, words: &str, anchor: Option<Span>) {
        if let Some((offset, more)) = self.some(self.place(words, anchor)) {
            self.bits.signed(offset, 3);
            self.bits.number(more, 0);
        } else {
            self.strings.string(words);
        }
    }

    /// How far from the anchor's start these words stand, and how many units less one they have.
    fn place(&self, words: &str, anchor: Option<Span>) -> Option<(i32, u32)> {
        let (text, anchor) = (&self.a.text, anchor?);
        let from = text.floor_char_boundary((anchor.start as usize).saturating_sub(BESIDE));
        let to = text.ceil_char_boundary((anchor.end as usize).saturating_add(BESIDE));
        let at = from + text.get(from..to)?.find(words).filter(|_| !words.is_empty())?;
        let (start, end) = self.ruler.measure(Span::new(at, at + words.len()))?;
        let (anchor, _) = self.ruler.measure(anchor)?;
        Some((i32::try_from(i64::from(start) - i64::from(anchor)).ok()?, end - start - 1))
    }

    fn probability(&mut self, p: f32) {
        self.bits.bits((p.clamp(0.0, 1.0) * CONFIDENCES).round() as u64, PROBABILITY);
    }
}

struct Take<'a, 'b, 's> {
    bits: BitReader<'b>,
    strings: &'a mut In<'s>,
    ruler: &'a Ruler,
    a: &'a mut Article,
}

impl Take<'_, '_, '_> {
    fn all(&mut self) -> Read<()> {
        self.a.paragraphs = match self.bits.flag()? {
            true => paragraphs(&self.a.text).collect(),
            false => self.spans()?,
        };
        self.a.zones = self.zones()?;
        self.a.sentences = self.sentences()?;
        self.a.mentions = self.mentions()?;
        self.a.entities = self.entities()?;
        self.kinds()?;
        let mut last = 0;
        self.a.quotes = self.list(1, |i| i.quote(&mut last))?;
        // What is left fills the last byte.
        if self.bits.left() < 8 { Ok(()) } else { Err(Corrupt) }
    }

    fn list<T>(&mut self, k: u32, mut get: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let len = self.bits.number(k)? as usize;
        // Every item has a bit at least: a length beyond that is corrupt, and reserves nothing.
        if len > self.bits.left() {
            return Err(Corrupt);
        }
        (0..len).map(|_| get(self)).collect()
    }

    fn some<T>(&mut self, get: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.bits.flag()? { get(self).map(Some) } else { Ok(None) }
    }

    fn code<T: Code>(&mut self, bits: u32) -> Read<T> {
        T::ALL.get(self.bits.bits(bits)? as usize).copied().ok_or(Corrupt)
    }

    fn span(&mut self, last: &mut u32, gap: u32, len: u32) -> Read<Span> {
        let start = match self.bits.number(gap)?.checked_sub(1) {
            Some(n) => last.checked_add(n).ok_or(Corrupt)?,
            None => self.bits.number(ANY)?,
        };
        let end = self.end(start, len)?;
        *last = end;
        self.ruler.span(start, end)
    }

    fn end(&mut self, start: u32, len: u32) -> Read<u32> {
        start.checked_add(self.bits.number(len)?.wrapping_add(1)).ok_or(Corrupt)
    }

    fn beside(&mut self, (from, to): (u32, u32), gap: u32, len: u32) -> Read<(Span, (u32, u32))> {
        let n = self.bits.number(gap)?;
        let (start, end) = match n {
            0 => {
                let start = self.bits.number(ANY)?;
                (start, self.end(start, len)?)
            }
            _ if n % 2 == 1 => {
                let start = to.checked_add(n / 2).ok_or(Corrupt)?;
                (start, self.end(start, len)?)
            }
            _ => {
                let end = from.checked_sub(n / 2 - 1).ok_or(Corrupt)?;
                let units = self.bits.number(len)?.wrapping_add(1);
                (end.checked_sub(units).ok_or(Corrupt)?, end)
            }
        };
        Ok((self.ruler.span(start, end)?, (start, end)))
    }

    fn spans(&mut self) -> Read<Vec<Span>> {
        let mut last = 0;
        self.list(3, |i| i.span(&mut last, 0, 4))
    }

    fn zones(&mut self) -> Read<Vec<Zone>> {
        let (mut last, mut next) = (0, 0);
        self.list(1, |i| {
            let kind = i.code(3)?;
            let whole = i.some(|i| Ok((i.bits.number(0)? as usize, i.bits.number(1)? as usize)))?;
            let span = match whole {
                Some((skipped, more)) => {
                    let paragraph = |n: usize| i.a.paragraphs.get(n).ok_or(Corrupt);
                    let (first, end) = (paragraph(next + skipped)?, paragraph(next + skipped + more)?);
                    next += skipped + more + 1;
                    Span { start: first.start, end: end.end }
                }
                None => i.span(&mut last, 2, 4)?,
            };
            Ok(Zone { kind, span })
        })
    }

    fn sentences(&mut self) -> Read<Vec<Span>> {
        if !self.bits.flag()? {
            return self.spans();
        }
        let bits = &mut self.bits;
        self.ruler.sentences(&self.a.text, &self.a.paragraphs, |_| bits.flag())
    }

    fn mentions(&mut self) -> Read<Vec<Mention>> {
        let (mut last, mut next) = (0, 0u32);
        self.list(3, |i| {
            let span = i.span(&mut last, 3, 0)?;
            let back = i.bits.number(1)?;
            let entity = match next.checked_sub(back) {
                Some(entity) => entity,
                None => i.bits.number(ANY)?,
            };
            next = next.max(entity.saturating_add(1));
            // Of which kind it is says its entity.
            Ok(Mention { span, kind: EntityType::Misc, entity })
        })
    }

    fn entities(&mut self) -> Read<Vec<Entity>> {
        let by_entity = by_entity(&self.a.mentions);
        let mut n = 0;
        self.list(3, |i| {
            let kind = i.code(3)?;
            let which = i.bits.number(0)?;
            let own = own(&by_entity, &i.a.mentions, n);
            n += 1;
            let anchor = own.first().map(|m| m.span);
            let name = match which.checked_sub(1) {
                Some(m) => own.get(m as usize).ok_or(Corrupt)?.span.of(&i.a.text).to_owned(),
                None => i.strings.string()?,
            };
            let mentions = if i.bits.flag()? { own.len() as u32 } else { i.bits.number(ANY)? };
            let variants = match i.bits.flag()? {
                true => variants(&own, &name, &i.a.text).into_iter().map(str::to_owned).collect(),
                false => {
                    let count = i.bits.number(1)?;
                    i.strings.each(count)?
                }
            };
            let gender = i.some(|i| i.code(1))?;
            let roles = i.list(0, |i| i.words(anchor))?;
            Ok(Entity { name, kind, mentions, variants, gender, roles })
        })
    }

    fn kinds(&mut self) -> Read<()> {
        for m in &mut self.a.mentions {
            m.kind = self.a.entities.get(m.entity as usize).map_or(EntityType::Misc, |e| e.kind);
        }
        let differing = self.list(0, |i| Ok((i.bits.number(4)?, i.code(3)?)))?;
        for (i, kind) in differing {
            self.a.mentions.get_mut(i as usize).ok_or(Corrupt)?.kind = kind;
        }
        Ok(())
    }

    fn quote(&mut self, last: &mut u32) -> Read<Quote> {
        let kind = self.code(2)?;
        let parts = match self.bits.flag()? {
            true => vec![self.span(last, 3, 4)?],
            false => self.list(1, |i| i.span(last, 3, 4))?,
        };
        let mut quote = Quote { kind, parts, paragraph: 0, cue: None, confidence: 0.0, speaker: None };
        let whole = self.ruler.measure(quote.span()).ok_or(Corrupt)?;
        quote.paragraph = match self.bits.flag()? {
            true => quote.parts.first().map_or(0, |p| self.a.paragraph_at(p.start)) as u32,
            false => self.bits.number(ANY)?,
        };
        let cue = self.some(|i| i.beside(whole, 2, 0))?;
        quote.cue = cue.map(|(span, _)| span);
        quote.confidence = self.probability()?;
        let anchor = cue.map_or(whole, |(_, at)| at);
        quote.speaker = self.some(|i| i.speaker(anchor))?;
        Ok(quote)
    }

    fn speaker(&mut self, cue: (u32, u32)) -> Read<Speaker> {
        let mention = self.some(|i| Ok(i.beside(cue, 1, 0)?.0))?;
        let entity = match self.bits.flag()? {
            true => named(mention, &self.a.mentions),
            false => self.some(|i| i.bits.number(2))?,
        };
        let known = |a: &Article| entity.and_then(|e| a.entities.get(e as usize)).cloned();
        let known = known(self.a);
        let name = match self.bits.flag()? {
            true => known.as_ref().map(|e| e.name.clone()),
            false => self.some(|i| i.words(mention))?,
        };
        let role = self.some(|i| match i.some(|i| i.bits.number(0))? {
            Some(n) => known.as_ref().and_then(|e| e.roles.get(n as usize).cloned()).ok_or(Corrupt),
            None => i.words(mention),
        })?;
        let affiliation = self.some(|i| i.words(mention))?;
        let resolved = Code::ALL.get(self.bits.number(0)? as usize).copied().ok_or(Corrupt)?;
        let confidence = self.probability()?;
        Ok(Speaker { name, mention, role, affiliation, resolved, confidence, entity })
    }

    fn words(&mut self, anchor: Option<Span>) -> Read<String> {
        if !self.bits.flag()? {
            return self.strings.string();
        }
        let (anchor, _) = anchor.and_then(|span| self.ruler.measure(span)).ok_or(Corrupt)?;
        let start = anchor.checked_add_signed(self.bits.signed(3)?).ok_or(Corrupt)?;
        let end = self.end(start, 0)?;
        let span = self.ruler.span(start, end)?;
        self.a.text.get(span.range()).map(str::to_owned).ok_or(Corrupt)
    }

    fn probability(&mut self) -> Read<f32> {
        Ok(self.bits.bits(PROBABILITY)? as f32 / CONFIDENCES)
    }
}
