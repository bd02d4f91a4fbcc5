//! Drills: made-up pages of results, lists, datelines and headlines, with their names marked.
//!
//! News from agencies is full of forms that annotated features have few of: tables in which a town is a team,
//! scorecards, headlines in capitals, casts and rankings. The lines are ours (`drills.txt`), the names come at random
//! from the lists; a page draws on few names, so that they come again as they do in news.

use crate::corpus::Annotated;
use crate::crf::Random;
use newsdex::article::{EntityType, Span};
use std::collections::BTreeMap;

/// Names to fill the lines with, by section of the lists.
#[derive(Default)]
pub struct Names {
    pub sections: BTreeMap<String, Vec<String>>,
    pub forenames: Vec<String>,
    pub surnames: Vec<String>,
    pub companies: Vec<String>,
}

const COUNTIES: [&str; 12] = [
    "Derbyshire",
    "Durham",
    "Essex",
    "Glamorgan",
    "Hampshire",
    "Kent",
    "Lancashire",
    "Middlesex",
    "Somerset",
    "Surrey",
    "Sussex",
    "Yorkshire",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 6] = ["Jan.", "March", "Aug.", "June", "Oct.", "December"];
const AGENCIES: [&str; 6] = ["Reuters", "AP", "AFP", "Xinhua", "UPI", "Interfax"];
const FIRST: [&str; 8] = ["Blue", "Silent", "Last", "Golden", "Broken", "Winter", "Little", "Lost"];
const SECOND: [&str; 8] = ["River", "Summer", "Road", "Heart", "Garden", "Letters", "Voices", "Bridge"];

/// A desk and a line of its.
type Line<'a> = (&'a str, &'a str);

/// The names of one page.
struct Page {
    people: Vec<(String, String)>,
    pools: BTreeMap<&'static str, Vec<String>>,
}

/// Makes pages.
pub fn pages(lines: &str, names: &Names, count: usize, random: &mut Random) -> Vec<Annotated> {
    let lines: Vec<Line> = lines.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' ')).collect();
    let desks: Vec<&str> = {
        let mut desks: Vec<&str> = lines.iter().map(|l| l.0).filter(|d| *d != "*").collect();
        desks.dedup();
        desks
    };
    (0..count)
        .map(|n| {
            let desk = desks[n % desks.len()];
            let (own, any): (Vec<Line>, Vec<Line>) =
                lines.iter().copied().filter(|l| l.0 == desk || l.0 == "*").partition(|l| l.0 == desk);
            let page = Page::new(names, random);
            let mut out = Annotated { id: format!("drill-{n}"), text: String::new(), names: Vec::new() };
            let mut left = 12 + random.below(14);
            let mut first = true;
            while left > 0 {
                let from = if !first && random.below(5) == 0 { &any } else { &own };
                let line = from[random.below(from.len())].1;
                // Tables have many lines of one form.
                let table = line.matches('{').count() > 2 && !line.ends_with('.');
                let times = if table { 1 + random.below(6) } else { 1 };
                for _ in 0..times.min(left) {
                    if !out.text.is_empty() {
                        out.text.push_str("\n\n");
                    }
                    page.line(line, random, &mut out);
                    left -= 1;
                }
                first = false;
            }
            out
        })
        .collect()
}

impl Page {
    fn new(names: &Names, random: &mut Random) -> Page {
        let mut some = |list: &[String], n: usize| -> Vec<String> {
            (0..n).map(|_| list[random.below(list.len())].clone()).collect()
        };
        let section = |s: &str| names.sections.get(s).map(Vec::as_slice).unwrap_or_default();
        let mut pools = BTreeMap::new();
        for s in ["country", "city", "region", "group", "organization", "team", "event"] {
            let all: Vec<String> = match s {
                // Peoples come before faiths and parties in the list.
                "group" => section(s).iter().take(330).cloned().collect(),
                "event" => {
                    let sport = |e: &&String| {
                        ["Cup", "Open", "League", "Games", "Prix", "Championship"].iter().any(|w| e.contains(w))
                    };
                    section(s).iter().filter(sport).cloned().collect()
                }
                _ => section(s).to_vec(),
            };
            pools.insert(s, some(&all, 8));
        }
        let nicked: Vec<String> =
            section("team").iter().filter(|t| t.contains(' ') && t.ends_with('s')).cloned().collect();
        pools.insert("nick", some(&nicked, 6));
        pools.insert("company", some(&names.companies, 6));
        let people = some(&names.forenames, 14).into_iter().zip(some(&names.surnames, 14)).collect();
        Page { people, pools }
    }

    /// Appends a line with its slots filled.
    fn line(&self, line: &str, random: &mut Random, out: &mut Annotated) {
        use EntityType::{Group, Misc, Organization, Person, Place};
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            out.text.push_str(before);
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            rest = after;
            let (slot, upper) = slot.strip_suffix('^').map_or((slot, false), |s| (s, true));
            let (forename, surname) = &self.people[random.below(self.people.len())];
            let mut pool = |s: &str| {
                let list = &self.pools[s];
                list[random.below(list.len())].clone()
            };
            let (mut text, kind) = match slot {
                "person" => (format!("{forename} {surname}"), Some(Person)),
                "surname" => (surname.clone(), Some(Person)),
                "initial" => (format!("{}. {surname}", forename.chars().next().unwrap_or('J')), Some(Person)),
                "country" | "city" | "region" => (pool(slot), Some(Place)),
                "clubcity" => (pool("city"), Some(Organization)),
                "clubcounty" => (COUNTIES[random.below(COUNTIES.len())].to_string(), Some(Organization)),
                "team" | "company" => (pool(slot), Some(Organization)),
                "org" => (pool("organization"), Some(Organization)),
                "clubcity-nick" => (pool("nick"), Some(Organization)),
                "nick" => (pool("nick").rsplit(' ').next().unwrap_or_default().to_string(), Some(Organization)),
                "group" => (pool(slot), Some(Group)),
                "event" => (pool(slot), Some(Misc)),
                "league" => (["American League", "National League"][random.below(2)].to_string(), Some(Misc)),
                "title" => (format!("{} {}", FIRST[random.below(8)], SECOND[random.below(8)]), Some(Misc)),
                "agency" => (AGENCIES[random.below(6)].to_string(), Some(Organization)),
                "day-name" => (DAYS[random.below(7)].to_string(), None),
                "month" => (MONTHS[random.below(6)].to_string(), None),
                "number-word" => (["third", "fifth", "second"][random.below(3)].to_string(), None),
                "day" => ((1 + random.below(28)).to_string(), None),
                "digit" => (random.below(10).to_string(), None),
                "number" => ((10 + random.below(300)).to_string(), None),
                "year" => ((1986 + random.below(38)).to_string(), None),
                "score" => (format!("{}-{}", random.below(6), random.below(4)), None),
                "time" => (format!("{}:{:02}.{}", 1 + random.below(9), random.below(60), random.below(100)), None),
                other => panic!("drills.txt has an unknown slot: {other}"),
            };
            if upper {
                text = text.to_uppercase();
            }
            let start = out.text.len();
            out.text.push_str(&text);
            out.names.extend(kind.map(|k| (Span::new(start, out.text.len()), k)));
        }
        out.text.push_str(rest);
    }
}

/// An article with some sentences as headlines: all in capitals, or each word capitalised. Offsets stay.
pub fn headlines(a: &Annotated, sentences: &[Span], random: &mut Random) -> Annotated {
    let mut text = a.text.clone().into_bytes();
    for s in sentences.iter().filter(|s| s.len() < 160) {
        let bytes = &mut text[s.range()];
        match random.below(6) {
            0 => bytes.make_ascii_uppercase(),
            1 => {
                let starts: Vec<usize> = (0..bytes.len())
                    .filter(|&i| (i == 0 || bytes[i - 1] == b' ') && bytes[i].is_ascii_lowercase())
                    .filter(|&i| bytes[i..].iter().take_while(|b| b.is_ascii_alphabetic()).count() > 3)
                    .collect();
                starts.into_iter().for_each(|i| bytes[i].make_ascii_uppercase());
            }
            _ => {}
        }
    }
    // Only ASCII letters changed, so that the text is as valid as it was.
    let text = String::from_utf8(text).unwrap_or_else(|_| a.text.clone());
    Annotated { id: a.id.clone(), text, names: a.names.clone() }
}
