//! From words to the keys under which they are found: Finnish and Swedish inflection is taken off by Snowball, and what
//! Snowball leaves apart in Finnish is brought together here — derived forms (kaatui, kaatuminen, kaatunut), consonant
//! gradation (kipu, kivun; asunto, asunnon) and the few everyday words that bend by no rule (lapsi, yö, tytär).
//!
//! A word has one to three keys and is found by any of them: a rule that is wrong for one word is seldom wrong three
//! times. The pairs that must and must not hit are the tests at the end.

use std::collections::BTreeSet;

use snowball_stemmers_rs::{Algorithm, Stemmer};

/// Longest word that is looked at, in letters: longer ones are pasted rubbish, and each costs a row.
const LETTERS_MAX: usize = 40;
/// Most different words of one document: a book pasted into a note must not fill the index.
pub const WORDS_MAX: usize = 2_000;

/// Words that stand in any Swedish text and in no Finnish one: two of them make a text Swedish.
const SWEDISH: [&str; 14] =
    ["och", "att", "det", "är", "inte", "på", "med", "för", "som", "hon", "han", "var", "av", "till"];

/// Everyday words whose forms share no stem, by the beginnings of their forms.
const IRREGULAR: [(&str, &[&str]); 9] = [
    ("lapsi", &["lapsi", "lapse", "lasta", "lasten"]),
    ("tytär", &["tytär", "tyttär", "tytärtä"]),
    ("poika", &["poika", "pojan", "pojat", "pojal", "pojas", "poiki"]),
    ("ruoka", &["ruoka", "ruoan", "ruuan", "ruoki", "ruoas", "ruuas"]),
    ("mies", &["mies", "miehe", "miehi"]),
    ("veli", &["veli", "velje"]),
    ("hammas", &["hammas", "hampaa", "hampai"]),
    ("sairas", &["sairas", "sairaa", "sairai"]),
    ("käsi", &["käsi", "käden", "kädes", "kädel", "kädet", "kättä", "käteen"]),
];

/// Short words whose forms are listed whole, since their beginnings belong to many others.
const WHOLE: [(&str, &[&str]); 6] = [
    ("yö", &["yö", "yön", "yötä", "yöllä", "yöt", "yönä", "öisin", "öitä"]),
    ("työ", &["työ", "työn", "työtä", "työssä", "työt", "töitä", "töissä", "töihin"]),
    ("syödä", &["syö", "söi", "söin", "söivät", "syönyt", "syödä", "syöminen", "syömään", "syöty", "syötiin"]),
    ("juoda", &["juo", "joi", "joivat", "juonut", "juoda", "juominen", "juomaan", "juotiin"]),
    ("käydä", &["kävi", "kävin", "kävivät", "käy", "käynyt", "käyneet", "käydä", "käymään", "käytiin"]),
    ("vesi", &["vesi", "veden", "vettä", "vedessä", "vedet", "vesiä"]),
];

/// Clitics and possessive endings, which stand last.
const LAST: [&str; 7] = ["kaan", "kään", "kin", "nsa", "nsä", "mme", "nne"];

/// Endings of cases, the longest first.
const CASES: [&str; 42] = [
    "seen", "issa", "issä", "ista", "istä", "illa", "illä", "ilta", "iltä", "ille", "iksi", "iden", "ssa", "ssä",
    "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "tta", "ttä", "jen", "ien", "een", "aan", "ään", "oon",
    "öön", "uun", "yyn", "iin", "ita", "itä", "ja", "jä", "en", "n", "t", "a",
];

/// Both languages' stemmers; cheap to make.
pub struct Stems {
    finnish: Stemmer,
    swedish: Stemmer,
}

impl Default for Stems {
    fn default() -> Self {
        Self { finnish: Stemmer::create(Algorithm::Finnish), swedish: Stemmer::create(Algorithm::Swedish) }
    }
}

impl Stems {
    /// The keys of a text that is to be found: in the one language that it is written in.
    pub fn of_text(&self, text: &str) -> BTreeSet<String> {
        let words: BTreeSet<String> = words(text).take(WORDS_MAX * 4).collect();
        let swedish = SWEDISH.iter().filter(|word| words.contains(**word)).count() >= 2;
        let each = words.iter().take(WORDS_MAX);
        match swedish {
            true => each.map(|word| self.swedish_key(word)).collect(),
            false => each.flat_map(|word| self.finnish_keys(word)).collect(),
        }
    }

    /// What is asked for: for each typed word the keys of which one must be there. The language is not known.
    pub fn of_question(&self, typed: &str) -> Vec<BTreeSet<String>> {
        let one = |word: String| {
            let mut keys = self.finnish_keys(&word);
            keys.insert(self.swedish_key(&word));
            keys
        };
        words(typed).take(8).map(one).collect()
    }

    fn swedish_key(&self, word: &str) -> String {
        // Snowball takes the n of the barest form for an ending.
        if matches!(word, "barn" | "barns" | "barnet" | "barnets" | "barnen" | "barnens") {
            return "s barn".into();
        }
        format!("s {}", self.swedish.stem(word))
    }

    fn finnish_keys(&self, word: &str) -> BTreeSet<String> {
        if let Some(known) = irregular(word) {
            return BTreeSet::from([format!("f {known}")]);
        }
        let ways = [fold(&self.finnish.stem(word)), fold(strip(word)), fold(word)];
        ways.into_iter().map(|key| format!("f {key}")).collect()
    }
}

/// The words of a text: letters only, in small, of two letters or more.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| (2..=LETTERS_MAX).contains(&word.chars().count()))
        .map(str::to_lowercase)
}

fn irregular(word: &str) -> Option<&'static str> {
    let whole = WHOLE.iter().find(|(_, forms)| forms.contains(&word));
    let begun = || IRREGULAR.iter().find(|(_, forms)| forms.iter().any(|form| word.starts_with(form)));
    whole.map(|(lemma, _)| *lemma).or_else(|| begun().map(|(lemma, _)| *lemma))
}

/// Takes off one clitic or possessive and one case, when enough is left to tell a word by.
fn strip(word: &str) -> &str {
    let without = |word: &'_ str, endings: &[&str], least: usize| -> usize {
        let fits = |ending: &&&str| word.ends_with(**ending) && letters(word) - letters(ending) >= least;
        endings.iter().find(fits).map_or(word.len(), |ending| word.len() - ending.len())
    };
    let word = &word[..without(word, &LAST, 4)];
    &word[..without(word, &CASES, 4)]
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

fn vowel(c: char) -> bool {
    "aeiouyäöå".contains(c)
}

/// Brings a stem's forms together: derivation, gradation, the last vowel.
fn fold(stem: &str) -> String {
    let mut chars: Vec<char> = stem.chars().collect();
    derivation(&mut chars);
    // lääke, lääkkeen; asked before gradation, which makes a stop of a v (haave).
    if let [.., stop, 'e'] = chars[..]
        && chars.len() >= 4
        && "kpt".contains(stop)
    {
        chars.pop();
    }
    gradation(&mut chars);
    last_vowel(&mut chars);
    chars.into_iter().collect()
}

fn ends(chars: &[char], ending: &str, left: usize) -> bool {
    let ending: Vec<char> = ending.chars().collect();
    chars.ends_with(&ending) && chars.len() - ending.len() >= left
}

/// Action nouns, participles and past tenses go back to their verb; nouns in -us, -ös lose the ending that bends.
fn derivation(chars: &mut Vec<char>) {
    for ending in ["minen", "mise", "mis", "min", "m", "nut", "nyt", "nu", "ny", "ivat", "ivät", "iv"] {
        let left = chars.len().saturating_sub(ending.chars().count());
        if ends(chars, ending, 3) && vowel(chars[left - 1]) {
            chars.truncate(left);
            break;
        }
    }
    for ending in ["ks", "s", "d", "t"] {
        let left = chars.len().saturating_sub(ending.chars().count());
        if ends(chars, ending, 4) && "uyö".contains(chars[left - 1]) {
            chars.truncate(left);
            break;
        }
    }
    // kaatui, saunoi: the sign of the past after a round vowel.
    if let [.., before, 'i'] = chars[..]
        && chars.len() >= 4
        && "uyoö".contains(before)
    {
        chars.pop();
    }
    if let [.., before, last] = chars[..]
        && chars.len() >= 4
        && before == last
        && vowel(last)
    {
        chars.pop();
    }
}

/// The weak and the strong grade of the last consonants become one.
fn gradation(chars: &mut Vec<char>) {
    let end = chars.iter().rposition(|c| !vowel(*c)).map_or(0, |at| at + 1);
    let start = chars[..end].iter().rposition(|c| vowel(*c)).map_or(0, |at| at + 1);
    if start == 0 {
        return;
    }
    let inside = end < chars.len();
    let cluster: String = chars[start..end].iter().collect();
    let one = match cluster.as_str() {
        "kk" => "k",
        "pp" => "p",
        "tt" | "d" => "t",
        "nn" | "nt" | "nk" | "ng" => "n",
        "ll" | "lt" | "lk" => "l",
        "rr" | "rt" | "rk" => "r",
        "mm" | "mp" => "m",
        "hd" | "ht" => "h",
        "v" if inside => "p",
        _ => return,
    };
    chars.splice(start..end, one.chars());
}

/// The last vowel bends most: i falls, a and o change places.
fn last_vowel(chars: &mut Vec<char>) {
    let count = chars.len();
    let Some(last) = chars.last().copied() else { return };
    match last {
        'i' if count >= 4 => drop(chars.pop()),
        'a' | 'ä' | 'o' | 'ö' if count >= 5 => drop(chars.pop()),
        'o' if count >= 3 => chars[count - 1] = 'a',
        'ö' if count >= 3 => chars[count - 1] = 'ä',
        'u' | 'y' if count >= 7 => drop(chars.pop()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a text is found by what is typed.
    pub fn hits(typed: &str, text: &str) -> bool {
        let stems = Stems::default();
        let keys = stems.of_text(text);
        let question = stems.of_question(typed);
        !question.is_empty() && question.iter().all(|word| word.iter().any(|key| keys.contains(key)))
    }

    /// What a worker types and what another has written: they belong together.
    const PAIRS: [(&str, &str); 58] = [
        ("kaatui", "Kaatumisen jälkeen jalka oli kipeä."),
        ("kaatua", "Aino on kaatunut yöllä."),
        ("kaatuminen", "Kaatui kylpyhuoneessa."),
        ("kaatunut", "Useita kaatumisia viikon aikana."),
        ("lääke", "Ei ottanut lääkkeitä."),
        ("lääkkeet", "Iltalääke jäi, lääkettä annettiin aamulla."),
        ("kipu", "Valittaa kivuista selässä."),
        ("kivun", "Voimakasta kipua."),
        ("sauna", "Kävi saunassa."),
        ("saunaan", "Sauna oli lämmin."),
        ("suihku", "Autettiin suihkuun."),
        ("ruoka", "Ruoan maku ei kelvannut."),
        ("ruokailu", "Ruokaili hyvin."),
        ("nukkui", "Ei ole nukkunut."),
        ("nukkua", "Meni nukkumaan aikaisin."),
        ("yö", "Oli hereillä yöllä."),
        ("tytär", "Tyttären kanssa sovittu."),
        ("lapsi", "Lapsen isä soitti."),
        ("lapset", "Kaksi lasta kotona."),
        ("äiti", "Äidille soitettu."),
        ("isä", "Isän luona viikonloppuna."),
        ("koulu", "Ei mennyt kouluun."),
        ("raha", "Rahojen käyttö huolettaa."),
        ("pelko", "Pelon takia valvoi."),
        ("ulkoilu", "Ulkoiltiin puistossa."),
        ("ulkoili", "Ulkoilua tunti."),
        ("soitti", "Soitto omaiselle."),
        ("soitto", "On soittanut kahdesti."),
        ("käynti", "Käynnillä mukana sairaanhoitaja."),
        ("tapaaminen", "Tapaamisen aiheena vuokra."),
        ("päätös", "Päätöksen mukaan."),
        ("päätökset", "Hyvä päätös."),
        ("hakemus", "Hakemuksen liitteet puuttuvat."),
        ("hakemuksia", "Uusi hakemus."),
        ("asunto", "Asunnossa on kylmä."),
        ("väkivalta", "Väkivallan uhka."),
        ("väkivaltaa", "Epäily väkivallasta."),
        ("itki", "On itkenyt paljon."),
        ("riita", "Riidan jälkeen lähti."),
        ("muistisairaus", "Muistisairauden eteneminen."),
        ("vaippa", "Vaipan vaihto."),
        ("haava", "Haavoja kantapäässä."),
        ("kuume", "Kuumetta 38,2."),
        ("verenpaine", "Verenpaineen mittaus."),
        ("rajoitus", "Rajoituksen perusteet."),
        ("huoli", "Omaisen huolen vuoksi."),
        ("sairaala", "Vietiin sairaalaan."),
        ("lääkäri", "Lääkärille varattu aika."),
        ("söi", "On syönyt huonosti."),
        ("kävi", "Ei ole käynyt ulkona."),
        ("tytär Pirkko", "Pirkon tytär — siis tyttären — kanssa puhuttu, Pirkko paikalla."),
        ("muistin", "Muisti heikkenee."),
        ("poika", "Pojan luona."),
        ("avustaja", "Avustajan kanssa kauppaan."),
        ("besök", "Hon var glad och besöket gick bra."),
        ("medicin", "Medicinerna togs inte och det var svårt."),
        ("barn", "Barnet är hos far och det går bra."),
        ("beslutet", "Enligt beslut som är fattat och delgivet."),
    ];

    /// What looks alike and does not belong together.
    const STRANGERS: [(&str, &str); 16] = [
        ("lääke", "Lääkäri kävi."),
        ("lääkäri", "Lääkkeet otettu."),
        ("yö", "Työ jatkuu."),
        ("kipu", "Kiven alla, kippo kädessä."),
        ("haava", "Haaveet omasta kodista."),
        ("sauna", "Sanoi tulevansa."),
        ("lapsi", "Lapio jäi pihalle."),
        ("pelko", "Peli alkoi."),
        ("uhka", "Uhri kuultiin."),
        ("raha", "Rahti maksettu."),
        ("tytär", "Tyttö soitti."),
        ("kaatui", "Kaatopaikka suljettu."),
        ("tapaaminen", "Tapaturma kotona."),
        ("käynti", "Käytti apuvälinettä."),
        ("kuume", "Kuuma päivä."),
        ("barn", "Bar och kaffe, det är allt."),
    ];

    #[test]
    fn what_belongs_together_is_found() {
        let missed: Vec<_> = PAIRS.iter().filter(|(typed, text)| !hits(typed, text)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn what_only_looks_alike_is_not_found() {
        let wrong: Vec<_> = STRANGERS.iter().filter(|(typed, text)| hits(typed, text)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_typed_word_must_be_there_and_nothing_finds_nothing() {
        assert!(hits("kaatui keittiö", "Kaatumisen paikka oli keittiössä."));
        assert!(!hits("kaatui keittiö", "Kaatui eteisessä."));
        assert!(!hits("", "Kaatui.") && !hits("!?", "Kaatui."));
    }

    #[test]
    fn a_word_has_few_keys() {
        let stems = Stems::default();
        let text = "Aino kaatui keittiössä yöllä ja soitti tyttärelleen, joka tuli heti paikalle ja vei sairaalaan.";
        let per_word = stems.of_text(text).len() as f64 / words(text).count() as f64;
        assert!(per_word < 2.2, "{per_word}");
    }
}
