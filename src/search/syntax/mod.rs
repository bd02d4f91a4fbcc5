//! The query language: from what a person typed to a tree that says what it means.
//!
//! A query is text first. Words side by side are ranked together, and whatever is not one of the few signs of the
//! language is punctuation, as it would be in an article; words are cut by the same [`Tokens`](crate::article::Tokens).
//! What is a sign is never guessed at: a query that does not parse gives an [`Error`] that points to the place, and
//! is never silently read as something else. [`plain`] reads any text as mere words.
//!
//! The tree prints back ([`Node`] is `Display`) to a query that parses to the same tree: that is what "the query as
//! understood" shows. Parsing is linear; length, nesting and the number of words are bounded by constants.

mod ast;
mod lexer;
mod parser;
mod plain;
mod print;
mod value;
mod words;

pub use ast::*;
pub use value::{count_range, date_range};

use crate::article::{Span, Tokens};

/// The longest query, in bytes: a page of text pasted by mistake is not searched for.
pub const MAX_QUERY: usize = 1 << 16;
/// The most words in a query.
pub const MAX_WORDS: usize = 2048;
/// How deeply groups, fields and operators of distance may nest.
pub const MAX_DEPTH: usize = 48;
/// The greatest distance and slop.
pub const MAX_DISTANCE: u32 = 100_000;

/// Why a query does not parse, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Bytes of the query.
    pub span: Span,
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Error {
    pub(crate) fn at(span: Span, message: impl Into<String>) -> Error {
        Error { span, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads a query. Nothing but white space asks for every article.
pub fn parse(query: &str) -> Result<Node, Error> {
    if query.len() > MAX_QUERY {
        let cut = (0..=MAX_QUERY).rev().find(|&i| query.is_char_boundary(i)).unwrap_or(0);
        return Err(Error::at(Span::new(cut, cut), format!("the query is longer than {MAX_QUERY} bytes")));
    }
    let everything = Span::new(0, query.len());
    let lexemes = lexer::cut(query)?;
    match parser::Parser::new(query, &lexemes).query()? {
        Some(node) => Ok(node),
        None if query.trim().is_empty() => Ok(Node { span: everything, expr: Expr::All }),
        None => Err(Error::at(everything, "there is no word to look for").hint("type a word, a name or a phrase")),
    }
}

/// Reads a text as mere words, whatever signs and capitals it holds. Words beyond [`MAX_WORDS`] are left out.
/// A text without a word gives [`Expr::Or`] of nothing, which no article matches.
///
/// Two things that people paste are read as they are meant: addresses (`https://…`) are not words, unless there is
/// nothing else; and a tag or handle of several words (`#PortStrike`) also stands for those that its capitals show.
pub fn plain(text: &str) -> Node {
    let cut = (0..=text.len().min(MAX_QUERY)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let text = &text[..cut];
    let tokens = Tokens::of(text);
    let mut parts = plain::words(text, tokens.iter().filter(|t| !plain::in_address(text, t)));
    if parts.is_empty() {
        parts = plain::words(text, tokens.iter());
    }
    parts.truncate(MAX_WORDS);
    let span = Span::new(0, text.len());
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Node { span, expr: Expr::List(parts) }
        }
        None => Node { span, expr: Expr::Or(Vec::new()) },
    }
}

#[cfg(test)]
mod tests;
