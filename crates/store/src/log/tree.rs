//! Proofs over long logs. A proof needs the roots of a few large subtrees; those never change, so the root of every full
//! tile of rows is remembered, and a proof reads the rows after the last tile and one tile in the middle instead of all.
//!
//! What is remembered is a help for the one who proves. Whoever verifies believes none of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use sqlx::Row;

use super::{int, stored_head};
use crate::{
    Connection, StoreError,
    merkle::{self, Hash},
};

/// Rows of a tile: ten million rows have 320 kB of tiles.
const TILE: u64 = 1024;

/// The roots of full tiles by register, as far as they were asked for.
#[derive(Debug, Default)]
pub struct Tiles(Mutex<HashMap<String, Vec<Hash>>>);

/// What one proof is made of.
struct Parts {
    tiles: Vec<Hash>,
    /// Leaves of the tiles that are not taken whole, by their first row.
    leaves: BTreeMap<u64, Vec<Hash>>,
}

impl Tiles {
    /// Proof that row `index` is in the tree of the first `size` rows; `None` when either lies outside the log.
    ///
    /// # Errors
    /// `Database`.
    pub async fn inclusion_proof(
        &self,
        connection: &mut Connection,
        register: &str,
        index: u64,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let parts = if index < size { self.parts(connection, register, index, size).await? } else { None };
        Ok(parts.map(|parts| {
            let mut proof = Vec::new();
            parts.inclusion(0, size, index, &mut proof);
            proof
        }))
    }

    /// Proof that the tree of the first `from` rows is a beginning of the tree of the first `to`.
    ///
    /// # Errors
    /// `Database`.
    pub async fn consistency_proof(
        &self,
        connection: &mut Connection,
        register: &str,
        from: u64,
        to: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let asked = from > 0 && from <= to;
        let parts = if asked { self.parts(connection, register, from - 1, to).await? } else { None };
        Ok(parts.map(|parts| {
            let mut proof = Vec::new();
            parts.consistency(0, to, from, true, &mut proof);
            proof
        }))
    }

    /// Full tiles below `size`, and the leaves of the tile of `at` and of the last one; `None` when the log is shorter.
    async fn parts(
        &self,
        connection: &mut Connection,
        register: &str,
        at: u64,
        size: u64,
    ) -> Result<Option<Parts>, StoreError> {
        // Asked first, so that nobody makes us read a log to its end for rows that it does not have.
        if stored_head(connection, register).await?.is_none_or(|head| head.size() < size) {
            return Ok(None);
        }
        let full = size / TILE;
        let mut tiles = self.known(register);
        while (tiles.len() as u64) < full {
            let Some(leaves) = leaves(connection, register, tiles.len() as u64 * TILE, TILE).await? else {
                return Ok(None);
            };
            tiles.push(merkle::root(&leaves));
        }
        self.keep(register, &tiles);
        let mut parts = Parts { tiles, leaves: BTreeMap::new() };
        for first in [at / TILE * TILE, full * TILE] {
            let count = TILE.min(size - first);
            let Some(leaves) = leaves(connection, register, first, count).await? else { return Ok(None) };
            parts.leaves.insert(first, leaves);
        }
        Ok(Some(parts))
    }

    fn known(&self, register: &str) -> Vec<Hash> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(register).cloned().unwrap_or_default()
    }

    fn keep(&self, register: &str, tiles: &[Hash]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(register.to_owned()).or_default();
        if kept.len() < tiles.len() {
            *kept = tiles.to_vec();
        }
    }
}

/// Where RFC 6962 splits a tree of `size` leaves (size > 1).
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

impl Parts {
    /// The root of `size` leaves from `first` on. Every subtree that a proof asks for is a run of full tiles with or
    /// without the last one, or lies inside a tile whose leaves were read.
    fn root(&self, first: u64, size: u64) -> Hash {
        let tile = first / TILE;
        if size == TILE && first.is_multiple_of(TILE) && tile < self.tiles.len() as u64 {
            return self.tiles[index(tile)];
        }
        if size <= TILE {
            let start = tile * TILE;
            let leaves = self.leaves.get(&start).map(Vec::as_slice).unwrap_or_default();
            let (from, to) = (index(first - start), index(first - start + size));
            return merkle::root(leaves.get(from..to).unwrap_or_default());
        }
        let left = split(size);
        merkle::node(&self.root(first, left), &self.root(first + left, size - left))
    }

    fn inclusion(&self, first: u64, size: u64, at: u64, proof: &mut Vec<Hash>) {
        if size == 1 {
            return;
        }
        let left = split(size);
        if at < left {
            self.inclusion(first, left, at, proof);
            proof.push(self.root(first + left, size - left));
        } else {
            self.inclusion(first + left, size - left, at - left, proof);
            proof.push(self.root(first, left));
        }
    }

    fn consistency(&self, first: u64, size: u64, from: u64, known: bool, proof: &mut Vec<Hash>) {
        if from == size {
            if !known {
                proof.push(self.root(first, size));
            }
            return;
        }
        let left = split(size);
        if from <= left {
            self.consistency(first, left, from, known, proof);
            proof.push(self.root(first + left, size - left));
        } else {
            self.consistency(first + left, size - left, from - left, false, proof);
            proof.push(self.root(first, left));
        }
    }
}

/// Numbers of rows in memory are far below what a machine can address.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Stored leaves; `None` when there are fewer, or one is no hash.
async fn leaves(
    connection: &mut Connection,
    register: &str,
    first: u64,
    count: u64,
) -> Result<Option<Vec<Hash>>, StoreError> {
    let rows = sqlx::query("SELECT leaf FROM log_row WHERE register = $1 AND seq >= $2 AND seq < $3 ORDER BY seq")
        .bind(register)
        .bind(int(first))
        .bind(int(first.saturating_add(count)))
        .fetch_all(connection)
        .await?;
    let mut leaves = Vec::with_capacity(rows.len());
    for row in rows {
        let leaf: Vec<u8> = row.try_get(0)?;
        let Ok(leaf) = leaf.try_into() else { return Ok(None) };
        leaves.push(leaf);
    }
    Ok((leaves.len() as u64 == count).then_some(leaves))
}
