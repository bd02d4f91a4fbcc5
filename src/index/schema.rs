//! The fields of the index: the only place where their names and options stand.
//!
//! One document is one article. Its words are numbered consecutively ([`Tokens`](crate::article::Tokens)), and all
//! *layers* share these positions: the words as written in `text`, and what was understood of them in `marks`,
//! `speaker`, `cue` and the five entity fields. A layer reaches tantivy as one encoded string (see [`super::layers`]).
//!
//! # Terms of the layers
//!
//! | field | terms | position |
//! | --- | --- | --- |
//! | `text` | every word as written ([`Token::term`](crate::article::Token::term)), once | its own |
//! | | two words that a hyphen joins, as one term with the hyphen (`re-election`) | the first's |
//! | `marks` | [`mark::PARAGRAPH`]: first word of a paragraph, with which a sentence begins too, as a rule | that word's |
//! | | [`mark::SENTENCE`]: first word of any other sentence | that word's |
//! | | [`mark::PARAGRAPH_ALONE`]: first word of a paragraph with which no sentence begins | that word's |
//! | | [`mark::zone`]: first word of each zone | that word's |
//! | | [`mark::QUOTE`]: first word of a quote's first part | that word's |
//! | | [`mark::PART`]: first word of each further part | that word's |
//! | | [`mark::PART_END`]: last word of every part (inclusive) | that word's |
//! | | [`mark::mention_length`]: a mention of two words or more | its first word's |
//! | `cue` | the folded cue, its words joined by a space | the quote's first word's |
//! | `speaker` | every form of the speaker's name, folded: one of several words as a whole ([`super::layers::whole`]) and each of its words; one of a single word with a full stop behind it, which stands for that word too | the quote's first word's |
//! | | a speaker without a name, unless a pronoun: the words that stand for them ("officials"), folded, as a whole ([`super::layers::unnamed`]) | the quote's first word's |
//! | `person` `organization` `place` `group` `misc` | the same for the mentioned entity | the mention's first word's |
//! | `filed` | metadata, see [`filed`] (no frequencies, no positions) | – |
//!
//! A span has the words that it touches ([`super::layers::words_of`]); one without a word (all marks) leaves nothing
//! in the index. `said:` is a word between the
//! start and end of a part; `speaker: said:` the same within the parts from one [`mark::QUOTE`] to the next.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

use crate::article::EntityType;

/// Raised whenever the fields, their options or their terms change: an index of another version is refused.
pub const VERSION: u32 = 7;

/// The name under which the splitting tokenizer is registered.
pub const LAYER_TOKENIZER: &str = "layer";

/// Terms of the `marks` field.
pub mod mark {
    use crate::article::ZoneKind;

    pub const SENTENCE: &str = "s";
    pub const PARAGRAPH: &str = "p";
    pub const PARAGRAPH_ALONE: &str = "pa";
    pub const QUOTE: &str = "q";
    pub const PART: &str = "r";
    pub const PART_END: &str = "e";

    /// The mark of the first word of a zone.
    pub fn zone(kind: ZoneKind) -> &'static str {
        match kind {
            ZoneKind::Headline => "zh",
            ZoneKind::Standfirst => "zs",
            ZoneKind::Byline => "zy",
            ZoneKind::Dateline => "zd",
            ZoneKind::Body => "zb",
            ZoneKind::Caption => "zc",
            ZoneKind::Boilerplate => "zx",
        }
    }

    /// Mentions longer than this many words are marked as this long.
    pub const LONGEST_MENTION: u32 = 12;
    const LENGTHS: [&str; LONGEST_MENTION as usize + 1] =
        ["", "", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12"];

    /// The mark of a mention of so many words; `None` for one of a single word.
    pub fn mention_length(words: u32) -> Option<&'static str> {
        Some(LENGTHS[words.min(LONGEST_MENTION) as usize]).filter(|s| !s.is_empty())
    }
}

/// Terms of the `filed` field: a key, then `=` and the whole folded value, or `:` and one of its folded words.
///
/// `source=the guardian`, `source:guardian`, `topic=cocoa`, `place=el salvador`, `author:doe`, `language=en`,
/// `section=business`, `url=https://…` (not folded), `domain=cnn.com`, `file=…` (the path, not folded).
pub mod filed {
    pub const SOURCE: &str = "source";
    pub const SECTION: &str = "section";
    pub const TOPIC: &str = "topic";
    /// A place the article was filed under, not one named in it.
    pub const PLACE: &str = "place";
    pub const AUTHOR: &str = "author";
    pub const LANGUAGE: &str = "language";
    pub const URL: &str = "url";
    pub const DOMAIN: &str = "domain";
    pub const FILE: &str = "file";
}

/// Handles of all fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// The article's id, as one term (see [`super::id_term`]); fast for ordering ties.
    pub id: Field,
    pub text: Field,
    pub marks: Field,
    pub cue: Field,
    pub speaker: Field,
    person: Field,
    organization: Field,
    place: Field,
    group: Field,
    misc: Field,
    pub filed: Field,
    /// Fast: the civil date as the number `yyyymmdd`; absent where unknown.
    pub published: Field,
    /// Fast: 1 where the date is only the file's.
    pub undated: Field,
    /// Fast: how many words the article has.
    pub words: Field,
    /// Fast: how many quotes.
    pub quotes: Field,
    /// Fast, several a document: the [sketch](super::sketch) of the text, by which copies of it are found.
    pub sketch: Field,
    /// Fast, several a document: hashes of [lines](super::boilerplate::line) that an outlet may repeat.
    pub line: Field,
    /// Fast strings for facets, as printed.
    pub source: Field,
    pub section: Field,
    pub language: Field,
    /// Fast, several a document: `person|Christine Lagarde`.
    pub entity: Field,
    /// Fast, several a document: a speaker's name, once for each quote.
    pub said_by: Field,
    /// Stored: the whole article, encoded (see [`super::store`]).
    pub stored: Field,
    /// Stored: its earlier texts, encoded; absent where there are none (see [`super::versions`]).
    pub versions: Field,
    /// Fast and indexed: the [`FileKey`](super::FileKey) of the file it was read from, to find and to replace what came
    /// from one file. Which files were read to their end is in [`super::files`]: an article cannot carry that, because
    /// it may be deleted or replaced from another file while its own is unchanged.
    pub file: Field,
    /// Fast: a hash of the record's bytes and its place in the file; equal means that nothing need be parsed again.
    pub digest: Field,
}

/// What the postings of a layer keep of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// That the article has the term.
    Presence,
    /// Where.
    Positions,
}

impl Fields {
    /// All layers.
    pub fn layers(&self) -> impl Iterator<Item = (Field, Record)> {
        let positions = [
            self.text,
            self.marks,
            self.cue,
            self.speaker,
            self.person,
            self.organization,
            self.place,
            self.group,
            self.misc,
        ];
        positions.into_iter().map(|f| (f, Record::Positions)).chain([(self.filed, Record::Presence)])
    }

    /// Whether names stand in this layer.
    pub fn has_names(&self, layer: Field) -> bool {
        [self.speaker, self.person, self.organization, self.place, self.group, self.misc].contains(&layer)
    }

    /// The layer in which mentions of this type stand.
    pub fn entity_layer(&self, kind: EntityType) -> Field {
        match kind {
            EntityType::Person => self.person,
            EntityType::Organization => self.organization,
            EntityType::Place => self.place,
            EntityType::Group => self.group,
            EntityType::Misc => self.misc,
        }
    }
}

/// Makes the schema. Deterministic: the same version gives the same fields in the same order.
pub fn build() -> (Schema, Fields) {
    fn layer(b: &mut SchemaBuilder, name: &str, record: IndexRecordOption, norms: bool) -> Field {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(LAYER_TOKENIZER).set_index_option(record).set_fieldnorms(norms);
        b.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    }
    use IndexRecordOption::{Basic, WithFreqsAndPositions};
    // What is never scored needs no lengths.
    let id = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(Basic).set_fieldnorms(false);
    let key = || NumericOptions::default().set_fast().set_indexed();
    let mut b = Schema::builder();
    let fields = Fields {
        id: b.add_text_field("id", TextOptions::default().set_indexing_options(id) | FAST),
        text: layer(&mut b, "text", WithFreqsAndPositions, true),
        marks: layer(&mut b, "marks", WithFreqsAndPositions, false),
        cue: layer(&mut b, "cue", WithFreqsAndPositions, false),
        speaker: layer(&mut b, "speaker", WithFreqsAndPositions, false),
        person: layer(&mut b, "person", WithFreqsAndPositions, false),
        organization: layer(&mut b, "organization", WithFreqsAndPositions, false),
        place: layer(&mut b, "place", WithFreqsAndPositions, false),
        group: layer(&mut b, "group", WithFreqsAndPositions, false),
        misc: layer(&mut b, "misc", WithFreqsAndPositions, false),
        filed: layer(&mut b, "filed", Basic, false),
        published: b.add_u64_field("published", key()),
        undated: b.add_u64_field("undated", FAST),
        words: b.add_u64_field("words", FAST),
        quotes: b.add_u64_field("quotes", FAST),
        sketch: b.add_u64_field("sketch", FAST),
        line: b.add_u64_field("line", FAST),
        source: b.add_text_field("source", FAST),
        section: b.add_text_field("section", FAST),
        language: b.add_text_field("language", FAST),
        entity: b.add_text_field("entity", FAST),
        said_by: b.add_text_field("said_by", FAST),
        stored: b.add_bytes_field("stored", STORED),
        versions: b.add_bytes_field("versions", STORED),
        file: b.add_u64_field("file", key()),
        digest: b.add_u64_field("digest", FAST),
    };
    (b.build(), fields)
}
