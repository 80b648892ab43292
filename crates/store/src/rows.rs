//! Many rows with few statements.

use crate::{StoreError, Tx};

/// A value of [`insert_many`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// TEXT.
    Text(String),
    /// BIGINT.
    Int(i64),
    /// BLOB.
    Blob(Vec<u8>),
    /// NULL in a TEXT column.
    NoText,
    /// NULL in a BIGINT column.
    NoInt,
    /// NULL in a BLOB column.
    NoBlob,
}

/// Rows per statement in [`insert_many`]. Few lengths keep the cache of prepared statements small; a group of any number
/// takes one statement or two, which is what PostgreSQL's round trips count.
const ROWS_AT_ONCE: [usize; 12] = [32, 24, 16, 12, 8, 7, 6, 5, 4, 3, 2, 1];

/// Inserts many rows with few statements. `head` is `INSERT INTO table (a, b, c)`; every row has a value per column.
///
/// # Errors
/// `Database`: then roll back, since some rows may have been inserted.
pub async fn insert_many(tx: &mut Tx, head: &'static str, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let left = rows.len();
        let take = ROWS_AT_ONCE.into_iter().find(|size| *size <= left).unwrap_or(1);
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(take).collect();
        let sql = sqlx::AssertSqlSafe(insert_sql(head, chunk.len(), chunk[0].len()));
        let query = chunk.into_iter().flatten().fold(sqlx::query(sql), |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Int(int) => query.bind(int),
            Value::Blob(blob) => query.bind(blob),
            Value::NoText => query.bind(None::<String>),
            Value::NoInt => query.bind(None::<i64>),
            Value::NoBlob => query.bind(None::<Vec<u8>>),
        });
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Only placeholders are composed; values are always bound.
fn insert_sql(head: &'static str, rows: usize, columns: usize) -> String {
    use std::fmt::Write;
    let mut sql = format!("{head} VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            let comma = if column == 1 { "" } else { ", " };
            let _ = write!(sql, "{comma}${}", row * columns + column);
        }
        sql.push(')');
    }
    sql
}
