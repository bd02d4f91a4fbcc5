//! Who and what is named in the matching articles, counted.
//!
//! The counts come from the index's columns: each article's entities and, for each quote, its speaker. Names are one
//! where they fold to the same (`Müller`, `MULLER`) and have one type; where nearly all articles agree on a name's
//! type, the few that do not are outvoted ([`MAJORITY`]). All counts are of distinct articles.
//!
//! [`Facets::with`] asks who appears *together* with someone, and ranks by how far that is from chance (Dunning's
//! log-likelihood ratio, 1993), not by frequency: a president is in half of all articles and hence with nobody.

pub mod breakdown;
mod names;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::selection::Selection;
use super::timeline::{Unit, filled};
use crate::article::EntityType;
use crate::article::fold::fold_name;
use names::Names;

/// The share of the articles naming something from which its type is everybody's.
pub const MAJORITY: f64 = 0.8;

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum As {
    /// Articles that name it.
    #[default]
    Mentioned,
    /// Articles that quote it.
    Speaker,
}

#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Only these types; empty is all.
    pub kinds: Vec<EntityType>,
    pub role: As,
    /// Leaves out what is only inferred: names that most likely mean another count for themselves.
    pub certain: bool,
    /// Names a day, week, month or year apart for each of the listed.
    pub over: Option<Unit>,
    pub limit: Option<usize>,
    pub offset: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Facets {
    /// How many articles were counted over.
    pub articles: u64,
    /// How many different names were found, listed or not.
    pub names: u64,
    pub list: Vec<Facet>,
}

/// One name and how often it is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// As it is written most often, but not as headlines shout it.
    pub name: String,
    /// `None` for a speaker that is none of its article's entities.
    pub kind: Option<EntityType>,
    /// Articles that name it or, if speakers were asked for, quote it.
    pub articles: u64,
    /// How many of these only name what most likely means it.
    pub inferred: u64,
    /// Quotes it speaks in these articles.
    pub quotes: u64,
    /// Of the articles with a certain date.
    pub first: Option<Date>,
    pub last: Option<Date>,
    /// How surely it is no chance that it appears so often *with* the other: the log-likelihood ratio, above 10.83 for
    /// one chance in a thousand. `None` unless asked for.
    pub association: Option<f64>,
    /// Articles over time, without a gap; empty unless asked for.
    pub over: Vec<(Date, u64)>,
}

/// Counts the names in the selected articles, the most frequent first.
pub fn entities(selections: &[Selection], question: &Question) -> tantivy::Result<Facets> {
    let names = Names::read(selections, question.certain)?;
    let tally = names.tally(selections, question.role)?;
    let mut ids = names.listed(&tally, question);
    let speaks = question.role == As::Speaker;
    ids.sort_by(|&a, &b| {
        let count = |id: u32| {
            let t = &tally[id as usize];
            if speaks { (t.quotes, t.articles) } else { (t.articles, t.quotes) }
        };
        count(b).cmp(&count(a)).then_with(|| names.order(a, b))
    });
    names.facets(selections, question, &tally, ids, |_| None)
}

/// Counts the names in the articles of `with`, a part of `selections`, those first whose presence there is least likely
/// chance; names that are there no more often than elsewhere are left out, and so is the asked name itself.
pub fn together(
    selections: &[Selection],
    with: &[Selection],
    asked: &str,
    question: &Question,
) -> tantivy::Result<Facets> {
    let names = Names::read(selections, question.certain)?;
    let here = names.tally(with, question.role)?;
    let everywhere = names.tally(selections, question.role)?;
    let total = selections.iter().map(Selection::len).sum();
    let part = with.iter().map(Selection::len).sum();
    let mut asked = vec![fold_name(asked)];
    if let Some(corrections) = selections.iter().find_map(|s| s.reader.corrections()) {
        let now = corrections.ledger.names().filter(|(name, _)| *name == asked[0]).flat_map(|(_, now)| now.clone());
        let now: Vec<String> = now.collect();
        asked.extend(now);
    }
    let itself = |id: u32| {
        let within = |a: &str, b: &str| a.split(' ').all(|w| b.split(' ').any(|v| v == w));
        let folded = &names.list[id as usize].folded;
        asked.iter().any(|asked| within(asked, folded) || within(folded, asked))
    };
    let score = |id: u32| {
        let both = here[id as usize].articles;
        association(both, part, everywhere[id as usize].articles, total)
    };
    let mut ids: Vec<(u32, f64)> = names
        .listed(&here, question)
        .into_iter()
        .filter(|&id| !itself(id))
        .filter_map(|id| Some((id, score(id).filter(|s| *s > 0.0)?)))
        .collect();
    ids.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| names.order(a.0, b.0)));
    let scores: FxHashMap<u32, f64> = ids.iter().copied().collect();
    let ids = ids.into_iter().map(|(id, _)| id).collect();
    names.facets(with, question, &here, ids, |id| scores.get(&id).copied())
}

/// The log-likelihood ratio of a name that is in `both` of the `part` articles with another, and in `named` of all
/// `total` articles. `None` where it is there no more often than chance has it.
fn association(both: u64, part: u64, named: u64, total: u64) -> Option<f64> {
    let (both, part, named, total) = (both as f64, part as f64, named as f64, total as f64);
    if total <= 0.0 || both * total <= part * named {
        return None;
    }
    let cell = |seen: f64, row: f64, column: f64| {
        if seen <= 0.0 { 0.0 } else { seen * (seen * total / (row * column)).ln() }
    };
    let (rest, unnamed) = (total - part, total - named);
    let sum = cell(both, part, named)
        + cell(part - both, part, unnamed)
        + cell(named - both, rest, named)
        + cell(rest - (named - both), rest, unnamed);
    Some(2.0 * sum)
}

#[derive(Clone, Copy, Default)]
struct Tally {
    articles: u64,
    inferred: u64,
    quotes: u64,
    first: Option<Date>,
    last: Option<Date>,
}

impl Names {
    fn tally(&self, selections: &[Selection], role: As) -> tantivy::Result<Vec<Tally>> {
        let mut tally = vec![Tally::default(); self.list.len()];
        let mut quoted: FxHashMap<u32, bool> = FxHashMap::default();
        self.each_article(selections, |article| {
            for (id, _) in &article.speakers {
                tally[*id as usize].quotes += 1;
            }
            quoted.clear();
            for &(id, certain) in &article.speakers {
                *quoted.entry(id).or_default() |= certain;
            }
            for (&id, &certain) in if role == As::Speaker { &quoted } else { &article.named } {
                let t = &mut tally[id as usize];
                t.articles += 1;
                t.inferred += u64::from(!certain);
                if let Some(day) = article.published {
                    t.first = Some(t.first.map_or(day, |first| first.min(day)));
                    t.last = t.last.max(Some(day));
                }
            }
        })?;
        Ok(tally)
    }

    /// The names that were counted and are of the types asked for.
    fn listed(&self, tally: &[Tally], question: &Question) -> Vec<u32> {
        let wanted = |kind: Option<EntityType>| {
            question.kinds.is_empty() || kind.is_some_and(|kind| question.kinds.contains(&kind))
        };
        let ids = 0..self.list.len() as u32;
        ids.filter(|&id| tally[id as usize].articles > 0 && wanted(self.list[id as usize].kind)).collect()
    }

    /// The page that is asked for of the names in their order.
    fn facets(
        &self,
        selections: &[Selection],
        question: &Question,
        tally: &[Tally],
        ids: Vec<u32>,
        association: impl Fn(u32) -> Option<f64>,
    ) -> tantivy::Result<Facets> {
        let names = ids.len() as u64;
        let page: Vec<u32> = ids.into_iter().skip(question.offset).take(question.limit.unwrap_or(usize::MAX)).collect();
        let mut over = match question.over {
            Some(unit) => self.over(selections, question.role, unit, &page)?,
            None => FxHashMap::default(),
        };
        let facet = |&id: &u32| {
            let (name, t) = (&self.list[id as usize], tally[id as usize]);
            Facet {
                name: name.spelling().to_owned(),
                kind: name.kind,
                articles: t.articles,
                inferred: t.inferred,
                quotes: t.quotes,
                first: t.first,
                last: t.last,
                association: association(id),
                over: over.remove(&id).unwrap_or_default(),
            }
        };
        let articles = selections.iter().map(Selection::len).sum();
        Ok(Facets { articles, names, list: page.iter().map(facet).collect() })
    }

    fn over(
        &self,
        selections: &[Selection],
        role: As,
        unit: Unit,
        ids: &[u32],
    ) -> tantivy::Result<FxHashMap<u32, Vec<(Date, u64)>>> {
        let mut counts: FxHashMap<u32, BTreeMap<Date, u64>> = ids.iter().map(|&id| (id, BTreeMap::new())).collect();
        let mut count = |id: u32, day: Date| {
            if let Some(buckets) = counts.get_mut(&id) {
                *buckets.entry(unit.start(day)).or_default() += 1;
            }
        };
        self.each_article(selections, |article| {
            let Some(day) = article.published else { return };
            let ids: FxHashSet<u32> = match role {
                As::Mentioned => article.named.keys().copied().collect(),
                As::Speaker => article.speakers.iter().map(|(id, _)| *id).collect(),
            };
            ids.into_iter().for_each(|id| count(id, day));
        })?;
        Ok(counts.into_iter().map(|(id, buckets)| (id, filled(&buckets, unit).collect())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, QuoteKind, Stamp};
    use crate::index::testing::{article, harbour, name, quote, test_index};

    /// An article that names these people, and is printed on this day.
    fn naming(id: &str, day: Date, names: &[&str]) -> Article {
        let mut a = article(id, &format!("News\n\n{} met.", names.join(" and ")));
        for n in names {
            name(&mut a, EntityType::Person, &[n]);
        }
        a.published = Some(Stamp { date: day, time: None, offset: None });
        a
    }

    fn day(d: i8) -> Date {
        jiff::civil::date(2024, 5, d)
    }

    fn shown(facets: &Facets) -> String {
        let kind = |f: &Facet| f.kind.map_or("-", EntityType::name);
        let line = |f: &Facet| format!("{} {} {}/{}", kind(f), f.name, f.articles, f.quotes);
        facets.list.iter().map(line).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_are_one_across_articles_but_for_case_and_accents() {
        let reader = test_index(&[
            naming("a", day(1), &["Inés O'Dowd", "Ann Lee"]),
            naming("b", day(3), &["Ines O’Dowd"]),
            naming("c", day(9), &["Inés O'Dowd", "INES O'DOWD"]),
            naming("d", day(9), &["INES O'DOWD"]),
            naming("e", day(9), &["INES O'DOWD"]),
        ]);
        let found = entities(&[Selection::all(&reader)], &Question::default()).unwrap();
        assert_eq!(shown(&found), "person Inés O'Dowd 5/0, person Ann Lee 1/0");
        assert_eq!((found.list[0].first, found.list[0].last), (Some(day(1)), Some(day(9))));
        let question = Question { over: Some(Unit::Week), limit: Some(1), ..Question::default() };
        let found = entities(&[Selection::all(&reader)], &question).unwrap();
        assert_eq!(found.list[0].over, [(jiff::civil::date(2024, 4, 29), 2), (day(6), 3)]);
        assert_eq!(found.names, 2);
    }

    #[test]
    fn speakers_are_counted_by_quotes() {
        let mut other = naming("x", day(1), &["Ann Lee"]);
        quote(&mut other, QuoteKind::Direct, &["Ann Lee"], "met", Some("a clerk"));
        let reader = test_index(&[harbour(), other]);
        let question = Question { role: As::Speaker, ..Question::default() };
        let found = entities(&[Selection::all(&reader)], &question).unwrap();
        assert_eq!(shown(&found), "person Inés O'Dowd 1/2, - a clerk 1/1");
        let places = Question { kinds: vec![EntityType::Place], ..Question::default() };
        let found = entities(&[Selection::all(&reader)], &places).unwrap();
        assert_eq!(shown(&found), "place Port Selby 1/0, place U.S. 1/0");
    }

    #[test]
    fn a_type_that_few_articles_give_is_outvoted() {
        let mut articles: Vec<_> = (0..8).map(|i| naming(&format!("{i}"), day(1), &["Selby"])).collect();
        let mut odd = article("odd", "News\n\nSelby met.");
        name(&mut odd, EntityType::Place, &["Selby"]);
        articles.push(odd);
        let found = entities(&[Selection::all(&test_index(&articles))], &Question::default()).unwrap();
        assert_eq!(shown(&found), "person Selby 9/0");
        articles.truncate(3);
        articles.push(naming("p", day(1), &["Ann Lee"]));
        let mut odd = article("odd", "News\n\nSelby met.");
        name(&mut odd, EntityType::Place, &["Selby"]);
        articles.push(odd);
        let found = entities(&[Selection::all(&test_index(&articles))], &Question::default()).unwrap();
        assert_eq!(shown(&found), "person Selby 3/0, person Ann Lee 1/0, place Selby 1/0");
    }

    #[test]
    fn company_is_ranked_by_significance_not_by_frequency() {
        // The president is everywhere; the lawyer only with the mayor.
        let mut articles = Vec::new();
        for i in 0..20 {
            articles.push(naming(&format!("a{i}"), day(1), &["Pat President", "Someone Else"]));
        }
        for i in 0..4 {
            articles.push(naming(&format!("b{i}"), day(1), &["Mia Mayor", "Pat President", "Lou Lawyer"]));
        }
        articles.push(naming("c", day(1), &["Mia Mayor", "Pat President"]));
        let reader = test_index(&articles);
        let mayor = tantivy::query::TermQuery::new(
            tantivy::Term::from_field_text(
                reader.fields().entity_layer(EntityType::Person),
                &crate::index::layers::whole("mia mayor"),
            ),
            tantivy::schema::IndexRecordOption::Basic,
        );
        let with = [Selection::of(&reader, &mayor).unwrap()];
        let found = together(&[Selection::all(&reader)], &with, "Mia Mayor", &Question::default()).unwrap();
        assert_eq!(shown(&found), "person Lou Lawyer 4/0");
        assert!(found.list[0].association.unwrap() > 10.83);
        assert_eq!(found.articles, 5);
    }

    #[test]
    fn the_log_likelihood_ratio_of_a_worked_example() {
        // 2 · (10 ln(10·100/(20·15)) + 10 ln(10·100/(20·85)) + 5 ln(5·100/(80·15)) + 75 ln(75·100/(80·85)))
        let g2 = association(10, 20, 15, 100).unwrap();
        assert!((g2 - 19.4093).abs() < 1e-3, "{g2}");
        assert_eq!(association(3, 20, 15, 100), None);
        assert_eq!(association(0, 0, 0, 0), None);
    }
}
