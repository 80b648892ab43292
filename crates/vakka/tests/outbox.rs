//! The whole product loses its power while entries wait for the archive; nothing is lost and nothing comes twice.

mod common;

use common::Demo;
use common::window::Window;
use std::path::Path;
use std::time::{Duration, Instant};

const UNIT: &str = "1.2.246.10.99990031.10.31";
const ORGANISER: &str = "1.2.246.10.99990015.10.0";
/// What the product does by itself is done within this time.
const PATIENCE: Duration = Duration::from_secs(40);

async fn liisa(demo: &Demo) -> Window {
    Window::worker(&demo.at(1), "liisa", "vakka-liisa", Some(UNIT)).await
}

async fn archive_down(demo: &Demo, down: bool) {
    let mut landing = Window::new(&demo.at(0));
    landing.open("/").await;
    landing.submit("#archive-form", &[("down", if down { "1" } else { "0" })]).await;
    assert_eq!(landing.page.status, 200);
}

/// How many documents the archive holds in the organiser's register, by its own count.
async fn in_archive(demo: &Demo) -> u64 {
    let answer = reqwest::get(format!("{}/registers", demo.at(3))).await.expect("the archive answers");
    let registers: Vec<serde_json::Value> = answer.json().await.expect("a list");
    let one = registers.into_iter().find(|register| register["controller"] == ORGANISER).expect("the register");
    one["documents"].as_u64().expect("a count")
}

/// How many documents of a client stand in a state.
async fn in_state(worker: &mut Window, client: &str, state: &str) -> usize {
    worker.open(client).await;
    assert_eq!(worker.page.status, 200, "the client's page does not open");
    worker.page.count(&format!("#asiakirjat [data-state={state}]"))
}

async fn until(worker: &mut Window, client: &str, state: &str, count: usize) {
    let started = Instant::now();
    loop {
        let now = in_state(worker, client, state).await;
        if now == count {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{now} of {count} are {state}: {}", worker.page.text());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Writes while the archive is down, loses the power, and comes back: as often as told, on the same data.
#[tokio::test]
async fn fr_93_fr_94_entries_that_wait_survive_a_power_cut_and_arrive_once() {
    let data = common::data_folder();
    let binary = Path::new(env!("CARGO_BIN_EXE_vakka"));
    let mut demo = Demo::start(binary, data.path(), &[], None);
    demo.ready().await;
    let mut worker = liisa(&demo).await;
    worker.open("/asiakkaat").await;
    let client = worker.page.attributes("main a[href^='/asiakkaat/']", "href").remove(0);
    let archived = in_state(&mut worker, &client, "archived").await;
    let held = in_archive(&demo).await;

    archive_down(&demo, true).await;
    for hour in 1..=3 {
        worker.open(&format!("{client}/asiakirja/19007")).await;
        worker.submit("#asiakirja", &[("teksti", &format!("Merkintä katkon tunnilla {hour}."))]).await;
        assert_eq!(worker.page.status, 200, "an entry is refused while the archive is down");
    }
    until(&mut worker, &client, "queued", 3).await;
    assert_eq!(in_state(&mut worker, &client, "archived").await, archived, "one arrived in an archive that is down");
    let base = demo.base;
    demo.kill();

    // The archive's switch is no data: after the cut it is up, and what waits goes by itself or when somebody asks.
    let mut demo = Demo::start_at(base, binary, data.path(), &[], None);
    demo.ready().await;
    let mut worker = liisa(&demo).await;
    worker.open("/arkistointi").await;
    worker.submit("#yrita-nyt", &[]).await;
    until(&mut worker, &client, "archived", archived + 3).await;
    assert_eq!(in_archive(&demo).await, held + 3, "the archive holds more or fewer documents than were written");
    assert_eq!(in_state(&mut worker, &client, "queued").await, 0);

    // Another cut right after the receipts: nothing is sent again, nothing is missing.
    demo.kill();
    let mut demo = Demo::start_at(base, binary, data.path(), &[], None);
    demo.ready().await;
    let mut worker = liisa(&demo).await;
    assert_eq!(in_state(&mut worker, &client, "archived").await, archived + 3);
    assert_eq!(in_archive(&demo).await, held + 3);
}
