//! The kinds of events: how often each comes, and which rule its answer is judged by. `B.5/n` is an invariant of the
//! functional specification, anything else a statement of it.

use std::collections::BTreeMap;

macro_rules! kinds {
    ($($kind:ident $weight:literal $rule:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $($kind,)+
        }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// How often the kind is chosen, beside the others.
            pub fn weight(self) -> usize {
                match self {
                    $(Kind::$kind => $weight,)+
                }
            }

            /// The rule that a wrong answer breaks.
            pub fn rule(self) -> &'static str {
                match self {
                    $(Kind::$kind => $rule,)+
                }
            }
        }
    };
}

kinds! {
    OpenClient 8 "B.5/3";
    OpenCase 9 "B.5/1";
    OpenUnknown 5 "B.5/3";
    JoinIdentity 5 "B.5/3";
    UndoJoin 5 "B.5/3";
    TemporaryMisused 7 "B.5/3";
    ChangeClient 8 "B.5/3";
    Grant 12 "B.5/2";
    EndGrant 9 "B.5/4";
    ProviderEntry 22 "B.5/2";
    OwnEntry 14 "B.5/1";
    ForeignCase 5 "B.5/1";
    Correct 9 "B.5/2";
    CorrectStale 5 "B.5/10";
    TooEarly 5 "B.5/10";
    ChangeRegister 8 "B.5/5";
    Invalidate 5 "B.5/2";
    Resend 5 "B.5/6";
    SameNumberOtherBytes 5 "B.5/6";
    Replay 5 "FR-94";
    CloseCase 9 "FR-06";
    ReopenCase 6 "FR-85";
    ProviderSearch 12 "B.5/2";
    OwnSearch 7 "B.5/5";
    CitizenView 6 "B.5/7";
    SuspendOrJoin 6 "FR-24";
    Days 9 "FR-21";
    Leap 5 "FR-85";
    Inform 6 "FR-53";
    Permit 7 "FR-52";
    WithdrawPermission 14 "FR-53";
    Deny 7 "FR-54";
    UndoDenial 16 "FR-54";
    DisclosureSearch 9 "B.5/8";
    DisclosureFetch 9 "B.5/8";
    OldDocument 5 "FR-96";
    RecordingTooEarly 16 "FR-95";
    Recording 6 "FR-95";
    SpecialReason 5 "FR-51";
    Hold 7 "FR-86";
    Dispose 6 "FR-86";
}

/// How often each kind of event came, and how often it was allowed.
#[derive(Default, Clone)]
pub struct Histories(BTreeMap<Kind, (u64, u64)>);

impl Histories {
    pub fn note(&mut self, kind: Kind, allowed: bool) {
        let count = self.0.entry(kind).or_default();
        count.0 += 1;
        count.1 += u64::from(allowed);
    }

    pub fn add(&mut self, other: &Self) {
        for (kind, (all, allowed)) in &other.0 {
            let count = self.0.entry(*kind).or_default();
            count.0 += all;
            count.1 += allowed;
        }
    }

    /// Events in all. A step is one or, where it makes ready what it needs, a few of them.
    pub fn events(&self) -> u64 {
        self.0.values().map(|(all, _)| all).sum()
    }

    pub fn table(&self) -> String {
        let events = self.events();
        let line = |kind: &Kind| {
            let (all, allowed) = self.0.get(kind).copied().unwrap_or_default();
            let share = all * 1000 / events.max(1);
            format!(
                "{:<22}{all:>9} {:>3}.{} %, allowed {allowed:>8}  {}\n",
                format!("{kind:?}"),
                share / 10,
                share % 10,
                kind.rule()
            )
        };
        format!("{events} events\n{}", Kind::ALL.iter().map(line).collect::<String>())
    }

    pub fn every_kind_is_at_least_a_hundredth(&self) {
        for kind in Kind::ALL {
            let all = self.0.get(kind).map_or(0, |count| count.0);
            assert!(all * 100 >= self.events(), "{kind:?} came {all} times among {} events", self.events());
        }
    }
}
