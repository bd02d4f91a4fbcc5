//! Quotation marks, paired.
//!
//! Writers open with a mark and close with another, or forget to; apostrophes look like single marks; a quotation that
//! runs over paragraphs opens again at each. Within one paragraph a mark opens or closes by what stands beside it
//! (space before, word after), and only where that does not tell by what is open. Marks inside an open quotation are
//! part of it: only the outermost stretch is a region. One pass, nothing but the paragraph in view.

use std::ops::Range;

use crate::article::{Kind, Token};

/// A stretch between quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The token of the opening mark.
    open: usize,
    /// One past the last quoted token.
    end: usize,
    /// How many tokens at `end` are its closing mark: none where it is missing, two for ’’.
    closing: usize,
    /// Whether the next region goes on with this quotation in the next paragraph.
    pub continues: bool,
    style: Style,
}

impl Region {
    /// The tokens with the marks.
    pub fn outer(&self) -> Range<usize> {
        self.open..self.end + self.closing
    }

    /// The quoted tokens.
    pub fn inner(&self) -> Range<usize> {
        self.open + 1..self.end
    }

    /// Ends the region, whose closing mark is missing, before this token.
    pub fn end_before(&mut self, token: usize) {
        self.end = token.clamp(self.open + 1, self.end);
    }

    pub fn closed(&self) -> bool {
        self.closing > 0
    }

    /// Between single marks, straight or curly.
    pub fn single(&self) -> bool {
        self.style == Style::Single
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Double,
    Single,
    Guillemets,
}

/// Whether a mark may be a quotation mark.
pub fn is_quote(mark: &str) -> bool {
    read(mark).is_some()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Opens,
    Closes,
    /// The same mark does both.
    Either,
}

fn read(mark: &str) -> Option<(Style, Role)> {
    Some(match mark {
        "\"" | "''" | "＂" => (Style::Double, Role::Either),
        "“" | "„" | "``" | "‟" => (Style::Double, Role::Opens),
        "”" => (Style::Double, Role::Closes),
        "'" => (Style::Single, Role::Either),
        "‘" | "`" | "‚" => (Style::Single, Role::Opens),
        "’" => (Style::Single, Role::Closes),
        "«" | "»" | "‹" | "›" => (Style::Guillemets, Role::Either),
        _ => return None,
    })
}

/// Pairs the marks of one paragraph, whose first token is number `base` of the article, and appends its regions.
pub fn pair(text: &str, tokens: &[Token], base: usize, regions: &mut Vec<Region>) {
    let closers = single_closers(text, tokens);
    let mut open: Option<(usize, Style, &str)> = None;
    for (i, t) in tokens.iter().enumerate() {
        if t.kind != Kind::Mark {
            continue;
        }
        let mark = t.span.of(text);
        let Some((style, role)) = read(mark) else { continue };
        let before = t.spaced || i == 0 || opens_bracket(text, &tokens[i - 1]);
        let after = tokens.get(i + 1).is_none_or(|n| n.spaced || (n.kind == Kind::Mark && !is_quote(n.span.of(text))));
        match open {
            None => {
                let opens = match role {
                    Role::Opens => true,
                    // Swedes and Finns open with the mark that closes elsewhere, and so do slips of the keyboard.
                    Role::Closes => style == Style::Double && before && !after,
                    // A mark with space on neither side or on both opens where none is open.
                    Role::Either => before || !after,
                };
                let opens = opens
                    && i + 1 < tokens.len()
                    && (style != Style::Single || (before && !after && closers.get(i).is_some_and(|&c| c > 0)));
                if opens {
                    open = Some((i, style, mark));
                }
            }
            Some((start, opened, by)) => {
                let closes = opened == style
                    && match opened {
                        Style::Single => closers[start] == i,
                        Style::Guillemets => mark != by,
                        Style::Double => match role {
                            Role::Closes => true,
                            // „German“ closes with the mark that opens elsewhere.
                            Role::Opens => by == "„" && mark == "“",
                            Role::Either => !before || after,
                        },
                    };
                // Two single marks for a double one.
                let pair = opened == Style::Double
                    && mark == "’"
                    && tokens.get(i + 1).is_some_and(|n| !n.spaced && n.span.of(text) == "’");
                if closes || pair {
                    push(regions, base, start, i, 1 + pair as usize, opened);
                    open = None;
                }
            }
        }
    }
    if let Some((start, style, _)) = open {
        push(regions, base, start, tokens.len(), 0, style);
    }
}

fn push(regions: &mut Vec<Region>, base: usize, open: usize, end: usize, closing: usize, style: Style) {
    if end > open + 1 {
        regions.push(Region { open: base + open, end: base + end, closing, continues: false, style });
    }
}

fn opens_bracket(text: &str, t: &Token) -> bool {
    matches!(t.span.of(text), "(" | "[" | "—" | "–" | "-" | "--" | "/" | ":" | "\"" | "“" | "‘" | "'")
}

/// For each single mark that may open, the index of the mark that closes it, else 0.
///
/// An apostrophe after a plural looks like a closing mark: "the workers' pay". It is one only if no better mark
/// (after punctuation, or not after an s) follows before the next that may open.
fn single_closers(text: &str, tokens: &[Token]) -> Vec<usize> {
    let has = tokens.iter().any(|t| t.kind == Kind::Mark && matches!(t.span.of(text), "'" | "‘" | "`" | "‚"));
    if !has {
        return Vec::new();
    }
    let mut out = vec![0; tokens.len()];
    let (mut strong, mut weak) = (0, 0);
    for i in (0..tokens.len()).rev() {
        let t = &tokens[i];
        if t.kind != Kind::Mark {
            continue;
        }
        let Some((Style::Single, role)) = read(t.span.of(text)) else { continue };
        let before = t.spaced || i == 0 || opens_bracket(text, &tokens[i - 1]);
        if before && role != Role::Closes {
            out[i] = if strong > 0 { strong } else { weak };
            (strong, weak) = (0, 0);
        } else if !before && role != Role::Opens {
            let last = &tokens[i - 1];
            let free = tokens.get(i + 1).is_none_or(|n| n.spaced || n.kind == Kind::Mark);
            if !free {
                continue;
            }
            if last.kind == Kind::Mark || !last.span.of(text).ends_with(['s', 'S']) {
                strong = i;
            } else {
                weak = i;
            }
        }
    }
    out
}

/// Marks the regions left open at the end of a paragraph that the next paragraph opens again.
pub fn continue_over_paragraphs(regions: &mut [Region]) {
    for i in 1..regions.len() {
        let (before, next) = (regions[i - 1], regions[i]);
        if before.closed() || before.style != next.style || before.end != next.open {
            continue;
        }
        // What ran to the end of its paragraph is opened again by the first mark of the next.
        regions[i - 1].continues = true;
    }
}
