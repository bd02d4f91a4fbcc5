//! What the archive teaches about names: whom a bare surname most likely means.
//!
//! An article that says only "Harris" does not say which; the archive often does, when nearly everybody of that surname
//! who is ever named in full is one person. This sidecar counts, for each surname, in how many articles each full name
//! stands. It is derived from the committed articles alone, in canonical order, so that it can be thrown away and made
//! again at any time; it never alters an article or its postings. What it says is a likelihood and is shown as one.
//!
//! The file is text, one full name a line, sorted by the first two columns, and is searched where it lies in memory:
//!
//! ```text
//! newsdex.names/1 <commit>
//! harris <TAB> kamala harris <TAB> 120 <TAB> Kamala Harris
//! ```
//!
//! A file of another commit than the reader's is not used: the names are then learned again, which takes a look at one
//! column and no article.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use tantivy::TantivyError;

use super::document::entity_key;
use super::{Error, Reader, Result};
use crate::article::EntityType;
use crate::article::fold::fold_name;

/// The sidecar's name in the index folder.
pub const FILE: &str = "names.tsv";
const HEADER: &str = "newsdex.names/1";

/// A person must be named in full in this many articles before a bare surname is taken to mean them.
pub const FEWEST: u32 = 3;
/// And in this share of all articles that name anybody of that surname in full.
pub const SHARE: f32 = 0.8;

/// Full names by surname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    text: String,
}

/// Somebody who bears a surname.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer<'n> {
    /// Folded.
    pub name: &'n str,
    /// As most articles print it.
    pub printed: &'n str,
    /// How many articles name this person in full.
    pub articles: u32,
}

impl Names {
    /// Counts the people of all articles.
    pub fn learn(reader: &Reader) -> Result<Names> {
        // Folded name → printed form → articles.
        let mut people: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
        let prefix = entity_key(EntityType::Person, "");
        for segment in reader.searcher().segment_readers() {
            let Some(column) =
                segment.fast_fields().str(reader.searcher().schema().get_field_name(reader.fields().entity))?
            else {
                continue;
            };
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
                let Some(name) = std::str::from_utf8(terms.key()).ok().and_then(|key| key.strip_prefix(&prefix)) else {
                    continue;
                };
                let folded = fold_name(name);
                if count > 0 && folded.contains(' ') {
                    let clean = name.replace(['\t', '\n', '\r'], " ");
                    *people.entry(folded).or_default().entry(clean).or_default() += count;
                }
            }
        }
        let mut lines: Vec<(String, String, u32, String)> = Vec::with_capacity(people.len());
        for (folded, forms) in people {
            let Some(surname) = surname(&folded) else { continue };
            let articles = forms.values().sum();
            // The most frequent form; of equals the first in the alphabet.
            let printed = forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
            let Some((printed, _)) = printed else { continue };
            lines.push((surname.to_owned(), folded, articles, printed));
        }
        lines.sort_unstable();
        let text = lines.iter().map(|(s, f, n, p)| format!("{s}\t{f}\t{n}\t{p}\n")).collect();
        Ok(Names { text })
    }

    /// The names that were learned from this commit, if they were saved.
    pub fn read(folder: &Path, commit: u64) -> Option<Names> {
        let whole = fs::read_to_string(folder.join(FILE)).ok()?;
        let (head, text) = whole.split_once('\n')?;
        (head == header(commit)).then(|| Names { text: text.to_owned() })
    }

    /// Saves the names beside the index, all at once.
    pub fn write(&self, folder: &Path, commit: u64) -> Result<()> {
        let place = folder.join(FILE);
        let fresh = folder.join(format!("{FILE}.new"));
        let save = || -> std::io::Result<()> {
            let mut file = fs::File::create(&fresh)?;
            writeln!(file, "{}", header(commit))?;
            file.write_all(self.text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &place)
        };
        save().map_err(|e| Error::io(place.display().to_string(), e))
    }

    /// All who bear this surname, in order of their names.
    pub fn bearers(&self, surname: &str) -> impl Iterator<Item = Bearer<'_>> {
        let surname = fold_name(surname);
        self.lines_from(&surname).map_while(move |line| {
            let mut columns = line.split('\t');
            (columns.next() == Some(surname.as_str())).then(|| {
                let name = columns.next().unwrap_or_default();
                let articles = columns.next().and_then(|n| n.parse().ok()).unwrap_or(0);
                Bearer { name, articles, printed: columns.next().unwrap_or_default() }
            })
        })
    }

    /// The surname under which articles that give nothing else most likely mean the person of this name; `None` where
    /// the archive does not make it likely enough. Initials (`k harris`) count for whom they fit.
    pub fn likely_surname(&self, name: &str) -> Option<String> {
        let folded = fold_name(name);
        let surname = surname(&folded)?;
        let (mut own, mut all) = (0u32, 0u32);
        for bearer in self.bearers(surname) {
            all += bearer.articles;
            if bearer.name == folded || initials_fit(bearer.name, &folded) {
                own += bearer.articles;
            }
        }
        (own >= FEWEST && own as f32 >= SHARE * all as f32).then(|| surname.to_owned())
    }

    /// The one whom a bare surname most likely means.
    pub fn likely_bearer(&self, surname: &str) -> Option<Bearer<'_>> {
        let best = self.bearers(surname).max_by(|a, b| a.articles.cmp(&b.articles).then(b.name.cmp(a.name)))?;
        self.likely_surname(best.name).map(|_| best)
    }

    /// The lines from the first of this surname on.
    fn lines_from(&self, surname: &str) -> std::str::Lines<'_> {
        let bytes = self.text.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        // Invariant: the line sought starts at `low` or after it, and before `high` or at it.
        while low < high {
            let middle = low + (high - low) / 2;
            let start = bytes[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |i| low + i + 1);
            let end = bytes[start..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |i| start + i + 1);
            let key = bytes[start..end].split(|&b| b == b'\t').next().unwrap_or_default();
            if key < surname.as_bytes() {
                low = end;
            } else {
                high = start;
            }
        }
        self.text[low..].lines()
    }
}

fn header(commit: u64) -> String {
    format!("{HEADER} {commit}")
}

/// The last word of a folded name of several, suffixes aside.
fn surname(folded: &str) -> Option<&str> {
    let mut words = folded.split(' ').rev().skip_while(|w| matches!(*w, "jr" | "sr" | "ii" | "iii" | "iv"));
    let last = words.next()?;
    words.next().map(|_| last)
}

/// Whether two folded names differ only in that one has initials, or no middle name, where the other has names.
fn initials_fit(a: &str, b: &str) -> bool {
    let fits = |x: &str, y: &str| x == y || (x.len() == 1 && y.starts_with(x)) || (y.len() == 1 && x.starts_with(y));
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    match (a.split_last(), b.split_last()) {
        (Some((last_a, [first_a, ..])), Some((last_b, [first_b, ..]))) => last_a == last_b && fits(first_a, first_b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::testing::{article, name, test_index};

    fn archive(people: &[&[&str]]) -> Names {
        let articles: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(i, people)| {
                let mut a = article(&format!("a{i}"), &format!("Headline\n\n{}.", people.join(" and ")));
                people.iter().for_each(|p| name(&mut a, EntityType::Person, &[p]));
                a
            })
            .collect();
        Names::learn(&test_index(&articles)).unwrap()
    }

    #[test]
    fn a_surname_means_whom_nearly_all_full_names_mean() {
        let names = archive(&[
            &["Inés O'Dowd", "Tom Rudd"],
            &["Ines O’Dowd"],
            &["I. O'Dowd"],
            &["Inés O'Dowd", "Ann Rudd"],
            &["Tom Rudd"],
            &["Tom Rudd"],
            &["Ann Rudd"],
            &["Rudd"],
        ]);
        assert_eq!(names.likely_surname("Inés O'Dowd").as_deref(), Some("odowd"));
        assert_eq!(names.likely_bearer("O'Dowd").map(|b| (b.printed, b.articles)), Some(("Inés O'Dowd", 3)));
        assert_eq!(names.likely_surname("Tom Rudd"), None, "three of five is not enough");
        assert_eq!(names.likely_bearer("Rudd"), None);
        assert_eq!(
            names.bearers("rudd").map(|b| (b.name, b.articles)).collect::<Vec<_>>(),
            [("ann rudd", 2), ("tom rudd", 3)]
        );
        assert_eq!(names.bearers("nobody").count(), 0);
    }

    #[test]
    fn the_order_of_articles_changes_nothing_and_a_stale_file_is_not_used() {
        let (a, b) = (archive(&[&["Ada Quill"], &["Bo Quill"]]), archive(&[&["Bo Quill"], &["Ada Quill"]]));
        assert_eq!(a, b);
        let folder = tempfile::tempdir().unwrap();
        a.write(folder.path(), 7).unwrap();
        assert_eq!(Names::read(folder.path(), 7), Some(a));
        assert_eq!(Names::read(folder.path(), 8), None);
    }

    #[test]
    fn every_surname_is_found_by_bisection() {
        let full: Vec<String> = (0..40).map(|i| format!("Given{i} Surname{}", i * 7 % 40)).collect();
        let articles: Vec<Vec<&str>> = full.iter().map(|n| vec![n.as_str()]).collect();
        let names = archive(&articles.iter().map(Vec::as_slice).collect::<Vec<_>>());
        for n in &full {
            let surname = fold_name(n.split(' ').next_back().unwrap());
            assert_eq!(names.bearers(&surname).count(), 1, "{surname}");
        }
    }
}
