//! One line as it is compared with others: what in it changes from article to article is left out.
//!
//! A *line* is a short paragraph near the beginning or the end of an article, for that is where sites put what they
//! put everywhere. Its words are folded; dates that name a year, times and addresses stand as `#`
//! (`Copyright © 2019 The Courier` and `Copyright © 2021 The Courier` are one line). All other figures stay, for they
//! are news: `Net 807,000 vs 2,858,000` is another line in every article.
//!
//! What has fewer than [`FEWEST_WORDS`] words, or none that begins with a small letter, is a heading, a label, a name
//! or a credit as a rule, and no line.

use crate::article::{Article, Kind, Shape, Token, ZoneKind, fold};

/// Longer paragraphs, in bytes, are no lines.
const LONGEST: usize = 600;
/// Fewer words that stay the same say too little.
const FEWEST_WORDS: usize = 4;
/// How many paragraphs from the beginning (the headline is one) and from the end are looked at.
const FIRST: usize = 5;
const LAST: usize = 5;

/// Bits of a line's hash. Few, for the index has them of every article: that another line of the same outlet has the
/// same adds little to a count that must be a share of all articles, and the words themselves are compared at last.
const BITS: u32 = 24;

/// The hashes of an article's lines, sorted, each once.
pub fn hashes(article: &Article) -> Vec<u32> {
    let mut out: Vec<u32> = edges(article).filter_map(|i| key(article, i)).map(|key| hash(&key)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The hash of a line.
pub fn hash(key: &str) -> u32 {
    (crate::index::sketch::hash(key.as_bytes()) >> (64 - BITS)) as u32
}

/// The paragraphs that are looked at when lines are counted.
pub fn edges(article: &Article) -> impl Iterator<Item = usize> + use<> {
    let n = article.paragraphs.len();
    (0..n).filter(move |i| *i < FIRST || n - i <= LAST)
}

/// What a paragraph says in every article, if it can be boilerplate.
pub fn key(article: &Article, paragraph: usize) -> Option<String> {
    let span = *article.paragraphs.get(paragraph)?;
    let fits =
        matches!(article.zone_at(span.start), Some(ZoneKind::Body | ZoneKind::Standfirst | ZoneKind::Boilerplate));
    if span.len() > LONGEST || !fits {
        return None;
    }
    let text = article.text.as_str();
    let tokens = article.tokens.get(article.tokens.within(span))?;
    let words = || tokens.iter().filter(|t| t.is_word());
    let small = |t: &Token| t.shape == Shape::Lower && t.span.len() > 1;
    if words().nth(FEWEST_WORDS - 1).is_none() || !words().any(small) && words().any(|t| t.shape != Shape::None) {
        return None;
    }
    let changes = changing(text, tokens);
    let mut key = String::with_capacity(span.len());
    let mut same = 0;
    for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_word()) {
        let changes = changes.get(i).is_some_and(|changes| *changes);
        if changes && key.ends_with('#') {
            continue;
        }
        if !key.is_empty() {
            key.push(' ');
        }
        if changes {
            key.push('#');
        } else {
            fold::fold_into(token.term(text), &mut key);
            same += 1;
        }
    }
    (same >= FEWEST_WORDS).then_some(key)
}

/// Which tokens of a line belong to a date with its year, to a time or to an address; empty if none does.
fn changing(text: &str, tokens: &[Token]) -> Vec<bool> {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return Vec::new() };
    let line = first.span.cover(last.span).of(text);
    let changes = |t: &Token| is_year(t.span.of(text)) || is_site(t.span.of(text));
    if !line.contains(':') && !tokens.iter().any(changes) {
        return Vec::new();
    }
    let mut out = vec![false; tokens.len()];
    let of = |i: usize| tokens.get(i).map_or("", |t: &Token| t.span.of(text));
    let is_day = |i: usize| of(i).len() <= 2 && of(i).bytes().all(|b| b.is_ascii_digit()) && !of(i).is_empty();
    let is_word = |i: usize| tokens.get(i).is_some_and(|t| t.kind == Kind::Word);
    let mut i = 0;
    while i < tokens.len() {
        let word = of(i);
        if is_year(word) {
            out[i] = true;
            // The two words before it or behind it, if one is a day: 3 March 2020, March 3, 2020, 2020-03-03.
            let mut beside = |list: [Option<usize>; 2]| {
                if let [Some(a), Some(b)] = list
                    && (is_day(a) && (is_day(b) || is_word(b)) || is_word(a) && is_day(b))
                {
                    (out[a], out[b]) = (true, true);
                }
            };
            let mut before = (0..i).rev().filter(|&j| tokens[j].is_word());
            let (last, first) = (before.next(), before.next());
            beside([first, last]);
            let mut behind = (i + 1..tokens.len()).filter(|&j| tokens[j].is_word());
            if let (Some(a), Some(b)) = (behind.next(), behind.next())
                && is_day(a)
                && is_day(b)
            {
                beside([Some(a), Some(b)]);
            }
        } else if is_day(i) && of(i + 1) == ":" && is_day(i + 2) {
            (out[i], out[i + 2]) = (true, true);
            if matches!(fold::fold(of(i + 3)).as_str(), "am" | "pm") {
                out[i + 3] = true;
            }
        } else if (word.eq_ignore_ascii_case("http") || word.eq_ignore_ascii_case("https")) && of(i + 1) == ":"
            || is_site(word)
        {
            let end = (i + 1..tokens.len()).find(|&j| tokens[j].spaced).unwrap_or(tokens.len());
            out[i..end].fill(true);
            i = end;
            continue;
        }
        i += 1;
    }
    out
}

fn is_site(word: &str) -> bool {
    word.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("www."))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && (word.starts_with("19") || word.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::article;

    #[test]
    fn what_changes_from_article_to_article_is_left_out() {
        for (line, is) in [
            ("Copyright © 2019 The Tarn Courier, all rights", Some("copyright # the tarn courier all rights")),
            ("First published on 3 March 2020 in the Courier", Some("first published on # in the courier")),
            ("First published on March 3, 2020 in the Courier", Some("first published on # in the courier")),
            ("Last updated 2020-03-31 at 5:10 p.m. by the desk", Some("last updated # at # by the desk")),
            ("Read or share this story: https://tarn.example/2kI04qx", Some("read or share this story #")),
            ("Net 807,000 vs 2,858,000 a year ago", Some("net 807,000 vs 2,858,000 a year ago")),
            ("Folgen Sie uns in Straßburg", Some("folgen sie uns in strassburg")),
            ("新闻 记者 报道 上海", Some("新 闻 记 者 报 道 上 海")),
            ("Jane Doe, The Tarn Courier", None),
            ("LAST BUYER SELLER OPEN HIGH", None),
            ("Read more about", None),
            ("On 3 March 2020, the", None),
        ] {
            let article = article("a", &format!("A headline\n\n{line}"));
            assert_eq!(key(&article, 1).as_deref(), is, "{line}");
        }
    }

    #[test]
    fn only_the_edges_are_looked_at() {
        let lines: Vec<String> = (0..20).map(|i| format!("This is the line number {i}")).collect();
        let article = article("a", &lines.join("\n\n"));
        assert_eq!(hashes(&article).len(), FIRST - 1 + LAST, "the first is the headline");
    }
}
