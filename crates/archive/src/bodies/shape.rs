//! What a document is packed as before compression: its base64 taken out of base64, its certificates named by digest.
//!
//! A signed document is for two thirds base64 of texts that would compress well, and every document of an organisation
//! carries the same certificate. So each run of base64 that codes back to exactly the same characters is kept as its
//! bytes. Everything else, and every run that would not come back byte for byte, stays as it is: [`unfold`] gives what
//! [`fold`] got, whatever it was.
//!
//! Layout: version, number of runs, for each run the literal bytes before it and its kind and length, then the bytes of
//! all in their order. Numbers are LEB128.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Version of the layout; the first byte.
const VERSION: u8 = 1;
/// Shorter runs are words of people or gain less than their entry costs.
const RUN_MIN: usize = 64;
/// Shorter structures are no certificates.
const CERTIFICATE_MIN: usize = 400;
/// Longest certificate taken out; a longer one is something else.
const CERTIFICATE_MAX: usize = 16 << 10;
/// Bytes of a certificate's digest that name it: 128 bits. The whole document is compared with its own digest anyway.
pub const NAME_LEN: usize = 16;

/// Name of a certificate: the beginning of its SHA-256.
pub type Name = [u8; NAME_LEN];

/// Folded bytes and the certificates that were taken out of them.
pub struct Folded {
    /// To be compressed.
    pub bytes: Vec<u8>,
    /// Certificates by name, to be kept once.
    pub certificates: Vec<(Name, Vec<u8>)>,
}

/// Why folded bytes do not unfold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfolding {
    /// These certificates are needed and not at hand.
    Missing(Vec<Name>),
    /// Not what [`fold`] made.
    Broken,
}

enum Kind {
    Coded = 0,
    Certificate = 1,
}

/// Takes base64 and certificates out.
pub fn fold(bytes: &[u8]) -> Folded {
    let (mut table, mut content) = (Vec::new(), Vec::with_capacity(bytes.len()));
    let (mut count, mut from, mut certificates) = (0, 0, Vec::new());
    for (start, end) in runs(bytes) {
        let Some(decoded) = decode(&bytes[start..end]) else { continue };
        content.extend_from_slice(&bytes[from..start]);
        number(&mut table, start - from);
        if is_certificate(&decoded) {
            let name = name_of(&decoded);
            content.extend_from_slice(&name);
            number(&mut table, NAME_LEN << 1 | Kind::Certificate as usize);
            certificates.push((name, decoded));
        } else {
            content.extend_from_slice(&decoded);
            number(&mut table, decoded.len() << 1 | Kind::Coded as usize);
        }
        (count, from) = (count + 1, end);
    }
    content.extend_from_slice(&bytes[from..]);
    let mut folded = Vec::with_capacity(content.len() + table.len() + 4);
    folded.push(VERSION);
    number(&mut folded, count);
    folded.extend_from_slice(&table);
    folded.extend_from_slice(&content);
    Folded { bytes: folded, certificates }
}

/// The bytes that [`fold`] got. `certificate` gives a certificate by its name.
///
/// # Errors
/// `Missing` with every certificate that is not at hand, `Broken` when the bytes are not folded ones.
pub fn unfold(
    folded: &[u8],
    certificate: impl Fn(&Name) -> Option<std::sync::Arc<Vec<u8>>>,
) -> Result<Vec<u8>, Unfolding> {
    let [VERSION, rest @ ..] = folded else { return Err(Unfolding::Broken) };
    let mut rest = rest;
    let count = read_number(&mut rest)?;
    let mut table = Vec::new();
    for _ in 0..count {
        table.push((read_number(&mut rest)?, read_number(&mut rest)?));
    }
    let (mut whole, mut missing) = (Vec::with_capacity(rest.len() * 3 / 2), Vec::new());
    for (literal, run) in table {
        whole.extend_from_slice(take(&mut rest, literal)?);
        let decoded = take(&mut rest, run >> 1)?;
        if run & 1 == Kind::Coded as usize {
            encode_into(&mut whole, decoded);
            continue;
        }
        let name = Name::try_from(decoded).map_err(|_| Unfolding::Broken)?;
        match certificate(&name) {
            Some(der) => encode_into(&mut whole, &der),
            None => missing.push(name),
        }
    }
    whole.extend_from_slice(rest);
    if missing.is_empty() { Ok(whole) } else { Err(Unfolding::Missing(missing)) }
}

/// Runs of base64 characters that are long enough.
fn runs(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut found, mut start) = (Vec::new(), 0);
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=') {
            if at - start >= RUN_MIN {
                found.push((start, at));
            }
            start = at + 1;
        }
    }
    if bytes.len() - start.min(bytes.len()) >= RUN_MIN {
        found.push((start, bytes.len()));
    }
    found
}

/// What a run codes, when coding it again gives the same characters.
fn decode(run: &[u8]) -> Option<Vec<u8>> {
    let decoded = STANDARD.decode(run).ok()?;
    let mut again = Vec::with_capacity(run.len());
    encode_into(&mut again, &decoded);
    (again == run).then_some(decoded)
}

fn encode_into(whole: &mut Vec<u8>, bytes: &[u8]) {
    let at = whole.len();
    whole.resize(at + bytes.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(bytes, &mut whole[at..]).unwrap_or(0);
    whole.truncate(at + written);
}

/// A DER sequence of a sequence, of the length that it says: the beginning of every X.509 certificate.
fn is_certificate(bytes: &[u8]) -> bool {
    let [0x30, 0x82, high, low, 0x30, ..] = bytes else { return false };
    let length = usize::from(u16::from_be_bytes([*high, *low])) + 4;
    length == bytes.len() && (CERTIFICATE_MIN..=CERTIFICATE_MAX).contains(&length)
}

/// The name of a certificate.
pub fn name_of(der: &[u8]) -> Name {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der);
    let mut name = Name::default();
    name.copy_from_slice(&digest.as_ref()[..NAME_LEN]);
    name
}

fn number(into: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        into.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

fn read_number(rest: &mut &[u8]) -> Result<usize, Unfolding> {
    let mut value = 0_usize;
    for shift in (0..63).step_by(7) {
        let (byte, tail) = rest.split_first().ok_or(Unfolding::Broken)?;
        *rest = tail;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Unfolding::Broken)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Unfolding> {
    let (taken, tail) = rest.split_at_checked(length).ok_or(Unfolding::Broken)?;
    *rest = tail;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn again(bytes: &[u8]) -> Vec<u8> {
        let Folded { bytes, certificates } = fold(bytes);
        let find =
            |name: &Name| certificates.iter().find(|(known, _)| known == name).map(|(_, der)| Arc::new(der.clone()));
        unfold(&bytes, find).unwrap()
    }

    /// A small generator, so that the test needs no crate: xorshift.
    fn dice(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        }
    }

    /// Property: any bytes in, the same bytes out. Half of the pieces are base64, whole, cut, wrapped, unpadded or with
    /// bits that no encoder writes; some of what they code are certificates.
    #[test]
    fn any_bytes_come_back() {
        for seed in 0..3_000 {
            let mut roll = dice(seed);
            let mut bytes = Vec::new();
            for _ in 0..roll(8) {
                let length = roll(900);
                let mut piece: Vec<u8> = (0..length).map(|_| roll(256) as u8).collect();
                if roll(4) == 0 && length > CERTIFICATE_MIN {
                    let inner = (length - 4) as u16;
                    piece[..5].copy_from_slice(&[0x30, 0x82, (inner >> 8) as u8, inner as u8, 0x30]);
                }
                let mut coded = STANDARD.encode(&piece).into_bytes();
                match roll(7) {
                    0 => coded = piece,
                    1 => coded.truncate(coded.len().saturating_sub(roll(3))),
                    2 => coded = coded.chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]),
                    3 => coded.extend_from_slice(b"=="),
                    4 if coded.len() > 2 => {
                        let at = coded.len() - 2;
                        coded[at] = b'B';
                    }
                    _ => {}
                }
                bytes.extend_from_slice(&coded);
                bytes.extend_from_slice([&b"<"[..], b"", b">", b"\n"][roll(4)]);
            }
            assert_eq!(again(&bytes), bytes, "seed {seed}");
        }
        assert_eq!(again(b""), b"");
    }

    #[test]
    fn base64_gets_smaller_and_a_certificate_becomes_its_name() {
        let mut der = vec![7; 800];
        der[..5].copy_from_slice(&[0x30, 0x82, 0x03, 0x1c, 0x30]);
        let text = format!("<a>{}</a><b>{}</b>", STANDARD.encode([1; 600]), STANDARD.encode(&der));
        let folded = fold(text.as_bytes());
        assert_eq!(folded.certificates, [(name_of(&der), der)]);
        assert!(folded.bytes.len() < 600 + 64);
        assert_eq!(unfold(&folded.bytes, |_| None), Err(Unfolding::Missing(vec![folded.certificates[0].0])));
    }

    #[test]
    fn what_was_not_folded_does_not_unfold() {
        for bytes in [&b""[..], b"\x02\x00", b"\x01", b"\x01\x01\x05", b"\x01\x01\x00\x09", b"\x01\xff\xff"] {
            assert_eq!(unfold(bytes, |_| None), Err(Unfolding::Broken), "{bytes:?}");
        }
    }
}
