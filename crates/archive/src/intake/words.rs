//! Finnish sentences for faults that the crates below name in English for the log.

use structures::StrictJsonError;

/// What is wrong with the structured form as JSON. Positions are told, values never.
pub fn content(error: &StrictJsonError) -> String {
    let fault = match error {
        StrictJsonError::TooLarge => "sisältö on liian suuri".to_owned(),
        StrictJsonError::TooDeep => "sisältö on liian syvä".to_owned(),
        StrictJsonError::DuplicateKey => "sama avain on kahdesti samassa kohdassa".to_owned(),
        StrictJsonError::Syntax { line, column } => format!("rivi {line}, merkki {column} ei ole JSON-muotoa"),
    };
    format!("Rakenteinen muoto: {fault}.")
}
