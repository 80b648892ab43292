//! Compression before encryption, with and without a trained dictionary.
//!
//! A dictionary has a number that stands in every packed row, so that another one can follow it: the old ones stay in
//! the program as long as rows name them. It holds what all documents share and nothing of any person.

use std::{cell::RefCell, io, sync::LazyLock};

use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

/// Fast enough for the intake (about 30 µs for a 15 kB document) and within a few percent of slower levels.
const ZSTD_LEVEL: i32 = 3;
/// Largest thing that unpacks: a document with attachments is at most 100 MB; more is a bomb.
const MAX_UNPACKED: usize = 128 << 20;

/// A zstd dictionary, made ready once.
pub struct Dictionary {
    number: u8,
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionary({})", self.number)
    }
}

impl Dictionary {
    /// A dictionary made by zstd's trainer.
    ///
    /// # Arguments
    /// `number` is what rows name it by, from 2 up: 0 and 1 stand for no dictionary. `level` is zstd's.
    pub fn new(number: u8, bytes: &[u8], level: i32) -> Self {
        let (encoder, decoder) = (EncoderDictionary::copy(bytes, level), DecoderDictionary::copy(bytes));
        Self { number: number.max(2), encoder, decoder }
    }

    /// What rows name it by.
    pub fn number(&self) -> u8 {
        self.number
    }
}

/// Level of the dictionary's compression: a fifth smaller than 3 on folded documents for some 60 µs more.
const DOCUMENTS_LEVEL: i32 = 9;

/// The dictionary of documents, headers and log rows. Number 2; made by a test of the archive from samples of the
/// built-in structures, filled with invented people.
pub fn documents() -> &'static Dictionary {
    static DOCUMENTS: LazyLock<Dictionary> =
        LazyLock::new(|| Dictionary::new(2, include_bytes!("dictionary.zstd"), DOCUMENTS_LEVEL));
    &DOCUMENTS
}

thread_local! {
    /// This thread's compressors: making one for each document costs as much as the compression.
    static COMPRESSORS: RefCell<Vec<(u8, Compressor<'static>)>> = const { RefCell::new(Vec::new()) };
    static DECOMPRESSORS: RefCell<Vec<(u8, Decompressor<'static>)>> = const { RefCell::new(Vec::new()) };
}

/// The tool of a number, made when this thread has none yet.
fn with<T, R>(
    kept: &RefCell<Vec<(u8, T)>>,
    number: u8,
    make: impl FnOnce() -> io::Result<T>,
    use_it: impl FnOnce(&mut T) -> io::Result<R>,
) -> io::Result<R> {
    let mut kept = kept.borrow_mut();
    let at = match kept.iter().position(|(known, _)| *known == number) {
        Some(at) => at,
        None => {
            kept.push((number, make()?));
            kept.len() - 1
        }
    };
    use_it(&mut kept[at].1)
}

/// Compresses; the length stands before the compressed bytes.
pub(crate) fn pack(bytes: &[u8], dictionary: Option<&'static Dictionary>) -> io::Result<Vec<u8>> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let make = || match dictionary {
        None => Compressor::new(ZSTD_LEVEL),
        Some(dictionary) => {
            let mut made = Compressor::with_prepared_dictionary(&dictionary.encoder)?;
            // Length and number stand in the row already.
            made.set_parameter(zstd::zstd_safe::CParameter::ContentSizeFlag(false))?;
            made.set_parameter(zstd::zstd_safe::CParameter::DictIdFlag(false))?;
            Ok(made)
        }
    };
    let packed =
        COMPRESSORS.with(|kept| with(kept, dictionary.map_or(0, Dictionary::number), make, |c| c.compress(bytes)))?;
    Ok([&length.to_be_bytes()[..], &packed].concat())
}

/// The reverse of [`pack`]; none when the bytes are not packed ones, or a bomb.
pub(crate) fn unpack(bytes: &[u8], dictionary: Option<&'static Dictionary>) -> Option<Vec<u8>> {
    let (length, packed) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    if length > MAX_UNPACKED {
        return None;
    }
    let make = || match dictionary {
        None => Decompressor::new(),
        Some(dictionary) => Decompressor::with_prepared_dictionary(&dictionary.decoder),
    };
    let number = dictionary.map_or(0, Dictionary::number);
    let unpacked = DECOMPRESSORS.with(|kept| with(kept, number, make, |d| d.decompress(packed, length))).ok()?;
    (unpacked.len() == length).then_some(unpacked)
}
