//! Quotes as answers, ranked or grouped.

use std::io::{self, Write};

use anstyle::Style;

use super::marks::Marks;
use super::search::INFERRED;
use super::{DOT, Page, Piece, article, count, date, facts};
use crate::article::{Article, DateFrom};
use crate::search::quotes::{Quoted, by_article, by_speaker};

/// How quotes are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouped {
    /// Not at all: by rank.
    Ranked,
    Speaker,
    Article,
}

/// Writes quotes, each in its sentences, with who speaks and where.
pub fn quotes(page: &mut Page<impl Write>, list: &[Quoted], grouped: Grouped) -> io::Result<()> {
    let palette = page.palette;
    let groups: Vec<(Option<String>, Vec<usize>)> = match grouped {
        Grouped::Ranked => vec![(None, (0..list.len()).collect())],
        Grouped::Speaker => {
            let title = |(name, group): (Option<String>, Vec<usize>)| {
                let name = name.unwrap_or_else(|| "No name given".into());
                (Some(format!("{name}{DOT}{}", count(group.len() as u64, "quote", "quotes"))), group)
            };
            by_speaker(list).into_iter().map(title).collect()
        }
        Grouped::Article => {
            let title = |group: Vec<usize>| {
                let first = group.first().and_then(|&i| list.get(i));
                (first.map(|q| q.article.headline().unwrap_or(&q.article.id).to_owned()), group)
            };
            by_article(list).into_iter().map(title).collect()
        }
    };
    for (g, (title, group)) in groups.into_iter().enumerate() {
        if let Some(title) = title {
            if g > 0 {
                page.blank()?;
            }
            page.prose(0, &[Piece::new(title, palette.headline)])?;
        }
        for (i, quoted) in group.into_iter().filter_map(|i| list.get(i)).enumerate() {
            if i > 0 {
                page.blank()?;
            }
            one(page, quoted, grouped)?;
        }
    }
    Ok(())
}

fn one(page: &mut Page<impl Write>, quoted: &Quoted, grouped: Grouped) -> io::Result<()> {
    let palette = page.palette;
    let a = &*quoted.article;
    let mut marks = Marks::default();
    marks.layer(quoted.quote().into_iter().flat_map(|q| &q.parts).map(|&part| (part, palette.quote)));
    marks.matched(&quoted.highlights, &palette);
    let rank = Piece::new(format!("{:>2}  ", quoted.rank), palette.faint);
    page.item(rank, 4, &marks.pieces(&a.text, quoted.context(), Style::new()))?;

    let mut under = Vec::new();
    if grouped != Grouped::Speaker {
        under
            .push(Piece::new(quoted.quote().map_or_else(String::new, |q| article::speaker(q, &a.text)), palette.quote));
        under.push(Piece::new(DOT, palette.faint));
    }
    let mut facts = facts(a);
    if quoted.inferred {
        facts.push(INFERRED.to_owned());
    }
    under.push(Piece::new(facts.join(DOT), palette.faint));
    page.item(Piece::new("    — ", palette.quote), 6, &under)?;
    let mut others: Vec<_> = quoted.others.iter().take(NAMED).map(|a| printing(a)).collect();
    if quoted.others.len() > NAMED {
        others.push(format!("and {} more", quoted.others.len() - NAMED));
    }
    if !others.is_empty() {
        page.prose(6, &[Piece::new(format!("also in {}", others.join(DOT)), palette.faint)])?;
    }
    Ok(())
}

/// Other printings that are named; the rest are counted.
const NAMED: usize = 5;

/// `Courier 26 Mar 2023`
fn printing(a: &Article) -> String {
    let day = a.published.filter(|_| a.published_from != Some(DateFrom::File)).map(date);
    let facts: Vec<String> = a.source.clone().into_iter().chain(day).collect();
    if a.source.is_none() { a.id.clone() } else { facts.join(" ") }
}
