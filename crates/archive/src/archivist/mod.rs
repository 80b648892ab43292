//! The archivist's view (arkistonhoitajan käyttöliittymä, wire-format 17): a controller's archivist sees its own
//! registers, the archive's keeper sees who has joined and whether messages come, each after a login with a card.
//!
//! Who is an archivist is data ([`settings::ArchiveUser`]); what an archivist may see is decided by
//! `records::access` like everything else ([`right`]). Every search and every opened document is in the register's log
//! before its page leaves. A client's identifier travels only in the body of a form.
//!
//! | File | Why it exists |
//! |---|---|
//! | [`session`] | who is in, and the guard in front of every page |
//! | [`login`] | the door: a card through SCS |
//! | [`right`] | what the duty allows, and the log row of it |
//! | [`front`] | what this archive is; own registers after login |
//! | [`search`], [`documents`] | finding and opening |
//! | [`noted`] | what the writer notes for the pages beside each log row |
//! | [`refusals`], [`arrivals`] | what was refused; who has fallen silent |
//! | [`grants`], [`joinings`] | rights in force; who has joined, and the keeper's switch |
//! | [`log_request`] | what a client gets who asks who has used the own data |
//! | [`disposal`] | retention: lists, two approvers, holds |
//! | [`errors`] | a page for each code of the catalogue |

pub mod arrivals;
pub mod disposal;
pub mod documents;
pub mod errors;
pub mod front;
pub mod grants;
pub mod joinings;
pub mod log_request;
pub mod login;
pub mod names;
pub mod noted;
pub mod refusals;
pub mod right;
pub mod search;
pub mod session;
pub mod settings;
pub mod sheet;

pub use session::{Login, Op};

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use records::refusal::Refusal;
use store::StoreError;
use web::PageError;

use crate::entry::Denial;

/// What a page of the archivist's may end in instead.
#[derive(Debug)]
pub enum Fault {
    /// The archive's own part is out of reach.
    Store(StoreError),
    /// Not allowed, or not possible, with a code of the catalogue.
    Refused(Refusal, records::Lang),
    /// Nothing here, or nothing that this person may know of.
    NotFound,
    /// A page of the kit's.
    Page(PageError),
    /// Not logged in: to the door.
    ToDoor,
}

/// What handlers give.
pub type Result<T> = std::result::Result<T, Fault>;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<PageError> for Fault {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

impl Fault {
    /// A refusal as the archive's own parts give it, in the page's language.
    pub fn of(denial: &Denial, lang: records::Lang) -> Self {
        let unavailable = denial.cause == Refusal::ServiceUnavailable;
        Self::Refused(if unavailable { denial.cause } else { denial.told }, lang)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Store(error) => {
                tracing::error!(%error, "a page of the archivist's could not be made");
                PageError::unavailable().into_response()
            }
            Self::Refused(Refusal::ServiceUnavailable, _) => PageError::unavailable().into_response(),
            Self::Refused(refusal, lang) => {
                let status =
                    if refusal == Refusal::BadRequest { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
                PageError::new(status, "archive-refused", refusal.sentence(lang).to_owned())
                    .code(refusal.code())
                    .onward("/arkisto", "archive-to-registers")
                    .into_response()
            }
            Self::NotFound => PageError::not_found().onward("/arkisto", "archive-to-registers").into_response(),
            Self::Page(error) => error.into_response(),
            Self::ToDoor => axum::response::Redirect::to("/arkisto/kirjaudu").into_response(),
        }
    }
}

/// The script that takes a card's request to the reader on the same machine.
pub async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("arkisto.js")).into_response()
}

/// What these pages add to the kit's style.
pub async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("arkisto.css")).into_response()
}
