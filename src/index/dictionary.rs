//! The terms of one field in one segment, walked along chosen paths.
//!
//! tantivy streams the terms that an automaton accepts, but reads every node that a path could go on to before it asks
//! whether it may: at the root of a dictionary that is some hundred nodes for one that is wanted, each a miss of the
//! cache, and it was most of what a short question cost. Here the same finite-state transducer is walked by asking
//! first. Nothing is built or kept for it: it is opened from the segment's file, as tantivy does.

use std::io;

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;
use tantivy_fst::Automaton;
use tantivy_fst::raw::{Fst, Node};

/// Behind the transducer and the entries: the entries' length in bytes (8), and two versions (4 each).
const FOOTER: usize = 16;

/// The dictionary of a field.
pub struct Dictionary {
    terms: TermDictionary,
    fst: Fst<OwnedBytes>,
}

impl Dictionary {
    /// Opens the field's part of a file of terms.
    pub fn open(file: FileSlice) -> io::Result<Dictionary> {
        // It holds the versions against its own, so the layout is known.
        let terms = TermDictionary::open(file.clone())?;
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the dictionary is damaged");
        let footer = file.len().checked_sub(FOOTER).ok_or_else(damaged)?;
        let length = file.slice(footer..footer + 8).read_bytes()?;
        let length = u64::from_le_bytes(length.as_slice().try_into().map_err(|_| damaged())?);
        let end = usize::try_from(length).ok().and_then(|length| footer.checked_sub(length)).ok_or_else(damaged)?;
        let fst = Fst::new(file.slice_to(end).read_bytes()?).map_err(io::Error::other)?;
        Ok(Dictionary { terms, fst })
    }

    /// Of a field without terms.
    pub fn empty() -> io::Result<Dictionary> {
        let nothing = tantivy::termdict::TermDictionaryBuilder::create(Vec::new())?.finish()?;
        Dictionary::open(FileSlice::from(nothing))
    }

    /// Where the postings of a term are.
    pub fn get(&self, term: impl AsRef<[u8]>) -> io::Result<Option<TermInfo>> {
        self.terms.get(term)
    }

    /// Hands over, in order, the terms that an automaton accepts.
    pub fn search<A: Automaton>(
        &self,
        automaton: &A,
        mut found: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        struct Open<'f, S> {
            node: Node<'f>,
            state: S,
            next: usize,
        }
        let (root, start) = (self.fst.root(), automaton.start());
        let mut term = Vec::new();
        if root.is_final() && automaton.is_match(&start) {
            found(&term)?;
        }
        let mut path = vec![Open { node: root, state: start, next: 0 }];
        while let Some(open) = path.last_mut() {
            if open.next == open.node.len() {
                path.pop();
                term.pop();
                continue;
            }
            let transition = open.node.transition(open.next);
            open.next += 1;
            let state = automaton.accept(&open.state, transition.inp);
            if !automaton.can_match(&state) {
                continue;
            }
            let node = self.fst.node(transition.addr);
            term.push(transition.inp);
            if node.is_final() && automaton.is_match(&state) {
                found(&term)?;
            }
            path.push(Open { node, state, next: 0 });
        }
        Ok(())
    }
}
