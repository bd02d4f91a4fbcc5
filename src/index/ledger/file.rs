//! Reading a ledger: TOML, to entries or to an error that says where.

use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use toml_edit::{Document, Item, Table, TomlError, Value};

use super::{Entry, Rule, Subject, When};
use crate::article::EntityType;
use crate::article::fold::fold_name;

/// What is wrong with a ledger, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {message}", file.display())]
pub struct Error {
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
    /// The whole line.
    pub text: String,
    /// The bytes of the line that are meant.
    pub span: Range<usize>,
}

impl Error {
    fn at(file: &Path, text: &str, span: Range<usize>, message: impl Into<String>) -> Error {
        let at = text.floor_char_boundary(span.start);
        let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
        let end = line.floor_char_boundary(span.end.saturating_sub(start).min(line.len()));
        Error {
            file: file.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[start..at].chars().count() + 1,
            message: message.into(),
            text: line.to_owned(),
            span: at - start..end.max(at - start),
        }
    }

    /// At the whole of a line, counted from 1.
    pub(super) fn at_line(file: &Path, text: &str, line: usize, message: String) -> Error {
        let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
        let len = text[start..].lines().next().map_or(0, str::len);
        Error::at(file, text, start..start + len, message)
    }
}

const VERBS: &str = "merge, split, rename, retype or ignore";

/// The entries of a ledger, in its order.
pub(super) fn entries(path: &Path, text: &str) -> Result<Vec<Entry>, Error> {
    let document = Document::parse(text).map_err(|e: TomlError| {
        let message = e.message().split_whitespace().collect::<Vec<_>>().join(" ");
        Error::at(path, text, e.span().unwrap_or_default(), message)
    })?;
    let file = File { path, text };
    let mut entries = Vec::new();
    for (verb, item) in document.as_table().iter() {
        let place = || document.as_table().key(verb).and_then(|key| key.span()).or(item.span()).unwrap_or_default();
        if !["merge", "split", "rename", "retype", "ignore"].contains(&verb) {
            return Err(file.error(place(), format!("there is no `{verb}`: an entry is {VERBS}")));
        }
        let Some(tables) = item.as_array_of_tables() else {
            return Err(file.error(place(), format!("entries begin with [[{verb}]]")));
        };
        for table in tables {
            let header = table.span().unwrap_or_default();
            let rule = Fields { file, table, verb, header: header.clone() }.rule()?;
            let line = text[..text.floor_char_boundary(header.start)].matches('\n').count() + 1;
            entries.push(Entry { rule, file: path.to_owned(), line, bytes: header });
        }
    }
    entries.sort_by_key(|e| e.bytes.start);
    // An entry reaches from the comment right above it to that of the next.
    let starts: Vec<usize> = entries.iter().map(|e| with_comment(text, e.bytes.start)).collect();
    for (i, entry) in entries.iter_mut().enumerate() {
        entry.bytes = starts[i]..starts.get(i + 1).copied().unwrap_or(text.len());
    }
    Ok(entries)
}

/// The first byte of the comment lines right above a line, or of the line itself.
fn with_comment(text: &str, at: usize) -> usize {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |i| i + 1);
    let mut start = line_start(text.floor_char_boundary(at));
    while start > 0 {
        let above = line_start(start - 1);
        if !text[above..start].trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn error(self, span: Range<usize>, message: impl Into<String>) -> Error {
        Error::at(self.path, self.text, span, message)
    }
}

/// One entry's table.
struct Fields<'a> {
    file: File<'a>,
    table: &'a Table,
    verb: &'a str,
    header: Range<usize>,
}

impl Fields<'_> {
    fn rule(&self) -> Result<Rule, Error> {
        let keys: &[&str] = match self.verb {
            "merge" => &["name", "also", "type"],
            "split" => &["name", "to", "article", "source", "since", "until", "beside"],
            "rename" => &["name", "to"],
            "retype" => &["name", "type"],
            _ => &["name"],
        };
        for (key, item) in self.table.iter() {
            if !keys.contains(&key) {
                let place = self.table.key(key).and_then(|k| k.span()).or(item.span()).unwrap_or_default();
                let message = format!("[[{}]] knows no `{key}`, only {}", self.verb, keys.join(", "));
                return Err(self.file.error(place, message));
            }
        }
        match self.verb {
            "merge" => {
                let name = self.name("name")?;
                if name.kind.is_some() {
                    let message = "the name that stays stands without its type: write that as `type = …`";
                    return Err(self.file.error(self.place("name"), message));
                }
                let also = self.list("also")?.iter().map(|written| Subject::new(written)).collect::<Vec<_>>();
                if also.is_empty() {
                    return Err(self.missing("also"));
                }
                if also.iter().any(|s| fold_name(&s.name).is_empty()) {
                    return Err(self.file.error(self.place("also"), "a name needs a letter or a digit"));
                }
                Ok(Rule::Merge { name: name.name, also, kind: self.kind()? })
            }
            "split" => {
                let (name, to) = (self.name("name")?, self.required("to")?);
                if fold_name(&to) == fold_name(&name.name) {
                    return Err(self.file.error(self.place("to"), "this is the name that is to be split"));
                }
                let when = When {
                    articles: self.list("article")?,
                    sources: self.list("source")?,
                    since: self.date("since", |r| r.0)?,
                    until: self.date("until", |r| r.1)?,
                    beside: self.list("beside")?,
                };
                if when.beside.iter().any(|words| fold_name(words).is_empty()) {
                    return Err(self.file.error(self.place("beside"), "a word needs a letter or a digit"));
                }
                if when.is_empty() {
                    let message = "where does this hold? Give article, source, since, until or beside";
                    return Err(self.file.error(self.header.clone(), message));
                }
                Ok(Rule::Split { name, to, when })
            }
            "rename" => Ok(Rule::Rename { name: self.name("name")?, to: self.required("to")? }),
            "retype" => {
                let name = self.name("name")?;
                let kind = self.kind()?.ok_or_else(|| self.missing("type"))?;
                Ok(Rule::Retype { name, kind })
            }
            _ => Ok(Rule::Ignore { name: self.name("name")? }),
        }
    }

    fn name(&self, key: &str) -> Result<Subject, Error> {
        Ok(Subject::new(&self.required(key)?))
    }

    /// A name that must be there.
    fn required(&self, key: &str) -> Result<String, Error> {
        let item = self.table.get(key).ok_or_else(|| self.missing(key))?;
        let value =
            item.as_str().ok_or_else(|| self.file.error(self.place(key), format!("`{key}` is text in quotes")))?;
        if fold_name(&Subject::new(value).name).is_empty() {
            return Err(self.file.error(self.place(key), "a name needs a letter or a digit"));
        }
        Ok(value.to_owned())
    }

    /// Text, or a list of texts.
    fn list(&self, key: &str) -> Result<Vec<String>, Error> {
        let wrong = |span| self.file.error(span, format!("`{key}` is text in quotes, or a list of texts"));
        match self.table.get(key) {
            None => Ok(Vec::new()),
            Some(Item::Value(Value::String(text))) => Ok(vec![text.value().clone()]),
            Some(Item::Value(Value::Array(array))) => array
                .iter()
                .map(|v| v.as_str().map(str::to_owned).ok_or_else(|| wrong(v.span().unwrap_or_default())))
                .collect(),
            Some(_) => Err(wrong(self.place(key))),
        }
    }

    fn kind(&self) -> Result<Option<EntityType>, Error> {
        let Some(item) = self.table.get("type") else { return Ok(None) };
        match item.as_str().and_then(EntityType::from_name) {
            Some(kind) => Ok(Some(kind)),
            None => {
                let all: Vec<_> = EntityType::ALL.iter().map(|k| k.name()).collect();
                Err(self.file.error(self.place("type"), format!("a type is one of {}", all.join(", "))))
            }
        }
    }

    /// The first or last day of what is written: a year, a month or a day, in quotes or as TOML's date.
    fn date(&self, key: &str, end: fn((Date, Date)) -> Date) -> Result<Option<Date>, Error> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        let written = match item {
            Item::Value(Value::String(text)) => text.value().clone(),
            Item::Value(Value::Datetime(date)) => date.value().to_string(),
            Item::Value(Value::Integer(year)) => year.value().to_string(),
            _ => String::new(),
        };
        let days = days(&written).ok_or_else(|| {
            self.file.error(self.place(key), "a year (2021), a month (2021-06) or a day (2021-06-05)")
        })?;
        Ok(Some(end(days)))
    }

    fn place(&self, key: &str) -> Range<usize> {
        self.table.get(key).and_then(Item::span).unwrap_or(self.header.clone())
    }

    fn missing(&self, key: &str) -> Error {
        self.file.error(self.header.clone(), format!("[[{}]] lacks `{key}`", self.verb))
    }
}

/// The first and last day of a year, a month or a day.
fn days(written: &str) -> Option<(Date, Date)> {
    let mut parts = written.splitn(3, '-');
    let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let month = parts.next().map(str::parse::<i8>).transpose().ok()?;
    let day = parts.next().map(str::parse::<i8>).transpose().ok()?;
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let last = match (month, day) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        _ => first.last_of_year(),
    };
    Some((first, last))
}
