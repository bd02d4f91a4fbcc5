//! Labels of tokens: outside of names, or the first, inner, last or only token of a name of some type (BILOU).

use crate::article::EntityType;

/// Labels in all.
pub const LABELS: usize = 1 + 4 * TYPES.len();

const TYPES: [EntityType; 5] =
    [EntityType::Person, EntityType::Organization, EntityType::Place, EntityType::Group, EntityType::Misc];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    First,
    Inner,
    Last,
    Only,
}

/// A label as a number: 0 is outside.
pub type Label = u8;

pub fn label(kind: EntityType, part: Part) -> Label {
    let t = TYPES.iter().position(|&t| t == kind).unwrap_or(0);
    (1 + 4 * t + part as usize) as Label
}

/// What a label says; `None` outside of names.
pub fn meaning(label: Label) -> Option<(EntityType, Part)> {
    let n = (label as usize).checked_sub(1)?;
    let part = [Part::First, Part::Inner, Part::Last, Part::Only][n % 4];
    Some((*TYPES.get(n / 4)?, part))
}

/// Whether a label may follow another inside one region; a name does not run over its ends.
pub fn follows(next: Label, before: Label) -> bool {
    let open = |l| match meaning(l) {
        Some((t, Part::First | Part::Inner)) => Some(t),
        _ => None,
    };
    let goes_on = |l| match meaning(l) {
        Some((t, Part::Inner | Part::Last)) => Some(t),
        _ => None,
    };
    open(before) == goes_on(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole() {
        let l = |t, p| label(t, p);
        use EntityType::*;
        assert!(follows(l(Person, Part::Last), l(Person, Part::First)));
        assert!(!follows(l(Place, Part::Last), l(Person, Part::First)));
        assert!(!follows(0, l(Person, Part::First)));
        assert!(follows(0, l(Misc, Part::Only)));
        assert!((0..LABELS as Label).all(|a| a == 0 || meaning(a).map(|(t, p)| label(t, p)) == Some(a)));
    }
}
