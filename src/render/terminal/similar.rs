//! What else there is on the subject of an article.

use std::io::{self, Write};

use super::{DOT, Page, Piece, count, facts};
use crate::search::similar::{Near, Similar};

/// Writes the other printings of an article, then what is related to it, the nearest first.
pub fn similar(page: &mut Page<impl Write>, similar: &Similar) -> io::Result<()> {
    let label = page.palette.label;
    if !similar.duplicates.is_empty() {
        page.line(&[Piece::new("The same copy", label)])?;
        for near in &similar.duplicates {
            let shared = format!("{:.0} % of the text", near.shared * 100.0);
            self::near(page, near, shared)?;
        }
    }
    if !similar.related.is_empty() {
        if !similar.duplicates.is_empty() {
            page.blank()?;
        }
        page.line(&[Piece::new("Related", label)])?;
        for near in &similar.related {
            let mut why = near.names.clone();
            if near.copies > 0 {
                why.push(format!("and {}", count(near.copies as u64, "other printing", "other printings")));
            }
            self::near(page, near, why.join(DOT))?;
        }
    }
    Ok(())
}

fn near(page: &mut Page<impl Write>, near: &Near, why: String) -> io::Result<()> {
    let palette = page.palette;
    page.prose(2, &[Piece::new(near.article.headline().unwrap_or("(no headline)"), palette.headline)])?;
    page.prose(4, &[Piece::new(facts(&near.article).join(DOT), palette.faint)])?;
    page.prose(4, &[Piece::new(why, palette.person)])
}
