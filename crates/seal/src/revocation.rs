//! Revocation lists: read once, searched by serial, replaced only by newer ones.

use crate::{TrustError, certificate};
use jiff::Timestamp;
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

/// A list whose signature has been checked. Serials are kept in a map: a citizens' list of 45 MB has been seen.
pub struct RevocationList {
    /// CRLNumber, big-endian without leading zeros.
    number: Vec<u8>,
    next_update: Timestamp,
    revoked: HashMap<Vec<u8>, Timestamp>,
}

impl RevocationList {
    /// Reads a list if the authority issued and signed it. A list without number or end, or with critical extensions
    /// that would make it a partial one, is not taken.
    pub fn read(der: &[u8], authority_name: &[u8], authority_der: &[u8]) -> Option<Self> {
        let (rest, list) = x509_parser::parse_x509_crl(der).ok()?;
        if !rest.is_empty() || list.issuer().as_raw() != authority_name {
            return None;
        }
        let authority = certificate::parse(authority_der).ok()?;
        let may_sign = authority.key_usage().ok()?.is_some_and(|usage| usage.value.crl_sign());
        let signed = certificate::signed_by(
            authority.public_key(),
            &list.signature_algorithm,
            &list.signature_value.data,
            list.tbs_cert_list.as_ref(),
        );
        if !may_sign || !signed || list.extensions().iter().any(|extension| extension.critical) {
            return None;
        }
        let mut revoked = HashMap::new();
        for entry in list.iter_revoked_certificates() {
            let serial = certificate::trim_serial(entry.raw_serial()).to_vec();
            revoked.insert(serial, certificate::instant(entry.revocation_date).ok()?);
        }
        Some(Self {
            number: list.crl_number()?.to_bytes_be(),
            next_update: certificate::instant(list.next_update()?).ok()?,
            revoked,
        })
    }

    fn older_than(&self, other: &Self) -> bool {
        (self.number.len(), &self.number) < (other.number.len(), &other.number)
    }
}

/// What changed with a list that was taken in place of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Certificates that the list held before revokes.
    pub before: usize,
    /// Certificates that the new one revokes.
    pub now: usize,
    /// Of those before, how many the new one does not name any more. An issuer may leave out what has expired.
    pub gone: usize,
}

/// The lists held, by index of their authority.
#[derive(Default)]
pub struct RevocationLists(RwLock<HashMap<usize, RevocationList>>);

impl RevocationLists {
    /// Holds a list in place of an older one.
    ///
    /// # Errors
    /// `BadCrl` when its number is lower than that of the list held.
    pub fn put(&self, authority: usize, list: RevocationList) -> Result<Change, TrustError> {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.get(&authority).is_some_and(|old| list.older_than(old)) {
            return Err(TrustError::BadCrl);
        }
        let now = list.revoked.len();
        let change = held.get(&authority).map_or(Change { before: 0, now, gone: 0 }, |old| {
            let gone = old.revoked.keys().filter(|serial| !list.revoked.contains_key(*serial)).count();
            Change { before: old.revoked.len(), now, gone }
        });
        held.insert(authority, list);
        Ok(change)
    }

    /// Asks whether a serial of the authority was good at `at`, by a list that is fresh at `now`.
    pub fn check(&self, authority: usize, serial: &[u8], at: Timestamp, now: Timestamp) -> Result<(), TrustError> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let list = held.get(&authority).ok_or(TrustError::NoFreshCrl)?;
        if now > list.next_update {
            return Err(TrustError::NoFreshCrl);
        }
        match list.revoked.get(serial) {
            Some(since) if *since <= at => Err(TrustError::Revoked),
            _ => Ok(()),
        }
    }
}
