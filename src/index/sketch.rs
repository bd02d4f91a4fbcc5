//! Near-duplicates: is this the same story, as the desk of another outlet edited it?
//!
//! A text is the set of its word shingles (runs of [`SHINGLE`] words, case and accents kept out by hashing folded
//! words; Broder 1997). Two articles carry the same copy when the smaller set lies in the larger one to a good part:
//! *containment*, not resemblance, because desks cut from the end, put a lede or a local paragraph of their own in
//! front, and change the headline. Headline, byline, dateline, captions and boilerplate are left out.
//!
//! To find candidates among many articles without comparing all with all, each carries a *sketch*: the
//! [`SKETCH`] smallest hashes of its shingles (a bottom-k sketch; Cohen and Kaplan 2007). A copy cut to half still
//! shares one of them with a probability above 99 per cent. What shares one is then compared in full.

use rustc_hash::FxHashMap;

use crate::article::{Article, ZoneKind, fold};

/// Words in a shingle: long enough that two stories on one event rarely share one by chance.
pub const SHINGLE: usize = 5;
/// Hashes in a sketch.
pub const SKETCH: usize = 12;
/// From this containment on, two articles carry the same copy (see `tests/bench/README.md`).
pub const SAME_COPY: f32 = 0.4;
/// Briefs of at most [`BRIEF`] shingles must be this much the same: they are written to forms, a name and a figure
/// apart. What is asked falls evenly to [`SAME_COPY`] at [`STORY`], and rises again to [`SAME_LONG`] at [`LONG`]: what
/// a desk puts in is about as long whatever the story, while what a site repeats on every page can be half of a page.
const SAME_BRIEF: f32 = 0.85;
const BRIEF: f32 = 40.0;
const STORY: f32 = 110.0;
const SAME_LONG: f32 = 0.6;
const LONG: f32 = 400.0;
/// Fewer shared shingles than this prove nothing: a quotation alone may be that long.
pub const FEWEST_SHARED: usize = 12;
/// What is copied is copied in stretches: their mean length, in shingles, is at least this. Reports written to a form
/// (results, bond issues) share as many words, but another name or figure breaks them off every few.
pub const STRETCH: f32 = 12.0;

/// The shingles of one article, as hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shingles {
    /// As they follow one another in the text.
    text: Vec<u32>,
    /// Sorted, each once.
    set: Vec<u32>,
}

impl Shingles {
    pub fn of(article: &Article) -> Shingles {
        let text: Vec<u32> = hashes(&words(article).collect::<Vec<u64>>()).collect();
        let mut set = text.clone();
        set.sort_unstable();
        set.dedup();
        Shingles { text, set }
    }

    /// The sketch: the smallest hashes, in order; fewer where the article has fewer shingles.
    pub fn sketch(&self) -> &[u32] {
        &self.set[..self.set.len().min(SKETCH)]
    }

    pub fn len(&self) -> usize {
        self.set.len()
    }

    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// How many shingles both have.
    pub fn shared(&self, other: &Shingles) -> usize {
        let (mut a, mut b) = (self.set.iter().peekable(), other.set.iter().peekable());
        let mut n = 0;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    n += 1;
                    a.next();
                    b.next();
                }
            }
        }
        n
    }

    /// The share of the smaller article's shingles that the other has too, 0 to 1.
    pub fn containment(&self, other: &Shingles) -> f32 {
        let least = self.len().min(other.len());
        if least == 0 { 0.0 } else { self.shared(other) as f32 / least as f32 }
    }

    /// Whether both carry the same copy.
    pub fn same_copy(&self, other: &Shingles) -> bool {
        let least = self.len().min(other.len());
        let shared = self.shared(other);
        shared >= FEWEST_SHARED.min(least.max(1))
            && shared as f32 >= asked(least as f32) * least as f32
            && self.stretch(other) >= STRETCH.min(least as f32)
    }

    /// The mean length of the stretches of the shorter text that the other has too, in shingles.
    pub fn stretch(&self, other: &Shingles) -> f32 {
        let (short, long) = if self.text.len() <= other.text.len() { (self, other) } else { (other, self) };
        let (mut inside, mut stretches, mut copied) = (false, 0u32, 0u32);
        for hash in &short.text {
            let has = long.set.binary_search(hash).is_ok();
            stretches += u32::from(has && !inside);
            copied += u32::from(has);
            inside = has;
        }
        if stretches == 0 { 0.0 } else { copied as f32 / stretches as f32 }
    }
}

/// The sketch of an article as the index keeps it: 20 bits of each hash, enough to tell apart the articles of a list of
/// answers.
pub fn kept(article: &Article) -> impl Iterator<Item = u64> {
    let mut least: Vec<u32> = Vec::with_capacity(SKETCH + 1);
    for hash in hashes(&words(article).collect::<Vec<u64>>()) {
        if (least.len() < SKETCH || least.last().is_some_and(|most| hash < *most))
            && let Err(at) = least.binary_search(&hash)
        {
            least.insert(at, hash);
            least.truncate(SKETCH);
        }
    }
    least.into_iter().map(|hash| u64::from(hash & 0xf_ffff))
}

/// The hash of each shingle of these words. A text shorter than a shingle is one shingle.
fn hashes(words: &[u64]) -> impl Iterator<Item = u32> {
    let windows = words.windows(SHINGLE.min(words.len()).max(1));
    windows.map(|w| (w.iter().fold(0, |h, &x| mix(h ^ x).rotate_left(7)) >> 16) as u32)
}

/// The words of an article's story in order, folded and hashed: headline, byline, dateline, captions and boilerplate
/// are left out.
pub fn words(article: &Article) -> impl Iterator<Item = u64> {
    let mut folded = String::new();
    let mut zones = article.zones.iter().peekable();
    article.tokens.iter().filter(|t| t.is_word()).filter_map(move |token| {
        while zones.next_if(|z| z.span.end <= token.span.start).is_some() {}
        let zone = zones.peek().filter(|z| z.span.start <= token.span.start).map(|z| z.kind);
        if !matches!(zone, None | Some(ZoneKind::Body | ZoneKind::Standfirst)) {
            return None;
        }
        let word = token.term(&article.text);
        if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Some(hash_of(word.bytes().map(|b| b.to_ascii_lowercase())));
        }
        folded.clear();
        fold::fold_into(word, &mut folded);
        Some(hash(folded.as_bytes()))
    })
}

/// Pairs of articles whose sketches share a hash, each once, smaller index first, in order: the candidates.
///
/// A hash that more than `most` articles share belongs to boilerplate and proposes nobody.
pub fn candidates(sketches: &[Vec<u32>], most: usize) -> Vec<(u32, u32)> {
    let mut having: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (i, sketch) in sketches.iter().enumerate() {
        for &hash in sketch {
            having.entry(hash).or_default().push(i as u32);
        }
    }
    let mut pairs = Vec::new();
    for list in having.values().filter(|l| l.len() <= most) {
        for (k, &a) in list.iter().enumerate() {
            pairs.extend(list[k + 1..].iter().filter(|&&b| b != a).map(|&b| (a.min(b), a.max(b))));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The containment that is asked of two articles, the smaller of so many shingles.
fn asked(least: f32) -> f32 {
    let brief = ((STORY - least) / (STORY - BRIEF)).clamp(0.0, 1.0);
    let long = ((least - STORY) / (LONG - STORY)).clamp(0.0, 1.0);
    SAME_COPY + (SAME_BRIEF - SAME_COPY) * brief + (SAME_LONG - SAME_COPY) * long
}

/// FNV-1a: the hashes are stored, so they must never change with a library.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    hash_of(bytes.iter().copied())
}

fn hash_of(bytes: impl Iterator<Item = u8>) -> u64 {
    mix(bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)))
}

/// The finaliser of SplitMix64.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Span, Tokens, Zone};

    fn article(headline: &str, body: &str) -> Article {
        let text = format!("{headline}\n\n{body}");
        let zone = |kind, start, end| Zone { kind, span: Span::new(start, end) };
        Article {
            tokens: Tokens::of(&text),
            zones: vec![
                zone(ZoneKind::Headline, 0, headline.len()),
                zone(ZoneKind::Body, headline.len() + 2, text.len()),
            ],
            text,
            ..Article::default()
        }
    }

    /// Two hundred different words a story.
    fn story(seed: usize) -> String {
        (0..200).map(|i| format!("word{}x{}", seed, i * 7 % 211)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_copy_cut_to_half_under_another_headline_is_the_same_copy() {
        let whole = story(1);
        let half: Vec<&str> = whole.split(' ').take(100).collect();
        let edited = format!("A lede of our own, with nine new words. {} A local paragraph follows.", half.join(" "));
        let (a, b) = (Shingles::of(&article("One headline", &whole)), Shingles::of(&article("Another", &edited)));
        assert!(a.same_copy(&b) && b.same_copy(&a), "containment {}", a.containment(&b));
        assert!(a.sketch().iter().any(|h| b.sketch().contains(h)));
    }

    #[test]
    fn a_shared_headline_or_quotation_is_not_the_same_copy() {
        let quote = "we will not raise taxes not this year and not the next";
        let a = Shingles::of(&article("Mayor on taxes", &format!("{} {quote}", story(1))));
        let b = Shingles::of(&article("Mayor on taxes", &format!("{quote} {}", story(2))));
        assert!(a.shared(&b) > 0 && !a.same_copy(&b));
    }

    #[test]
    fn reports_written_to_a_form_are_not_the_same_copy() {
        let report = |name: &str, sum: &str, day: &str| {
            article(
                "Bond issued",
                &format!(
                    "{name} is issuing a {sum} bond due in five years, said the lead manager of the issue, {name}                      Bank. The bond is available in pieces of one thousand and will be listed in Selby from {day} on. The                      selling concession is one per cent while management and underwriting pay half of that, {name} said.                      The payment date is {day}."
                ),
            )
        };
        let (a, b) = (report("Northland Gas", "hundred million", "Monday"), report("Orvex", "forty million", "Friday"));
        let (a, b) = (Shingles::of(&a), Shingles::of(&b));
        assert!(a.containment(&b) > SAME_COPY && !a.same_copy(&b), "containment {}", a.containment(&b));
    }

    #[test]
    fn case_and_accents_do_not_matter_and_empty_texts_are_nobodys_copy() {
        let a = Shingles::of(&article("", "López said the harbour would reopen on Monday"));
        let b = Shingles::of(&article("", "LOPEZ SAID THE HARBOUR WOULD REOPEN ON MONDAY"));
        assert_eq!(a, b);
        let none = Shingles::of(&Article::default());
        assert!(!none.same_copy(&none) && none.sketch().is_empty());
    }

    #[test]
    fn what_is_kept_are_the_smallest_hashes() {
        for text in ["", "one two three", "the ferry the ferry the ferry the ferry", &story(1)] {
            let article = article("One headline", text);
            let sketch: Vec<_> = Shingles::of(&article).sketch().iter().map(|h| u64::from(h & 0xf_ffff)).collect();
            assert_eq!(kept(&article).collect::<Vec<_>>(), sketch, "{text}");
        }
    }

    #[test]
    fn candidates_share_a_hash_and_boilerplate_proposes_nobody() {
        let sketches = vec![vec![1, 2], vec![2, 9], vec![3, 9], vec![9]];
        assert_eq!(candidates(&sketches, 2), [(0, 1)]);
        assert_eq!(candidates(&sketches, 3), [(0, 1), (1, 2), (1, 3), (2, 3)]);
    }
}
