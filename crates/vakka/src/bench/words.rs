//! Finnish-looking text for contents: no two documents alike, so that compression gains what it would gain in earnest.

/// Numbers that follow from a seed (SplitMix64): the same seed gives the same document anywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a thing, by the run's seed and the thing's number.
    pub fn of(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// One of the choices.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const WORDS: &[&str] = &[
    "asiakas",
    "asukas",
    "aamulla",
    "illalla",
    "yöllä",
    "päivällä",
    "iltapäivällä",
    "kävi",
    "kertoi",
    "toivoi",
    "halusi",
    "söi",
    "joi",
    "nukkui",
    "heräsi",
    "lepäsi",
    "ulkoili",
    "lauloi",
    "luki",
    "katsoi",
    "muisteli",
    "keskusteli",
    "osallistui",
    "kieltäytyi",
    "tarvitsi",
    "sai",
    "pyysi",
    "odotti",
    "soitti",
    "tapasi",
    "omainen",
    "tytär",
    "poika",
    "puoliso",
    "naapuri",
    "hoitaja",
    "ohjaaja",
    "lääkäri",
    "fysioterapeutti",
    "sosiaalityöntekijä",
    "palveluohjaaja",
    "yksikössä",
    "huoneessaan",
    "ruokasalissa",
    "pihalla",
    "kaupassa",
    "kirjastossa",
    "saunassa",
    "parvekkeella",
    "käytävällä",
    "päiväsalissa",
    "apua",
    "tukea",
    "ohjausta",
    "seuraa",
    "kahvia",
    "puuroa",
    "lounasta",
    "lääkkeet",
    "kävelyllä",
    "rollaattorilla",
    "pyörätuolilla",
    "kepin",
    "kanssa",
    "ilman",
    "lisäksi",
    "kuitenkin",
    "jälkeen",
    "ennen",
    "aikana",
    "vähän",
    "paljon",
    "hyvin",
    "huonosti",
    "rauhallisesti",
    "iloisesti",
    "väsyneenä",
    "virkeänä",
    "hiljaa",
    "itsenäisesti",
    "ohjatusti",
    "yhdessä",
    "mieliala",
    "vointi",
    "uni",
    "ruokahalu",
    "toimintakyky",
    "muisti",
    "kipu",
    "olkapää",
    "polvi",
    "selkä",
    "tasapaino",
    "kaatumisriski",
    "apuväline",
    "kuntoutus",
    "suunnitelma",
    "tavoite",
    "sovittiin",
    "kirjattiin",
    "arvioitiin",
    "seurataan",
    "jatketaan",
    "tarkistetaan",
    "ilmoitettiin",
    "raha-asiat",
    "hakemus",
    "päätös",
    "palvelu",
    "tuntimäärä",
    "kotihoito",
    "kuljetus",
    "ateriapalvelu",
    "turvapuhelin",
    "vuokra",
    "muutto",
    "koti",
    "sisko",
    "veli",
    "lapsenlapsi",
    "syntymäpäivä",
    "juhla",
    "radio",
    "sanomalehti",
    "musiikki",
    "kukat",
    "puutarha",
    "kissa",
    "koira",
    "talvi",
    "syksy",
    "lumi",
    "sade",
    "aurinko",
    "lämmin",
    "kylmä",
    "tiistaina",
    "keskiviikkona",
    "torstaina",
    "viikonloppuna",
    "huomenna",
    "eilen",
    "viime",
    "ensi",
    "viikolla",
    "kuukaudessa",
    "tunnin",
    "puoli",
    "kolme",
    "neljä",
    "viisi",
    "kertaa",
    "noin",
    "klo",
    "sekä",
    "mutta",
    "koska",
    "joten",
    "että",
    "jos",
    "kun",
    "vaikka",
    "myös",
    "vielä",
    "enää",
    "jo",
    "taas",
    "usein",
    "harvoin",
    "aina",
    "joskus",
];

/// Sentences of about `length` characters.
pub fn text(dice: &mut Dice, length: usize) -> String {
    let mut text = String::with_capacity(length + 120);
    while text.len() < length {
        let words = 4 + dice.below(11);
        for word in 0..words {
            let next = dice.pick(WORDS);
            if word == 0 {
                let mut letters = next.chars();
                text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                text.push_str(letters.as_str());
            } else {
                text.push(' ');
                text.push_str(next);
            }
            // Now and then a number, as notes have them: times, amounts, measures.
            if dice.below(17) == 0 {
                text.push_str(&format!(" {}", dice.below(240)));
            }
        }
        text.push_str(". ");
    }
    text.trim_end().to_owned()
}

const FAMILY: &[&str] = &[
    "Koivula",
    "Lehtola",
    "Mäntylä",
    "Niemelä",
    "Rantala",
    "Salmela",
    "Toivola",
    "Virtala",
    "Ahola",
    "Harjula",
    "Jokela",
    "Kangas",
    "Laine",
    "Metsälä",
    "Ojanen",
    "Peltola",
    "Rinne",
    "Saarela",
    "Tuomela",
    "Vuorela",
];
const GIVEN: &[&str] = &[
    "Aune Maria",
    "Eino Olavi",
    "Helmi Kaarina",
    "Kalevi Juhani",
    "Lempi Annikki",
    "Onni Ensio",
    "Saima Helena",
    "Toivo Antero",
    "Vieno Inkeri",
    "Yrjö Tapani",
    "Martta Elina",
    "Paavo Ilmari",
    "Rauha Sofia",
    "Tauno Kullervo",
];

/// Family name and given names of a client.
pub fn name(client: u64) -> (String, String) {
    let mut dice = Dice::of(7, client);
    (dice.pick(FAMILY).to_owned(), dice.pick(GIVEN).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_seed_only() {
        let one = text(&mut Dice::of(1, 5), 3000);
        assert_eq!(one, text(&mut Dice::of(1, 5), 3000));
        assert_ne!(one, text(&mut Dice::of(1, 6), 3000));
        assert!((3000..3200).contains(&one.len()));
    }
}
