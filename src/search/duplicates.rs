//! The same copy among hits: one wire story that several outlets print is one answer, with the others beside it.
//!
//! What is the same copy is decided by [`sketch`](crate::index::sketch), on the articles themselves. Long lists of
//! ranked articles are collapsed by [`collapse`](super::collapse), which reads only those that may be copies.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::article::Article;
use crate::article::fold::fold_name;
use crate::index::sketch::{self, SKETCH, Shingles, candidates};

/// How another printing differs from the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// It has another headline.
    pub headline: bool,
    /// Words that it has and the one shown has not, and the other way round; as often as they occur, wherever they
    /// stand.
    pub added: usize,
    pub cut: usize,
    /// The share of the shorter one's text that the other has too, 0 to 1.
    pub shared: f32,
}

impl Difference {
    /// Of `other` from `shown`. Words are compared without case and accents; those of headline, byline, dateline and
    /// what is no part of the story do not count.
    pub fn of(shown: &Article, other: &Article) -> Difference {
        let headline = |a: &Article| a.headline().map(fold_name);
        let mut words: FxHashMap<u64, i64> = FxHashMap::default();
        sketch::words(shown).for_each(|word| *words.entry(word).or_default() -= 1);
        sketch::words(other).for_each(|word| *words.entry(word).or_default() += 1);
        let sum = |sign: i64| words.values().map(|n| (n * sign).max(0) as usize).sum();
        Difference {
            headline: headline(shown) != headline(other),
            added: sum(1),
            cut: sum(-1),
            shared: Shingles::of(shown).containment(&Shingles::of(other)),
        }
    }
}

/// Groups ranked articles that carry the same copy.
///
/// Gives the indices of each group's articles, the earliest printed first; groups stand where their best article did.
/// An article that is nobody's copy is a group of its own.
pub fn groups<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Vec<Vec<usize>> {
    let (mut dates, mut shingles) = (Vec::new(), Vec::new());
    for a in articles {
        dates.push((a.published.map_or(Date::MAX, |p| p.date), &a.id));
        shingles.push(Shingles::of(a));
    }
    let sketches: Vec<Vec<u32>> = shingles.iter().map(|s| s.sketch().to_vec()).collect();
    // Each article leads to the best-ranked one of its group.
    let mut leader: Vec<usize> = (0..shingles.len()).collect();
    for (a, b) in candidates(&sketches, shingles.len().max(SKETCH)) {
        let (a, b) = (a as usize, b as usize);
        let (x, y) = (root(&leader, a), root(&leader, b));
        if x != y && shingles[a].same_copy(&shingles[b]) {
            leader[x.max(y)] = x.min(y);
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); leader.len()];
    for i in 0..leader.len() {
        groups[root(&leader, i)].push(i);
    }
    groups.retain(|g| !g.is_empty());
    for group in &mut groups {
        group.sort_by_key(|&i| (dates[i], i));
    }
    groups
}

fn root(leader: &[usize], mut i: usize) -> usize {
    while leader[i] != i {
        i = leader[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Stamp;
    use crate::index::testing::article;

    fn printed(id: &str, day: i8, headline: &str, body: &str) -> Article {
        let mut a = article(id, &format!("{headline}\n\n{body}"));
        a.published = Some(Stamp { date: jiff::civil::date(2024, 5, day), time: None, offset: None });
        a
    }

    #[test]
    fn copies_are_one_answer_where_the_best_of_them_stood() {
        let body: Vec<String> = (0..90).map(|i| format!("word{}", i * 31 % 97)).collect();
        let (whole, cut) = (body.join(" "), body[..50].join(" "));
        let other: Vec<String> = (0..90).map(|i| format!("other{}", i * 31 % 97)).collect();
        let articles = [
            printed("late", 9, "Harbour shut", &whole),
            printed("other", 1, "Harbour shut", &other.join(" ")),
            printed("early", 3, "Dockers walk out", &cut),
            printed("undated", 4, "Harbour", &format!("A lede of our own. {whole}")),
        ];
        assert_eq!(groups(&articles), [vec![2, 3, 0], vec![1]]);
        let difference = Difference::of(&articles[0], &articles[2]);
        assert_eq!((difference.headline, difference.added, difference.cut), (true, 0, 40));
        let longer = Difference::of(&articles[0], &articles[3]);
        assert_eq!((longer.headline, longer.added, longer.cut), (true, 5, 0));
        assert!(difference.shared > 0.9);
        assert!(groups(&[]).is_empty());
    }
}
