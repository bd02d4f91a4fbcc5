//! From characters to the signs and words of a query.
//!
//! A query is mostly text, so the lexer errs on the side of text: an operator is one only in capitals and as a word of
//! its own, a prefix is a field only if it is the name of one, a sign is one only at the start of a word.

use super::ast::{Field, Near};
use super::{Error, MAX_DISTANCE};
use crate::article::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Plus,
    Minus,
    And,
    Or,
    Not,
    Near(Near),
    Field(Field),
    Exact,
    Date,
    Words,
    Has,
    First(u32),
    AtLeast(u32),
    /// `=` right after the colon of a name.
    Whole,
    /// Between quotation marks; `inner` without them.
    Phrase {
        inner: Span,
        slop: u32,
    },
    /// A run of characters without a space: words, marks, wildcards.
    Text,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    pub kind: Kind,
    pub span: Span,
}

/// Whether the character opens or closes a phrase. Pairs are not matched up: people and their keyboards mix them.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

/// Cuts a query into lexemes, the last of which is [`Kind::End`].
pub(super) fn cut(query: &str) -> Result<Vec<Lexeme>, Error> {
    let mut lexer = Lexer { query, at: 0, out: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.next(c)?;
    }
    lexer.push(Kind::End, query.len());
    Ok(lexer.out)
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    out: Vec<Lexeme>,
}

impl<'q> Lexer<'q> {
    fn rest(&self) -> &'q str {
        self.query.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Adds what runs from here to `end`, and goes there.
    fn push(&mut self, kind: Kind, end: usize) {
        self.out.push(Lexeme { kind, span: Span::new(self.at, end) });
        self.at = end;
    }

    fn next(&mut self, c: char) -> Result<(), Error> {
        let after = self.at + c.len_utf8();
        match c {
            _ if c.is_whitespace() || c.is_control() => self.at = after,
            '(' => self.push(Kind::Open, after),
            ')' => self.push(Kind::Close, after),
            _ if is_quote(c) => return self.phrase(after),
            '+' | '-' if self.is_sign(after) => {
                self.push(if c == '+' { Kind::Plus } else { Kind::Minus }, after);
            }
            _ => return self.chunk(),
        }
        Ok(())
    }

    /// Whether a plus or minus before `after` belongs to the word or group that follows.
    fn is_sign(&self, after: usize) -> bool {
        let before = self.query.get(..self.at).and_then(|s| s.chars().next_back());
        let starts = before.is_none_or(|c| c.is_whitespace() || c == '(');
        let follows = self.query.get(after..).and_then(|s| s.chars().next());
        let word = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || c == '*';
        starts && follows.is_some_and(|c| word(c) || c == '(' || is_quote(c))
    }

    fn phrase(&mut self, start: usize) -> Result<(), Error> {
        let inner = self.query.get(start..).unwrap_or_default();
        let Some((len, close)) = inner.char_indices().find(|(_, c)| is_quote(*c)) else {
            return Err(Error::at(Span::new(self.at, start), "this quotation mark is never closed")
                .hint("close the phrase, or leave the mark out"));
        };
        let end = start + len + close.len_utf8();
        let tail = self.query.get(end..).unwrap_or_default();
        let (slop, digits) = match tail.strip_prefix('~') {
            Some(n) => {
                let digits = n.bytes().take_while(u8::is_ascii_digit).count();
                if digits == 0 {
                    return Err(Error::at(Span::new(end, end + 1), "how many words may stand between?")
                        .hint("write a number after the tilde: \"port strike\"~3"));
                }
                (number(&n[..digits]).min(MAX_DISTANCE), digits + 1)
            }
            None => (0, 0),
        };
        self.push(Kind::Phrase { inner: Span::new(start, start + len), slop }, end + digits);
        Ok(())
    }

    /// A run without spaces, quotation marks or parentheses, or the prefix at its start.
    fn chunk(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        let len = rest
            .char_indices()
            .find(|(_, c)| c.is_whitespace() || c.is_control() || is_quote(*c) || matches!(c, '(' | ')'))
            .map_or(rest.len(), |(i, _)| i);
        let chunk = &rest[..len];
        let end = self.at + len;
        if let Some(op) = operator(chunk) {
            self.push(op, end);
            return Ok(());
        }
        let Some((name, value)) = chunk.split_once(':') else {
            self.push(Kind::Text, end);
            return Ok(());
        };
        let colon = self.at + name.len() + 1;
        let kind = match name {
            "exact" => Kind::Exact,
            "date" => Kind::Date,
            "words" => Kind::Words,
            "has" => Kind::Has,
            "first" | "atleast" => return self.counted(name, value, colon),
            _ => match Field::from_name(name) {
                Some(field) => Kind::Field(field),
                None => {
                    self.push(Kind::Text, end);
                    return Ok(());
                }
            },
        };
        self.push(kind, colon);
        // The value may stand after a space, and is then lexed like anything else; but what touches the colon of a
        // raw field, a date or a number is never an operator or another field.
        let raw = match kind {
            Kind::Field(f) => f.is_raw(),
            _ => kind != Kind::Exact,
        };
        if let (Kind::Field(f), Some(_)) = (kind, value.strip_prefix('='))
            && f.is_name()
        {
            self.push(Kind::Whole, self.at + 1);
        }
        // `exact:person:Doe` says the same as `person:exact:Doe`.
        if kind == Kind::Exact
            && let Some((name, _)) = value.split_once(':')
            && Field::from_name(name).is_some_and(Field::is_name)
        {
            return Ok(());
        }
        // `said:exact:Polish` is the one prefix that may follow another.
        if let Kind::Field(f) = kind
            && (f.is_text() || f.is_name())
            && value.starts_with("exact:")
        {
            self.push(Kind::Exact, self.at + "exact:".len());
        }
        if raw {
            self.raw_value();
        } else if self.at < end {
            self.push(Kind::Text, end);
        }
        Ok(())
    }

    /// The value of a field that is taken as it stands: up to the next space, or the parenthesis that closes a group.
    fn raw_value(&mut self) {
        let mut open = 0usize;
        let rest = self.rest();
        let skip = rest.len() - rest.trim_start().len();
        self.at += skip;
        let rest = &rest[skip..];
        let mut len = rest.len();
        for (i, c) in rest.char_indices() {
            match c {
                '(' if i > 0 => open += 1,
                ')' if open > 0 => open -= 1,
                '(' | ')' => len = i,
                _ if c.is_whitespace() || is_quote(c) => len = i,
                _ => continue,
            }
            if len == i {
                break;
            }
        }
        if len > 0 {
            self.push(Kind::Text, self.at + len);
        }
    }

    /// `first:50(` and `atleast:3(`.
    fn counted(&mut self, name: &str, value: &str, colon: usize) -> Result<(), Error> {
        let end = colon + value.len();
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        if !digits || !self.query[end..].starts_with('(') {
            let example = if name == "first" { "first:50(strike)" } else { "atleast:3(strike)" };
            return Err(Error::at(Span::new(self.at, end), format!("{name}: takes a number and a group"))
                .hint(format!("write it like this: {example}")));
        }
        let n = number(value);
        self.push(if name == "first" { Kind::First(n) } else { Kind::AtLeast(n) }, end);
        Ok(())
    }
}

/// A number of digits, as large as fits.
fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

/// How far NEAR and BEFORE reach if it is not said.
const DEFAULT_DISTANCE: u32 = 10;

/// The operator that a word in capitals is.
pub(super) fn operator(chunk: &str) -> Option<Kind> {
    let distance = |tail: &str| match tail.strip_prefix('/') {
        None if tail.is_empty() => Some(DEFAULT_DISTANCE),
        Some(n) if !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()) => Some(number(n).min(MAX_DISTANCE)),
        _ => None,
    };
    Some(match chunk {
        "AND" => Kind::And,
        "OR" => Kind::Or,
        "NOT" => Kind::Not,
        "SENTENCE" => Kind::Near(Near::Sentence),
        "PARAGRAPH" => Kind::Near(Near::Paragraph),
        _ => {
            if let Some(tail) = chunk.strip_prefix("NEAR") {
                Kind::Near(Near::Near(distance(tail)?))
            } else {
                Kind::Near(Near::Before(distance(chunk.strip_prefix("BEFORE")?)?))
            }
        }
    })
}
