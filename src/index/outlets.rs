//! Outlets: one name for each, however its articles spell it.
//!
//! One dump says `continentalmorning.example`, another "Continental Morning", a third "CONTINENTAL MORNING". Where an
//! article says more than one of these itself, its reader knew; across articles the archive teaches it:
//!
//! - a **domain** given for a source is the outlet that articles of that site name: at least [`FEWEST`] of them,
//!   [`SHARE`] of all that name any, and most of what that outlet has anywhere (an agency is printed on many sites);
//! - a domain is also the outlet whose name it **spells** (`thecourier.example`, "The Courier"): a name of [`SPELLED`]
//!   letters at least, which no other domain of the archive spells, that is not known from other sites only, and beside
//!   which the site's articles name nobody else;
//! - **spellings** that differ in nothing but case, accents, marks, spaces and a "The" before are one, unless they are
//!   known from different sites.
//!
//! "The Times" and "Times of India", `abcnews.example` and `abc.example` stay two: nothing is joined for being alike.
//! What an outlet is called is the name that most of its articles give; a domain only where there is nothing else.
//!
//! Derived from a column and the terms of sites of the committed articles, in canonical order, like [`super::names`];
//! an article stays as it is and is shown, counted and found under the one name. The file is text, sorted, a spelling a
//! line:
//!
//! ```text
//! newsdex.outlets/1 <commit>
//! continentalmorning.example <TAB> Continental Morning
//! ```

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::columns::{Sites, Sources, plain};
use super::sidecar::Sidecar;
use super::{Reader, Result};
use crate::article::fold::fold_name;

/// So many articles of a site must name its outlet.
pub const FEWEST: u32 = 3;
/// And this share of all its articles that name any.
pub const SHARE: f32 = 0.8;
/// Letters that a name must have to be known by a domain that spells it.
pub const SPELLED: usize = 6;

/// Which spellings mean which outlet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlets {
    /// Every spelling that is not the name itself, with the name.
    names: BTreeMap<String, String>,
    /// By name: all its spellings, the name first.
    spellings: FxHashMap<String, Vec<String>>,
}

/// One spelling in all articles.
#[derive(Default)]
struct Known {
    articles: u32,
    /// By site: how many of the articles stand there.
    sites: BTreeMap<String, u32>,
}

impl Known {
    fn with_site(&self) -> u32 {
        self.sites.values().sum()
    }
}

impl Sidecar for Outlets {
    const FILE: &'static str = "outlets.tsv";
    const FORMAT: &'static str = "newsdex.outlets/1";

    /// Works out which spellings are one outlet's.
    fn learn(reader: &Reader) -> Result<Self> {
        let mut all: BTreeMap<String, Known> = BTreeMap::new();
        for segment in reader.searcher().segment_readers() {
            let (sources, sites) = (Sources::of(reader, segment)?, Sites::of(reader, segment)?);
            let mut counts: FxHashMap<(&str, Option<&str>), u32> = FxHashMap::default();
            for doc in segment.doc_ids_alive() {
                if let Some(source) = sources.of_doc(doc) {
                    *counts.entry((source, sites.of_doc(doc))).or_default() += 1;
                }
            }
            for ((source, site), n) in counts {
                let known = all.entry(plain(source)).or_default();
                known.articles += n;
                if let Some(site) = site {
                    *known.sites.entry(site.to_owned()).or_default() += n;
                }
            }
        }
        Ok(Outlets::of(joined(&all)))
    }

    fn from_text(text: String) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('\t'));
        Outlets::of(pairs.map(|(spelling, name)| (spelling.to_owned(), name.to_owned())).collect())
    }

    fn text(&self) -> Cow<'_, str> {
        self.names.iter().map(|(spelling, name)| format!("{spelling}\t{name}\n")).collect()
    }
}

impl Outlets {
    fn of(names: BTreeMap<String, String>) -> Outlets {
        let mut spellings: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for (spelling, name) in &names {
            spellings.entry(name.clone()).or_insert_with(|| vec![name.clone()]).push(spelling.clone());
        }
        Outlets { names, spellings }
    }

    /// The one name of an outlet that an article gives this way.
    pub fn name<'n>(&'n self, source: &'n str) -> &'n str {
        self.names.get(source).map_or(source, String::as_str)
    }

    /// Outlets of several spellings: all of them, the name first.
    pub fn joined(&self) -> impl Iterator<Item = &[String]> {
        self.spellings.values().map(Vec::as_slice)
    }
}

/// Every spelling that is not its outlet's name, with the name.
fn joined(all: &BTreeMap<String, Known>) -> BTreeMap<String, String> {
    let (domains, names): (Vec<_>, Vec<_>) = all.iter().partition(|(source, _)| is_domain(source));
    let mut out = BTreeMap::new();

    // By what they have in common: the spellings of one name, the most frequent first.
    let mut spelled: BTreeMap<String, Vec<(&String, &Known)>> = BTreeMap::new();
    for (name, known) in names {
        spelled.entry(squeezed(name)).or_default().push((name, known));
    }
    let mut outlets: BTreeMap<String, (&str, Vec<&Known>)> = BTreeMap::new();
    for (key, mut list) in spelled {
        list.sort_by_key(|(name, known)| (Reverse(known.articles), *name));
        let Some(&(name, _)) = list.first() else { continue };
        let apart = |(_, a): &(&String, &Known), (_, b): &(&String, &Known)| {
            !a.sites.is_empty() && !b.sites.is_empty() && a.sites.keys().all(|site| !b.sites.contains_key(site))
        };
        let one = !key.is_empty() && list.iter().enumerate().all(|(i, a)| list[..i].iter().all(|b| !apart(a, b)));
        if one {
            out.extend(list[1..].iter().map(|(other, _)| ((*other).clone(), name.clone())));
            outlets.insert(key, (name, list.iter().map(|(_, known)| *known).collect()));
        }
    }

    // By site: whom its articles name, and how often.
    let mut named: BTreeMap<&str, BTreeMap<&str, u32>> = BTreeMap::new();
    for (name, known) in all.iter().filter(|(source, _)| !is_domain(source)) {
        let name = out.get(name).unwrap_or(name);
        for (site, n) in &known.sites {
            *named.entry(site).or_default().entry(name).or_default() += n;
        }
    }
    // By what they spell: all domains of the archive.
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sites = all.values().flat_map(|known| known.sites.keys().cloned());
    for domain in sites.chain(domains.iter().map(|(domain, _)| domain.to_lowercase())) {
        labels.entry(label(&domain)).or_default().insert(domain);
    }

    let mut lower: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    domains.iter().for_each(|(domain, _)| lower.entry(domain.to_lowercase()).or_default().push(domain));
    let mut addressed = Vec::new();
    for (domain, spellings) in lower {
        let here = named.get(domain.as_str());
        let name = here.and_then(|names| by_articles(&domain, names, all, &out));
        let name = name.or_else(|| by_spelling(&domain, here, &labels, &outlets));
        let frequent = || spellings.iter().max_by_key(|s| (all.get(**s).map(|k| k.articles), Reverse(**s)));
        let Some(name) = name.or_else(|| frequent().map(|s| (*s).clone())) else { continue };
        addressed.extend(spellings.into_iter().filter(|s| **s != name).map(|s| (s.clone(), name.clone())));
    }
    out.extend(addressed);
    out
}

/// The outlet that articles of a site name, if nearly all name one and it is at home there.
fn by_articles(
    domain: &str,
    names: &BTreeMap<&str, u32>,
    all: &BTreeMap<String, Known>,
    joined: &BTreeMap<String, String>,
) -> Option<String> {
    let total: u32 = names.values().sum();
    let (&name, &own) = names.iter().max_by_key(|(name, n)| (**n, Reverse(**name)))?;
    let spellings = all.iter().filter(|(s, _)| *s == name || joined.get(*s).is_some_and(|n| n == name));
    let (mut here, mut anywhere) = (0, 0);
    for (_, known) in spellings {
        here += known.sites.get(domain).copied().unwrap_or(0);
        anywhere += known.with_site();
    }
    (own >= FEWEST && own as f32 >= SHARE * total as f32 && 2 * here > anywhere).then(|| name.to_owned())
}

/// The outlet whose name a domain spells, if no other domain does, articles of the site name nobody else, and the
/// outlet is not known from other sites only.
fn by_spelling(
    domain: &str,
    here: Option<&BTreeMap<&str, u32>>,
    labels: &BTreeMap<String, BTreeSet<String>>,
    outlets: &BTreeMap<String, (&str, Vec<&Known>)>,
) -> Option<String> {
    let label = label(domain);
    let alone = labels.get(&label).is_some_and(|domains| domains.len() == 1);
    let (name, known) = outlets.get(&label).filter(|_| alone && label.chars().count() >= SPELLED)?;
    let nobody_else = here.is_none_or(|names| names.keys().all(|n| n == name));
    let at_home = known.iter().all(|k| k.sites.is_empty()) || known.iter().any(|k| k.sites.contains_key(domain));
    (nobody_else && at_home).then(|| (*name).to_owned())
}

/// Whether a source is given by its domain: `courier.example`, `Courier.example`.
fn is_domain(source: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let last = |last: &str| last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    source.chars().all(fits)
        && source
            .rsplit_once('.')
            .is_some_and(|(before, end)| !before.is_empty() && !before.ends_with('.') && last(end))
}

/// A name without what spellings differ in: folded, without spaces and a "The" before.
fn squeezed(name: &str) -> String {
    let folded = fold_name(name);
    let bare = folded.strip_prefix("the ").unwrap_or(&folded);
    let squeezed = bare.replace(' ', "");
    match squeezed.strip_prefix("the") {
        // `thecourier`, as domains have it; but `Therapy Today`.
        Some(rest) if !folded.contains(' ') && rest.len() >= SPELLED => rest.to_owned(),
        _ => squeezed,
    }
}

/// What a domain spells: `courier` for `courier.example`, `www.courier.co.uk` and `the-courier.example`; nothing where
/// it is part of a larger site.
fn label(domain: &str) -> String {
    const SECOND: &[&str] = &["ac", "co", "com", "edu", "gov", "net", "or", "org"];
    let labels: Vec<&str> = domain.split('.').filter(|l| *l != "www").collect();
    let own = match labels.as_slice() {
        [own, _] => own,
        [own, second, last] if SECOND.contains(second) && last.len() == 2 => own,
        _ => return String::new(),
    };
    squeezed(&own.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::{article, test_index};

    /// What is joined in an archive of so many articles of each source and site (empty: none).
    fn of(articles: &[(&str, &str, usize)]) -> String {
        let mut list = Vec::new();
        for &(source, site, n) in articles {
            for _ in 0..n {
                let mut a = article(&format!("a{}", list.len()), "A headline\n\nIts text.");
                a.source = Some(source.into());
                a.url = Some(site).filter(|s| !s.is_empty()).map(|s| format!("https://www.{s}/story"));
                list.push(a);
            }
        }
        let there = Outlets::learn(&test_index(&list)).unwrap();
        list.reverse();
        assert_eq!(there, Outlets::learn(&test_index(&list)).unwrap(), "the order of articles changes nothing");
        there.names.iter().map(|(a, b)| format!("{a} = {b}")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn articles_that_carry_both_teach_whose_a_domain_is() {
        let courier = ("Selby Courier", "scourier.example");
        assert_eq!(of(&[(courier.0, courier.1, 3), ("scourier.example", "", 2)]), "scourier.example = Selby Courier");
        assert_eq!(of(&[(courier.0, courier.1, 2), ("scourier.example", "", 2)]), "", "two are not enough");
        let shared = [(courier.0, courier.1, 6), ("Ada Quill", courier.1, 2), ("scourier.example", "", 2)];
        assert_eq!(of(&shared), "", "a site of several");
        let agency =
            [("Lorne Press", "portal.example", 4), ("Lorne Press", "lorne.example", 6), ("portal.example", "", 1)];
        assert_eq!(of(&agency), "", "an agency is at home elsewhere");
    }

    #[test]
    fn a_domain_may_spell_a_name() {
        let morning = "Continental Morning";
        assert_eq!(
            of(&[(morning, "", 1), ("continentalmorning.example", "", 1)]),
            "continentalmorning.example = Continental Morning"
        );
        assert_eq!(of(&[("The Courier", "", 1), ("thecourier.example", "", 1)]), "thecourier.example = The Courier");
        assert_eq!(of(&[("Courier", "", 1), ("the-courier.co.uk", "", 1)]), "the-courier.co.uk = Courier");
        assert_eq!(of(&[("ABC", "", 9), ("abc.example", "", 9)]), "", "too short");
        assert_eq!(of(&[("ABC News", "", 9), ("abc.example", "", 9), ("abcnews.go.example", "", 1)]), "");
        let two = [("The Nation", "", 4), ("nation.example", "", 2), ("thenation.example", "", 2)];
        assert_eq!(of(&two), "", "two domains spell it");
        let few = [("The Courier", "thecourier.example", 1), ("thecourier.example", "thecourier.example", 1)];
        assert_eq!(of(&few), "thecourier.example = The Courier");
        let elsewhere = [("The Courier", "courier-media.example", 2), ("thecourier.example", "", 1)];
        assert_eq!(of(&elsewhere), "", "known from another site");
        let others = [("The Courier", "", 2), ("Ada Quill", "thecourier.example", 2), ("thecourier.example", "", 1)];
        assert_eq!(of(&others), "", "articles of the site name somebody else");
    }

    #[test]
    fn spellings_of_one_name_are_one_and_alike_names_are_not() {
        assert_eq!(
            of(&[("The Northgate Herald", "", 3), ("NORTHGATE HERALD", "", 1), ("Northgate-Herald", "", 1)]),
            "NORTHGATE HERALD = The Northgate Herald; Northgate-Herald = The Northgate Herald"
        );
        assert_eq!(
            of(&[("The Times", "", 5), ("Times of India", "", 5), ("Times", "times.example", 2)]),
            "Times = The Times"
        );
        let two = [("The Nation", "nation.example", 3), ("Nation", "nation.co.ke", 3)];
        assert_eq!(of(&two), "", "of different sites");
        assert_eq!(of(&[("Courier.example", "", 2), ("courier.example", "", 1)]), "courier.example = Courier.example");
    }

    #[test]
    fn a_stale_file_is_not_used() {
        let names = BTreeMap::from([("a.example".to_owned(), "A".to_owned())]);
        let folder = tempfile::tempdir().unwrap();
        let outlets = Outlets::of(names);
        outlets.write(folder.path(), 7).unwrap();
        assert_eq!(Outlets::read(folder.path(), 8), None);
        assert_eq!(Outlets::read(folder.path(), 7), Some(outlets));
    }
}
