use super::*;

/// A PDF with an XMP packet and one more object, without a cross-reference table: the gate reads objects, not tables.
fn pdf(part: &str, level: &str, more: &str) -> Vec<u8> {
    let xmp = format!(
        "<?xpacket begin=\"\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>{part}</pdfaid:part>\
         <pdfaid:conformance>{level}</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    );
    format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Metadata 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Metadata /Subtype /XML \
         /Length {} >>\nstream\n{xmp}\nendstream\nendobj\n{more}\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
        xmp.len()
    )
    .into_bytes()
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("3 0 obj\n<< {dictionary} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream\nendobj"].concat()
}

/// A zlib stream of one stored block: valid for every reader and needing no compressor here.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&[0x78, 0x01, 0x01][..], &length.to_le_bytes(), &(!length).to_le_bytes(), data, &[0; 4]].concat()
}

fn with_stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let whole = pdf("2", "B", "@@");
    let at = whole.windows(2).position(|window| window == b"@@").unwrap();
    [&whole[..at], &stream(dictionary, data), &whole[at + 2..]].concat()
}

#[test]
fn levels_1b_and_2b_and_those_above_are_taken() {
    assert_eq!(check(&pdf("1", "B", "")), Ok(Level { part: 1, conformance: 'B' }));
    assert_eq!(check(&pdf("2", "B", "")), Ok(Level { part: 2, conformance: 'B' }));
    assert!(check(&pdf("1", "A", "")).is_ok() && check(&pdf("2", "u", "")).is_ok());
    assert_eq!(check(&pdf("3", "B", "")), Err(PdfFault::OtherLevel));
    assert_eq!(check(&pdf("1", "U", "")), Err(PdfFault::OtherLevel));
}

#[test]
fn attributes_and_another_prefix_say_the_same() {
    let text = String::from_utf8(pdf("1", "B", "")).unwrap();
    let attributes = text
        .replace("><pdfaid:part>1</pdfaid:part>", " pdfaid:part=\"1\"")
        .replace("<pdfaid:conformance>B</pdfaid:conformance>", " pdfaid:conformance='B'>");
    assert!(check(attributes.as_bytes()).is_ok());
    assert!(check(text.replace("pdfaid", "taso").as_bytes()).is_ok());
}

#[test]
fn a_plain_pdf_a_cut_one_and_something_else_are_refused() {
    let text = String::from_utf8(pdf("1", "B", "")).unwrap();
    assert_eq!(check(text.replace("pdfaid:part", "pdfaid:osa").as_bytes()), Err(PdfFault::NotPdfA));
    assert_eq!(check(text.replace("%%EOF", "").as_bytes()), Err(PdfFault::NotPdf));
    assert_eq!(check(b"MZ"), Err(PdfFault::NotPdf));
    assert_eq!(check(text.replace("%PDF-1.7", "%PDF-2.0").as_bytes()), Err(PdfFault::NotPdf));
    assert_eq!(check(text.replace("trailer", "(").as_bytes()), Err(PdfFault::Unreadable));
}

#[test]
fn what_acts_or_carries_files_is_refused_however_it_is_written() {
    for (more, fault) in [
        ("4 0 obj << /S /JavaScript /JS (app.alert) >> endobj", PdfFault::Active),
        ("4 0 obj << /S /J#61va#53cript >> endobj", PdfFault::Active),
        ("4 0 obj << /AA << /O 5 0 R >> >> endobj", PdfFault::Active),
        ("4 0 obj << /S/Launch/F(calc.exe) >> endobj", PdfFault::Active),
        ("4 0 obj << /Names << /EmbeddedFiles 5 0 R >> >> endobj", PdfFault::Embedded),
        ("4 0 obj << /Type /Filespec /EF << /F 5 0 R >> >> endobj", PdfFault::Embedded),
        ("4 0 obj << /Encrypt 9 0 R >> endobj", PdfFault::Encrypted),
    ] {
        assert_eq!(check(&pdf("2", "B", more)), Err(fault), "{more}");
    }
    assert!(check(&pdf("2", "B", "4 0 obj (JavaScript \\( AA) endobj")).is_ok(), "words in a text are no names");
}

#[test]
fn objects_inside_a_compressed_stream_are_seen() {
    let harmful = b"<< /S /JS >>";
    assert_eq!(check(&with_stream("/Type /ObjStm", harmful)), Err(PdfFault::Active));
    let packed = zlib_stored(harmful);
    assert_eq!(check(&with_stream("/Type /ObjStm /Filter /FlateDecode", &packed)), Err(PdfFault::Active));
    let harmless = zlib_stored(b"<< /Type /Page >>");
    assert!(check(&with_stream("/Type /ObjStm /Filter /FlateDecode", &harmless)).is_ok());
    assert_eq!(check(&with_stream("/Type /ObjStm /Filter /LZWDecode", harmful)), Err(PdfFault::Unreadable));
    assert_eq!(check(&with_stream("/Type /ObjStm /Filter /FlateDecode", b"xx")), Err(PdfFault::Unreadable));
    // The same bytes as the data of a page are only data.
    assert!(check(&with_stream("/Filter /FlateDecode", harmful)).is_ok());
}

#[test]
fn what_is_packed_twice_elsewhere_or_without_its_name_is_not_trusted() {
    let harmful = b"<< /S /JS >>";
    let (once, twice) = (zlib_stored(harmful), zlib_stored(&zlib_stored(harmful)));
    let filters = "/Type /ObjStm /Filter [/FlateDecode /FlateDecode]";
    assert_eq!(check(&with_stream(filters, &twice)), Err(PdfFault::Unreadable));
    assert_eq!(check(&with_stream("/Type /ObjStm /Filter 7 0 R", &once)), Err(PdfFault::Unreadable));
    assert_eq!(check(&with_stream("/N 1 /First 4 /Filter [/FlateDecode]", &once)), Err(PdfFault::Active));
    // An image that has metadata of its own is no XMP packet.
    assert!(check(&with_stream("/Subtype /Image /Metadata 9 0 R /Filter /DCTDecode", b"\xff\xd8")).is_ok());
}

/// Each level would cost stack and a copy of the rest: a sender must not choose how deep we go.
#[test]
fn an_object_stream_in_an_object_stream_is_refused() {
    let mut inner = b"<< /Type /Page >>".to_vec();
    for _ in 0..12_000 {
        let head = format!("1 0 obj<</ObjStm/Length {}>>stream\n", inner.len());
        inner = [head.as_bytes(), &inner, b"\nendstream"].concat();
    }
    assert_eq!(check(&with_stream("/Type /ObjStm", &inner)), Err(PdfFault::Unreadable));
}

/// Compressed by zlib, with fixed and with dynamic codes.
#[test]
fn compressed_blocks_are_read() {
    let fixed = [0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01, 0x68, 0x03, 0x08, 0xb1];
    assert_eq!(inflate::zlib(&fixed, 100).unwrap(), b"hello hello hello hello");
    assert_eq!(inflate::zlib(&fixed, 10), None, "the limit holds");
    assert_eq!(inflate::zlib(&fixed[..8], 100), None, "a cut stream gives nothing");
    let dynamic = "eNoVjLcBAAAMgm7F8v8LiSMWQlNkiUQQEKVWR/mmce2MFf1wY+/TpzqxJ/gImGwZ/2Ieeps4Jo0=";
    let dynamic = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, dynamic).unwrap();
    let text = "daedeabcbbaddbaadaabaeaecbebaaddbcbedceccdebaabdbbbacbbacabcbebbbecddccbcbbcabaaaeabcecddadceaaecbae";
    assert_eq!(inflate::zlib(&dynamic, 200).unwrap(), text.as_bytes());
}

#[test]
fn whatever_arrives_nothing_panics() {
    let whole = with_stream("/Type /ObjStm /Filter /FlateDecode", &zlib_stored(b"<< /Type /Page >>"));
    for at in 0..whole.len() {
        let _ = check(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let _ = check(&changed);
    }
}
