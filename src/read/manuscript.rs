//! What word processors and PDF have in common: a text of paragraphs, some of them styled, and little said about them.
//!
//! Each such file is one article, unless it is a download from a press database ([`super::download`]), which holds
//! many. The headline is the paragraph styled as a title; failing that the file's own title, if the text opens with the
//! same words: what word processors file as titles is the name of a draft or of a printer's job as often as not. Where
//! neither tells, the parser looks for it as in plain text. The person in the file's properties owned a computer and
//! need not have written the story: bylines are read from the text.

use jiff::Timestamp;

use super::download::{self, Line};
use super::html::{same, squeezed};
use super::record::Documents;
use crate::article::{Block, Body, Notice, RawDocument, ZoneKind};

/// How many paragraphs of the opening may hold the headline.
const FRONT: usize = 8;

/// A paragraph, and what its style makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Plain,
    Title,
    Subtitle,
}

/// A file of paragraphs.
#[derive(Debug, Default)]
pub struct Manuscript {
    pub format: &'static str,
    /// In the file's properties.
    pub title: Option<String>,
    /// When it was last changed, as the file itself says.
    pub modified: Option<Timestamp>,
    pub paragraphs: Vec<(Style, String)>,
    pub notices: Vec<Notice>,
}

impl Manuscript {
    /// Ends a paragraph. Its lines (breaks within a paragraph) become paragraphs of their own: that is how headlines
    /// and bylines are typed.
    pub fn push(&mut self, style: Style, text: &str) {
        let lines = text.lines().map(squeezed).filter(|l| !l.is_empty());
        self.paragraphs.extend(lines.map(|l| (style, l)));
    }

    /// Hands over the article, or the articles, in it.
    pub fn documents(self, out: &mut Documents) {
        if self.paragraphs.is_empty() {
            return out.problem("no-text", "holds no text");
        }
        let lines: Vec<Line> = self.paragraphs.iter().map(|(_, p)| Line { text: p, opens: true }).collect();
        if let Some(articles) = download::articles(&lines) {
            return download::documents(articles, &self.notices, self.modified, out);
        }
        let (format, modified, notices) = (self.format, self.modified, self.notices);
        let mut raw = RawDocument { format, modified, notices, ..RawDocument::default() };
        let styled = |style| self.paragraphs.iter().take(FRONT).position(|(s, _)| *s == style);
        let headline = styled(Style::Title).or_else(|| {
            let title = self.title.as_deref()?;
            self.paragraphs.iter().take(FRONT).position(|(_, p)| same(p, title))
        });
        let standfirst = headline.and_then(|_| styled(Style::Subtitle));
        let text = |at: Option<usize>| at.and_then(|at| self.paragraphs.get(at)).map(|(_, p)| p.clone());
        (raw.headline, raw.standfirst) = (text(headline), text(standfirst));
        let rest = self.paragraphs.iter().enumerate().filter(|(i, _)| Some(*i) != headline && Some(*i) != standfirst);
        let rest = rest.map(|(_, (_, p))| p.clone());
        raw.body = match headline {
            Some(_) => Body::Blocks(rest.map(|text| Block { kind: ZoneKind::Body, text }).collect()),
            None => Body::Plain(rest.collect::<Vec<_>>().join("\n\n")),
        };
        out.document(raw);
    }
}
