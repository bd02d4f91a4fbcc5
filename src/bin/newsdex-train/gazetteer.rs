//! The lexicon, from the lists in the repository and the public gazetteers.

use crate::drills::Names;
use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use newsdex::article::{Kind, Tokens};
use newsdex::parse::entity::lexicon::{self, Entry, MOST_WORDS, kind};
use std::collections::BTreeMap;
use std::{fs::File, io::Read, path::Path};

/// Words and names with their kinds, by hash; ordered, so that training is deterministic.
#[derive(Default)]
pub struct Lists {
    pub words: BTreeMap<u32, Entry>,
    pub names: BTreeMap<u32, u32>,
    /// The names themselves, for drills.
    pub plain: Names,
}

impl Lists {
    /// Adds a name; names of several words mark their first word.
    pub fn add(&mut self, name: &str, kinds: u32) {
        let tokens = Tokens::of(name);
        let words = tokens.iter().filter(|t| t.kind != Kind::Mark);
        let words: Vec<u64> = words.map(|t| lexicon::token(name, t)).collect();
        match words[..] {
            [] => {}
            [word] => self.words.entry(lexicon::key(word)).or_default().kinds |= kinds,
            [first, ..] if words.len() <= MOST_WORDS => {
                self.words.entry(lexicon::key(first)).or_default().kinds |= kind::OPENS;
                *self.names.entry(lexicon::key(lexicon::name(words.iter().copied()))).or_default() |= kinds;
            }
            _ => {}
        }
    }

    /// The lists of the repository and of the gazetteers.
    pub fn load(data: &Path) -> Result<Lists> {
        let mut lists = Lists::default();
        lists.own(include_str!("../../parse/entity/lists/names.txt"));
        lists.forenames(&data.join("gazetteers"))?;
        lists.places(&data.join("gazetteers"))?;
        lists.others(&data.join("gazetteers"))?;
        Ok(lists)
    }

    fn own(&mut self, text: &str) {
        let (mut kinds, mut section) = (0, "");
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            if let Some(head) = line.strip_prefix('[') {
                section = head.trim_end_matches(']');
                kinds = match section {
                    "country" => kind::COUNTRY,
                    "region" => kind::REGION,
                    "city" => kind::CITY,
                    "group" => kind::GROUP,
                    "month" => kind::MONTH,
                    "title" => kind::TITLE,
                    "role" => kind::ROLE,
                    "particle" => kind::PARTICLE,
                    "orghead" => kind::ORGANIZATION_HEAD,
                    "placehead" => kind::PLACE_HEAD,
                    "mischead" => kind::MISC_HEAD,
                    "event" => kind::EVENT,
                    "organization" => kind::ORGANIZATION,
                    "team" => kind::TEAM,
                    "person" => kind::PERSON,
                    other => panic!("lists/names.txt has an unknown section: {other}"),
                };
                continue;
            }
            for name in line.split(", ").map(str::trim).filter(|n| !n.is_empty()) {
                self.add(name, kinds);
                self.plain.sections.entry(section.to_string()).or_default().push(name.to_string());
            }
        }
    }

    fn forenames(&mut self, dir: &Path) -> Result<()> {
        let csv = member(&dir.join("popular-names.tar.gz"), "common-forenames-by-country.csv")?;
        for row in csv::Reader::from_reader(csv.as_bytes()).records() {
            let row = row?;
            let kinds = match row.get(9) {
                Some("F") => kind::FEMALE,
                Some("M") => kind::MALE,
                _ => continue,
            };
            for name in [row.get(10), row.get(11)].into_iter().flatten().filter(|n| n.len() > 1) {
                self.add(name, kinds | kind::FORENAME);
                if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                    self.plain.forenames.push(name.to_string());
                }
            }
        }
        let csv = member(&dir.join("popular-names.tar.gz"), "common-surnames-by-country.csv")?;
        for row in csv::Reader::from_reader(csv.as_bytes()).records() {
            let row = row?;
            let name = row.get(5).unwrap_or_default();
            self.add(name, kind::SURNAME);
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                // As many times as it takes to be heard among the tens of thousands below.
                self.plain.surnames.extend(std::iter::repeat_n(name.to_string(), 10));
            }
        }
        for name in member(&dir.join("NameDatabases.tar.gz"), "first names/all.txt")?.lines() {
            self.add(name.trim_matches(['\u{feff}', ' ']), kind::FORENAME);
        }
        for name in member(&dir.join("NameDatabases.tar.gz"), "surnames/all.txt")?.lines() {
            let name = name.trim_matches(['\u{feff}', ' ']);
            self.add(name, kind::SURNAME);
            if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.len() > 2 {
                self.plain.surnames.push(name.to_string());
            }
        }
        Ok(())
    }

    fn places(&mut self, dir: &Path) -> Result<()> {
        let csv = member(&dir.join("world-cities.tar.gz"), "world-cities.csv")?;
        for row in csv::Reader::from_reader(csv.as_bytes()).records() {
            let row = row?;
            self.add(row.get(0).unwrap_or_default(), kind::TOWN);
            self.add(row.get(2).unwrap_or_default(), kind::REGION);
        }
        Ok(())
    }

    fn others(&mut self, dir: &Path) -> Result<()> {
        let csv = member(&dir.join("sp500.tar.gz"), "constituents.csv")?;
        for row in csv::Reader::from_reader(csv.as_bytes()).records() {
            let row = row?;
            let name = row.get(1).unwrap_or_default();
            let name = name.split(" (").next().unwrap_or(name);
            self.add(name, kind::COMPANY);
            self.plain.companies.push(name.to_string());
        }
        let yaml = member(&dir.join("congress.tar.gz"), "legislators-current.yaml")?;
        for line in yaml.lines() {
            if let Some(name) = line.trim().strip_prefix("official_full: ") {
                self.add(name.trim_matches(['\'', '"']), kind::PERSON);
            }
        }
        Ok(())
    }
}

/// The first member of a tar.gz whose path ends so, as text.
fn member(archive: &Path, suffix: &str) -> Result<String> {
    let file = File::open(archive).with_context(|| format!("cannot open {}", archive.display()))?;
    let mut tar = tar::Archive::new(MultiGzDecoder::new(file));
    for entry in tar.entries()? {
        let mut entry = entry?;
        if entry.path()?.to_string_lossy().ends_with(suffix) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    anyhow::bail!("{} has no member {suffix}", archive.display())
}
