//! Looks for words in bytes, in every form in which a program may have written them.

use aws_lc_rs::digest;
use base64::Engine as _;
use std::collections::BTreeSet;
use std::io::Read as _;

/// Base64 and digests of shorter words would be met by chance.
const SHORTEST: usize = 7;
/// First bytes of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// As much of a compressed frame is looked into.
const INFLATED_MAX: u64 = 4 << 20;

/// A form of a word, its letters made small.
struct Needle {
    word: usize,
    form: &'static str,
    bytes: Vec<u8>,
}

/// Looks for many words at once.
pub struct Scanner {
    words: Vec<String>,
    needles: Vec<Needle>,
    /// Needles by their first two bytes.
    by_start: Vec<Vec<usize>>,
}

impl Scanner {
    /// A scanner for these words; each is at least seven bytes long.
    pub fn new(words: Vec<String>) -> Self {
        let needles: Vec<Needle> = words.iter().enumerate().flat_map(|(index, word)| forms(index, word)).collect();
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (index, needle) in needles.iter().enumerate() {
            by_start[start(&needle.bytes)].push(index);
        }
        Self { words, needles, by_start }
    }

    /// What is found in the bytes, also inside compressed frames: `word (form)`.
    pub fn find(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = self.find_plain(bytes);
        for at in bytes.windows(ZSTD.len()).enumerate().filter(|(_, window)| *window == ZSTD).map(|(at, _)| at) {
            let mut inflated = Vec::new();
            if let Ok(decoder) = zstd::stream::read::Decoder::new(&bytes[at..]) {
                // What came before an error counts as well.
                let _ = decoder.take(INFLATED_MAX).read_to_end(&mut inflated);
            }
            found.extend(self.find_plain(&inflated).into_iter().map(|hit| format!("{hit}, compressed")));
        }
        found
    }

    fn find_plain(&self, bytes: &[u8]) -> BTreeSet<String> {
        let small = bytes.to_ascii_lowercase();
        let mut found = BTreeSet::new();
        for at in 0..small.len().saturating_sub(1) {
            for needle in self.by_start[start(&small[at..])].iter().map(|index| &self.needles[*index]) {
                if small[at..].starts_with(&needle.bytes) {
                    found.insert(format!("{} ({})", self.words[needle.word], needle.form));
                }
            }
        }
        found
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// A word as text of either width, as hexadecimal digits, inside Base64 wherever it may begin, as a JSON escape, and
/// as a bare digest: an index of persons must be keyed, or the few identity codes there are can be tried one by one.
fn forms(word: usize, text: &str) -> Vec<Needle> {
    assert!(text.len() >= SHORTEST, "{text} is too short to look for");
    let utf8 = text.as_bytes();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let sha256 = digest::digest(&digest::SHA256, utf8).as_ref().to_vec();
    let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, utf8).as_ref().to_vec();
    let mut found = vec![
        ("UTF-8", utf8.to_vec()),
        ("UTF-16 LE", little),
        ("UTF-16 BE", big),
        ("hex", hex::encode(utf8).into_bytes()),
        ("URL", percent(utf8)),
        ("JSON", escaped(text)),
        ("SHA-256, hex", hex::encode(&sha256).into_bytes()),
        ("SHA-256, Base64", encoded(&sha256).into_bytes()),
        ("SHA-256", sha256),
        ("SHA-1, hex", hex::encode(&sha1).into_bytes()),
        ("SHA-1", sha1),
    ];
    found.extend((0..3).map(|offset| ("Base64", inside_base64(utf8, offset))));
    let needle = |(form, bytes): (&'static str, Vec<u8>)| Needle { word, form, bytes: bytes.to_ascii_lowercase() };
    found.into_iter().map(needle).collect()
}

fn encoded(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

/// The characters that stand for these bytes alone when so many other bytes come before them.
fn inside_base64(bytes: &[u8], before: usize) -> Vec<u8> {
    let whole = encoded(&[&vec![0; before], bytes].concat());
    let first = (before * 8).div_ceil(6);
    let last = (before + bytes.len()) * 8 / 6;
    whole.as_bytes()[first..last].to_vec()
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: &u8| if kept(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    bytes.iter().map(one).collect::<String>().into_bytes()
}

fn escaped(text: &str) -> Vec<u8> {
    let one = |unit: u16| match u8::try_from(unit).ok().filter(u8::is_ascii) {
        Some(ascii) => char::from(ascii).to_string(),
        None => format!("\\u{unit:04x}"),
    };
    text.encode_utf16().map(one).collect::<String>().into_bytes()
}
