//! One convention for names from several hands.
//!
//! The annotators of the world-wide news did not agree on places ("Durban, South Africa" as one or two, "southern
//! Nigeria" with or without its "southern"), and names inside names were flattened, the inner one cutting the outer
//! ("University of" + "Cape Town"). A reader searches for whole names.

use crate::corpus::Annotated;
use newsdex::article::{EntityType, Span};

/// Names as newsdex wants them.
pub fn names(a: &mut Annotated) {
    places(a);
    whole(a);
}

fn places(a: &mut Annotated) {
    let mut names = Vec::with_capacity(a.names.len());
    for &(span, kind) in &a.names {
        if kind != EntityType::Place {
            names.push((span, kind));
            continue;
        }
        let mut start = span.start as usize;
        for part in span.of(&a.text).split_inclusive(", ") {
            let mut piece = Span::new(start, start + part.trim_end_matches([',', ' ']).len());
            start += part.len();
            while let Some((word, _)) = piece.of(&a.text).split_once(' ').filter(|(word, _)| points(word)) {
                piece = Span::new(piece.start as usize + word.len() + 1, piece.end as usize);
            }
            if piece.of(&a.text).starts_with(char::is_uppercase) {
                names.push((piece, kind));
            }
        }
    }
    a.names = names;
}

/// Whether a word before a place only says where in or of it.
fn points(word: &str) -> bool {
    matches!(word, "in" | "the" | "central" | "north" | "south" | "east" | "west")
        || (word.ends_with("ern") && word.starts_with(char::is_lowercase))
}

/// Joins names that were cut by names inside them.
fn whole(a: &mut Annotated) {
    use EntityType::{Group, Misc, Organization, Person, Place};
    let mut names: Vec<(Span, EntityType)> = Vec::with_capacity(a.names.len());
    for &(span, kind) in &a.names {
        let Some((before, first)) = names.last_mut() else {
            names.push((span, kind));
            continue;
        };
        let gap = a.text.get(before.end as usize..span.start as usize).unwrap_or(".");
        let (x, y) = (before.of(&a.text), span.of(&a.text));
        let touches = gap.chars().all(char::is_whitespace) && !gap.contains('\n');
        let capital = y.starts_with(char::is_uppercase);
        let open = x.ends_with(" of") || x.ends_with(" for") || x.ends_with(" de") || x.ends_with(" the");
        let joined = match (*first, kind) {
            (Organization, Place | Group | Person) if open => Some(Organization),
            (Place | Group | Person, Organization) if capital => Some(Organization),
            (Misc, Place | Group) if open => Some(Misc),
            (Group, Place) if capital => Some(Place),
            (Place, Place) if capital && gap == " " && !x.contains(',') => Some(Place),
            (Place, Misc) | (Group, Misc) if capital => Some(Misc),
            (Organization, Organization) if open => Some(Organization),
            _ => None,
        };
        match joined.filter(|_| touches) {
            Some(kind) => (*before, *first) = (before.cover(span), kind),
            None => names.push((span, kind)),
        }
    }
    a.names = names;
}
