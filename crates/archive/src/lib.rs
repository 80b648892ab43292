//! The archive (Sosiaalihuollon asiakastietovaranto): keeps every controller's client documents, decides who may store
//! and read them, and logs all of it.
//!
//! Another owner than the client systems has it in real life (Kela), so nothing here imports them, and they reach it
//! only over the wire. Read [`routes`] first; then `intake::door` from top to bottom.
//!
//! | Folder | Why it exists |
//! |---|---|
//! | [`intake`] | a message in, checked and decided |
//! | [`writer`] | the one writer: groups of documents, one commit, then the receipts |
//! | [`bodies`] | how the bytes of documents are stored and given back |
//! | [`queries`] | what is searched for over `/sanomat` |
//! | [`summary`] | the client data summary (kooste), made on request |
//! | [`consents`] | what clients have expressed: informing, permission, denials |
//! | [`recordings`] | audio and video, in an object store |
//! | [`grants`] | register access rights, derived from relationship documents only |
//! | [`joining`] | who has joined, from which day |
//! | [`log`] | what the archive writes into the logs |
//! | [`retention`] | how long, and disposal by two |
//! | [`citizen`] | the citizen interface |
//! | [`archivist`] | pages for archivists and the archive's keeper, after a login with a card |
//! | [`management`] | the archive's management interface, for programs on the same machine |
//! | [`notices`] | disclosures made elsewhere, told by their controllers |
//! | [`validator`] | checks a message without storing it |
//! | [`maintenance`] | verify, export, checkpoints |

pub mod app;
pub mod archivist;
pub mod bodies;
pub mod citizen;
pub mod config;
pub mod consents;
pub mod entry;
pub mod facts;
pub mod grants;
pub mod identities;
pub mod intake;
pub mod joining;
pub mod keys;
pub mod log;
pub mod maintenance;
pub mod management;
pub mod metrics;
pub mod notices;
pub mod queries;
pub mod recordings;
pub mod retention;
pub mod rights;
pub mod routes;
pub mod sabotage;
pub mod schema;
pub mod serve;
pub mod settings;
pub mod special;
pub mod sql;
pub mod summary;
pub mod switch;
#[cfg(feature = "testing")]
pub mod testing;
pub mod validator;
pub mod writer;

pub use app::App;
pub use config::{Config, Doors};
pub use consents::rebuild as rebuild_consents;
pub use facts::Registers;
pub use grants::rebuild as rebuild_grants;
pub use maintenance::{export, verify, verify_with};
pub use serve::{Handle, serve};
pub use settings::Settings;
