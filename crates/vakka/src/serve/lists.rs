//! Revocation lists while the program runs. Whoever fetches them puts them into `keys/ca`; they are read anew from there,
//! so that a card revoked today is refused today and no restart is needed. Nothing is fetched by this program itself: the
//! addresses that certificates name are never called (security-and-faults 5.3, faults 22 and 37).

use seal::TrustStore;
use seal::trust::folder::Odd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the folder is read.
const EVERY: Duration = Duration::from_secs(30);

/// Reads the folder until the program ends.
pub fn keep_fresh(trust: Arc<TrustStore>, folder: PathBuf) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let (trust, folder) = (Arc::clone(&trust), folder.clone());
            // A list of millions of certificates takes a while to read.
            let read = tokio::task::spawn_blocking(move || trust.renew_crls(&folder)).await;
            match read {
                Ok(Ok(odd)) => odd.iter().for_each(|(list, odd)| tell(list, odd)),
                Ok(Err(error)) => tracing::error!(%error, "the revocation lists cannot be read anew"),
                Err(error) => tracing::error!(%error, "reading the revocation lists broke"),
            }
        }
    })
}

fn tell(list: &str, odd: &Odd) {
    match odd {
        Odd::Older => tracing::error!(list, "a revocation list is older than the one in use and was not taken"),
        Odd::Shrunk(change) => tracing::error!(
            list,
            gone = change.gone,
            "a revocation list does not name certificates that were revoked: look whether they have only expired"
        ),
        Odd::Jumped(change) => tracing::error!(
            list,
            before = change.before,
            now = change.now,
            "a revocation list revokes many certificates at once: ask its issuer whether it is right"
        ),
    }
}
