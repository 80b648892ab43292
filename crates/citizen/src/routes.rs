//! The table of everything that can be done here: method, path, handler, permission. Read it first.
//!
//! For a player that reads HTML: forms have ids and the fields named in the comments, and carry `csrf` once somebody is
//! logged in. Links to documents are `a[data-key=<OID>]`; lists have the ids named in the comments.

use crate::{
    app::App,
    behalf, documents, login,
    op::{Op, Scheme},
    overview, uses, wills,
};
use axum::{
    Extension, Router,
    extract::FromRequestParts,
    http::header::CONTENT_TYPE,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use std::sync::Arc;
use web::{Kit, Product};

/// Who may pass. Whose data a person sees is the archive's decision, further in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Anyone.
    Anyone,
    /// Somebody who has identified himself.
    Identified,
}
use Permission::{Anyone, Identified};

/// One row of the table.
pub struct Route {
    /// The path.
    pub path: &'static str,
    /// Methods and handlers.
    pub handlers: MethodRouter<App>,
    /// Who may pass.
    pub permission: Permission,
}

/// The table.
pub fn table() -> Vec<Route> {
    let row = |path, handlers, permission| Route { path, handlers, permission };
    vec![
        // #kirjaudu: hetu (radio of the demo's people); #kirjaudu-tunnus: hetu (typed)
        row("/kirjaudu", get(login::form).post(login::log_in), Anyone),
        // GET says that the session has ended; POST ends it
        row("/ulos", get(login::ended).post(login::log_out), Anyone),
        // #asiakkuudet, #paatokset, #suunnitelmat, #arviot, #merkinnat (#muut); FR-12, FR-69, FR-72
        row("/", get(overview::show), Identified),
        // article #asiakirja; one page for hidden, another's and unknown: 404; FR-36, FR-71
        row("/asiakirjat/{oid}", get(documents::show), Identified),
        // the PDF of a document that has no display form
        row("/asiakirjat/{oid}/tiedosto", get(documents::file), Identified),
        // table #kaytto, rows with data-organisation, data-basis, data-action; FR-76
        row("/kaytto", get(uses::show), Identified),
        // #informointi, #luovutuslupa, #kiellot; FR-73
        row("/luvat", get(wills::show), Identified),
        // #tieto: kenen, nahty; absent when it is acknowledged already, or nothing can be changed here
        row("/luvat/tieto", get(wills::check::informing).post(wills::send::informing), Identified),
        // #lupa: kenen, nahty, teko (anna or peru, as stands)
        row("/luvat/lupa", get(wills::check::permission).post(wills::send::permission), Identified),
        // how widely; #kielto: kenen, nahty, teko (aseta or peru), taso, kohde is sent here
        row("/luvat/kielto", get(wills::choose::levels).post(wills::send::denial), Identified),
        // shows #kielto, of ?teko, ?taso and ?kohde
        row("/luvat/kielto/tarkista", get(wills::check::denial), Identified),
        // #valitse: kohde (radio); taso is asiakirja, tehtava or rekisteri
        row("/luvat/kielto/{taso}", get(wills::choose::targets), Identified),
        // #tehty: what was stored last, with its receipt
        row("/luvat/tehty", get(wills::send::tell), Identified),
        // #puolesta: kohde (radio: empty for oneself, or the label's data-subject); FR-74, FR-75
        row("/puolesta", get(behalf::form).post(behalf::choose), Identified),
        row("/oma/oma.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], CSS) }), Anyone),
    ]
}

const CSS: &str = include_str!("../assets/oma.css");

/// The routes with their guard and the shell around them.
pub fn router(app: &App, https: bool) -> Router {
    let mut routes = Router::new();
    for Route { path, handlers, permission } in table() {
        let handlers = match permission {
            Anyone => handlers,
            Identified => handlers.layer(from_fn_with_state(app.clone(), only_identified)),
        };
        routes = routes.route(path, handlers);
    }
    let kit = Kit::new(Arc::clone(&app.texts), Product::Citizen);
    let kit = if https { kit.https(Vec::new()) } else { kit };
    web::wrap(routes.with_state(app.clone()), &kit).layer(Extension(Scheme { https }))
}

/// Sends everybody else to the login, even where a handler should forget to ask.
async fn only_identified(
    axum::extract::State(app): axum::extract::State<App>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match Op::from_request_parts(&mut parts, &app).await {
        Ok(_) => next.run(axum::extract::Request::from_parts(parts, body)).await,
        Err(fault) => fault.into_response(),
    }
}
