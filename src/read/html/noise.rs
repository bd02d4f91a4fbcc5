//! What on a page is not the article, told by what the page's makers call it.
//!
//! Tags (`nav`, `aside`), roles and the words of classes and ids (`related-links`, `shareBar`, `newsletter_signup`)
//! name most of what surrounds an article. A name alone is not trusted: what holds most of a page's text is the
//! article, whatever it is called (`has-sidebar`, `comments-open`); see [`super::body`].

use scraper::node::Element;

/// Why something is not the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noise {
    /// Around the article as a rule, but pages are also wrapped in it (`form`, `header`, `widget`).
    Likely,
    /// Other articles, and the site's own matters (`related`, `newsletter`).
    Surely,
    /// What no article is ever wrapped in (`comments`, `nav`).
    Always,
}

/// Words that name readers' text and the page's frame.
const ALWAYS: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "comentarios",
    "comment",
    "commentaires",
    "commentarea",
    "commentlist",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "disqus",
    "footer",
    "gdpr",
    "kommentare",
    "livefyre",
    "login",
    "nav",
    "navbar",
    "navigation",
    "outbrain",
    "pingbacks",
    "register",
    "registration",
    "respond",
    "sharedaddy",
    "taboola",
    "trackbacks",
    "usercomments",
];

/// Words that name other articles and the site's own matters.
const SURELY: &[&str] = &[
    "ad",
    "addthis",
    "addtoany",
    "ads",
    "adsense",
    "advert",
    "advertisement",
    "advertising",
    "advertorial",
    "authorbio",
    "bio",
    "bottombar",
    "byline",
    "bylines",
    "caption",
    "captions",
    "carousel",
    "copyright",
    "credit",
    "credits",
    "crosslinks",
    "dfp",
    "disclaimer",
    "discussion",
    "donate",
    "donation",
    "emailsignup",
    "hashtags",
    "hidden",
    "keywords",
    "lightbox",
    "linklist",
    "masthead",
    "menu",
    "modal",
    "morestories",
    "mostpopular",
    "mostread",
    "newsletter",
    "newsletters",
    "noprint",
    "offscreen",
    "oldbrowser",
    "oldbrowsers",
    "olderbrowsers",
    "browsehappy",
    "pager",
    "pagination",
    "pingback",
    "poll",
    "popular",
    "popup",
    "postmeta",
    "promo",
    "promos",
    "promotion",
    "readmore",
    "recirc",
    "recirculation",
    "recommendation",
    "recommendations",
    "recommended",
    "related",
    "relateds",
    "replies",
    "revcontent",
    "seealso",
    "share",
    "sharebar",
    "sharetools",
    "shariff",
    "sharing",
    "signin",
    "signup",
    "skiplink",
    "slideshow",
    "social",
    "sociallinks",
    "socialshare",
    "sponsor",
    "sponsored",
    "sponsors",
    "subnav",
    "subscribe",
    "survey",
    "taglist",
    "tags",
    "teaser",
    "teasers",
    "timestamp",
    "toolbar",
    "topbar",
    "trackback",
    "trending",
    "upnext",
    "upsell",
    "visuallyhidden",
    "widgets",
    "yarpp",
    "zergnet",
];

/// Words that name what surrounds articles, and sometimes holds them.
const LIKELY: &[&str] = &[
    "alert",
    "archive",
    "archives",
    "aside",
    "author",
    "authors",
    "banner",
    "btn",
    "button",
    "buttons",
    "categories",
    "category",
    "cta",
    "dateline",
    "datetime",
    "embed",
    "eyebrow",
    "facebook",
    "factbox",
    "follow",
    "footnotes",
    "form",
    "gallery",
    "header",
    "hide",
    "image",
    "infobox",
    "inset",
    "instagram",
    "kicker",
    "label",
    "legal",
    "links",
    "logo",
    "membership",
    "meta",
    "metadata",
    "overlay",
    "photo",
    "pinterest",
    "player",
    "prev",
    "previous",
    "profile",
    "published",
    "pullquote",
    "rail",
    "rating",
    "ratings",
    "references",
    "sidebar",
    "sticky",
    "subscription",
    "tag",
    "terms",
    "thumb",
    "thumbnail",
    "toc",
    "tools",
    "topics",
    "tweet",
    "twitter",
    "video",
    "widget",
];

/// Two words in a row.
const PAIRS: &[(&str, &str)] = &[
    ("read", "more"),
    ("read", "also"),
    ("read", "next"),
    ("most", "read"),
    ("most", "popular"),
    ("see", "also"),
    ("more", "stories"),
    ("more", "news"),
    ("more", "from"),
    ("more", "on"),
    ("more", "like"),
    ("also", "read"),
    ("also", "like"),
    ("you", "may"),
    ("sign", "up"),
    ("author", "bio"),
    ("author", "info"),
    ("author", "box"),
    ("about", "author"),
    ("post", "meta"),
    ("entry", "meta"),
    ("article", "meta"),
    ("post", "footer"),
    ("entry", "footer"),
    ("article", "footer"),
    ("entry", "utility"),
    ("screen", "reader"),
    ("sr", "only"),
    ("up", "next"),
    ("site", "header"),
    ("page", "header"),
    ("sub", "nav"),
    ("print", "only"),
    ("in", "brief"),
    ("latest", "news"),
    ("latest", "stories"),
    ("top", "stories"),
    ("editors", "picks"),
    ("editor", "picks"),
    ("dont", "miss"),
    ("post", "tags"),
    ("article", "tags"),
    ("story", "tags"),
    ("tag", "list"),
    ("tag", "links"),
    ("cat", "links"),
    ("post", "navigation"),
    ("nav", "links"),
    ("rich", "link"),
    ("link", "list"),
    ("list", "links"),
    ("quick", "links"),
    ("key", "points"),
    ("image", "credit"),
    ("photo", "credit"),
    ("credit", "line"),
    ("media", "credit"),
    ("terms", "of"),
    ("back", "to"),
    ("jump", "to"),
    ("load", "more"),
    ("show", "more"),
    ("view", "comments"),
    ("email", "form"),
    ("inline", "newsletter"),
    ("call", "to"),
];

/// How words begin that name other articles and the site's own matters, whatever they are joined to: `relatedPosts`,
/// `newsletterbox`.
const STEMS: &[&str] =
    &["newsletter", "outbrain", "recommend", "related", "sharebutton", "socialmedia", "taboola", "trending"];

/// Words before which the next says what is lacking or beside: `no-sidebar`, `with-comments`, `has-ads`.
const BESIDE: &[&str] = &[
    "after", "before", "below", "has", "have", "hide", "is", "js", "lacks", "no", "non", "not", "show", "toggle",
    "type", "with", "without",
];

/// The attributes that say what an element is.
const NAMES: &[&str] = &["class", "id", "data-component", "data-testid", "data-qa", "data-module"];

/// What an element's own name, role and class say of it.
pub fn of(element: &Element) -> Option<Noise> {
    let by_tag = match element.name() {
        "nav" | "footer" => Some(Noise::Always),
        // A quotation, a post from elsewhere: part of the article, whatever it is called.
        "blockquote" => return None,
        "menu" | "figure" | "figcaption" | "address" => Some(Noise::Surely),
        "aside" | "header" | "form" | "fieldset" | "label" | "details" => Some(Noise::Likely),
        _ => None,
    };
    let by_role = match element.attr("role") {
        Some(
            "navigation" | "complementary" | "banner" | "contentinfo" | "dialog" | "search" | "menu" | "alert"
            | "toolbar",
        ) => Some(Noise::Surely),
        _ => None,
    };
    let hidden = element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || element.attr("style").is_some_and(|s| {
            let s: String = s.chars().filter(|c| !c.is_whitespace()).collect();
            s.contains("display:none") || s.contains("visibility:hidden")
        });
    // `amp-sidebar`, `gu-newsletter`: elements of a site's own are named like classes.
    let own = Some(element.name()).filter(|n| n.contains('-'));
    let by_class = NAMES.iter().map(|n| element.attr(n)).chain([own]).flatten().filter_map(named).max();
    by_tag.max(by_role).max(by_class).max(hidden.then_some(Noise::Surely))
}

/// What sites call the element that holds the body.
const BODIES: &[&[&str]] = &[
    &["articlebody"],
    &["storybody"],
    &["entrycontent"],
    &["articlecontent"],
    &["storycontent"],
    &["articletext"],
    &["storytext"],
    &["postcontent"],
    &["postbody"],
    &["newstext"],
    &["bodytext"],
    &["maincontent"],
    &["article", "body"],
    &["story", "body"],
    &["entry", "content"],
    &["post", "content"],
    &["post", "body"],
    &["article", "content"],
    &["article", "text"],
    &["story", "content"],
    &["story", "text"],
    &["body", "copy"],
    &["body", "content"],
    &["content", "body"],
    &["article", "copy"],
    &["rich", "text"],
    &["news", "text"],
    &["body", "text"],
    &["entry", "body"],
    &["article", "main"],
    &["article", "entry"],
    &["blog", "content"],
    &["single", "content"],
    &["story", "block"],
    &["text", "content"],
    &["page", "content"],
    &["story", "main"],
];

/// Whether an element says that it holds the body of an article.
pub fn is_body(element: &Element) -> bool {
    if !matches!(element.name(), "div" | "section" | "article" | "main" | "td" | "span") {
        return false;
    }
    let marked = ["itemprop", "property", "name"].iter().filter_map(|a| element.attr(a));
    if marked.flat_map(str::split_whitespace).any(|i| i.rsplit(':').next() == Some("articleBody")) {
        return true;
    }
    [element.attr("class"), element.attr("id")].into_iter().flatten().flat_map(str::split_whitespace).any(|name| {
        let words = words(name);
        BODIES.iter().any(|body| words.windows(body.len()).any(|w| w.iter().zip(*body).all(|(a, b)| a == b)))
    })
}

/// What a class or id says.
fn named(value: &str) -> Option<Noise> {
    value
        .split_whitespace()
        .filter_map(|name| {
            let words = words(name);
            // What an article is about, as WordPress writes it: `tag-newsletter`, `category-video`.
            if let [first, second, ..] = words.as_slice()
                && matches!(first.as_str(), "tag" | "category")
                && !matches!(second.as_str(), "list" | "links" | "cloud" | "label" | "name")
            {
                return None;
            }
            let known = |list: &[&str], word: &str| list.contains(&word);
            let mut noise = None;
            for (i, word) in words.iter().enumerate() {
                let before = i.checked_sub(1).and_then(|i| words.get(i)).map(String::as_str);
                if before.is_some_and(|b| known(BESIDE, b)) {
                    continue;
                }
                if known(ALWAYS, word) {
                    return Some(Noise::Always);
                }
                if known(SURELY, word)
                    || STEMS.iter().any(|s| word.starts_with(s))
                    || before.is_some_and(|b| PAIRS.contains(&(b, word.as_str())))
                {
                    return Some(Noise::Surely);
                }
                // A word that qualifies another says little: `article-header` is a header, `header-article` an article.
                let last = i + 1 == words.len();
                if known(LIKELY, word) && last {
                    noise = Some(Noise::Likely);
                }
            }
            noise
        })
        .max()
}

/// The words of a class name in lower case: `relatedLinks_v2` → `related`, `links`, `v2`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for c in name.chars() {
        let opens = !c.is_alphanumeric() || (c.is_uppercase() && lower);
        if opens && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
