//! The rule by which a Finnish field name becomes a JSON key.

/// The JSON key of a Finnish field name (wire-format 6.3; it gives every key of THL's 202 structures).
///
/// Trimmed and lower-cased; ä, å → a, ö → o; space and hyphen → `_`; a digit becomes its Finnish word with nothing
/// between; every other character is dropped.
pub fn key_of(finnish_name: &str) -> String {
    let mut key = String::with_capacity(finnish_name.len());
    for character in finnish_name.trim().chars().flat_map(char::to_lowercase) {
        match character {
            'ä' | 'å' => key.push('a'),
            'ö' => key.push('o'),
            ' ' | '-' => key.push('_'),
            'a'..='z' | '_' => key.push(character),
            '0'..='9' => key.push_str(DIGITS[(character as u8 - b'0') as usize]),
            _ => {}
        }
    }
    key
}

/// Digits in words, as the keys spell them.
const DIGITS: [&str; 10] =
    ["nolla", "yksi", "kaksi", "kolme", "nelja", "viisi", "kuusi", "seitseman", "kahdeksan", "yhdeksan"];

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_name_becomes_its_key() {
        assert_eq!(key_of(" Tilapäinen yksilöintitunnus"), "tilapainen_yksilointitunnus");
        assert_eq!(key_of("Päihde- ja riippuvuustyö"), "paihde__ja_riippuvuustyo");
        assert_eq!(key_of("LsL 29 §"), "lsl_kaksiyhdeksan_");
        assert_eq!(key_of("Mitä? (Åland/muu)"), "mita_alandmuu");
    }
}
