//! The styles, each named for what it marks.

use anstyle::{AnsiColor, Color, Effects, Style};

use crate::article::EntityType;

/// How each kind of thing looks. Without colours all are plain.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub headline: Style,
    /// What a query matched.
    pub matched: Style,
    /// The words of a quote.
    pub quote: Style,
    /// Facts beside the text: dates, counts, paths.
    pub faint: Style,
    /// The labels of a table or list.
    pub label: Style,
    /// What is worth a second look.
    pub notice: Style,
    pub removed: Style,
    pub added: Style,
    pub person: Style,
    organization: Style,
    place: Style,
    other: Style,
    /// Whether there are any colours.
    pub colored: bool,
}

impl Palette {
    pub fn new(colored: bool) -> Self {
        if !colored {
            let plain = Style::new();
            return Palette {
                headline: plain,
                matched: plain,
                quote: plain,
                faint: plain,
                label: plain,
                notice: plain,
                removed: plain,
                added: plain,
                person: plain,
                organization: plain,
                place: plain,
                other: plain,
                colored,
            };
        }
        let color = |c: AnsiColor| c.on_default();
        Palette {
            headline: Style::new().bold(),
            matched: color(AnsiColor::Yellow).bold(),
            quote: color(AnsiColor::Green),
            faint: Style::new().dimmed(),
            label: Style::new().bold(),
            notice: color(AnsiColor::Yellow),
            removed: color(AnsiColor::Red).strikethrough(),
            added: color(AnsiColor::Green).bold(),
            person: color(AnsiColor::Cyan),
            organization: color(AnsiColor::Magenta),
            place: color(AnsiColor::Blue),
            other: Style::new().italic(),
            colored,
        }
    }

    pub fn entity(&self, kind: EntityType) -> Style {
        match kind {
            EntityType::Person => self.person,
            EntityType::Organization => self.organization,
            EntityType::Place => self.place,
            EntityType::Group | EntityType::Misc => self.other,
        }
    }
}

/// A style on top of another: its colours win, effects add up.
pub fn over(below: Style, above: Style) -> Style {
    let pick = |a: Option<Color>, b: Option<Color>| a.or(b);
    let effects: Effects = below.get_effects() | above.get_effects();
    Style::new()
        .fg_color(pick(above.get_fg_color(), below.get_fg_color()))
        .bg_color(pick(above.get_bg_color(), below.get_bg_color()))
        .underline_color(pick(above.get_underline_color(), below.get_underline_color()))
        .effects(effects)
}
