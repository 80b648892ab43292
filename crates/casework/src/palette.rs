//! `/komennot`: commands and clients by a word, for Ctrl+K and for those without script. The words travel by POST, so that
//! no person stands in a URL.

use ::store::log::Action;
use askama::Template;
use axum::response::Response;
use web::Page;

use crate::{
    clients::{pages as client_pages, store as clients},
    error::Result,
    op::{Kind, Op},
    posted::Posted,
    use_log::{self, Event},
};

/// Clients are looked for from this many letters: names are found by whole words.
const LETTERS_MIN: usize = 2;
/// Most clients of the answer.
const CLIENTS_MAX: usize = 8;

#[derive(Template)]
#[template(path = "commands.html")]
struct Commands {
    page: Page,
    typed: String,
    clients: Vec<Hit>,
    commands: Vec<(String, String)>,
}

/// A client with what is done most.
struct Hit {
    name: String,
    masked: String,
    register: String,
    open: String,
    record: String,
    plan: String,
    /// Whether the words began with the command to record, so that it stands first.
    record_first: bool,
}

/// `GET /komennot`
///
/// # Errors
/// Never in practice.
pub async fn show(op: Op) -> Result<Response> {
    answer(&op, "").await
}

/// `POST /komennot`: `haku`
///
/// # Errors
/// When the database does not answer or the use log cannot be written.
pub async fn find(op: Op, posted: Posted) -> Result<Response> {
    answer(&op, posted.get("haku")).await
}

async fn answer(op: &Op, typed: &str) -> Result<Response> {
    let verb = op.t.get("record").to_lowercase();
    let (record_first, words) = match typed.split_once(' ') {
        Some((first, rest)) if first.to_lowercase() == verb => (true, rest.trim()),
        _ => (false, typed),
    };
    let mut hits = Vec::new();
    if words.chars().count() >= LETTERS_MIN {
        let mut tx = op.read().await?;
        let found = clients::list(op, &mut tx, words).await?;
        drop(tx);
        hits = found.iter().take(CLIENTS_MAX).map(|seen| hit(op, seen, record_first)).collect();
        use_log::write_now(op, Event::plain(Action::Search, "own_task").detail("command").count(hits.len())).await?;
    }
    let page = Commands {
        page: op.page(op.t.get("commands-title")),
        typed: typed.to_owned(),
        clients: hits,
        commands: commands(op, typed),
    };
    Ok(web::html(&page))
}

fn hit(op: &Op, seen: &clients::Seen, record_first: bool) -> Hit {
    let id = &seen.client.id;
    Hit {
        name: seen.client.person.name(),
        masked: seen.client.person.masked(),
        register: seen.register_name.clone(),
        open: format!("/asiakkaat/{id}"),
        record: client_pages::entry_path(op.kind, id),
        plan: format!("/asiakkaat/{id}/kaynti"),
        record_first,
    }
}

/// Commands whose label holds the words; all of them when nothing is typed.
fn commands(op: &Op, typed: &str) -> Vec<(String, String)> {
    let own = match op.kind {
        Kind::Organiser => ("/yhteydenotto", "contact-new"),
        Kind::Provider => ("/oma-asiakas", "own-client-new"),
    };
    // Not everybody opens client relationships; a link that leads to a refusal is no help.
    let own = crate::cases::pages::may_open(op).is_ok().then_some(own);
    let all = [
        ("/tanaan", "nav-today"),
        ("/tanaan?nakyma=vuoro", "today-shift"),
        ("/kalenteri", "today-week"),
        ("/asiakkaat", "nav-clients"),
        ("/kirjaa-monelle", "together-title"),
        ("/etsi", "find-title"),
        ("/allekirjoitus", "sign"),
        ("/arkistointi", "nav-archiving"),
        ("/oikeudet", "nav-rights"),
        ("/haku", "nav-search"),
        ("/asetukset", "settings-title"),
        ("/pikanappaimet", "shortcuts-title"),
    ];
    let wanted = typed.trim().to_lowercase();
    let labelled = own.into_iter().chain(all).map(|(href, key)| (href.to_owned(), op.t.get(key)));
    labelled.filter(|(_, label)| label.to_lowercase().contains(&wanted)).collect()
}
