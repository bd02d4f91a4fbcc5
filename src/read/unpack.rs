//! Opens files, takes off compression, and goes into archives.
//!
//! gzip (of several members too), Zstandard, bzip2, tar and zip are told by their magic numbers, one inside the other
//! to a depth of [`MAX_DEPTH`] (`.tar.gz` is two). Everything streams; only a zip that is itself packed or comes from
//! standard input must be held, up to [`MAX_HELD`]. What breaks off gives what came before and a [`Problem`]; a zip
//! whose directory is lost with its end is read from its beginning ([`super::salvage`]). Word's and LibreOffice's files
//! are zip archives to the eye, and one record each.
//!
//! Not opened: encrypted members, 7z, rar, xz. Members are read, never written anywhere, so a member's name can do no
//! harm, whatever path it claims.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::feed::Feed;
use super::input::{HEAD, Input};
use super::record::{self, Records, Source, Table, size};
use super::walk::{Entry, Meter, is_hidden, is_paper, opening};
use super::{Format, Options, Problem, Record, encoding, office, salvage, section};
use crate::article::Notice;

/// How many layers of compression and archives are opened, one inside the other.
pub const MAX_DEPTH: usize = 4;

/// How many times its size a packed file may grow to. Text shrinks to a fifth, logs to a fiftieth; a bomb to a
/// thousandth. Below [`MAX_FREE`] bytes anything goes.
pub const MAX_RATIO: u64 = 200;

/// Up to here what is unpacked is not measured.
const MAX_FREE: u64 = 64 << 20;

/// The largest zip that is held in memory, because it cannot be read from its end otherwise.
const MAX_HELD: u64 = 256 << 20;

impl Entry {
    /// Opens the file and cuts it into records, in order; what cannot be read is handed over as a problem in its place.
    /// Stops when `each` breaks.
    pub fn records(
        &self,
        options: &Options,
        each: &mut dyn FnMut(Result<Record, Problem>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut opened = Opened { entry: self, options, each };
        if self.is_stdin() {
            return opened.unpack(Input::new(io::stdin().lock()), "", None, 0);
        }
        match File::open(&self.path) {
            Ok(file) => {
                let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                opened.file(Metered { file, meter: self.meter.clone() }, &name)
            }
            Err(e) => {
                let (code, what, advice) = opening(&e);
                let problem = opened.source(None, Format::Text).problem(code, None, what);
                (opened.each)(Err(Problem { advice, ..problem }))
            }
        }
    }
}

/// A file that tells how far it is read.
struct Metered {
    file: File,
    meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.meter.add(n);
        Ok(n)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// One file while it is read.
struct Opened<'a> {
    entry: &'a Entry,
    options: &'a Options,
    each: &'a mut dyn FnMut(Result<Record, Problem>) -> ControlFlow<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Gzip,
    Zstd,
    Bzip2,
    Tar,
    Zip,
}

fn container(head: &[u8]) -> Option<Container> {
    match head {
        [0x1f, 0x8b, 8, ..] => Some(Container::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Container::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Container::Bzip2),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Container::Zip),
        _ if head.get(257..262) == Some(b"ustar") => Some(Container::Tar),
        _ => None,
    }
}

impl Opened<'_> {
    fn source(&self, member: Option<&Arc<str>>, format: Format) -> Source {
        let mut notices = Vec::new();
        if std::str::from_utf8(self.entry.path.as_os_str().as_encoded_bytes()).is_err() {
            notices.push(Notice::new("name-not-utf8", "the file's name is not UTF-8; odd bytes are shown as \\xHH"));
        }
        let section = match member {
            // The folders inside an archive are all below the collection.
            Some(member) => section::section("", member.rsplit_once("!/").map_or(member, |(_, m)| m)),
            None => section::section(&self.entry.collection, &self.entry.name),
        };
        Source {
            collection: self.entry.collection.clone(),
            path: self.entry.name.clone(),
            member: member.cloned(),
            modified: self.entry.modified,
            section,
            format,
            mappings: self.options.mappings.as_slice().into(),
            charset: None,
            table: Table::default(),
            feed: Feed::default(),
            notices,
        }
    }

    fn problem(&mut self, member: Option<&Arc<str>>, code: &'static str, what: impl Into<String>) -> ControlFlow<()> {
        let problem = self.source(member, Format::Text).problem(code, None, what);
        (self.each)(Err(problem))
    }

    /// A file on disk can be read from its end, as a zip must be.
    fn file(&mut self, mut file: Metered, name: &str) -> ControlFlow<()> {
        let mut magic = [0; 4];
        let zip = file.read_exact(&mut magic).is_ok() && container(&magic) == Some(Container::Zip);
        if file.rewind().is_err() {
            // A pipe cannot be rewound: what was read goes before the rest.
            return self.unpack(Input::new(Cursor::new(magic).chain(file)), name, None, 0);
        }
        if zip { self.zip(file, name, None, 0) } else { self.unpack(Input::new(file), name, None, 0) }
    }

    /// One stream of bytes: what it is decides.
    fn unpack(&mut self, mut input: Input, name: &str, member: Option<&Arc<str>>, depth: usize) -> ControlFlow<()> {
        let Some(container) = container(input.peek(512)) else {
            return self.cut(input, name, member);
        };
        if depth == MAX_DEPTH {
            let what = format!("is packed more than {MAX_DEPTH} times over; passed over");
            return self.problem(member, "packed-too-deep", what);
        }
        match container {
            Container::Tar => self.tar(input, member, depth),
            Container::Zip => self.held_zip(input, name, member, depth),
            packed => {
                let taken = Rc::new(Cell::new(0));
                let counted = Counted { from: input, taken: taken.clone() };
                let decoder: Box<dyn Read> = match packed {
                    Container::Gzip => Box::new(flate2::read::MultiGzDecoder::new(counted)),
                    Container::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(counted)),
                    _ => match zstd::stream::read::Decoder::new(counted) {
                        Ok(decoder) => Box::new(decoder),
                        Err(e) => return self.problem(member, "broken-off", format!("cannot be unpacked: {e}")),
                    },
                };
                let name = [".gz", ".zst", ".bz2", ".tgz"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name);
                self.unpack(Input::new(Measured { from: decoder, taken, given: 0 }), name, member, depth + 1)
            }
        }
    }

    fn tar(&mut self, input: Input, member: Option<&Arc<str>>, depth: usize) -> ControlFlow<()> {
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(e) => return self.problem(member, "broken-off", format!("cannot be read as a tar archive: {e}")),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    return self.problem(member, "broken-off", format!("breaks off: {e}; what came before was read"));
                }
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = super::walk::printed_bytes(&entry.path_bytes());
            if is_passed_over(&path) {
                continue;
            }
            let inner = joined(member, &path);
            self.unpack(Input::new(entry), file_name(&path), Some(&inner), depth + 1)?;
        }
        ControlFlow::Continue(())
    }

    fn held_zip(&mut self, mut input: Input, name: &str, member: Option<&Arc<str>>, depth: usize) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        let read = input.by_ref().take(MAX_HELD + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_HELD {
            let what = format!("is a zip of more than {} inside another file", size(MAX_HELD));
            let problem = self.source(member, Format::Text).problem("too-long", None, what);
            return (self.each)(Err(Problem { advice: Some("unpack it first"), ..problem }));
        }
        if let Err(e) = read {
            self.problem(member, "broken-off", format!("breaks off: {e}"))?;
        }
        self.zip(Cursor::new(bytes), name, member, depth)
    }

    fn zip<F: Read + Seek>(
        &mut self,
        mut file: F,
        name: &str,
        member: Option<&Arc<str>>,
        depth: usize,
    ) -> ControlFlow<()> {
        let mut archive = match zip::ZipArchive::new(&mut file) {
            Ok(archive) => archive,
            Err(e) => return self.salvaged(file, member, depth, &e),
        };
        let format = match office::kind(&mut archive) {
            None => None,
            Some(office::Kind::Docx) => Some(Format::Docx),
            Some(office::Kind::Odt) => Some(Format::Odt),
            Some(office::Kind::Other(what)) => {
                let what = format!("is {what}: save it as text or CSV");
                return self.problem(member, "unknown-format", what);
            }
        };
        if let Some(format) = format {
            drop(archive);
            return match file.rewind() {
                Ok(()) => self.cut_as(Input::new(file), name, member, Some(format)),
                Err(e) => self.problem(member, "unreadable", format!("cannot be read: {e}")),
            };
        }
        for i in 0..archive.len() {
            let entry = match archive.by_index(i) {
                Ok(entry) => entry,
                Err(e) => {
                    self.problem(
                        member,
                        "broken-off",
                        format!("file {} of the zip archive cannot be read: {e}", i + 1),
                    )?;
                    continue;
                }
            };
            let path = super::walk::printed_bytes(entry.name_raw());
            if !entry.is_file() || is_passed_over(&path) {
                continue;
            }
            let inner = joined(member, &path);
            let taken = Rc::new(Cell::new(entry.compressed_size()));
            let input = Input::new(Measured { from: Box::new(entry), taken, given: 0 });
            self.unpack(input, file_name(&path), Some(&inner), depth + 1)?;
        }
        ControlFlow::Continue(())
    }

    /// A zip without its directory, which stands at the end and goes first when a file breaks off.
    fn salvaged(
        &mut self,
        mut file: impl Read + Seek,
        member: Option<&Arc<str>>,
        depth: usize,
        why: &zip::result::ZipError,
    ) -> ControlFlow<()> {
        let mut members = 0;
        if file.rewind().is_ok() {
            let mut input = Input::new(file);
            while let Some(header) = salvage::next(&mut input) {
                if members == 0 && salvage::is_office(&header.name) {
                    break;
                }
                members += 1;
                let path = super::walk::printed_bytes(&header.name);
                let taken = Rc::new(Cell::new(0));
                let ahead = salvage::Ahead { input: &mut input, taken: taken.clone() };
                let Some(content) = header.content(ahead) else { break };
                let mut measured = Measured { from: content, taken, given: 0 };
                if !path.ends_with('/') && !is_passed_over(&path) {
                    let inner = joined(member, &path);
                    self.unpack(Input::new(&mut measured), file_name(&path), Some(&inner), depth + 1)?;
                }
                // What the reader left stands before the next member.
                if io::copy(&mut measured, &mut io::sink()).is_err() {
                    break;
                }
            }
        }
        let rest = if members > 0 { "; what could be found was read" } else { "" };
        self.problem(member, "broken-off", format!("cannot be read as a zip archive: {why}{rest}"))
    }

    /// No container: a file with articles, it is hoped.
    fn cut(&mut self, mut input: Input, name: &str, member: Option<&Arc<str>>) -> ControlFlow<()> {
        if let Some(encoding) = encoding::utf16(input.peek(1024)) {
            return self.cut_as(Input::new(encoding::Transcoded::new(input, encoding)), name, member, None);
        }
        self.cut_as(input, name, member, None)
    }

    /// Cuts what is in a format that is known already, or is to be told.
    fn cut_as(
        &mut self,
        mut input: Input,
        name: &str,
        member: Option<&Arc<str>>,
        format: Option<Format>,
    ) -> ControlFlow<()> {
        if input.at_end() && !input.is_broken() {
            return self.problem(member, "empty", "is empty");
        }
        let format = match format.or(self.options.format) {
            Some(format) => Ok(format),
            None => Format::detect(input.peek(HEAD), &name.to_lowercase()),
        };
        match format {
            Ok(format) => {
                let charset = encoding::charset(input.peek(HEAD));
                let source = Source { charset, ..self.source(member, format) };
                let mut out = Records::new(source, self.each);
                record::cut(&mut input, &mut out)?;
                let before = if out.is_empty() { "" } else { "; what came before was read" };
                match input.broken() {
                    Some(e) => out.problem(
                        "broken-off",
                        None,
                        format!("breaks off after {} bytes: {e}{before}", input.offset()),
                    ),
                    None => ControlFlow::Continue(()),
                }
            }
            Err(unknown) => {
                let code = if unknown.lost { "unknown-format" } else { "not-news" };
                let problem = self.source(member, Format::Text).problem(code, None, format!("is {}", unknown.what));
                (self.each)(Err(Problem { lost: unknown.lost, ..problem }))
            }
        }
    }
}

fn joined(outer: Option<&Arc<str>>, path: &str) -> Arc<str> {
    match outer {
        Some(outer) => format!("{outer}!/{path}").into(),
        None => path.into(),
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Hidden files and papers, as in folders.
fn is_passed_over(path: &str) -> bool {
    let path = Path::new(path);
    path.components().any(|c| c.as_os_str().len() > 1 && c.as_os_str() != ".." && is_hidden(c.as_os_str()))
        || path.file_name().is_some_and(is_paper)
}

/// Counts the packed bytes that a decoder takes.
struct Counted<R> {
    from: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        self.taken.set(self.taken.get() + n as u64);
        Ok(n)
    }
}

/// Ends a stream that inflates beyond reason.
struct Measured<'a> {
    from: Box<dyn Read + 'a>,
    taken: Rc<Cell<u64>>,
    given: u64,
}

impl Read for Measured<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        self.given += n as u64;
        if self.given > MAX_FREE && self.given / MAX_RATIO > self.taken.get() {
            return Err(io::Error::other(format!("it inflates to more than {MAX_RATIO} times its size")));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    }

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            // Written by hand: the library refuses the names that hostile archives hold.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            out.append(&header, *bytes).expect("memory");
        }
        out.into_inner().expect("memory")
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            out.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
            out.write_all(bytes).expect("memory");
        }
        out.finish().expect("memory").into_inner()
    }

    /// What is read from a file with these bytes: members, texts and codes of problems.
    fn read(bytes: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("a file");
        let mut all = Vec::new();
        for entry in crate::read::walk(&[path]) {
            let _ = entry.expect("a file").records(&Options::default(), &mut |record| {
                let items = record.map_or_else(|problem| vec![Err(problem)], |record| record.documents());
                all.extend(items.into_iter().map(|item| match item {
                    Ok(d) => {
                        let crate::article::Body::Plain(text) = d.body else { panic!("plain text") };
                        let notices: String = d.notices.iter().map(|n| format!(" !{}", n.code)).collect();
                        format!("{}: {}{notices}", d.origin.member.unwrap_or_default(), text.trim())
                    }
                    Err(p) => format!("{}: {}", p.member.unwrap_or_default(), p.code),
                }));
                ControlFlow::Continue(())
            });
        }
        all
    }

    #[test]
    fn packed_files_are_opened_one_inside_the_other() {
        assert_eq!(read(&gz(b"It runs.")), [": It runs."]);
        assert_eq!(read(&zstd::encode_all(&b"It runs."[..], 1).expect("memory")), [": It runs."]);
        assert_eq!(read(&[gz(b"It "), gz(b"runs.")].concat()), [": It runs."]);
        let inner = zip(&[("b.txt", b"Two."), ("README", b"no"), (".hidden/c.txt", b"no")]);
        let outer = gz(&tar(&[("a.txt", b"One."), ("in.zip", &inner)]));
        assert_eq!(read(&outer), ["a.txt: One.", "in.zip!/b.txt: Two."]);
        let deep = (0..=MAX_DEPTH).fold(b"It runs.".to_vec(), |bytes, _| gz(&bytes));
        assert_eq!(read(&deep), [": packed-too-deep"]);
    }

    #[test]
    fn names_that_lead_out_of_the_archive_are_only_names() {
        let archive = tar(&[("../../a.txt", b"One."), ("/etc/b.txt", b"Two.")]);
        assert_eq!(read(&archive), ["../../a.txt: One.", "/etc/b.txt: Two."]);
    }

    #[test]
    fn what_breaks_off_gives_what_came_before() {
        let whole = gz("The ferry runs. ".repeat(9999).as_bytes());
        let cut = read(&whole[..whole.len() / 2]);
        assert!(cut[0].starts_with(": The ferry runs.") && cut[0].ends_with("!broken-off"), "{}", cut[0].len());
        assert_eq!(cut[1], ": broken-off");
        let archive = tar(&[("a.txt", b"One."), ("b.txt", &[b'x'; 2000])]);
        let cut = read(&archive[..1800]);
        assert_eq!((cut[0].as_str(), cut.len()), ("a.txt: One.", 3));
        assert!(cut.last().is_some_and(|p| p.ends_with("broken-off")), "{cut:?}");
        let archive = zip(&[("a.txt", b"One.")]);
        assert_eq!(read(&archive[..archive.len() - 30]), ["a.txt: One.", ": broken-off"]);
    }

    #[test]
    fn a_zip_without_its_directory_is_read_from_its_beginning() {
        let stored = zip(&[("a.txt", b"One."), ("b/", b""), ("b/c.txt", b"Two.")]);
        let directory = memchr::memmem::find(&stored, b"PK\x01\x02").expect("a directory");
        assert_eq!(read(&stored[..directory]), ["a.txt: One.", "b/c.txt: Two.", ": broken-off"]);
        // Written to a pipe, members say their size only behind themselves.
        let mut piped = Vec::new();
        for (name, text) in [("a.txt", "One."), ("b.txt", "Two.")] {
            let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            out.write_all(text.as_bytes()).expect("memory");
            piped.extend(b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0");
            piped.extend(name.bytes().chain(out.finish().expect("memory")).chain(*b"PK\x07\x08............"));
        }
        assert_eq!(read(&piped), ["a.txt: One.", "b.txt: Two.", ": broken-off"]);
        let office = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:p><w:t>One.</w:t></w:p>")]);
        assert_eq!(read(&office[..office.len() - 9]), [": broken-off"]);
    }

    #[test]
    fn the_files_of_office_programs_are_no_archives() {
        let word = |text: &str| {
            let xml = format!("<w:document><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>");
            zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
        };
        assert_eq!(read(&word("It runs.")), [": It runs."]);
        assert_eq!(
            read(&zip(&[("a.docx", &word("One.")), ("b.docx", &word("Two."))])),
            ["a.docx: One.", "b.docx: Two."]
        );
        let text = b"<office:text><text:p>It runs.</text:p></office:text>";
        let mimetype = b"application/vnd.oasis.opendocument.text";
        assert_eq!(read(&zip(&[("mimetype", mimetype), ("content.xml", text)])), [": It runs."]);
        assert_eq!(read(&zip(&[("[Content_Types].xml", b""), ("xl/workbook.xml", b"")])), [": unknown-format"]);
    }

    #[test]
    fn a_bomb_is_left_alone() {
        let zeros = io::repeat(b' ').take(MAX_FREE + (32 << 20));
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        io::copy(&mut { zeros }, &mut out).expect("memory");
        let bomb = out.finish().expect("memory");
        assert_eq!(read(&bomb), [": too-long", ": broken-off"]);
    }
}
