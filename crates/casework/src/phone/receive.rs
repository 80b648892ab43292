//! The door through which notes arrive that were written without a network. The same judge as behind the form: what it asks
//! about becomes a draft of the writer, what it refuses stays in the phone with the reason. Each answer tells the state of
//! one note, so that the phone knows what it may forget.

use axum::response::Response;
use jiff::Timestamp;
use records::time::finnish_zone;
use serde::Serialize;

use super::{
    pages,
    store::{self, Receipt, Sending},
};
use crate::{
    clients,
    error::{Fault, Result},
    notes::{moments, phrases},
    op::Op,
    posted::Posted,
    recording::{
        editor,
        judge::{Judged, Sent, judge},
        pages::{keep, put_away},
        store as drafts,
    },
};

/// So many faults of a form are told in a state's reason: the phone has a line for it.
const FAULTS_SAID: usize = 3;

/// What became of one note.
#[derive(Serialize, Default)]
pub struct Told {
    /// `tallessa`, `oli-jo`, `luonnos` or `ei`: the first three may be forgotten by the phone.
    pub tila: &'static str,
    /// Why, and what to do; empty when there is nothing to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub miksi: String,
    /// Where the writer goes on, for a draft.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub osoite: String,
}

impl Told {
    fn again(op: &Op, had: &Receipt) -> Self {
        match had.state.as_str() {
            "draft" => Self::draft(op, op.t.get("phone-draft-before"), &had.place),
            _ => Self { tila: "oli-jo", ..Self::default() },
        }
    }

    fn draft(op: &Op, why: String, draft: &str) -> Self {
        let miksi = op.t.with("phone-kept-as-draft", [("why", why)]);
        Self { tila: "luonnos", miksi, osoite: format!("/luonnokset/{draft}") }
    }
}

/// What a phone sends: the fields of a form, and beside them those whose names begin with `p-`.
struct Parcel {
    sending: Sending,
    client: String,
    kind: String,
    draft: String,
    posted: Posted,
}

fn instant(posted: &Posted, name: &str) -> Option<Timestamp> {
    posted.get(name).parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok())
}

fn parcel(posted: Posted) -> Result<Parcel> {
    let id = |name: &str| Some(posted.get(name).to_owned()).filter(|id| store::is_id(id));
    let sending = id("lahetys").ok_or(Fault::Form("fault-phone-sending"))?;
    let draft = id("luonnos").unwrap_or_else(|| sending.clone());
    let (client, kind) = (posted.get("p-asiakas").to_owned(), posted.get("p-laji").to_owned());
    let (phone, written) = (id("p-laite"), instant(&posted, "p-kirjoitettu"));
    let event = instant(&posted, "p-hetki");
    let mut fields: Vec<(String, String)> =
        posted.0.into_iter().filter(|(name, _)| !name.starts_with("p-") && name != "csrf").collect();
    if let Some(event) = event.filter(|_| !fields.iter().any(|(name, _)| name == "tapahtuma")) {
        let local = event.to_zoned(finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string();
        fields.push(("tapahtuma".into(), local));
    }
    let sending = Sending { id: sending, phone, written };
    Ok(Parcel { sending, client, kind, draft, posted: Posted(fields) })
}

/// `POST /puhelin/kirjaus`: `lahetys`, `p-asiakas`, `p-laji`, `p-laite`, `p-kirjoitettu`, `p-hetki` (milliseconds) and the
/// fields of the entry's form
///
/// # Errors
/// What the phone may try again: a database or key that does not answer. A refusal is a state of the note.
pub async fn receive(op: Op, posted: Posted) -> Result<Response> {
    let parcel = parcel(posted)?;
    let mut tx = op.read().await?;
    let had = store::receipt(&op, &mut tx, &parcel.sending.id).await?;
    drop(tx);
    if let Some(had) = had {
        return Ok(pages::json(&Told::again(&op, &had)));
    }
    let told = match judged(&op, parcel).await {
        Ok(told) => told,
        Err(fault) => Told { tila: "ei", miksi: refusal(&op, fault)?, ..Told::default() },
    };
    Ok(pages::json(&told))
}

/// The sentence of a refusal; a failure of ours goes on as it is, so that the phone tries again.
fn refusal(op: &Op, fault: Fault) -> Result<String> {
    let why = match fault {
        Fault::Page(page) if page.status.is_client_error() => page.happened.in_words(&op.t),
        Fault::Refused(refusal) => refusal.sentence(op.lang()).to_owned(),
        Fault::NotFound => op.t.get("phone-no-kind"),
        other => return Err(other),
    };
    Ok(op.t.with("phone-refused", [("why", why)]))
}

async fn judged(op: &Op, parcel: Parcel) -> Result<Told> {
    let Parcel { sending, client, kind, draft, posted } = parcel;
    if !editor::is_entry(&kind) {
        return Err(Fault::NotFound);
    }
    let posted = moments::accepted(phrases::expand(op, posted).await?);
    let sent = Sent { client: &client, kind: &kind, posted: &posted, draft: &draft, sending: Some(&sending) };
    let why = match judge(op, sent).await? {
        Judged::Stored { .. } => return Ok(Told { tila: "tallessa", ..Told::default() }),
        Judged::Empty(_) => return Ok(Told { tila: "ei", miksi: op.t.get("phone-empty"), ..Told::default() }),
        Judged::Message(message) => message,
        Judged::Faults(faults) => faults
            .iter()
            .take(FAULTS_SAID)
            .filter_map(|fault| Some(fault.located(op.app.config.catalogue.newest(&kind)?, op.lang())))
            .collect::<Vec<_>>()
            .join(" "),
        Judged::Hints(hints) => hints
            .iter()
            .map(|hint| op.t.with(hint.kind.text(), [("words", hint.words.join(", "))]))
            .collect::<Vec<_>>()
            .join(" "),
    };
    if put_away(op, sent, &sending).await? {
        return Ok(Told::draft(op, why, &draft));
    }
    // The same note came in twice at once, and the other one was faster.
    let mut tx = op.read().await?;
    let had = store::receipt(op, &mut tx, &sending.id).await?.ok_or(Fault::NotFound)?;
    Ok(Told::again(op, &had))
}

/// `POST /puhelin/luonnos`: what a killed browser held of an unfinished text. It goes over the draft of the same form when it
/// begins as the draft does, else beside it, so that the writer sees both. `p-viimeksi` is when it was typed.
///
/// # Errors
/// As [`receive`].
pub async fn unfinished(op: Op, posted: Posted) -> Result<Response> {
    let typed = instant(&posted, "p-viimeksi").unwrap_or(op.now);
    let mut parcel = parcel(posted)?;
    let told = match restored(&op, &mut parcel, typed).await {
        Ok(told) => told,
        Err(fault) => Told { tila: "ei", miksi: refusal(&op, fault)?, ..Told::default() },
    };
    Ok(pages::json(&told))
}

async fn restored(op: &Op, parcel: &mut Parcel, typed: Timestamp) -> Result<Told> {
    let mut tx = op.read().await?;
    let sent = store::receipt(op, &mut tx, &parcel.sending.id).await?;
    if sent.is_some() || store::finished_since(op, &mut tx, &parcel.draft, typed).await? {
        return Ok(Told { tila: "oli-jo", ..Told::default() });
    }
    clients::store::open(op, &mut tx, &parcel.client).await?;
    match drafts::draft(op, &mut tx, &parcel.draft).await {
        Ok(had) => {
            let had = Posted(had.fields);
            let (before, now) = (had.get("teksti"), parcel.posted.get("teksti"));
            if before == now || before.starts_with(now) && !now.is_empty() {
                return Ok(Told { tila: "oli-jo", ..Told::default() });
            }
            if !now.starts_with(before) {
                parcel.draft = parcel.sending.id.clone();
            }
        }
        Err(Fault::NotFound) => {}
        Err(other) => return Err(other),
    }
    drop(tx);
    let kept = keep(op, &parcel.client, &parcel.kind, &parcel.draft, &parcel.posted, None).await;
    match kept {
        // The id is another worker's: the text stands beside it.
        Err(Fault::NotFound) => {
            parcel.draft = parcel.sending.id.clone();
            keep(op, &parcel.client, &parcel.kind, &parcel.draft, &parcel.posted, None).await?;
        }
        other => other?,
    }
    Ok(Told { tila: "luonnos", osoite: format!("/luonnokset/{}", parcel.draft), ..Told::default() })
}
