//! `/etsi`: clients by the beginnings of their names, entries by their words. The palette of the frame asks the same
//! question by POST and gets a fragment; without script the page does it all.

use ::store::log::Action;
use askama::Template;
use axum::response::Response;
use web::{
    T,
    ui::{Field, Input},
};

use super::store::{self, Found};
use crate::{
    error::Result,
    op::Op,
    people,
    posted::Posted,
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

/// Fewest letters that are sought.
const TYPED_MIN: usize = 2;

/// The list of what was found.
#[derive(Template)]
#[template(path = "hits.html")]
struct Hits {
    t: T,
    clients: Vec<ClientHit>,
    documents: Vec<DocumentHit>,
    more: bool,
    nothing: String,
}

struct ClientHit {
    href: String,
    record: String,
    name: String,
    about: String,
    register: &'static str,
    protected: bool,
}

struct DocumentHit {
    href: String,
    oid: String,
    title: String,
    client: String,
    about: String,
    state: web::ui::Chip,
}

/// `GET /etsi`
pub async fn show(op: Op) -> Result<Response> {
    Ok(sheet(&op, "").html())
}

/// `POST /etsi`: `haku`; by POST, so that no name and no text stands in an address
pub async fn find(op: Op, posted: Posted) -> Result<Response> {
    let typed = posted.get("haku");
    let hits = hits(&op, typed).await?;
    Ok(sheet(&op, typed).part(&hits)?.html())
}

/// `POST /etsi/osumat`: the same as a fragment for the palette
pub async fn fragment(op: Op, posted: Posted) -> Result<Response> {
    Ok(web::html(&hits(&op, posted.get("haku")).await?))
}

fn sheet(op: &Op, typed: &str) -> Sheet {
    let field = Field::new("haku", op.t.get("find-label"), typed, Input::Line("search")).hint(op.t.get("find-hint"));
    let title = op.t.get("find-title");
    Sheet::new(op.page(&title), &title).with(Block::Form(Form::new(
        "etsi",
        "/etsi",
        vec![field],
        op.t.get("find-submit"),
    )))
}

async fn hits(op: &Op, typed: &str) -> Result<Hits> {
    let found = if typed.chars().count() < TYPED_MIN {
        Found::default()
    } else {
        let mut tx = op.read().await?;
        let found = store::find(op, &mut tx, typed).await?;
        drop(tx);
        // A list of people is a use of their data, as the list of clients is; what finds nobody tells of nobody.
        if !found.is_empty() {
            let event = Event::plain(Action::Search, "own_task").detail(format!("find: {typed}")).count(found.len());
            use_log::write_now(op, event).await?;
        }
        found
    };
    let nothing = match (found.is_empty(), typed.chars().count() < TYPED_MIN) {
        (true, true) => op.t.get("find-more-letters"),
        (true, false) => op.t.get("find-nothing"),
        (false, _) => String::new(),
    };
    Ok(Hits {
        t: op.t.clone(),
        clients: found.clients.iter().map(|seen| client_hit(op, seen)).collect(),
        documents: found.documents.iter().map(|(seen, one)| document_hit(op, seen, one)).collect(),
        more: found.more,
        nothing,
    })
}

fn client_hit(op: &Op, seen: &crate::clients::store::Seen) -> ClientHit {
    let person = &seen.client.person;
    let age = person.age(op.today()).map(|age| op.t.with("age", [("n", age)])).unwrap_or_default();
    ClientHit {
        href: format!("/asiakkaat/{}", seen.client.id),
        record: crate::clients::pages::entry_path(op.kind, &seen.client.id),
        name: person.name(),
        about: format!("{age} · {} · {}", person.masked(), seen.register_name),
        register: crate::clients::pages::register_class(seen),
        protected: person.protected,
    }
}

fn document_hit(op: &Op, seen: &crate::clients::store::Seen, one: &crate::recording::documents::Stored) -> DocumentHit {
    DocumentHit {
        href: format!("/asiakirjat/{}", one.oid),
        oid: one.oid.to_string(),
        title: crate::clients::pages::title(op, one),
        client: seen.client.person.name(),
        about: format!("{} · {}, {}", people::moment(one.event), one.author, one.unit_name),
        state: web::ui::Chip::state(&op.t, one.word()),
    }
}
