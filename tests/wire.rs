//! The wire format, said a second time: a change of a type in `render::wire` fails here until the change is repeated
//! below, and whoever repeats it raises the schema's number.

use newsdex::article::{
    Article, DateFrom, Dateline, Entity, EntityType, Mention, Notice, Origin, Quote, QuoteKind, Resolved, Span,
    Speaker, Stamp, Tokens, Zone, ZoneKind,
};
use newsdex::render::wire;
use serde::{Deserialize, Serialize};

#[path = "wire_harness/answers.rs"]
mod answers;

/// `newsdex.article/1`.
mod article {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Article {
        schema: String,
        id: String,
        origin: Origin,
        url: Option<String>,
        source: Option<String>,
        headline: Option<String>,
        standfirst: Option<String>,
        byline: Vec<String>,
        dateline: Option<Dateline>,
        published: Option<String>,
        published_from: Option<String>,
        updated: Option<String>,
        section: Option<String>,
        topics: Vec<String>,
        places: Vec<String>,
        language: Option<String>,
        words: u32,
        text: String,
        zones: Vec<Zone>,
        paragraphs: Vec<Span>,
        sentences: Vec<Span>,
        quotes: Vec<Quote>,
        mentions: Vec<Mention>,
        entities: Vec<Entity>,
        notices: Vec<Notice>,
        #[serde(skip_serializing_if = "Option::is_none")]
        highlights: Option<Vec<Span>>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Origin {
        path: String,
        member: Option<String>,
        record: u64,
        sha256: String,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Dateline {
        place: Option<String>,
        date: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Zone {
        kind: String,
        start: usize,
        end: usize,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Span {
        start: usize,
        end: usize,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Quote {
        kind: String,
        text: String,
        parts: Vec<Span>,
        paragraph: u32,
        cue: Option<Words>,
        confidence: f32,
        speaker: Option<Speaker>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Words {
        text: String,
        start: usize,
        end: usize,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Speaker {
        name: Option<String>,
        mention: Option<Words>,
        role: Option<String>,
        affiliation: Option<String>,
        resolved: String,
        confidence: f32,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Mention {
        text: String,
        r#type: String,
        start: usize,
        end: usize,
        entity: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entity {
        name: String,
        r#type: String,
        mentions: u32,
        variants: Vec<String>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Notice {
        code: String,
        message: String,
    }
}

/// `newsdex.evaluation/1` and `newsdex.topic/1`.
mod evaluation {
    use super::*;

    pub type Values = serde_json::Map<String, serde_json::Value>;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Evaluation {
        schema: String,
        runs: Vec<Run>,
        comparison: Option<Vec<Comparison>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        topics: Option<Vec<Topic>>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Run {
        file: String,
        tag: String,
        unanswered: usize,
        all: Values,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Comparison {
        measure: String,
        difference: f64,
        better: usize,
        worse: usize,
        equal: usize,
        p: f64,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Topic {
        schema: String,
        topic: String,
        runs: Vec<Values>,
    }
}

/// Expects that a document has the fields of its twin, in its order.
#[track_caller]
fn is_as_promised<T: Serialize + serde::de::DeserializeOwned>(document: &impl Serialize, schema: &str) {
    let out = serde_json::to_string(document).expect("serializable");
    let read: T = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{schema}: {e}: {out}"));
    assert_eq!(serde_json::to_string(&read).expect("serializable"), out);
    assert!(out.starts_with(&format!("{{\"schema\":\"{schema}\"")), "{out}");
}

#[test]
fn evaluations_are_as_promised() {
    use newsdex::search::eval::{Counted, Evaluated, Measure, evaluate, files};
    let judged = files::judgements("t 0 a 1\nu 0 b 2").expect("judgements");
    let run = files::run("t Q0 a 1 1 x\nu Q0 a 1 1 x").expect("a run");
    let evaluation = evaluate(&Counted::new(&judged, &[&run], false), &run, &[Measure::NumQ, Measure::Map]);
    let evaluated = Evaluated { file: "run.txt", tag: "x", evaluation: &evaluation };
    for runs in [&[evaluated][..], &[evaluated, evaluated]] {
        let short = wire::Evaluation::new(runs);
        is_as_promised::<evaluation::Evaluation>(&short, "newsdex.evaluation/1");
        let topics = Some(wire::topics(runs).collect());
        is_as_promised::<evaluation::Evaluation>(&wire::Evaluation { topics, ..short }, "newsdex.evaluation/1");
        wire::topics(runs).for_each(|topic| is_as_promised::<evaluation::Topic>(&topic, "newsdex.topic/1"));
    }
}

/// Where `words` stand in a text, for the first time.
fn span(text: &str, words: &str) -> Span {
    let start = text.find(words).unwrap_or_else(|| panic!("{words:?} is not in the text"));
    Span::new(start, start + words.len())
}

/// An article that has everything, with accents before every span so that bytes and code points differ.
fn sample() -> (Article, Vec<Notice>) {
    let text = "Überfall in Tórshöfn\n\n“Nobody was hurt,” Chief Ólafur Brandt said, “and nothing was taken.”";
    let at = |words| span(text, words);
    let (headline, body) = (at("Überfall in Tórshöfn"), Span::new(text.find('“').unwrap_or(0), text.len()));
    let stamp = Stamp {
        date: jiff::civil::date(2021, 6, 2),
        time: Some(jiff::civil::time(18, 5, 0, 0)),
        offset: Some(-(3 * 60 + 30) * 60),
    };
    let article = Article {
        id: "a-1".into(),
        origin: Origin {
            collection: Some("in".into()),
            path: "in/a.zip".into(),
            member: Some("a.html".into()),
            record: 1,
            sha256: "00ff".into(),
        },
        url: Some("https://example.org/a".into()),
        source: Some("The Example".into()),
        byline: vec!["Ana Roe".into()],
        dateline: Some(Dateline { place: Some("TÓRSHÖFN".into()), date: Some(jiff::civil::date(2021, 6, 1)) }),
        published: Some(stamp),
        published_from: Some(DateFrom::Metadata),
        updated: Some(Stamp { time: None, offset: None, ..stamp }),
        section: Some("World".into()),
        topics: vec!["crime".into()],
        places: vec!["faroe-islands".into()],
        language: Some("en".into()),
        text: text.into(),
        zones: vec![Zone { kind: ZoneKind::Headline, span: headline }, Zone { kind: ZoneKind::Body, span: body }],
        paragraphs: vec![headline, body],
        sentences: vec![headline, body],
        tokens: Tokens::of(text),
        quotes: vec![Quote {
            kind: QuoteKind::Direct,
            parts: vec![at("Nobody was hurt,"), at("and nothing was taken.")],
            paragraph: 1,
            cue: Some(at("said")),
            confidence: 0.97251,
            speaker: Some(Speaker {
                name: Some("Ólafur Brandt".into()),
                mention: Some(at("Chief Ólafur Brandt")),
                role: Some("chief".into()),
                affiliation: None,
                resolved: Resolved::Named,
                confidence: 1.0,
                entity: Some(0),
            }),
        }],
        mentions: vec![
            Mention { span: at("Tórshöfn"), kind: EntityType::Place, entity: 1 },
            Mention { span: at("Ólafur Brandt"), kind: EntityType::Person, entity: 0 },
        ],
        entities: vec![
            Entity {
                name: "Ólafur Brandt".into(),
                kind: EntityType::Person,
                mentions: 1,
                variants: vec!["Brandt".into()],
                gender: None,
                roles: vec!["chief".into()],
            },
            Entity {
                name: "Tórshöfn".into(),
                kind: EntityType::Place,
                mentions: 1,
                variants: vec![],
                gender: None,
                roles: vec![],
            },
        ],
    };
    (article, vec![Notice::new("mojibake-repaired", "2 characters")])
}

fn json(article: &Article, notices: &[Notice]) -> String {
    serde_json::to_string(&wire::Article::new(article, notices)).expect("serializable")
}

#[test]
fn articles_are_as_promised_field_by_field_in_this_order() {
    for (article, notices) in [sample(), Default::default()] {
        let out = json(&article, &notices);
        let read: article::Article = serde_json::from_str(&out).expect("newsdex.article/1");
        assert_eq!(serde_json::to_string(&read).expect("serializable"), out);
    }
}

#[test]
fn offsets_are_code_points_and_lead_to_the_surface_form() {
    let (article, notices) = sample();
    let out: serde_json::Value = serde_json::from_str(&json(&article, &notices)).expect("JSON");
    let points: Vec<char> = article.text.chars().collect();
    let mut checked = 0;
    // Whatever has an offset and a text has the text at the offset.
    let mut todo = vec![&out];
    while let Some(value) = todo.pop() {
        if let (Some(text), Some(start), Some(end)) =
            (value["text"].as_str(), value["start"].as_u64(), value["end"].as_u64())
        {
            assert_eq!(points[start as usize..end as usize].iter().collect::<String>(), text);
            checked += 1;
        }
        match value {
            serde_json::Value::Array(list) => todo.extend(list),
            serde_json::Value::Object(map) => todo.extend(map.values()),
            _ => {}
        }
    }
    assert_eq!(checked, 4, "two mentions, a cue and a speaker's mention");
    assert_eq!(out["quotes"][0]["text"], "Nobody was hurt, and nothing was taken.");
    assert_eq!(out["published"], "2021-06-02T18:05:00-03:30");
    assert_eq!(out["updated"], "2021-06-02");
    assert_eq!(out["quotes"][0]["confidence"].to_string(), "0.973");
}

#[test]
fn what_is_unknown_is_null() {
    let out: serde_json::Value = serde_json::from_str(&json(&Article::default(), &[])).expect("JSON");
    for field in ["url", "source", "headline", "standfirst", "dateline", "published", "published_from", "language"] {
        assert_eq!(out.get(field), Some(&serde_json::Value::Null), "{field}");
    }
}
