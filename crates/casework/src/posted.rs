//! A form that one of our own pages sent: read once, with the session's token checked before anything else.

use axum::{
    Form,
    extract::{FromRequest, Request},
};
use web::PageError;

use crate::{app::App, op::Op};

/// The fields of a form in their order.
pub struct Posted(pub Vec<(String, String)>);

impl Posted {
    /// The first value of a field, trimmed; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether a check box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "on" | "true" | "1" | "kylla")
    }

    /// The fields that belong to a document's structure: all but those of the page itself.
    pub fn document_fields(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(key, _)| !PAGE_FIELDS.contains(&key.as_str())).cloned().collect()
    }
}

/// The value of an argument in a query of ours; such values need no decoding.
pub fn argument<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Names of fields that pages use for themselves; no structure has keys with these as roots.
pub const PAGE_FIELDS: [&str; 18] = [
    "csrf",
    "luonnos",
    "teksti",
    "tapahtuma",
    "laji",
    "asia",
    "syy",
    "palvelu",
    "allekirjoittaja",
    "prosessi",
    "toiminto",
    "tuotu",
    "nahty",
    "tarkistettu",
    "tieto",
    "merkittava",
    "lahetys",
    "milloin",
];

impl FromRequest<App> for Posted {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let csrf = request.extensions().get::<Op>().map(|op| op.csrf.clone());
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, app)
            .await
            .map_err(|rejection| PageError::of_status(rejection.status()))?;
        let posted = Self(fields);
        if let Some(csrf) = csrf {
            web::csrf::check(&csrf, posted.get("csrf"))?;
        }
        Ok(posted)
    }
}
