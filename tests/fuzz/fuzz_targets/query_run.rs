//! A query run over a tiny index: that it ends, that every page is part of one order, and that what is highlighted lies
//! in the text, in order and on its characters.
#![no_main]

use std::sync::LazyLock;

use newsdex::article::{Body, RawDocument};
use newsdex::index::{Entry, FileKey, Index, Options, Reader};
use newsdex::search::{By, Request, search, syntax};

const STORIES: [&str; 4] = [
    "Dockers vote to strike\n\nSELBY, June 2 — Dockers in Selby voted to strike over wages. \"We have waited long enough,\" \
     said Inés O'Dowd, who leads the Harbour Union.\n\nThe port will close on Friday at 3.5 per cent of its trade.",
    "Dockers to walk out\n\nDockers in Selby voted to strike over wages. \"We have waited long enough,\" said Inés O'Dowd, \
     who leads the Harbour Union.\n\nThe port will close on Friday at 3.5 per cent of its trade.",
    "Bank raises rates\n\nThe Bank of Lorne raised its rate. “Inflation will not go away,” governor Elsa Brandt told the U.S. \
     consul. Covid-19 did not help, López's colour organisation said.",
    "東京の港\n\nThe harbour of 東京 was shut.",
];

static ARCHIVE: LazyLock<Vec<Reader>> = LazyLock::new(|| {
    let index = Index::in_ram().expect("an index");
    let mut writer = index.writer(Options { threads: 1, memory: 0 }).expect("a writer");
    for (i, story) in STORIES.iter().enumerate() {
        let raw = RawDocument { id: Some(i.to_string()), body: Body::Plain((*story).into()), ..RawDocument::default() };
        let article = newsdex::parse::parse(raw).article;
        writer.replace(Entry::new(&article, FileKey::of(&article.id), writer.fields())).expect("written");
    }
    writer.commit().expect("committed");
    vec![index.reader().expect("a reader")]
});

libfuzzer_sys::fuzz_target!(|typed: &str| {
    let Ok(query) = syntax::parse(typed) else { return };
    for by in [By::Passage, By::Article] {
        let request = Request { by, limit: None, ..Request::new(query.clone()) };
        let Ok(all) = search(&ARCHIVE, &request) else { return };
        let articles: usize = all.hits.iter().map(|hit| 1 + hit.printings.len()).sum();
        assert!(by == By::Passage || articles as u64 == all.total, "what is collapsed is told");
        for hit in &all.hits {
            let mut end = 0;
            for span in &hit.highlights {
                assert!(span.start >= end && !span.of(&hit.article.text).is_empty());
                end = span.end;
            }
        }
        let second = Request { limit: Some(1), offset: 1, ..request };
        let page = search(&ARCHIVE, &second).expect("as before");
        let place = |hit: &newsdex::search::Hit| (hit.rank, hit.article.id.clone(), hit.score.to_bits());
        assert_eq!(
            page.hits.iter().map(place).collect::<Vec<_>>(),
            all.hits.iter().skip(1).take(1).map(place).collect::<Vec<_>>()
        );
    }
});
