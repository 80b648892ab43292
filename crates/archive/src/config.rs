//! What `vakka` (or a test) hands to the archive: finished parts, no files and no environment.

use crate::{facts::Registers, settings::Settings};
use records::time::Clock;
use seal::{SigningKey, TrustStore};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use store::{Db, Vault};
use structures::Catalogue;

/// Everything the archive needs.
pub struct Config {
    /// The archive's database.
    pub db: Db,
    /// The keys folder, opened.
    pub vault: Vault,
    /// The registers outside.
    pub registers: Arc<dyn Registers>,
    /// Whom certificates are believed, per purpose.
    pub trust: Arc<TrustStore>,
    /// Document structures: built-in ones and those imported.
    pub catalogue: Arc<Catalogue>,
    /// Product time.
    pub clock: Arc<dyn Clock>,
    /// Real time, for TLS (decisions.md 14).
    pub real_clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: Settings,
    /// Folder of signed checkpoints.
    pub witness: PathBuf,
    /// Folder of recordings; only the archive's files may lie in it.
    pub blobs: PathBuf,
    /// Bearer key that the citizen view shows to the citizen interface.
    pub citizen_key: String,
    /// The key by which the archive signs what people express in the citizen view; its certificate names
    /// `kanta::ids::WILL_REGISTER`. Without it the view shows what stands and changes nothing.
    pub will_key: Option<Arc<dyn SigningKey>>,
    /// Where the doors open.
    pub doors: Doors,
}

/// The listeners. Port 0 takes a free one; [`crate::Handle`] tells which.
pub struct Doors {
    /// Checkpoints and proofs of the logs alone, for witnesses and auditors on other machines, plain http: all of it is
    /// signed, and none of it is personal. Closed unless told.
    pub log: Option<SocketAddr>,
    /// The archivist's pages over https, for people on other machines and for the card reader's program, which answers to
    /// https pages only. The management interface is never there.
    pub pages: Option<(SocketAddr, Arc<rustls::ServerConfig>)>,
    /// `/sanomat`, mutual TLS.
    pub messages: SocketAddr,
    /// TLS of the messages' door; see `seal::tls::mutual_server`.
    pub messages_tls: Arc<rustls::ServerConfig>,
    /// Management, validator, archivist's page; plain HTTP on loopback.
    pub management: SocketAddr,
    /// Citizen interface; plain HTTP on loopback.
    pub citizen: SocketAddr,
}
