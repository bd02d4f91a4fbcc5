//! The ledger: what the user knows better than the archive about names.
//!
//! A text file beside the index, `entities.toml`, says which names are one, which are two, what somebody is really
//! called or really is, and what is no name at all. It changes no article and no posting: it is applied whenever a
//! question is asked, so an entry counts from the next question on, and deleting it takes it back.
//!
//! ```toml
//! [[merge]]                       # several names of one
//! name = "Inés O'Dowd"
//! also = ["I. O'Dowd", "person:Dowd"]   # with a type before it: only where it is that
//! type = "person"                 # optional: what they are, whatever articles take them for
//!
//! [[split]]                       # one name of several: in these articles it is another's
//! name = "Ann Lee"
//! to = "Ann Lee (swimmer)"
//! beside = ["relay", "pool"]      # or article, source, since, until; all that are given must hold
//!
//! [[rename]]
//! name = "Kiev"
//! to = "Kyiv"
//!
//! [[retype]]
//! name = "Selby Courier"
//! type = "organization"
//!
//! [[ignore]]
//! name = "misc:Monday"
//! ```
//!
//! Names are compared folded, as everywhere ([`fold_name`]). A name is looked up so: is it split here; is it ignored;
//! is it retyped; is it merged or renamed, and if so, what about the name it has got? Entries that contradict one
//! another, or lead in a circle, are errors with their place, and so is everything that is not understood: a ledger
//! that silently did less than it says would be worse than none.
//!
//! [`Ledger`] is the rules alone; [`Corrections`] are the rules with the articles in which splits hold, ready to be
//! applied. What a condition of a split means is up to `search`, which runs it as a query.

mod corrections;
mod edit;
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::article::EntityType;
use crate::article::fold::fold_name;

pub use corrections::Corrections;
pub use edit::{append, remove};
pub use file::Error;

/// The ledger's name in the index folder.
pub const FILE: &str = "entities.toml";

/// A name, as it is written in the query language: `Ann Lee` or, where only those of one type are meant,
/// `person:Ann Lee`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: Option<EntityType>,
    /// As written in the ledger.
    pub name: String,
}

impl Subject {
    pub fn new(written: &str) -> Subject {
        let typed = written.split_once(':').and_then(|(kind, name)| Some((EntityType::from_name(kind)?, name)));
        let (kind, name) = typed.map_or((None, written), |(kind, name)| (Some(kind), name));
        Subject { kind, name: name.trim().to_owned() }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{}:", kind.name())?;
        }
        f.write_str(&self.name)
    }
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    Merge { name: String, also: Vec<Subject>, kind: Option<EntityType> },
    Split { name: Subject, to: String, when: When },
    Rename { name: Subject, to: String },
    Retype { name: Subject, kind: EntityType },
    Ignore { name: Subject },
}

impl Rule {
    /// As the ledger's tables are called.
    pub fn verb(&self) -> &'static str {
        match self {
            Rule::Merge { .. } => "merge",
            Rule::Split { .. } => "split",
            Rule::Rename { .. } => "rename",
            Rule::Retype { .. } => "retype",
            Rule::Ignore { .. } => "ignore",
        }
    }

    /// The names that the archive should know.
    pub fn subjects(&self) -> Vec<Subject> {
        match self {
            Rule::Merge { also, .. } => also.clone(),
            Rule::Split { name, .. }
            | Rule::Rename { name, .. }
            | Rule::Retype { name, .. }
            | Rule::Ignore { name } => {
                vec![name.clone()]
            }
        }
    }
}

/// In which articles a split holds. Values of one list are alternatives; all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// Ids.
    pub articles: Vec<String>,
    pub sources: Vec<String>,
    /// Both inclusive.
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// Words within [`BESIDE`] words of the name, anywhere in the article.
    pub beside: Vec<String>,
}

/// How near words must stand to a name to tell whose it is.
pub const BESIDE: u32 = 10;

impl When {
    pub fn is_empty(&self) -> bool {
        *self == When::default()
    }
}

/// A rule and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub rule: Rule,
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// The bytes of the file that are this entry, with the comment right above it.
    pub(in crate::index::ledger) bytes: std::ops::Range<usize>,
}

/// Who a name means once the ledger was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub kind: Option<EntityType>,
    pub folded: String,
    /// As the ledger writes it; `None` where it says nothing of the spelling.
    pub printed: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The ledger does not know the name.
    Unknown,
    /// It is no name.
    Ignored,
    Is(Identity),
}

/// That a name means another.
#[derive(Clone, Debug)]
struct Alias {
    /// Only where it is of this type.
    of: Option<EntityType>,
    /// Folded.
    to: String,
    /// What that is, if the entry says so.
    kind: Option<EntityType>,
    entry: usize,
}

/// All entries, and tables to look names up in. All keys are folded.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    splits: BTreeMap<String, Vec<(Option<EntityType>, usize)>>,
    ignored: BTreeMap<String, Vec<(Option<EntityType>, usize)>>,
    retyped: BTreeMap<String, Vec<(Option<EntityType>, EntityType, usize)>>,
    aliases: BTreeMap<String, Vec<Alias>>,
    printed: BTreeMap<String, String>,
    /// Names that are whole only with others: of all types they are given, the most frequent is theirs.
    joined: BTreeSet<String>,
    /// By what a name may come to mean: all names that may come to mean it.
    groups: FxHashMap<String, BTreeSet<String>>,
    /// By name: what it may come to mean.
    meanings: BTreeMap<String, BTreeSet<String>>,
}

impl Ledger {
    /// Reads one ledger or several, which count as one. The paths are for messages and for [`Entry::file`].
    pub fn read(files: &[(PathBuf, String)]) -> Result<Ledger, Error> {
        let mut entries = Vec::new();
        for (path, text) in files {
            entries.extend(file::entries(path, text)?);
        }
        let places: Vec<_> = entries.iter().map(|e| (e.file.clone(), e.line)).collect();
        Ledger::of(entries).map_err(|(entry, message)| {
            let (path, line) = places.get(entry).cloned().unwrap_or_default();
            let text = files.iter().find(|(file, _)| *file == path).map_or("", |(_, text)| text);
            Error::at_line(&path, text, line, message)
        })
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// In the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The splits' numbers are indices into the entries.
    pub fn splits(&self) -> impl Iterator<Item = (usize, &Subject, &When)> {
        self.entries.iter().enumerate().filter_map(|(i, e)| match &e.rule {
            Rule::Split { name, when, .. } => Some((i, name, when)),
            _ => None,
        })
    }

    /// Whether any rule is about a name.
    pub fn knows(&self, folded: &str) -> bool {
        self.meanings.contains_key(folded)
    }

    /// The names that any rule is about, each with all that it may come to mean.
    pub fn names(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.meanings.iter().map(|(name, meanings)| (name.as_str(), meanings))
    }

    /// All names that may come to mean this one, itself among them.
    pub fn group(&self, folded: &str) -> impl Iterator<Item = &str> {
        self.groups.get(folded).into_iter().flatten().map(String::as_str)
    }

    /// All names that mean what this one may come to mean, itself left out.
    pub fn asked<'l>(&'l self, folded: &'l str) -> impl Iterator<Item = &'l str> {
        let meanings = self.meanings.get(folded).into_iter().flatten();
        meanings.flat_map(|meaning| self.group(meaning)).filter(move |name| *name != folded)
    }

    /// Whether the name was put together from several: its type is then the one that most of them have.
    pub fn is_joined(&self, folded: &str) -> bool {
        self.joined.contains(folded)
    }

    /// Which splits are about a name: indices into the entries, in order.
    pub fn splits_of(&self, kind: Option<EntityType>, folded: &str) -> impl Iterator<Item = usize> {
        self.splits.get(folded).into_iter().flatten().filter(move |(of, _)| fits(*of, kind)).map(|(_, entry)| *entry)
    }

    /// Who a name means in an article; `within` says whether a split holds there.
    pub fn resolve(&self, kind: Option<EntityType>, folded: &str, mut within: impl FnMut(usize) -> bool) -> Fate {
        if !self.knows(folded) {
            return Fate::Unknown;
        }
        let mut at = Identity { kind, folded: folded.to_owned(), printed: self.printed.get(folded).cloned() };
        if let Some(entry) = self.splits_of(kind, folded).find(|&entry| within(entry))
            && let Some(Rule::Split { to, .. }) = self.entries.get(entry).map(|e| &e.rule)
        {
            at.folded = fold_name(to);
            at.printed = Some(to.clone());
        }
        // Circles are refused when the ledger is read.
        for _ in 0..=self.entries.len() {
            let of = |list: &[(Option<EntityType>, usize)]| list.iter().any(|(of, _)| fits(*of, at.kind));
            if self.ignored.get(&at.folded).is_some_and(|list| of(list)) {
                return Fate::Ignored;
            }
            let retyped = self.retyped.get(&at.folded).into_iter().flatten().find(|(of, ..)| fits(*of, at.kind));
            if let Some((_, kind, _)) = retyped {
                at.kind = Some(*kind);
            }
            let alias = self.aliases.get(&at.folded).into_iter().flatten().find(|alias| fits(alias.of, at.kind));
            let Some(alias) = alias else { break };
            at.kind = alias.kind.or(at.kind);
            at.folded = alias.to.clone();
            at.printed = self.printed.get(&alias.to).cloned();
        }
        Fate::Is(at)
    }

    /// Sorts entries into tables; the first that contradicts an earlier one, and how.
    fn of(entries: Vec<Entry>) -> Result<Ledger, (usize, String)> {
        let mut ledger = Ledger::default();
        for (i, entry) in entries.iter().enumerate() {
            ledger.add(i, &entry.rule).map_err(|(other, what)| {
                let place = match entries.get(other) {
                    Some(o) if o.file == entry.file => format!("line {}", o.line),
                    Some(o) => format!("line {} of {}", o.line, o.file.display()),
                    None => "another entry".to_owned(),
                };
                (i, format!("{what} in {place}; remove one of the two"))
            })?;
        }
        ledger.entries = entries;
        if let Some(entry) = ledger.circle() {
            return Err((entry, "this leads in a circle back to the name it begins with".to_owned()));
        }
        ledger.connect();
        Ok(ledger)
    }

    fn add(&mut self, entry: usize, rule: &Rule) -> Result<(), (usize, String)> {
        match rule {
            Rule::Merge { name, also, kind } => {
                let folded = fold_name(name);
                self.printed.entry(folded.clone()).or_insert_with(|| name.clone());
                self.joined.insert(folded.clone());
                if let Some(kind) = kind {
                    self.retype(None, name, *kind, entry)?;
                }
                also.iter().try_for_each(|subject| self.alias(subject, &folded, *kind, entry))
            }
            Rule::Rename { name, to } => {
                let folded = fold_name(to);
                self.printed.insert(folded.clone(), to.clone());
                self.alias(name, &folded, None, entry)
            }
            Rule::Retype { name, kind } => self.retype(name.kind, &name.name, *kind, entry),
            Rule::Ignore { name } => {
                let folded = fold_name(&name.name);
                if let Some(alias) = same(self.aliases.get(&folded), name.kind, |alias| alias.of) {
                    return Err((alias.entry, format!("{} is merged or renamed", name.name)));
                }
                self.ignored.entry(folded).or_default().push((name.kind, entry));
                Ok(())
            }
            Rule::Split { name, .. } => {
                self.splits.entry(fold_name(&name.name)).or_default().push((name.kind, entry));
                Ok(())
            }
        }
    }

    fn alias(
        &mut self,
        from: &Subject,
        to: &str,
        kind: Option<EntityType>,
        entry: usize,
    ) -> Result<(), (usize, String)> {
        let folded = fold_name(&from.name);
        if folded == to {
            return Ok(());
        }
        if let Some((_, other)) = same(self.ignored.get(&folded), from.kind, |i| i.0) {
            return Err((*other, format!("{} is ignored", from.name)));
        }
        let known = self.aliases.entry(folded).or_default();
        match known.iter().find(|alias| overlap(alias.of, from.kind)) {
            Some(other) if other.to != to => Err((other.entry, format!("{} was given to somebody else", from.name))),
            _ => {
                known.push(Alias { of: from.kind, to: to.to_owned(), kind, entry });
                Ok(())
            }
        }
    }

    fn retype(
        &mut self,
        of: Option<EntityType>,
        name: &str,
        kind: EntityType,
        entry: usize,
    ) -> Result<(), (usize, String)> {
        let known = self.retyped.entry(fold_name(name)).or_default();
        match known.iter().find(|(o, k, _)| overlap(*o, of) && *k != kind) {
            Some((_, other_kind, other)) => Err((*other, format!("{name} is already {}", other_kind.name()))),
            None => {
                known.push((of, kind, entry));
                Ok(())
            }
        }
    }

    /// An entry whose names lead back to themselves.
    fn circle(&self) -> Option<usize> {
        for (start, list) in &self.aliases {
            for Alias { to, entry, .. } in list {
                // Names may fork by type; every name is visited once.
                let (mut seen, mut open) = (BTreeSet::new(), vec![to]);
                while let Some(name) = open.pop() {
                    if name == start {
                        return Some(*entry);
                    }
                    if seen.insert(name) {
                        open.extend(self.aliases.get(name).into_iter().flatten().map(|alias| &alias.to));
                    }
                }
            }
        }
        None
    }

    /// Works out what each name may come to mean, and which names may come to mean it.
    fn connect(&mut self) {
        let mut names: BTreeSet<String> = self.printed.keys().cloned().collect();
        names.extend(self.aliases.keys().chain(self.ignored.keys()).cloned());
        names.extend(self.retyped.keys().chain(self.splits.keys()).cloned());
        for entry in &self.entries {
            if let Rule::Split { to, .. } = &entry.rule {
                names.insert(fold_name(to));
            }
        }
        // Known from here on, though their meanings are yet to come.
        self.meanings = names.into_iter().map(|name| (name, BTreeSet::new())).collect();
        let kinds = || EntityType::ALL.iter().copied().map(Some).chain([None]);
        let mut meanings = std::mem::take(&mut self.meanings);
        self.meanings.clone_from(&meanings);
        for (name, means) in &mut meanings {
            let splits = || self.splits.get(name).into_iter().flatten().map(|(_, entry)| Some(*entry)).chain([None]);
            for (kind, split) in kinds().flat_map(|kind| splits().map(move |split| (kind, split))) {
                if let Fate::Is(identity) = self.resolve(kind, name, |entry| Some(entry) == split) {
                    // A name that is split still means many; what it is split into is asked for by its own.
                    if split.is_none() {
                        self.groups.entry(identity.folded.clone()).or_default().insert(name.clone());
                    }
                    means.insert(identity.folded);
                }
            }
        }
        self.meanings = meanings;
    }
}

/// Whether a rule for names of this type is for a name that is of that one.
fn fits(rule: Option<EntityType>, kind: Option<EntityType>) -> bool {
    rule.is_none() || rule == kind
}

fn overlap(a: Option<EntityType>, b: Option<EntityType>) -> bool {
    a.is_none() || b.is_none() || a == b
}

fn same<T>(list: Option<&Vec<T>>, kind: Option<EntityType>, of: fn(&T) -> Option<EntityType>) -> Option<&T> {
    list.into_iter().flatten().find(|item| overlap(of(item), kind))
}
