//! Words of a text as people write them: inflected names, words of health care, addresses. Pure, and never sure: what is
//! found here is asked about, not decided.

/// Longest text that is looked at, in words; a note has some hundred.
const WORDS_MAX: usize = 3_000;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written.
    pub written: String,
    /// In small letters.
    pub lower: String,
}

impl Word {
    /// Whether it begins with a capital, as names do.
    pub fn capital(&self) -> bool {
        self.written.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a text in order; digits count as words, marks do not.
pub fn words(text: &str) -> Vec<Word> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .map(|word| Word { written: word.to_owned(), lower: word.to_lowercase() })
        .collect()
}

/// Endings that Finnish names take, longest first.
const ENDINGS: [&str; 30] = [
    "seen", "lla", "llä", "lle", "lta", "ltä", "ssa", "ssä", "sta", "stä", "tta", "ttä", "hin", "han", "hän", "hon",
    "ksi", "kin", "na", "nä", "ta", "tä", "en", "in", "an", "än", "n", "a", "ä", "s",
];

/// Forms in which a name may stand in the register when a text has it inflected: `einon` may be `eino`, `virtaselle`
/// `virtanen`, `pekan` `pekka`. The word itself is the first.
pub fn name_forms(lower: &str) -> Vec<String> {
    let mut forms = vec![lower.to_owned()];
    for ending in ENDINGS {
        let Some(stem) = lower.strip_suffix(ending).filter(|stem| stem.chars().count() >= 3) else { continue };
        for stem in [stem.to_owned(), stem.strip_suffix('i').unwrap_or(stem).to_owned()] {
            add_stem(&stem, &mut forms);
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

fn add_stem(stem: &str, forms: &mut Vec<String>) {
    if stem.chars().count() < 2 {
        return;
    }
    forms.push(stem.to_owned());
    // Virtase- is Virtanen's stem, Markukse- that of Markus.
    for (end, name) in [("se", "nen"), ("kse", "s"), ("ks", "s"), ("ukse", "us"), ("s", "nen")] {
        if let Some(head) = stem.strip_suffix(end) {
            forms.push(format!("{head}{name}"));
        }
    }
    // Consonants weaken in the middle: Pekka, Pekan; Lahti, Lahden; Aalto, Aallon.
    let letters: Vec<char> = stem.chars().collect();
    if let [head @ .., consonant, vowel] = letters.as_slice() {
        let head: String = head.iter().collect();
        let strong: &[&str] = match consonant {
            'k' => &["kk"],
            'p' => &["pp"],
            't' => &["tt"],
            'd' => &["t"],
            'v' => &["p"],
            _ => &[],
        };
        forms.extend(strong.iter().map(|strong| format!("{head}{strong}{vowel}")));
        if *consonant == 'd' && *vowel == 'e' {
            forms.push(format!("{head}ti"));
        }
        for (weak, strong) in [("ll", "lt"), ("nn", "nt"), ("rr", "rt"), ("mm", "mp"), ("ng", "nk")] {
            let both = format!("{}{consonant}", head.chars().last().unwrap_or(' '));
            if both == weak {
                let kept: String = head.chars().take(head.chars().count() - 1).collect();
                forms.push(format!("{kept}{strong}{vowel}"));
            }
        }
    }
}

/// Beginnings of words that tell of health care. A visit to a doctor is told in any note, so it is not among them.
const HEALTH: [&str; 26] = [
    "lääkeann",
    "lääkity",
    "lääkkee",
    "lääkehoi",
    "lääkettä",
    "insuliin",
    "verenpain",
    "verensok",
    "haavan",
    "haavoj",
    "haavaho",
    "painehaa",
    "katetr",
    "injekti",
    "pistokse",
    "rokot",
    "diagnoo",
    "antibioot",
    "infuusi",
    "tabletti",
    "tabletin",
    "tabletteja",
    "saturaati",
    "virtsanäy",
    "verikok",
    "medicin",
];

/// Whole words that do.
const HEALTH_WHOLE: [&str; 12] =
    ["rr", "crp", "inr", "hb", "spo2", "haava", "haavat", "lääke", "läkemedel", "läkemedlet", "blodtryck", "sår"];

/// The words of a text that tell of health care, as written, each once.
pub fn health_words(text: &str) -> Vec<String> {
    let tells = |word: &Word| {
        HEALTH.iter().any(|start| word.lower.starts_with(start)) || HEALTH_WHOLE.contains(&word.lower.as_str())
    };
    once(words(text).into_iter().filter(tells).map(|word| word.written))
}

/// Endings of Finnish and Swedish names of streets, in the cases that tell where somebody is.
const STREETS: [&str; 26] = [
    "katu",
    "kadulla",
    "kadun",
    "tie",
    "tien",
    "tiellä",
    "kuja",
    "kujalla",
    "kujan",
    "polku",
    "polulla",
    "polun",
    "raitti",
    "raitilla",
    "kaari",
    "kaarella",
    "väylä",
    "väylällä",
    "ranta",
    "rannalla",
    "gatan",
    "vägen",
    "gränden",
    "stigen",
    "esplanadi",
    "aukio",
];

/// Places of a text where somebody could be found: a street with a number, a postal code with its post office.
pub fn addresses(text: &str) -> Vec<String> {
    let words = words(text);
    let number = |word: &Word| word.lower.chars().next().is_some_and(|c| c.is_ascii_digit());
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let [first, second] = pair else { continue };
        let street = first.capital()
            && first.lower.chars().count() > 5
            && STREETS.iter().any(|end| first.lower.ends_with(end))
            && number(second);
        let code = first.lower.len() == 5
            && first.lower.bytes().all(|b| b.is_ascii_digit())
            && second.capital()
            && !number(second);
        if street || code {
            found.push(format!("{} {}", first.written, second.written));
        }
    }
    once(found.into_iter())
}

fn once(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for one in found {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inflected_name_has_its_base_among_its_forms() {
        for (written, name) in [
            ("eino", "eino"),
            ("einon", "eino"),
            ("einolle", "eino"),
            ("pekan", "pekka"),
            ("matin", "matti"),
            ("heikille", "heikki"),
            ("virtaselle", "virtanen"),
            ("virtasen", "virtanen"),
            ("markuksen", "markus"),
            ("lahden", "lahti"),
            ("aallon", "aalto"),
            ("elisabetin", "elisabet"),
            ("annelin", "anneli"),
            ("salon", "salo"),
            ("saloa", "salo"),
        ] {
            assert!(name_forms(written).iter().any(|form| form == name), "{written}: {:?}", name_forms(written));
        }
        // The twins: other names than the one that is written.
        for (written, other) in [("einon", "einari"), ("salon", "salonen"), ("matin", "martti")] {
            assert!(!name_forms(written).iter().any(|form| form == other), "{written} is taken for {other}");
        }
    }

    #[test]
    fn words_of_health_are_found_and_daily_words_are_not() {
        assert_eq!(health_words("Verenpaine 140/80, RR koholla. Haava puhdas."), ["Verenpaine", "RR", "Haava"]);
        assert_eq!(health_words("Antoi lääkkeet ja lääkkeet jäivät."), ["lääkkeet"]);
        for daily in ["Kävi lääkärissä.", "Haaveili matkasta.", "Söi hyvin ja lepäsi.", "Herra Kivi kävi."] {
            assert!(health_words(daily).is_empty(), "{daily}");
        }
    }

    #[test]
    fn an_address_is_found_and_a_road_without_number_is_not() {
        assert_eq!(addresses("Asuu nyt osoitteessa Mäntykatu 12 B."), ["Mäntykatu 12"]);
        assert_eq!(addresses("Muutti: 33100 Tampere."), ["33100 Tampere"]);
        assert_eq!(addresses("Bor på Storgatan 5."), ["Storgatan 5"]);
        for none in ["Käveli Rantatiellä tunnin.", "Maksoi 12345 euroa.", "Söi kaksi leipää klo 12."] {
            assert!(addresses(none).is_empty(), "{none}");
        }
    }
}
