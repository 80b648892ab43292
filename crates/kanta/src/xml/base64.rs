//! Base64 payloads: all text nodes of an element, without comments and white space (wire-format 15).

use super::place;
use crate::Fault;
use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use roxmltree::Node;

/// Padding may be there or not; bits beyond the last byte must be zero, so that one value has one coding.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Codes bytes, with padding, without line breaks.
pub(crate) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Decodes text, white space anywhere in it aside. The cap is watched while the text is read, before decoding.
///
/// # Errors
/// The reason, as [`DecodeError`].
pub(crate) fn decode_into<'a>(parts: impl Iterator<Item = &'a str>, bytes_max: usize) -> Result<Vec<u8>, DecodeError> {
    let coded_max = bytes_max.div_ceil(3).saturating_mul(4);
    let mut coded: Vec<u8> = Vec::new();
    for part in parts {
        for run in part.as_bytes().split(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            if coded.len() + run.len() > coded_max {
                return Err(DecodeError::TooLong);
            }
            coded.extend_from_slice(run);
        }
    }
    let bytes = ENGINE.decode(&coded).map_err(|_| DecodeError::Form)?;
    if bytes.len() > bytes_max { Err(DecodeError::TooLong) } else { Ok(bytes) }
}

/// Why a payload was not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// More than the cap.
    TooLong,
    /// Not base64.
    Form,
}

/// The bytes that an element carries.
///
/// # Errors
/// `LIMIT_EXCEEDED` past the cap; `HEADER_INVALID` when it is not base64, is empty, or holds elements.
pub(crate) fn payload(node: Node<'_, '_>, bytes_max: usize) -> Result<Vec<u8>, Fault> {
    if node.children().any(|child| child.is_element()) {
        return Err(Fault::wrong(place(node), "Base64-sisällön sisällä on elementtejä."));
    }
    let parts = node.children().filter(Node::is_text).filter_map(|text| text.text());
    match decode_into(parts, bytes_max) {
        Ok(bytes) if bytes.is_empty() => Err(Fault::missing(place(node))),
        Ok(bytes) => Ok(bytes),
        Err(DecodeError::TooLong) => Err(Fault::limit(place(node), format!("Sisältö on yli {bytes_max} tavua."))),
        Err(DecodeError::Form) => Err(Fault::wrong(place(node), "Sisältö ei ole base64-koodattua.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_padding_do_not_matter_and_the_cap_does() {
        let decode = |parts: &[&str], most| decode_into(parts.iter().copied(), most);
        assert_eq!(decode(&["aGVp"], 3).unwrap(), b"hei");
        assert_eq!(decode(&[" a\r\nG\t", "\nVp "], 3).unwrap(), b"hei");
        assert_eq!(decode(&["aGVpaQ"], 4).unwrap(), decode(&["aGVpaQ=="], 4).unwrap());
        assert_eq!(decode(&["aGVpaQ=="], 3), Err(DecodeError::TooLong));
        assert_eq!(decode(&["aGVpaR=="], 9), Err(DecodeError::Form));
        assert_eq!(decode(&["aGV\u{a0}p"], 9), Err(DecodeError::Form));
        assert_eq!(decode(&["aGVpaGVp"], 5), Err(DecodeError::TooLong));
    }
}
