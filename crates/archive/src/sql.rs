//! Many keys in one query: one round trip per group of documents instead of one per row. The insert of many rows is
//! `store`'s. Nothing from a message ever enters the text of a statement.

use sqlx::AssertSqlSafe;
use std::fmt::Write as _;
use store::{StoreError, Tx, db::Value};

/// How a document's row `d` finds its body `b`: by the number in the lower half of its place.
macro_rules! with_body {
    () => {
        "JOIN bodies b ON b.number = (d.place & 4294967295)"
    };
}
pub(crate) use with_body;

/// Where a document's row stands: beside the others under the same key, and among them in the order of its body's number.
/// Of the key's owner, who is told by a blind index, the first seven hexadecimal digits count (schema 0017).
pub fn place(key_subject: &str, number: i64) -> i64 {
    let beside = key_subject.get(..7).and_then(|digits| i64::from_str_radix(digits, 16).ok()).unwrap_or(0);
    (beside << 32) | number
}

/// Numbers of values of `IN (…)`; lists are padded by repeating the last value.
const IN_SIZES: [usize; 4] = [1, 8, 64, 512];

/// Rows of a query whose text ends with `IN `; the list of values is appended. Long lists go in several queries.
///
/// # Errors
/// What the database says.
pub async fn select_in(
    tx: &mut Tx,
    head: &'static str,
    values: &[String],
) -> Result<Vec<sqlx::any::AnyRow>, StoreError> {
    select_in_either(tx, head, "", values).await
}

/// The same with the list twice: after `head`, and after `other`, which begins with `OR` and ends with `IN` (or is empty).
///
/// # Errors
/// What the database says.
pub async fn select_in_either(
    tx: &mut Tx,
    head: &'static str,
    other: &'static str,
    values: &[String],
) -> Result<Vec<sqlx::any::AnyRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in values.chunks(IN_SIZES[IN_SIZES.len() - 1]) {
        let size = IN_SIZES.into_iter().find(|size| *size >= chunk.len()).unwrap_or(chunk.len());
        let mut list = String::from(" (");
        for number in 1..=size {
            let separator = if number == 1 { "" } else { ", " };
            let _ = write!(list, "{separator}${number}");
        }
        list.push(')');
        let again = if other.is_empty() { "" } else { list.as_str() };
        let text = format!("{head}{list} {other}{again}");
        let mut query = sqlx::query(AssertSqlSafe(text));
        for number in 0..size {
            query = query.bind(chunk[number.min(chunk.len() - 1)].clone());
        }
        found.extend(query.fetch_all(&mut **tx).await?);
    }
    Ok(found)
}

/// A text value.
pub fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

/// Yes or no as 1 or 0: the databases share no boolean.
pub fn flag(yes: bool) -> Value {
    Value::Int(i64::from(yes))
}

/// Codes joined as they stand in a column: `,10,24,`, so that `LIKE '%,10,%'` finds one exactly. Empty stays empty.
pub fn joined(codes: &[String]) -> String {
    if codes.is_empty() { String::new() } else { format!(",{},", codes.join(",")) }
}

/// The reverse of [`joined`].
pub fn split(column: &str) -> Vec<String> {
    column.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_codes_split_again_and_one_code_is_never_part_of_another() {
        let codes = vec!["1".to_owned(), "11".to_owned()];
        assert_eq!(split(&joined(&codes)), codes);
        assert!(!joined(&codes[1..]).contains(",1,"));
        assert!(split(&joined(&[])).is_empty());
    }
}
