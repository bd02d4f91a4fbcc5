//! PDF with a text layer, one article a file, as well as can be.
//!
//! A PDF says where each letter stands and not what it belongs to. hayro interprets the pages; letters become words and
//! lines by where they stand ([`layout`]), lines become paragraphs by their distances and ends, in the order in which
//! the file draws them: the order of reading in what word processors, browsers and most archives write. The largest
//! letters of the first page are the headline; what stands at the head or foot of page after page, and the numbers of
//! pages, are left out. Each article carries the notice `pdf-layout`, for lines of neighbouring columns may have run
//! together.
//!
//! Not read: scans without a text layer (a problem that says so), pages of a newspaper as several articles, forms,
//! notes, files that are locked with a password.
//!
//! A hostile file can draw without end with a few bytes (forms that draw forms) or inflate without end. So streams are
//! measured before anything is interpreted, and the interpreter is left after [`MAX_STEPS`]: it can only be left by
//! unwinding, from the callbacks that it makes ([`layout::Enough`]). What a fault of the library leaves is kept, with a
//! notice.

mod layout;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::object::DateTime;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::manuscript::Manuscript;
use super::record::Documents;
use crate::article::Notice;
use layout::{Enough, Sheet};

/// How many letters may be drawn: those of a thick book.
const MAX_STEPS: usize = 4_000_000;

const MAX_PAGES: usize = 2000;

/// To what one stream may inflate, in bytes, and all together. Fonts and pages have some hundred thousand.
const MAX_STREAM: u64 = 64 << 20;
const MAX_STREAMS: u64 = 1 << 30;

/// The stack of the thread that interprets: forms may be nested fifty deep, and the library goes down with them.
const STACK: usize = 64 << 20;

pub fn detect(head: &[u8]) -> bool {
    memchr::memmem::find(&head[..head.len().min(1024)], b"%PDF-").is_some()
}

pub fn read(bytes: &[u8], out: &mut Documents) {
    if inflates_beyond_reason(bytes) {
        return out.problem("inflates", "is a PDF that inflates beyond reason; passed over");
    }
    let interpreted = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("pdf".into()).stack_size(STACK);
        thread.spawn_scoped(scope, || interpreted(bytes)).ok()?.join().ok()
    });
    match interpreted {
        Some(Ok(manuscript)) if manuscript.paragraphs.is_empty() => {
            out.problem(
                "no-text",
                "is a PDF without a text layer: pictures of pages; make one with a program for OCR first",
            );
        }
        Some(Ok(manuscript)) => manuscript.documents(out),
        Some(Err(LoadPdfError::Decryption(_))) => out.problem("locked", "is a PDF that is locked with a password"),
        _ => out.problem("unreadable", "cannot be read as a PDF"),
    }
}

fn interpreted(bytes: &[u8]) -> Result<Manuscript, LoadPdfError> {
    let mut manuscript = Manuscript { format: "pdf", ..Manuscript::default() };
    let mut notice = |code, what: &str| manuscript.notices.push(Notice::new(code, what.to_owned()));
    notice("pdf-layout", "read from a PDF: its lines were put in order as well as can be");
    let pdf = Pdf::new(bytes.to_vec())?;
    let cache = InterpreterCache::new();
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut steps = MAX_STEPS;
    if pdf.pages().len() > MAX_PAGES {
        notice("text-cut", &format!("more than {MAX_PAGES} pages: the rest was left out"));
    }
    for page in pdf.pages().iter().take(MAX_PAGES) {
        let mut sheet = Sheet::new(page.render_dimensions().1 as f64, steps);
        let whole = catch_unwind(AssertUnwindSafe(|| {
            let settings = InterpreterSettings::default();
            let upright = page.initial_transform(true).to_kurbo();
            let mut context = Context::new(upright, Rect::new(0.0, 0.0, 1.0, 1.0), &cache, pdf.xref(), settings);
            interpret_page(page, &mut context, &mut sheet);
        }));
        steps = sheet.steps;
        sheets.push(sheet);
        match whole {
            Ok(()) => {}
            Err(why) if why.is::<Enough>() => {
                notice("text-cut", "draws more than a book does: the rest was left out");
                break;
            }
            Err(_) => notice("broken-off", "a page could not be read to its end"),
        }
    }
    let metadata = pdf.metadata();
    manuscript.title = metadata.title.as_deref().map(string).filter(|t| !t.trim().is_empty());
    manuscript.modified = metadata.modification_date.or(metadata.creation_date).and_then(timestamp);
    layout::paragraphs(sheets, &mut manuscript);
    Ok(manuscript)
}

fn timestamp(printed: DateTime) -> Option<Timestamp> {
    let DateTime { year, month, day, hour, minute, second, utc_offset_hour, .. } = printed;
    let small = |n: u8| n as i8;
    let date = Date::new(year as i16, small(month), small(day)).ok()?;
    let time = Time::new(small(hour), small(minute), small(second), 0).ok()?;
    let zone = Offset::from_seconds(utc_offset_hour as i32 * 3600 + printed.utc_offset_minute as i32 * 60).ok()?;
    zone.to_timestamp(date.to_datetime(time)).ok()
}

/// A string of a PDF's properties: UTF-16, UTF-8 with a mark, or near enough to Latin-1.
fn string(bytes: &[u8]) -> String {
    super::encoding::decode(bytes, Some("windows-1252"), &mut Vec::new())
}

/// Whether a stream inflates to more than anything that holds text does. One look at each, before they are interpreted:
/// the interpreter unpacks each to its end.
fn inflates_beyond_reason(bytes: &[u8]) -> bool {
    let mut all = 0;
    memchr::memmem::find_iter(bytes, b"stream").any(|at| {
        let data = bytes.get(at + 6..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let Some(data @ [first, second, ..]) = data.strip_prefix(b"\n") else { return false };
        let zlib = first & 15 == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0;
        if !zlib {
            return false;
        }
        let mut inflated = flate2::read::ZlibDecoder::new(data).take(MAX_STREAM + 1);
        let mut some = [0; 16 << 10];
        let mut size = 0;
        while let Ok(n @ 1..) = inflated.read(&mut some) {
            size += n as u64;
        }
        all += size;
        size > MAX_STREAM || all > MAX_STREAMS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of pages that draw what the content streams say; `F0` is a form that draws `F1`, and so on.
    fn pdf(pages: &[&str], forms: &[String]) -> Vec<u8> {
        let first = 4 + forms.len();
        let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
        let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", first + i * 2)).collect();
        objects.push(format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()));
        objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".into());
        let stream = |dict: &str, s: &str| format!("<<{dict}/Length {}>>stream\n{s}\nendstream", s.len());
        let named: String = (0..forms.len()).map(|i| format!("/F{i} {} 0 R", 4 + i)).collect();
        let resources = format!("/Resources<</Font<</H 3 0 R>>/XObject<<{named}>>>>");
        let form = format!("/Type/XObject/Subtype/Form/BBox[0 0 600 800]{resources}");
        objects.extend(forms.iter().map(|f| stream(&form, f)));
        for (i, page) in pages.iter().enumerate() {
            let contents = first + i * 2 + 1;
            objects
                .push(format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{resources}/Contents {contents} 0 R>>"));
            objects.push(stream("", page));
        }
        let mut out = b"%PDF-1.4\n".to_vec();
        for (i, object) in objects.iter().enumerate() {
            out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
        }
        out.extend(b"trailer<</Root 1 0 R>>\n");
        out
    }

    fn shown(bytes: &[u8]) -> Vec<String> {
        let manuscript = interpreted(bytes).expect("a PDF");
        manuscript.paragraphs.iter().map(|(style, text)| format!("{style:?}: {text}")).collect()
    }

    #[test]
    fn lines_become_paragraphs_and_the_largest_is_the_headline() {
        let one = "BT /H 8 Tf 50 770 Td (The Tarn Courier 1) Tj ET BT /H 24 Tf 50 700 Td (Harbour deal ends) Tj 0 -28 Td (a long \
                   strike) Tj ET BT /H 10 Tf 50 600 Td (The strike at the har-) Tj 0 -12 Td (bour is over. It had lasted) Tj \
                   0 -12 Td (a week.) Tj 0 -24 Td [(Two)-400(ferries)] TJ 0 -12 Td (run again, she) Tj ET";
        let two = "BT /H 8 Tf 50 770 Td (The Tarn Courier 2) Tj ET BT /H 10 Tf 50 700 Td (said on) Tj 30 0 Td ( Monday.) Tj ET";
        let rest = "BT /H 8 Tf 50 770 Td (The Tarn Courier 3) Tj ET BT /H 9 Tf 300 30 Td (Page 3 of 3) Tj ET";
        let read = shown(&pdf(&[one, two, rest], &[]));
        let expected = [
            "Title: Harbour deal ends a long strike",
            "Plain: The strike at the harbour is over. It had lasted a week.",
            "Plain: Two ferries run again, she said on Monday.",
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn forms_that_draw_forms_without_end_are_left() {
        let forms: Vec<String> = (1..=40).map(|next| format!("/F{next} Do ").repeat(9)).collect();
        let read = interpreted(&pdf(&["BT /H 10 Tf 50 600 Td (It runs.) Tj ET /F0 Do"], &forms)).expect("a PDF");
        assert_eq!(read.paragraphs.len(), 1);
        assert!(read.notices.iter().any(|n| n.code == "text-cut"), "{:?}", read.notices);
    }

    #[test]
    fn a_stream_that_inflates_without_end_is_not_interpreted() {
        let zeros = std::io::repeat(b' ').take(MAX_STREAM + 1);
        let mut out = flate2::write::ZlibEncoder::new(b"%PDF-1.4\nstream\n".to_vec(), flate2::Compression::fast());
        std::io::copy(&mut { zeros }, &mut out).expect("memory");
        assert!(inflates_beyond_reason(&out.finish().expect("memory")));
        assert!(!inflates_beyond_reason(&pdf(&["BT ET"], &[])));
    }
}
