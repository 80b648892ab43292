//! Copies the data folder while it is in use, and puts a copy back (interfaces.md §6, fault 58).
//!
//! Order matters: checkpoints are copied before the databases and blobs after them. So the copied log is never
//! shorter than a copied checkpoint, and no copied row lacks its blob.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

use crate::{
    Db, StoreError,
    layout::{make_private_folder, sqlite_url},
};

/// Lists every file of a backup with its SHA-256, in the form that `sha256sum -c` reads.
const SUMS: &str = "sha256sums.txt";

/// Copies a data folder into a new or empty folder. Databases on PostgreSQL are not in the folder and not in the
/// copy: `pg_dump` or WAL archiving takes them. Gives the number of files.
///
/// # Errors
/// `File` when something cannot be read or written or the target is not empty; `Inconsistent` when the target lies
/// inside the data folder; `Database` when a database cannot be copied.
pub async fn backup(data: &Path, target: &Path) -> Result<usize, StoreError> {
    empty_folder(target)?;
    let absolute = |folder: &Path| fs::canonicalize(folder).map_err(StoreError::file(folder));
    if absolute(target)?.starts_with(absolute(data)?) {
        return Err(wrong("the target", "lies inside the data folder: choose another place, best another disk"));
    }
    let all = files(data)?;
    let is_database = |file: &PathBuf| file.extension().is_some_and(|e| e == "db");
    let is_blob = |file: &PathBuf| file.starts_with("blobs");
    // SQLite's helpers belong to the database that VACUUM INTO copies whole.
    let is_helper = |file: &PathBuf| {
        let name = file.to_string_lossy();
        ["-wal", "-shm", "-journal"].iter().any(|end| name.ends_with(&format!(".db{end}")))
    };
    let (databases, others): (Vec<_>, Vec<_>) = all.into_iter().filter(|f| !is_helper(f)).partition(is_database);
    for file in others.iter().filter(|f| !is_blob(f)) {
        copy(data, target, file)?;
    }
    for file in &databases {
        let to = target.join(file);
        make_private_folder(to.parent().unwrap_or(target))?;
        let db = Db::open(&sqlite_url(&data.join(file))).await?;
        db.copy_into(&to).await?;
        db.close().await;
        private_and_durable(&to)?;
    }
    // Listed again: blobs that came meanwhile may be named by rows just copied.
    for file in files(data)?.iter().filter(|f| is_blob(f)) {
        copy(data, target, file)?;
    }
    write_sums(target)
}

/// Puts a backup into a new or empty folder, after checking every file against the backup's sums.
/// Gives the number of files. Run `vakka archive verify` afterwards: it compares the log with the checkpoints.
///
/// # Errors
/// `Inconsistent` when a file is missing, changed or unknown; `File` when something cannot be read or written or the
/// target is not empty.
pub fn restore(source: &Path, target: &Path) -> Result<usize, StoreError> {
    let sums = fs::read_to_string(source.join(SUMS)).map_err(StoreError::file(source.join(SUMS)))?;
    let mut listed: Vec<(&str, PathBuf)> = Vec::new();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").ok_or_else(|| wrong(SUMS, "is not readable"))?;
        listed.push((sum, PathBuf::from(name)));
    }
    let present: Vec<PathBuf> = files(source)?.into_iter().filter(|f| f != Path::new(SUMS)).collect();
    if let Some(file) = present.iter().find(|f| !listed.iter().any(|(_, name)| name == *f)) {
        return Err(wrong(&file.to_string_lossy(), "is not in the list of the backup"));
    }
    for (sum, file) in &listed {
        if !present.contains(file) {
            return Err(wrong(&file.to_string_lossy(), "is missing from the backup"));
        }
        if hash(&source.join(file))? != *sum {
            return Err(wrong(&file.to_string_lossy(), "was changed after the backup"));
        }
    }
    empty_folder(target)?;
    for (_, file) in &listed {
        copy(source, target, file)?;
    }
    Ok(listed.len())
}

fn wrong(file: &str, what: &str) -> StoreError {
    StoreError::Inconsistent { table: "backup", what: format!("{file} {what}") }
}

fn empty_folder(folder: &Path) -> Result<(), StoreError> {
    make_private_folder(folder)?;
    let mut entries = fs::read_dir(folder).map_err(StoreError::file(folder))?;
    if entries.next().is_some() {
        let error = std::io::Error::new(std::io::ErrorKind::DirectoryNotEmpty, "the folder is not empty");
        return Err(StoreError::File { path: folder.to_owned(), error });
    }
    Ok(())
}

/// All files under a folder, as paths from it, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let (mut files, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = open.pop() {
        let entries = fs::read_dir(&next).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for entry in entries.map_err(StoreError::file(&next))? {
            let path = entry.path();
            let kind = entry.file_type().map_err(StoreError::file(&path))?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                files.push(path.strip_prefix(folder).unwrap_or(&path).to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path, file: &Path) -> Result<(), StoreError> {
    let (from, to) = (from.join(file), to.join(file));
    make_private_folder(to.parent().unwrap_or(Path::new(".")))?;
    fs::copy(&from, &to).map_err(StoreError::file(&from))?;
    private_and_durable(&to)
}

fn private_and_durable(file: &Path) -> Result<(), StoreError> {
    fs::set_permissions(file, fs::Permissions::from_mode(0o600))
        .and_then(|()| fs::File::open(file)?.sync_all())
        .map_err(StoreError::file(file))
}

fn write_sums(folder: &Path) -> Result<usize, StoreError> {
    let files = files(folder)?;
    let mut sums = String::new();
    for file in &files {
        sums.push_str(&format!("{}  {}\n", hash(&folder.join(file))?, file.display()));
    }
    let path = folder.join(SUMS);
    fs::write(&path, sums).map_err(StoreError::file(&path))?;
    private_and_durable(&path)?;
    Ok(files.len())
}

fn hash(file: &Path) -> Result<String, StoreError> {
    let bytes = fs::read(file).map_err(StoreError::file(file))?;
    Ok(hex::encode(digest(&SHA256, &bytes)))
}
