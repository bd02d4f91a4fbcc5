//! What single lines of a page say: sentences, labels, appeals to the reader.

use super::date;

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
    "a lire aussi",
    "à lire :",
    "à lire:",
    "à voir aussi",
    "lire également",
    "sur le même sujet",
    "abonnez-vous",
    "partager",
    "leer también",
    "lea también",
    "lee también",
    "leer más",
    "le puede interesar",
    "te puede interesar",
    "más información",
    "ver también",
    "suscríbete",
    "compartir",
    "leia também",
    "leia mais",
    "veja também",
    "saiba mais",
    "lees ook",
    "lees meer",
    "lesen sie auch",
    "lesen sie mehr",
    "auch interessant",
    "mehr dazu",
    "mehr zum thema",
    "leggi anche",
    "leggi tutto",
    "potrebbe interessarti",
    "läs också",
    "läs även",
    "läs mer",
    "les også",
    "læs også",
    "lue myös",
    "czytaj też",
    "czytaj także",
    "czytaj również",
    "zobacz też",
    "zobacz także",
    "zobacz również",
    "čtěte také",
    "čítajte aj",
    "citește și",
    "ayrıca okuyun",
    "ilgili haber",
    "baca juga",
    "xem thêm",
    "читайте также",
    "читать также",
    "смотрите также",
    "читайте також",
    "διαβάστε επίσης",
    "διαβάστε ακόμη",
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "اقرأ المزيد",
    "بیشتر بخوانید",
    "קראו גם",
    "यह भी पढ़ें",
    "ये भी पढ़ें",
    "আরও পড়ুন",
    "อ่านเพิ่มเติม",
    "ข่าวที่เกี่ยวข้อง",
    "関連記事",
    "あわせて読みたい",
    "相关阅读",
    "相关新闻",
    "延伸閱讀",
    "责任编辑",
    "관련기사",
    "foto:",
    "anzeige",
    "newsletter",
    "like this story",
    "like this article",
    "like what you",
    "enjoy this",
    "enjoyed this",
    "want more",
    "read the original",
    "read or share this",
    "story highlights",
    "next page",
    "previous page",
    "page 1 of",
    "page 2 of",
    "page 3 of",
    "since you're here",
    "since you’re here",
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
    "small favour to ask",
    "small favor to ask",
    "support our journalism",
    "support independent journalism",
    "we use cookies",
    "uses cookies to",
    "our use of cookies",
    "we and our partners",
    "personalised ads and content",
    "personalized ads and content",
    "cookie policy",
];

/// What lines are made of that only show buttons.
const BUTTONS: &[&str] = &[
    "bookmark",
    "comment",
    "comments",
    "copy",
    "email",
    "facebook",
    "flipboard",
    "font",
    "instagram",
    "like",
    "link",
    "linkedin",
    "messenger",
    "more",
    "pin",
    "pinterest",
    "pocket",
    "print",
    "reddit",
    "save",
    "share",
    "shares",
    "size",
    "telegram",
    "text",
    "tumblr",
    "tweet",
    "tweets",
    "twitter",
    "via",
    "viber",
    "whatsapp",
    "and",
    "on",
    "this",
    "a",
    "article",
    "story",
    "x",
];

/// Whether a line is an appeal or a label of the site, not the article's.
pub fn is_appeal(text: &str) -> bool {
    let words = words(text);
    if words > 60 {
        return false;
    }
    let low = text.to_lowercase();
    if SAYINGS.iter().any(|s| low.contains(s)) {
        return true;
    }
    words <= 35 && (opens_as_appeal(&low, words) || closes_as_teaser(&low) || is_buttons(&low) || is_imprint(&low))
}

/// A line in small letters that begins as appeals do. What is quoted is somebody's.
fn opens_as_appeal(low: &str, words: usize) -> bool {
    let quoted = low.starts_with(['"', '“', '„', '«', '»', '‘', '「', '『']);
    let start = low.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©');
    // A whole word, and for the everyday ones no sentence: "Share your opinion with care, he said."
    let opens = |o: &str| start.strip_prefix(o).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    !(quoted && words > 6) && (OPENINGS.iter().any(|o| opens(o)) || is_contact(start, words))
}

/// How to follow or reach the writer.
fn is_contact(low: &str, words: usize) -> bool {
    let net = ["twitter", "facebook", "instagram", "@"].iter().any(|n| low.contains(n));
    let asked = ["follow ", "email ", "e-mail ", "contact ", "reach "].iter().any(|o| low.starts_with(o));
    words <= 25 && net && (asked || low.contains(" can be reached ") || low.contains(" can be followed "))
}

fn closes_as_teaser(low: &str) -> bool {
    let end = low.trim_end_matches(|c: char| !c.is_alphanumeric());
    let closes = |c: &str| end.strip_suffix(c).is_some_and(|before| before.ends_with(char::is_whitespace));
    !ends_sentence(low) && CLOSINGS.iter().any(|c| closes(c))
}

/// A line with a sign of copyright before a year.
fn is_imprint(low: &str) -> bool {
    let year = |rest: &str| rest.trim_start().get(..2).is_some_and(|y| y == "19" || y == "20");
    ["©", "(c)", "copyright"].iter().any(|sign| low.split(sign).skip(1).any(year))
}

/// Words of buttons alone, at least two.
fn is_buttons(low: &str) -> bool {
    let words = || low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words().nth(1).is_some()
        && words().all(|w| BUTTONS.contains(&w) || w.bytes().all(|b| b.is_ascii_digit()))
        && words().any(|w| BUTTONS.contains(&w) && w.len() > 3)
}

/// Whether a line says when the page was published, or is a date.
pub fn is_stamp(text: &str) -> bool {
    let low = text.to_lowercase();
    let says = [
        "published",
        "updated",
        "posted",
        "publié",
        "mis à jour",
        "publicado",
        "actualizado",
        "aktualisiert",
        "pubblicato",
    ];
    !ends_sentence(text) && date::is_whole_date(text) && (words(text) <= 8 || says.iter().any(|s| low.contains(s)))
}
