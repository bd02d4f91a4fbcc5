use super::*;

/// The query as understood, or the error with what it points at.
fn read(query: &str) -> String {
    match parse(query) {
        Ok(node) => node.to_string(),
        Err(e) => format!("error at `{}`: {}", e.span.of(query), e.message),
    }
}

#[test]
fn what_is_typed_is_what_is_meant() {
    for (query, meaning) in [
        ("port strike", "port strike"),
        ("  Port,  strike! ", "Port strike"),
        ("“port strike”", "\"port strike\""),
        ("\"port strike”~3", "\"port strike\"~3"),
        ("O'Neill O’Neill U.S. AT&T 3.5 Covid-19", "O'Neill O’Neill U.S. AT&T 3.5 Covid-19"),
        ("Trump: the deal", "Trump the deal"),
        ("10:30", "10-30"),
        ("http://news.example/a", "http news-example a"),
        ("Harris's plan", "Harris plan"),
        ("who won?", "who won"),
        ("organi?ation wag* w**s", "organi?ation wag* w*s"),
        ("wages~ wages~2 ~50", "wages~ wages~2 50"),
        ("anti-vacc*", "anti-vacc*"),
        ("\"root * migration\"", "\"root * migration\""),
        ("\"* root cause *\"", "\"root cause\""),
        ("crude oil AND prices OR gas", "crude oil AND prices OR gas"),
        ("(crude OR oil) prices", "(crude OR oil) prices"),
        ("((crude))", "crude"),
        ("strike -hunger +wages", "strike NOT hunger +wages"),
        ("well-known - or not", "well-known or not"),
        ("strike NEAR/5 wages", "strike NEAR/5 wages"),
        ("strike NEAR wages", "strike NEAR/10 wages"),
        ("a strike NOT NEAR/5 hunger now", "a strike NOT NEAR/5 hunger now"),
        ("a BEFORE/2 (b OR c) SENTENCE d", "a BEFORE/2 (b OR c) SENTENCE d"),
        ("exact:Polish exact:\"US aid\"", "exact:Polish exact:\"US aid\""),
        ("speaker: Lagarde said:\"rate rise\"", "speaker:Lagarde said:\"rate rise\""),
        ("person:=\"Jane Doe\" entity:(Doe OR Roe)", "person:=\"Jane Doe\" entity:(Doe OR Roe)"),
        ("date:2021-06", "date:2021-06-01..2021-06-30"),
        ("date:>2021 words:>500 has:quotes", "date:>=2022-01-01 words:>=501 has:quotes"),
        ("url:https://news.example/a_(b) (id:x)", "url:\"https://news.example/a_(b)\" id:x"),
        ("first:50(a AND b) atleast:3(c)", "first:50(a AND b) atleast:3(c)"),
        ("to be ?OR", "to be \"OR\""),
        ("", ""),
    ] {
        assert_eq!(read(query), meaning, "{query}");
    }
}

#[test]
fn what_does_not_parse_says_where() {
    for (query, error) in [
        ("5\" pipe", "error at `\"`: this quotation mark is never closed"),
        ("(a OR b", "error at `(`: this parenthesis is never closed"),
        ("a) b", "error at `)`: this parenthesis closes nothing"),
        ("AND a", "error at `AND`: AND has nothing before it"),
        ("a OR", "error at `OR`: OR has nothing after it"),
        ("NEAR/3 a", "error at `NEAR/3`: NEAR/3 has nothing before it"),
        ("a NEAR/3", "error at `NEAR/3`: NEAR/3 has nothing after it"),
        ("NOT", "error at `NOT`: NOT has nothing after it"),
        ("a AND OR b", "error at `AND`: AND has nothing after it"),
        ("date:soon", "error at `soon`: date: cannot be soon"),
        ("words:", "error at `words:`: words: looks for nothing"),
        ("speaker:", "error at `speaker:`: speaker: looks for nothing"),
        ("first:x(a)", "error at `first:x`: first: takes a number and a group"),
        ("person:(a NEAR/2 b)", "error at `(a NEAR/2 b)`: person: cannot hold this"),
        ("exact:*day-Night", "error at `exact:*day-Night`: exact: takes one word or a phrase, without wildcards"),
        ("?!", "error at `?!`: there is no word to look for"),
        ("a NEAR/2 -b", "error at `-b`: a sign cannot stand beside an operator of distance"),
    ] {
        assert_eq!(read(query), error, "{query}");
    }
    assert!(parse(&"(".repeat(100_000)).is_err());
    assert!(parse(&"NOT ".repeat(10_000)).is_err());
    assert!(parse(&"a NEAR ".repeat(5_000)).is_err());
    assert!(parse(&"a ".repeat(40_000)).is_err());
}

#[test]
fn what_is_no_word_prints_in_a_group_after_a_field() {
    for query in [
        "said:(date:2021-06)",
        "headline:(first:5(port))",
        "body:(has:quotes)",
        "said:(words:>5)",
        "body:(person:Quill)",
    ] {
        let node = parse(query).unwrap();
        assert_eq!(parse(&node.to_string()), Ok(node), "{query}");
    }
}

#[test]
fn plain_text_is_mere_words() {
    let words = |text| plain(text).to_string();
    assert_eq!(words("FACT CHECK: Did “Doe” really (say) NOT?"), "FACT CHECK Did Doe really say NOT");
    assert_eq!(plain("…").expr, Expr::Or(Vec::new()));
}

/// Bits of the language and of text, to be thrown together at random.
fn bits() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let bit = prop_oneof![
        8 => "[a-zA-Z]{1,4}",
        2 => "[0-9]{1,4}",
        8 => prop::sample::select(vec![
            " ", " ", " ", "(", ")", "\"", "“", "”", " AND ", " OR ", " NOT ", " NEAR/3 ", " BEFORE/2 ", " SENTENCE ",
            "-", "+", "*", "?", "~", "~1", ":", ".", "'", "’", "/", "&", ",", "=", "headline:", "said:", "speaker:",
            "person:", "exact:", "date:2020", "words:>3", "has:quotes", "first:5(", "atleast:2(", "url:", "é", "東京",
            "U.S.", "O'Neill", "Mr.", "l'", "\u{301}", "\u{ad}", "\u{0}", "\n", "ß", "İ",
        ]).prop_map(str::to_string),
    ];
    prop::collection::vec(bit, 0..16).prop_map(|v| v.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 2048, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_printed_parses_to_the_same(query in bits()) {
        if let Ok(node) = parse(&query) {
            let printed = node.to_string();
            let again = parse(&printed);
            assert_eq!(again.as_ref(), Ok(&node), "{query:?} printed as {printed:?}");
        }
    }

    #[test]
    fn any_text_gives_a_query_or_an_error_within_it(query in "\\PC{0,60}") {
        match parse(&query) {
            Ok(node) => assert!(node.span.end as usize <= query.len()),
            Err(e) => assert!(query.get(e.span.range()).is_some(), "{query:?}: {e:?}"),
        }
        plain(&query);
    }
}
