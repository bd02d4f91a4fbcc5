//! Words against words: what a claimed quotation shares with a text, word by word.
//!
//! The claim is aligned as a whole with the stretch of the text that fits it best (semi-global alignment with affine
//! gaps, after Gotoh 1982): every word of the claim is kept, replaced or added, and the words of the text between them
//! are kept or left out. Two words are *equal* when they are the same but for case and for the shape of apostrophes:
//! accents, endings and figures count, since a fact-checker's "verbatim" must never be kinder than the page. Marks are
//! ignored, except those that are spoken and lean on a word (`$5`, `5%`, `-5`, `& Sons`, `Harris's`), and an ellipsis:
//! where one side shows that it leaves words out and the other does not, the two do not say the same.
//!
//! Time and memory are the product of the two lengths, so the caller hands over a window of the text, not an article.

use crate::article::fold::{is_apostrophe, is_invisible};
use crate::article::{Kind, Span, Tokens};

/// The longest claim that is compared, in words; a longer one is cut by the caller, with a word about it.
pub const LONGEST_CLAIM: usize = 400;

/// What is compared: the words of a text, with their places.
#[derive(Clone, Debug, Default)]
pub struct Words {
    list: Vec<Word>,
}

#[derive(Clone, Debug)]
struct Word {
    span: Span,
    /// Lower case, with straight apostrophes.
    key: String,
    /// An ellipsis stands before the word: the claim says that it leaves something out here.
    elided: bool,
    /// Another part of a quote begins with the word: before it the article speaks.
    apart: bool,
}

impl Words {
    /// The words of a whole text.
    pub fn of(text: &str) -> Words {
        let tokens = Tokens::of(text);
        Words::among(text, &tokens, 0..tokens.len())
    }

    /// The words among these tokens of a text. What leans on a word is part of it: `Harris's`, `$5`, `5%`.
    pub fn among(text: &str, tokens: &Tokens, range: std::ops::Range<usize>) -> Words {
        let mut list: Vec<Word> = Vec::new();
        let mut elided = false;
        // Leaning on the next word: a currency before its figure, an article before its noun (`l'`).
        let mut opening: Option<Word> = None;
        let range = tokens.get(range).unwrap_or_default();
        for (i, token) in range.iter().enumerate() {
            let surface = token.span.of(text);
            let next = range.get(i + 1);
            let leans_back = match token.kind {
                Kind::Clitic => surface.starts_with(is_apostrophe),
                Kind::Mark if surface.chars().all(is_unit) => true,
                // "5€" is no "5" before a "€".
                Kind::Mark => {
                    let figure = i > 0 && range[i - 1].kind == Kind::Number && !token.spaced;
                    figure && surface.chars().all(is_sign) && next.is_none_or(|n| n.spaced || !n.is_word())
                }
                Kind::Word | Kind::Number => false,
            };
            // "-5", but not "4-5", "- 5" or "Covid-19".
            let minus = matches!(surface, "-" | "−" | "–")
                && (i == 0 || token.spaced || !range[i - 1].is_word())
                && next.is_some_and(|n| n.kind == Kind::Number && !n.spaced);
            if leans_back && let Some(last) = list.last_mut() {
                last.key.push_str(&key(surface));
                last.span = last.span.cover(token.span);
            } else if token.is_word() {
                let key = key(token.term(text));
                list.push(match opening.take() {
                    Some(o) => Word { span: o.span.cover(token.span), key: o.key + &key, ..o },
                    None => Word { span: token.span, key, elided, apart: false },
                });
                elided = false;
            } else if token.kind == Kind::Clitic || minus || surface.chars().all(is_sign) {
                let before = opening.take();
                let surface = if minus { "-" } else { surface };
                let span = before.as_ref().map_or(token.span, |o| o.span.cover(token.span));
                let key = before.map_or(String::new(), |o| o.key) + &key(surface);
                opening = Some(Word { span, key, elided, apart: false });
            } else {
                opening = None;
                elided |= surface == "…" || (surface.len() >= 2 && surface.bytes().all(|b| b == b'.'));
            }
        }
        Words { list }
    }

    /// The words of a quote that its article interrupts: those of the parts alone.
    pub fn quoted(text: &str, tokens: &Tokens, parts: &[Span]) -> Words {
        let mut all = Words::default();
        for part in parts {
            let mut words = Words::among(text, tokens, tokens.within(*part));
            if let Some(first) = words.list.first_mut() {
                first.apart = !all.is_empty();
            }
            all.list.append(&mut words.list);
        }
        all
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The folded words, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter().map(|w| w.key.as_str())
    }

    fn span(&self, range: std::ops::Range<usize>) -> Option<Span> {
        let first = self.list.get(range.start)?;
        let last = self.list.get(range.end.checked_sub(1)?)?;
        Some(first.span.cover(last.span))
    }
}

/// Case and the shape of apostrophes fall; nothing else does.
fn key(surface: &str) -> String {
    surface
        .chars()
        .map(|c| if is_apostrophe(c) { '\'' } else { c })
        .filter(|&c| !is_invisible(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Marks that are spoken after a figure: `5%` and `5` are not the same words.
fn is_unit(c: char) -> bool {
    matches!(c, '%' | '‰' | '°')
}

/// Marks that are spoken before one: `$5`, `& Sons`.
fn is_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '€' | '£' | '¥' | '₹' | '+' | '±' | '§' | '#' | '@' | '&' | '<' | '>' | '≤' | '≥' | '=' | '≠' | '~'
    )
}

/// A run of words with one fate. Spans of `claim` lie in the claim, spans of `text` in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Equal {
        claim: Span,
        text: Span,
    },
    /// The claim says something else here.
    Replaced {
        claim: Span,
        text: Span,
    },
    /// The claim leaves these words of the text out; `marked` where it shows so by an ellipsis.
    Omitted {
        text: Span,
        marked: bool,
    },
    /// The text does not have these words of the claim.
    Added {
        claim: Span,
    },
    /// The article speaks here, between two parts of the quote; the claim goes on with the quote.
    Interrupted {
        text: Span,
    },
}

/// How a claim lies on a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    pub pieces: Vec<Piece>,
    /// From the first to the last word of the text that the claim was laid on.
    pub text: Span,
    /// How many words of the claim are equal.
    pub equal: usize,
    /// How many words the claim has.
    pub claim_words: usize,
    /// The alignment's score; comparable between texts for one claim.
    pub score: i32,
}

impl Alignment {
    /// Every word of the claim stands in the text, in this order, with nothing between on either side, an ellipsis
    /// neither.
    pub fn is_verbatim(&self) -> bool {
        self.equal == self.claim_words && matches!(self.pieces[..], [Piece::Equal { .. }])
    }

    /// The claim is made of verbatim pieces of the text, in order, and shows by an ellipsis where it leaves words out,
    /// or leaves out only what the article says between two parts of a quote.
    pub fn is_in_parts(&self) -> bool {
        let fair = |p: &Piece| {
            matches!(p, Piece::Equal { .. } | Piece::Omitted { marked: true, .. } | Piece::Interrupted { .. })
        };
        self.equal == self.claim_words && self.pieces.iter().all(fair)
    }

    /// The share of the claim's words that are equal, 0 to 1.
    pub fn agreement(&self) -> f32 {
        if self.claim_words == 0 { 0.0 } else { self.equal as f32 / self.claim_words as f32 }
    }
}

const EQUAL: i32 = 4;
const REPLACED: i32 = -3;
const ADDED: i32 = -3;
const OMIT_FIRST: i32 = -3;
const OMIT_MORE: i32 = -1;
/// Where the claim shows an ellipsis, leaving out is free but for a trifle that prefers the nearer place.
const OMIT_MARKED: i32 = -1;
const NEVER: i32 = i32::MIN / 2;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Start,
    /// Claim and text both advance.
    Pair,
    /// Only the claim advances.
    Add,
    /// Only the text advances: a gap.
    Omit,
}

/// Lays the claim on the text where it fits best. `None` if no word of it is there.
pub fn align(claim: &Words, text: &Words) -> Option<Alignment> {
    let (n, m) = (claim.len().min(LONGEST_CLAIM), text.len());
    if n == 0 || m == 0 {
        return None;
    }
    let width = m + 1;
    // best[j]: claim words so far laid, ending at text word j with a pair or an addition; gap[j]: ending in a gap.
    let mut best = vec![0i32; width];
    let mut gap = vec![NEVER; width];
    // How each cell was reached, for best and for gap (true: the gap goes on).
    let mut steps = vec![Step::Start; (n + 1) * width];
    let mut goes_on = vec![false; (n + 1) * width];
    let mut from_gap = vec![false; (n + 1) * width];
    for i in 1..=n {
        let word = &claim.list[i - 1];
        let mut diagonal = (best[0], gap[0]);
        best[0] += ADDED;
        steps[i * width] = Step::Add;
        for j in 1..=m {
            let above = (best[j], gap[j]);
            let pair = if word.key == text.list[j - 1].key { EQUAL } else { REPLACED };
            let (before, through_gap) = if diagonal.1 > diagonal.0 { (diagonal.1, true) } else { (diagonal.0, false) };
            let paired = before + pair;
            let added = above.0 + ADDED;
            let cell = i * width + j;
            if paired >= added {
                (best[j], steps[cell], from_gap[cell]) = (paired, Step::Pair, through_gap);
            } else {
                (best[j], steps[cell]) = (added, Step::Add);
            }
            diagonal = above;
        }
        // A gap after this claim word: the text goes on without the claim. Not after the last.
        let marked = claim.list.get(i).is_some_and(|next| next.elided);
        gap[0] = NEVER;
        for j in 1..=m {
            let opened = best[j - 1] + if marked { OMIT_MARKED } else { OMIT_FIRST };
            let widened = gap[j - 1] + if marked { 0 } else { OMIT_MORE };
            goes_on[i * width + j] = widened > opened;
            gap[j] = opened.max(widened);
        }
    }
    let (end, &score) = best.iter().enumerate().max_by_key(|&(j, &s)| (s, std::cmp::Reverse(j)))?;
    let mut path = Vec::with_capacity(n + 8);
    let (mut i, mut j) = (n, end);
    let mut in_gap = false;
    while i > 0 {
        let cell = i * width + j;
        if in_gap {
            path.push((Step::Omit, i, j - 1));
            in_gap = goes_on[cell];
            j -= 1;
            continue;
        }
        match steps[cell] {
            Step::Pair => {
                path.push((Step::Pair, i - 1, j - 1));
                in_gap = from_gap[cell];
                (i, j) = (i - 1, j - 1);
            }
            _ => {
                path.push((Step::Add, i - 1, j));
                i -= 1;
            }
        }
    }
    path.reverse();
    Some(collect(claim, text, &path, n, score)).filter(|a| a.equal > 0)
}

/// Joins the steps into runs.
fn collect(claim: &Words, text: &Words, path: &[(Step, usize, usize)], claim_words: usize, score: i32) -> Alignment {
    #[derive(PartialEq, Eq, Clone, Copy)]
    enum Fate {
        Equal,
        Replaced,
        Omitted(bool),
        Added,
    }
    let fate = |&(step, i, j): &(Step, usize, usize)| match step {
        Step::Pair if claim.list[i].key == text.list[j].key => Fate::Equal,
        Step::Pair => Fate::Replaced,
        Step::Omit => Fate::Omitted(claim.list.get(i).is_some_and(|next| next.elided)),
        _ => Fate::Added,
    };
    let mut alignment = Alignment { pieces: Vec::new(), text: Span::default(), equal: 0, claim_words, score };
    let mut whole: Option<Span> = None;
    let apart = |&(step, _, j): &(Step, usize, usize)| step != Step::Add && text.list.get(j).is_some_and(|w| w.apart);
    // The text itself leaves something out that the claim does not show, or the claim where the text goes on.
    let elides = |&(step, i, j): &(Step, usize, usize)| {
        step == Step::Pair && claim.list[i].elided != text.list[j].elided && i > 0
    };
    for run in path.chunk_by(|a, b| fate(a) == fate(b) && !apart(b) && !elides(b)) {
        let (first, last) = (run[0], run[run.len() - 1]);
        if apart(&first)
            && whole.is_some()
            && let (Some(before), Some(after)) = (text.list.get(first.2.wrapping_sub(1)), text.list.get(first.2))
        {
            alignment.pieces.push(Piece::Interrupted { text: Span { start: before.span.end, end: after.span.start } });
        }
        let in_claim = claim.span(first.1..last.1 + 1).unwrap_or_default();
        let in_text = text.span(first.2..last.2 + 1).unwrap_or_default();
        alignment.pieces.push(match fate(&first) {
            Fate::Equal => {
                alignment.equal += run.len();
                whole = Some(whole.map_or(in_text, |w| w.cover(in_text)));
                Piece::Equal { claim: in_claim, text: in_text }
            }
            Fate::Replaced => {
                whole = Some(whole.map_or(in_text, |w| w.cover(in_text)));
                Piece::Replaced { claim: in_claim, text: in_text }
            }
            Fate::Omitted(marked) => Piece::Omitted { text: in_text, marked },
            Fate::Added => Piece::Added { claim: in_claim },
        });
    }
    alignment.text = whole.unwrap_or_default();
    alignment
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The alignment in words: equal bare, `[-omitted-]`, `(…omitted…)` where marked, `{+added+}`, `<claim|text>`.
    fn show(claim: &str, text: &str) -> String {
        let Some(a) = align(&Words::of(claim), &Words::of(text)) else { return "nothing".into() };
        let verdict = match () {
            _ if a.is_verbatim() => "verbatim",
            _ if a.is_in_parts() => "in parts",
            _ => "altered",
        };
        let show = |p: &Piece| match *p {
            Piece::Equal { text: t, .. } => t.of(text).to_string(),
            Piece::Replaced { claim: c, text: t } => format!("<{}|{}>", c.of(claim), t.of(text)),
            Piece::Omitted { text: t, marked: false } => format!("[-{}-]", t.of(text)),
            Piece::Omitted { text: t, marked: true } => format!("(…{}…)", t.of(text)),
            Piece::Added { claim: c } => format!("{{+{}+}}", c.of(claim)),
            Piece::Interrupted { text: t } => format!("/{}/", t.of(text).trim()),
        };
        format!("{verdict}: {}", a.pieces.iter().map(show).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn verdicts() {
        let text = "The mayor sighed. “We will not raise taxes, not this year,” she said. It’s “final”.";
        for (claim, shown) in [
            ("we will not raise taxes", "verbatim: We will not raise taxes"),
            ("We will NOT raise taxes -- not this year!", "verbatim: We will not raise taxes, not this year"),
            ("it's final", "verbatim: It’s “final"),
            ("we will raise taxes", "altered: We will [-not-] raise taxes"),
            ("we will never raise taxes", "altered: We will <never|not> raise taxes"),
            ("we will not … this year", "in parts: We will not (…raise taxes, not…) this year"),
            ("we will not ever raise taxes", "altered: We will not {+ever+} raise taxes"),
            ("dragons", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(show(claim, text), shown, "{claim}");
        }
    }

    #[test]
    fn figures_accents_and_endings_count() {
        for (claim, text) in [
            ("it cost 5", "it cost 5%"),
            ("Lopez agreed", "López agreed"),
            ("the worker pays", "the workers pay"),
            ("Harris plan", "Harris's plan"),
            ("we have 1,000", "we have 1.000"),
            ("it fell to 5 degrees", "it fell to -5 degrees"),
            ("it fell to 5 degrees", "it fell to −5 degrees"),
            ("it cost 5€", "it cost 5$"),
            ("it cost 5", "it cost 5€"),
            ("Haas Sons won", "Haas & Sons won"),
            ("more than 5 died", "more than >5 died"),
            ("we will do it", "we won't do it"),
            ("we can do it", "we cannot do it"),
            ("we can do it", "we can't do it"),
            ("we will not raise taxes", "we will … not raise taxes"),
            ("dog bites man", "man bites dog"),
            ("the US agreed", "the U.S. agreed"),
        ] {
            assert!(!show(claim, text).starts_with("verbatim"), "{claim} is not {text}");
        }
    }

    #[test]
    fn marks_that_nobody_speaks_do_not_count() {
        for (claim, text) in [
            ("we don't know", "We don’t know"),
            ("\"we\" know", "“We” know"),
            ("we know - now", "we know — now"),
            ("four-five", "four–five"),
            ("4-5 years", "4–5 years"),
            ("we know... now", "we know … now"),
            ("5 % more", "5% more"),
        ] {
            assert!(show(claim, text).starts_with("verbatim"), "{claim} is {text}: {}", show(claim, text));
        }
    }

    #[test]
    fn a_quote_goes_on_after_its_cue() {
        let text = "“We have waited,” said Ann Lee, “and the offer is an insult.”";
        let tokens = Tokens::of(text);
        let part = |words: &str| {
            let at = text.find(words).unwrap();
            Span::new(at, at + words.len())
        };
        let quoted = Words::quoted(text, &tokens, &[part("We have waited,"), part("and the offer is an insult.")]);
        let verdict = |claim: &str| {
            let a = align(&Words::of(claim), &quoted).unwrap();
            (a.is_verbatim(), a.is_in_parts(), a.pieces.len())
        };
        assert_eq!(verdict("We have waited and the offer is an insult"), (false, true, 3));
        assert_eq!(verdict("the offer is an insult"), (true, true, 1));
        assert_eq!(verdict("we waited and the offer is an insult"), (false, false, 5));
    }

    proptest::proptest! {
        /// One word put in, taken out, replaced, or two in the other order: verbatim only if the text has that too.
        #[test]
        fn what_was_changed_is_not_verbatim(
            text in proptest::collection::vec(0usize..12, 4..30), from in 0usize..26, len in 2usize..12,
            at in 0usize..12, by in 0usize..12, how in 0usize..4,
        ) {
            const WORDS: [&str; 12] = [
                "we", "will", "not", "never", "raise", "taxes", "5", "50", "-5", "the", "workers", "worker",
            ];
            let text: Vec<&str> = text.into_iter().map(|w| WORDS[w]).collect();
            let from = from.min(text.len() - 2);
            let mut claim = text[from..(from + len).min(text.len())].to_vec();
            let at = at % claim.len();
            match how {
                0 => claim.insert(at, WORDS[by]),
                1 => _ = claim.remove(at),
                2 => claim[at] = WORDS[by],
                _ => claim.rotate_left(at),
            }
            let there = !claim.is_empty() && text.windows(claim.len()).any(|w| w == claim);
            let a = align(&Words::of(&claim.join(" ")), &Words::of(&text.join(" ")));
            assert_eq!(a.is_some_and(|a| a.is_verbatim()), there, "{claim:?} in {text:?}");
        }

        #[test]
        fn every_word_of_the_claim_has_one_fate(claim in "[abc…. ]{0,20}", text in "[abcd ]{0,30}") {
            let (c, t) = (Words::of(&claim), Words::of(&text));
            if let Some(a) = align(&c, &t) {
                let covered: usize = a.pieces.iter().map(|p| match p {
                    Piece::Equal { claim: s, .. } | Piece::Replaced { claim: s, .. } | Piece::Added { claim: s } =>
                        Words::of(s.of(&claim)).len(),
                    Piece::Omitted { .. } | Piece::Interrupted { .. } => 0,
                }).sum();
                assert_eq!(covered, c.len());
                if a.is_verbatim() {
                    assert!(t.keys().collect::<Vec<_>>().windows(c.len()).any(|w| w.iter().copied().eq(c.keys())));
                }
            }
        }
    }
}
