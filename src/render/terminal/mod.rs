//! What a person reads: text for a terminal of any width, with and without colours.
//!
//! Everything is composed of [`Piece`]s (words with a style) and laid out by [`Page`], the only one that writes. It
//! lets no control character of an article reach the terminal, breaks lines by the columns that characters take, and
//! writes styles only where the palette has them. Where there are no colours, what they would have said is said in
//! words or signs: a match stands between asterisks.

mod article;
mod counts;
mod eval;
mod marks;
mod page;
mod quotes;
mod search;
mod similar;
mod stats;
mod style;
mod verify;
mod versions;

pub use article::{View, article};
pub use counts::{breakdown, entities, timeline};
pub use eval::evaluation;
pub use page::{Page, Piece};
pub use quotes::{Grouped, quotes};
pub use search::{Shown, caret, hit, kwic, parts, summary};
pub use similar::similar;
pub use stats::{boilerplate, check, repair, stats};
pub use style::Palette;
pub use verify::verdict;
pub use versions::versions;

use crate::article::{Article, DateFrom, Stamp};

/// Between the parts of a line of facts.
const DOT: &str = " · ";

/// Outlet, day, authors and id of an article: what stands under a headline. A day that is only the file's is none.
fn facts(a: &Article) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(a.source.clone());
    facts.extend(a.published.filter(|_| a.published_from != Some(DateFrom::File)).map(date));
    if !a.byline.is_empty() {
        facts.push(article::list(&a.byline));
    }
    facts.push(a.id.clone());
    facts
}

/// A date for a person: `2 Jun 2021`.
pub fn date(stamp: Stamp) -> String {
    stamp.date.strftime("%-d %b %Y").to_string()
}

/// `1 quote`, `2,310 quotes`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `2310` as `2,310`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1000, 1234567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(1, "quote", "quotes"), "1 quote");
        assert_eq!(count(21578, "article", "articles"), "21,578 articles");
    }
}
