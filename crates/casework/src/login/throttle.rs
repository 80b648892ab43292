//! Guessing of passwords is slowed down (ASVS 5.0, 6.3.1): after some failures the door opens only after a wait that
//! doubles with each further failure.
//!
//! Failures are counted for a user name at one address, so that a few guesses of a stranger elsewhere shut nobody out;
//! besides, with more patience, for a name from everywhere and for an address with all names. So a name can be closed from
//! elsewhere, by more than twenty guesses, and stays closed to its owner too while they go on: who has a card comes in. A
//! name that nobody has is counted like any other: the answer tells nothing of who works here. Logging in by card is not
//! slowed: it cannot be guessed.
//!
//! A try counts as a failure from its beginning, and is taken back when the password was right: looking at a password takes
//! a while, and guesses that are sent at once must not all be looked at before the first has failed.

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

#[derive(Clone, Copy, PartialEq, Eq)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// A try that is going on, counted as a failure until it is known to be none.
#[must_use = "a right password takes it back"]
pub struct Try(Vec<(Key, Option<Failures>)>, Timestamp);

/// The counters; of the process, since the wait is short.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<Key, Failures>>);

impl Throttle {
    /// Begins a try; the look at the counters and the count are one, so that of many at once few are let through.
    ///
    /// # Errors
    /// Until when the door is closed to this name at this address; nothing is counted then.
    pub fn begin(&self, name: &str, address: Option<IpAddr>, now: Timestamp) -> Result<Try, Timestamp> {
        let mut counters = self.lock();
        if let Some(end) = closed_until(&counters, name, address, now) {
            return Err(end);
        }
        if counters.len() + 3 > COUNTERS_MAX {
            forget(&mut counters, now);
        }
        let count = |key: Key| {
            let had = counters.get(&key).copied().filter(|had| now.duration_since(had.last) < FORGOTTEN_AFTER);
            let count = had.map_or(0, |had| had.count).saturating_add(1);
            counters.insert(key, Failures { count, last: now });
            (key, had)
        };
        Ok(Try(keys(name, address).into_iter().flatten().map(count).collect(), now))
    }

    /// Until when the door is closed to this name at this address; `None` when one may try.
    pub fn closed_until(&self, name: &str, address: Option<IpAddr>, now: Timestamp) -> Option<Timestamp> {
        closed_until(&self.lock(), name, address, now)
    }

    /// The right password was typed: the name's own failures at this address are forgotten, and the try is no failure of
    /// the name or of the address. Their others stay, for one known password must not buy guesses at others.
    pub fn succeeded(&self, tried: Try) {
        let mut counters = self.lock();
        let Try(counted, at) = tried;
        for (key, had) in counted {
            let before = had.map_or(0, |had| had.count);
            let Some(now) = counters.get_mut(&key) else { continue };
            if key.0 == 0 || now.count <= 1 {
                counters.remove(&key);
            } else if let Some(had) = had
                && *now == (Failures { count: before + 1, last: at })
            {
                // Nobody else tried meanwhile: the wait after the last true failure is not begun anew.
                *now = had;
            } else {
                now.count -= 1;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed_until(
    counters: &HashMap<Key, Failures>,
    name: &str,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Option<Timestamp> {
    let ends = keys(name, address).into_iter().flatten().filter_map(|key| {
        let failures = counters.get(&key)?;
        let beyond = failures.count.checked_sub(FREE[key.0] + 1)?;
        let doubled = FIRST_WAIT.saturating_mul(2_i32.saturating_pow(beyond.min(16)));
        failures.last.checked_add(doubled.min(LONGEST_WAIT)).ok()
    });
    ends.max().filter(|end| now < *end)
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

    /// A try with a wrong password.
    fn fail(throttle: &Throttle, name: &str, address: Option<IpAddr>, now: Timestamp) {
        assert!(throttle.begin(name, address, now).is_ok(), "{name} is slowed down");
    }

    #[test]
    fn the_wait_grows_to_a_quarter_of_an_hour_and_ends() {
        let throttle = Throttle::default();
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        let mut now: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        for _ in 0..4 {
            fail(&throttle, "marja", address, now);
            assert_eq!(throttle.closed_until("marja", address, now), None);
        }
        let mut waits = Vec::new();
        for _ in 0..7 {
            fail(&throttle, "Marja ", address, now);
            let end = throttle.closed_until("marja", address, now).unwrap();
            waits.push(end.duration_since(now).as_secs());
            now = end;
            assert_eq!(throttle.closed_until("marja", address, now), None);
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        // Another address is not shut out, nor is another name at the same address.
        fail(&throttle, "marja", address, now);
        assert_eq!(throttle.closed_until("marja", Some(IpAddr::from([10, 0, 0, 1])), now), None);
        assert_eq!(throttle.closed_until("antti", address, now), None);
        // The right password, once one may try again: the name's own failures are forgotten.
        let now = throttle.closed_until("marja", address, now).unwrap();
        throttle.succeeded(throttle.begin("marja", address, now).unwrap());
        (0..4).for_each(|_| fail(&throttle, "marja", address, now));
        assert_eq!(throttle.closed_until("marja", address, now), None);
    }

    #[test]
    fn tries_at_once_count_before_they_have_failed_and_a_right_one_takes_itself_back() {
        let throttle = Throttle::default();
        let now: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        let tries: Vec<_> = (0..100).map(|_| throttle.begin("marja", address, now)).collect();
        assert_eq!(tries.iter().filter(|tried| tried.is_ok()).count(), 5, "of a hundred at once");
        // The twin: right passwords, however many, one after another or a few at once, close nothing.
        let throttle = Throttle::default();
        for _ in 0..60 {
            let tries: Vec<_> = ["liisa", "ritva"].map(|name| throttle.begin(name, address, now).unwrap()).into();
            tries.into_iter().for_each(|tried| throttle.succeeded(tried));
        }
        assert_eq!(throttle.lock().len(), 0);
        // And a known password neither forgives the guesses at others nor begins their wait anew.
        for n in 0..51 {
            fail(&throttle, &format!("nimi-{n}"), address, now);
        }
        let end = throttle.closed_until("uusi", address, now).unwrap();
        throttle.succeeded(throttle.begin("liisa", address, end).unwrap());
        assert_eq!(throttle.closed_until("uusi", address, now), Some(end));
        assert!(throttle.begin("nimi-51", address, end).is_ok());
        assert!(throttle.begin("nimi-52", address, end).is_err());
    }

    #[test]
    fn many_names_from_one_address_and_one_name_from_many_addresses_are_slowed_too() {
        let throttle = Throttle::default();
        let now: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        (0..51).for_each(|n| fail(&throttle, &format!("nimi-{n}"), one, now));
        assert!(throttle.closed_until("uusi", one, now).is_some());
        (0..21).for_each(|n| fail(&throttle, "marja", Some(IpAddr::from([198, 51, 100, n])), now));
        assert!(throttle.closed_until("marja", Some(IpAddr::from([203, 0, 113, 1])), now).is_some());
    }

    #[test]
    fn a_flood_of_names_does_not_fill_the_memory() {
        let throttle = Throttle::default();
        let start: Timestamp = "2026-09-07T06:30:00Z".parse().unwrap();
        for n in 0..COUNTERS_MAX {
            let at = start.checked_add(SignedDuration::from_millis(n as i64)).unwrap();
            fail(&throttle, &format!("nimi-{n}"), None, at);
        }
        assert!(throttle.lock().len() <= COUNTERS_MAX);
    }
}
