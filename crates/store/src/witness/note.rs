//! C2SP signed notes and cosignatures: text, an empty line, and signature lines. What is signed are the text's exact
//! bytes; what no known key signed says nothing.
//!
//! aws-lc signs; the crates for notes would bring a second library of cryptography for these few lines.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// Type byte of a plain Ed25519 signature (C2SP signed-note).
const SIGNATURE: u8 = 1;
/// Type byte of a timestamped Ed25519 cosignature (C2SP tlog-cosignature).
const COSIGNATURE: u8 = 4;
/// Begins a signature line.
const DASH: &str = "\u{2014} ";

/// An Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The public half of a key.
    pub fn of(pair: &Ed25519KeyPair) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(pair.public_key().as_ref());
        Self(bytes)
    }

    /// Reads a verifier key, `name+hash+key`, of either type; the hash must be that of the name and the key.
    pub fn parse(text: &str) -> Option<(String, Self)> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, hash, key) = (parts.next()?, parts.next()?, parts.next()?);
        let typed = BASE64.decode(key).ok()?;
        let (kind, bytes) = typed.split_first()?;
        let key = Self(bytes.try_into().ok()?);
        let known = matches!(*kind, SIGNATURE | COSIGNATURE) && hash == hex::encode(key.hash(name, *kind));
        known.then(|| (name.to_owned(), key))
    }

    /// The verifier key of a log, `name+hash+key`.
    pub fn of_log(&self, name: &str) -> String {
        self.verifier(name, SIGNATURE)
    }

    /// The verifier key of a witness.
    pub fn of_witness(&self, name: &str) -> String {
        self.verifier(name, COSIGNATURE)
    }

    fn verifier(&self, name: &str, kind: u8) -> String {
        let typed = [&[kind], &self.0[..]].concat();
        format!("{name}+{}+{}", hex::encode(self.hash(name, kind)), BASE64.encode(typed))
    }

    /// C2SP signed-note: the first four bytes of SHA-256(name, newline, type, key).
    fn hash(&self, name: &str, kind: u8) -> [u8; 4] {
        let hash = digest(&SHA256, &[name.as_bytes(), b"\n", &[kind], &self.0].concat());
        let mut first = [0; 4];
        first.copy_from_slice(&hash.as_ref()[..4]);
        first
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

/// A note taken apart; nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with its last line end.
    pub text: String,
    /// Signer and signature of each line; the first four bytes are the key's hash.
    signatures: Vec<(String, Vec<u8>)>,
}

impl Note {
    /// Takes a note apart; `None` when it is none. Lines that are no signatures are left out: they prove nothing.
    pub fn parse(note: &str) -> Option<Self> {
        let (text, lines) = note.split_once("\n\n")?;
        let signature = |line: &str| {
            let (name, blob) = line.strip_prefix(DASH)?.split_once(' ')?;
            Some((name.to_owned(), BASE64.decode(blob).ok()?))
        };
        Some(Self { text: format!("{text}\n"), signatures: lines.lines().filter_map(signature).collect() })
    }

    /// Whether the key signed the text under this name.
    pub fn signed_by(&self, name: &str, key: &PublicKey) -> bool {
        self.of(name, key, SIGNATURE).any(|signature| key.verifies(self.text.as_bytes(), signature))
    }

    /// When the witness cosigned, in seconds since 1970; `None` when it did not.
    pub fn cosigned_by(&self, name: &str, key: &PublicKey) -> Option<u64> {
        self.of(name, key, COSIGNATURE).find_map(|blob| {
            let (time, signature) = blob.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            key.verifies(cosigned(&self.text, time).as_bytes(), signature).then_some(time)
        })
    }

    /// Signatures said to be of this name and key, without the hash.
    fn of<'n>(&'n self, name: &'n str, key: &PublicKey, kind: u8) -> impl Iterator<Item = &'n [u8]> {
        let expected = key.hash(name, kind);
        self.signatures.iter().filter(move |(signer, _)| signer == name).filter_map(move |(_, blob)| {
            let (hash, signature) = blob.split_first_chunk::<4>()?;
            (*hash == expected).then_some(signature)
        })
    }
}

/// Several notes one after another, an empty line between two, as `GET /log/checkpoint` gives them.
pub fn split(notes: &str) -> Vec<String> {
    let blocks: Vec<&str> = notes.trim_end().split("\n\n").collect();
    blocks.chunks_exact(2).map(|pair| format!("{}\n\n{}\n", pair[0], pair[1])).collect()
}

/// A note: the text and the log's signature under its name.
pub fn sign(text: &str, name: &str, pair: &Ed25519KeyPair) -> String {
    format!("{text}\n{}", line(name, PublicKey::of(pair).hash(name, SIGNATURE), pair.sign(text.as_bytes()).as_ref()))
}

/// The signature line with which a witness cosigns a text at a time, in seconds since 1970.
pub fn cosign(text: &str, name: &str, pair: &Ed25519KeyPair, time: u64) -> String {
    let signature = pair.sign(cosigned(text, time).as_bytes());
    let blob = [&time.to_be_bytes(), signature.as_ref()].concat();
    line(name, PublicKey::of(pair).hash(name, COSIGNATURE), &blob)
}

/// The note with one more signature line.
pub fn sign_over(note: &str, line: &str) -> String {
    format!("{}\n{line}", note.trim_end())
}

/// C2SP tlog-cosignature: what a witness signs.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn line(name: &str, hash: [u8; 4], signature: &[u8]) -> String {
    format!("{DASH}{name} {}\n", BASE64.encode([&hash[..], signature].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(byte: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap()
    }

    #[test]
    fn a_note_is_believed_under_its_name_and_key_only() {
        let (log, other) = (pair(1), pair(2));
        let note = Note::parse(&sign("log\n1\nroot\n", "log", &log)).unwrap();
        let key = PublicKey::of(&log);
        assert!(note.signed_by("log", &key));
        assert!(!note.signed_by("lag", &key) && !note.signed_by("log", &PublicKey::of(&other)));
        assert_eq!(note.cosigned_by("log", &key), None, "a signature is no cosignature");
        let changed = Note { text: "log\n2\nroot\n".to_owned(), ..note };
        assert!(!changed.signed_by("log", &key));
    }

    #[test]
    fn a_cosignature_holds_for_its_time_and_text_only() {
        let (log, witness) = (pair(1), pair(2));
        let signed = sign("log\n1\nroot\n", "log", &log);
        let cosigned = format!("{signed}{}", cosign("log\n1\nroot\n", "w", &witness, 1_790_000_000));
        let key = PublicKey::of(&witness);
        let note = Note::parse(&cosigned).unwrap();
        assert_eq!(note.cosigned_by("w", &key), Some(1_790_000_000));
        assert!(note.signed_by("log", &PublicKey::of(&log)) && !note.signed_by("w", &key));
        for at in 0..note.signatures[1].1.len() {
            let mut bad = note.clone();
            bad.signatures[1].1[at] ^= 1;
            assert_eq!(bad.cosigned_by("w", &key), None, "byte {at}");
        }
        assert_eq!(split(&format!("{cosigned}\n{signed}\n")), [cosigned, signed]);
    }

    #[test]
    fn a_verifier_key_is_read_back_and_a_changed_one_is_not() {
        let key = PublicKey::of(&pair(3));
        for text in [key.of_log("a/b"), key.of_witness("a/b")] {
            assert_eq!(PublicKey::parse(&text), Some(("a/b".to_owned(), key.clone())));
            assert_eq!(PublicKey::parse(&text.replacen('a', "b", 1)), None);
            assert_eq!(PublicKey::parse(&text[..text.len() - 4]), None);
        }
    }
}
