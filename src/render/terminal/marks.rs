//! Text with marks on it: what matched, what is quoted, who is named.

use anstyle::Style;

use super::Palette;
use super::page::Piece;
use super::style::over;
use crate::article::Span;

/// Layers of marks on one text, the later ones on top.
#[derive(Default)]
pub struct Marks {
    layers: Vec<Layer>,
}

#[derive(Default)]
struct Layer {
    /// In order and without overlap.
    spans: Vec<(Span, Style)>,
    /// Put between asterisks, for want of colours.
    starred: bool,
}

impl Marks {
    /// Adds a layer of spans, each with its style. Of two that overlap the first counts.
    pub fn layer(&mut self, spans: impl IntoIterator<Item = (Span, Style)>) {
        self.add(spans, false);
    }

    /// Adds what a query matched: in the palette's style, or between asterisks where it has none.
    pub fn matched(&mut self, spans: &[Span], palette: &Palette) {
        self.add(spans.iter().map(|&s| (s, palette.matched)), !palette.colored);
    }

    fn add(&mut self, spans: impl IntoIterator<Item = (Span, Style)>, starred: bool) {
        let mut spans: Vec<_> = spans.into_iter().filter(|(s, _)| !s.is_empty()).collect();
        spans.sort_by_key(|(s, _)| *s);
        let mut end = 0;
        spans.retain(|(s, _)| {
            let free = s.start >= end;
            end = if free { s.end } else { end };
            free
        });
        self.layers.push(Layer { spans, starred });
    }

    /// The pieces of `text[span]`, in the base style where nothing is marked.
    pub fn pieces<'t>(&self, text: &'t str, span: Span, base: Style) -> Vec<Piece<'t>> {
        let layers: Vec<_> = self.layers.iter().map(|l| (l.within(span), l.starred)).collect();
        // Between two neighbouring edges the style does not change.
        let mut edges = vec![span.start, span.end];
        for (s, _) in layers.iter().flat_map(|(spans, _)| spans.iter()) {
            edges.extend([s.start.clamp(span.start, span.end), s.end.clamp(span.start, span.end)]);
        }
        edges.sort_unstable();
        edges.dedup();

        let mut next = vec![0; layers.len()];
        let mut pieces = Vec::with_capacity(edges.len());
        for pair in edges.windows(2) {
            let &[start, end] = pair else { continue };
            let (mut style, mut opens, mut closes) = (base, false, false);
            for ((spans, starred), next) in layers.iter().zip(&mut next) {
                while spans.get(*next).is_some_and(|(s, _)| s.end <= start) {
                    *next += 1;
                }
                if let Some((s, above)) = spans.get(*next)
                    && s.start <= start
                {
                    style = over(style, *above);
                    opens |= *starred && s.start == start;
                    closes |= *starred && s.end == end;
                }
            }
            if opens {
                pieces.push(Piece::new("*", base));
            }
            pieces.push(Piece::new(Span { start, end }.of(text), style));
            if closes {
                pieces.push(Piece::new("*", base));
            }
        }
        pieces
    }
}

impl Layer {
    /// The marks that touch a span.
    fn within(&self, span: Span) -> &[(Span, Style)] {
        let start = self.spans.partition_point(|(s, _)| s.end <= span.start);
        let end = self.spans.partition_point(|(s, _)| s.start < span.end);
        self.spans.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    #[test]
    fn marks_nest_and_matches_without_colour_get_asterisks() {
        let (green, bold) = (AnsiColor::Green.on_default(), Style::new().bold());
        let mut marks = Marks::default();
        marks.layer([(Span::new(2, 9), green), (Span::new(0, 1), green), (Span::new(3, 11), bold)]);
        marks.layer([(Span::new(4, 6), bold)]);
        marks.matched(&[Span::new(4, 9), Span::new(10, 12)], &Palette::new(false));
        let show = |pieces: Vec<Piece>| {
            pieces.iter().map(|p| format!("{}{}{:#}", p.style, p.text, p.style)).collect::<String>()
        };
        let (g, b) = (green, green.bold());
        let shown = show(marks.pieces("abcdefghijkl", Span::new(1, 11), Style::new()));
        assert_eq!(shown, format!("b{g}cd{g:#}*{b}ef{b:#}{g}ghi{g:#}*j*k"));
    }
}
