//! The language of an article, as an ISO 639-1 code.
//!
//! What the metadata declare counts, unless the text is certainly in another language. Most archives are in English,
//! and English shows by its small words, at a hundredth of the cost of comparing trigrams with seventy languages
//! (whatlang): that is left for texts which the small words do not settle. A text too short to tell has no language.

use whatlang::Lang;

use crate::article::{Notice, Tokens};

/// How much of a text is looked at, in bytes: the first paragraphs tell as much as the whole.
const SAMPLE: usize = 600;
/// The least number of words that tell a language.
const FEWEST: usize = 12;

/// The language of a text, given what its metadata declare ("en-GB", "English", "eng").
pub fn detect(text: &str, tokens: &Tokens, declared: Option<&str>, notices: &mut Vec<Notice>) -> Option<String> {
    let known = declared.and_then(code);
    let small = SmallWords::count(text, tokens);
    let found = match small.are_english() {
        true => Some(("en", true)),
        false if known.is_some() && tokens.words() < 50 => None,
        false => by_trigrams(text, tokens, &small),
    };
    let language = match (known, found) {
        (Some(known), Some((found, true))) if !same(known, found) => {
            notices.push(Notice::new(
                "language-contradicted",
                format!("declared {:?}, but the text is in {found:?}", declared.unwrap_or_default()),
            ));
            found
        }
        (Some(known), _) => known,
        (None, found) => found?.0,
    };
    Some(language.to_string())
}

/// How many of the first words are the small words of a language.
#[derive(Default)]
struct SmallWords {
    words: usize,
    english: usize,
    /// Of the other languages in Latin letters that most news is in.
    other: usize,
}

impl SmallWords {
    fn count(text: &str, tokens: &Tokens) -> SmallWords {
        let mut n = SmallWords::default();
        for token in tokens.iter().filter(|t| t.is_word()).take(150) {
            n.words += 1;
            match token.span.of(text) {
                "the" | "of" | "and" | "to" | "that" | "was" | "for" | "with" | "is" | "on" | "said" | "his" | "by"
                | "from" | "at" | "The" | "it" | "has" | "have" | "be" | "are" | "were" | "which" | "this" => {
                    n.english += 1
                }
                "le" | "les" | "des" | "et" | "du" | "est" | "der" | "und" | "das" | "den" | "von" | "el" | "los"
                | "las" | "del" | "que" | "y" | "il" | "di" | "che" | "een" | "het" | "van" | "og" | "och" | "att"
                | "i" | "w" | "na" | "da" | "em" | "os" | "ve" | "je" | "yang" | "dan" | "ang" => n.other += 1,
                _ => {}
            }
        }
        n
    }

    /// Whether those of English abound, and no others do.
    fn are_english(&self) -> bool {
        self.words >= FEWEST && self.english >= 2 && self.english * 25 >= self.words && self.other * 8 <= self.english
    }
}

/// By whatlang, and whether that is certain.
fn by_trigrams(text: &str, tokens: &Tokens, small: &SmallWords) -> Option<(&'static str, bool)> {
    if tokens.words() < 15 {
        return None;
    }
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    // Results, prices and lists of names resemble any language: one that is really there shows its small words or
    // letters.
    if small.other * 20 < small.words && sample.is_ascii() {
        return None;
    }
    let info = whatlang::detect(sample)?;
    let certain = info.is_reliable() && tokens.words() >= 50;
    let likely = tokens.words() >= 25 && info.confidence() > 0.5 || info.is_reliable() && tokens.words() >= 15;
    (certain || likely).then_some((two_letters(info.lang()), certain))
}

/// Whether two codes are one language to a reader, or told apart by no one with certainty.
fn same(a: &str, b: &str) -> bool {
    const NEAR: &[&[&str]] =
        &[&["no", "nb", "nn", "da"], &["hr", "sr", "bs", "sh"], &["id", "ms"], &["cs", "sk"], &["bg", "mk"]];
    a == b || NEAR.iter().any(|group| group.contains(&a) && group.contains(&b))
}

/// The code of a declared language: `en-GB`, `en_US`, `eng`, `English`, `français`.
pub fn code(declared: &str) -> Option<&'static str> {
    let primary = declared.trim().split(['-', '_']).next()?.to_lowercase();
    let known = |l: &&Lang| match primary.len() {
        2 => two_letters(**l) == primary,
        3 => l.code() == primary,
        _ => l.eng_name().to_lowercase() == primary || l.name().to_lowercase() == primary,
    };
    match primary.as_str() {
        "no" | "nn" | "nor" => Some("nb"),
        "ger" => Some("de"),
        "fre" => Some("fr"),
        "dut" => Some("nl"),
        "chi" | "zho" | "chinese" => Some("zh"),
        _ => Lang::all().iter().find(known).map(|l| two_letters(*l)),
    }
}

fn two_letters(lang: Lang) -> &'static str {
    use Lang::*;
    match lang {
        Epo => "eo",
        Eng => "en",
        Rus => "ru",
        Cmn => "zh",
        Spa => "es",
        Por => "pt",
        Ita => "it",
        Ben => "bn",
        Fra => "fr",
        Deu => "de",
        Ukr => "uk",
        Kat => "ka",
        Ara => "ar",
        Hin => "hi",
        Jpn => "ja",
        Heb => "he",
        Yid => "yi",
        Pol => "pl",
        Amh => "am",
        Jav => "jv",
        Kor => "ko",
        Nob => "nb",
        Dan => "da",
        Swe => "sv",
        Fin => "fi",
        Tur => "tr",
        Nld => "nl",
        Hun => "hu",
        Ces => "cs",
        Ell => "el",
        Bul => "bg",
        Bel => "be",
        Mar => "mr",
        Kan => "kn",
        Ron => "ro",
        Slv => "sl",
        Hrv => "hr",
        Srp => "sr",
        Mkd => "mk",
        Lit => "lt",
        Lav => "lv",
        Est => "et",
        Tam => "ta",
        Vie => "vi",
        Urd => "ur",
        Tha => "th",
        Guj => "gu",
        Uzb => "uz",
        Pan => "pa",
        Aze => "az",
        Ind => "id",
        Tel => "te",
        Pes => "fa",
        Mal => "ml",
        Ori => "or",
        Mya => "my",
        Nep => "ne",
        Sin => "si",
        Khm => "km",
        Tuk => "tk",
        Aka => "ak",
        Zul => "zu",
        Sna => "sn",
        Afr => "af",
        Lat => "la",
        Slk => "sk",
        Cat => "ca",
        Tgl => "tl",
        Hye => "hy",
        Cym => "cy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str, declared: Option<&str>) -> (Option<String>, usize) {
        let mut notices = Vec::new();
        (detect(text, &Tokens::of(text), declared, &mut notices), notices.len())
    }

    #[test]
    fn declared_languages_in_any_dress() {
        for (declared, is) in [
            ("en-GB", Some("en")),
            ("EN_us", Some("en")),
            ("eng", Some("en")),
            ("English", Some("en")),
            ("Deutsch", Some("de")),
            ("français", Some("fr")),
            ("nn-NO", Some("nb")),
            ("zh-Hant", Some("zh")),
            ("klingon", None),
            ("", None),
        ] {
            assert_eq!(code(declared), is, "{declared}");
        }
    }

    #[test]
    fn the_text_tells() {
        let english = "The council of Tarn said on Monday that it was to close the bridge for a week, and that the ferry is free.";
        let french = "Le conseil municipal a annoncé lundi que le pont serait fermé pendant une semaine et que les habitants \
                      pourraient prendre le bac gratuitement, selon un communiqué publié dans la soirée par la mairie de la ville, \
                      qui promet aussi des travaux plus courts que ceux de l'an dernier sur les quais de la vieille ville haute.";
        let german = "Der Rat der Stadt teilte am Montag mit, dass die Brücke für eine Woche gesperrt wird und die Fähre frei ist.";
        assert_eq!(detected(english, None), (Some("en".into()), 0));
        assert_eq!(detected(french, None), (Some("fr".into()), 0));
        assert_eq!(detected(german, None), (Some("de".into()), 0));
        assert_eq!(detected(french, Some("en")), (Some("fr".into()), 1));
        assert_eq!(detected("Oui", Some("fr")), (Some("fr".into()), 0));
        assert_eq!(detected("Oui", None), (None, 0));
    }
}
