//! Lists that resolution needs: countries with their peoples, forenames that are short for others.

use crate::article::fold::fold_name;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static COUNTRIES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for line in include_str!("lists/demonyms.txt").lines().filter(|l| !l.starts_with('#')) {
        let Some((names, peoples)) = line.split_once(": ") else { continue };
        let country = names.split(", ").next().unwrap_or(names);
        let all = names.split(", ").chain(peoples.split(' '));
        map.extend(all.map(|name| (fold_name(name), country)));
    }
    map
});

static FORENAMES: LazyLock<FxHashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut map: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    let lines = include_str!("lists/nicknames.txt").lines().filter(|l| !l.starts_with('#'));
    for (family, line) in lines.enumerate() {
        line.split(' ').for_each(|name| map.entry(name).or_default().push(family));
    }
    map
});

/// The country of a folded name of it or of its people.
pub fn country_of(folded: &str) -> Option<&'static str> {
    COUNTRIES.get(folded).copied()
}

/// Whether two folded forenames may be one person's: "bill" and "william".
pub fn same_forename(a: &str, b: &str) -> bool {
    match (FORENAMES.get(a), FORENAMES.get(b)) {
        (Some(x), Some(y)) => x.iter().any(|f| y.contains(f)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peoples_and_short_forms() {
        assert_eq!(country_of("costa ricans"), Some("Costa Rica"));
        assert_eq!(country_of("us"), country_of("americans"));
        assert_eq!(country_of("atlantis"), None);
        assert!(same_forename("ted", "edward") && same_forename("ted", "theodore"));
        assert!(!same_forename("edward", "theodore"));
    }
}
