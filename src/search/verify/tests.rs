use super::*;
use crate::article::{EntityType, Stamp};
use crate::index::testing::{article, find, name, quote, test_index};

fn printed(mut a: Article, day: i8) -> Article {
    a.published = Some(Stamp { date: jiff::civil::date(2024, 5, day), time: None, offset: None });
    a
}

/// Ann Lee's pledge, with what desks make of it.
fn archive() -> Vec<Article> {
    let mut speech = article(
        "speech",
        "Lee rules out tax rises\n\nAnn Lee opened her campaign. “We will not raise taxes, not this year and not next year,” \
         said Lee, “and I will put that in writing.”",
    );
    name(&mut speech, EntityType::Person, &["Ann Lee", "Lee"]);
    let parts = ["We will not raise taxes, not this year and not next year,", "and I will put that in writing."];
    quote(&mut speech, QuoteKind::Direct, &parts, "said", Some("Ann Lee"));
    let mut debate = article(
        "debate",
        "Leaders clash\n\n“He told us: we will never raise taxes,” Bo Ray said. Nobody laughed at that in the hall.",
    );
    name(&mut debate, EntityType::Person, &["Bo Ray"]);
    quote(&mut debate, QuoteKind::Direct, &["He told us: we will never raise taxes,"], "said", Some("Bo Ray"));
    let mut reprint = article(
        "reprint",
        "Tax pledge\n\nIn April it was: “WE WILL NOT RAISE TAXES—not this year and not next year.” So it was said.",
    );
    quote(&mut reprint, QuoteKind::Direct, &["WE WILL NOT RAISE TAXES—not this year and not next year."], "said", None);
    let text =
        article("text", "An essay\n\nThat we will not raise taxes, not this year and not next year, is what he heard.");
    let other = article("other", "Weather\n\nIt will rain this year and next year, the office of weather thinks.");
    vec![printed(speech, 18), printed(debate, 20), printed(reprint, 22), printed(text, 2), printed(other, 1)]
}

fn check(words: &str, speaker: Option<&str>) -> (Verdict, String) {
    let reader = test_index(&archive());
    let claim = Claim { words: words.into(), speaker: speaker.map(Into::into), others: 2 };
    let verdict = verify(&claim, &[Selection::all(&reader)]).unwrap();
    let shown = verdict.wordings.first().map_or(String::new(), |w| {
        let others: Vec<_> = w.others.iter().map(|s| s.article.id.as_str()).collect();
        format!(": {} by {} [{}]", w.source.article.id, w.source.speaker().unwrap_or("-"), others.join(" "))
    });
    let shown = format!("{}{shown}", verdict.ruling.name());
    (verdict, shown)
}

#[test]
fn rulings() {
    for (words, shown) in [
        // A quote before mere text, though that is earlier; then the earliest.
        ("we will not raise taxes, not this year", "verbatim: speech by Ann Lee [text reprint]"),
        ("We will NOT raise taxes not this year and not next year", "verbatim: speech by Ann Lee [text reprint]"),
        ("not next year, and I will put that in writing", "in parts: speech by Ann Lee []"),
        ("We will not raise taxes … next year", "in parts: speech by Ann Lee [text reprint]"),
        ("we will never raise taxes", "verbatim: debate by Bo Ray []"),
        ("we will never raise any taxes", "altered: debate by Bo Ray []"),
        ("we will not raise the taxes this year", "altered: speech by Ann Lee [text reprint]"),
        ("we shall overcome", "not found"),
        ("the minister resigned over the affair of the dragons", "not found"),
        ("", "not found"),
        ("…", "not found"),
    ] {
        assert_eq!(check(words, None).1, shown, "{words}");
    }
}

#[test]
fn words_of_the_quote_and_of_its_article_are_no_quote() {
    let (verdict, _) = check("Ann Lee opened her campaign we will not raise taxes", None);
    assert_eq!(verdict.ruling, Ruling::Verbatim);
    assert_eq!(verdict.wordings[0].source.quote, None);
}

#[test]
fn the_end_of_a_headline_and_the_start_of_the_story_are_not_one_text() {
    let (verdict, _) = check("Lee rules out tax rises Ann Lee opened her campaign", None);
    assert_ne!(verdict.ruling, Ruling::Verbatim);
}

#[test]
fn attribution_is_checked() {
    let asked = |words, who| check(words, Some(who)).0.attribution;
    assert_eq!(asked("we will not raise taxes", "Lee"), Some(Attribution::Confirmed));
    assert_eq!(asked("we will never raise taxes", "Ann Lee"), Some(Attribution::Others(vec!["Bo Ray".into()])));
    assert_eq!(asked("the office of weather thinks", "Ann Lee"), Some(Attribution::Unattributed));
    assert_eq!(asked("dragons everywhere", "Ann Lee"), None);
}

#[test]
fn what_was_searched_is_told() {
    let (verdict, _) = check("dragons everywhere", None);
    let day = |d| Some(jiff::civil::date(2024, 5, d));
    assert_eq!(verdict.searched, Searched { articles: 5, first: day(1), last: day(22) });
}

#[test]
fn context_is_whole_sentences() {
    let (verdict, _) = check("never raise taxes Bo Ray said Nobody laughed", None);
    let source = &verdict.wordings[0].source;
    let sentences = find(
        &source.article,
        "“He told us: we will never raise taxes,” Bo Ray said. Nobody laughed at that in the hall.",
    );
    assert_eq!(source.context(), sentences);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    /// The archive's words cut anywhere: verbatim if and only if no word was changed.
    #[test]
    fn a_verbatim_source_is_never_missed_and_never_made_up(from in 0usize..18, len in 3usize..12, drop in 0usize..30) {
        let text = "we will not raise taxes not this year and not next year is what he heard";
        let weather = "it will rain this year and next year the office of weather thinks";
        let words: Vec<&str> = text.split(' ').collect();
        let from = from.min(words.len() - 3);
        let mut cut: Vec<&str> = words[from..(from + len).min(words.len())].to_vec();
        let verbatim = check(&cut.join(" "), None).0.ruling;
        assert_eq!(verbatim, Ruling::Verbatim, "{cut:?}");
        if drop + 2 < cut.len() && drop > 0 {
            cut.remove(drop);
            let cut = cut.join(" ");
            let ruling = check(&cut, None).0.ruling;
            assert!(ruling != Ruling::Verbatim || [text, weather].iter().any(|t| t.contains(&cut)), "{cut}");
        }
    }
}
