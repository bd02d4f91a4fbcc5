//! A query in its canonical spelling: what was understood, in the language in which it is asked.
//!
//! What is printed parses to the same query again.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::*;

impl Display for Node {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.print(f, Level::Or)
    }
}

/// How tightly the surroundings bind: what binds less needs parentheses there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    List,
    /// The left side of an operator of distance, which is not a sign.
    Near,
    Primary,
}

impl Node {
    fn level(&self) -> Level {
        match &self.expr {
            Expr::Or(_) => Level::Or,
            Expr::And(_) => Level::And,
            Expr::List(_) => Level::List,
            Expr::Near { .. } | Expr::Not(_) | Expr::Must(_) => Level::Near,
            _ => Level::Primary,
        }
    }

    fn print(&self, f: &mut Formatter, around: Level) -> fmt::Result {
        let group = self.level() < around;
        if group {
            f.write_char('(')?;
        }
        match &self.expr {
            Expr::All => {}
            Expr::Or(parts) => separated(f, parts, " OR ", Level::And)?,
            Expr::And(parts) => separated(f, parts, " AND ", Level::List)?,
            Expr::List(parts) => separated(f, parts, " ", Level::Near)?,
            Expr::Not(inner) => {
                f.write_str("NOT ")?;
                inner.print(f, Level::Primary)?;
            }
            Expr::Must(inner) => {
                f.write_char('+')?;
                inner.print(f, Level::Primary)?;
            }
            Expr::Near { op, negated, left, right } => {
                // Chains lean left; signs cannot stand here without a group.
                let chain = matches!(left.expr, Expr::Near { .. });
                left.print(f, if chain { Level::Near } else { Level::Primary })?;
                f.write_str(if *negated { " NOT " } else { " " })?;
                match op {
                    Near::Near(n) => write!(f, "NEAR/{n} ")?,
                    Near::Before(n) => write!(f, "BEFORE/{n} ")?,
                    Near::Sentence => f.write_str("SENTENCE ")?,
                    Near::Paragraph => f.write_str("PARAGRAPH ")?,
                }
                right.print(f, Level::Primary)?;
            }
            Expr::Term(term) => {
                if let Term::Exact(_) = term {
                    f.write_str("exact:")?;
                }
                write!(f, "{term}")?;
            }
            Expr::Joined(terms) => {
                if terms.iter().any(|term| matches!(term, Term::Exact(_))) {
                    f.write_str("exact:")?;
                }
                for (i, term) in terms.iter().enumerate() {
                    write!(f, "{}{term}", if i > 0 { "-" } else { "" })?;
                }
            }
            Expr::Phrase(phrase) => write!(f, "{phrase}")?,
            Expr::In(field, inner) => {
                write!(f, "{}:", field.name())?;
                match &inner.expr {
                    Expr::Whole(value) => {
                        let bare = field.is_raw() && !value.contains(|c: char| c.is_whitespace() || "()".contains(c));
                        let sign = if field.is_raw() { "" } else { "=" };
                        if bare { f.write_str(value)? } else { write!(f, "{sign}\"{value}\"")? }
                    }
                    Expr::Term(_) | Expr::Joined(_) | Expr::Phrase(_) => inner.print(f, Level::Primary)?,
                    // Right after a colon nothing else stands without a group.
                    _ => {
                        f.write_char('(')?;
                        inner.print(f, Level::Or)?;
                        f.write_char(')')?;
                    }
                }
            }
            Expr::Whole(value) => write!(f, "\"{value}\"")?,
            Expr::First(n, inner) => {
                write!(f, "first:{n}(")?;
                inner.print(f, Level::Or)?;
                f.write_char(')')?;
            }
            Expr::AtLeast(n, inner) => {
                write!(f, "atleast:{n}(")?;
                inner.print(f, Level::Or)?;
                f.write_char(')')?;
            }
            Expr::Date(range) => match (range.since, range.until) {
                (Some(a), Some(b)) => write!(f, "date:{a}..{b}")?,
                (Some(a), None) => write!(f, "date:>={a}")?,
                (None, Some(b)) => write!(f, "date:<={b}")?,
                (None, None) => {}
            },
            Expr::Words(range) => match (range.least, range.most) {
                (a, u64::MAX) => write!(f, "words:>={a}")?,
                (0, b) => write!(f, "words:<={b}")?,
                (a, b) => write!(f, "words:{a}..{b}")?,
            },
            Expr::Has(has) => write!(f, "has:{}", has.name())?,
        }
        if group {
            f.write_char(')')?;
        }
        Ok(())
    }
}

fn separated(f: &mut Formatter, parts: &[Node], sign: &str, level: Level) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(sign)?;
        }
        part.print(f, level)?;
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Term::Word(word) | Term::Exact(word) | Term::Wild(word) => f.write_str(word),
            Term::Fuzzy(word, None) => write!(f, "{word}~"),
            Term::Fuzzy(word, Some(edits)) => write!(f, "{word}~{edits}"),
        }
    }
}

impl Display for Phrase {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if self.items.iter().flatten().any(|t| matches!(t, Term::Exact(_))) {
            f.write_str("exact:")?;
        }
        f.write_char('"')?;
        for (i, item) in self.items.iter().enumerate() {
            if i > 0 {
                f.write_char(' ')?;
            }
            match item {
                Some(term) => write!(f, "{term}")?,
                None => f.write_char('*')?,
            }
        }
        f.write_char('"')?;
        if self.slop > 0 {
            write!(f, "~{}", self.slop)?;
        }
        Ok(())
    }
}
