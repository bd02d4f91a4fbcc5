//! The documents that are measured on, and the baseline: plain tantivy.

use std::ops::ControlFlow;
use std::path::Path;

use newsdex::article::{Body, RawDocument};
use newsdex::read;

pub struct Corpus {
    pub documents: Vec<RawDocument>,
    /// Bytes of headline and body.
    pub text: usize,
}

pub fn load(path: &Path) -> Corpus {
    let mut documents = Vec::new();
    for entry in read::walk(&[path.to_path_buf()]) {
        let _ = entry.expect("the corpus").records(&read::Options::default(), &mut |record| {
            if let Ok(record) = record {
                documents.extend(record.documents().into_iter().flatten());
            }
            ControlFlow::Continue(())
        });
    }
    let text = documents
        .iter()
        .map(|d| {
            let (title, body) = title_and_body(d);
            title.len() + body.len()
        })
        .sum();
    Corpus { documents, text }
}

impl Corpus {
    /// The same so many times over: in each copy a tenth of a story's words change their places, and its id is its own.
    pub fn times(mut self, times: usize) -> Corpus {
        let once = self.documents.len();
        for copy in 1..times {
            for i in 0..once {
                let raw = &self.documents[i];
                let body = Body::Plain(permuted(&title_and_body(raw).1, copy));
                let id = raw.id.as_ref().map(|id| format!("{id}-{copy}"));
                self.documents.push(RawDocument { id, body, ..raw.clone() });
            }
        }
        self.text *= times.max(1);
        self
    }
}

/// The text with every tenth word, of which `copy` says which, in the place of the next such word. Lines stay.
fn permuted(text: &str, copy: usize) -> String {
    let mut words: Vec<&str> = text.split_inclusive(|c: char| c.is_whitespace()).collect();
    let moving: Vec<usize> =
        (copy % 10..words.len()).step_by(10).filter(|&i| words[i].ends_with(' ') && words[i].len() > 1).collect();
    for pair in moving.windows(2) {
        words.swap(pair[0], pair[1]);
    }
    words.concat()
}

pub fn title_and_body(raw: &RawDocument) -> (&str, String) {
    let body = match &raw.body {
        Body::Plain(text) => text.clone(),
        Body::Blocks(blocks) => blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n\n"),
        Body::Article(article) => article.text.clone(),
    };
    (raw.headline.as_deref().unwrap_or_default(), body)
}

/// A plain tantivy index of the documents: title and body, stemmed and stored.
pub fn plain(corpus: &Corpus, threads: usize, folder: &Path) {
    use tantivy::schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default().set_indexing_options(indexing) | STORED;
    let mut schema = Schema::builder();
    let title = schema.add_text_field("title", options.clone());
    let body = schema.add_text_field("body", options);
    let index = tantivy::Index::create_in_dir(folder, schema.build()).expect("an index");
    index.tokenizers().register("en_stem", en_stem());
    let mut writer = index.writer_with_num_threads(threads, 160 << 20).expect("a writer");
    for raw in &corpus.documents {
        let mut document = tantivy::TantivyDocument::new();
        let (headline, text) = title_and_body(raw);
        document.add_text(title, headline);
        document.add_text(body, text);
        writer.add_document(document).expect("room");
    }
    writer.commit().expect("a commit");
    writer.wait_merging_threads().expect("merges");
}

/// tantivy's tokenizer of this name, which its feature `stemmer` has: simple words, lower case, Snowball stems.
pub fn en_stem() -> tantivy::tokenizer::TextAnalyzer {
    use tantivy::tokenizer::{LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token};
    use tantivy::tokenizer::{TokenFilter, TokenStream, Tokenizer};

    #[derive(Clone)]
    struct Stems;
    #[derive(Clone)]
    struct Stemming<T>(T);
    struct Stemmed<T>(T, rust_stemmers::Stemmer);

    impl TokenFilter for Stems {
        type Tokenizer<T: Tokenizer> = Stemming<T>;

        fn transform<T: Tokenizer>(self, words: T) -> Stemming<T> {
            Stemming(words)
        }
    }
    impl<T: Tokenizer> Tokenizer for Stemming<T> {
        type TokenStream<'a> = Stemmed<T::TokenStream<'a>>;

        fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
            Stemmed(self.0.token_stream(text), rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English))
        }
    }
    impl<T: TokenStream> TokenStream for Stemmed<T> {
        fn advance(&mut self) -> bool {
            let more = self.0.advance();
            if more {
                let token = self.0.token_mut();
                let stem = self.1.stem(&token.text).into_owned();
                token.text.clear();
                token.text.push_str(&stem);
            }
            more
        }

        fn token(&self) -> &Token {
            self.0.token()
        }

        fn token_mut(&mut self) -> &mut Token {
            self.0.token_mut()
        }
    }

    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(Stems)
        .build()
}
