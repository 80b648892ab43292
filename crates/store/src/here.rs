//! SQLite on the thread of whoever asks.
//!
//! `sqlx` gives each SQLite connection a thread and hands every statement there and every row back. For a statement that
//! reads a row by its key, the handing over costs several times the reading (docs/performance.md). The few short statements
//! of a question, and those of a group of documents, run here instead: the same library, file and SQL text, without the
//! other thread. Whatever may take long stays with `sqlx`.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use rusqlite::{
    ErrorCode, OpenFlags, ToSql,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};
use sqlx::{
    Any,
    any::{AnyArguments, AnyQueryResult, AnyRow, AnyTypeInfo, AnyTypeInfoKind, AnyValue},
    error::{DatabaseError, ErrorKind},
    pool::PoolConnection,
};
use sqlx_core::any::{AnyColumn, AnyValueKind};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::StoreError;

/// Prepared statements that a connection keeps: the lists of keys and rows come in a few lengths each.
const STATEMENTS: usize = 256;

/// Connections of one kind, opened when first needed and then kept.
#[derive(Debug)]
pub(crate) struct Here {
    file: PathBuf,
    settings: &'static str,
    idle: Mutex<Vec<rusqlite::Connection>>,
    seats: Arc<Semaphore>,
    closed: AtomicBool,
}

impl Here {
    /// Connections to a file that exists, at most `most` at a time, each told `settings` first.
    pub(crate) fn new(file: PathBuf, most: usize, settings: &'static str) -> Arc<Self> {
        let (idle, seats) = (Mutex::default(), Arc::new(Semaphore::new(most)));
        Arc::new(Self { file, settings, idle, seats, closed: AtomicBool::new(false) })
    }

    /// Begins a transaction with a statement, on a connection of its own. `writer` is kept as long: it is the lock of all
    /// who write.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        statement: &'static str,
        writer: Option<PoolConnection<Any>>,
    ) -> Result<Lent, StoreError> {
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| self.open(), Ok).map_err(told)?;
        let mut lent = Lent { connection: Some(connection), home: Arc::clone(self), _seat: seat, writer };
        // Another process may write just now: then this waits, and not in the way of others.
        if lent.writer.is_some() { lent.aside(statement) } else { lent.run(statement, None, 0).map(|_| ()) }?;
        Ok(lent)
    }

    fn open(&self) -> rusqlite::Result<rusqlite::Connection> {
        if self.closed.load(Relaxed) {
            return Err(rusqlite::Error::InvalidPath(self.file.clone()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(&self.file, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else a statement is planned anew for each value that might change the plan: a tenth of a question's time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(self.settings)?;
        Ok(connection)
    }

    /// Closes what is idle; what is lent is closed when it comes back.
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection with an open transaction; dropped, it is rolled back.
pub(crate) struct Lent {
    connection: Option<rusqlite::Connection>,
    home: Arc<Here>,
    _seat: OwnedSemaphorePermit,
    writer: Option<PoolConnection<Any>>,
}

impl std::fmt::Debug for Lent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lent(…)")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // A full disk makes SQLite undo a transaction by itself: then there is nothing left to roll back.
        let clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        if clean && !self.home.closed.load(Relaxed) {
            self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Lent {
    /// Makes the transaction durable.
    pub(crate) fn commit(mut self) -> Result<(), sqlx::Error> {
        if self.writer.is_some() { self.aside("COMMIT") } else { self.run("COMMIT", None, 0).map(|_| ()) }
    }

    /// Runs a statement that may wait for a disk or for another process, so that other tasks of this thread go on.
    fn aside(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let several = Handle::try_current().is_ok_and(|at| at.runtime_flavor() == RuntimeFlavor::MultiThread);
        let mut run = || self.run(statement, None, 0).map(|_| ());
        if several { tokio::task::block_in_place(run) } else { run() }
    }

    /// Runs one statement; gives at most `most` of its rows and how many it changed.
    pub(crate) fn run(
        &mut self,
        sql: &str,
        arguments: Option<AnyArguments>,
        most: usize,
    ) -> Result<(Vec<AnyRow>, AnyQueryResult), sqlx::Error> {
        let connection = self.connection.as_ref().ok_or(sqlx::Error::PoolClosed)?;
        let mut statement = connection.prepare_cached(&numbered(sql)).map_err(told)?;
        let values = arguments.map(|arguments| arguments.values.0).unwrap_or_default();
        for (value, number) in values.iter().zip(1_usize..) {
            statement.raw_bind_parameter(number, Bound(value)).map_err(told)?;
        }
        let columns = columns(statement.column_count());
        let (mut rows, mut given) = (statement.raw_query(), Vec::new());
        while let Some(row) = rows.next().map_err(told)? {
            if given.len() < most {
                given.push(read(row, &columns)?);
            }
        }
        drop(rows);
        let result = AnyQueryResult { rows_affected: connection.changes(), last_insert_id: None };
        Ok((given, result))
    }
}

/// `$1` is a name to SQLite, `?1` a number, and only numbers are bound without looking names up. No statement of ours has
/// a dollar sign and a digit anywhere else.
fn numbered(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        text.push(if rest.starts_with(|next: char| next.is_ascii_digit()) { '?' } else { '$' });
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// A value on its way into a statement.
struct Bound<'a>(&'a AnyValueKind);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            AnyValueKind::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            AnyValueKind::SmallInt(number) => ValueRef::Integer(i64::from(*number)),
            AnyValueKind::Integer(number) => ValueRef::Integer(i64::from(*number)),
            AnyValueKind::BigInt(number) => ValueRef::Integer(*number),
            AnyValueKind::Real(number) => ValueRef::Real(f64::from(*number)),
            AnyValueKind::Double(number) => ValueRef::Real(*number),
            AnyValueKind::Text(text) => ValueRef::Text(text.as_bytes()),
            AnyValueKind::TextSlice(text) => ValueRef::Text(text.as_bytes()),
            AnyValueKind::Blob(bytes) => ValueRef::Blob(bytes),
            // `Null`, and what a later version may add: it would be refused by the column, not stored as something else.
            _ => ValueRef::Null,
        }))
    }
}

/// Columns without their names: rows are read by number everywhere.
fn columns(count: usize) -> Vec<AnyColumn> {
    let type_info = AnyTypeInfo { kind: AnyTypeInfoKind::Null };
    (0..count).map(|ordinal| AnyColumn { ordinal, name: "".into(), type_info: type_info.clone() }).collect()
}

/// A row as the other connections give it.
fn read(row: &rusqlite::Row<'_>, columns: &[AnyColumn]) -> Result<AnyRow, sqlx::Error> {
    let mut values = Vec::with_capacity(columns.len());
    for column in 0..columns.len() {
        let kind = match row.get_ref(column).map_err(told)? {
            ValueRef::Null => AnyValueKind::Null(AnyTypeInfoKind::Null),
            ValueRef::Integer(number) => AnyValueKind::BigInt(number),
            ValueRef::Real(number) => AnyValueKind::Double(number),
            ValueRef::Text(text) => {
                let text = std::str::from_utf8(text).map_err(|error| sqlx::Error::Decode(error.into()))?;
                AnyValueKind::Text(Arc::new(text.to_owned()))
            }
            ValueRef::Blob(bytes) => AnyValueKind::Blob(Arc::new(bytes.to_vec())),
        };
        values.push(AnyValue { kind });
    }
    Ok(AnyRow { column_names: Arc::default(), columns: columns.to_vec(), values })
}

/// An error of SQLite as `sqlx` tells it, so that callers need not know where a statement ran.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Refused {
    message: String,
    /// SQLite's extended code.
    code: i32,
    kind: Option<ErrorCode>,
}

fn told(error: rusqlite::Error) -> sqlx::Error {
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    sqlx::Error::Database(Box::new(Refused { message: error.to_string(), code, kind: error.sqlite_error_code() }))
}

impl DatabaseError for Refused {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.code.to_string()))
    }

    fn kind(&self) -> ErrorKind {
        match (self.kind, self.code) {
            (Some(ErrorCode::ConstraintViolation), rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
            | (Some(ErrorCode::ConstraintViolation), rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                ErrorKind::UniqueViolation
            }
            (Some(ErrorCode::ConstraintViolation), rusqlite::ffi::SQLITE_CONSTRAINT_CHECK) => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        }
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_numbers_and_other_dollars_stay() {
        assert_eq!(numbered("SELECT $2, '$', $11, $1"), "SELECT ?2, '$', ?11, ?1");
        assert_eq!(numbered("COMMIT"), "COMMIT");
    }
}
