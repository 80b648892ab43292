//! Codes as people type them: a long list is searched by name, and a page without script sends the text that was chosen.

use crate::model::Accepted;
use records::Lang;

/// A code as a searchable list shows it and sends it: `Kotihoito (45)`; a code without a name is shown alone.
pub fn choice_text(option: &Accepted, lang: Lang) -> String {
    match option.display.get(lang) {
        "" => option.code.clone(),
        name => format!("{name} ({})", option.code),
    }
}

/// The code that a text means: the code itself, the text of [`choice_text`] in either language, or a name that only one
/// of the options has, whatever its capitals. A text that means none of them comes back as it is.
pub fn code_of<'a>(options: &'a [Accepted], text: &'a str) -> &'a str {
    if options.iter().any(|one| one.code == text) {
        return text;
    }
    let whole = |one: &&Accepted| [Lang::Fi, Lang::Sv].iter().any(|lang| choice_text(one, *lang) == text);
    if let Some(one) = options.iter().find(whole) {
        return &one.code;
    }
    let typed = text.to_lowercase();
    let mut named = options
        .iter()
        .filter(|one| [Lang::Fi, Lang::Sv].iter().any(|lang| one.display.get(*lang).to_lowercase() == typed));
    match (named.next(), named.next()) {
        (Some(one), None) => &one.code,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Names;

    #[test]
    fn a_code_is_found_by_what_people_type() {
        let one = |code: &str, fi: &str, sv: &str| Accepted { code: code.into(), display: Names::new(fi, sv) };
        let list =
            [one("45", "Kotihoito", "Hemvård"), one("46", "Muu", "Annan"), one("47", "Muu", "Övrig"), one("9", "", "")];
        for text in ["45", "Kotihoito (45)", "Hemvård (45)", "kotihoito", "HEMVÅRD"] {
            assert_eq!(code_of(&list, text), "45", "{text}");
        }
        // A name that two codes have means neither; the whole text does.
        assert_eq!(code_of(&list, "Muu"), "Muu");
        assert_eq!(code_of(&list, "Muu (47)"), "47");
        assert_eq!(code_of(&list, "Kotihoitoo"), "Kotihoitoo");
        assert_eq!(choice_text(&list[3], Lang::Fi), "9");
    }
}
