//! The emulator's page: which card is in the reader, and which requests wait for their PIN.

use super::CardReader;
use askama::Template;
use web::ui::{Field, Input};
use web::{Page, Product, T};

/// A request that waits, as the page shows it.
struct Request {
    id: u64,
    origin: String,
    what: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "emulator.html")]
pub(super) struct EmulatorPage {
    page: Page,
    inserted: String,
    ready: bool,
    requests: Vec<Request>,
    insert: Vec<Field>,
}

pub(super) fn build(reader: &CardReader, t: &T, path: &str) -> EmulatorPage {
    let cards: Vec<(String, String)> = reader.emulator.names().map(|name| (name.to_owned(), name.to_owned())).collect();
    let content = reader.lock();
    let inserted = content.inserted.clone().unwrap_or_default();
    let pin = |name: &str, key: &str| Field::new(name, t.get(key), "", Input::Line("password"));
    let choice = |id: &str| Field::new(id, t.get("card-choose"), &inserted.name, Input::Choice(cards.clone()));
    let requests = content.waiting.iter().map(|(id, waiting)| {
        let key = if waiting.signature { "card-pin2" } else { "card-pin1" };
        let what = if waiting.signature { "card-wants-signature" } else { "card-wants-login" };
        let fields = vec![choice("card"), pin("pin", key)];
        Request { id: *id, origin: waiting.origin.clone(), what: t.get(what), fields }
    });
    EmulatorPage {
        page: Page::new(t.clone(), Product::Registers, t.get("card-title"), path),
        ready: !inserted.pin1.is_empty() || !inserted.pin2.is_empty(),
        requests: requests.take(1).collect(),
        insert: vec![
            choice("card"),
            pin("pin1", "card-ready-pin1").hint(t.get("card-ready-hint")),
            pin("pin2", "card-ready-pin2"),
        ],
        inserted: inserted.name,
    }
}
