//! What single words tell about who speaks: verbs of speech, pronouns, roles, and the small words of clauses.
//!
//! The words stand in `lexicon.txt`, a section a class. Regular verbs are inflected here. A word is looked up by the
//! hash of its lower-case form, so that a token is read once and never copied.

use std::io;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::parse::model::Reader;
#[cfg(feature = "train")]
use crate::parse::model::Writer;

/// The classes of a word, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class(pub u32);

impl Class {
    /// A verb that introduces what somebody says.
    pub const SPEECH: Class = Class(1);
    /// A verb of belief, of intention or of another act: a cue only beside quotation marks.
    pub const MARKED: Class = Class(1 << 1);
    /// A verb of speech whose object is the hearer: "told".
    pub const ADDRESS: Class = Class(1 << 2);
    /// A verb that calls something by words: "dubbed".
    pub const LABEL: Class = Class(1 << 3);
    /// Any of the four above.
    pub const CUE: Class = Class(0b1111);
    /// Of verbs: the base form.
    pub const BASE: Class = Class(1 << 4);
    /// Third person or past.
    pub const FINITE: Class = Class(1 << 5);
    pub const ING: Class = Class(1 << 6);
    /// As often a noun.
    pub const NOUN_TOO: Class = Class(1 << 7);
    pub const PRONOUN: Class = Class(1 << 8);
    pub const DETERMINER: Class = Class(1 << 9);
    pub const PREPOSITION: Class = Class(1 << 10);
    pub const CONJUNCTION: Class = Class(1 << 11);
    pub const AUXILIARY: Class = Class(1 << 12);
    pub const NEGATION: Class = Class(1 << 13);
    pub const ADVERB: Class = Class(1 << 14);
    pub const TIME: Class = Class(1 << 15);
    pub const ROLE: Class = Class(1 << 16);
    pub const COLLECTIVE: Class = Class(1 << 17);
    pub const BODY: Class = Class(1 << 18);
    pub const ANONYMOUS: Class = Class(1 << 19);
    /// Hearers: "reporters".
    pub const READER: Class = Class(1 << 20);
    /// What is written, and so speaks: "the report".
    pub const DOCUMENT: Class = Class(1 << 21);
    /// A verb with a subject, as the company it keeps tells; few of them are speech.
    pub const VERB: Class = Class(1 << 22);
    pub const NOUN: Class =
        Class(Self::ROLE.0 | Self::COLLECTIVE.0 | Self::BODY.0 | Self::ANONYMOUS.0 | Self::DOCUMENT.0);

    pub fn any(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    fn with(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// The hash of a word's lower-case form; curly apostrophes count as straight ones.
pub fn key(word: &str) -> u32 {
    let mut h: u32 = 0x811c_9dc5;
    let mut eat = |b: u8| h = (h ^ b as u32).wrapping_mul(0x0100_0193);
    if word.is_ascii() {
        word.bytes().for_each(|b| eat(b.to_ascii_lowercase()));
    } else {
        for c in word.chars().flat_map(char::to_lowercase) {
            let c = if c == '’' { '\'' } else { c };
            c.encode_utf8(&mut [0; 4]).bytes().for_each(&mut eat);
        }
    }
    h
}

/// As [`key`], of a word in small ASCII letters, for constants.
pub const fn key_of(word: &str) -> u32 {
    let (mut h, mut i) = (0x811c_9dc5_u32, 0);
    while i < word.len() {
        h = (h ^ word.as_bytes()[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    h
}

/// As [`key_of`], of several.
pub const fn keys_of<const N: usize>(words: [&str; N]) -> [u32; N] {
    let (mut keys, mut i) = ([0; N], 0);
    while i < N {
        keys[i] = key_of(words[i]);
        i += 1;
    }
    keys
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    pub class: Class,
    /// The number, from 1, of the words that keep like company in unlabelled news; 0 where that is not known. They
    /// stand in for parts of speech: "said" is with "wrote", "candidate" with "member".
    pub company: u8,
}

/// What is known of the word with this [`key`].
pub fn known(key: u32) -> Known {
    LEXICON.get(&key).copied().unwrap_or_default()
}

/// The words' companies that `newsdex-train company` made; `quotes.md` beside them says from what.
static COMPANY: &[u8] = include_bytes!("../model/company.bin");

static LEXICON: LazyLock<FxHashMap<u32, Known>> = LazyLock::new(|| {
    let mut lexicon = read(include_str!("lexicon.txt"));
    // The file is part of the binary: damage is a fault of the build, and words without company are no fault.
    let (finite, companies) = companies(COMPANY).unwrap_or_default();
    for (key, company) in companies {
        let known = lexicon.entry(key).or_default();
        known.company = company;
        if finite.contains(&company) {
            known.class = known.class.with(Class::VERB);
        }
    }
    lexicon
});

/// The companies of finite verbs; keys of words with theirs.
type Companies = (Vec<u8>, Vec<(u32, u8)>);

/// The companies of finite verbs, and keys of words with their companies, as [`write_companies`] wrote them.
fn companies(bytes: &[u8]) -> io::Result<Companies> {
    let mut from = Reader::open(bytes)?;
    let finite = (0..from.u8()?).map(|_| from.u8()).collect::<io::Result<_>>()?;
    let words = from.keys()?.into_iter().map(|k| Ok((k, from.u8()?))).collect::<io::Result<_>>()?;
    Ok((finite, words))
}

/// Lower-case words with their companies as bytes, and which of the companies are of finite verbs.
#[cfg(feature = "train")]
pub fn write_companies<'w>(finite: &[u8], words: impl Iterator<Item = (&'w str, u8)>) -> io::Result<Vec<u8>> {
    let companies: std::collections::BTreeMap<u32, u8> = words.map(|(w, c)| (key(w), c)).collect();
    let mut to = Writer::default();
    to.u8(finite.len() as u8);
    finite.iter().for_each(|&c| to.u8(c));
    to.keys(&companies.keys().copied().collect::<Vec<_>>());
    companies.values().for_each(|&c| to.u8(c));
    to.pack()
}

fn read(source: &str) -> FxHashMap<u32, Known> {
    let mut lexicon = FxHashMap::<u32, Known>::default();
    let mut add = |word: &str, class: Class| {
        let entry = lexicon.entry(key(word)).or_default();
        entry.class = entry.class.with(class);
    };
    let mut section = Class::default();
    for line in source.lines().map(|l| l.split('#').next().unwrap_or_default().trim()) {
        if let Some(name) = line.strip_prefix('[') {
            section = match name.trim_end_matches(']') {
                "speech" => Class::SPEECH,
                "attitude" | "act" => Class::MARKED,
                "address" => Class::ADDRESS,
                "label" => Class::LABEL,
                "noun-too" => Class::NOUN_TOO,
                "pronoun" => Class::PRONOUN,
                "determiner" => Class::DETERMINER,
                "preposition" => Class::PREPOSITION,
                "conjunction" => Class::CONJUNCTION,
                "auxiliary" => Class::AUXILIARY,
                "negation" => Class::NEGATION,
                "adverb" => Class::ADVERB,
                "time" => Class::TIME,
                "role" => Class::ROLE,
                "collective" => Class::COLLECTIVE,
                "body" => Class::BODY,
                "document" => Class::DOCUMENT,
                "anonymous" => Class::ANONYMOUS,
                "reader" => Class::READER,
                other => unreachable!("section {other} of lexicon.txt"),
            };
        } else if section.any(Class::CUE) {
            let words: Vec<&str> = line.split_whitespace().collect();
            for (form, class) in inflect(&words) {
                add(&form, section.with(class));
            }
        } else {
            line.split_whitespace().for_each(|w| add(w, section));
        }
    }
    lexicon
}

/// The forms of a verb: given as one base, inflected as regular verbs are; else as they are listed.
fn inflect(words: &[&str]) -> Vec<(String, Class)> {
    let (Some(&base), rest) = (words.first(), words.get(1..).unwrap_or_default()) else { return Vec::new() };
    let mut forms = vec![(base.to_string(), Class::BASE)];
    if rest.is_empty() {
        let stem = base.strip_suffix('e').unwrap_or(base);
        let hissing = ["s", "sh", "ch", "x", "z"].iter().any(|end| base.ends_with(end));
        forms.push((format!("{base}{}", if hissing { "es" } else { "s" }), Class::FINITE));
        forms.push((format!("{stem}ed"), Class::FINITE));
        forms.push((format!("{stem}ing"), Class::ING));
    } else {
        for form in rest {
            let class = if form.ends_with("ing") && *form != base { Class::ING } else { Class::FINITE };
            forms.push((form.to_string(), class));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected() {
        for (word, kind, form) in [
            ("said", Class::SPEECH, Class::FINITE),
            ("Argued", Class::SPEECH, Class::FINITE),
            ("stresses", Class::SPEECH, Class::FINITE),
            ("declaring", Class::SPEECH, Class::ING),
            ("told", Class::ADDRESS, Class::FINITE),
            ("dubbing", Class::LABEL, Class::ING),
        ] {
            let c = known(key(word)).class;
            assert!(c.any(kind) && c.any(form), "{word}");
        }
        assert!(!known(key("table")).class.any(Class::CUE));
        assert_eq!(key("Don’t"), key("don't"));
        assert_eq!(key("Don't"), key_of("don't"));
    }

    #[test]
    fn words_of_one_part_of_speech_keep_like_company() {
        let company = |word: &str| known(key(word)).company;
        assert_ne!(company("said"), 0);
        assert_eq!(company("candidate"), company("member"));
        assert_ne!(company("candidate"), company("explain"));
    }
}
