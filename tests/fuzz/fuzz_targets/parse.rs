//! From bytes to articles: that spans lie inside the text and on its characters.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for raw in newsdex_fuzz::read(bytes, None) {
        let article = newsdex::parse::parse(raw).article;
        for sentence in &article.sentences {
            assert!(!sentence.of(&article.text).is_empty());
        }
        for mention in &article.mentions {
            assert!(!mention.span.of(&article.text).is_empty());
        }
        for part in article.quotes.iter().flat_map(|q| &q.parts) {
            let _ = part.of(&article.text);
        }
    }
});
