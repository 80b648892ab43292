//! A code that is typed by its name: a name that no code of the list has would be archived as a code that exists nowhere.

use structures::{
    Fault, Rule, Structure,
    form::{FieldKind, Form as DocumentForm, Input as Place, code_of},
};

/// Faults of the code fields whose text is in their list neither as a code nor as a name, though it is words and no code.
/// A code beyond a list that is not whole is let through, as the structure lets it.
pub fn unlisted(structure: &Structure, fields: &[(String, String)]) -> Vec<Fault> {
    let form = DocumentForm::of(structure);
    let mut found = Vec::new();
    for place in form.inputs(fields) {
        look(&place, &mut found);
    }
    found
}

fn look(place: &Place<'_>, found: &mut Vec<Fault>) {
    if let FieldKind::Code { options, .. } = &place.field.kind
        && !options.is_empty()
    {
        let code = code_of(options, &place.value);
        if !place.value.is_empty() && !options.iter().any(|one| one.code == code) && !is_code(code) {
            found.push(Fault {
                path: place.name.clone(),
                field_fi: place.field.label.fi.clone(),
                field_sv: place.field.label.get(records::Lang::Sv).to_owned(),
                rule: Rule::Condition {
                    fi: "kirjoitettu nimi ei ole luettelossa. Valitse nimi luettelosta tai kirjoita koodi.".into(),
                    sv: "namnet finns inte i listan. Välj ett namn i listan eller skriv koden.".into(),
                },
            });
        }
    }
    for child in &place.children {
        look(child, found);
    }
}

/// Whether a text is written as codes are: `85`, `IAKAS`, `J45.0`, never as words are.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
    letters || (text.is_ascii() && text.bytes().any(|b| b.is_ascii_digit()) && !text.contains(' '))
}
