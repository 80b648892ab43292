//! The validator: checks a frame and a document together without storing anything (interfaces.md 3, wire-format 6.7
//! and 15). Level 1 looks at form, agreement, structure, codes, display form and the mathematics of signatures; level 2
//! also at trust, owner, validity and what the structure demands.

pub mod explain;

use crate::{
    app::App,
    entry::{Denial, Told},
    intake::check::{self, Against},
    management::{Problem, contract},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kanta::{Limits, ids::ServiceRequest};
use records::{Lang, id::OrganisationId, refusal::Refusal};

/// The request, as Kela's validator takes it.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The sender's name for the request.
    #[expect(dead_code, reason = "never read, but a request without it is not of the shape and is refused")]
    message_id: serde_json::Value,
    palvelu_pyynto: String,
    level: serde_json::Value,
    siirtokehys_xml: String,
    asiakirja_xml: String,
}

/// Answers 200 with nothing when faultless, 200 with code and description otherwise, 400 when unreadable.
pub async fn validate(State(app): State<App>, request: contract::Body) -> Result<Response, Problem> {
    let unreadable = || Problem::new(StatusCode::BAD_REQUEST, Refusal::BadRequest);
    let request: Request = contract::read("ToValidate", request)?;
    let level = match &request.level {
        serde_json::Value::String(level) => level.clone(),
        serde_json::Value::Number(level) => level.to_string(),
        _ => return Err(unreadable()),
    };
    let level = match level.as_str() {
        "1" => 1,
        "2" => 2,
        _ => return Err(unreadable()),
    };
    let _seat = app.cpu.acquire().await.map_err(|_| unreadable())?;
    let worker = app.clone();
    let checked = tokio::task::spawn_blocking(move || check_both(&worker, &request, level)).await;
    match checked.map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable))? {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(denial) => Ok(Json(answer(&denial)).into_response()),
    }
}

/// Numbered faults, separated as Kela's validator separates them, each with its place and remedy; the page of the code
/// tells more.
fn answer(denial: &Denial) -> serde_json::Value {
    let code = denial.told.code();
    let numbered: Vec<String> = (1..).zip(faults(denial)).map(|(number, fault)| format!("{number}. {fault}")).collect();
    serde_json::json!({ "code": code, "description": numbered.join("; "), "help": format!("/virheet/{code}") })
}

/// A fault that names no place stands where faults of its code do; one that says only what is wrong gets the remedy of
/// its code.
fn faults(denial: &Denial) -> Vec<String> {
    let explanation = explain::explanation(denial.told);
    let usual = explanation.map_or("", |explanation| explanation.place);
    let remedy = explanation.map_or("", |explanation| explanation.remedy(Lang::Fi));
    let at = |place: &str, text: &str| if place.is_empty() { text.to_owned() } else { format!("{place}: {text}") };
    if denial.details.is_empty() {
        return vec![at(usual, denial.told.sentence(Lang::Fi))];
    }
    let told = |told: &Told| {
        let place = told.place.as_deref().filter(|place| !place.is_empty()).unwrap_or(usual);
        let text = told.text.trim_end();
        let only_what = !text.trim_end_matches('.').contains(". ");
        at(place, &if only_what { format!("{text} {remedy}") } else { text.to_owned() })
    };
    denial.details.iter().map(told).collect()
}

fn check_both(app: &App, request: &Request, level: u8) -> Result<(), Denial> {
    let bytes = request.asiakirja_xml.as_bytes();
    let formed = kanta::form::check(request.siirtokehys_xml.as_bytes(), bytes, &Limits::default())
        .map_err(|faults| check::fault_denial(&faults))?;
    let wanted = ServiceRequest::parse(&request.palvelu_pyynto)
        .ok_or_else(|| Denial::with(Refusal::BadRequest, "Palvelupyyntöä ei tunneta."))?;
    if wanted != formed.frame.service_request {
        return Err(Denial::with(Refusal::FrameMismatch, "Palvelupyyntö on eri kuin siirtokehyksessä."));
    }
    let json = check::content_of(&formed.decoded, &app.catalogue)?;
    let verified = check::signatures(bytes, &formed.decoded)?;
    if level == 1 {
        return Ok(());
    }
    let header = &formed.decoded.document.header;
    let structure = check::structure_of(header, &app.catalogue);
    let against = Against {
        catalogue: &app.catalogue,
        trust: &app.trust,
        vault: &app.vault,
        now: app.clock.now(),
        skew_s: app.settings_now().clock_skew_s,
        ahead_min: app.settings_now().dated_ahead_min,
    };
    let (systems, _) = check::trusted_signers(&verified, header, json.as_ref(), structure, &against)?;
    // There is no connection here to compare with: the owner is the controller or the organisation of the unit.
    let owner = |signer: &OrganisationId| {
        *signer == header.custodian.id || header.unit.as_ref().is_some_and(|unit| unit.id.belongs_to(signer))
    };
    if !systems.iter().all(owner) {
        return Err(Denial::with(Refusal::SignatureInvalid, "Järjestelmäallekirjoitus on toisen organisaation."));
    }
    check::entry_of(&formed.decoded, json.as_ref(), structure, bytes, &against).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_number_its_place_and_its_remedy() {
        for refusal in Refusal::ALL {
            let explanation = explain::explanation(*refusal).unwrap();
            let told =
                |text: &str, place: Option<&str>| Told { text: text.to_owned(), place: place.map(str::to_owned) };
            let details = vec![told("Tieto puuttuu.", Some("asiakas.sukunimi")), told("Koodi on väärä.", None)];
            let text = answer(&Denial { told: *refusal, cause: *refusal, details })["description"].to_string();
            assert!(text.contains("1. asiakas.sukunimi: Tieto puuttuu. "), "{text}");
            assert!(text.contains(&format!("; 2. {}: Koodi on väärä. ", explanation.place)), "{text}");
            assert_eq!(text.matches(explanation.remedy(Lang::Fi)).count(), 2, "{text}");
            let alone = answer(&Denial::new(*refusal));
            let said = alone["description"].as_str().unwrap();
            assert_eq!(said, format!("1. {}: {}", explanation.place, refusal.sentence(Lang::Fi)));
            assert_eq!(alone["help"], format!("/virheet/{refusal}"));
        }
    }

    #[test]
    fn a_fault_that_tells_its_remedy_already_gets_no_other() {
        let told = Told { text: "Otsikko puuttuu. Anna otsikko.".to_owned(), place: Some("title".to_owned()) };
        let denial = Denial { told: Refusal::HeaderInvalid, cause: Refusal::HeaderInvalid, details: vec![told] };
        assert_eq!(answer(&denial)["description"], "1. title: Otsikko puuttuu. Anna otsikko.");
    }
}
