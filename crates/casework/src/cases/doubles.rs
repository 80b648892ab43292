//! Before a client is opened: is it the person who is meant, and is the person there already under another code? A worker
//! confirms what looks wrong; nothing is refused for looking wrong.

use store::Tx;

use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people::{self, Person},
};

/// Most namesakes that are compared.
const NAMESAKES_MAX: usize = 20;

/// What the population data call the person, when what was typed does not fit it. A calling name or one of several given
/// names fits; so does nothing typed at all.
pub fn other_name(typed_family: &str, typed_given: &str, known: &Person) -> Option<String> {
    let fits = |typed: &str, known: &str| {
        let known = people::name_words(known);
        people::name_words(typed).iter().all(|word| known.contains(word))
    };
    let same = fits(typed_family, &known.family) && fits(typed_given, &known.given);
    (!same).then(|| known.name())
}

/// A client whom the worker may see, with the same family name, a given name in common and the same day of birth, but
/// another identifier. Of clients whom he may not see nothing is told (FR-50).
///
/// # Errors
/// When the database does not answer.
pub async fn namesake(op: &Op, tx: &mut Tx, person: &Person) -> Result<Option<String>> {
    let given = people::name_words(&person.given);
    let Some(first) = given.first() else { return Ok(None) };
    let ids = clients::by_name(op, tx, &format!("{} {first}", person.family)).await?;
    for id in ids.into_iter().take(NAMESAKES_MAX) {
        let seen = match clients::open(op, tx, &id).await {
            Ok(seen) => seen,
            Err(Fault::Page(_) | Fault::Refused(_)) => continue,
            Err(other) => return Err(other),
        };
        let other = &seen.client.person;
        if other.code != person.code && other.born().is_some() && other.born() == person.born() {
            return Ok(Some(format!("{} {}", other.name(), other.masked())));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(family: &str, given: &str) -> Person {
        Person { family: family.into(), given: given.into(), ..Person::default() }
    }

    #[test]
    fn a_part_of_the_name_fits_and_another_name_does_not() {
        let aino = known("Korpela", "Aino Maria");
        for (family, given) in [("", ""), ("korpela", "Aino"), ("Korpela", "Maria"), ("Korpela", "")] {
            assert_eq!(other_name(family, given, &aino), None, "{family} {given}");
        }
        for (family, given) in [("Korpinen", "Aino"), ("Korpela", "Anna")] {
            assert_eq!(other_name(family, given, &aino).as_deref(), Some("Korpela Aino Maria"), "{family} {given}");
        }
    }
}
