//! One convention for names from several hands.
//!
//! The annotators of the world-wide news did not agree on places ("Durban, South Africa" as one or two, "southern
//! Nigeria" with or without its "southern"). They did agree that a name inside another cuts it ("University of" + "Cape
//! Town"): that is kept, and whole names are made of the pieces when they are resolved.

use crate::corpus::Annotated;
use newsdex::article::{EntityType, Span};

/// Takes places apart, and from what only says where in them.
pub fn places(a: &mut Annotated) {
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
