//! How an article's layers reach tantivy.
//!
//! tantivy asks a `Tokenizer` to cut a field's string into terms. Ours are cut already, by the one tokenisation, and
//! most layers are no text at all but terms at chosen positions. tantivy's own way to hand over such a list owns a
//! `String` for each token; here a layer is instead *one* encoded string, which [`Splitter`] reads back into terms
//! with positions, in a buffer that all its streams share. Nothing is allocated for a token.
//!
//! ```text
//! layer    = entry*
//! entry    = advance length term        positions never go backwards
//! advance, length = digit* last         six bits a byte, low ones first: digit 0x40|bits, last 0x00|bits
//! ```
//!
//! These bytes are ASCII, so that the whole is a `str` whatever the terms are.
//!
//! [`Layers`] is the one description of which term of an article stands where: the writer indexes it, and `check`
//! holds the postings against it.

use std::ops::Range;

use tantivy::schema::Field;
use tantivy::tokenizer::{self, TokenStream, Tokenizer};

use super::schema::{Fields, filed, mark};
use super::sketch::hash;
use crate::article::fold::{fold_name, fold_name_into};
use crate::article::{Article, Resolved, Span, Speaker, Token, Tokens};

/// Terms of more bytes are not indexed (a base64 blob is no word); their positions are kept.
pub const LONGEST_TERM: usize = 1000;

/// Between the two words of a compound, however it is printed. No word has it in it.
pub const HYPHEN: char = '-';

/// Writes one layer.
#[derive(Debug, Default)]
pub struct Layer {
    encoded: String,
    position: u32,
}

impl Layer {
    /// Adds a term at a position, which must not be before the last one's.
    pub fn push(&mut self, position: u32, term: &str) {
        debug_assert!(position >= self.position, "positions of a layer never go backwards");
        if term.is_empty() || term.len() > LONGEST_TERM {
            return;
        }
        put_number(&mut self.encoded, position.saturating_sub(self.position));
        put_number(&mut self.encoded, term.len() as u32);
        self.encoded.push_str(term);
        self.position = position;
    }

    pub fn into_encoded(self) -> String {
        self.encoded
    }

    /// The encoded string; empty where nothing was added.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}

fn put_number(out: &mut String, mut n: u32) {
    while n >= 0x40 {
        out.push((0x40 | (n & 0x3f)) as u8 as char);
        n >>= 6;
    }
    out.push(n as u8 as char);
}

fn take_number(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut n = 0u32;
    for shift in (0..36).step_by(6) {
        let b = *bytes.get(*at)?;
        *at += 1;
        n |= u32::from(b & 0x3f).checked_shl(shift)?;
        if b & 0x40 == 0 {
            return Some(n);
        }
    }
    None
}

/// Cuts an encoded layer into its terms. A string that is no layer ends early; it never panics.
#[derive(Clone, Default)]
pub struct Splitter {
    token: tokenizer::Token,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Split<'a>;

    fn token_stream<'a>(&'a mut self, encoded: &'a str) -> Split<'a> {
        self.token.reset();
        self.token.position = 0;
        Split { encoded, at: 0, token: &mut self.token }
    }
}

/// The terms of one layer, in order.
pub struct Split<'a> {
    encoded: &'a str,
    at: usize,
    token: &'a mut tokenizer::Token,
}

impl TokenStream for Split<'_> {
    fn advance(&mut self) -> bool {
        let bytes = self.encoded.as_bytes();
        let (Some(step), Some(len)) = (take_number(bytes, &mut self.at), take_number(bytes, &mut self.at)) else {
            return false;
        };
        let start = self.at;
        let Some(term) = self.encoded.get(start..start.saturating_add(len as usize)) else { return false };
        self.at = start + term.len();
        self.token.position += step as usize;
        self.token.offset_from = start;
        self.token.offset_to = self.at;
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &tokenizer::Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut tokenizer::Token {
        self.token
    }
}

/// The positions of the words that a span touches: first to one past the last.
///
/// A word counts even if the span starts or ends inside it, so that annotations from elsewhere, cut by other rules of
/// tokenisation, are not lost.
pub fn words_of(tokens: &Tokens, span: Span) -> std::ops::Range<u32> {
    let word = |i: usize| tokens.get(i).map_or(tokens.words(), |t| t.word);
    let first = word(tokens.at(span.start));
    let end = word(tokens.partition_point(|t| t.span.start < span.end));
    first..end.max(first)
}

/// The word that a hyphen joins to the one at this index, if that has a letter (`10-15` are two numbers).
fn joined_to<'t>(tokens: &'t Tokens, word: usize, text: &str) -> Option<&'t Token> {
    let (hyphen, second) = (tokens.get(word + 1)?, tokens.get(word + 2)?);
    let joined = !hyphen.spaced && !second.spaced && second.is_word();
    (joined && matches!(hyphen.span.of(text), "-" | "\u{2010}" | "\u{2011}"))
        .then_some(second)
        .filter(|_| tokens.get(word).is_some_and(|t| t.term(text).contains(char::is_alphabetic)))
}

/// All layers of one article.
pub struct Layers<'a> {
    article: &'a Article,
    fields: &'a Fields,
    /// Of each entity.
    names: Names,
}

impl<'a> Layers<'a> {
    pub fn of(article: &'a Article, fields: &'a Fields) -> Self {
        let mut names = Names::default();
        article
            .entities
            .iter()
            .for_each(|e| names.add(std::iter::once(&e.name).chain(&e.variants).map(String::as_str)));
        Layers { article, fields, names }
    }

    /// Hands every layer that has terms to `emit`, each field once.
    pub fn each(&self, mut emit: impl FnMut(Field, Layer)) {
        let mut give = |field, layer: Layer| {
            if !layer.encoded.is_empty() {
                emit(field, layer);
            }
        };
        give(self.fields.text, self.text());
        give(self.fields.marks, self.marks());
        let (cue, speaker) = self.speech();
        give(self.fields.cue, cue);
        give(self.fields.speaker, speaker);
        self.mentions(&mut give);
        give(self.fields.filed, self.filed());
    }

    fn text(&self) -> Layer {
        let text = &self.article.text;
        let mut layer = Layer { encoded: String::with_capacity(text.len() * 5 / 4), position: 0 };
        let tokens = &self.article.tokens;
        let mut compound = String::new();
        for (i, t) in tokens.iter().enumerate().filter(|(_, t)| t.is_word()) {
            layer.push(t.word, t.term(text));
            if let Some(second) = joined_to(tokens, i, text) {
                compound.clear();
                compound.extend([t.term(text), "-", second.term(text)]);
                layer.push(t.word, &compound);
            }
        }
        layer
    }

    fn marks(&self) -> Layer {
        let a = self.article;
        let mut marks: Vec<(u32, &'static str)> = Vec::with_capacity(a.sentences.len() + a.quotes.len() * 3 + 8);
        let first_word = |span: Span| Some(words_of(&a.tokens, span)).filter(|w| !w.is_empty()).map(|w| w.start);
        let starts = |spans: &[Span]| {
            let mut words: Vec<u32> = spans.iter().filter_map(|s| first_word(*s)).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let (sentences, paragraphs) = (starts(&a.sentences), starts(&a.paragraphs));
        let among = |list: &[u32], word: &u32| list.binary_search(word).is_ok();
        let other = |word: &&u32| !among(&paragraphs, word);
        marks.extend(sentences.iter().filter(other).map(|&word| (word, mark::SENTENCE)));
        marks.extend(
            paragraphs
                .iter()
                .map(|&word| (word, if among(&sentences, &word) { mark::PARAGRAPH } else { mark::PARAGRAPH_ALONE })),
        );
        marks.extend(a.zones.iter().filter_map(|z| Some((first_word(z.span)?, mark::zone(z.kind)))));
        for quote in &a.quotes {
            let parts = quote.parts.iter().map(|p| words_of(&a.tokens, *p)).filter(|w| !w.is_empty());
            for (i, words) in parts.enumerate() {
                if i == 0 {
                    marks.push((words.start, mark::QUOTE));
                } else {
                    marks.push((words.start, mark::PART));
                }
                marks.push((words.end - 1, mark::PART_END));
            }
        }
        for mention in &a.mentions {
            let words = words_of(&a.tokens, mention.span);
            if let Some(name) = mark::mention_length(words.len() as u32) {
                marks.push((words.start, name));
            }
        }
        marks.sort_unstable();
        let mut layer = Layer::default();
        marks.iter().for_each(|(at, name)| layer.push(*at, name));
        layer
    }

    /// Cues and speakers, at the first word of their quote.
    fn speech(&self) -> (Layer, Layer) {
        let a = self.article;
        let (mut cues, mut speakers) = (Layer::default(), Layer::default());
        let first_word =
            |parts: &[Span]| parts.iter().map(|p| words_of(&a.tokens, *p)).find(|w| !w.is_empty()).map(|w| w.start);
        let mut quotes: Vec<_> = a.quotes.iter().filter_map(|q| Some((first_word(&q.parts)?, q))).collect();
        // They are in order where `parse` made them; an article read back may say anything.
        quotes.sort_by_key(|(at, _)| *at);
        for (at, quote) in quotes {
            if let Some(cue) = quote.cue {
                cues.push(at, &fold_name(cue.of(&a.text)));
            }
            if let Some(speaker) = &quote.speaker {
                self.speaker_terms(speaker, |term| speakers.push(at, term));
            }
        }
        (cues, speakers)
    }

    fn speaker_terms(&self, speaker: &Speaker, mut emit: impl FnMut(&str)) {
        let entity = speaker.entity.and_then(|e| Some((self.article.entities.get(e as usize)?, e as usize)));
        match (&speaker.name, entity) {
            // The usual case: the speaker is known under the entity's names.
            (Some(name), Some((entity, e))) if *name == entity.name => self.names.of(e).for_each(emit),
            (Some(name), entity) => {
                let entity = entity.iter().flat_map(|(e, _)| std::iter::once(&e.name).chain(&e.variants));
                let mut names = Names::default();
                names.add(std::iter::once(name).chain(entity).map(String::as_str));
                names.of(0).for_each(emit);
            }
            (None, Some((_, e))) => self.names.of(e).for_each(emit),
            // No name: found as the text has it and only whole, for "a Bush spokesman" is not Bush.
            (None, None) if speaker.resolved != Resolved::Pronoun => {
                if let Some(mention) = speaker.mention {
                    emit(&unnamed(&fold_name(mention.of(&self.article.text))));
                }
            }
            (None, None) => {}
        }
    }

    /// Mentioned entities, a layer for each type, at the first word of the mention.
    fn mentions(&self, emit: &mut impl FnMut(Field, Layer)) {
        use crate::article::EntityType::{Group, Misc, Organization, Person, Place};
        let a = self.article;
        let mut at: Vec<_> = (a.mentions.iter())
            .map(|m| (words_of(&a.tokens, m.span), m))
            .filter(|(words, _)| !words.is_empty())
            .collect();
        at.sort_by_key(|(words, _)| words.start);
        for kind in [Person, Organization, Place, Group, Misc] {
            let mut layer = Layer::default();
            for (words, mention) in at.iter().filter(|(_, m)| m.kind == kind) {
                self.names.of(mention.entity as usize).for_each(|term| layer.push(words.start, term));
            }
            emit(self.fields.entity_layer(kind), layer);
        }
    }

    fn filed(&self) -> Layer {
        let a = self.article;
        let mut layer = Layer::default();
        let mut value = |key: &str, value: &str| {
            let folded = fold_name(value);
            if folded.is_empty() {
                return;
            }
            layer.push(0, &format!("{key}={folded}"));
            folded.split(' ').for_each(|word| layer.push(0, &format!("{key}:{word}")));
        };
        a.source.iter().for_each(|v| value(filed::SOURCE, v));
        a.section.iter().for_each(|v| value(filed::SECTION, v));
        a.topics.iter().for_each(|v| value(filed::TOPIC, v));
        a.places.iter().for_each(|v| value(filed::PLACE, v));
        a.byline.iter().for_each(|v| value(filed::AUTHOR, v));
        if let Some(language) = &a.language {
            layer.push(0, &format!("{}={language}", filed::LANGUAGE));
        }
        if let Some(url) = &a.url {
            layer.push(0, &format!("{}={url}", filed::URL));
            if let Some(domain) = domain(url) {
                layer.push(0, &format!("{}={domain}", filed::DOMAIN));
            }
        }
        layer.push(0, &format!("{}={}", filed::FILE, a.origin.path));
        layer
    }
}

/// The terms of names in all their forms.
///
/// A form of several words gives each of them and, as [`whole`], itself. A form of one word gives that word with
/// [`ALONE`] behind it, which stands for both: half of all mentions are such. No term is there twice, and no word
/// with and without the sign.
#[derive(Default)]
struct Names {
    /// All forms, folded, and what stands for them: every term is a part of it.
    text: String,
    terms: Vec<Range<usize>>,
    /// Where the terms of each name end.
    ends: Vec<usize>,
}

impl Names {
    /// Adds a name.
    fn add<'f>(&mut self, forms: impl Iterator<Item = &'f str>) {
        let first = self.terms.len();
        let (mut alone, mut words) = (Vec::new(), Vec::new());
        for form in forms {
            let start = self.text.len();
            fold_name_into(form, &mut self.text);
            let end = self.text.len();
            match self.text[start..end].contains(' ') {
                true => {
                    let sign = sign(&self.text[start..end]);
                    self.text.extend(sign);
                    self.terms.push(end..self.text.len());
                    let mut at = start;
                    for word in self.text[start..end].split(' ') {
                        words.push(at..at + word.len());
                        at += word.len() + 1;
                    }
                }
                false if start < end => {
                    self.text.push(ALONE);
                    alone.push(start..end);
                }
                false => {}
            }
        }
        let text = &self.text;
        let each_once = |list: &mut Vec<Range<usize>>| {
            list.sort_unstable_by(|a, b| text[a.clone()].cmp(&text[b.clone()]));
            list.dedup_by(|a, b| text[a.clone()] == text[b.clone()]);
        };
        let mut wholes = self.terms.split_off(first);
        [&mut wholes, &mut alone, &mut words].into_iter().for_each(each_once);
        words.retain(|word| alone.binary_search_by(|a| text[a.clone()].cmp(&text[word.clone()])).is_err());
        self.terms.extend(wholes.into_iter().chain(words).chain(alone.into_iter().map(|a| a.start..a.end + 1)));
        self.ends.push(self.terms.len());
    }

    /// The terms of a name, by its number.
    fn of(&self, name: usize) -> impl Iterator<Item = &str> {
        let from = name.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let terms = from.zip(self.ends.get(name)).and_then(|(from, to)| self.terms.get(from..*to));
        terms.unwrap_or_default().iter().map(|term| &self.text[term.clone()])
    }
}

/// Before what stands for several words as a whole.
const WHOLE: char = '=';
/// Behind a folded name that is a single word. Folding leaves it out of every word, so none ends in it, and who walks
/// the dictionary by folded words finds the word with it and without.
const ALONE: char = '.';

/// The term for a folded name as a whole: of one word, that; of several, a hash of them, for nobody looks for it but by
/// the whole name, and names are long and mostly rare.
pub fn whole(folded: &str) -> String {
    if folded.contains(' ') { unnamed(folded) } else { format!("{folded}{ALONE}") }
}

/// The term for the folded words that stand for a speaker without a name.
pub fn unnamed(folded: &str) -> String {
    sign(folded).into_iter().collect()
}

/// What stands for words as a whole: a sign and 42 bits of their hash, six a letter. In an archive of four million
/// names one in a million shares it with another.
fn sign(folded: &str) -> [char; 8] {
    const LETTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
    let hash = hash(folded.as_bytes());
    let mut sign = [WHOLE; 8];
    for (i, letter) in sign.iter_mut().skip(1).enumerate() {
        *letter = char::from(LETTERS[(hash >> (6 * i) & 63) as usize]);
    }
    sign
}

/// The word of a name that a term stands for, or the term itself.
pub fn word_of_name(term: &str) -> &str {
    term.strip_suffix(ALONE).unwrap_or(term)
}

/// The host of a URL, in lower case, without `www.` and port.
pub fn domain(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?;
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(layer: &Layer) -> Vec<(u32, String)> {
        let mut splitter = Splitter::default();
        let mut stream = splitter.token_stream(layer.encoded());
        let mut out = Vec::new();
        while stream.advance() {
            out.push((stream.token().position as u32, stream.token().text.clone()));
        }
        out
    }

    #[test]
    fn domains() {
        for (url, host) in [
            ("https://www.Example.org/a/b?c", Some("example.org")),
            ("http://user@news.example.org:8080", Some("news.example.org")),
            ("urn:newsml:example.org", None),
            ("https:///path", None),
        ] {
            assert_eq!(domain(url).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn a_span_has_the_words_it_touches() {
        let tokens = Tokens::of("The U.S.-based firm's \"plan\".");
        assert_eq!(words_of(&tokens, Span::new(4, 8)), 1..2);
        assert_eq!(words_of(&tokens, Span::new(5, 14)), 1..3, "cut inside a word");
        assert_eq!(words_of(&tokens, Span::new(22, 23)), 4..4, "only a mark");
        assert_eq!(words_of(&tokens, Span::new(0, 29)), 0..5);
        assert_eq!(words_of(&tokens, Span::new(90, 99)), 5..5, "outside");
    }

    #[test]
    fn what_is_no_layer_ends_early() {
        for junk in
            ["\u{40}", "\u{0}\u{7f}", "\u{0}\u{5}né", "\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}", "\u{0}\u{1}é"]
        {
            let mut splitter = Splitter::default();
            assert!(!splitter.token_stream(junk).advance(), "{junk:?}");
        }
    }

    /// All terms of a layer that come back from tantivy's postings, with their positions.
    fn postings(reader: &crate::index::Reader, field: Field) -> Vec<(u32, String)> {
        use tantivy::postings::Postings;
        use tantivy::schema::IndexRecordOption::WithFreqsAndPositions;
        use tantivy::{DocSet, TERMINATED};
        let inverted = reader.searcher().segment_reader(0).inverted_index(field).unwrap();
        let mut stream = inverted.terms().stream().unwrap();
        let (mut out, mut positions) = (Vec::new(), Vec::new());
        while stream.advance() {
            let term = String::from_utf8(stream.key().to_vec()).unwrap();
            let mut docs = inverted.read_postings_from_terminfo(stream.value(), WithFreqsAndPositions).unwrap();
            while docs.doc() != TERMINATED {
                docs.positions(&mut positions);
                out.extend(positions.iter().map(|p| (*p, term.clone())));
                docs.advance();
            }
        }
        out.sort();
        out
    }

    #[test]
    fn words_that_a_hyphen_joins_are_one_term_too() {
        let a = crate::index::testing::article(
            "a",
            "The re-election\n\nA co\u{2011}operative of 10-15 e-bike makers - none - in St.-Denis, tax-\nfree.",
        );
        let reader = crate::index::testing::test_index(std::slice::from_ref(&a));
        let words = postings(&reader, reader.fields().text);
        let compounds: Vec<_> =
            words.iter().filter(|(_, w)| w.contains(HYPHEN)).map(|(p, w)| format!("{p}:{w}")).collect();
        assert_eq!(compounds, ["1:re-election", "4:co-operative", "9:e-bike", "14:St-Denis"]);
    }

    #[test]
    fn all_layers_share_the_positions_of_the_words() {
        let a = crate::index::testing::harbour();
        let reader = crate::index::testing::test_index(std::slice::from_ref(&a));
        let fields = reader.fields();
        let words: Vec<_> =
            a.tokens.iter().filter(|t| t.is_word()).map(|t| (t.word, t.term(&a.text).to_owned())).collect();
        let mut sorted = words.clone();
        sorted.push((44, "U.S.-based".to_owned()));
        sorted.sort();
        assert_eq!(postings(&reader, fields.text), sorted);

        // Each term of a layer, with the word that stands at its position.
        let beside = |field| {
            let list = postings(&reader, field);
            list.iter().map(|(at, term)| format!("{at}:{}:{term}", words[*at as usize].1)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            beside(fields.marks),
            "0:Dockers:p 0:Dockers:zh 2:Port:m2 7:Port:m2 7:Port:p 7:Port:zb 16:We:q 16:We:s 20:enough:e 22:Inés:m2 \
             27:Harbour:m2 29:and:r 34:insult:e 35:O'Dowd:p 39:talks:q 41:failed:e 42:Officials:s"
        );
        let (odowd, selby) = (whole("ines odowd"), whole("port selby"));
        assert_eq!(
            beside(fields.speaker),
            format!("16:We:{odowd} 16:We:ines 16:We:odowd. 39:talks:{odowd} 39:talks:ines 39:talks:odowd.")
        );
        assert_eq!(beside(fields.cue), "16:We:said 39:talks:told reporters");
        assert_eq!(
            beside(fields.entity_layer(crate::article::EntityType::Place)),
            format!("2:Port:{selby} 2:Port:port 2:Port:selby 7:Port:{selby} 7:Port:port 7:Port:selby 44:U.S.:us.")
        );
    }

    proptest::proptest! {
        #[test]
        fn terms_come_back_where_they_were(steps in proptest::collection::vec((0u32..100_000, "\\PC{1,90}"), 0..20)) {
            let mut layer = Layer::default();
            let mut at = 0;
            let mut pushed = Vec::new();
            for (step, term) in steps {
                at += step;
                layer.push(at, &term);
                pushed.push((at, term));
            }
            assert_eq!(terms(&layer), pushed);
        }
    }
}
