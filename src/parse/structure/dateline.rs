//! The line that opens a story from the wire: `PARIS, June 2 (Reuters) -`.
//!
//! Place, day and agency are each optional; a dash closes them. Capitals alone are believed only before a sentence that
//! starts as sentences do, so that `NATO — the alliance` and `UPDATE - PRICES UP` stay text.

use crate::article::fold::fold;
use crate::parse::date;

/// What a dateline says, and how much of the paragraph it takes.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// Bytes, up to and with the dash.
    pub len: usize,
    pub place: Option<String>,
    pub day: Option<Day>,
}

/// A day as datelines print it, as a rule without its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub year: Option<i16>,
    pub month: i8,
    pub day: i8,
}

impl Day {
    /// The date, with the year that brings it nearest to the date of publication.
    pub fn near(self, published: Option<jiff::civil::Date>) -> Option<jiff::civil::Date> {
        let date = |year| jiff::civil::Date::new(year, self.month, self.day).ok();
        match (self.year, published) {
            (Some(year), _) => date(year),
            (None, Some(p)) => {
                let years = [p.year() - 1, p.year(), p.year() + 1].into_iter().filter_map(date);
                years.min_by_key(|d| (*d - p).get_days().abs())
            }
            (None, None) => None,
        }
    }
}

/// A filed dateline without the agency at its end: "TOKYO (AP)", "SYDNEY March 22 AAP".
pub fn without_agency(filed: &str) -> &str {
    let filed = filed.trim_end_matches([' ', '-', '—', '–', '_', ',']);
    match filed.rsplit_once(' ') {
        None if is_agency(filed) => "",
        Some((before, last)) if is_agency(last.trim_matches(['(', ')'])) => before.trim_end_matches([' ', ',']),
        _ => filed,
    }
}

/// Longest dateline, in bytes.
const LONGEST: usize = 110;

/// The dateline that opens this paragraph.
pub fn find(paragraph: &str) -> Option<Found> {
    let head = &paragraph[..paragraph.floor_char_boundary(LONGEST)];
    if paragraph.len() <= LONGEST
        && let Some((place, Some(day))) = parts(head, false)
        && (place.is_some() || head.len() < 40)
    {
        return Some(Found { len: paragraph.len(), place, day: Some(day) });
    }
    if let Some(found) = credited(paragraph, head) {
        return Some(found);
    }
    let (at, dash) = dash(head)?;
    let opened = &paragraph[at + dash..];
    let (place, day) = parts(head[..at].trim_end(), false)?;
    let place = place.filter(|p| p.chars().any(char::is_uppercase));
    let capitals = place.as_deref().is_some_and(|p| is_capitals(p.split(',').next().unwrap_or(p)));
    let plain = !capitals && day.is_none();
    let opener = opened.trim_start().trim_start_matches(['"', '“', '\'', '‘', '«', '(']).chars().next();
    let sentence = opener.is_none_or(|c| !c.is_lowercase()) && opened.chars().take(60).any(char::is_lowercase);
    (!plain && (day.is_some() || sentence)).then_some(Found { len: at + dash, place, day })
}

/// With an agency in brackets: `LONDON (AP) _`, `Washington (CNN)President`, `(Reuters) -`.
fn credited(paragraph: &str, head: &str) -> Option<Found> {
    let open = head.find('(')?;
    let close = open + head[open..].find(')')?;
    let agency = &head[open + 1..close];
    let known = is_agency(agency);
    // "JERUSALEM (JTA) The …": an agency that nobody has listed, after a place in capitals.
    let initials = (2..=6).contains(&agency.len()) && agency.bytes().all(|b| b.is_ascii_uppercase());
    let mut len = close + 1;
    let rest = &paragraph[len..];
    let dashed = dash(rest).filter(|(at, _)| rest[..*at].trim_matches([' ', '.']).is_empty());
    if let Some((at, dash)) = dashed {
        len += at + dash;
    } else if !(known || initials)
        || !rest.trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '\'' | '‘'))
    {
        return None;
    }
    let likely =
        known || initials || (agency.len() <= 30 && agency.starts_with(char::is_alphabetic) && dashed.is_some());
    let before = head[..open].trim_end();
    if before.is_empty() {
        return (known && likely).then_some(Found { len, place: None, day: None });
    }
    let (place, day) = parts(before, known)?;
    let capitals = place.as_deref().is_some_and(|p| is_capitals(p.split(',').next().unwrap_or(p)));
    (likely && (known || capitals || day.is_some())).then_some(Found { len, place, day })
}

/// The first dash that can close a dateline: its place and length.
fn dash(head: &str) -> Option<(usize, usize)> {
    head.char_indices().find_map(|(at, c)| {
        let rest = &head[at..];
        let spaced = head[..at].ends_with([' ', '.', ')']) || at == 0;
        let len = match c {
            '—' | '–' => c.len_utf8(),
            '-' if rest.starts_with("--") => rest.len() - rest.trim_start_matches('-').len(),
            '-' | '_' if spaced && (rest.len() == 1 || rest[1..].starts_with(' ')) => 1,
            _ => return None,
        };
        // A range of years or a compound is no end.
        let tight = c == '–' && !spaced;
        (!tight).then_some((at, len))
    })
}

/// Place and day of what stands before the agency or dash. `sure`: an agency vouches for a place in mixed case.
fn parts(head: &str, sure: bool) -> Option<(Option<String>, Option<Day>)> {
    let head = head.trim_matches([' ', ',', ':']);
    // "SYDNEY March 22 AAP"
    let agency = |last: &str| last.bytes().all(|b| b.is_ascii_uppercase()) && is_agency(last);
    let head = head.rsplit_once(' ').filter(|(_, last)| agency(last)).map_or(head, |(before, _)| before.trim_end());
    if head.is_empty() || head.contains(['"', '“', '”', '(', ';', '?', '!']) {
        return None;
    }
    let mut day: Option<Day> = None;
    let mut year = None;
    let mut places: Vec<&str> = Vec::new();
    for segment in head.split(',').map(str::trim).filter(|s| !s.is_empty()) {
        if let Some(found) = read_day(segment) {
            day = Some(found);
        } else if day.is_some() && segment.len() == 4 && segment.bytes().all(|b| b.is_ascii_digit()) {
            year = segment.parse().ok();
        } else if date::weekday(segment).is_some() || (day.is_some() && is_agency(segment)) {
            // "PARIS, Tuesday, June 2", "PARIS, June 2, AFP"
        } else if day.is_none() {
            places.push(segment);
        } else {
            return None;
        }
    }
    // "LONDON 1996-08-30"
    if day.is_none()
        && let [first, ..] = places[..]
        && let Some((place, last)) = first.rsplit_once(' ')
        && last.len() >= 8
        && let Ok(stamp) = date::read(last, date::Order::Unknown)
    {
        places[0] = place;
        day = Some(Day { year: Some(stamp.date.year()), month: stamp.date.month(), day: stamp.date.day() });
    }
    // "SYDNEY March 22"
    if day.is_none()
        && let [first, ..] = places[..]
        && let Some((before, number)) = first.rsplit_once(' ')
        && let Some((place, month)) = before.rsplit_once(' ')
        && let Some(found) = read_day(&format!("{month} {number}"))
    {
        places[0] = place;
        day = Some(found);
    }
    if places.is_empty() {
        return day.map(|d| (None, Some(Day { year: d.year.or(year), ..d })));
    }
    let place = places.join(", ");
    let words = place.split([' ', '/']).filter(|w| !w.is_empty()).count();
    let named = places.iter().all(|p| p.split([' ', '/', '-']).all(is_name_part));
    let fits = places.len() <= 3 && words <= 6 && place.len() <= 70 && !is_label(places[0]);
    let trusted = sure || day.is_some() || is_capitals(places[0]);
    (fits && trusted && (named || day.is_some()))
        .then_some((Some(place), day.map(|d| Day { year: d.year.or(year), ..d })))
}

/// `June 2`, `2 June`, `Jan. 5`, `Tuesday June 2 2021`.
fn read_day(segment: &str) -> Option<Day> {
    let (mut year, mut month, mut day) = (None, None, None);
    let words = segment.split([' ', '.', '/']).filter(|w| !w.is_empty());
    for (n, word) in words.enumerate() {
        if n > 4 {
            return None;
        }
        let number = match word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            true => word,
            false => word.trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th"),
        };
        match number.parse::<i16>() {
            Ok(n @ 1..=31) if day.is_none() && number.len() <= 2 => day = Some(n as i8),
            Ok(n @ 1800..=2200) if year.is_none() => year = Some(n),
            Ok(_) => return None,
            Err(_) => match date::month(word) {
                Some(m) if month.is_none() => month = Some(m as i8),
                _ if date::weekday(word).is_some() || matches!(word, "de" | "er") => {}
                _ => return None,
            },
        }
    }
    Some(Day { year, month: month?, day: day? })
}

/// Whether all letters are capitals, and at least two. `McALLEN` and `St. LOUIS` count.
fn is_capitals(text: &str) -> bool {
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    upper >= 2 && lower <= 2 && upper > 2 * lower
}

/// Whether a word can be part of a place's name.
fn is_name_part(word: &str) -> bool {
    word.is_empty()
        || word.starts_with(|c: char| c.is_uppercase())
        || matches!(
            word,
            "and"
                | "of"
                | "the"
                | "de"
                | "del"
                | "la"
                | "el"
                | "al"
                | "upon"
                | "am"
                | "an"
                | "der"
                | "sur"
                | "aboard"
                | "near"
        )
        || word.starts_with("al-")
        || word.starts_with("el-")
}

/// Labels in capitals that are no places.
fn is_label(segment: &str) -> bool {
    const LABELS: &[&str] = &[
        "alert",
        "analysis",
        "breaking",
        "column",
        "commentary",
        "correction",
        "editorial",
        "exclusive",
        "factbox",
        "feature",
        "file",
        "focus",
        "highlights",
        "interview",
        "live",
        "note",
        "opinion",
        "photo",
        "photos",
        "poll",
        "preview",
        "read",
        "recap",
        "related",
        "report",
        "review",
        "results",
        "summary",
        "timeline",
        "update",
        "updated",
        "video",
        "watch",
        "wrapup",
        "trump",
        "obama",
        "clinton",
        "question",
        "answer",
        "q",
        "a",
    ];
    let words = segment.split([' ', ':']).map(fold);
    words.take(2).any(|w| LABELS.contains(&w.as_str()))
}

fn is_agency(name: &str) -> bool {
    const AGENCIES: &[&str] = &[
        "aap",
        "abc",
        "abc news",
        "adn",
        "adnkronos",
        "afp",
        "agencies",
        "aki",
        "ani",
        "ansa",
        "ap",
        "apa",
        "apo",
        "asia times",
        "associated press",
        "ats",
        "belga",
        "bernama",
        "bloomberg",
        "bns",
        "bbc",
        "cbs",
        "cbs news",
        "cna",
        "cnbc",
        "cnn",
        "cnn business",
        "cnnmoney",
        "cp",
        "dpa",
        "dpa-afx",
        "dw",
        "efe",
        "epd",
        "fox news",
        "ians",
        "interfax",
        "irna",
        "itar-tass",
        "kna",
        "knp",
        "kyodo",
        "lusa",
        "mena",
        "nbc",
        "nbc news",
        "notimex",
        "npr",
        "ntb",
        "pa",
        "pap",
        "press association",
        "pti",
        "reuter",
        "reuters",
        "reuters health",
        "ria novosti",
        "ritzau",
        "rns",
        "sda",
        "sid",
        "staff",
        "stt",
        "tass",
        "the canadian press",
        "the associated press",
        "thomson reuters foundation",
        "tt",
        "unian",
        "upi",
        "usa today",
        "wam",
        "xinhua",
        "yonhap",
    ];
    let name = name.trim().to_lowercase();
    let name = name.split('/').next().unwrap_or(&name);
    AGENCIES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match find(text) {
            None => "-".into(),
            Some(f) => {
                let day = f.day.map_or(String::new(), |d| {
                    format!(" {}-{}{}", d.month, d.day, d.year.map_or(String::new(), |y| format!("-{y}")))
                });
                format!("{}|{}{day}", &text[..f.len], f.place.unwrap_or_default())
            }
        }
    }

    #[test]
    fn datelines_of_the_agencies() {
        for (text, is) in [
            ("PARIS, June 2 (Reuters) - The council met.", "PARIS, June 2 (Reuters) -|PARIS 6-2"),
            ("LONDON (AP) _ The council met.", "LONDON (AP) _|LONDON"),
            ("WASHINGTON — The council met.", "WASHINGTON —|WASHINGTON"),
            ("NEW YORK, March 2 - Tarn Holdings said", "NEW YORK, March 2 -|NEW YORK 3-2"),
            ("NAIROBI, Kenya (AP) -- Thousands of", "NAIROBI, Kenya (AP) --|NAIROBI, Kenya"),
            ("KABUL, Afghanistan, Jan. 5 — The council", "KABUL, Afghanistan, Jan. 5 —|KABUL, Afghanistan 1-5"),
            ("Paris, 2 juin (AFP) - Le conseil", "Paris, 2 juin (AFP) -|Paris 6-2"),
            ("Madrid, 2 jun (EFE).- El consejo", "Madrid, 2 jun (EFE).-|Madrid 6-2"),
            ("Washington (CNN)The council met.", "Washington (CNN)|Washington"),
            ("Washington (CNN) — The council met.", "Washington (CNN) —|Washington"),
            ("(Reuters) - The council met.", "(Reuters) -|"),
            ("(CNN) The council met.", "(CNN)|"),
            ("JERUSALEM, June 2 (JTA) The council met.", "JERUSALEM, June 2 (JTA)|JERUSALEM 6-2"),
            ("LONDON 1996-08-30", "LONDON 1996-08-30|LONDON 8-30-1996"),
            ("Friday, January 4, 2019", "Friday, January 4, 2019| 1-4-2019"),
            ("JERUSALEM/GAZA (Reuters) - The", "JERUSALEM/GAZA (Reuters) -|JERUSALEM/GAZA"),
            ("McALLEN, Texas — \"We wait,\" he said", "McALLEN, Texas —|McALLEN, Texas"),
        ] {
            assert_eq!(show(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_no_dateline() {
        for text in [
            "NATO — the alliance of the north — met.",
            "BREAKING — The council met.",
            "CRICKET - TARN TAKE OVER AT TOP",
            "Mr. Venn (D-Tarn) said he would go.",
            "The World Health Organization (WHO) Director said",
            "Venn (pictured) — the mayor — said",
            "The council — all of it — met on June 2 - a Tuesday.",
            "He said (in May) that he would go.",
            "In Paris, June 2 was a holiday - and a hot one.",
            "",
            "-",
            "June was hot.",
        ] {
            assert_eq!(show(text), "-", "{text}");
        }
    }

    #[test]
    fn the_year_is_the_nearest() {
        let day = Day { year: None, month: 12, day: 31 };
        let near = |y, m, d| day.near(Some(jiff::civil::date(y, m, d))).unwrap().year();
        assert_eq!((near(2021, 1, 2), near(2021, 12, 30)), (2020, 2021));
        assert_eq!(day.near(None), None);
    }

    proptest::proptest! {
        #[test]
        fn any_paragraph_is_survived(text in "\\PC{0,60}", caps in "[A-Zé, (\\-–—_)0-9]{0,140}") {
            let _ = (find(&text), find(&caps));
        }
    }
}
