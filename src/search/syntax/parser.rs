//! From lexemes to the tree: recursive descent, one function a level, the loosest first.
//!
//! ```text
//! query   = or?
//! or      = and ("OR" and)*
//! and     = list ("AND" list)*
//! list    = near+
//! near    = prefix (["NOT"] ("NEAR/n" | "BEFORE/n" | "SENTENCE" | "PARAGRAPH") prefix)*
//! prefix  = ("+" | "-" | "NOT") prefix | primary
//! primary = "(" or ")" | phrase | field value | word
//! ```

use super::ast::*;
use super::lexer::{self, Kind, Lexeme};
use super::words::{Piece, pieces};
use super::{Error, MAX_DEPTH, MAX_WORDS, value};
use crate::article::Span;

pub(super) struct Parser<'q> {
    query: &'q str,
    lexemes: &'q [Lexeme],
    at: usize,
    depth: usize,
    words: usize,
}

/// What a level of the grammar gives: nothing where there was only punctuation.
type Parsed = Result<Option<Node>, Error>;

impl<'q> Parser<'q> {
    /// `lexemes` ends with [`Kind::End`].
    pub fn new(query: &'q str, lexemes: &'q [Lexeme]) -> Self {
        Parser { query, lexemes, at: 0, depth: 0, words: 0 }
    }

    pub fn query(mut self) -> Parsed {
        let node = self.or()?;
        let lexeme = self.peek();
        match lexeme.kind {
            Kind::End => Ok(node),
            Kind::Close => {
                Err(Error::at(lexeme.span, "this parenthesis closes nothing")
                    .hint("remove it, or open a group before it"))
            }
            _ => Err(self.lonely_operator()),
        }
    }

    fn peek(&self) -> Lexeme {
        let end = Lexeme { kind: Kind::End, span: Span::new(self.query.len(), self.query.len()) };
        self.lexemes.get(self.at).copied().unwrap_or(end)
    }

    fn peek_second(&self) -> Kind {
        self.lexemes.get(self.at + 1).map_or(Kind::End, |l| l.kind)
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let yes = self.peek().kind == kind;
        self.at += yes as usize;
        yes
    }

    /// Runs one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::at(self.peek().span, "the query is nested too deeply"));
        }
        self.depth += 1;
        let out = inner(self);
        self.depth -= 1;
        out
    }

    fn or(&mut self) -> Parsed {
        self.chain(Kind::Or, Self::and, Expr::Or)
    }

    fn and(&mut self) -> Parsed {
        self.chain(Kind::And, Self::list, Expr::And)
    }

    /// `next (sign next)*`, as one part with all of them.
    fn chain(&mut self, sign: Kind, next: impl Fn(&mut Self) -> Parsed, make: impl Fn(Vec<Node>) -> Expr) -> Parsed {
        let first = next(self)?;
        if self.peek().kind != sign {
            return Ok(first);
        }
        let mut parts = vec![first.ok_or_else(|| self.lonely_operator())?];
        while self.peek().kind == sign {
            let operator = self.peek();
            self.at += 1;
            parts.push(next(self)?.ok_or_else(|| nothing_after(self.query, operator))?);
        }
        Ok(joined(parts, make))
    }

    fn list(&mut self) -> Parsed {
        let mut parts = Vec::new();
        loop {
            match self.peek().kind {
                Kind::End | Kind::Close | Kind::And | Kind::Or => break,
                Kind::Near(_) => return Err(self.lonely_operator()),
                _ => self.near(&mut parts)?,
            }
        }
        Ok(if parts.len() > 1 { joined(parts, Expr::List) } else { parts.pop() })
    }

    /// One part of a list, or several: a run of text can hold several words.
    fn near(&mut self, out: &mut Vec<Node>) -> Result<(), Error> {
        let before = out.len();
        self.prefix(out)?;
        let mut depth = 0;
        loop {
            let start = self.peek();
            let negated = start.kind == Kind::Not && matches!(self.peek_second(), Kind::Near(_));
            self.at += negated as usize;
            let Kind::Near(op) = self.peek().kind else {
                return Ok(());
            };
            let operator = self.peek();
            if out.len() == before {
                return Err(self.lonely_operator());
            }
            self.at += 1;
            depth += 1;
            if depth + self.depth > MAX_DEPTH {
                return Err(Error::at(operator.span, "too many operators of distance in a row"));
            }
            let mut right = Vec::new();
            self.prefix(&mut right)?;
            let mut right = right.into_iter();
            // Of several words in one run, the operator stands between those beside it.
            let (Some(left), Some(first)) = (out.pop(), right.next()) else {
                return Err(nothing_after(self.query, operator));
            };
            for side in [&left, &first] {
                if let Expr::Not(_) | Expr::Must(_) = side.expr {
                    return Err(Error::at(side.span, "a sign cannot stand beside an operator of distance")
                        .hint("to exclude what is near, write strike NOT NEAR/5 hunger"));
                }
            }
            let span = left.span.cover(first.span);
            let expr = Expr::Near { op, negated, left: Box::new(left), right: Box::new(first) };
            out.push(Node { span, expr });
            out.extend(right);
        }
    }

    fn prefix(&mut self, out: &mut Vec<Node>) -> Result<(), Error> {
        let sign = self.peek();
        if !matches!(sign.kind, Kind::Plus | Kind::Minus | Kind::Not) {
            return self.primary(out);
        }
        self.at += 1;
        if sign.kind == Kind::Not && matches!(self.peek().kind, Kind::Near(_)) {
            return Err(self.lonely_operator());
        }
        let mut parts = Vec::new();
        self.deeper(|p| p.prefix(&mut parts))?;
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else {
            return Err(nothing_after(self.query, sign));
        };
        let span = sign.span.cover(first.span);
        let expr = match (sign.kind, first.expr) {
            // Twice no is yes: but nobody means it.
            (Kind::Plus | Kind::Minus | Kind::Not, Expr::Not(_) | Expr::Must(_)) => {
                return Err(Error::at(span, "two signs before one word").hint("leave one of them out"));
            }
            (Kind::Plus, expr) => Expr::Must(Box::new(Node { span: first.span, expr })),
            (_, expr) => Expr::Not(Box::new(Node { span: first.span, expr })),
        };
        out.push(Node { span, expr });
        out.extend(parts);
        Ok(())
    }

    fn primary(&mut self, out: &mut Vec<Node>) -> Result<(), Error> {
        let lexeme = self.peek();
        match lexeme.kind {
            Kind::Open => out.extend(self.group()?),
            Kind::Phrase { inner, slop } => {
                self.at += 1;
                out.extend(self.phrase(lexeme.span, inner, slop, false)?);
            }
            Kind::Text => {
                self.at += 1;
                self.text(lexeme.span, Term::Word, out)?;
            }
            Kind::Field(field) => out.extend(self.field(field)?),
            Kind::Exact => out.push(self.exact()?),
            Kind::Date | Kind::Words | Kind::Has => out.push(self.value()?),
            Kind::First(n) | Kind::AtLeast(n) => {
                self.at += 1;
                let Some(inner) = self.group()? else {
                    return Err(Error::at(lexeme.span, "nothing to look for in this group"));
                };
                let span = lexeme.span.cover(inner.span);
                let inner = Box::new(inner);
                let expr =
                    if let Kind::First(_) = lexeme.kind { Expr::First(n, inner) } else { Expr::AtLeast(n, inner) };
                out.push(Node { span, expr });
            }
            Kind::Whole | Kind::Plus | Kind::Minus => self.at += 1,
            Kind::And | Kind::Or | Kind::Not | Kind::Near(_) | Kind::Close | Kind::End => {}
        }
        Ok(())
    }

    fn group(&mut self) -> Parsed {
        let open = self.peek().span;
        self.at += 1;
        let inner = self.deeper(Self::or)?;
        let close = self.peek().span;
        match self.peek().kind {
            Kind::Close => {
                self.at += 1;
                Ok(inner.map(|node| Node { span: open.cover(close), ..node }))
            }
            Kind::End => Err(Error::at(open, "this parenthesis is never closed").hint("add ) at the end of the group")),
            _ => Err(self.lonely_operator()),
        }
    }

    /// The words of a run of text. Words that are written together become one part.
    fn text(&mut self, span: Span, make: impl Fn(String) -> Term, out: &mut Vec<Node>) -> Result<(), Error> {
        let mut words = Vec::new();
        pieces(self.query, span, &mut words);
        self.count(words.len(), span)?;
        let mut words = words.into_iter().peekable();
        while let Some(first) = words.next() {
            let mut span = first.span;
            let mut terms = vec![remade(first.term, &make)];
            while let Some(next) = words.next_if(|w| w.joined) {
                span = span.cover(next.span);
                terms.push(remade(next.term, &make));
            }
            let expr = match terms.pop() {
                // Beside punctuation an operator's name is a word, as if quoted.
                Some(Term::Word(word)) if terms.is_empty() && lexer::operator(&word).is_some() => {
                    Expr::Phrase(Phrase { items: vec![Some(Term::Word(word))], slop: 0 })
                }
                Some(only) if terms.is_empty() => Expr::Term(only),
                Some(last) => {
                    terms.push(last);
                    Expr::Joined(terms)
                }
                None => continue,
            };
            out.push(Node { span, expr });
        }
        Ok(())
    }

    fn count(&mut self, words: usize, span: Span) -> Result<(), Error> {
        self.words += words;
        if self.words > MAX_WORDS {
            return Err(Error::at(span, format!("the query has more than {MAX_WORDS} words")));
        }
        Ok(())
    }

    fn phrase(&mut self, span: Span, inner: Span, slop: u32, exact: bool) -> Parsed {
        let make = if exact { Term::Exact } else { Term::Word };
        let text = inner.of(self.query);
        let mut items: Vec<Option<Term>> = Vec::new();
        let mut at = inner.start as usize;
        for run in text.split_inclusive(char::is_whitespace) {
            let word = run.trim_end();
            let span = Span::new(at, at + word.len());
            at += run.len();
            if word == "*" {
                items.push(None);
                continue;
            }
            let mut words: Vec<Piece> = Vec::new();
            pieces(self.query, span, &mut words);
            items.extend(words.into_iter().map(|w| Some(remade(w.term, make))));
        }
        self.count(items.len(), span)?;
        let last = items.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
        items.truncate(last);
        let first = items.iter().position(Option::is_some).unwrap_or(items.len());
        items.drain(..first);
        Ok((!items.is_empty()).then_some(Node { span, expr: Expr::Phrase(Phrase { items, slop }) }))
    }

    fn exact(&mut self) -> Result<Node, Error> {
        let start = self.peek().span;
        self.at += 1;
        let value = self.peek();
        let mut out = Vec::new();
        match value.kind {
            Kind::Field(field) if field.is_name() => {
                let name = self.field(field)?;
                return match name {
                    Some(mut name) => {
                        make_exact(&mut name);
                        Ok(Node { span: start.cover(name.span), ..name })
                    }
                    None => Err(Error::at(start, "exact: looks for nothing")),
                };
            }
            Kind::Text => {
                self.at += 1;
                self.text(value.span, Term::Exact, &mut out)?;
            }
            Kind::Phrase { inner, slop } => {
                self.at += 1;
                out.extend(self.phrase(value.span, inner, slop, true)?);
            }
            _ => {}
        }
        let exact = |t: &Term| matches!(t, Term::Exact(_));
        match out.pop() {
            Some(Node { expr, .. })
                if out.is_empty()
                    && match &expr {
                        Expr::Term(term) => exact(term),
                        Expr::Joined(terms) => terms.iter().all(exact),
                        Expr::Phrase(phrase) => phrase.items.iter().flatten().all(exact),
                        _ => false,
                    } =>
            {
                Ok(Node { span: start.cover(value.span), expr })
            }
            _ => Err(Error::at(start.cover(value.span), "exact: takes one word or a phrase, without wildcards")
                .hint("write exact:Polish or exact:\"Polish workers\"")),
        }
    }

    fn field(&mut self, field: Field) -> Parsed {
        let start = self.peek().span;
        self.at += 1;
        let whole = self.eat(Kind::Whole);
        let value = self.peek();
        let mut out = Vec::new();
        match value.kind {
            Kind::Open if !whole => out.extend(self.group()?),
            Kind::Phrase { inner, .. } if whole || field.is_raw() => {
                self.at += 1;
                out.extend(raw(self.query, inner, value.span));
            }
            Kind::Phrase { inner, slop } => {
                self.at += 1;
                out.extend(self.phrase(value.span, inner, slop, false)?);
            }
            Kind::Text if whole || field.is_raw() => {
                self.at += 1;
                out.extend(raw(self.query, value.span, value.span));
            }
            Kind::Text => {
                self.at += 1;
                self.text(value.span, Term::Word, &mut out)?;
            }
            Kind::Exact if field.is_text() || field.is_name() => out.push(self.exact()?),
            _ => {}
        }
        let span = out.iter().fold(start.cover(value.span), |span, n| span.cover(n.span));
        let inner = match out.pop() {
            None => {
                return Err(Error::at(start, format!("{}: looks for nothing", field.name()))
                    .hint("write a word, a phrase in quotation marks or a group right after the colon"));
            }
            Some(node) if out.is_empty() => node,
            Some(node) => {
                out.push(node);
                Node { span: value.span, expr: Expr::List(out) }
            }
        };
        if !field.is_text() {
            fits_field(field, &inner)?;
        }
        Ok(Some(Node { span, expr: Expr::In(field, Box::new(inner)) }))
    }

    fn value(&mut self) -> Result<Node, Error> {
        let start = self.peek();
        self.at += 1;
        let value = self.peek();
        let text = if let Kind::Text = value.kind { value.span.of(self.query) } else { "" };
        let (read, hint) = match start.kind {
            Kind::Date => {
                (value::date_range(text).map(Expr::Date), "a day, month or year: 2021-06-05, 2021..2022, >=2021-06")
            }
            Kind::Words => (value::count_range(text).map(Expr::Words), "a number: >500, 100..200"),
            _ => (
                Has::from_name(text).map(Expr::Has),
                "has:quotes, headline, standfirst, caption, date, source, \
                section or language",
            ),
        };
        let name = start.span.of(self.query);
        let Some(expr) = read else {
            let message =
                if text.is_empty() { format!("{name} looks for nothing") } else { format!("{name} cannot be {text}") };
            return Err(Error::at(if text.is_empty() { start.span } else { value.span }, message).hint(hint));
        };
        self.at += 1;
        Ok(Node { span: start.span.cover(value.span), expr })
    }

    /// The error of an operator that lacks what it stands between.
    fn lonely_operator(&self) -> Error {
        let lexeme = self.peek();
        let name = lexeme.span.of(self.query);
        Error::at(lexeme.span, format!("{name} has nothing before it"))
            .hint(format!("to look for the word, write it in quotation marks: \"{name}\""))
    }
}

fn nothing_after(query: &str, operator: Lexeme) -> Error {
    let name = operator.span.of(query);
    Error::at(operator.span, format!("{name} has nothing after it"))
        .hint(format!("to look for the word, write it in quotation marks: \"{name}\""))
}

/// Makes the words of a name exact: as they are, and not what most likely means them.
fn make_exact(node: &mut Node) {
    let exact = |term: &mut Term| {
        if let Term::Word(word) = term {
            *term = Term::Exact(std::mem::take(word));
        }
    };
    match &mut node.expr {
        Expr::Term(term) => exact(term),
        Expr::Joined(terms) => terms.iter_mut().for_each(exact),
        Expr::Phrase(phrase) => phrase.items.iter_mut().flatten().for_each(exact),
        Expr::In(_, inner) | Expr::Not(inner) | Expr::Must(inner) => make_exact(inner),
        Expr::Or(parts) | Expr::And(parts) | Expr::List(parts) => parts.iter_mut().for_each(make_exact),
        _ => {}
    }
}

/// One part that holds them all; chains of the same kind need no inner groups.
fn joined(parts: Vec<Node>, make: impl Fn(Vec<Node>) -> Expr) -> Option<Node> {
    let span = parts.iter().map(|n| n.span).reduce(Span::cover)?;
    Some(Node { span, expr: make(parts) })
}

/// Plain words become what `make` says; wildcards and tildes stay what they are.
fn remade(term: Term, make: impl Fn(String) -> Term) -> Term {
    match term {
        Term::Word(word) => make(word),
        other => other,
    }
}

fn raw(query: &str, inner: Span, span: Span) -> Option<Node> {
    let text = inner.of(query).trim();
    (!text.is_empty()).then(|| Node { span, expr: Expr::Whole(text.to_string()) })
}

/// Names and metadata are words, phrases and alternatives of them; nothing else means anything there.
fn fits_field(field: Field, node: &Node) -> Result<(), Error> {
    match &node.expr {
        Expr::Term(_) | Expr::Joined(_) | Expr::Phrase(Phrase { slop: 0, .. }) | Expr::Whole(_) => Ok(()),
        Expr::Or(parts) | Expr::And(parts) | Expr::List(parts) => parts.iter().try_for_each(|p| fits_field(field, p)),
        Expr::Not(part) | Expr::Must(part) => fits_field(field, part),
        _ => Err(Error::at(node.span, format!("{}: cannot hold this", field.name()))
            .hint("it takes words, phrases, and AND, OR, NOT between them")),
    }
}
