//! From a word of the query to the written words that it stands for.
//!
//! Articles are indexed as written. That `strikes`, `Strike` and `STRIKING` answer `strike` is decided here, when the
//! question is asked: case, accents and apostrophes fall ([`fold`]), endings are cut off in the languages of the
//! archive (Snowball; a word's own, where it stands in articles of one), both spellings of English are one, and
//! wildcards and tildes are what they are. The result is a *group* of dictionary entries that the engine reads and
//! scores as one word.
//!
//! The dictionary is walked along the paths that can still match ([`automaton`]); what is found is then compared
//! exactly. What stands for too many words is capped, the most frequent kept, and says so.

mod automaton;
mod english;
pub mod function_words;

use std::borrow::Cow;
use std::collections::BinaryHeap;
use std::io;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use tantivy::postings::TermInfo;

use super::syntax::Term;
use crate::article::fold::fold;
use crate::index::dictionary::Dictionary;
use crate::index::layers::HYPHEN;
use automaton::{Endings, Folding, Forms, Fuzzy, MAX_PREFIX, MAX_TRACKS, Pattern, Track, Wild};

/// The most words of one segment's dictionary that one word of a query stands for.
pub const MAX_GROUP: usize = 1024;

/// One entry of the dictionary.
#[derive(Clone, Debug)]
pub struct Found {
    pub word: String,
    pub info: TermInfo,
    /// The word itself, but for case and accents; otherwise a relative.
    pub same: bool,
}

impl Found {
    /// Whether it stands for two words that a hyphen joins.
    pub fn is_compound(&self) -> bool {
        self.word.contains(HYPHEN)
    }
}

/// What one word of a query stands for.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// For each dictionary, in its order.
    pub segments: Vec<Vec<Found>>,
    /// There are more words than were looked for.
    pub capped: bool,
}

impl Expansion {
    /// In how many articles the entries stand, each counted for itself.
    fn frequency(&self, keep: impl Fn(&Found) -> bool) -> u64 {
        self.segments.iter().flatten().filter(|f| keep(f)).map(|f| u64::from(f.info.doc_freq)).sum()
    }
}

/// The languages in which endings are cut off.
pub struct Stemming {
    english: Option<Stemmer>,
    others: Vec<(String, Stemmer)>,
}

/// Of the languages of a [`Stemming`] those that a word is taken for: a bit each, English first.
#[derive(Clone, Copy, Debug)]
pub struct Spoken(u8);

impl Spoken {
    pub const ALL: Spoken = Spoken(u8::MAX);

    /// Whether there is a language in both.
    pub fn meets(self, other: Spoken) -> bool {
        self.0 & other.0 != 0
    }

    fn includes(self, language: usize) -> bool {
        self.0 & (1 << language) != 0
    }
}

impl Stemming {
    /// For these languages (ISO 639-1); those that Snowball does not know are not stemmed.
    pub fn new<'l>(languages: impl IntoIterator<Item = &'l str>) -> Stemming {
        let mut stemming = Stemming { english: None, others: Vec::new() };
        for language in languages {
            match algorithm(language) {
                Some(Algorithm::English) => stemming.english = Some(Stemmer::create(Algorithm::English)),
                Some(algorithm) => stemming.others.push((language.to_string(), Stemmer::create(algorithm))),
                None => {}
            }
        }
        // Each language is a walk through the dictionary: an archive of more is stemmed in its first.
        stemming.others.truncate(4);
        stemming
    }

    /// Whether a word can be taken for more than one language.
    pub fn several(&self) -> bool {
        self.others.len() + usize::from(self.english.is_some()) > 1
    }

    /// The languages for which `speaks` holds; all if there is none.
    pub fn spoken(&self, speaks: impl Fn(&str) -> bool) -> Spoken {
        let english = u8::from(self.english.is_some() && speaks("en"));
        let others = self.others.iter().enumerate().filter(|(_, (code, _))| speaks(code));
        match others.fold(english, |bits, (i, _)| bits | 1 << (i + 1)) {
            0 => Spoken::ALL,
            bits => Spoken(bits),
        }
    }

    /// The stem of a folded word in the archive's first language, for what compares words outside the dictionary.
    pub fn stem(&self, folded: &str) -> String {
        if has_digit(folded) {
            return folded.to_string();
        }
        match self.english.as_ref().or(self.others.first().map(|(_, stemmer)| stemmer)) {
            Some(stemmer) => stemmer.stem(folded).into_owned(),
            None => folded.to_string(),
        }
    }
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "nl" => Algorithm::Dutch,
        "en" => Algorithm::English,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "no" | "nb" | "nn" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "es" => Algorithm::Spanish,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

/// The entries that are the word but for case and accents.
pub fn same(word: &str, dictionary: &Dictionary) -> io::Result<Vec<Found>> {
    let folded = fold(word);
    let mut out = Vec::new();
    if !folded.is_empty() && folded.len() <= MAX_PREFIX {
        let tracks = vec![literal(&folded)];
        walk(&Folding::with_compounds(Forms { tracks }), dictionary, &mut out, |_| Some(true))?;
    }
    Ok(out)
}

fn literal(folded: &str) -> Track {
    Track { prefix: folded.chars().collect(), endings: Endings::These(&[""]) }
}

/// Looks a word up in all dictionaries. `acronym`: it stands in capitals among words that do not. `spoken`: the
/// languages whose endings are cut off.
pub fn expand(
    term: &Term,
    acronym: bool,
    stemming: &Stemming,
    spoken: Spoken,
    dictionaries: &[&Dictionary],
) -> io::Result<Expansion> {
    let (segments, capped) = match term {
        Term::Word(word) => words(word, stemming, spoken, dictionaries)?,
        Term::Exact(word) => (exact(word, dictionaries)?, false),
        Term::Wild(pattern) => walks(Wild::new(pattern).map(Folding::new), dictionaries, |_| Some(true))?,
        Term::Fuzzy(word, edits) => {
            let edits = edits.unwrap_or(if word.chars().count() > 5 { 2 } else { 1 });
            let folded = fold(word);
            let same = |found: &str| Some(fold(found) == folded);
            walks(Fuzzy::new(word, edits).map(Folding::new), dictionaries, same)?
        }
    };
    let mut expansion = Expansion { segments, capped };
    if acronym && let Term::Word(word) = term {
        keep_acronym(word, &mut expansion);
    }
    Ok(expansion)
}

/// Where the lower-case word is a small one (`us`, `it`) or the more common one, capitals among other words mean
/// capitals.
fn keep_acronym(word: &str, expansion: &mut Expansion) {
    let capital = |f: &Found| f.same && !f.word.contains(char::is_lowercase) && f.word.contains(char::is_alphabetic);
    let small = |f: &Found| f.same && !f.word.contains(char::is_uppercase);
    let common = english::SMALL_WORDS.contains(&fold(word).as_str());
    if has_digit(word) || !(common || expansion.frequency(small) > expansion.frequency(capital)) {
        return;
    }
    for segment in &mut expansion.segments {
        segment.retain(capital);
    }
}

fn exact(word: &str, dictionaries: &[&Dictionary]) -> io::Result<Vec<Vec<Found>>> {
    // Typed with either apostrophe, a word has one or the other in print.
    let mut spellings = vec![word.to_string(), word.replace('\'', "’"), word.replace('’', "'")];
    spellings.sort_unstable();
    spellings.dedup();
    let entries = |dictionary: &&Dictionary| {
        let mut out = Vec::new();
        for word in &spellings {
            out.extend(dictionary.get(word)?.map(|info| Found { word: word.clone(), info, same: true }));
        }
        Ok(out)
    };
    dictionaries.iter().map(entries).collect()
}

fn words(
    word: &str,
    stemming: &Stemming,
    spoken: Spoken,
    dictionaries: &[&Dictionary],
) -> io::Result<(Vec<Vec<Found>>, bool)> {
    let folded = fold(word);
    if folded.is_empty() || folded.len() > MAX_PREFIX {
        return Ok((exact(word, dictionaries)?, false));
    }
    if has_digit(&folded) {
        let number = number(word);
        let mut tracks = vec![literal(&fold(&number))];
        if let Some(grouped) = grouped(&number) {
            tracks.push(literal(&fold(&grouped)));
        }
        let same = |found: &str| (self::number(found) == number).then_some(true);
        return walks(Some(Folding::with_compounds(Forms { tracks })), dictionaries, same);
    }
    let mut patterns: Vec<Forms> = Vec::new();
    // A stem is given with its stemmer: English, then the others.
    let mut stems: Vec<(usize, String)> = Vec::new();
    let english = stemming.english.as_ref().filter(|_| spoken.includes(0));
    let variants = if english.is_some() { english::variants(&folded) } else { Vec::new() };
    for form in std::iter::once(&folded).chain(&variants) {
        let mut tracks = vec![literal(form)];
        if let Some(stemmer) = english {
            let stem = stemmer.stem(form).into_owned();
            tracks.push(Track { prefix: stem.chars().collect(), endings: Endings::These(english::ENDINGS) });
            for (end, endings) in english::SWAPS {
                if let Some(prefix) = stem.strip_suffix(end)
                    && tracks.len() < MAX_TRACKS
                {
                    tracks.push(Track { prefix: prefix.chars().collect(), endings: Endings::These(endings) });
                }
            }
            stems.push((0, stem));
        }
        patterns.push(Forms { tracks });
    }
    for (i, (_, stemmer)) in stemming.others.iter().enumerate().filter(|(i, _)| spoken.includes(i + 1)) {
        // Endings of other languages reach one or two letters into the stem and are eight long at most.
        let stem = stemmer.stem(&folded).into_owned();
        let keep = stem.chars().count().saturating_sub(2).max(3);
        let prefix = stem.chars().take(keep).collect();
        patterns.push(Forms { tracks: vec![literal(&folded), Track { prefix, endings: Endings::UpTo(10) }] });
        stems.push((i + 1, stem));
    }
    let judge = |found: &str| {
        let found = fold(&joined(found));
        if found == folded {
            return Some(true);
        }
        let related = |(i, stem): &(usize, String)| {
            let stemmer = match i {
                0 => stemming.english.as_ref(),
                i => stemming.others.get(i - 1).map(|(_, stemmer)| stemmer),
            };
            stemmer.is_some_and(|s| s.stem(&found) == *stem)
        };
        (variants.contains(&found) || stems.iter().any(related)).then_some(false)
    };
    // The dictionaries of one archive have most words in common.
    let mut judged: FxHashMap<String, Option<bool>> = FxHashMap::default();
    let mut judge = |found: &str| match judged.get(found) {
        Some(known) => *known,
        None => *judged.entry(found.to_string()).or_insert(judge(found)),
    };
    let mut segments: Vec<Vec<Found>> = vec![Vec::new(); dictionaries.len()];
    let mut capped = false;
    for forms in patterns {
        let automaton = Folding::with_compounds(forms);
        for (dictionary, list) in dictionaries.iter().zip(&mut segments) {
            capped |= walk(&automaton, dictionary, list, &mut judge)?;
        }
    }
    for list in &mut segments {
        list.sort_by(|a, b| a.word.cmp(&b.word));
        list.dedup_by(|a, b| a.word == b.word);
    }
    Ok((segments, capped))
}

/// A compound as one word.
fn joined(word: &str) -> Cow<'_, str> {
    if word.contains(HYPHEN) { Cow::Owned(word.replace(HYPHEN, "")) } else { Cow::Borrowed(word) }
}

/// What a pattern finds in each of the dictionaries, if it is one. Whether there is more than that.
fn walks<P: Pattern>(
    automaton: Option<Folding<P>>,
    dictionaries: &[&Dictionary],
    judge: impl Fn(&str) -> Option<bool>,
) -> io::Result<(Vec<Vec<Found>>, bool)> {
    let mut segments: Vec<Vec<Found>> = vec![Vec::new(); dictionaries.len()];
    let mut capped = false;
    if let Some(automaton) = automaton {
        for (dictionary, list) in dictionaries.iter().zip(&mut segments) {
            capped |= walk(&automaton, dictionary, list, &judge)?;
        }
    }
    Ok((segments, capped))
}

/// Adds what a pattern finds and `judge` confirms (`true`: the word itself). Whether there is more than that.
fn walk<P: Pattern>(
    automaton: &Folding<P>,
    dictionary: &Dictionary,
    out: &mut Vec<Found>,
    mut judge: impl FnMut(&str) -> Option<bool>,
) -> io::Result<bool> {
    let mut best: BinaryHeap<std::cmp::Reverse<(u32, usize)>> = BinaryHeap::new();
    let mut found = Vec::new();
    let mut capped = false;
    automaton.begin();
    dictionary.search(&automaton, |bytes| {
        let Ok(word) = std::str::from_utf8(bytes) else { return Ok(()) };
        let Some(same) = judge(word) else { return Ok(()) };
        let Some(info) = dictionary.get(bytes)? else { return Ok(()) };
        let slot = if found.len() < MAX_GROUP {
            found.push(None);
            found.len() - 1
        } else {
            capped = true;
            match best.peek() {
                Some(std::cmp::Reverse((least, slot))) if *least < info.doc_freq => {
                    let slot = *slot;
                    best.pop();
                    slot
                }
                _ => return Ok(()),
            }
        };
        best.push(std::cmp::Reverse((info.doc_freq, slot)));
        found[slot] = Some(Found { word: word.to_string(), info, same });
        Ok(())
    })?;
    out.extend(found.into_iter().flatten());
    Ok(capped || automaton.gave_up())
}

/// A word with digits without the marks that group them (`1,000` is `1000`) but with its decimal point.
fn number(word: &str) -> String {
    let word = joined(word);
    let bytes = word.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|b| b.len() == 3 && b.iter().all(u8::is_ascii_digit))
    };
    let groups = |i: usize| digits(i + 1..i + 4) && !bytes.get(i + 4).is_some_and(u8::is_ascii_digit) && i > 0;
    let kept = word.char_indices().filter(|&(i, c)| c != ',' || !groups(i)).map(|(_, c)| c);
    kept.flat_map(char::to_lowercase).collect()
}

/// The same with its thousands grouped, if it has any.
fn grouped(number: &str) -> Option<String> {
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    if !(4..=15).contains(&digits) {
        return None;
    }
    let mut out = String::new();
    for (i, c) in number.char_indices() {
        if i > 0 && i < digits && (digits - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    Some(out)
}

/// Steps through all dictionaries in which words that are spelled alike are looked for: some milliseconds.
const SPELLING_STEPS: u64 = 200_000;

/// Words of the dictionaries that are spelled like this one, the likeliest first: fewest edits, then most frequent.
///
/// One edit is looked for anywhere; two only behind the first letter, which is seldom the wrong one (Kukich 1992) and
/// without which a good part of each dictionary would have to be read.
pub fn spelled_like(word: &str, dictionaries: &[&Dictionary], most: usize) -> io::Result<Vec<String>> {
    let folded = fold(word);
    let mut candidates = std::collections::BTreeMap::<String, (u64, String, u32)>::new();
    for edits in 1..=2u8 {
        if edits == 2 && (folded.chars().count() < 4 || !candidates.is_empty()) {
            break;
        }
        let Some(fuzzy) = Fuzzy::new(word, edits) else { break };
        let fuzzy = if edits == 2 { fuzzy.behind_first_letter() } else { fuzzy };
        let automaton = Folding::new(fuzzy).within(SPELLING_STEPS);
        for dictionary in dictionaries {
            dictionary.search(&&automaton, |bytes| {
                let Ok(found) = std::str::from_utf8(bytes) else { return Ok(()) };
                let key = fold(found);
                let info = if key == folded { None } else { dictionary.get(bytes)? };
                let Some(info) = info else { return Ok(()) };
                let entry = candidates.entry(key).or_insert((0, found.to_string(), 0));
                entry.0 += u64::from(info.doc_freq);
                if info.doc_freq > entry.2 {
                    (entry.1, entry.2) = (found.to_string(), info.doc_freq);
                }
                Ok(())
            })?;
        }
    }
    let mut words: Vec<_> = candidates.into_values().collect();
    words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(words.into_iter().take(most).map(|(_, word, _)| word).collect())
}

#[cfg(test)]
mod tests;
