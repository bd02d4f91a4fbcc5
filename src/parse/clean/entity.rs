//! Character references of HTML that an export left in a text: `&amp;`, `&#8217;`, `&amp;quot;`.
//!
//! Only with their semicolon: `AT&T` and `R&D` are text.

use std::borrow::Cow;

/// Names in use in news; the Latin letters of Western Europe among them.
const NAMES: &[(&str, char)] = &[
    ("AMP", '&'),
    ("Aacute", 'Á'),
    ("Agrave", 'À'),
    ("Aring", 'Å'),
    ("Auml", 'Ä'),
    ("Ccedil", 'Ç'),
    ("Eacute", 'É'),
    ("Egrave", 'È'),
    ("GT", '>'),
    ("Iacute", 'Í'),
    ("LT", '<'),
    ("Ntilde", 'Ñ'),
    ("Oacute", 'Ó'),
    ("Oslash", 'Ø'),
    ("Ouml", 'Ö'),
    ("QUOT", '"'),
    ("Scaron", 'Š'),
    ("Uacute", 'Ú'),
    ("Uuml", 'Ü'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("aelig", 'æ'),
    ("agrave", 'à'),
    ("amp", '&'),
    ("apos", '\''),
    ("aring", 'å'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("bdquo", '„'),
    ("bull", '•'),
    ("ccedil", 'ç'),
    ("cent", '¢'),
    ("copy", '©'),
    ("deg", '°'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("egrave", 'è'),
    ("emsp", ' '),
    ("ensp", ' '),
    ("euml", 'ë'),
    ("euro", '€'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("frac34", '¾'),
    ("gt", '>'),
    ("hellip", '…'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iexcl", '¡'),
    ("igrave", 'ì'),
    ("iquest", '¿'),
    ("iuml", 'ï'),
    ("laquo", '«'),
    ("ldquo", '“'),
    ("lsaquo", '‹'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("minus", '−'),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("oelig", 'œ'),
    ("ograve", 'ò'),
    ("oslash", 'ø'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("para", '¶'),
    ("plusmn", '±'),
    ("pound", '£'),
    ("prime", '′'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsaquo", '›'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("scaron", 'š'),
    ("sect", '§'),
    ("shy", '\u{ad}'),
    ("szlig", 'ß'),
    ("thinsp", ' '),
    ("times", '×'),
    ("trade", '™'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("ugrave", 'ù'),
    ("uuml", 'ü'),
    ("yen", '¥'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
];

/// Longest reference that is looked at, from `&` to `;`.
const LONGEST: usize = 10;

/// Decodes what is left over, also where it was escaped twice.
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::new();
    let (mut done, mut at) = (0, first);
    while let Some(step) = text[at..].find('&') {
        at += step;
        match reference(&text[at..]) {
            Some((mut c, mut len)) => {
                // `&amp;quot;`, `&amp;#39;`: what the decoded ampersand begins is a reference again.
                if c == '&'
                    && let Some((inner, used)) = reference_after_ampersand(&text[at + len..])
                {
                    (c, len) = (inner, len + used);
                }
                out.push_str(&text[done..at]);
                out.push(c);
                at += len;
                done = at;
            }
            None => at += 1,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The character and the length of the reference that starts with the `&` at the start of `text`.
fn reference(text: &str) -> Option<(char, usize)> {
    reference_after_ampersand(&text[1..]).map(|(c, len)| (c, len + 1))
}

fn reference_after_ampersand(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let name = &text[..end];
    let c = match name.strip_prefix('#') {
        Some(n) => {
            let code = match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => n.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => NAMES[NAMES.binary_search_by(|(n, _)| (*n).cmp(name)).ok()?].1,
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted_by_key(|(n, _)| *n));
    }

    #[test]
    fn only_references_are_decoded() {
        for (raw, out) in [
            ("Smith &amp; Sons", "Smith & Sons"),
            ("&quot;No,&quot; &#39;yes&#x27;", "\"No,\" 'yes'"),
            ("&amp;amp;", "&"),
            ("&amp;#8217;s", "’s"),
            ("AT&T; &é; &#xD800; &#; &;", "AT&T; &é; &#xD800; &#; &;"),
            ("&", "&"),
        ] {
            assert_eq!(decode(raw), out, "{raw}");
        }
    }
}
