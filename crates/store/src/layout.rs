//! The data folder: the one place that knows its paths (interfaces.md §6).

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::StoreError;

/// Paths inside a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout of this folder; nothing is created.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Creates the folder and its parts where missing. Only the owner may enter.
    ///
    /// # Errors
    /// `File` when a folder cannot be made.
    pub fn create(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let layout = Self::new(root);
        for folder in ["", "archive", "casework", "registers", "witness", "blobs", "keys"] {
            make_private_folder(&layout.root.join(folder))?;
        }
        Ok(layout)
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Address of the archive's database.
    pub fn archive_url(&self) -> String {
        sqlite_url(&self.root.join("archive/archive.db"))
    }

    /// Address of the client information system's database.
    pub fn casework_url(&self) -> String {
        sqlite_url(&self.root.join("casework/casework.db"))
    }

    /// Address of the registers' database.
    pub fn registers_url(&self) -> String {
        sqlite_url(&self.root.join("registers/registers.db"))
    }

    /// Signed checkpoints of the logs.
    pub fn witness(&self) -> PathBuf {
        self.root.join("witness")
    }

    /// Recordings and large attachments.
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Keys, outside every database.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.root.join("vakka.toml")
    }
}

/// The address under which [`crate::Db::open`] opens a SQLite file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// Makes a folder, with its parents, that only its owner may enter (0700).
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    if !folder.is_dir() {
        fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(StoreError::file(folder))?;
    }
    Ok(())
}
