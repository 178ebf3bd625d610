//! Key customers: who looks after each, and within how many days each is to be contacted.
//!
//! That somebody got an owner and that they were contacted are events of the customer, [`OWNER_EVENT`] and
//! [`CONTACTED_EVENT`]. So who is overdue is a segment like any other ([`overdue_rule`]): it has members, reasons, moves and
//! webhooks, and time alone brings somebody into it. Invariants: the days count from the last contact, or from when the customer got
//! an owner of the promise for the first time; handing somebody over keeps no promise.

use crate::rules::value::{Number, Value};
use crate::rules::{
    Bound, Clause, Condition, Detail, Facts, Has, Measure, Property, Rule, Span, Take, Test, Tree, What, Window, digest,
};
use crate::settings::FieldError;
use crate::time::{Instant, MICROS_PER_DAY};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The property `segment` says of which promise, `reason` why.
pub const OWNER_EVENT: &str = "Owner Assigned";
pub const CONTACTED_EVENT: &str = "Customer Contacted";
/// Of [`OWNER_EVENT`].
pub const SEGMENT_PROPERTY: &str = "segment";
pub const REASON_PROPERTY: &str = "reason";

/// Of a promise.
pub const DAYS: RangeInclusive<u32> = 1..=365;
pub const OWNERS_MAX: usize = 50;
pub const NOTE_CHARACTERS_MAX: usize = 1_000;
/// Older contacts are not written down any more.
pub const CONTACT_AGE_DAYS_MAX: i64 = 366;

/// What is put behind the code of a segment; a longer code is cut, so that the whole is a code.
const OVERDUE: &str = "_overdue";
const CODE_CHARACTERS_MAX: usize = 40;

/// How somebody was contacted. Codes are stored in facts and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactChannel {
    Phone,
    Message,
    Visit,
    Other,
}

impl ContactChannel {
    pub const ALL: [Self; 4] = [Self::Phone, Self::Message, Self::Visit, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Message => "message",
            Self::Visit => "visit",
            Self::Other => "other",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// Why somebody has the owner they have. Codes are stored in facts and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignReason {
    /// They had none: the days begin.
    New,
    /// The one they had cannot look after them any more.
    Replaced,
    /// Somebody said so.
    HandedOver,
}

impl AssignReason {
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Replaced => "replaced",
            Self::HandedOver => "handed_over",
        }
    }
}

/// All that is out of range of a promise; empty where it can be kept.
pub fn check(days: i64, owners: &[String]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !u32::try_from(days).is_ok_and(|days| DAYS.contains(&days)) {
        errors.push(FieldError { field: "days", allowed: "1 to 365" });
    }
    let different: BTreeSet<&String> = owners.iter().collect();
    if !(1..=OWNERS_MAX).contains(&owners.len()) || different.len() < owners.len() {
        errors.push(FieldError { field: "owners", allowed: "1 to 50 users, each once" });
    }
    errors
}

/// All that is out of range of a contact; the note without blanks around it.
pub fn check_contact(note: &str, at: Instant, now: Instant) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if note.chars().count() > NOTE_CHARACTERS_MAX {
        errors.push(FieldError { field: "note", allowed: "at most 1000 characters" });
    }
    if at > now || at.0 < now.0.saturating_sub(CONTACT_AGE_DAYS_MAX * MICROS_PER_DAY) {
        errors.push(FieldError { field: "at", allowed: "not later than now, and at most 366 days ago" });
    }
    errors
}

/// The code of the segment of those who are overdue.
pub fn overdue_code(segment: &str) -> String {
    let kept: String = segment.chars().take(CODE_CHARACTERS_MAX - OVERDUE.len()).collect();
    kept + OVERDUE
}

/// Whoever is in the segment, has an owner there, and for so many days was neither contacted nor new.
pub fn overdue_rule(segment: &str, days: u32) -> Rule {
    let is = |name: &str, value: &str| {
        let test = Test::Is(vec![Value::Text(value.to_owned())]);
        Condition::Leaf(Detail::Property(Property { name: name.to_owned(), test }))
    };
    let of_segment = is(SEGMENT_PROPERTY, segment);
    let is_new = is(REASON_PROPERTY, AssignReason::New.code());
    let last = Window::Last(Span::days(days));
    let once = Bound { value: Value::Number(Number::whole(1)), is_inclusive: true };
    let did = Test::Range { from: Some(once), to: None };
    let never = Test::Is(vec![Value::Number(Number::whole(0))]);
    Tree::All(vec![
        Tree::Leaf(Clause::Has(Has::Segment(segment.to_owned()))),
        counted(OWNER_EVENT, Some(of_segment.clone()), Window::Ever, did),
        counted(CONTACTED_EVENT, None, last.clone(), never.clone()),
        counted(OWNER_EVENT, Some(Tree::All(vec![of_segment, is_new])), last, never),
    ])
}

fn counted(event: &str, filter: Option<Condition>, window: Window, test: Test) -> Rule {
    let facts = Facts { of: vec![What::Event(event.to_owned())], filter };
    Tree::Leaf(Clause::Measure { measure: Box::new(Measure { take: Take::Count, facts, window }), test })
}

/// Whether this is [`overdue_rule`] of the segment, for whatever days.
pub fn is_overdue_rule(rule: &Rule, segment: &str) -> bool {
    let own = digest(rule);
    DAYS.into_iter().any(|days| digest(&overdue_rule(segment, days)) == own)
}

/// To whom each customer goes, in the order in which they are given: of the owners who may have the customer, to the one who
/// has the fewest; of several, to the first. `has`: how many each owner has before. Whom nobody may have is left out.
pub fn share_out<C: Copy>(
    has: &[u64],
    customers: impl IntoIterator<Item = C>,
    may_have: impl Fn(usize, C) -> bool,
) -> Vec<(C, usize)> {
    let mut has = has.to_vec();
    let mut shared = Vec::new();
    for customer in customers {
        let able = (0..has.len()).filter(|owner| may_have(*owner, customer));
        if let Some(owner) = able.min_by_key(|owner| has[*owner]) {
            has[owner] += 1;
            shared.push((customer, owner));
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::{parse, print};
    use crate::touch_point::is_code;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn whoever_is_overdue_is_told_by_a_rule_that_can_be_read() {
        let rule = overdue_rule("top", 30);
        let text = print(&rule);
        // `top` is a word of the language.
        let right = "in segment \"top\" and did event \"Owner Assigned\"[\"segment\" is \"top\"] \
            and never event \"Customer Contacted\" in last 30 days \
            and never event \"Owner Assigned\"[\"segment\" is \"top\" and reason is \"new\"] in last 30 days";
        assert_eq!(text, right);
        assert_eq!(parse(&text).unwrap().rule, rule);
        assert!(is_overdue_rule(&rule, "top") && is_overdue_rule(&overdue_rule("top", 365), "top"));
        assert!(!is_overdue_rule(&rule, "other") && !is_overdue_rule(&overdue_rule("top", 366), "top"));
    }

    #[test]
    fn the_code_of_those_overdue_is_a_code_however_long_that_of_the_segment_is() {
        assert_eq!(overdue_code("top"), "top_overdue");
        let long = overdue_code(&"x".repeat(40));
        assert!(is_code(&long) && long.ends_with("xx_overdue"), "{long}");
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let owners = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let fields = |errors: Vec<FieldError>| errors.iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields(check(365, &owners(&["a", "b"]))), [""; 0]);
        assert_eq!(fields(check(0, &owners(&["a", "a"]))), ["days", "owners"]);
        assert_eq!(fields(check(i64::MAX, &[])), ["days", "owners"]);
        let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
        assert_eq!((fields(check(1, &many)), fields(check(1, &many[1..]))), (vec!["owners"], vec![]));
        let (now, day) = (Instant(400 * MICROS_PER_DAY), MICROS_PER_DAY);
        let checked = |note: &str, at: i64| fields(check_contact(note, Instant(at), now));
        assert_eq!(checked("", now.0), [""; 0]);
        assert_eq!(checked(&"好".repeat(1_000), 34 * day), [""; 0]);
        assert_eq!(checked(&"好".repeat(1_001), now.0 + 1), ["note", "at"]);
        assert_eq!(checked("", 34 * day - 1), ["at"]);
        assert!(ContactChannel::ALL.iter().all(|one| ContactChannel::parse(one.code()) == Some(*one)));
    }

    #[test]
    fn owners_who_have_fewer_are_given_more_and_nobody_gets_whom_they_may_not_have() {
        let all = |_: usize, _: u32| true;
        assert_eq!(share_out(&[2, 0, 1], [7, 8, 9, 10], all), [(7, 1), (8, 1), (9, 2), (10, 0)]);
        let odd_to_the_second = |owner: usize, customer: u32| owner == (customer % 2) as usize;
        assert_eq!(share_out(&[0, 5], [1, 2, 3], odd_to_the_second), [(1, 1), (2, 0), (3, 1)]);
        assert_eq!(share_out(&[], [1, 2], all), []);
        assert_eq!(share_out(&[0], [1, 2], |_, customer| customer == 2), [(2, 0)]);
    }

    proptest! {
        #[test]
        fn shares_of_who_begins_with_nothing_differ_by_one_at_most(owners in 1_usize..50, customers in 0_u32..600) {
            let shared = share_out(&vec![0; owners], 0..customers, |_, _| true);
            prop_assert_eq!(shared.len(), customers as usize);
            let mut counts = vec![0_u32; owners];
            for (_, owner) in shared {
                counts[owner] += 1;
            }
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        }
    }
}
