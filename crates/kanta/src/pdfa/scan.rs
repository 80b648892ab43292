//! Reading a PDF as tokens: names, strings to skip, streams to look into or to pass over.

use super::{INFLATED_BYTES_MAX, INFLATED_TOTAL_MAX, PdfFault, inflate};
use std::borrow::Cow;

/// Longest name looked at; ISO 32000 allows 127 bytes.
const NAME_MAX: usize = 127;

/// Names that may stand nowhere, and what they mean. Long enough not to come about in compressed data by chance.
const FORBIDDEN: &[(&[u8], PdfFault)] = &[
    (b"Encrypt", PdfFault::Encrypted),
    (b"JavaScript", PdfFault::Active),
    (b"Launch", PdfFault::Active),
    (b"ImportData", PdfFault::Active),
    (b"SubmitForm", PdfFault::Active),
    (b"ResetForm", PdfFault::Active),
    (b"Rendition", PdfFault::Active),
    (b"RichMedia", PdfFault::Active),
    (b"EmbeddedFile", PdfFault::Embedded),
    (b"EmbeddedFiles", PdfFault::Embedded),
    (b"FileAttachment", PdfFault::Embedded),
];
/// Short names, which are looked for only where a reader sees names.
const FORBIDDEN_SHORT: &[(&[u8], PdfFault)] = &[
    (b"JS", PdfFault::Active),
    (b"AA", PdfFault::Active),
    (b"XFA", PdfFault::Active),
    (b"Movie", PdfFault::Active),
    (b"Sound", PdfFault::Active),
    (b"GoToR", PdfFault::Active),
    (b"GoToE", PdfFault::Active),
    (b"EF", PdfFault::Embedded),
];

/// Filters whose streams are data for the page, never objects.
const OTHER_FILTERS: &[&[u8]] = &[
    b"LZWDecode",
    b"LZW",
    b"ASCII85Decode",
    b"A85",
    b"ASCIIHexDecode",
    b"AHx",
    b"RunLengthDecode",
    b"RL",
    b"Crypt",
    b"CCITTFaxDecode",
    b"DCTDecode",
    b"JBIG2Decode",
    b"JPXDecode",
];

fn forbidden(name: &[u8], lists: &[&[(&[u8], PdfFault)]]) -> Result<(), PdfFault> {
    let found = lists.iter().flat_map(|list| list.iter()).find(|(known, _)| *known == name);
    found.map_or(Ok(()), |(_, fault)| Err(*fault))
}

/// Looks for the long names everywhere, also in what a reader takes for data: a cross-reference may point into it.
pub(super) fn raw(bytes: &[u8]) -> Result<(), PdfFault> {
    for at in (0..bytes.len()).filter(|at| bytes[*at] == b'/') {
        forbidden(&name(bytes, at + 1).0, &[FORBIDDEN])?;
    }
    Ok(())
}

/// Reads the whole file; gives its XMP packets.
pub(super) fn file(bytes: &[u8]) -> Result<Vec<Vec<u8>>, PdfFault> {
    let mut reader =
        Reader { bytes, at: 0, object: Object::default(), packets: Vec::new(), inflated: 0, inside: false };
    reader.read()?;
    Ok(reader.packets)
}

/// What is known of the object that is being read; its stream follows its dictionary.
#[derive(Default)]
struct Object {
    objects: bool,
    metadata: bool,
    flate: bool,
    other_filter: bool,
    parameters: bool,
    length: Option<usize>,
    length_next: bool,
    in_filter: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    object: Object,
    packets: Vec<Vec<u8>>,
    inflated: usize,
    /// Whether this is the inside of an object stream.
    inside: bool,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), PdfFault> {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'%' => self.skip_comment(),
                b'(' => self.skip_string()?,
                b'/' => self.name()?,
                byte if is_regular(*byte) => self.word()?,
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) {
        let end = self.bytes[self.at..].iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        self.at = end.map_or(self.bytes.len(), |end| self.at + end);
    }

    fn skip_string(&mut self) -> Result<(), PdfFault> {
        let mut depth = 0_u32;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err(PdfFault::Unreadable)
    }

    fn name(&mut self) -> Result<(), PdfFault> {
        let (name, end) = name(self.bytes, self.at + 1);
        self.at = end;
        forbidden(&name, &[FORBIDDEN, FORBIDDEN_SHORT])?;
        let object = &mut self.object;
        object.length_next = *name == *b"Length";
        let filter = matches!(&*name, b"FlateDecode" | b"Fl") || OTHER_FILTERS.contains(&&*name);
        object.in_filter = *name == *b"Filter" || (object.in_filter && filter);
        match &*name {
            // A reader may find it by its `First` alone.
            b"ObjStm" | b"First" => object.objects = true,
            // An image that has metadata names /Metadata too; the packet itself alone is /XML.
            b"XML" => object.metadata = true,
            b"FlateDecode" | b"Fl" => {
                // Twice packed is not looked into.
                object.other_filter |= object.flate;
                object.flate = true;
            }
            b"DecodeParms" | b"DP" => object.parameters = true,
            other => object.other_filter |= OTHER_FILTERS.contains(&other),
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), PdfFault> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        match word {
            b"obj" => self.object = Object::default(),
            b"stream" => self.stream()?,
            // The filter stands elsewhere.
            _ if self.object.in_filter => self.object.other_filter = true,
            word if self.object.length_next => {
                self.object.length = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                self.object.length_next = false;
            }
            // `12 0 R`: the length stands elsewhere.
            b"R" => self.object.length = None,
            _ => {}
        }
        Ok(())
    }

    /// The stream of the current object: looked into when it holds objects or XMP, else passed over.
    fn stream(&mut self) -> Result<(), PdfFault> {
        // An object stream holds no stream (ISO 32000-1, 7.5.7); one in another would let a sender choose our depth.
        if self.inside {
            return Err(PdfFault::Unreadable);
        }
        let start = match self.bytes.get(self.at..) {
            Some([b'\r', b'\n', ..]) => self.at + 2,
            Some([b'\n' | b'\r', ..]) => self.at + 1,
            _ => return Err(PdfFault::Unreadable),
        };
        let object = std::mem::take(&mut self.object);
        let end = self.end_of_stream(start, object.length)?;
        self.at = end + b"endstream".len();
        if !object.objects && !object.metadata {
            return Ok(());
        }
        let data = self.data(&object, start, end)?;
        if object.objects {
            let (object, packets) = (Object::default(), Vec::new());
            let mut inner = Reader { bytes: &data, at: 0, object, packets, inflated: self.inflated, inside: true };
            return inner.read();
        }
        self.packets.push(data.into_owned());
        Ok(())
    }

    fn data(&mut self, object: &Object, start: usize, end: usize) -> Result<Cow<'static, [u8]>, PdfFault> {
        if object.other_filter || object.parameters {
            return Err(PdfFault::Unreadable);
        }
        let data = &self.bytes[start..end];
        let room = INFLATED_BYTES_MAX.min(INFLATED_TOTAL_MAX.saturating_sub(self.inflated));
        let data = if object.flate { inflate::zlib(data, room) } else { (data.len() <= room).then(|| data.to_vec()) };
        let data = data.ok_or(PdfFault::Unreadable)?;
        self.inflated += data.len();
        Ok(Cow::Owned(data))
    }

    /// Where `endstream` stands: at the given length when it does, else at the first one.
    fn end_of_stream(&self, start: usize, length: Option<usize>) -> Result<usize, PdfFault> {
        const END: &[u8] = b"endstream";
        let at_length = length.and_then(|length| {
            let end = start.checked_add(length)?;
            let rest = self.bytes.get(end..)?;
            let skipped = rest.iter().take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            rest[skipped..].starts_with(END).then_some(end + skipped)
        });
        let search =
            || self.bytes.get(start..)?.windows(END.len()).position(|window| window == END).map(|at| start + at);
        at_length.or_else(search).ok_or(PdfFault::Unreadable)
    }
}

fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b'\t' | b'\n' | 12 | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

/// The name that begins at `start`, its `#xx` resolved, and where it ends.
fn name(bytes: &[u8], start: usize) -> (Cow<'_, [u8]>, usize) {
    let rest = &bytes[start..];
    let length = rest.iter().take(3 * NAME_MAX).position(|byte| !is_regular(*byte));
    let written = &rest[..length.unwrap_or_else(|| rest.len().min(3 * NAME_MAX))];
    let end = start + written.len();
    if !written.contains(&b'#') {
        return (Cow::Borrowed(written), end);
    }
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut read = Vec::with_capacity(written.len());
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        let code = match written.get(at + 1..at + 3) {
            Some([high, low]) if *byte == b'#' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                read.push(high << 4 | low);
                at += 3;
            }
            None => {
                read.push(*byte);
                at += 1;
            }
        }
    }
    (Cow::Owned(read), end)
}
