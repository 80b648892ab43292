//! THL's published structures, where they are at hand. They are never part of the project.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;
use structures::{Catalogue, Structure};

/// Number of published structures in the snapshot.
pub const PUBLISHED: usize = 202;

/// The folder of THL's files: `VAKKA_STRUCTURES`, or beside the project.
pub fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("VAKKA_STRUCTURES").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sosmeta");
    given.or(Some(beside)).filter(|folder| folder.is_dir())
}

/// Bytes of every file in order of name; `None`, said loudly, when there is no folder.
pub fn files(test: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let Some(folder) = folder() else {
        eprintln!(
            "!!! {test}: NOT RUN over THL's structures: no folder ../shared/data/sosmeta and no VAKKA_STRUCTURES"
        );
        return None;
    };
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    Some(files)
}

/// The catalogue with all of THL's structures.
pub fn thl(test: &str) -> Option<Catalogue> {
    let mut catalogue = Catalogue::default();
    for (name, bytes) in files(test)? {
        catalogue.import(&bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    Some(catalogue)
}

/// A structure that comes with the product.
pub fn built_in(type_code: &str) -> Structure {
    Catalogue::built_in().newest(type_code).unwrap_or_else(|| panic!("no built-in {type_code}")).clone()
}
