//! Furniture: lines that stand among an article's paragraphs and are not the article.
//!
//! Captions and credits of pictures, calls to subscribe or read on, copyright, the desk's credits, end marks. Only what
//! is unmistakable from the line itself; what one outlet repeats from article to article is learned from the archive by
//! `index`. Nothing is removed: a zone says what the line is.

use super::layout;
use crate::article::ZoneKind;

/// What a paragraph is, if it is furniture.
pub fn kind(paragraph: &str) -> Option<ZoneKind> {
    // Furniture is short, and a letter tells which list to look at.
    if paragraph.len() > 400 {
        return None;
    }
    if layout::is_end(paragraph) {
        return Some(ZoneKind::Boilerplate);
    }
    let line = paragraph.trim_start_matches(['(', '[', '*', '>', '»', '–', '—', '-', '+', '•', ' ', '/', '©']);
    let mut low = [0u8; 48];
    let n = line.len().min(low.len());
    low[..n].copy_from_slice(&line.as_bytes()[..n]);
    low.make_ascii_lowercase();
    let low = &low[..n];
    let starts = |list: &[(&str, usize)]| {
        // The lists are in order, and the first byte spares nearly all comparisons.
        let from = list.partition_point(|(prefix, _)| prefix.as_bytes().first() < low.first());
        let likely = list[from..].iter().take_while(|(prefix, _)| low.first() == prefix.as_bytes().first());
        likely.into_iter().any(|(prefix, longest)| {
            low.starts_with(prefix.as_bytes())
                && paragraph.len() <= *longest
                // A whole word: "comments", not "commentsary".
                && !low.get(prefix.len()).is_some_and(|b| b.is_ascii_alphanumeric() && prefix.ends_with(|c: char| c.is_alphabetic()))
        })
    };
    if paragraph.starts_with('©') || starts(BOILERPLATE) || ends_boilerplate(paragraph) {
        return Some(ZoneKind::Boilerplate);
    }
    (starts(CAPTIONS) || ends_caption(paragraph)).then_some(ZoneKind::Caption)
}

/// How such lines begin (lower case), and how long they are at most, in bytes: a long one is prose that begins so, too.
const BOILERPLATE: &[(&str, usize)] = &[
    ("advertisement", 80),
    ("advertising", 20),
    ("all rights reserved", 200),
    ("also on ", 120),
    ("also read", 160),
    ("article continues", 80),
    ("blog post continued", 80),
    ("click here", 160),
    ("click to ", 120),
    ("comments", 20),
    ("continue reading", 120),
    ("copyright ©", 300),
    ("copyright (c)", 300),
    ("copyright 19", 300),
    ("copyright 20", 300),
    ("download our app", 160),
    ("download the ", 120),
    ("editing by ", 300),
    ("follow us on", 160),
    ("for more news", 160),
    ("for more on ", 160),
    ("get breaking news", 200),
    ("get our ", 120),
    ("get the latest", 200),
    ("have a tip", 200),
    ("join our ", 160),
    ("join the conversation", 160),
    ("keep reading", 80),
    ("like us on", 160),
    ("listen to this article", 120),
    ("loading", 20),
    ("more:", 200),
    ("more from ", 120),
    ("more on this", 120),
    ("most read", 60),
    ("newsletter sign", 200),
    ("our standards:", 120),
    ("post continues", 80),
    ("print this", 60),
    ("read also", 160),
    ("read full article", 80),
    ("read more", 200),
    ("read next", 160),
    ("read our ", 120),
    ("read the full", 120),
    ("recommended for you", 60),
    ("recommended stories", 60),
    ("related:", 200),
    ("related article", 200),
    ("related content", 120),
    ("related stories", 120),
    ("related story", 200),
    ("reported by:", 200),
    ("reporting by ", 400),
    ("scroll down", 80),
    ("see also", 200),
    ("share on ", 60),
    ("share this", 80),
    ("sign up for", 240),
    ("sign up here", 160),
    ("sign up to", 240),
    ("skip to ", 60),
    ("story continued below", 80),
    ("story continues", 80),
    ("subscribe", 160),
    ("support our journalism", 200),
    ("tap here", 120),
    ("the associated press contributed", 200),
    ("this material may not be published", 300),
    ("trending", 40),
    ("view comments", 40),
    ("watch live", 120),
    ("watch:", 200),
    ("writing by ", 300),
];

const CAPTIONS: &[(&str, usize)] = &[
    ("ap photo", 200),
    ("caption:", 400),
    ("credit:", 160),
    ("enlarge this image", 160),
    ("enlarge / ", 400),
    ("file photo", 400),
    ("file - in this", 400),
    ("file – in this", 400),
    ("file: ", 300),
    ("getty images", 80),
    ("hide caption", 160),
    ("image caption", 300),
    ("image copyright", 160),
    ("image source", 160),
    ("image:", 300),
    ("media caption", 300),
    ("open this photo in gallery", 400),
    ("photo by ", 200),
    ("photo credit", 200),
    ("photo:", 300),
    ("photograph:", 300),
    ("photos by ", 200),
    ("picture:", 300),
    ("pictured:", 300),
    ("play video", 120),
    ("toggle caption", 160),
];

fn ends_boilerplate(line: &str) -> bool {
    line.ends_with("All rights reserved.") && line.len() <= 300
}

/// A credit of a picture at the end of its caption.
fn ends_caption(line: &str) -> bool {
    let end = line.trim_end_matches([')', '.', ' ', ']']);
    end.len() <= 300
        && (["hide caption", "toggle caption", "/Getty Images", "/AP Photo", "via Getty Images", "via AP"]
            .iter()
            .any(|s| end.ends_with(s))
            || line.ends_with(')') && line.rfind("(AP Photo").is_some_and(|at| line.len() - at < 60)
            || line.ends_with(')') && line.rfind("(Photo by ").is_some_and(|at| line.len() - at < 80)
            // Hardly any paragraph has one, and all are asked.
            || end.contains(": ")
                && CREDITS.iter().any(|c| end.rfind(c).is_some_and(|at| is_credit(&end[at + c.len()..]))))
}

/// What stands before the name of who took a picture.
const CREDITS: &[&str] = &[
    "Photo: ",
    "Photos: ",
    "Photograph: ",
    "Picture: ",
    "Image: ",
    "Credit: ",
    "Foto: ",
    "Bild: ",
    "Photo : ",
    "Crédit : ",
];

/// A name or two, and no sentence.
fn is_credit(names: &str) -> bool {
    names.len() <= 60
        && names.starts_with(char::is_uppercase)
        && !names.contains(". ")
        && names.split_whitespace().count() <= 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use ZoneKind::{Boilerplate, Caption};

    #[test]
    fn lists_are_in_the_order_of_their_first_letters() {
        for list in [BOILERPLATE, CAPTIONS] {
            assert!(list.is_sorted_by_key(|(prefix, _)| prefix.as_bytes()[0]));
        }
    }

    #[test]
    fn lines_that_are_not_the_article() {
        for (line, is) in [
            ("Sign up for our newsletter", Some(Boilerplate)),
            ("ADVERTISEMENT", Some(Boilerplate)),
            ("Read more: The harbour reopens", Some(Boilerplate)),
            ("(Reporting by Jane Doe in Tarn; Editing by John Roe)", Some(Boilerplate)),
            ("© 2021 The Tarn Courier. All rights reserved.", Some(Boilerplate)),
            ("Copyright 2021 The Tarn Courier", Some(Boilerplate)),
            ("Reuter", Some(Boilerplate)),
            ("FILE PHOTO: The harbour of Tarn in May", Some(Caption)),
            ("The harbour of Tarn in May. (AP Photo/Jane Doe)", Some(Caption)),
            ("The harbour of Tarn in May, before the storm. Photo: Jane Doe/Tarn Courier", Some(Caption)),
            ("The harbour of Tarn in May Credit: Jane Doe", Some(Caption)),
            ("The bank said in a letter on Credit: the harbour of Tarn will have to pay more for it next year.", None),
            ("Copyright law is to change next year, the council of Tarn said.", None),
            ("Subscribers to the service will pay more.", None),
            ("\"Sign up for nothing,\" she said.", None),
            ("Comments by the mayor were not welcome.", None),
            ("", None),
        ] {
            assert_eq!(kind(line), is, "{line}");
        }
    }
}
