//! What can go wrong in a handler, and the page that says so.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use records::{Lang, refusal::Refusal};
use store::StoreError;
use web::PageError;

/// A handler's result.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A rule of the specification refuses it; the person is told in the catalogue's words.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// Nothing here that this person may know of.
    #[error("not found")]
    NotFound,
    /// The form lacks something; the key of the sentence that says what.
    #[error("bad request: {0}")]
    Form(&'static str),
    /// The database or a key.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something stored is not what it was when it was stored.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// A page for the person, as it stands.
    #[error("a page")]
    Page(Box<PageError>),
    /// A part of ours failed; the words hold no personal data.
    #[error("failed: {0}")]
    Failed(String),
}

impl Fault {
    /// Something stored is not what it was when it was stored; `place` is a table and column.
    pub fn damaged(place: &'static str) -> Self {
        Self::Damaged(place)
    }

    /// A part of ours failed. The words must hold no personal data.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<PageError> for Fault {
    fn from(page: PageError) -> Self {
        Self::Page(Box::new(page))
    }
}

/// The page of a refusal in the catalogue's words. The reader's language is not known here, so both sentences would be
/// needed; handlers that know it call this with `op.lang()`.
pub fn refusal_page(refusal: Refusal, lang: Lang) -> PageError {
    let status = match refusal {
        Refusal::ServiceUnavailable | Refusal::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::VersionConflict => StatusCode::CONFLICT,
        _ => StatusCode::FORBIDDEN,
    };
    PageError::new(status, refusal.sentence(lang).to_owned(), "refusal-advice")
        .safe("refusal-safe")
        .onward("/tanaan", "error-to-today")
        .code(refusal.code())
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal_page(refusal, Lang::Fi).into_response(),
            Self::NotFound => PageError::not_found().onward("/asiakkaat", "error-to-clients").into_response(),
            Self::Form(key) => PageError::new(StatusCode::UNPROCESSABLE_ENTITY, key, "error-form-advice-back")
                .safe("error-form-safe")
                .onward("/tanaan", "error-to-today")
                .into_response(),
            Self::Page(page) => page.into_response(),
            Self::Store(_) | Self::Damaged(_) | Self::Failed(_) => {
                let id = web::session::random()[..12].to_owned();
                tracing::error!(id, error = %self, "a page failed");
                PageError::internal(id).into_response()
            }
        }
    }
}
