//! `/oikeudet`: for an organiser the grants and the deliveries that are missing, for a provider the rights received.

use axum::response::Response;

use super::{grants, messages, received, required};
use crate::{
    clients,
    error::Result,
    op::{Kind, Op},
    sheet::{Block, Link, Sheet},
};

/// `GET /oikeudet`
pub async fn show(op: Op) -> Result<Response> {
    let title = op.t.get("rights-title");
    let sheet = Sheet::new(op.page(&title), &title);
    let mut tx = op.read().await?;
    if op.kind == Kind::Provider {
        let block = received::block(&op, &mut tx).await?;
        let missing = required::missing(&op, &mut tx).await?;
        let messages = messages::block(&op, &mut tx, None).await?;
        let mut sheet =
            sheet.with(Block::Links(vec![Link::new("ilmoitus", "/oikeudet/ilmoitus", op.t.get("notice-title"))]));
        if let Some(arrived) = required::arrived(&op, &mut tx).await? {
            sheet = sheet.with(Block::Heading(op.t.get("rights-arrived"))).with(arrived);
        }
        sheet = sheet
            .with(Block::Heading(op.t.get("rights-received")))
            .with(block)
            .with(Block::Heading(op.t.get("order-paste")))
            .with(Block::Form(received::form(&op)));
        if let Some(missing) = missing {
            sheet = sheet.with(Block::Heading(op.t.get("due-title"))).with(missing);
        }
        if let Some(messages) = messages {
            sheet = sheet.with(Block::Heading(op.t.get("messages"))).with(messages);
        }
        return Ok(sheet.html());
    }
    let messages = messages::block(&op, &mut tx, None).await?;
    let mut all = grants::all(&op, &mut tx).await?;
    let seen = clients::store::list(&op, &mut tx, "").await?;
    drop(tx);
    // A name is shown only to a unit that handles the client, in a task of the worker's own (FR-50, FR-101).
    let names: grants::Names = seen.into_iter().map(|one| (one.client.id, one.client.person.name())).collect();
    all.retain(|grant| names.contains_key(&grant.client) && op.covers(grant.task));
    let missing: Vec<grants::Grant> = all.iter().filter(|grant| grant.delivered.is_none()).cloned().collect();
    let mut sheet = sheet
        .with(Block::Links(vec![Link::new("vaadittavat", "/oikeudet/vaadittavat", op.t.get("required-title"))]))
        .with(Block::Heading(op.t.get("undelivered")))
        .with(grants::table(&op, &missing, Some(&names), "toimittamatta", "undelivered"))
        .with(Block::Heading(op.t.get("grants")))
        .with(grants::table(&op, &all, Some(&names), "myonnetyt", "grants"));
    if let Some(messages) = messages {
        sheet = sheet.with(Block::Heading(op.t.get("messages"))).with(messages);
    }
    Ok(sheet.html())
}
