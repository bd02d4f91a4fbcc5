//! UTF-8 that was read as Windows-1252 or Latin-1, undone: `LÃ³pez` is `López`, `â€œyesâ€` is `“yes”`.
//!
//! Read so, every character beyond ASCII becomes a *lead* (`Â`, `Ã`, `â`, …) and one to three *trailers* (marks, spaces
//! and symbols). Text that is right hardly ever holds such a sequence, but it does now and then: `LIBERTÉ…`, `SÃO´`. So
//! a sequence counts only if it decodes to something that people write in news, and if its lead does not close a word
//! in capitals, unless the same text holds one beyond doubt. Sequences of scripts where every letter is one (Cyrillic,
//! Greek, Chinese) must come in pairs. Repair is repeated for text that went through it twice; single bytes of
//! Windows-1252 that were taken for control characters are mended on the way.
//!
//! It does not guess at other pairs of encodings: each would be wrong on more texts than it mends.

use std::borrow::Cow;

use super::Repairs;

/// How often wrong decoding may have happened.
const ROUNDS: usize = 3;

/// The characters of Windows-1252 at bytes 80 to 9F; undefined bytes stay control characters, as in Latin-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

pub fn repair<'t>(text: Cow<'t, str>, repairs: &mut Repairs) -> Cow<'t, str> {
    let mut text = text;
    for _ in 0..ROUNDS {
        match round(&text, repairs) {
            Some(repaired) => text = Cow::Owned(repaired),
            None => break,
        }
    }
    match text.chars().any(is_c1) {
        true => Cow::Owned(text.chars().map(|c| if is_c1(c) { HIGH[c as usize - 0x80] } else { c }).collect()),
        false => text,
    }
}

/// A control character that Windows-1252 has a use for. U+0085 is left alone: it also is a line break.
fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')
}

/// The byte that Windows-1252, or Latin-1 where that has a hole, reads as this character.
fn byte(c: char) -> Option<u8> {
    match c as u32 {
        0..=0xff => Some(c as u32 as u8),
        _ => HIGH.iter().position(|h| *h == c).map(|i| 0x80 + i as u8),
    }
}

/// How sure a sequence is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Believed where the text has better ones.
    Weak,
    /// Two of them side by side prove each other, and all others.
    Paired,
    Certain,
}

/// A wrong sequence: how many bytes of the text it takes and what it stands for.
struct Found {
    len: usize,
    is: Option<char>,
    trust: Trust,
}

fn round(text: &str, repairs: &mut Repairs) -> Option<String> {
    let first = text.find(is_lead)?;
    let mut proven = None;
    let mut out = String::new();
    let (mut at, mut done) = (first, 0);
    // Leads are rare in text that is right, so whether one is certain is asked once, when the first doubtful one comes.
    while let Some(step) = text[at..].find(is_lead) {
        at += step;
        let Some(found) = sequence(text, at) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = at + found.len;
        let good = found.trust == Trust::Certain || *proven.get_or_insert_with(|| is_proven(text));
        if good {
            out.push_str(&text[done..at]);
            out.extend(found.is);
            repairs.mojibake(|| word_around(text, at, end));
            done = end;
        }
        at = end;
    }
    if done == 0 {
        return None;
    }
    out.push_str(&text[done..]);
    Some(out)
}

/// The word around a stretch of the text, for an example; at most some 40 bytes to each side.
fn word_around(text: &str, start: usize, end: usize) -> &str {
    let before = text[..start].char_indices().rev().take(40).take_while(|(_, c)| !c.is_whitespace()).last();
    let after = text[end..].char_indices().take(40).take_while(|(_, c)| !c.is_whitespace()).last();
    &text[before.map_or(start, |(i, _)| i)..after.map_or(end, |(i, c)| end + i + c.len_utf8())]
}

fn is_lead(c: char) -> bool {
    matches!(c, 'Â'..='ô')
}

/// Whether the text holds a sequence beyond doubt, or two paired ones side by side.
fn is_proven(text: &str) -> bool {
    let mut paired = None;
    text.char_indices().filter(|(_, c)| is_lead(*c)).any(|(at, _)| match sequence(text, at) {
        Some(f) if f.trust == Trust::Paired => paired.replace(at + f.len) == Some(at),
        Some(f) => f.trust == Trust::Certain,
        None => false,
    })
}

/// The wrong sequence whose lead is the character at byte `at`.
fn sequence(text: &str, at: usize) -> Option<Found> {
    let mut chars = text[at..].chars();
    let lead = chars.next()?;
    if !is_lead(lead) {
        return None;
    }
    let lead_byte = byte(lead)?;
    let need = match lead_byte {
        0xc2..=0xdf => 1,
        0xe0..=0xef => 2,
        _ => 3,
    };
    let mut bytes = [lead_byte, 0, 0, 0];
    let mut len = lead.len_utf8();
    let mut trailers = ['\0'; 3];
    for n in 0..need {
        let Some((c, b)) = chars.next().and_then(|c| Some((c, byte(c)?))).filter(|(_, b)| (0x80..0xc0).contains(b))
        else {
            return broken(text, at, lead, &trailers[..n]);
        };
        (bytes[n + 1], trailers[n]) = (b, c);
        len += c.len_utf8();
    }
    let is = std::str::from_utf8(&bytes[..need + 1]).ok()?.chars().next()?;
    let trust = match is {
        // What stood here went wrong before: the next round needs it.
        '\u{80}'..='\u{9f}' if is == trailers[0] => Trust::Certain,
        'ƒ' | 'ˆ' | '˜' => Trust::Weak,
        '\u{a0}'..='\u{17f}' => match trailers[0] {
            // Marks and spaces that may follow a capital in text that is right.
            '‘' | '’' | '“' | '”' | '„' | '‚' | '…' | '–' | '—' | '»' | '«' | '›' | '‹' | '\u{a0}' | '´' | '¨'
            | '•' | '™' | '®' | '°' | 'º' | 'ª' | '·' | '\u{ad}'
                if !in_lower_case(text, at, at + len, lead) =>
            {
                Trust::Weak
            }
            _ => Trust::Certain,
        },
        // Letters of Vietnamese and Romanian, marks, symbols, ligatures, the byte-order mark, emoji.
        '\u{218}'..='\u{21b}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{2010}'..='\u{2bff}'
        | '\u{fb00}'..='\u{fb06}'
        | '\u{feff}' => Trust::Certain,
        '\u{fe0f}' | '\u{1f300}'..='\u{1faff}' => Trust::Certain,
        '\u{200b}'..='\u{200f}' => Trust::Certain,
        '\u{370}'..='\u{6ff}' | '\u{900}'..='\u{e7f}' | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
            Trust::Paired
        }
        _ => return None,
    };
    Some(Found { len, is: Some(is), trust })
}

/// Sequences that lost a trailer on the way: the byte 9D, which Windows-1252 does not define, and the no-break space,
/// which became a plain one.
fn broken(text: &str, at: usize, lead: char, trailers: &[char]) -> Option<Found> {
    let len = lead.len_utf8() + trailers.iter().map(|c| c.len_utf8()).sum::<usize>();
    let mut behind = text[at + len..].chars();
    let next = behind.next();
    // `LÃ ³ pez` was cut into words as it stood: there is no telling what belongs together.
    let spaced = next == Some(' ') && behind.next().and_then(byte).is_some_and(|b| (0x80..0xc0).contains(&b));
    match (lead, trailers) {
        ('â', ['€']) => Some(Found { len, is: Some('”'), trust: Trust::Certain }),
        // `voilÃ `: the space belongs to the letter, but others may follow it. Portuguese has `Ã` only in capitals.
        ('Ã', []) if next == Some(' ') && !spaced && !after_capital(text, at) => {
            Some(Found { len, is: Some('à'), trust: Trust::Certain })
        }
        // The space itself is still there.
        ('Â', []) if next.is_none_or(|c| c.is_whitespace()) && !after_capital(text, at) => {
            Some(Found { len, is: None, trust: Trust::Weak })
        }
        _ => None,
    }
}

/// Whether the lead cannot be a letter of its own: lower case stands beside it, or no language has it alone.
fn in_lower_case(text: &str, start: usize, end: usize, lead: char) -> bool {
    text[..start].chars().next_back().is_some_and(char::is_lowercase)
        || text[end..].chars().next().is_some_and(char::is_lowercase)
        || (matches!(lead, 'Â' | 'Ã') && !after_capital(text, start))
}

/// Whether the character before is a capital letter: then the lead may be one, too.
fn after_capital(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mend(text: &str) -> String {
        repair(Cow::Borrowed(text), &mut Repairs::default()).into_owned()
    }

    /// Text in UTF-8, read as Windows-1252.
    fn misread(text: &str) -> String {
        text.bytes().map(|b| if (0x80..0xa0).contains(&b) { HIGH[b as usize - 0x80] } else { b as char }).collect()
    }

    const RIGHT: &[&str] = &[
        "“It’s 5–3 — 20 °C, £3 and €4…” said André López, Łukasz Żółć and Åse Sjöström.",
        "L’été à Noël, où « ça » coûte 1\u{a0}000 €. LIBERTÉ… LIBERTÉ’ ÉGALITÉ\u{a0}! RATÉ» À Paris, Â de l’âme",
        "Größe, Maß“, GROẞ, ÜBER… „Ä“, Übermut: FRÜH“ — SPÄT – SO„",
        "SÃO PAULO, AMANHÃ… AMANHÃ” – não, irmã, à noite",
        "Kraków, źdźbło, ŻÓŁĆ… zażółć gęślą jaźń",
        "İstanbul’da Iğdır ÇAĞ… ÖĞRENCİ’ye",
        "Съезд в Москве: «Ёлка»… ΑΘΗΝΑ… שלום 東京",
        "Tiếng Việt: Đảng và Nhà nước Ñ’ ESPAÑA…",
    ];

    #[test]
    fn right_text_stays() {
        for right in RIGHT {
            assert_eq!(mend(right), **right);
        }
    }

    #[test]
    fn misread_text_is_undone_once_and_twice() {
        for right in ["“It’s 5–3…” £3", "Andrés López, Łukasz Żółć, à Noël", "Съезд в Москве", "東京都", "naïve 😀"]
        {
            assert_eq!(mend(&misread(right)), *right);
            assert_eq!(mend(&misread(&misread(right))), *right, "twice");
        }
    }

    #[test]
    fn sequences_that_lost_a_byte() {
        for (wrong, right) in [
            ("â€œYes,â€ he said.", "“Yes,” he said."),
            ("voilÃ  la fin Ã  Paris", "voilà  la fin à  Paris"),
            ("the end.Â  Then cafÃ©s", "the end.  Then cafés"),
            ("LÃ ³ pez", "LÃ ³ pez"),
            ("It\u{92}s \u{93}so\u{94}", "It’s “so”"),
        ] {
            assert_eq!(mend(wrong), right, "{wrong}");
        }
    }

    #[test]
    fn the_notice_has_an_example() {
        let mut repairs = Repairs::default();
        repair(Cow::Borrowed("FranÃ§oisâ€™s LÃ³pez"), &mut repairs);
        let notice = repairs.notice().unwrap();
        assert_eq!(notice.code, "mojibake-repaired");
        assert_eq!(
            notice.message,
            "wrong encoding undone: \"FranÃ§oisâ€™s\" is \"François’s\", 3 such sequences in all"
        );
    }
}
