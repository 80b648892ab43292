//! What a transaction's statements run on: a connection of `sqlx`, or SQLite on the thread of whoever asks (`here`).
//! `sqlx::query("…")` takes either.

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::BoxFuture, stream, stream::BoxStream};
use sqlx::{
    Any, Either, Error, Execute, Executor, SqlStr, Transaction,
    any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo},
};
use sqlx_core::describe::Describe;

use crate::here::Lent;

/// See the module. Reached through [`crate::Tx`].
#[derive(Debug)]
pub struct Connection(pub(crate) Kind);

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one for each transaction, never in a list")]
pub(crate) enum Kind {
    Pool(Transaction<'static, Any>),
    Here(Lent),
}

impl Connection {
    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Kind::Pool(transaction) => transaction.commit().await,
            Kind::Here(lent) => lent.commit(),
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), Error> {
        match self.0 {
            Kind::Pool(transaction) => transaction.rollback().await,
            // Dropping does it.
            Kind::Here(_) => Ok(()),
        }
    }
}

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).fetch_many(query),
            Kind::Here(lent) => {
                let items = run(lent, query, usize::MAX).map(|done| {
                    done.map(|(rows, result)| {
                        let rows = rows.into_iter().map(|row| Ok(Either::Right(row)));
                        stream::iter(rows.chain([Ok(Either::Left(result))]))
                    })
                });
                stream::once(items).try_flatten().boxed()
            }
        }
    }

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<AnyQueryResult, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).execute(query),
            Kind::Here(lent) => run(lent, query, 0).map(|done| done.map(|(_, result)| result)).boxed(),
        }
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).fetch_all(query),
            Kind::Here(lent) => run(lent, query, usize::MAX).map(|done| done.map(|(rows, _)| rows)).boxed(),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).fetch_optional(query),
            Kind::Here(lent) => run(lent, query, 1).map(|done| done.map(|(mut rows, _)| rows.pop())).boxed(),
        }
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).prepare_with(sql, parameters),
            Kind::Here(_) => Box::pin(async { Err(unneeded()) }),
        }
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        match &mut self.0 {
            Kind::Pool(transaction) => (&mut **transaction).describe(sql),
            Kind::Here(_) => Box::pin(async { Err(unneeded()) }),
        }
    }
}

/// Statements are prepared when they run and kept by the connection; nobody prepares one apart.
fn unneeded() -> Error {
    Error::Protocol("statements are not prepared apart from running them".to_owned())
}

/// Runs when the future is polled, not when it is made.
fn run<'e, 'q, E>(
    lent: &'e mut Lent,
    mut query: E,
    most: usize,
) -> impl Future<Output = Result<(Vec<AnyRow>, AnyQueryResult), Error>> + Send + 'e
where
    E: 'q + Execute<'q, Any>,
{
    let arguments = query.take_arguments();
    let sql = query.sql();
    async move { lent.run(sql.as_str(), arguments.map_err(Error::Encode)?, most) }
}
