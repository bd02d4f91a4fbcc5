//! RTF, the Rich Text Format (Microsoft, versions 1.0 to 1.9.1), one article a file.
//!
//! Read are the paragraphs with the text that a reader sees, in the code pages of their fonts or as Unicode, tables
//! cell by cell, and the title in the file's properties. A file is read in one pass, its groups on a stack that is
//! bounded.
//!
//! Not read: headers and footers, footnotes, comments, pictures, text boxes, hidden and deleted text, bullets,
//! destinations that are marked as optional.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::manuscript::{Manuscript, Style};
use super::record::Documents;

/// How many groups may be open; deeper ones are flattened into it.
const MAX_GROUPS: usize = 512;

pub fn detect(start: &[u8]) -> bool {
    start.starts_with(b"{\\rtf")
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    let mut rtf = Rtf::default();
    rtf.run(bytes.trim_ascii());
    rtf.flush();
    let mut manuscript = Manuscript { format: "rtf", ..Manuscript::default() };
    manuscript.title = Some(rtf.title).filter(|t| !t.trim().is_empty());
    for paragraph in rtf.text.split(PARAGRAPH) {
        manuscript.push(Style::Plain, paragraph);
    }
    manuscript.documents(out);
}

/// Ends a paragraph in the text that is gathered.
const PARAGRAPH: char = '\u{2029}';

/// Where text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Into {
    #[default]
    Text,
    Title,
    /// The table of fonts, of which the code pages are kept.
    Fonts,
    Nowhere,
}

/// What a group inherits and a closing brace restores.
#[derive(Clone, Copy, Debug)]
struct State {
    into: Into,
    hidden: bool,
    /// How many characters stand in for one given as `\u`.
    fallback: usize,
    font: i32,
}

impl Default for State {
    fn default() -> Self {
        State { into: Into::Text, hidden: false, fallback: 1, font: -1 }
    }
}

#[derive(Default)]
struct Rtf {
    text: String,
    title: String,
    state: State,
    open: Vec<State>,
    /// Groups beyond [`MAX_GROUPS`].
    deeper: usize,
    /// The code page of the file, and of each font.
    page: Option<&'static Encoding>,
    fonts: Vec<(i32, &'static Encoding)>,
    /// Bytes in that code page, until their characters are whole.
    bytes: Vec<u8>,
    /// The first half of a character beyond the basic plane.
    high: Option<u32>,
    /// Characters that stand in for the last `\u` and are to be passed over.
    skip: usize,
}

impl Rtf {
    fn run(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'{' => self.enter(),
                b'}' => self.leave(),
                b'\\' => at = self.control(bytes, at),
                b'\r' | b'\n' => {}
                _ => self.byte(byte),
            }
        }
    }

    fn enter(&mut self) {
        self.flush();
        self.skip = 0;
        match self.open.len() < MAX_GROUPS {
            true => self.open.push(self.state),
            false => self.deeper += 1,
        }
    }

    fn leave(&mut self) {
        self.flush();
        self.skip = 0;
        match self.deeper {
            0 => self.state = self.open.pop().unwrap_or(self.state),
            _ => self.deeper -= 1,
        }
    }

    /// What follows a backslash; returns where it ends.
    fn control(&mut self, bytes: &[u8], at: usize) -> usize {
        let rest = bytes.get(at..).unwrap_or_default();
        let letters = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        if letters == 0 {
            return at + self.symbol(rest);
        }
        let (word, rest) = rest.split_at(letters);
        let minus = rest.first() == Some(&b'-');
        let digits = rest.iter().skip(minus as usize).take(10).take_while(|b| b.is_ascii_digit()).count();
        let n = minus as usize * (digits > 0) as usize + digits;
        let number: Option<i64> = rest.get(..n).and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| d.parse().ok());
        let end = at + letters + n;
        let end = end + (bytes.get(end) == Some(&b' ')) as usize;
        if word == b"bin" {
            return end.saturating_add(number.unwrap_or(0).clamp(0, u32::MAX as i64) as usize);
        }
        self.word(word, number);
        end
    }

    /// A control that is a single sign; returns its length.
    fn symbol(&mut self, rest: &[u8]) -> usize {
        let hex = |b: &u8| (*b as char).to_digit(16).map(|d| d as u8);
        match rest {
            [b'\'', high, low, ..] => {
                if let (Some(high), Some(low)) = (hex(high), hex(low)) {
                    self.byte(high << 4 | low);
                }
                3
            }
            [b'\'', ..] => rest.len(),
            [b'*', ..] => {
                // A destination for those who know it; the ones that hold text are named in `word`.
                self.state.into = Into::Nowhere;
                1
            }
            [sign, ..] => {
                match sign {
                    b'~' => self.say('\u{a0}'),
                    b'_' => self.say('\u{2011}'),
                    b'\r' | b'\n' => self.say(PARAGRAPH),
                    b'\\' | b'{' | b'}' => self.byte(*sign),
                    _ => {}
                }
                1
            }
            [] => 0,
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i64>) {
        if let Some(c) = spelled(word) {
            return self.say(c);
        }
        match word {
            b"u" => self.unicode(number.unwrap_or(0)),
            b"uc" => self.state.fallback = number.unwrap_or(1).clamp(0, 16) as usize,
            b"v" | b"deleted" => {
                self.flush();
                self.state.hidden = number != Some(0);
            }
            b"plain" => {
                self.flush();
                self.state.hidden = false;
            }
            b"ansicpg" => self.page = number.and_then(code_page),
            b"mac" => self.page = Some(encoding_rs::MACINTOSH),
            b"f" => {
                self.flush();
                self.state.font = number.unwrap_or(-1) as i32;
            }
            b"fcharset" if self.state.into == Into::Fonts => {
                let page = number.and_then(charset);
                // More fonts than any text has are a fault in the file.
                self.fonts.extend(page.filter(|_| self.fonts.len() < 4096).map(|p| (self.state.font, p)));
            }
            b"title" => self.go(Into::Title),
            b"fonttbl" => self.go(Into::Fonts),
            b"author" | b"bkmkend" | b"bkmkstart" | b"colortbl" | b"comment" | b"datastore" | b"doccomm"
            | b"fldinst" | b"footer" | b"footerf" | b"footerl" | b"footerr" | b"footnote" | b"annotation"
            | b"generator" | b"header" | b"headerf" | b"headerl" | b"headerr" | b"info" | b"keywords"
            | b"listtable" | b"listoverridetable" | b"nonshppict" | b"objdata" | b"operator" | b"pict" | b"rsidtbl"
            | b"stylesheet" | b"subject" | b"tc" | b"themedata" | b"xe" | b"listtext" | b"pntext" | b"pnseclvl" => {
                self.go(Into::Nowhere);
            }
            _ => {}
        }
    }

    /// The group is this destination. What is nowhere stays there, but for the title among the properties.
    fn go(&mut self, into: Into) {
        self.flush();
        if self.state.into != Into::Nowhere || into == Into::Title {
            self.state.into = into;
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.bytes.push(byte);
    }

    fn say(&mut self, c: char) {
        self.flush();
        self.skip = 0;
        self.add(c);
    }

    fn unicode(&mut self, number: i64) {
        self.flush();
        let unit = (number & 0xffff) as u32;
        let code = match (self.high.take(), unit) {
            (_, 0xd800..0xdc00) => {
                self.high = Some(unit);
                None
            }
            (Some(high), 0xdc00..0xe000) => Some(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00)),
            (_, unit) => Some(unit),
        };
        if let Some(code) = code {
            self.add(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.skip = self.state.fallback;
    }

    fn add(&mut self, c: char) {
        if self.state.hidden {
            return;
        }
        match self.state.into {
            Into::Text => self.text.push(c),
            Into::Title => self.title.push(c),
            Into::Fonts | Into::Nowhere => {}
        }
    }

    /// Decodes the bytes that were gathered.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        if self.state.hidden || matches!(self.state.into, Into::Fonts | Into::Nowhere) {
            return;
        }
        let of_font = self.fonts.iter().find(|(font, _)| *font == self.state.font).map(|(_, page)| *page);
        let page = of_font.or(self.page).unwrap_or(WINDOWS_1252);
        let (text, _) = page.decode_without_bom_handling(&bytes);
        match self.state.into {
            Into::Title => self.title.push_str(&text),
            _ => self.text.push_str(&text),
        }
    }
}

/// The character that a control word stands for.
fn spelled(word: &[u8]) -> Option<char> {
    Some(match word {
        b"par" | b"sect" | b"page" | b"cell" | b"row" | b"nestcell" | b"nestrow" => PARAGRAPH,
        b"line" => '\n',
        b"tab" => '\t',
        b"emdash" => '—',
        b"endash" => '–',
        b"lquote" => '‘',
        b"rquote" => '’',
        b"ldblquote" => '“',
        b"rdblquote" => '”',
        b"bullet" => '•',
        b"emspace" | b"enspace" | b"qmspace" => ' ',
        _ => return None,
    })
}

/// A code page of Windows by its number.
fn code_page(number: i64) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        65001 => "utf-8".to_owned(),
        _ => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes())
}

/// The code page of a font's character set. The Western one (0) says nothing: the file's own code page holds.
fn charset(number: i64) -> Option<&'static Encoding> {
    code_page(match number {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
