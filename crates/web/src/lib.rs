//! What every page of Vakka shares: layout, components, texts, sessions, guards, errors and the HTTP server.
//!
//! Three applications with three owners show pages (client system, archive, citizen view). What must look and behave
//! the same to a person, or must be safe in the same way, lives here once. An application makes a [`Kit`], writes its
//! routes with axum, and hands both to [`shell::wrap`]; the result goes to [`serve::serve`].
//!
//! In its own templates an application writes `{% extends "base.html" %}` (its `askama.toml` has
//! `dirs = ["templates", "../web/templates"]`), holds a field `page: Page`, and may
//! `{% import "components.html" as ui %}` for the macros over the types of [`ui`].

pub mod assets;
pub mod csrf;
pub mod error;
pub mod headers;
pub mod health;
pub mod lang;
pub mod page;
pub mod serve;
pub mod session;
pub mod shell;
pub mod texts;
pub mod ui;

pub use error::{PageError, Problem};
pub use lang::Locale;
pub use page::{NavItem, Page, Product, UserLine, html};
pub use records::Lang;
pub use serve::{Limits, PeerCertificate, serve};
pub use session::{Session, Sessions};
pub use shell::{Kit, wrap};
pub use texts::{T, Texts};

// Templates of every crate, this one's too, name functions as `web::…`.
extern crate self as web;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod theme_tests;
