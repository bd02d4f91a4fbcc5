//! Names: which words name someone or something, and which names are one.
//!
//! Recognition is a linear-chain model over hashed features ([`recognise`]), trained on news from all continents; what
//! it finds are mentions. Resolution joins the mentions of one article to entities ([`resolve`]): the surname to the
//! full name, the acronym to what it stands for.

pub mod feature;
pub mod label;
pub mod lexicon;
pub mod recognise;
mod resolve;

use crate::article::Article;
use recognise::Model;

/// Fills `mentions` and `entities` from the text, its tokens, sentences and zones.
pub fn annotate(article: &mut Article) {
    let names = Model::get().names(article);
    resolve::resolve(article, names);
}
