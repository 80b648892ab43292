//! Nothing of a person stands in clear in what a run leaves behind: not in databases, their journals, the logs'
//! witness, or what the program says at its most talkative (decisions.md 18; functional specification 4.1).
//!
//! Every file of the data folder and both outputs are read. The registers are stand-ins of others' systems and keep
//! nothing on disk. The landing page and standard output name workers and their test logins on purpose; they are not
//! among the words looked for. Client names, all identity codes, and everything that anybody wrote are.

mod common;

use common::Demo;
use common::scan::Scanner;
use common::window::Window;
use std::collections::BTreeSet;
use std::path::Path;

const ORGANISER_UNIT: &str = "1.2.246.10.99990015.10.11";
const PROVIDER_UNIT: &str = "1.2.246.10.99990031.10.31";
/// A well-formed identity code that no register knows.
const UNKNOWN_CODE: &str = "010190-999W";
const DRAFT: &str = "KanariaLuonnoksessa";
const NOTE: &str = "KanariaMerkinnassa";
const REFUSED: &str = "KanariaTorjutussa";
const WRONG_LOGIN: &str = "KanariaTunnuksena";

/// What the players of the scenario write: entries, decisions' texts, a corrected and an invalidated entry, reasons.
const WRITTEN: [&str; 14] = [
    "lauluhetkeen",
    "Liesivahti",
    "vanhentunutta ruokaa",
    "muutti huoneeseen",
    "tytär Paula",
    "tytär Pirkko",
    "korttipelin",
    "sotavuosista",
    "Leena kävi saunassa",
    "Väärään asiaan",
    "pihajumppaan",
    "rollaattorilla",
    "Kirjattu keskustelussa",
    "väärälle asiakkaalle",
];

/// Every identity code of the cast, and names and addresses of those who are clients or theirs.
fn of_persons() -> Vec<String> {
    let values = |file: &str, name: &str| -> BTreeSet<String> {
        let prefix = format!("{name} = \"");
        file.lines().filter_map(|line| line.strip_prefix(&prefix)?.strip_suffix('"')).map(str::to_owned).collect()
    };
    let people = include_str!("../../registers/cast/people.toml");
    let workers = include_str!("../../registers/cast/workers.toml");
    let mut found = values(people, "hetu");
    found.extend(values(workers, "hetu"));
    let of_workers = values(workers, "family");
    found.extend(values(people, "family").into_iter().filter(|name| name.len() >= 7 && !of_workers.contains(name)));
    found.extend(values(people, "address").iter().filter_map(|address| Some(address.split(',').next()?.to_owned())));
    assert!(found.len() > 40 && found.contains("120243-934K") && found.contains("Korpela"), "the cast is not read");
    found.into_iter().collect()
}

fn scanner() -> Scanner {
    let mut words = of_persons();
    words.extend(WRITTEN.map(str::to_owned));
    words.extend([UNKNOWN_CODE, DRAFT, NOTE, REFUSED, WRONG_LOGIN].map(str::to_owned));
    Scanner::new(words)
}

/// What is found in all files of a folder: `file: word (form)`.
fn found_in(scanner: &Scanner, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in common::files(folder) {
        // The connection kit is the cast, which the landing page shows to everybody, and no message has touched it.
        if file.components().any(|part| part.as_os_str() == "connection-kit") {
            continue;
        }
        // A journal may go between listing and reading.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let name = file.strip_prefix(folder).expect("below the folder").display().to_string();
        found.extend(scanner.find(name.as_bytes()).into_iter().map(|hit| format!("name of {name}: {hit}")));
        found.extend(scanner.find(&bytes).into_iter().map(|hit| format!("{name}: {hit}")));
    }
    found
}

/// Writes, drafts, searches and fails in the ways that people do.
async fn use_it(demo: &Demo) {
    let mut marja = Window::worker(&demo.at(1), "marja", "vakka-marja", Some(ORGANISER_UNIT)).await;
    marja.open("/yhteydenotto").await;
    marja.submit("#yhteydenotto", &[("hetu", UNKNOWN_CODE), ("tehtava", "IAKAS")]).await;
    assert!(marja.page.status >= 400, "an unknown code opened a client: {}", marja.page.path);
    let mut liisa = Window::worker(&demo.at(1), "liisa", "vakka-liisa", Some(PROVIDER_UNIT)).await;
    liisa.open("/asiakkaat").await;
    let client = liisa.page.attributes("main a[href^='/asiakkaat/']", "href").remove(0);
    liisa.open(&format!("{client}/asiakirja/19007")).await;
    liisa.submit("#asiakirja", &[("teksti", NOTE)]).await;
    assert_eq!(liisa.page.status, 200, "the note is refused");
    liisa.open(&format!("{client}/asiakirja/19007")).await;
    liisa.submit_to("#asiakirja", &format!("{client}/luonnos/19007"), &[("teksti", DRAFT)]).await;
    assert_eq!(liisa.page.status, 200, "the draft is not kept");
    for code in ["120243-934K", UNKNOWN_CODE, "120243-93"] {
        liisa.open("/haku").await;
        liisa.submit("#haku-oma", &[("asiakas", code)]).await;
        let mut citizen = Window::new(&demo.at(2));
        citizen.open("/kirjaudu").await;
        citizen.submit("#kirjaudu", &[("hetu", code)]).await;
        let mut stranger = Window::new(&demo.at(1));
        stranger.open("/kirjaudu").await;
        stranger.submit("#kirjaudu", &[("tunnus", code), ("salasana", WRONG_LOGIN)]).await;
        stranger.open("/kirjaudu").await;
        stranger.submit("#kirjaudu", &[("tunnus", WRONG_LOGIN), ("salasana", "väärin")]).await;
    }
}

/// A message that the archive cannot take, from a system that it knows.
async fn send_what_is_refused(demo: &Demo, keys: &Path) {
    let part = |name: &str| std::fs::read(keys.join(name)).expect("a key of the demo");
    let identity = [part("kielo-tls.key.pem"), part("kielo-tls.cert.pem")].concat();
    let client = reqwest::Client::builder()
        .identity(reqwest::Identity::from_pem(&identity).expect("an identity"))
        .danger_accept_invalid_certs(true)
        .build()
        .expect("a client");
    let text = format!("{REFUSED} 120243-934K");
    let wrapped = format!(
        "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\"><Header/><Body><x a=\"{text}\">{text}</x></Body></Envelope>"
    );
    for body in [text.clone(), format!("<{REFUSED}>"), wrapped] {
        let request = client.post(format!("https://localhost:{}/sanomat", demo.base + 4));
        let answer = request.header("content-type", "application/soap+xml").body(body).send().await;
        let answer = answer.expect("the archive answers").text().await.expect("a text");
        assert!(!answer.contains(REFUSED), "the answer repeats what was sent");
    }
}

#[tokio::test]
async fn fr_84_nothing_of_a_person_is_left_in_clear_by_a_whole_run() {
    let (data, logs) = (common::data_folder(), tempfile::tempdir().expect("a folder"));
    let binary = Path::new(env!("CARGO_BIN_EXE_vakka"));
    let log = logs.path().join("output.log");
    let mut demo = Demo::start(binary, data.path(), &["--play-to", "1.15"], Some(&log));
    demo.ready().await;
    use_it(&demo).await;
    send_what_is_refused(&demo, &data.path().join("keys")).await;
    let scanner = scanner();
    let while_running = found_in(&scanner, data.path());
    assert!(while_running.is_empty(), "in clear while it runs:\n{}", while_running.join("\n"));
    demo.kill();
    let mut afterwards = found_in(&scanner, data.path());
    afterwards.extend(found_in(&scanner, logs.path()));
    assert!(afterwards.is_empty(), "in clear afterwards:\n{}", afterwards.join("\n"));
    let size =
        |path: &Path| common::files(path).iter().map(|file| file.metadata().map_or(0, |of| of.len())).sum::<u64>();
    assert!(size(&data.path().join("archive")) > 500_000 && size(&data.path().join("casework")) > 500_000);
    assert!(size(logs.path()) > 10_000, "the program was not talkative");
    the_scanner_bites(&scanner, data.path());
}

/// The same scanner over the same files finds a word that was put into one of them.
fn the_scanner_bites(scanner: &Scanner, data: &Path) {
    let file = data.join("archive/archive.db");
    let mut bytes = std::fs::read(&file).expect("the archive's database");
    let middle = bytes.len() / 2;
    bytes.splice(middle..middle, *b"120243-934k");
    std::fs::write(&file, bytes).expect("a changed copy");
    let found = found_in(scanner, data);
    assert!(found.iter().any(|hit| hit == "archive/archive.db: 120243-934K (UTF-8)"), "{found:?}");
    assert!(found.iter().all(|hit| hit.starts_with("archive/archive.db: 120243-934K (")), "{found:?}");
}

#[test]
fn a_word_is_found_in_every_form_and_place() {
    use base64::Engine as _;
    let scanner = Scanner::new(vec!["tytär Pirkko".to_owned()]);
    let wide = |bytes: fn(u16) -> [u8; 2]| "tytär Pirkko".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text).into_bytes();
    let planted = [
        "xTYTäR PIRKKOx".as_bytes().to_vec(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        hex::encode_upper("tytär Pirkko").into_bytes(),
        b"tyt%C3%A4r%20Pirkko".to_vec(),
        br"tyt\u00e4r Pirkko".to_vec(),
        base64("tytär Pirkko kävi"),
        base64("atytär Pirkko kävi"),
        base64("abtytär Pirkko kävi"),
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, "tytär Pirkko".as_bytes()).as_ref().to_vec(),
        zstd::encode_all("Iltakahvilla tytär Pirkko kävi.".as_bytes(), 3).expect("compressed"),
    ];
    for (index, one) in planted.into_iter().enumerate() {
        let hidden = [b"before", one.as_slice(), b"after"].concat();
        assert!(!scanner.find(&hidden).is_empty(), "form {index} is not found");
    }
    assert!(scanner.find("Pirkko, tytär; tytär P".as_bytes()).is_empty(), "what is not there is found");
}
