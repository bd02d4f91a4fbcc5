//! Names: which words name someone or something, and which names are one.
//!
//! Recognition is a linear-chain model over hashed features ([`recognise`]), trained on news from all continents; what
//! it finds is mended by what it cannot see ([`mend`]) and completed by names whose form says enough ([`given`],
//! [`defined`]): these are the mentions. Resolution joins the mentions of one article to entities ([`resolve`]): the
//! surname to the full name, the acronym to what it stands for. [`person`] reads gender and roles beside the names.

mod defined;
pub mod feature;
mod given;
pub mod label;
pub mod lexicon;
mod lists;
pub mod memory;
mod mend;
mod person;
pub mod recognise;
mod resolve;

use crate::article::Article;
use recognise::{Model, Scratch};
use std::cell::RefCell;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::of(Model::get()));
}

/// Fills `mentions` and `entities` from the text, its tokens, sentences and zones.
pub fn annotate(article: &mut Article) {
    SCRATCH.with_borrow_mut(|scratch| annotate_with(article, Model::get(), scratch));
}

/// As [`annotate`], by a model of one's own.
pub fn annotate_with(article: &mut Article, model: &Model, scratch: &mut Scratch) {
    let names = model.names(article, scratch);
    let mut names = mend::mend(article, &model.lexicon, names);
    given::add(article, &mut names);
    defined::mend(article, &mut names);
    resolve::resolve(article, &model.lexicon, names);
}
