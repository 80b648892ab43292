//! Limits before parsers: size, depth, count. Each named, each with its reason (security-and-faults 5.3, rows 34–35).
//!
//! A message is scanned once against these before anything allocates per element.

/// Longest SOAP message: a document of the largest size, base64 coded twice (body in document, document in frame) is
/// 16/9 of itself; this leaves room for one such document and its envelope.
pub const MESSAGE_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Longest document: a PDF/A scan of some thirty pages after base64; a note is 15 kB.
pub const DOCUMENT_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Longest display form after decoding; nobody reads more, and the gate must stay quick.
pub const XHTML_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Longest structured form after decoding; the largest structure filled in by hand stays under 200 kB.
pub const JSON_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Longest PDF/A body after decoding.
pub const PDF_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Deepest nesting; a signed document reaches 14, a frame 12. Stops stack exhaustion.
pub const DEPTH_MAX: usize = 64;
/// Most elements in a message; a document has some 150, an answer of 100 rows 12,000.
pub const ELEMENTS_MAX: usize = 50_000;
/// Most attributes, namespace declarations included, on one element; the most in use is 6. Parsers compare attributes
/// pairwise for duplicates, which is quadratic.
pub const ATTRIBUTES_MAX: usize = 32;
/// Most namespace declarations in a whole message: a signed document has 8, and an answer carries its documents coded,
/// not nested. The tree copies those in scope at every new declaration, which is quadratic.
pub const NAMESPACES_MAX: usize = 1_000;
/// Longest single tag; the longest in use is under 1 kB, but a logo in `img/@src` may be some 100 kB.
pub const TAG_BYTES_MAX: usize = 512 * 1024;
/// Most clients of one document: a joint case of a large family.
pub const PATIENTS_MAX: usize = 50;
/// Most authors, tasks, services or signers of one document.
pub const REPEATS_MAX: usize = 50;
/// Most rows in one answer; more come by the page key.
pub const PAGE_ROWS_MAX: u32 = 100;
/// Longest text of a name, reason or display name, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;
/// Longest `Toimija` element: two certificates and a signature are 6 kB.
pub const TOIMIJA_BYTES_MAX: usize = 64 * 1024;

/// The limits in force for one parse. Defaults are the constants of this module; tests make them smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`MESSAGE_BYTES_MAX`].
    pub message_bytes: usize,
    /// See [`DOCUMENT_BYTES_MAX`].
    pub document_bytes: usize,
    /// See [`XHTML_BYTES_MAX`].
    pub xhtml_bytes: usize,
    /// See [`JSON_BYTES_MAX`].
    pub json_bytes: usize,
    /// See [`PDF_BYTES_MAX`].
    pub pdf_bytes: usize,
    /// See [`DEPTH_MAX`].
    pub depth: usize,
    /// See [`ELEMENTS_MAX`].
    pub elements: usize,
    /// See [`ATTRIBUTES_MAX`].
    pub attributes: usize,
    /// See [`NAMESPACES_MAX`].
    pub namespaces: usize,
    /// See [`TAG_BYTES_MAX`].
    pub tag_bytes: usize,
    /// Whether the encoding name of the XML declaration is ignored, as in XML carried inside JSON (wire-format 15).
    pub encoding_ignored: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: MESSAGE_BYTES_MAX,
            document_bytes: DOCUMENT_BYTES_MAX,
            xhtml_bytes: XHTML_BYTES_MAX,
            json_bytes: JSON_BYTES_MAX,
            pdf_bytes: PDF_BYTES_MAX,
            depth: DEPTH_MAX,
            elements: ELEMENTS_MAX,
            attributes: ATTRIBUTES_MAX,
            namespaces: NAMESPACES_MAX,
            tag_bytes: TAG_BYTES_MAX,
            encoding_ignored: false,
        }
    }
}
