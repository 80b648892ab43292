//! A model of the archive in a few hundred lines (`state`, the oracle): what it must answer, written from the
//! specification and not from the archive's code. The player does the same to both; `watch` listens beside the door and
//! judges by the acknowledgements alone.
//!
//! Which check judges which invariant of functional-spec.md B.5:
//!
//! | invariant | judged by |
//! |---|---|
//! | 1 one register and one case | `ForeignCase` is refused; `watch`: register, case, its client and its task |
//! | 2 a right at event time | `ProviderEntry`, `Correct`, `ProviderSearch`; `every_document_under_a_right_had_one` |
//! | 3 one identity code per client | `ChangeClient`, a second relationship, a misused temporary id are refused; joins and their undoing; `watch` |
//! | 4 ended rows stay | `EndGrant` without an ended row is refused; `grants_are_those_of_the_newest_relationships` |
//! | 5 a set keeps its register | `ChangeRegister` is refused; `watch`; the last look into every register |
//! | 6 an OID is used once | `SameNumberOtherBytes` is refused, `Resend` stores nothing, also after a disposal; `watch` |
//! | 7 the client sees his own | `CitizenView`, exactly |
//! | 8 what is denied is not disclosed | `DisclosureSearch`, `DisclosureFetch`, exactly |
//! | 9 each reading has its log row | every message and every view, with the number of rows it must leave |
//! | 10 the order of sending | `TooEarly`, `CorrectStale` are refused; `watch`; times of arrival in the last look. That the client system sends in this order is `store`'s and `casework`'s outbox tests' |

mod identity;
mod keeping;
mod kinds;
mod organisers;
mod papers;
mod player;
mod reading;
mod rng;
mod state;
mod watch;
mod wills;

pub use kinds::Histories;
pub use player::Player;
