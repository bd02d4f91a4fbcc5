//! Bylines: from "By Jane Doe and John Roe, Political Correspondent in Paris" to two people.
//!
//! A byline is names between separators, with jobs, outlets, places and addresses among them. A name is two to five
//! words that all begin as names do; what holds a word that only jobs and outlets have is none.

use crate::article::fold::fold_name;
use crate::parse::date;

/// The people in a printed byline, each once, in order.
pub fn people(printed: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let text = strip_lead(printed.trim());
    if text.is_empty() {
        return out;
    }
    let chunks: Vec<&str> = chunks(text);
    // "Doe, Jane"
    if let [last, first] = chunks[..]
        && is_name(&[last])
        && is_name(&[first])
        && text.contains(',')
    {
        return vec![format!("{} {}", titled(first), titled(last))];
    }
    // "Doe, J., Roe, A. B."
    if chunks.len().is_multiple_of(2) && chunks.chunks(2).all(|pair| is_initials(pair[1]) && is_name(&[pair[0]])) {
        return chunks.chunks(2).map(|pair| format!("{} {}", pair[1], titled(pair[0]))).collect();
    }
    for chunk in chunks {
        let words: Vec<&str> = chunk.split_whitespace().skip_while(|w| is_title(w)).collect();
        let words = &words[..end_of_name(&words)];
        if let ([suffix], Some(last)) = (words, out.last_mut())
            && matches!(suffix.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III")
        {
            last.push(' ');
            last.push_str(suffix);
        } else if (2..=5).contains(&words.len()) && is_name(words) && !is_initials(chunk) {
            let name = words.iter().map(|w| titled(w)).collect::<Vec<_>>().join(" ");
            if !out.iter().any(|n| fold_name(n) == fold_name(&name)) {
                out.push(name);
            }
        }
    }
    out
}

/// Whether a paragraph is a byline: it says "By" and names someone, or a desk, and is no sentence.
pub fn is_byline(paragraph: &str) -> bool {
    let rest = strip_lead(paragraph);
    if paragraph.len() > 160 || rest == paragraph {
        return is_signature(paragraph);
    }
    let prose = rest.ends_with(['.', '?', '!', '"', '”']) && !rest.ends_with("Jr.") && !rest.ends_with("Sr.");
    let capital = rest.starts_with(char::is_uppercase) || rest.starts_with("our ");
    let lower = rest.split_whitespace().filter(|w| w.starts_with(char::is_lowercase)).count();
    capital && !prose && lower <= 4 && (!people(rest).is_empty() || rest.split_whitespace().any(is_job))
}

/// Whether a line in front of the story is a name with an outlet or job, though without "By": "Jane Doe, The Tarn
/// Courier".
fn is_signature(line: &str) -> bool {
    let words = || line.split([' ', ',', '|']).filter(|w| !w.is_empty());
    line.len() <= 80
        && line.contains([',', '|'])
        && words().all(|w| w.starts_with(char::is_uppercase) || matches!(w, "the" | "of" | "and" | "for"))
        && words().any(is_job)
        && !people(line).is_empty()
}

/// Without "By" and its like.
fn strip_lead(text: &str) -> &str {
    const LEADS: &[&str] = &[
        "analysis by ",
        "opinion by ",
        "posted by ",
        "reported by ",
        "report by ",
        "review by ",
        "story by ",
        "text by ",
        "words by ",
        "written by ",
        "by: ",
        "by ",
        "par ",
        "por ",
        "von ",
        "analysis ",
        "opinion ",
    ];
    // "ByJane Doe": pages that show two elements side by side have no space between them.
    if let Some(rest) = text.strip_prefix("By").filter(|r| r.starts_with(char::is_uppercase)) {
        return rest;
    }
    let lead = LEADS.iter().find(|lead| text.get(..lead.len()).is_some_and(|s| s.eq_ignore_ascii_case(lead)));
    lead.map_or(text, |lead| text[lead.len()..].trim_start())
}

fn chunks(text: &str) -> Vec<&str> {
    const WORDS: &[&str] = &[" and ", " und ", " et ", " y ", " with ", " AND ", " - ", " – ", " — ", "  "];
    let mut out = Vec::new();
    for part in text.split([',', ';', '|', '•', '·', '&', '\n', '(', ')', '/']) {
        let mut rest = part;
        loop {
            let cut = WORDS.iter().filter_map(|w| rest.find(w).map(|at| (at, w.len()))).min();
            let (chunk, next) = cut.map_or((rest, None), |(at, len)| (&rest[..at], Some(&rest[at + len..])));
            // "Jane Doe in Paris", "John Roe of the Courier"
            let end = [" in ", " at ", " of ", " for ", " from ", " on "].iter().filter_map(|w| chunk.find(w)).min();
            let chunk = chunk[..end.unwrap_or(chunk.len())].trim_matches([' ', '"', '“', '”', '*', ':', '\'']);
            let chunk = strip_lead(chunk);
            if !chunk.is_empty() {
                out.push(chunk);
            }
            match next {
                Some(next) => rest = next,
                None => break,
            }
        }
    }
    out
}

/// "deCasparis", "vanBuren"
fn is_joined(word: &str) -> bool {
    const PARTICLES: &[&str] = &["de", "di", "da", "du", "la", "le", "van", "von"];
    PARTICLES.iter().any(|p| word.strip_prefix(p).is_some_and(|rest| rest.starts_with(char::is_uppercase)))
}

/// Where a name ends and an address, an account or a date follows: "Jane Doe jane.doe@example.com", "Jane Doe @jane Mar
/// 5".
fn end_of_name(words: &[&str]) -> usize {
    let other = |w: &&str| w.contains('@') || w.starts_with(|c: char| c.is_ascii_digit());
    let end = words.iter().position(other).unwrap_or(words.len());
    let dated = words.get(end).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    match end.checked_sub(1).and_then(|last| words.get(last)) {
        Some(last) if dated && date::month(last.trim_end_matches('.')).is_some() => end - 1,
        _ => end,
    }
}

/// "J.", "A. B.", "J.-P."
fn is_initials(chunk: &str) -> bool {
    chunk.ends_with('.') && chunk.split([' ', '.', '-', '‑']).all(|w| w.chars().count() <= 1) && !chunk.contains("..")
}

fn is_name(words: &[&str]) -> bool {
    let particle = |w: &str| {
        matches!(
            w,
            "al" | "bin"
                | "da"
                | "de"
                | "del"
                | "della"
                | "den"
                | "der"
                | "di"
                | "dos"
                | "du"
                | "el"
                | "ibn"
                | "la"
                | "le"
                | "ter"
                | "van"
                | "von"
                | "y"
                | "e"
                | "ten"
                | "zu"
        )
    };
    let part = |w: &str| {
        w.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '‑'))
            && (w.starts_with(char::is_uppercase) || is_joined(w) || w.starts_with("d'") || w.starts_with("al-") || !w.chars().any(|c| c.is_lowercase() || c.is_uppercase()))
            // "Josh.Zumbrun" is half an address; "S.A." and "Jr." are fine.
            && !w.split('.').skip(1).any(|p| p.len() > 3)
    };
    words.iter().all(|w| particle(w) || (part(w) && !is_job(w)))
        && words.iter().any(|w| !particle(w))
        && words.last().is_some_and(|w| !particle(w) && w.len() > 1 && (!w.ends_with('.') || w.len() <= 4))
}

fn is_title(word: &str) -> bool {
    matches!(word.trim_end_matches('.'), "Dr" | "Mr" | "Mrs" | "Ms" | "Prof" | "Professor" | "Rev")
}

/// Words that jobs, desks and outlets have and people have not.
fn is_job(word: &str) -> bool {
    const JOBS: &[&str] = &[
        "admin",
        "administrator",
        "advertorial",
        "affairs",
        "afp",
        "agence",
        "agencia",
        "agencies",
        "agency",
        "all",
        "an",
        "analyst",
        "anchor",
        "ap",
        "archive",
        "articles",
        "assistant",
        "associate",
        "associated",
        "author",
        "avatar",
        "bbc",
        "blog",
        "board",
        "bulletin",
        "bureau",
        "business",
        "by",
        "chief",
        "chronicle",
        "city",
        "cnn",
        "co",
        "columnist",
        "com",
        "comedian",
        "comment",
        "commentator",
        "company",
        "contributing",
        "contributor",
        "contributors",
        "correspondent",
        "correspondents",
        "count",
        "courier",
        "critic",
        "daily",
        "deputy",
        "desk",
        "digest",
        "digital",
        "director",
        "economics",
        "editor",
        "editor-at-large",
        "editor-in-chief",
        "editorial",
        "editors",
        "education",
        "email",
        "enforcement",
        "environment",
        "et",
        "executive",
        "features",
        "fellow",
        "financial",
        "follow",
        "for",
        "foreign",
        "former",
        "freelance",
        "gazette",
        "general",
        "group",
        "guardian",
        "guest",
        "health",
        "herald",
        "home",
        "host",
        "inc",
        "international",
        "investigative",
        "journal",
        "journalist",
        "ltd",
        "magazine",
        "mail",
        "manager",
        "managing",
        "media",
        "military",
        "national",
        "network",
        "news",
        "newsdesk",
        "newspaper",
        "newspapers",
        "newsroom",
        "newswires",
        "on",
        "online",
        "opinion",
        "our",
        "partner",
        "photographer",
        "podcast",
        "political",
        "politics",
        "pool",
        "popular",
        "post",
        "posts",
        "president",
        "press",
        "producer",
        "profile",
        "published",
        "publisher",
        "publishing",
        "radio",
        "redacción",
        "redactie",
        "redaktion",
        "redazione",
        "religion",
        "reporter",
        "reporters",
        "reporting",
        "reuters",
        "review",
        "rédaction",
        "science",
        "secretary",
        "senior",
        "service",
        "services",
        "special",
        "sports",
        "staff",
        "story",
        "studio",
        "tags",
        "team",
        "technology",
        "the",
        "times",
        "today",
        "tribune",
        "tv",
        "university",
        "updated",
        "updates",
        "upi",
        "video",
        "view",
        "washington",
        "web",
        "weekdays",
        "wire",
        "world",
        "writer",
        "writers",
        "xinhua",
    ];
    let low = word.trim_matches(['.', ':']).to_lowercase();
    JOBS.contains(&low.as_str())
}

/// A name in capitals as names are written: `O'BRIEN` is `O'Brien`, `McDONALD` stays.
fn titled(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 3 || word.chars().any(char::is_lowercase) {
        return word.to_string();
    }
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        match start {
            true => out.push(c),
            false => out.extend(c.to_lowercase()),
        }
        start = !c.is_alphabetic() || (out == "Mc");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_in_bylines() {
        for (printed, names) in [
            ("By Jane Doe and John Roe, Political Correspondent in Paris", "Jane Doe; John Roe"),
            ("By Our Staff", ""),
            ("JANE O'BRIEN, PETER McVENN", "Jane O'Brien; Peter McVENN"),
            ("Doe, Jane", "Jane Doe"),
            ("Doe, J., Venn, A. B., Roe, J.-P.", "J. Doe; A. B. Venn; J.-P. Roe"),
            ("A. B.", ""),
            ("By Jane Doe jane.doe@example.com", "Jane Doe"),
            ("By Jane Doe Mar 5, 2019, 6:02pm EST", "Jane Doe"),
            ("Lena deVenn | Contributing Writer", "Lena deVenn"),
            ("Dr. Jane Doe", "Jane Doe"),
            ("Tom Venn Jr.", "Tom Venn Jr."),
            ("Tom Venn, Jr.", "Tom Venn Jr."),
            ("By S.A. Venn | The Tarn Courier", "S.A. Venn"),
            ("Jane Doe, jane.doe@example.com, Josh.Venn Courier.Com", "Jane Doe"),
            ("Analysis by Ludo van der Meer, Courier Editor-at-Large", "Ludo van der Meer"),
            ("Von Ute Groß und Jörg Weiß", "Ute Groß; Jörg Weiß"),
            ("Jane Doe, JANE DOE", "Jane Doe"),
            ("Associated Press", ""),
            ("ByJane Doe", "Jane Doe"),
            ("\"Cora OVenn\", Backgroundurl Avatar_Large", "Cora OVenn"),
            ("Jean-Luc d'Arbois in Lyon, María José de la Paz in Madrid", "Jean-Luc d'Arbois; María José de la Paz"),
        ] {
            assert_eq!(people(printed).join("; "), names, "{printed}");
        }
    }

    #[test]
    fn lines_that_are_bylines() {
        for (line, is) in [
            ("By Jane Doe", true),
            ("By Our Staff", true),
            ("BY JANE DOE, Political Editor", true),
            ("Par Jeanne Roux", true),
            ("By Monday the river had risen.", false),
            ("By the river", false),
            ("Byron Venn", false),
            ("Jane Doe, The Tarn Courier", true),
            ("Trump, Biden Hit the Road", false),
            ("Jane Doe", false),
        ] {
            assert_eq!(is_byline(line), is, "{line}");
        }
    }
}
