//! Who said what about it: quotes as answers.
//!
//! A quote answers a query by the words it has, and less by those around it: of its sentence, of its paragraph, of the
//! headline over it. So "What did Lagarde say about inflation?" finds what she said in these words before what she said
//! beside them, and nothing that she said of something else further down the same article.
//!
//! A speaker is asked for by name ([`Asked`]): every form that an article knows the speaker by will do, and somebody
//! else of the same surname will not.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::DocAddress;

use super::names::{Asked, naming};
use super::syntax::{Expr, Has, Node};
use super::{By, Duplicates, Error, Filters, Request, Sort, search};
use crate::article::fold::fold_name;
use crate::article::{Article, DateFrom, Quote, QuoteKind, Span, ZoneKind};
use crate::index::Reader;

/// The articles whose quotes are looked at if only some are asked for: the best or, by date, the first.
pub const MOST_ARTICLES: usize = 2000;

/// What a word of the query counts by where it stands.
const IN_QUOTE: f32 = 1.0;
const IN_SENTENCE: f32 = 0.5;
const IN_PARAGRAPH: f32 = 0.25;
const IN_HEADLINE: f32 = 0.15;
/// What the article's own rank adds, at most.
const OF_ARTICLE: f32 = 0.5;

/// Which quotes are asked for.
#[derive(Clone, Debug)]
pub struct Question {
    pub query: Node,
    pub filters: Filters,
    pub speaker: Option<String>,
    /// Named in or around the quote.
    pub about: Option<String>,
    /// Empty is all.
    pub kinds: Vec<QuoteKind>,
    pub sort: Sort,
    /// Whether the same words of the same speaker in several articles are one hit.
    pub duplicates: Duplicates,
    /// Whether quotes in boilerplate are among them.
    pub boilerplate: bool,
    pub limit: Option<usize>,
    pub offset: usize,
}

#[derive(Clone, Debug)]
pub struct Quotes {
    /// How many quotes answer, on all pages, those that others repeat included.
    pub total: u64,
    /// How many of them only by a speaker's name that is inferred.
    pub inferred: u64,
    /// How many articles match; those without a quote that answers are among them.
    pub articles: u64,
    /// Not all articles were looked at, or a word stands for more words than were looked for.
    pub at_least: bool,
    pub list: Vec<Quoted>,
    /// The query in its canonical spelling.
    pub understood: String,
}

/// A quote in its article.
#[derive(Clone, Debug)]
pub struct Quoted {
    /// Counted from 1, those left out by the offset included.
    pub rank: usize,
    pub score: f32,
    /// The speaker's name most likely means who was asked for, and no more.
    pub inferred: bool,
    /// Which of the readers the article is in, and where.
    pub reader: usize,
    pub address: DocAddress,
    pub article: Arc<Article>,
    /// Which of the article's quotes.
    pub index: usize,
    /// What matched in the quote and its sentences.
    pub highlights: Vec<Span>,
    /// Other articles that have it, the earliest printed first.
    pub others: Vec<Arc<Article>>,
}

impl Quoted {
    pub fn quote(&self) -> Option<&Quote> {
        self.article.quotes.get(self.index)
    }

    /// The name of the speaker, if the article gives one.
    pub fn speaker(&self) -> Option<&str> {
        self.quote()?.speaker.as_ref()?.name.as_deref()
    }

    /// The whole sentences that the quote, its cue and its speaker stand in.
    pub fn context(&self) -> Span {
        self.quote().map_or(Span::default(), |q| context(&self.article, q))
    }
}

/// Finds the quotes that answer.
pub fn quotes(readers: &[Reader], question: &Question) -> Result<Quotes, Error> {
    let corrections = readers.iter().find_map(Reader::corrections);
    let asked = question.speaker.as_deref().map(|name| Asked::under(name, corrections));
    let asked = match asked {
        Some(asked) if !question.filters.certain => Some(asked.with_inferred(readers)?),
        asked => asked,
    };
    let about = question.about.as_deref().map(|name| Asked::under(name, corrections));
    let mut filters = question.filters.clone();
    // Only the surname is looked up: that the rest fits is seen in the article, where all its forms are known.
    filters.speakers.extend(asked.as_ref().and_then(Asked::surname).map(str::to_owned));
    filters.speakers.extend(asked.iter().flat_map(Asked::inferred).map(str::to_owned));
    let everything = question.query.expr == Expr::All && about.is_none();
    let request = Request {
        filters,
        by: By::Article,
        duplicates: Duplicates::Show,
        sort: if everything && question.sort == Sort::Relevance { Sort::Newest } else { question.sort },
        limit: question.limit.map(|limit| MOST_ARTICLES.max(limit.saturating_add(question.offset))),
        per_article: 1,
        ..Request::new(with_quotes(question))
    };
    let answer = search(readers, &request)?;
    let best = answer.hits.iter().map(|h| h.score).fold(f32::MIN_POSITIVE, f32::max);
    let mut list = Vec::new();
    for hit in &answer.hits {
        let article = &hit.article;
        for (index, quote) in article.quotes.iter().enumerate() {
            let certain = asked.as_ref().is_none_or(|asked| asked.speaks(quote, article));
            if (!question.boilerplate && is_boilerplate(quote, article))
                || !(question.kinds.is_empty() || question.kinds.contains(&quote.kind))
                || !(certain || asked.as_ref().is_some_and(|asked| asked.may_speak(quote)))
                || about.as_ref().is_some_and(|about| !concerns(about, quote, article))
            {
                continue;
            }
            let evidence = evidence(article, quote, &hit.highlights);
            if evidence <= 0.0 && !everything {
                continue;
            }
            let context = context(article, quote);
            list.push(Quoted {
                rank: 0,
                score: (evidence + OF_ARTICLE * (hit.score / best).max(0.0)) * standing(quote),
                inferred: !certain,
                reader: hit.reader,
                address: hit.address,
                article: article.clone(),
                index,
                highlights: hit.highlights.iter().copied().filter(|h| h.overlaps(context)).collect(),
                others: Vec::new(),
            });
        }
    }
    if request.sort == Sort::Relevance {
        // Stable: quotes of one article and equal score stay in order.
        let better = |a: &Quoted, b: &Quoted| a.inferred.cmp(&b.inferred).then(b.score.total_cmp(&a.score));
        list.sort_by(|a, b| better(a, b).then_with(|| a.article.id.cmp(&b.article.id)));
    }
    let total = list.len() as u64;
    let inferred = list.iter().filter(|q| q.inferred).count() as u64;
    if question.duplicates == Duplicates::Collapse {
        list = collapsed(list, request.sort);
    }
    list.iter_mut().enumerate().for_each(|(i, q)| q.rank = i + 1);
    let list = list.into_iter().skip(question.offset).take(question.limit.unwrap_or(usize::MAX)).collect();
    let understood = question.query.to_string();
    Ok(Quotes {
        total,
        inferred,
        articles: answer.total,
        at_least: answer.at_least || answer.hits.len() < answer.total as usize,
        list,
        understood,
    })
}

/// Fewer words may well be said twice.
const FEWEST_REPEATED: usize = 4;

/// One of all quotes that have the same words, but for case and marks, of the same speaker in several articles. It
/// stands where the first did and is the earliest printed, but in an order of dates the first.
fn collapsed(list: Vec<Quoted>, sort: Sort) -> Vec<Quoted> {
    let mut out: Vec<Quoted> = Vec::with_capacity(list.len());
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for quoted in list {
        let place = quoted.quote().and_then(|q| repeated(&quoted.article, q)).map(|key| {
            let next = out.len();
            *places.entry(key).or_insert(next)
        });
        let one = place.and_then(|place| out.get_mut(place));
        match one.filter(|one| one.article.id != quoted.article.id) {
            None => out.push(quoted),
            Some(one) => {
                let mut other = quoted;
                if sort == Sort::Relevance && printed(&other.article) < printed(&one.article) {
                    std::mem::swap(one, &mut other);
                    (one.score, one.others) = (other.score, std::mem::take(&mut other.others));
                }
                one.others.push(other.article);
            }
        }
    }
    for one in &mut out {
        one.others.sort_by(|a, b| printed(a).cmp(&printed(b)).then_with(|| a.id.cmp(&b.id)));
        one.others.dedup_by(|a, b| a.id == b.id);
    }
    out
}

/// What makes quotes the same: speaker and words. `None` where they are too few.
fn repeated(article: &Article, quote: &Quote) -> Option<String> {
    let speaker = quote.speaker.as_ref().and_then(|s| s.name.as_deref()).map(fold_name).unwrap_or_default();
    let words: Vec<String> = quote.parts.iter().map(|part| fold_name(part.of(&article.text))).collect();
    let words = words.join(" ");
    // By surname: outlets differ in titles and first names.
    let surname = speaker.rsplit(' ').next().unwrap_or_default();
    (words.split(' ').count() >= FEWEST_REPEATED).then(|| format!("{surname}: {words}"))
}

/// The day that is printed on an article; none counts as the last.
fn printed(article: &Article) -> (bool, Option<jiff::civil::Date>) {
    let day = article.published.filter(|_| article.published_from != Some(DateFrom::File)).map(|p| p.date);
    (day.is_none(), day)
}

/// The query for articles that have quotes and name what they shall be about.
fn with_quotes(question: &Question) -> Node {
    let node = |expr| Node { span: Span::default(), expr };
    let query = match &question.about {
        Some(about) => naming(about, &question.query),
        None => question.query.clone(),
    };
    let quotes = node(Expr::Has(Has::Quotes));
    if query.expr == Expr::All { quotes } else { node(Expr::And(vec![quotes, query])) }
}

fn is_boilerplate(quote: &Quote, article: &Article) -> bool {
    quote.parts.first().is_some_and(|part| article.zone_at(part.start) == Some(ZoneKind::Boilerplate))
}

/// How much of the query a quote has: each different word once, where it counts most.
fn evidence(article: &Article, quote: &Quote, highlights: &[Span]) -> f32 {
    let sentences = context(article, quote);
    let paragraphs = paragraphs(article, quote);
    let headline = article.zone(ZoneKind::Headline);
    let mut words: FxHashMap<String, f32> = FxHashMap::default();
    for &span in highlights {
        let counts = if quote.parts.iter().any(|p| p.overlaps(span)) {
            IN_QUOTE
        } else if sentences.overlaps(span) {
            IN_SENTENCE
        } else if paragraphs.overlaps(span) {
            IN_PARAGRAPH
        } else if headline.is_some_and(|h| h.overlaps(span)) {
            IN_HEADLINE
        } else {
            continue;
        };
        let best = words.entry(fold_name(span.of(&article.text))).or_default();
        *best = best.max(counts);
    }
    words.values().sum()
}

/// Whether somebody or something is named in the paragraphs of a quote.
fn concerns(about: &Asked, quote: &Quote, article: &Article) -> bool {
    let place = paragraphs(article, quote);
    let from = article.mentions.partition_point(|m| m.span.end <= place.start);
    let named = article.mentions.get(from..).unwrap_or_default().iter().take_while(|m| m.span.start < place.end);
    let entities = named.filter_map(|m| article.entities.get(m.entity as usize));
    entities.flat_map(|e| std::iter::once(&e.name).chain(&e.variants)).any(|form| about.is(form))
}

/// How sure it is that these are the speaker's own words.
fn standing(quote: &Quote) -> f32 {
    let kind = match quote.kind {
        QuoteKind::Direct => 1.0,
        QuoteKind::Mixed => 0.95,
        QuoteKind::Indirect => 0.85,
    };
    kind * (0.5 + 0.5 * quote.confidence.clamp(0.0, 1.0))
}

/// The sentences of the parts, and of cue and speaker where these stand in the same paragraphs.
fn context(article: &Article, quote: &Quote) -> Span {
    let place = paragraphs(article, quote);
    let mention = quote.speaker.as_ref().and_then(|s| s.mention);
    let beside = quote.cue.into_iter().chain(mention).filter(|s| place.contains(*s));
    let sentence = |byte: u32| article.sentences.get(article.sentence_at(byte)).copied();
    let spans = quote.parts.iter().copied().chain(beside);
    let covered = spans.flat_map(|s| [Some(s), sentence(s.start), sentence(s.end.saturating_sub(1))]).flatten();
    covered.reduce(Span::cover).unwrap_or_default()
}

fn paragraphs(article: &Article, quote: &Quote) -> Span {
    let whole = quote.span();
    let paragraph = |byte: u32| article.paragraphs.get(article.paragraph_at(byte)).copied().unwrap_or(whole);
    paragraph(whole.start).cover(paragraph(whole.end.saturating_sub(1))).cover(whole)
}

/// The list's quotes grouped by who speaks: the groups as their best quotes stand, those of nobody last.
///
/// Gives the name as first printed, and indices into the list. Names are one but for case and accents.
pub fn by_speaker(list: &[Quoted]) -> Vec<(Option<String>, Vec<usize>)> {
    let mut groups: Vec<(Option<String>, Vec<usize>)> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut nobody = Vec::new();
    for (i, quoted) in list.iter().enumerate() {
        let Some(name) = quoted.speaker() else {
            nobody.push(i);
            continue;
        };
        let place = *places.entry(fold_name(name)).or_insert_with(|| {
            groups.push((Some(name.to_owned()), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(i);
    }
    if !nobody.is_empty() {
        groups.push((None, nobody));
    }
    groups
}

/// The list's quotes grouped by article: the groups as their best quotes stand, within an article in its order.
pub fn by_article(list: &[Quoted]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: FxHashMap<(usize, DocAddress), usize> = FxHashMap::default();
    for (i, quoted) in list.iter().enumerate() {
        let place = *places.entry((quoted.reader, quoted.address)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(i);
    }
    for group in &mut groups {
        group.sort_by_key(|&i| list[i].index);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::EntityType;
    use crate::index::testing::{article, harbour, name, quote, test_index};
    use crate::search::syntax::parse;

    fn question(query: &str) -> Question {
        Question {
            query: parse(query).unwrap(),
            filters: Filters::default(),
            speaker: None,
            about: None,
            kinds: Vec::new(),
            sort: Sort::Relevance,
            duplicates: Duplicates::Show,
            boilerplate: false,
            limit: Some(10),
            offset: 0,
        }
    }

    /// Two Askwiths, rates in the words, beside the words and elsewhere.
    fn bank() -> Article {
        let mut a = article(
            "bank",
            "Bank raises rates\n\n\"The rates must rise,\" said Joan Askwith. She leads the bank.\n\n\
             \"I disagree,\" said Clive Askwith of the rates. Others agreed.\n\n\"It rained,\" said Joan Askwith in Selby.",
        );
        name(&mut a, EntityType::Person, &["Joan Askwith"]);
        name(&mut a, EntityType::Person, &["Clive Askwith"]);
        name(&mut a, EntityType::Place, &["Selby"]);
        quote(&mut a, QuoteKind::Direct, &["The rates must rise,"], "said", Some("Joan Askwith"));
        quote(&mut a, QuoteKind::Direct, &["I disagree,"], "said", Some("Clive Askwith"));
        quote(&mut a, QuoteKind::Indirect, &["It rained,"], "said", Some("Joan Askwith"));
        a
    }

    fn found(question: &Question) -> String {
        let found = quotes(&[test_index(&[bank(), harbour()])], question).unwrap();
        assert_eq!(found.total as usize, found.list.len());
        found.list.iter().filter_map(|q| Some(q.quote()?.parts[0].of(&q.article.text))).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn words_in_the_quote_come_before_words_beside_it() {
        assert_eq!(found(&question("rates")), "The rates must rise, | I disagree, | It rained,");
        assert_eq!(found(&question("said:rates")), "The rates must rise,");
    }

    #[test]
    fn namesakes_are_kept_apart_and_every_form_of_a_name_will_do() {
        let by = |name: &str| found(&Question { speaker: Some(name.into()), ..question("") });
        assert_eq!(by("Joan Askwith"), "The rates must rise, | It rained,");
        assert_eq!(by("C. Askwith"), "I disagree,");
        assert_eq!(by("Askwith"), "The rates must rise, | I disagree, | It rained,");
        assert_eq!(by("Ines O’Dowd"), "We have waited long enough, | talks had failed");
        assert_eq!(by("Jane Askwith"), "");
    }

    #[test]
    fn kinds_and_what_it_is_about() {
        assert_eq!(found(&Question { kinds: vec![QuoteKind::Indirect], ..question("rates") }), "It rained,");
        assert_eq!(
            found(&Question { about: Some("Selby".into()), speaker: Some("Joan Askwith".into()), ..question("") }),
            "It rained,"
        );
    }

    #[test]
    fn groups_keep_the_order_of_their_best() {
        let found = quotes(&[test_index(&[bank(), harbour()])], &question("")).unwrap();
        let speakers = by_speaker(&found.list);
        let shown: Vec<_> = speakers.iter().map(|(n, q)| (n.as_deref().unwrap_or("-"), q.len())).collect();
        assert_eq!(shown, [("Inés O'Dowd", 2), ("Joan Askwith", 2), ("Clive Askwith", 1)]);
        assert_eq!(by_article(&found.list).iter().map(Vec::len).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn context_has_cue_and_speaker() {
        let found = quotes(&[test_index(&[bank()])], &question("said:rates")).unwrap();
        let q = &found.list[0];
        assert_eq!(q.context().of(&q.article.text), "\"The rates must rise,\" said Joan Askwith.");
        assert_eq!(q.highlights.iter().map(|h| h.of(&q.article.text)).collect::<Vec<_>>(), ["rates"]);
    }
}
