use super::*;
use crate::article::{EntityType, Stamp};
use crate::index::testing::{article, name, quote, test_index};

/// A story of its own of five paragraphs, the last of which is given.
fn story(id: usize, source: &str, last: &str) -> Article {
    let own = |p: usize| (0..30).map(|i| format!("word{id}x{p}x{i}")).collect::<Vec<_>>().join(" ");
    let body: Vec<String> = (0..4).map(own).chain([last.to_owned()]).collect();
    let mut a = article(&format!("a{id:03}"), &format!("Headline number {id}\n\n{}", body.join("\n\n")));
    a.source = Some(source.into()).filter(|s: &String| !s.is_empty());
    a
}

fn dated(mut a: Article, year: i16, month: i8) -> Article {
    a.published = Some(Stamp { date: jiff::civil::date(year, month, 5), time: None, offset: None });
    a
}

/// The lines that are learned, with their counts.
fn learned(articles: &[Article]) -> String {
    let boilerplate = Boilerplate::learn(&test_index(articles)).unwrap();
    let told = |l: &Line| format!("{}: {} {}/{}", l.outlet, l.printed, l.articles, l.among);
    boilerplate.lines().iter().map(told).collect::<Vec<_>>().join("; ")
}

const CALL: &str = "Get the stories you care about in your inbox";

#[test]
fn a_line_of_many_stories_of_one_outlet() {
    let of = |source: &'static str, n: usize| (0..n).map(move |i| story(i, source, CALL));
    assert_eq!(learned(&of("Courier", 5).collect::<Vec<_>>()), format!("Courier: {CALL} 5/5"));
    assert_eq!(learned(&of("Courier", 4).collect::<Vec<_>>()), "", "too few");
    assert_eq!(learned(&of("", 6).collect::<Vec<_>>()), format!(": {CALL} 6/6"), "nobody's");
    let spread: Vec<_> = (0..8).map(|i| story(i, ["Courier", "Herald"][i % 2], CALL)).collect();
    assert_eq!(learned(&spread), "", "what many outlets print is not one outlet's");
    let mut site: Vec<_> = (0..6).map(|i| story(i, ["Ada Quill", "Clive Roe", ""][i % 3], CALL)).collect();
    for (i, a) in site.iter_mut().enumerate() {
        a.url = Some(format!("https://www.courier.example/{i}"));
    }
    assert_eq!(learned(&site), format!("courier.example: {CALL} 6/6"), "columnists of one site");
}

#[test]
fn rare_lines_and_those_of_a_running_story_stay() {
    let rare: Vec<_> =
        (0..120).map(|i| story(i, "Courier", if i < 5 { CALL } else { "Said the mayor of it all" })).collect();
    assert!(!learned(&rare).contains(CALL));
    // Five stories of one month among the hundred and forty of their year.
    let year = (0..140)
        .map(|i| dated(story(i, "Courier", &format!("Closing words number {i} of it")), 2021, 1 + (i % 12) as i8));
    let running: Vec<_> = year.chain((140..145).map(|i| dated(story(i, "Courier", CALL), 2021, 6))).collect();
    assert_eq!(learned(&running), "");
    // A line that was in use for one year of ten.
    let years = (0..140)
        .map(|i| dated(story(i, "Courier", &format!("Closing words number {i} of it")), 2010 + (i % 10) as i16, 6));
    let campaign: Vec<_> = years.chain((140..146).map(|i| dated(story(i, "Courier", CALL), 2012, 6))).collect();
    assert_eq!(learned(&campaign), format!("Courier: {CALL} 6/20"));
}

#[test]
fn a_story_filed_again_is_one_story() {
    let updates: Vec<_> = (0..9).map(|i| Article { id: format!("u{i}"), ..story(7, "Courier", CALL) }).collect();
    assert_eq!(learned(&updates), "");
}

#[test]
fn words_that_somebody_said_and_the_names_of_authors_stay() {
    let said = "\"We wait for the boats,\" said Joan Askwith.";
    let quoted: Vec<_> = (0..8)
        .map(|i| {
            let mut a = story(i, "Courier", said);
            name(&mut a, EntityType::Person, &["Joan Askwith"]);
            quote(&mut a, QuoteKind::Direct, &["We wait for the boats,"], "said", Some("Joan Askwith"));
            a
        })
        .collect();
    assert_eq!(learned(&quoted), "");
    let signed = |i| Article { byline: vec!["Ada Quill".into()], ..story(i, "Courier", "Ada Quill in Selby") };
    assert_eq!(learned(&(0..8).map(signed).collect::<Vec<_>>()), "");
}

#[test]
fn what_stands_now_here_now_there_stays() {
    let moving = |i: usize| {
        let lines =
            (0..4 + i * 3).map(|p| if p == i % 4 { CALL.to_owned() } else { format!("line {p} of story number {i}x") });
        let mut a = article(&format!("m{i}"), &format!("Head {i}\n\n{}", lines.collect::<Vec<_>>().join("\n\n")));
        a.source = Some("Courier".into());
        a
    };
    assert_eq!(learned(&(0..8).map(moving).collect::<Vec<_>>()), "");
}

#[test]
fn the_order_of_articles_changes_nothing_and_a_stale_file_is_not_used() {
    let mut articles: Vec<_> =
        (0..9).map(|i| story(i, "Courier", &format!("© {} The Tarn Courier, all rights kept", 2010 + i % 3))).collect();
    let there = Boilerplate::learn(&test_index(&articles)).unwrap();
    articles.reverse();
    assert_eq!(Boilerplate::learn(&test_index(&articles)).unwrap(), there);
    let line = &there.lines()[0];
    assert_eq!((line.key.as_str(), line.articles), ("# the tarn courier all rights kept", 9));
    assert_eq!(line.examples.len(), EXAMPLES);
    let folder = tempfile::tempdir().unwrap();
    there.write(folder.path(), 7).unwrap();
    assert_eq!(Boilerplate::read(folder.path(), 7), Some(there));
    assert_eq!(Boilerplate::read(folder.path(), 8), None);
}

#[test]
fn it_is_marked_in_what_is_shown_and_nowhere_else() {
    let articles: Vec<_> = (0..6).map(|i| story(i, "Courier", CALL)).collect();
    let reader = test_index(&articles);
    let at = reader.find("a003").unwrap().unwrap();
    assert_eq!(reader.article(at).unwrap().zones, articles[3].zones);
    let shown = reader.corrected(at).unwrap();
    let zones: Vec<_> = shown.zones.iter().map(|z| (z.kind, z.span)).collect();
    let (first, before, last) = (shown.paragraphs[1], shown.paragraphs[4], shown.paragraphs[5]);
    assert_eq!(last.of(&shown.text), CALL);
    assert_eq!(zones[1..], [(ZoneKind::Body, first.cover(before)), (ZoneKind::Boilerplate, last)]);
}
