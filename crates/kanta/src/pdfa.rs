//! The gate of PDF bodies: which PDF/A a file says it is, and that nothing in it acts, opens or carries files
//! (wire-format 6.6). Used for documents without a structured form and for old ones.
//!
//! **What it sees**: every name outside strings in the file and in its object streams, names written with `#xx` as well;
//! the XMP packet. **What it does not see**: whether the file keeps the promise of its XMP (fonts embedded, colours
//! defined, a sound cross-reference table), what the pages show, and a compressed object stream hidden in the data of
//! another stream, in a string or in a comment. A whole validator of ISO 19005 is another program. What cannot be looked
//! into, such as an object stream under an unusual filter, is refused rather than trusted.

mod inflate;
mod scan;
mod xmp;

/// Longest object stream or XMP packet after decompression: the objects of a long document are some hundred kilobytes.
pub const INFLATED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Longest sum of everything that is decompressed of one file, so that many small streams cannot cost minutes.
pub const INFLATED_TOTAL_MAX: usize = 32 * 1024 * 1024;

/// What a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Part of ISO 19005: 1 or 2.
    pub part: u8,
    /// `A`, `B` or `U`; the others promise more than `B`.
    pub conformance: char,
}

/// Why a PDF is not taken. The sentences are Finnish: they are told to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfFault {
    /// No PDF at all, or cut short.
    #[error("Tiedosto ei ole kokonainen PDF-tiedosto.")]
    NotPdf,
    /// No XMP that says so.
    #[error("Tiedosto ei ole PDF/A: tunnistetta pdfaid ei ole.")]
    NotPdfA,
    /// Another part or level.
    #[error("PDF/A-taso ei ole 1b tai 2b.")]
    OtherLevel,
    /// Encrypted.
    #[error("PDF on salattu.")]
    Encrypted,
    /// Holds something that acts by itself.
    #[error("PDF sisältää toimintoja (JavaScript, ohjelman käynnistys tai muu toiminto).")]
    Active,
    /// Holds other files.
    #[error("PDF sisältää upotettuja tiedostoja.")]
    Embedded,
    /// A part of it cannot be looked into.
    #[error("PDF:n rakennetta ei voi tarkastaa (epätavallinen pakkaus tai rikkinäinen rakenne).")]
    Unreadable,
}

/// Looks through a PDF.
///
/// # Errors
/// The first thing found that is not allowed.
pub fn check(bytes: &[u8]) -> Result<Level, PdfFault> {
    let version = bytes.strip_prefix(b"%PDF-1.").and_then(|rest| rest.first());
    let tail = &bytes[bytes.len().saturating_sub(1_024)..];
    let ended = tail.windows(5).any(|window| window == b"%%EOF");
    if !version.is_some_and(|digit| (b'0'..=b'7').contains(digit)) || !ended {
        return Err(PdfFault::NotPdf);
    }
    scan::raw(bytes)?;
    let packets = scan::file(bytes)?;
    let mut levels = packets.iter().filter_map(|packet| xmp::level(packet));
    let level = levels.next().ok_or(PdfFault::NotPdfA)?;
    let taken = matches!((level.part, level.conformance), (1, 'A' | 'B') | (2, 'A' | 'B' | 'U'));
    // Two packets that disagree would let a reader choose.
    if taken && levels.all(|other| other == level) { Ok(level) } else { Err(PdfFault::OtherLevel) }
}

#[cfg(test)]
mod tests;
