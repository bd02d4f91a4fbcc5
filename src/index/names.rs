//! What the archive teaches about names: which names most likely mean the same somebody or something.
//!
//! An article that says only "Harris" does not say which; the archive often does, when nearly everybody of that surname
//! who is ever named in full is one person. So it is with "J. Harris" and "James Harris", "IAEA" and "International
//! Atomic Energy Agency", "Selby Steel" and "Selby Steel Corp". This sidecar says which name each of these most likely
//! stands for, and nothing where that is not likely enough:
//!
//! - a bare **surname** means a person if at least [`FEWEST`] articles name them in full, and [`SHARE`] of all articles
//!   that name anybody of that surname, or a company of that first name, in full;
//! - **initials**, a name without its middle names or from its particle on mean the fuller name that is named most,
//!   unless two that fit contradict each other (`George W.` and `George H. W.` share `George`, which then means
//!   neither);
//! - an **acronym** means the organization or place of those initials, by the same counts as a surname;
//! - a **company** is one with and without `Inc`, `Corp` and the like.
//!
//! It is derived from one column of the committed articles, in canonical order, so that it can be thrown away and made
//! again at any time; it never alters an article or its postings. What it says is a likelihood, is shown as one, and
//! ranks below what articles say themselves.
//!
//! The file is text, sorted, one name a line: its type, itself folded, what it means folded and printed, and in how
//! many articles that stands of how many that name anybody it could mean.
//!
//! ```text
//! newsdex.names/2 <commit>
//! person <TAB> harris <TAB> kamala harris <TAB> Kamala Harris <TAB> 120 <TAB> 126
//! ```
//!
//! A file of another commit than the reader's is not used: the names are then learned again, which takes a look at one
//! column and no article.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use tantivy::TantivyError;

use super::sidecar::Sidecar;
use super::{Reader, Result};
use crate::article::EntityType;
use crate::article::fold::fold_name;

/// Somebody must be named in full in this many articles before another name is taken to mean them.
pub const FEWEST: u32 = 3;
/// And in this share of all articles that name in full whomever it could mean.
pub const SHARE: f32 = 0.8;

/// Which names most likely mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    text: String,
    groups: Vec<Group>,
    /// Indices into the groups, for the full name and for what means it.
    known: FxHashMap<(EntityType, String), usize>,
}

/// Somebody or something, and the names that most likely mean it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub kind: EntityType,
    /// The full name, folded.
    pub name: String,
    /// As most articles print it.
    pub printed: String,
    /// The other names, folded, in order.
    pub others: Vec<String>,
}

impl Group {
    /// All its names, the full one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.others).map(String::as_str)
    }
}

/// A name of one type in all articles.
struct Full {
    articles: u32,
    printed: String,
}

impl Sidecar for Names {
    const FILE: &'static str = "names.tsv";
    const FORMAT: &'static str = "newsdex.names/2";

    /// Counts the names of all articles and works out what they mean.
    fn learn(reader: &Reader) -> Result<Self> {
        let mut all = counts(reader)?;
        let mut take = |kind| all.remove(&kind).unwrap_or_default();
        let mut lines = Lines::default();
        let organizations = take(EntityType::Organization);
        people(&take(EntityType::Person), &firms(&organizations), &mut lines);
        let places = take(EntityType::Place);
        let companies = companies(&organizations, &places, &mut lines);
        acronyms(EntityType::Organization, &organizations, &companies, &mut lines);
        acronyms(EntityType::Place, &places, &BTreeMap::new(), &mut lines);
        Ok(Names::from_text(lines.text()))
    }

    fn from_text(text: String) -> Self {
        let mut names = Names::default();
        for line in text.lines() {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default().to_owned();
            let Some(kind) = EntityType::from_name(&next()) else { continue };
            let (other, name, printed) = (next(), next(), next());
            let group = *names.known.entry((kind, name.clone())).or_insert_with(|| {
                names.groups.push(Group { kind, name, printed, others: Vec::new() });
                names.groups.len() - 1
            });
            names.groups[group].others.push(other.clone());
            names.known.insert((kind, other), group);
        }
        names.text = text;
        names
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

impl Names {
    /// The group that a folded name belongs to: as its full name or as one that most likely means it.
    pub fn group(&self, kind: EntityType, folded: &str) -> Option<&Group> {
        // A pair of a type and a borrowed name has no hash of its own; names asked for are few and short.
        self.known.get(&(kind, folded.to_owned())).and_then(|&group| self.groups.get(group))
    }

    /// All groups, in order of type and of the first of their other names.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

/// By type and folded name: in how many articles, and how most of them print it.
fn counts(reader: &Reader) -> Result<FxHashMap<EntityType, BTreeMap<String, Full>>> {
    // A list, sorted once: there are as many names as articles, and a map for each takes several times its size.
    let mut forms: Vec<(EntityType, String, String, u32)> = Vec::new();
    let field = reader.searcher().schema().get_field_name(reader.fields().entity);
    for segment in reader.searcher().segment_readers() {
        let Some(column) = segment.fast_fields().str(field)? else { continue };
        let mut counts = vec![0u32; column.num_terms()];
        let mut ordinals: Vec<u64> = Vec::new();
        for doc in segment.doc_ids_alive() {
            ordinals.clear();
            ordinals.extend(column.term_ords(doc));
            ordinals.sort_unstable();
            ordinals.dedup();
            for &ordinal in &ordinals {
                if let Some(count) = counts.get_mut(ordinal as usize) {
                    *count += 1;
                }
            }
        }
        let mut terms = column.dictionary().stream().map_err(TantivyError::from)?;
        for count in counts {
            if !terms.advance() {
                break;
            }
            let key = std::str::from_utf8(terms.key()).ok().and_then(|key| key.split_once('|'));
            let Some((Some(kind), name)) = key.map(|(kind, name)| (EntityType::from_name(kind), name)) else {
                continue;
            };
            let folded = fold_name(name);
            if count > 0 && !folded.is_empty() {
                forms.push((kind, folded, name.replace(['\t', '\n', '\r'], " "), count));
            }
        }
    }
    forms.sort_unstable();
    let mut all: FxHashMap<EntityType, BTreeMap<String, Full>> = FxHashMap::default();
    for one in forms.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
        let (kind, folded) = (one[0].0, &one[0].1);
        // The most frequent form, shouted ones last; of equals the first in the alphabet.
        let printed = (one.chunk_by(|a, b| a.2 == b.2))
            .map(|same| (same[0].2.as_str(), same.iter().map(|form| form.3).sum::<u32>()))
            .max_by_key(|(form, n)| (!kind.is_shouted(form), *n, Reverse(*form)));
        let full = Full {
            articles: one.iter().map(|form| form.3).sum(),
            printed: printed.map_or_else(String::new, |(form, _)| form.to_owned()),
        };
        all.entry(kind).or_default().insert(folded.clone(), full);
    }
    Ok(all)
}

/// What was worked out: by type and name, what it means and how surely.
#[derive(Default)]
struct Lines(BTreeMap<(&'static str, String), (String, String, u32, u32)>);

impl Lines {
    fn add(&mut self, kind: EntityType, other: &str, name: &str, full: &Full, (own, all): (u32, u32)) {
        if other != name {
            let meaning = (name.to_owned(), full.printed.clone(), own, all);
            self.0.entry((kind.name(), other.to_owned())).or_insert(meaning);
        }
    }

    fn text(self) -> String {
        let line =
            |((kind, other), (name, printed, own, all))| format!("{kind}\t{other}\t{name}\t{printed}\t{own}\t{all}\n");
        self.0.into_iter().map(line).collect()
    }
}

/// Whether so many articles of so many are enough.
fn likely(own: u32, all: u32) -> bool {
    own >= FEWEST && own as f32 >= SHARE * all as f32
}

/// By the first word of their names, how many articles name companies by them: "Salomon" may be Salomon Brothers Inc
/// too.
fn firms(organizations: &BTreeMap<String, Full>) -> BTreeMap<&str, u32> {
    let mut firms = BTreeMap::new();
    for (name, full) in organizations {
        let core = core(name);
        if core.len() < name.len() && !name.starts_with("the ") {
            *firms.entry(core.split(' ').next().unwrap_or(core)).or_default() += full.articles;
        }
    }
    firms
}

/// `firms`: what else a surname may mean.
fn people(people: &BTreeMap<String, Full>, firms: &BTreeMap<&str, u32>, lines: &mut Lines) {
    let mut bearers: BTreeMap<&str, Vec<(&str, &Full)>> = BTreeMap::new();
    for (name, full) in people {
        if let Some(surname) = surname(name) {
            bearers.entry(surname).or_default().push((name, full));
        }
    }
    for (surname, mut bearers) in bearers {
        bearers.sort_by_key(|(name, full)| (Reverse(full.articles), *name));
        // Only who is named often enough is meant by other names.
        let known = bearers.iter().take_while(|(_, full)| full.articles >= FEWEST).count();
        let fitting = |name: &str| -> Vec<usize> {
            (0..known).filter(|&i| bearers[i].0 != name && may_be(name, bearers[i].0)).collect()
        };
        let agree = |list: &[usize]| {
            list.iter().enumerate().all(|(i, &a)| list[..i].iter().all(|&b| may_be(bearers[a].0, bearers[b].0)))
        };
        // Whom each bearer is: themselves, or who is named more and fits; those before are decided.
        let mut means: Vec<usize> = Vec::with_capacity(bearers.len());
        for (i, (name, _)) in bearers.iter().enumerate() {
            let fit = fitting(name);
            let best = fit.first().copied().filter(|&best| best < i && agree(&fit) && agree(&fitting(bearers[best].0)));
            means.push(best.and_then(|best| means.get(best).copied()).unwrap_or(i));
        }
        let mut totals = vec![0u32; bearers.len()];
        for (i, (_, full)) in bearers.iter().enumerate() {
            totals[means[i]] += full.articles;
        }
        let all: u32 = totals.iter().sum();
        for (i, (name, _)) in bearers.iter().enumerate() {
            let (meant, full) = bearers[means[i]];
            lines.add(EntityType::Person, name, meant, full, (totals[means[i]], totals[means[i]]));
        }
        let best = (0..bearers.len()).max_by_key(|&i| (totals[i], Reverse(i)));
        let all = all + firms.get(surname).copied().unwrap_or_default();
        if let Some(best) = best.filter(|&best| likely(totals[best], all) && people.contains_key(surname)) {
            lines.add(EntityType::Person, surname, bearers[best].0, bearers[best].1, (totals[best], all));
        }
    }
}

/// The last word of a folded name of several, suffixes aside.
fn surname(folded: &str) -> Option<&str> {
    let mut words = folded.split(' ').rev().skip_while(|w| matches!(*w, "jr" | "sr" | "ii" | "iii" | "iv"));
    let last = words.next()?;
    words.next().map(|_| last)
}

/// Words that begin a surname of several.
const PARTICLES: &[&str] = &[
    "al", "ben", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "st", "ten",
    "ter", "van", "von",
];

/// Whether two folded names of one surname may be the same person's: they differ in that one has initials where the
/// other has names, or no middle name, or begins with the surname's particle.
fn may_be(a: &str, b: &str) -> bool {
    let words = |name: &str| {
        name.split(' ').filter(|w| !matches!(*w, "jr" | "sr" | "ii" | "iii" | "iv")).map(str::to_owned).collect()
    };
    let (a, b): (Vec<String>, Vec<String>) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < long.len() && PARTICLES.contains(&short[0].as_str()) {
        return long.ends_with(short);
    }
    let fits = |x: &str, y: &str| {
        let initial = |x: &str, y: &str| x.chars().nth(1).is_none() && y.starts_with(x);
        x == y || initial(x, y) || initial(y, x)
    };
    let (Some((last, given)), Some((other_last, other_given))) = (short.split_last(), long.split_last()) else {
        return false;
    };
    let (Some((first, middle)), Some((other_first, other_middle))) = (given.split_first(), other_given.split_first())
    else {
        return false;
    };
    // Middle names agree one by one, or one has none.
    let middles = middle.is_empty()
        || (middle.len() == other_middle.len() && middle.iter().zip(other_middle).all(|(x, y)| fits(x, y)));
    last == other_last && fits(first, other_first) && middles
}

/// What follows the name of a company.
const SUFFIXES: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "cos",
    "companies",
    "ltd",
    "limited",
    "plc",
    "llc",
    "lp",
    "ag",
    "sa",
    "nv",
    "bv",
    "spa",
    "gmbh",
    "ab",
    "oy",
    "as",
    "kk",
    "pty",
];

/// A company's name without what only says that it is one.
fn core(folded: &str) -> &str {
    let mut core = folded.strip_prefix("the ").unwrap_or(folded);
    while let Some((rest, last)) = core.rsplit_once(' ') {
        if !SUFFIXES.contains(&last) {
            break;
        }
        core = rest;
    }
    core.strip_suffix(" and").or_else(|| core.strip_suffix(" &")).unwrap_or(core)
}

/// Joins companies with and without their suffixes; by core, the name that most articles give. What names a place in
/// more articles than a company is none in short: "US" does not mean "U.S. Inc".
fn companies<'n>(
    names: &'n BTreeMap<String, Full>,
    places: &BTreeMap<String, Full>,
    lines: &mut Lines,
) -> BTreeMap<&'n str, &'n str> {
    let mut cores: BTreeMap<&str, Vec<(&str, &Full)>> = BTreeMap::new();
    for (name, full) in names {
        cores.entry(core(name)).or_default().push((name, full));
    }
    let mut joined = BTreeMap::new();
    for (core, mut list) in cores {
        list.sort_by_key(|(name, full)| (Reverse(full.articles), *name));
        let Some((&(best, full), others)) = list.split_first() else { continue };
        if others.is_empty() || full.articles < FEWEST || SUFFIXES.contains(&core) {
            continue;
        }
        let all = list.iter().map(|(_, full)| full.articles).sum();
        if places.get(core).is_some_and(|place| place.articles > all) {
            continue;
        }
        joined.insert(core, best);
        others.iter().for_each(|(name, _)| lines.add(EntityType::Organization, name, best, full, (all, all)));
    }
    joined
}

/// Words without a letter in an acronym.
const SMALL: &[&str] = &["of", "the", "and", "for", "in", "on", "to", "at", "de", "la", "du", "des", "et", "&"];

/// Joins acronyms that are names of their own to what they most likely stand for. `joined`: by core, the name under
/// which companies were put together.
fn acronyms(kind: EntityType, names: &BTreeMap<String, Full>, joined: &BTreeMap<&str, &str>, lines: &mut Lines) {
    // By acronym: what it may stand for, with all articles that name that.
    let mut meanings: BTreeMap<String, BTreeMap<&str, u32>> = BTreeMap::new();
    for (name, full) in names {
        let core = core(name);
        let meant = joined.get(core).copied().unwrap_or(name);
        let initials: BTreeSet<String> = [core, name].into_iter().filter_map(acronym).collect();
        for initials in initials.into_iter().filter(|initials| names.contains_key(initials)) {
            *meanings.entry(initials).or_default().entry(meant).or_default() += full.articles;
        }
    }
    for (acronym, meanings) in meanings {
        // One that is a company's name with a suffix is spoken for.
        if joined.contains_key(acronym.as_str()) {
            continue;
        }
        let all = meanings.values().sum();
        let best = meanings.iter().max_by_key(|(name, n)| (**n, Reverse(**name)));
        if let Some((&name, &own)) = best.filter(|(_, own)| likely(**own, all))
            && let Some(full) = names.get(name)
        {
            lines.add(kind, &acronym, name, full, (own, all));
        }
    }
}

/// The first letters of a folded name of two words or more.
fn acronym(folded: &str) -> Option<String> {
    let letters = folded.split(' ').filter(|w| !SMALL.contains(w)).filter_map(|w| w.chars().next());
    let acronym: String = letters.collect();
    (acronym.chars().count() > 1).then_some(acronym)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::{article, name, test_index};

    fn archive(articles: &[&[(EntityType, &str)]]) -> Names {
        let articles: Vec<_> = articles
            .iter()
            .enumerate()
            .map(|(i, named)| {
                let text: Vec<&str> = named.iter().map(|(_, n)| *n).collect();
                let mut a = article(&format!("a{i}"), &format!("Headline\n\n{}.", text.join(" met ")));
                named.iter().for_each(|(kind, n)| name(&mut a, *kind, &[n]));
                a
            })
            .collect();
        Names::learn(&test_index(&articles)).unwrap()
    }

    /// An archive in which each name stands in so many articles.
    fn of(kind: EntityType, names: &[(&str, usize)]) -> String {
        let articles: Vec<_> = names.iter().flat_map(|&(name, n)| vec![[(kind, name)]; n]).collect();
        let names = archive(&articles.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
        let line = |g: &Group| format!("{} = {}", g.others.join(", "), g.printed);
        names.groups().iter().map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_surname_means_whom_nearly_all_full_names_mean() {
        use EntityType::Person;
        assert_eq!(of(Person, &[("Inés O'Dowd", 2), ("Ines O’Dowd", 2), ("O'Dowd", 1)]), "odowd = Ines O’Dowd");
        assert_eq!(of(Person, &[("Tom Rudd", 3), ("Ann Rudd", 2), ("Rudd", 9)]), "", "three of five is not enough");
        assert_eq!(of(Person, &[("Tom Rudd", 2), ("Rudd", 9)]), "", "two are not enough");
        assert_eq!(of(Person, &[("Tom Rudd", 4), ("Ann Rudd", 1), ("Rudd", 9)]), "rudd = Tom Rudd");
        assert_eq!(of(Person, &[("Tom Rudd", 4)]), "", "nobody is called by the surname alone");
    }

    #[test]
    fn initials_and_middle_names_are_joined_unless_they_contradict() {
        use EntityType::Person;
        assert_eq!(
            of(Person, &[("Tom Rudd", 5), ("T. Rudd", 1), ("Thomas Rudd", 1), ("Tom J. Rudd", 2)]),
            "t rudd, tom j rudd = Tom Rudd"
        );
        assert_eq!(of(Person, &[("Tom Rudd", 5), ("Tim Rudd", 3), ("T. Rudd", 2)]), "", "two whom T. may be");
        assert_eq!(of(Person, &[("Tom Rudd", 9), ("Tom B. Rudd", 4), ("Tom C. D. Rudd", 3)]), "");
        assert_eq!(of(Person, &[("Ada van der Zwaan", 4), ("Van der Zwaan", 2)]), "van der zwaan = Ada van der Zwaan");
    }

    #[test]
    fn acronyms_and_companies() {
        use EntityType::{Organization, Place};
        assert_eq!(
            of(Organization, &[("Lorne Atomic Energy Agency", 3), ("LAEA", 2)]),
            "laea = Lorne Atomic Energy Agency"
        );
        assert_eq!(of(Organization, &[("Bank of Lorne", 3), ("Board of Liars", 2), ("BL", 2)]), "");
        assert_eq!(
            of(Organization, &[("Selby Steel Corp", 4), ("Selby Steel", 2), ("SS", 1), ("Selby Steel Inc", 1)]),
            "selby steel, selby steel inc, ss = Selby Steel Corp"
        );
        assert_eq!(of(Place, &[("Northern Selby", 3), ("N.S.", 5)]), "ns = Northern Selby");
    }

    #[test]
    fn a_place_is_no_company_in_short() {
        use EntityType::{Organization, Place};
        let named = [(Organization, "Selby Inc"), (Organization, "Selby"), (Place, "Selby")];
        let mut articles: Vec<&[(EntityType, &str)]> = vec![&named[..1], &named[..1], &named[..1], &named[1..2]];
        assert!(archive(&articles).group(Organization, "selby").is_some());
        articles.extend(vec![&named[2..]; 5]);
        assert!(archive(&articles).group(Organization, "selby").is_none());
    }

    #[test]
    fn a_surname_that_companies_bear_means_nobody() {
        use EntityType::{Organization, Person};
        let named = [(Person, "Robert Salven"), (Person, "Salven"), (Organization, "Salven Brothers Inc")];
        let mut articles: Vec<&[(EntityType, &str)]> = vec![&named[..1], &named[..1], &named[..1], &named[1..2]];
        assert!(archive(&articles).group(Person, "salven").is_some());
        articles.extend(vec![&named[2..]; 2]);
        assert!(archive(&articles).group(Person, "salven").is_none());
    }

    #[test]
    fn the_order_of_articles_changes_nothing_and_a_stale_file_is_not_used() {
        let named =
            [(EntityType::Person, "Ada Quill"), (EntityType::Person, "Quill"), (EntityType::Person, "A. Quill")];
        let mut articles: Vec<&[(EntityType, &str)]> = vec![&named[..1]; 4];
        articles.extend([&named[1..2], &named[2..]]);
        let there = archive(&articles);
        articles.reverse();
        let back = archive(&articles);
        assert_eq!(there, back);
        assert_eq!(there.group(EntityType::Person, "quill").map(|g| g.printed.as_str()), Some("Ada Quill"));
        let folder = tempfile::tempdir().unwrap();
        there.write(folder.path(), 7).unwrap();
        assert_eq!(Names::read(folder.path(), 7), Some(there));
        assert_eq!(Names::read(folder.path(), 8), None);
    }
}
