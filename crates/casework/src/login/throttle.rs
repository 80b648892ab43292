//! Guessing of passwords is slowed down (ASVS 5.0, 6.3.1): after some failures the door opens only after a wait that
//! doubles with each further failure.
//!
//! Failures are counted for a user name at one address, so that a stranger elsewhere locks nobody out; besides, with more
//! patience, for a name from everywhere and for an address with all names. A name that nobody has is counted like any
//! other: the answer tells nothing of who works here. Logging in by card is not slowed: it cannot be guessed.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};

/// Failures that are forgiven to a name at one address, to a name from everywhere, to an address.
const FREE: [u32; 3] = [4, 20, 50];
/// The first wait; each further failure doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// After this long without a failure nothing is held against anybody.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Most counters kept; a flood of names must not fill the memory. Beyond it the oldest are forgotten.
const COUNTERS_MAX: usize = 30_000;

/// Which counter: its kind and a digest, since a password typed into the field of the name must not lie in memory.
type Key = (usize, [u8; 32]);

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// The counters; of the process, since the wait is short.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<Key, Failures>>);

impl Throttle {
    /// Until when the door is closed to this name at this address; `None` when one may try.
    pub fn closed_until(&self, name: &str, address: Option<IpAddr>, now: Timestamp) -> Option<Timestamp> {
        let counters = self.lock();
        let ends = keys(name, address).into_iter().flatten().filter_map(|key| {
            let failures = counters.get(&key)?;
            let beyond = failures.count.checked_sub(FREE[key.0] + 1)?;
            let doubled = FIRST_WAIT.saturating_mul(2_i32.saturating_pow(beyond.min(16)));
            failures.last.checked_add(doubled.min(LONGEST_WAIT)).ok()
        });
        ends.max().filter(|end| now < *end)
    }

    /// Notes a failure.
    pub fn failed(&self, name: &str, address: Option<IpAddr>, now: Timestamp) {
        let mut counters = self.lock();
        if counters.len() + 3 > COUNTERS_MAX {
            forget(&mut counters, now);
        }
        for key in keys(name, address).into_iter().flatten() {
            let had = counters.get(&key).copied().filter(|had| now.duration_since(had.last) < FORGOTTEN_AFTER);
            let count = had.map_or(0, |had| had.count).saturating_add(1);
            counters.insert(key, Failures { count, last: now });
        }
    }

    /// The right password was typed: the name's own failures at this address are forgotten. Those of the address stay,
    /// for one known password must not buy guesses at others.
    pub fn succeeded(&self, name: &str, address: Option<IpAddr>) {
        if let [Some(own), ..] = keys(name, address) {
            self.lock().remove(&own);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops what is forgotten anyway, and when that is not enough, the older half.
fn forget(counters: &mut HashMap<Key, Failures>, now: Timestamp) {
    counters.retain(|_, one| now.duration_since(one.last) < FORGOTTEN_AFTER);
    if counters.len() + 3 > COUNTERS_MAX {
        let mut times: Vec<Timestamp> = counters.values().map(|one| one.last).collect();
        times.sort_unstable();
        let middle = times[times.len() / 2];
        counters.retain(|_, one| one.last > middle);
    }
}

fn keys(name: &str, address: Option<IpAddr>) -> [Option<Key>; 3] {
    let name = name.trim().to_lowercase();
    let place = address.map_or_else(String::new, |address| address.to_string());
    let hash = |text: &str| {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        out
    };
    [Some((0, hash(&format!("{name}\n{place}")))), Some((1, hash(&name))), address.map(|_| (2, hash(&place)))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_a_quarter_of_an_hour_and_ends() {
        let throttle = Throttle::default();
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        let mut now: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        for _ in 0..4 {
            throttle.failed("marja", address, now);
            assert_eq!(throttle.closed_until("marja", address, now), None);
        }
        let mut waits = Vec::new();
        for _ in 0..7 {
            throttle.failed("Marja ", address, now);
            let end = throttle.closed_until("marja", address, now).unwrap();
            waits.push(end.duration_since(now).as_secs());
            now = end;
            assert_eq!(throttle.closed_until("marja", address, now), None);
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        // Another address is not shut out, nor is another name at the same address.
        throttle.failed("marja", address, now);
        assert_eq!(throttle.closed_until("marja", Some(IpAddr::from([10, 0, 0, 1])), now), None);
        assert_eq!(throttle.closed_until("antti", address, now), None);
        throttle.succeeded("marja", address);
        assert_eq!(throttle.closed_until("marja", address, now), None);
    }

    #[test]
    fn many_names_from_one_address_and_one_name_from_many_addresses_are_slowed_too() {
        let throttle = Throttle::default();
        let now: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        (0..51).for_each(|n| throttle.failed(&format!("nimi-{n}"), one, now));
        assert!(throttle.closed_until("uusi", one, now).is_some());
        (0..21).for_each(|n| throttle.failed("marja", Some(IpAddr::from([198, 51, 100, n])), now));
        assert!(throttle.closed_until("marja", Some(IpAddr::from([203, 0, 113, 1])), now).is_some());
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory() {
        let throttle = Throttle::default();
        let start: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        for n in 0..COUNTERS_MAX {
            let at = start.checked_add(SignedDuration::from_millis(n as i64)).unwrap();
            throttle.failed(&format!("nimi-{n}"), None, at);
        }
        assert!(throttle.lock().len() <= COUNTERS_MAX);
    }
}
