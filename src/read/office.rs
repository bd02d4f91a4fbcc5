//! Word processors' files: DOCX (Word) and ODT (LibreOffice), one article a file.
//!
//! Both are a zip of XML. Read are the paragraphs in order with the text that a reader sees, tables cell by cell, the
//! styles of title and subtitle (under their names in any language), the title and the time of the last change in the
//! file's properties. Changes that were tracked count as accepted: what was deleted is left out.
//!
//! Not read: headers and footers, footnotes, comments, pictures, text boxes that repeat elsewhere, macros; files that
//! are locked with a password; Word's older `.doc`.

use std::io::{Cursor, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::entities;
use super::manuscript::{Manuscript, Style};
use super::record::Documents;
use super::xml::{El, Xml};
use crate::article::Notice;

/// How much of one part of a file is unpacked, in bytes.
const MAX_PART: u64 = 128 << 20;

/// How much a manuscript may hold, in bytes: more than any download of a press database.
const MAX_TEXT: usize = 64 << 20;

/// How many paragraphs may be open at once, one in the other.
const MAX_NESTED: usize = 64;

/// The kind of file that a zip archive is, by the names of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Docx,
    Odt,
    /// A table, slides, a drawing: what it is.
    Other(&'static str),
}

/// Tells the files of office programs from archives.
pub fn kind(archive: &mut ZipArchive<impl Read + Seek>) -> Option<Kind> {
    if main_part(archive).is_some() {
        return Some(Kind::Docx);
    }
    if archive.index_for_name("[Content_Types].xml").is_some() {
        let has = |name| archive.index_for_name(name).is_some();
        return Some(Kind::Other(match () {
            () if has("xl/workbook.xml") => "a spreadsheet",
            () if has("ppt/presentation.xml") => "a slide show",
            () => "a file of an office program",
        }));
    }
    let declared = part(archive, "mimetype")?;
    match declared.trim().strip_prefix("application/vnd.oasis.opendocument.")? {
        "text" | "text-template" => Some(Kind::Odt),
        "spreadsheet" => Some(Kind::Other("a spreadsheet")),
        _ => Some(Kind::Other("a file of an office program")),
    }
}

/// Word's main part: `word/document.xml`, or `word/document2.xml` as some servers write it.
fn main_part(archive: &ZipArchive<impl Read + Seek>) -> Option<String> {
    let is_main = |n: &str| n.starts_with("word/document") && n.ends_with(".xml");
    let found = archive.file_names().flatten().filter(|n| is_main(n)).min_by_key(|n| n.len());
    found.map(|n| n.into_owned())
}

/// A part as text. `None` if there is none that can be unpacked.
fn part(archive: &mut ZipArchive<impl Read + Seek>, name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    archive.by_name(name).ok()?.take(MAX_PART).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

pub fn read_docx(bytes: &[u8], out: &mut Documents) {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let Ok(mut archive) = archive else {
        return out.problem("broken-off", "cannot be read as a Word file: the end is missing");
    };
    let Some(text) = main_part(&archive).and_then(|name| part(&mut archive, &name)) else {
        return out.problem("unreadable", "is a Word file whose text cannot be unpacked");
    };
    let styles = part(&mut archive, "word/styles.xml").map(|s| docx_styles(&s)).unwrap_or_default();
    let mut manuscript = Manuscript { format: "docx", ..Manuscript::default() };
    if let Some(properties) = part(&mut archive, "docProps/core.xml") {
        let xml = Xml::parse(&properties);
        manuscript.title = xml.root().find("title").and_then(El::text);
        let changed = ["modified", "created"].into_iter().find_map(|n| xml.root().find(n).and_then(El::text));
        manuscript.modified = changed.and_then(|c| c.parse().ok());
    }
    docx_text(&text, &styles, &mut manuscript);
    manuscript.documents(out);
}

pub fn read_odt(bytes: &[u8], out: &mut Documents) {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let Ok(mut archive) = archive else {
        return out.problem("broken-off", "cannot be read as an OpenDocument file: the end is missing");
    };
    let Some(text) = part(&mut archive, "content.xml") else {
        return out.problem("unreadable", "is an OpenDocument file whose text cannot be unpacked");
    };
    let mut manuscript = Manuscript { format: "odt", ..Manuscript::default() };
    if let Some(properties) = part(&mut archive, "meta.xml") {
        let xml = Xml::parse(&properties);
        manuscript.title = xml.root().find("title").and_then(El::text);
        let changed = xml.root().find("date").and_then(El::text);
        // A civil time without a zone: taken for UTC, for it is only the date of last resort.
        manuscript.modified = changed.and_then(|c| format!("{}Z", c.split('.').next()?).parse().ok());
    }
    odt_text(&text, &mut manuscript);
    manuscript.documents(out);
}

/// The ids of Word's styles for titles: "Title" has another id in every language, but not another name.
fn docx_styles(xml: &str) -> Vec<(String, Style)> {
    let xml = Xml::parse(xml);
    let styles = xml.root().all("style").filter_map(|s| {
        let name = s.child("name")?.attribute("val")?;
        Some((s.attribute("styleId")?.to_owned(), style_named(name)?))
    });
    styles.collect()
}

fn style_named(name: &str) -> Option<Style> {
    match name.to_ascii_lowercase().replace("_20_", " ").as_str() {
        "title" | "heading 1" => Some(Style::Title),
        "subtitle" => Some(Style::Subtitle),
        _ => None,
    }
}

/// What an element means to the text around it.
enum Means {
    /// A paragraph, with its style where the element says it.
    Paragraph(Style),
    /// The style of the paragraph that it stands in.
    Style(Style),
    /// Only inside such elements is Word's text text.
    Text,
    Says(&'static str),
    /// It and all that is in it is no text of the article.
    Nothing,
    Else,
}

fn docx_text(text: &str, styles: &[(String, Style)], manuscript: &mut Manuscript) {
    let style = |id: String| styles.iter().find(|(s, _)| *s == id).map(|(_, style)| *style);
    walk(text, true, manuscript, |name, e| match name {
        "p" => Means::Paragraph(Style::Plain),
        "pStyle" => value(e, "val").and_then(style).map_or(Means::Else, Means::Style),
        "t" => Means::Text,
        "tab" => Means::Says("\t"),
        "br" | "cr" => Means::Says("\n"),
        "noBreakHyphen" => Means::Says("-"),
        // Deleted and moved away; tab stops; what stands there for older programs.
        "del" | "moveFrom" | "tabs" | "Fallback" => Means::Nothing,
        _ => Means::Else,
    });
}

fn odt_text(text: &str, manuscript: &mut Manuscript) {
    // Paragraphs name a style of this text alone, which names the one that it varies.
    let mut varied: Vec<(String, Style)> = Vec::new();
    walk(text, false, manuscript, |name, e| match name {
        "style" => {
            let parent = value(e, "parent-style-name").and_then(|p| style_named(&p));
            varied.extend(value(e, "name").zip(parent));
            Means::Else
        }
        "p" | "h" => {
            let named = value(e, "style-name").unwrap_or_default();
            let style = varied.iter().find(|(n, _)| *n == named).map(|(_, s)| *s).or_else(|| style_named(&named));
            let first = (name == "h" && value(e, "outline-level").as_deref() == Some("1")).then_some(Style::Title);
            Means::Paragraph(style.or(first).unwrap_or_default())
        }
        "s" => Means::Says(" "),
        "tab" => Means::Says("\t"),
        "line-break" => Means::Says("\n"),
        "note" | "annotation" | "tracked-changes" | "sequence-decls" | "forms" => Means::Nothing,
        _ => Means::Else,
    });
}

/// Reads the XML from event to event, keeping nothing but the paragraphs that are open: one may stand in another, in a
/// text box. With `marked`, text counts inside [`Means::Text`] only.
fn walk(text: &str, marked: bool, manuscript: &mut Manuscript, mut means: impl FnMut(&str, &BytesStart) -> Means) {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut open: Vec<(usize, Style, String)> = Vec::new();
    let (mut depth, mut taken) = (0usize, 0usize);
    // How deep the element lies in which there is text, and the one in which there is none.
    let (mut inside, mut outside): (Option<usize>, Option<usize>) = (None, None);
    let mut say = |open: &mut Vec<(usize, Style, String)>, words: &str| {
        taken += words.len();
        if let Some((_, _, text)) = open.last_mut().filter(|_| taken <= MAX_TEXT) {
            text.push_str(words);
        }
        taken <= MAX_TEXT
    };
    loop {
        let heard = |inside: Option<usize>, outside: Option<usize>| outside.is_none() && (!marked || inside.is_some());
        let room = match reader.read_event() {
            Ok(Event::Start(e)) => {
                depth += 1;
                match means(local(e.name().as_ref()), &e) {
                    _ if outside.is_some() => true,
                    Means::Paragraph(style) => {
                        // Nested deeper than any text is, paragraphs run together.
                        if open.len() < MAX_NESTED {
                            open.push((depth, style, String::new()));
                        }
                        true
                    }
                    Means::Style(style) => {
                        open.last_mut().into_iter().for_each(|(_, s, _)| *s = style);
                        true
                    }
                    Means::Text => {
                        inside = inside.or(Some(depth));
                        true
                    }
                    Means::Says(words) => say(&mut open, words),
                    Means::Nothing => {
                        outside = Some(depth);
                        true
                    }
                    Means::Else => true,
                }
            }
            Ok(Event::End(_)) => {
                if let Some((_, style, text)) = open.pop_if(|(d, ..)| *d >= depth) {
                    manuscript.push(style, &text);
                }
                inside = inside.filter(|d| *d < depth);
                outside = outside.filter(|d| *d < depth);
                depth = depth.saturating_sub(1);
                true
            }
            Ok(Event::Text(e)) if heard(inside, outside) => say(&mut open, &e.into_inner()),
            Ok(Event::CData(e)) if heard(inside, outside) => say(&mut open, &e.into_inner()),
            Ok(Event::GeneralRef(e)) if heard(inside, outside) => match referred(&e.into_inner()) {
                Some(c) => say(&mut open, c.encode_utf8(&mut [0; 4])),
                None => true,
            },
            Ok(Event::Eof) => break,
            Ok(_) => true,
            Err(e) => {
                let what = format!("the XML breaks off at byte {}: {e}", reader.error_position());
                manuscript.notices.push(Notice::new("bad-xml", what));
                break;
            }
        };
        if !room {
            let what = format!("longer than {MAX_TEXT} bytes: the rest was left out");
            manuscript.notices.push(Notice::new("text-cut", what));
            break;
        }
    }
    for (_, style, text) in open.into_iter().rev() {
        manuscript.push(style, &text);
    }
}

fn value(e: &BytesStart, name: &str) -> Option<String> {
    let mut attributes = e.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| local(a.key.as_ref()) == name)?;
    Some(entities::resolve(&found.value))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn referred(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(digits) => entities::numbered(digits),
        None => entities::named(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docx(xml: &str) -> Manuscript {
        let styles = docx_styles(
            "<w:styles><w:style w:styleId=\"Titel\"><w:name w:val=\"Title\"/></w:style>\
             <w:style w:styleId=\"Kop\"><w:name w:val=\"heading 3\"/></w:style></w:styles>",
        );
        let mut manuscript = Manuscript::default();
        docx_text(xml, &styles, &mut manuscript);
        manuscript
    }

    fn odt(xml: &str) -> Manuscript {
        let mut manuscript = Manuscript::default();
        odt_text(xml, &mut manuscript);
        manuscript
    }

    fn shown(manuscript: &Manuscript) -> Vec<String> {
        manuscript.paragraphs.iter().map(|(style, text)| format!("{style:?}: {text}")).collect()
    }

    #[test]
    fn word_says_text_in_runs() {
        let read = docx(
            "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"Titel\"/><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Ferry \
             </w:t></w:r><w:r><w:t>back</w:t></w:r></w:p><w:p><w:r><w:t>R&amp;D</w:t><w:tab/><w:instrText>PAGE</w:instrText></w:r>\
             <w:del><w:r><w:delText>no</w:delText><w:t>no</w:t></w:r></w:del><w:ins><w:r><w:t>yes</w:t><w:br/><w:t>two</w:t></w:r></w:ins>\
             </w:p><w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
        );
        assert_eq!(shown(&read), ["Title: Ferry back", "Plain: R&D yes", "Plain: two", "Plain: cell"]);
    }

    #[test]
    fn libreoffice_names_the_style_that_a_style_varies() {
        let read = odt(
            "<office:document-content><style:style style:name=\"P1\" style:parent-style-name=\"Title\"/><office:text>\
             <text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p text:style-name=\"P1\">Ferry<text:s/>back</text:p>\
             <text:p>It <text:span>runs</text:span><text:note><text:p>note</text:p></text:note>.</text:p></office:text></office:document-content>",
        );
        assert_eq!(shown(&read), ["Title: Ferry back", "Plain: It runs."]);
    }

    #[test]
    fn what_is_broken_or_nested_keeps_its_words() {
        let read = docx("<w:p><w:r><w:t>It runs.</w:t></w:r></w:p><w:p><w:r><w:t>And then");
        assert_eq!(shown(&read), ["Plain: It runs.", "Plain: And then"]);
        let deep = docx(&format!("{}<w:t>It runs.", "<w:p>".repeat(100_000)));
        assert_eq!(shown(&deep), ["Plain: It runs."]);
    }
}
