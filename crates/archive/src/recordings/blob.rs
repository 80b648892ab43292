//! The object store: one encrypted file per recording, written and read in pieces so that an hour of video costs no more
//! memory than a minute.
//!
//! A file is a row of sealed pieces, each with its length before it. A piece opens only under the name of its recording,
//! its number and whether it is the last, so that pieces cannot be moved, dropped or cut off at the end.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{StoreError, vault::DataKey};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncWriteExt, BufReader, BufWriter},
};

/// Bytes of one piece before encryption.
const PIECE: usize = 256 * 1024;
/// Longest sealed piece accepted when reading: a piece and what the encryption adds.
const SEALED_MAX: u32 = 257 * 1024;

/// SHA-256 of bytes that come in pieces.
pub struct Digest(aws_lc_rs::digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }
}

impl Digest {
    /// Takes more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest in hexadecimal small letters.
    pub fn finish(self) -> String {
        hex::encode(self.0.finish())
    }
}

/// The folder of blobs.
#[derive(Debug, Clone)]
pub struct Blobs(PathBuf);

fn failed(_: std::io::Error) -> StoreError {
    StoreError::Inconsistent { table: "recordings", what: "a blob cannot be read or written".to_owned() }
}

fn name_of(blob: &str, number: u64, last: bool) -> Vec<u8> {
    format!("recording {blob} {number} {last}").into_bytes()
}

impl Blobs {
    /// The store in a folder, which is made when the first recording comes.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, blob: &str) -> PathBuf {
        self.0.join(blob)
    }

    /// Begins a blob.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub async fn begin(&self, blob: &str, key: Arc<DataKey>) -> Result<Incoming, StoreError> {
        fs::create_dir_all(&self.0).await.map_err(failed)?;
        let file = File::create_new(self.path(blob)).await.map_err(failed)?;
        Ok(Incoming {
            blob: blob.to_owned(),
            folder: self.0.clone(),
            file: BufWriter::new(file),
            key,
            piece: Vec::with_capacity(PIECE),
            number: 0,
            kept: false,
        })
    }

    /// Opens a blob for reading.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn open(&self, blob: &str, key: Arc<DataKey>) -> Result<Outgoing, StoreError> {
        let file = File::open(self.path(blob)).await.map_err(failed)?;
        Ok(Outgoing { blob: blob.to_owned(), file: BufReader::new(file), key, number: 0, ended: false })
    }

    /// Names of all blobs.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn all(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut entries = match fs::read_dir(&self.0).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(names),
            Err(error) => return Err(failed(error)),
        };
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            names.extend(entry.file_name().into_string());
        }
        Ok(names)
    }

    /// Removes a blob; one that is not there is no fault.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub async fn remove(&self, blob: &str) -> Result<(), StoreError> {
        match fs::remove_file(self.path(blob)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }
}

/// A blob that is being written. Dropped before [`Incoming::keep`], it is removed.
pub struct Incoming {
    blob: String,
    folder: PathBuf,
    file: BufWriter<File>,
    key: Arc<DataKey>,
    piece: Vec<u8>,
    number: u64,
    kept: bool,
}

impl Incoming {
    /// Takes more bytes.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        while !bytes.is_empty() {
            // A full piece is written only when more follows: the last one is sealed as the last.
            if self.piece.len() == PIECE {
                self.seal(false).await?;
            }
            let taken = bytes.len().min(PIECE - self.piece.len());
            self.piece.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    async fn seal(&mut self, last: bool) -> Result<(), StoreError> {
        let sealed = self.key.seal(&self.piece, &name_of(&self.blob, self.number, last));
        let length = u32::try_from(sealed.len()).map_err(|_| StoreError::Sealed)?;
        self.file.write_all(&length.to_be_bytes()).await.map_err(failed)?;
        self.file.write_all(&sealed).await.map_err(failed)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }

    /// Makes the blob durable: its bytes and its name in the folder.
    ///
    /// # Errors
    /// When the disk does not say that it is.
    pub async fn finish(&mut self) -> Result<(), StoreError> {
        self.seal(true).await?;
        self.file.flush().await.map_err(failed)?;
        self.file.get_ref().sync_all().await.map_err(failed)?;
        File::open(&self.folder).await.map_err(failed)?.sync_all().await.map_err(failed)
    }

    /// The blob belongs to a stored recording now.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(Path::new(&self.folder).join(&self.blob));
        }
    }
}

/// A blob that is being read.
pub struct Outgoing {
    blob: String,
    file: BufReader<File>,
    key: Arc<DataKey>,
    number: u64,
    ended: bool,
}

impl Outgoing {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When the file ends too early or a piece is not the one that was written.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let length = self.file.read_u32().await.map_err(failed)?;
        if length > SEALED_MAX {
            return Err(StoreError::Sealed);
        }
        let mut sealed = vec![0; length as usize];
        self.file.read_exact(&mut sealed).await.map_err(failed)?;
        let open = |last| self.key.open(&sealed, &name_of(&self.blob, self.number, last));
        let piece = match open(false) {
            Ok(piece) => piece,
            Err(_) => {
                self.ended = true;
                open(true)?
            }
        };
        self.number += 1;
        Ok(Some(piece))
    }
}
