//! The table of everything that can be done here: method, path, handler, permission. Read it first.
//!
//! For a player that reads HTML: every form has an `id` that equals its `data-action`, fields have the names given in
//! the comments, and every form carries `csrf`. Lists are tables with an `id`; a row has `data-key` (an OID or the id of
//! a row, never a person) and `data-state` (a life-cycle word). Structured documents take the field names of
//! `structures::form` below the structure's root key, e.g. `suunnitelma.asetettavat_tavoitteet[0].nimi`.

use axum::{
    Extension, Router,
    http::header::CONTENT_TYPE,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect},
    routing::{MethodRouter, get, post},
};
use records::refusal::Refusal;
use web::{Kit, Product};

use crate::{
    access_rights,
    app::App,
    archiving, batches, cases, clients,
    error::Result,
    finding, login, notes,
    op::{Guard, Kind, Op, Scheme, guard},
    palette, phone, printing, recording, search, settings, signing, today, together,
};

/// Who may pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Anyone, logged in or not.
    Anyone,
    /// A worker with an active unit.
    Worker,
    /// A worker of an organiser.
    Organiser,
    /// A worker of a provider.
    Provider,
}

impl Permission {
    /// Whether the worker may pass; rights to clients and documents are asked further in.
    ///
    /// # Errors
    /// `RoleForbidden` for the other kind of organisation.
    pub fn allows(self, op: &Op) -> Result<()> {
        let fits = match self {
            Self::Anyone | Self::Worker => true,
            Self::Organiser => op.kind == Kind::Organiser,
            Self::Provider => op.kind == Kind::Provider,
        };
        if fits { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
    }
}

/// One row of the table.
pub struct Route {
    /// The path.
    pub path: &'static str,
    /// Methods and handlers.
    pub handlers: MethodRouter<App>,
    /// Who may pass.
    pub permission: Permission,
}

fn row(path: &'static str, handlers: MethodRouter<App>, permission: Permission) -> Route {
    Route { path, handlers, permission }
}

/// The table.
#[rustfmt::skip]
pub fn table() -> Vec<Route> {
    use Permission::{Anyone, Organiser, Provider, Worker};
    vec![
        row("/", get(|| async { Redirect::to("/tanaan") }), Anyone),
        // #kirjaudu: tunnus, salasana
        row("/kirjaudu", get(login::pages::show).post(login::pages::enter), Anyone),
        // #kortti[data-scs] holds the SCS request, also as text in #pyynto: vastaus (SCS answer, JSON)
        row("/kirjaudu/kortti", get(login::pages::card).post(login::pages::card_answer), Anyone),
        // #yksikko: yksikko (OID)
        row("/yksikko", get(login::pages::units).post(login::pages::choose_unit), Anyone),
        row("/ulos", post(login::pages::leave), Anyone),
        // #avaa-lukko: salasana (password or PIN); #vaihda leaves the device to another
        row("/lukitse", post(login::lock::lock), Anyone),
        row("/lukittu", get(login::lock::show).post(login::lock::open), Anyone),
        // list #tyot: rows with data-key and data-state; #valitut: kohde, toimi, asti, syy, kollega
        row("/tanaan", get(today::pages::show), Worker),
        row("/tanaan/valitut", post(today::acts::selected), Worker),
        // the entry of a planned visit: #asiakirja as below; FR-32, FR-37
        row("/kaynnit/{visit}/kirjaa", get(today::visits::record), Worker),
        row("/kaynnit/{visit}/peru", post(today::visits::cancel), Worker),
        // #kaynti: laji, alkaa, kesto, tekija, toistuu, asti
        row("/asiakkaat/{client}/kaynti", get(today::visits::plan_form).post(today::visits::plan), Worker),
        row("/kalenteri", get(today::calendar::show), Worker),
        // #puhelin-kayttoon (script), table #puhelimet, #puhelin-pois-{id}; #puhelintunnit: tunnit
        row("/puhelin", get(phone::pages::show), Worker),
        row("/puhelin/{id}/poista", post(phone::pages::end), Worker),
        row("/puhelin/tunnit", post(phone::pages::save_hours), Worker),
        // JSON for the script: the store's half of its lock, the day's clients, notes and unfinished texts; FR-34, FR-37
        row("/puhelin/laite", post(phone::pages::make), Worker),
        row("/puhelin/avain", get(phone::pages::key), Worker),
        row("/puhelin/paiva", get(phone::day::show), Worker),
        row("/puhelin/kirjaus", post(phone::receive::receive), Worker),
        row("/puhelin/luonnos", post(phone::receive::unfinished), Worker),
        // the id is the right; it tells whether a store may live on, and nobody's name
        row("/puhelin/tila", post(phone::pages::state), Anyone),
        // pages without anybody's data, kept by the phone
        row("/puhelin/kuori/{lang}", get(phone::shell::today), Anyone),
        row("/puhelin/poikki/{lang}", get(phone::shell::elsewhere), Anyone),
        row("/verkotta.js", get(phone::shell::worker), Anyone),
        // the key is the right; it tells times, and nobody's name
        row("/kalenteri/syote.ics", get(today::feed::show), Anyone),
        // #komennot: haku; hits in #osumat, also for Ctrl+K
        row("/komennot", get(palette::show).post(palette::find), Worker),
        row("/pikanappaimet", get(settings::keys::help), Worker),
        // table #asiakkaat; #hae: haku (name, code or case OID; by POST, so that no person stands in a URL)
        row("/asiakkaat", get(clients::pages::list), Worker),
        row("/asiakkaat/haku", post(clients::pages::find), Worker),
        // facts #fakta-tyontekija …, timeline #asiakirjat (li with data-key), tables #asiat, #luonnokset; #suodata: laji,
        // tehtava, laatija, yksikko, merkittavat, sivu; links kirjaa, asiakirja, oikeus
        row("/asiakkaat/{client}", get(clients::pages::show), Worker),
        // #etsi-teksti: teksti and the fields of #suodata; by POST, so that no words about a client stand in a URL
        row("/asiakkaat/{client}/aikajana", post(clients::pages::words), Worker),
        // table #rajoitukset; #kuukausikooste: kuukausi; FR-44
        row(
            "/asiakkaat/{client}/rajoitukset",
            get(recording::restrictions::show).post(recording::restrictions::send),
            Worker,
        ),
        // #kooste: laajuus; tables #kooste-asiat, #kooste-yksikot, #kooste-tyontekijat, #kooste-paatokset,
        // #kooste-suunnitelmat, #kooste-asiakirjat; FR-59
        row("/asiakkaat/{client}/kooste", get(clients::summary::ask).post(clients::summary::show), Worker),
        // #hae-kannasta: the archive's rows of the client, for this worker
        row("/asiakkaat/{client}/kanta", post(clients::elsewhere::fetch), Worker),
        // #nosto: nosto (at most three); #poista-nosto-{id}
        row("/asiakkaat/{client}/nosto", post(clients::marks::pin), Worker),
        row("/asiakkaat/{client}/nosto/{id}/poista", post(clients::marks::unpin), Worker),
        // #merkittava-{oid}
        row("/asiakirjat/{oid}/merkittava", post(clients::marks::toggle), Worker),
        // #etsi: haku (beginnings of names, whole words of texts); lists #osuma-asiakkaat, #osuma-asiakirjat
        row("/etsi", get(finding::pages::show).post(finding::pages::find), Worker),
        // the same list as a fragment, for the palette
        row("/etsi/osumat", post(finding::pages::fragment), Worker),
        // entries in time order, the newest first; ?jarjestys=vanhin turns the order; FR-29
        row("/asiakkaat/{client}/kertomus", get(clients::narrative::show), Worker),
        // #koonti: jakso, alku, loppu, asia: a draft of a summary that quotes the notes of a period
        row("/asiakkaat/{client}/koonti", get(notes::digest::show).post(notes::digest::make), Worker),
        // #yhteydenotto: hetu, sukunimi, etunimet, puhelin, tehtava, asian_nimi, lisatieto, tapahtuma, kiireellisyys
        // and the fields of structure 4006; FR-01, FR-02, FR-08
        row("/yhteydenotto", get(cases::pages::contact).post(cases::pages::open), Organiser),
        // #asia: tehtava, asian_nimi, lisatieto, tapahtuma, silti: a further case of the same client; FR-04
        row("/asiakkaat/{client}/asia", get(cases::pages::another).post(cases::pages::open_another), Organiser),
        // state, links; #paata-asia: paattyy, syy; #avaa-asia: syy; #laajenna: tapa, tehtava, asian_nimi, lisatieto,
        // tapahtuma, kiireellisyys, syy; FR-05, FR-06, FR-07
        row("/asiat/{oid}", get(cases::page::show), Worker),
        row("/asiat/{oid}/paata", post(cases::page::close), Worker),
        row("/asiat/{oid}/avaa", post(cases::page::reopen), Worker),
        row("/asiat/{oid}/laajenna", post(cases::page::extend), Worker),
        // #oma-asiakas: hetu, sukunimi, etunimet, puhelin, tehtava, asian_nimi, palvelu, tapahtuma; FR-26
        row("/oma-asiakas", get(cases::pages::own_client).post(cases::pages::open_own), Provider),
        // #asiakirja: teksti (entries), tapahtuma, asia, palvelu, prosessi, allekirjoittaja, luonnos and the structure's
        // fields; FR-29–FR-33
        row("/asiakkaat/{client}/asiakirja/{kind}", get(recording::pages::new).post(recording::pages::finish), Worker),
        // the same fields; FR-34
        row("/asiakkaat/{client}/luonnos/{kind}", post(recording::pages::save), Worker),
        row("/luonnokset/{draft}", get(recording::pages::resume), Worker),
        row("/luonnokset/{draft}/poista", post(recording::pages::discard), Worker),
        // #yhteinen: laji, teksti, tapahtuma, palvelu, asiakas-{client}, asia-{client}: one text, a document for each client
        row("/kirjaa-monelle", get(together::pages::new).post(together::pages::finish), Worker),
        row("/kirjaa-monelle/luonnos", post(together::pages::save), Worker),
        row("/kirjaa-monelle/{draft}", get(together::pages::resume), Worker),
        row("/kirjaa-monelle/{draft}/poista", post(together::pages::discard), Worker),
        // display form, versions, state, mend; links korjaa, mitatoi
        row("/asiakirjat/{oid}", get(recording::view::show), Worker),
        // #tulosta: PDF/A with the letterhead
        row("/asiakirjat/{oid}/tuloste", post(printing::pages::document), Worker),
        row("/luonnokset/{draft}/tuloste", post(printing::pages::draft), Worker),
        row("/asiakkaat/{client}/kooste/tuloste", post(printing::pages::summary), Worker),
        // #asiakirja: as above, and syy; FR-35
        row("/asiakirjat/{oid}/korjaa", get(recording::correct::correct).post(recording::correct::finish_correction), Worker),
        // #mitatoi: syy; FR-36
        row("/asiakirjat/{oid}/mitatoi", get(recording::view::ask_invalidate).post(recording::view::invalidate), Worker),
        // #palauta-luonnokseksi, #korjaa-tuore: a document that has not gone, or that came back, becomes a draft again
        row("/asiakirjat/{oid}/luonnokseksi", post(recording::correct::mend), Worker),
        // #fraasi: koodi, sisalto, yhteinen; table #fraasit
        row("/fraasit", get(notes::phrases::show).post(notes::phrases::save), Worker),
        row("/fraasit/{koodi}/poista", post(notes::phrases::remove), Worker),
        // table #potilastiedot; #luovuta: vastaanottaja; FR-87, FR-105
        row("/potilastiedot", get(notes::patient::show), Worker),
        row("/potilastiedot/tiedosto", get(notes::patient::file), Worker),
        row("/potilastiedot/luovuta", post(notes::patient::hand_over), Worker),
        row("/potilastiedot/{id}", get(notes::patient::one), Worker),
        // table #paatospohjat; #paatospohja: laji, kohta, sisalto; FR-43
        row("/paatospohjat", get(signing::templates::show).post(signing::templates::save), Worker),
        // #tiedoksianto: kenelle, tapa, paiva; FR-43
        row("/asiakirjat/{oid}/tiedoksianto", post(signing::served::serve), Worker),
        // table #allekirjoitettavat
        row("/allekirjoitus", get(signing::pages::list), Worker),
        // #allekirjoita[data-scs]: vastaus; #siirra: allekirjoittaja; #palauta: syy; FR-40, FR-42
        row("/allekirjoitus/{oid}", get(signing::pages::show).post(signing::pages::sign), Worker),
        row("/allekirjoitus/{oid}/siirra", post(signing::pages::pass_on), Worker),
        row("/allekirjoitus/{oid}/palauta", post(signing::pages::give_back), Worker),
        // ?nayta=palautuneet|odottaa|pidatetty|arkistoitu; a section #syy-{cause} per cause, in it tables with the classes
        // .palautuneet, .odottaa-oikeutta, .odottavat, .pidatetyt, .arkistoidut; #yrita-nyt; FR-93
        row("/arkistointi", get(archiving::pages::show), Worker),
        row("/arkistointi/yrita", post(archiving::pages::hurry), Worker),
        // forms #korjaa-{cause}-…: jarjestaja, asiakas, yksikko, asia: mends every document of the cause
        row("/arkistointi/syy/{cause}", post(archiving::mend::all), Worker),
        row("/arkistointi/{oid}/avaa", post(archiving::mend::open), Worker),
        // #henkilo: hetu, sukunimi, etunimet
        row("/arkistointi/{oid}/henkilo", get(archiving::identity::show).post(archiving::identity::mend), Worker),
        row("/arkistointi/varmenteet", get(archiving::quality::guide).post(archiving::quality::tell), Worker),
        // table #seuranta; FR-37
        row("/arkistointi/seuranta", get(archiving::quality::show), Worker),
        // #rajaa and #arkistoi-era: yksikko, alkaen, asti, laatija; tables #lahtee, #jaa, #erat; FR-48
        row("/arkistointi/era", get(batches::pages::choose).post(batches::pages::begin), Worker),
        row("/arkistointi/era/{id}", get(batches::pages::follow), Worker),
        row("/arkistointi/era/{id}/tauko", post(batches::pages::pause), Worker),
        row("/arkistointi/era/{id}/jatka", post(batches::pages::go_on), Worker),
        row("/arkistointi/{oid}/yrita", post(archiving::pages::retry), Worker),
        // organiser: tables #toimittamatta, #myonnetyt; provider: table #saadut, #liita: tilaus; FR-15
        row("/oikeudet", get(access_rights::pages::show), Worker),
        // #liita: tilaus (any text that holds an order)
        row("/oikeudet/liita", post(access_rights::received::paste), Provider),
        // table #saapuneet: orders that came inside this installation
        row("/oikeudet/saapunut/{id}", post(access_rights::required::take), Provider),
        // #ilmoitus: laji, jarjestaja, hetu, asia, yksikko, alkaa, teksti; FR-19
        row("/oikeudet/ilmoitus", get(access_rights::notices::notice_form).post(access_rights::notices::notice), Provider),
        // table #vaadittavat, #vaadi: palvelu, tyyppi, paivia; FR-38
        row("/oikeudet/vaadittavat", get(access_rights::required::show).post(access_rights::required::add), Organiser),
        row("/oikeudet/vaadittavat/poista", post(access_rights::required::remove), Organiser),
        // #viesti (text), #kasitelty, #vastaa: teksti
        row("/viestit/{id}", get(access_rights::messages::show), Worker),
        row("/viestit/{id}/kasitelty", post(access_rights::messages::handle), Worker),
        row("/viestit/{id}/vastaa", post(access_rights::messages::answer), Worker),
        // #viesti: asia (case and organisation), teksti
        row("/asiakkaat/{client}/viesti", get(access_rights::notices::word_form).post(access_rights::notices::word), Worker),
        // #korjauspyynto: teksti; FR-23
        row("/asiakirjat/{oid}/korjauspyynto", get(access_rights::notices::correction_form).post(access_rights::notices::correction), Provider),
        // #oikeus: asia, yksikko (OID), palvelu, alkaa, paattyy; FR-13
        row("/asiakkaat/{client}/oikeus", get(access_rights::grants::form).post(access_rights::grants::give), Organiser),
        // #tilaus holds the order as text
        row("/oikeudet/{id}/tilaus", get(access_rights::grants::order), Organiser),
        // #toimitus: tapa, vastaanottaja
        row("/oikeudet/{id}/toimitus", post(access_rights::grants::deliver), Organiser),
        // #paata: paattyy; FR-10, FR-21
        row("/oikeudet/{id}/paata", get(access_rights::grants::ask_end).post(access_rights::grants::end), Organiser),
        // #paata-saatu: paattyy: the provider notes the end that the organiser has told
        row("/oikeudet/{id}/paattyy", post(access_rights::received::note_end), Provider),
        // #haku-asia: asia (case OID); #haku-oma: asia, tehtava, palvelu, prosessi, tyyppi, yksikko, laatija, alkaen, asti,
        // tila, asiakas; FR-16, FR-17, FR-49
        row("/haku", get(search::pages::show), Worker),
        // table #tulokset; rows are forms #avaa: rekisteri, oid, asia
        row("/haku/asia", post(search::pages::by_case), Provider),
        row("/haku/oma", post(search::pages::own), Worker),
        row("/haku/avaa", post(search::pages::open), Worker),
        // #kayttoonotto: jarjestaja, tehtava, paiva; FR-25
        row("/asetukset", get(settings::pages::show), Worker),
        row("/asetukset/kayttoonotto", post(settings::pages::go_live), Provider),
        // #nappaimet: kaytossa, key-…; #lukitus: minuutit; #pin: salasana, pin; #syote and #syote-pois: a calendar feed
        row("/asetukset/nappaimet", post(settings::keys::save_keys), Worker),
        row("/asetukset/lukitus", post(settings::keys::save_lock), Worker),
        row("/asetukset/pin", post(login::lock::set_pin), Worker),
        row("/asetukset/kalenteri", post(today::feed::create), Worker),
        row("/asetukset/kalenteri/poista", post(today::feed::remove), Worker),
        // #kirjepohja: tunnusteksti, osoite, yhteystiedot
        row("/asetukset/kirjepohja", post(printing::letterhead::save), Worker),
        // #kortit: tyontekija, alkaa, paattyy (FR-45); #korttipakko: pakko
        row("/asetukset/kortti", post(settings::cards::save), Worker),
        row("/asetukset/korttipakko", post(settings::cards::strict), Worker),
        row(phone::shell::MANIFEST, get(phone::shell::manifest), Anyone),
        row("/tyo/tyo.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], CSS) }), Anyone),
        script("/tyo/kirjaus.js", include_str!("../assets/kirjaus.js")),
        script("/tyo/era.js", include_str!("../assets/era.js")),
        script("/tyo/tyo.js", concat!(include_str!("../assets/tyo.js"), include_str!("../assets/asiakas.js"))),
        script("/tyo/tanaan.js", include_str!("../assets/tanaan.js")),
        script("/tyo/kaappi.js", phone::shell::STORE),
        script("/tyo/jono.js", phone::shell::QUEUE),
        script("/tyo/muistiot.js", phone::shell::NOTES),
        script("/tyo/puhelin.js", phone::shell::PHONE),
        script("/tyo/kuori.js", phone::shell::SHELL),
    ]
}

/// The client system's own style.
pub const CSS: &str = concat!(include_str!("../assets/tyo.css"), include_str!("../assets/asiakas.css"));

/// A script of our own, open to anybody: it holds nobody's data.
fn script(path: &'static str, text: &'static str) -> Route {
    row(
        path,
        get(move || async move { ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], text) }),
        Permission::Anyone,
    )
}

/// The routes with their guards and the shell around them.
pub fn router(app: &App, https: bool) -> Router {
    let mut routes = Router::new();
    for Route { path, handlers, permission } in table() {
        let guarded = Guard { app: app.clone(), permission };
        routes = routes.route(path, handlers.layer(from_fn_with_state(guarded, guard)));
    }
    let routes = routes.with_state(app.clone());
    let mut kit = Kit::new(std::sync::Arc::clone(&app.texts), Product::Casework);
    if https {
        kit = kit.https(app.config.card_urls.clone());
    }
    web::wrap(routes, &kit).layer(Extension(Scheme { https }))
}

/// A redirect after a form was handled, so that loading the page again sends nothing twice.
pub fn see(path: &str) -> axum::response::Response {
    Redirect::to(path).into_response()
}
