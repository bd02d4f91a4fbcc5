//! What single lines of a page say: sentences, labels, appeals to the reader.

/// How many words a text has; scripts without spaces count two characters a word.
pub fn words(text: &str) -> usize {
    let solo = |c: char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let solos = if text.is_ascii() { 0 } else { text.chars().filter(|c| solo(*c)).count() };
    text.split_whitespace().count() + solos / 2
}

/// Whether a text ends as a sentence does.
pub fn ends_sentence(text: &str) -> bool {
    let closing =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '“' | '」' | '』');
    text.trim_end_matches(closing).ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '।', '؟', ';'])
}

/// A text without case, marks and spaces.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two lines are the same but for case, marks and spaces.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    !a.is_empty() && a == b
}

/// How lines begin that ask the reader to do something, or say what a picture or link is.
const OPENINGS: &[&str] = &[
    "advertisement",
    "article continues",
    "also read",
    "as it happened:",
    "click here",
    "click to",
    "comments are closed",
    "comments on this",
    "contact the author",
    "continue reading",
    "copyright ©",
    "download our",
    "download the",
    "download now",
    "email address",
    "enter your email",
    "filed under",
    "find us on",
    "follow @",
    "follow him on",
    "follow her on",
    "follow the author",
    "follow us",
    "for more news",
    "get breaking news",
    "get our daily",
    "get the latest",
    "get the best",
    "getty images",
    "have something to add",
    "image caption",
    "image copyright",
    "image credit",
    "image source",
    "image:",
    "in pictures:",
    "join our",
    "join the conversation",
    "join us on",
    "like us on",
    "listen:",
    "last updated",
    "last modified",
    "loading",
    "media caption",
    "media playback",
    "more:",
    "more on this",
    "more from",
    "more coverage",
    "more news",
    "more stories",
    "most read",
    "must read",
    "our journalism",
    "our standards:",
    "originally published",
    "first published",
    "photo:",
    "photo by",
    "photo credit",
    "photos:",
    "photograph:",
    "picture:",
    "please enable",
    "please sign",
    "please subscribe",
    "posted in",
    "privacy policy",
    "published in",
    "read also",
    "read more",
    "read next",
    "read the full",
    "recommended for you",
    "recommended:",
    "register for",
    "related articles",
    "related article",
    "related content",
    "related coverage",
    "related posts",
    "related reading",
    "related story",
    "related stories",
    "related:",
    "related topics",
    "reuse content",
    "scroll down",
    "see also",
    "see more",
    "send us",
    "share on",
    "share this",
    "share via",
    "share your",
    "sign up",
    "sign in",
    "skip to",
    "sponsored",
    "story continues",
    "subscribe",
    "tags:",
    "support our",
    "top stories",
    "trending",
    "thank you for",
    "thanks for",
    "this site uses",
    "this website uses",
    "topics:",
    "to comment on",
    "try newsletter",
    "tweet this",
    "update your",
    "video:",
    "view all",
    "view comments",
    "view gallery",
    "view more",
    "watch:",
    "watch now",
    "watch live",
    "watch the video",
    "we use cookies",
    "what do you think",
    "you can follow",
    "you can unsubscribe",
    "you may also",
    "you might also",
    "your email",
    "already a subscriber",
    "published:",
    "updated:",
    "© ",
    "lire aussi",
    "à lire aussi",
    "abonnez-vous",
    "partager",
    "leer también",
    "lea también",
    "le puede interesar",
    "suscríbete",
    "compartir",
    "leia também",
    "lees ook",
    "lesen sie auch",
    "mehr zum thema",
    "leggi anche",
    "foto:",
    "anzeige",
    "newsletter",
];

/// How teasers end, and what only a page says of itself.
const CLOSINGS: &[&str] = &["full article", "full story", "read more", "continue reading", "learn more", "see more"];
const SAYINGS: &[&str] = &[
    "all rights reserved",
    "javascript is currently",
    "javascript is disabled",
    "not supported by your",
    "no longer supported",
    "your browser does not",
    "old web browser",
    "our newsletter",
    "sign up for our",
    "you have reached your limit",
    "opens in a new window",
    "using an outdated browser",
];

/// Whether a short line is an appeal or a label of the site, not the article's.
pub fn is_appeal(text: &str) -> bool {
    if words(text) > 35 {
        return false;
    }
    let start: String = text.chars().take(40).flat_map(char::to_lowercase).collect();
    let start = start.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©');
    OPENINGS.iter().any(|o| {
        start.strip_prefix(o).is_some_and(|rest| {
            // A whole word, and for the everyday ones no sentence: "Share your opinion with care, he said."
            !rest.starts_with(char::is_alphanumeric)
        })
    }) || {
        let low = text.to_lowercase();
        let end = low.trim_end_matches(|c: char| !c.is_alphanumeric());
        SAYINGS.iter().any(|s| low.contains(s))
            || CLOSINGS.iter().any(|c| end.strip_suffix(c).is_some_and(|before| before.ends_with(char::is_whitespace)))
                && !ends_sentence(text)
    }
}
