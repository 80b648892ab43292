//! Shows every component with sample values, to look at the theme: `cargo run -p web --example components`, then
//! `/` in the staff's theme and `/citizen` in the citizen's.
#![allow(clippy::print_stdout, reason = "an example speaks on standard output")]

use askama::Template;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;
use web::ui::{Chip, Empty, Field, Input, Notice, Pager, Table, Tone};
use web::{Kit, Limits, Locale, NavItem, Page, Product, Texts, UserLine};

#[derive(Template)]
#[template(path = "sample.html")]
struct Sample {
    page: Page,
    fields: Vec<Field>,
    chips: Vec<Chip>,
    table: Table,
    pairs: Vec<(String, String)>,
    masked: String,
    empty: Empty,
    empty_notice: Notice,
    pager: Pager,
}

fn fields() -> Vec<Field> {
    let options = || vec![("a".into(), "Kotikäynti".into()), ("b".into(), "Puhelu".into())];
    vec![
        Field::line("nimi", "Nimi", "Aino Korpela").required().hint("Etunimi ja sukunimi"),
        Field::new("pvm", "Päivä", "", Input::Line("date")).error("Päivä puuttuu"),
        Field::new("teksti", "Merkintä", "Aino osallistui lauluhetkeen.", Input::Text(6)),
        Field::new("valinta", "Tapa", "b", Input::Choice(options())),
        Field::new("radio", "Tapa toisin", "a", Input::Radio(options())),
        Field::new("rasti", "Merkittävä", "on", Input::Check),
    ]
}

fn sample(texts: &Arc<Texts>, lang: web::Lang, product: Product, path: &str) -> Sample {
    let t = texts.t(lang);
    let user = UserLine {
        name: "Liisa Kettunen".into(),
        organisation: "Hoivakoti Kielo Oy".into(),
        unit: "Kielo Ahola".into(),
        duty: "lähihoitaja".into(),
        log_out: "/".into(),
        change: "/".into(),
    };
    let nav = ["Tänään", "Asiakkaat", "Arkistointi"].map(|label| NavItem {
        href: "/".into(),
        label: label.into(),
        current: label == "Tänään",
        count: 2,
    });
    let page = Page::new(t.clone(), product, "Komponentit", path)
        .for_user(user, "token", nav.into())
        .clock("7.9.2026 9.15")
        .notice(Notice::new(Tone::Good, "Tallennettu").text("Luonnos tallennettu 14.02"));
    let states = ["draft", "ready", "sending", "archived", "rejected", "waiting_right", "waiting_card", "held"];
    Sample {
        page,
        fields: fields(),
        chips: states.iter().map(|state| Chip::state(&t, state)).collect(),
        table: Table {
            caption: "Asiakkaat".into(),
            head: vec!["Nimi".into(), "Asia".into()],
            rows: vec![vec!["Aino Korpela".into(), "palvelutarpeen arviointi".into()]],
        },
        pairs: vec![("Asia".into(), "palvelutarpeen arviointi".into())],
        masked: "120243-•••K".into(),
        empty: Empty { text: "Ei vielä kirjauksia.".into(), href: "/".into(), action: "Kirjaa".into() },
        empty_notice: Notice::new(Tone::Warning, "Kanta ei vastaa"),
        pager: Pager { previous: "/".into(), next: "/".into() },
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts = Texts::with(&[])?;
    let (staff, citizen) = (Arc::clone(&texts), Arc::clone(&texts));
    let routes = Router::new()
        .route("/", get(|Locale(l): Locale| async move { web::html(&sample(&staff, l, Product::Casework, "/")) }))
        .route(
            "/citizen",
            get(|Locale(l): Locale| async move { web::html(&sample(&citizen, l, Product::Citizen, "/citizen")) }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8799").await?;
    println!("http://{}", listener.local_addr()?);
    let routes = web::wrap(routes, &Kit::new(texts, Product::Casework));
    web::serve(listener, routes, None, Limits::default(), std::future::pending()).await?;
    Ok(())
}
