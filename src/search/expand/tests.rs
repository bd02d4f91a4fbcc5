use tantivy::directory::FileSlice;
use tantivy::termdict::TermDictionaryBuilder;

use super::*;

/// A dictionary of these words; those given several times are as frequent.
fn dictionary(words: &str) -> Dictionary {
    let mut counts = std::collections::BTreeMap::<&str, u32>::new();
    words.split_whitespace().for_each(|w| *counts.entry(w).or_default() += 1);
    let mut builder = TermDictionaryBuilder::create(Vec::new()).unwrap();
    for (word, doc_freq) in counts {
        builder.insert(word, &TermInfo { doc_freq, ..TermInfo::default() }).unwrap();
    }
    Dictionary::open(FileSlice::from(builder.finish().unwrap())).unwrap()
}

const WORDS: &str = "strike Strike STRIKES striking striker strip string us us us us Us US U.S. use uses used O'Neill \
    O’Neill ONeill Oneill López Lopez LÓPEZ happy happier happiness hope hoped hoping hop die dying colour \
    Colors coloured centre centers organisation organised organizing women woman Nato NATO NATO nato 1,000 1000 10000 3.5 35 \
    AT&T wages wage wagon waged vages wgaes Polish polish possible possibility abilities ability news new élan E\u{301}lan \
    über uber travelled traveling cheval chevaux re-election re-elected reelection Covid-19 covid19 10-15";

fn found(term: Term, acronym: bool, languages: &[&str]) -> String {
    let dictionary = dictionary(WORDS);
    let stemming = Stemming::new(languages.iter().copied());
    let expansion = expand(&term, acronym, &stemming, Spoken::ALL, &[&dictionary]).unwrap();
    let mut words: Vec<_> = expansion.segments[0].iter().map(|f| f.word.as_str()).collect();
    words.sort_unstable();
    words.join(" ")
}

#[test]
fn a_word_stands_for_its_relatives() {
    for (word, words) in [
        ("strike", "STRIKES Strike strike striking"),
        ("Strikes", "STRIKES Strike strike striking"),
        ("o'neill", "ONeill Oneill O'Neill O’Neill"),
        ("Lopez", "Lopez LÓPEZ López"),
        ("happy", "happiness happy"),
        ("hope", "hope hoped hoping"),
        ("dying", "die dying"),
        ("color", "Colors colour coloured"),
        ("center", "centers centre"),
        ("organise", "organisation organised organizing"),
        ("woman", "woman women"),
        ("1000", "1,000 1000"),
        ("1,000", "1,000 1000"),
        ("3.5", "3.5"),
        ("at&t", "AT&T"),
        ("possible", "possibility possible"),
        ("news", "news"),
        ("Élan", "E\u{301}lan élan"),
        ("us", "U.S. US Us us"),
        ("nato", "NATO Nato nato"),
        ("travel", "traveling travelled"),
        ("reelection", "re-elected re-election reelection"),
        ("covid19", "Covid-19 covid19"),
        ("absent", ""),
    ] {
        let mut words: Vec<_> = words.split_whitespace().collect();
        words.sort_unstable();
        assert_eq!(found(Term::Word(word.into()), false, &["en"]), words.join(" "), "{word}");
    }
}

#[test]
fn capitals_among_other_words_are_no_pronoun() {
    assert_eq!(found(Term::Word("US".into()), true, &["en"]), "U.S. US");
    assert_eq!(found(Term::Word("NATO".into()), true, &["en"]), "NATO Nato nato", "no other word is meant");
}

#[test]
fn wildcards_tildes_and_exact_words() {
    assert_eq!(found(Term::Wild("strik*".into()), false, &[]), "STRIKES Strike strike striker striking");
    assert_eq!(found(Term::Wild("*lez".into()), false, &[]), "");
    assert_eq!(found(Term::Wild("*PEZ".into()), false, &[]), "Lopez LÓPEZ López");
    assert_eq!(found(Term::Wild("organi?ation".into()), false, &[]), "organisation");
    assert_eq!(found(Term::Wild("re*ion".into()), false, &[]), "reelection", "its parts are words");
    assert_eq!(found(Term::Wild("u*r".into()), false, &[]), "uber über");
    assert_eq!(found(Term::Fuzzy("wages".into(), Some(1)), false, &[]), "vages wage waged wages wgaes");
    assert_eq!(found(Term::Exact("Polish".into()), false, &["en"]), "Polish");
    assert_eq!(found(Term::Exact("O'Neill".into()), false, &["en"]), "O'Neill O’Neill");
}

#[test]
fn other_languages_are_stemmed_where_they_are_present() {
    assert_eq!(found(Term::Word("cheval".into()), false, &["fr"]), "cheval chevaux");
    assert_eq!(found(Term::Word("cheval".into()), false, &["en"]), "cheval");
}

#[test]
fn too_many_words_are_capped_to_the_most_frequent() {
    let mut words: Vec<String> = (0..MAX_GROUP + 10).map(|i| format!("w{i:05}")).collect();
    words.extend(vec!["wzz".to_string(); 3]);
    let dictionary = dictionary(&words.join(" "));
    let expansion = expand(&Term::Wild("w*".into()), false, &Stemming::new([]), Spoken::ALL, &[&dictionary]).unwrap();
    assert!(expansion.capped);
    assert_eq!(expansion.segments[0].len(), MAX_GROUP);
    assert!(expansion.segments[0].iter().any(|f| f.word == "wzz"));
}

#[test]
fn suggestions_are_near_and_frequent() {
    let dictionary = dictionary(WORDS);
    assert_eq!(spelled_like("stirke", &[&dictionary], 3).unwrap(), ["Strike"]);
    assert_eq!(spelled_like("nata", &[&dictionary], 3).unwrap(), ["NATO"]);
    assert_eq!(spelled_like("colish", &[&dictionary], 3).unwrap(), ["Polish"], "one edit may be of the first letter");
    assert_eq!(spelled_like("colush", &[&dictionary], 3).unwrap(), [""; 0], "of two none is");
    assert_eq!(spelled_like("polluss", &[&dictionary], 3).unwrap(), [""; 0]);
}

/// Damerau's distance with swaps of neighbours (optimal string alignment), the whole table of it.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut d = (table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                d = d.min(table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    d = d.min(table[i - 2][j - 2] + 1);
                }
                d
            };
        }
    }
    table[a.len()][b.len()]
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 2048, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_band_of_edits_is_as_the_whole_table(word in "[abc]{1,9}", other in "[abc]{0,11}") {
        for edits in 1..=2 {
            let fuzzy = Fuzzy::new(&word, edits).unwrap();
            let end = other.chars().try_fold(fuzzy.start(), |rows, c| fuzzy.step(rows, c));
            let near = end.is_some_and(|rows| fuzzy.accepts(rows));
            assert_eq!(near, distance(&word, &other) <= usize::from(edits), "{word} {other} {edits}");
        }
    }
}
