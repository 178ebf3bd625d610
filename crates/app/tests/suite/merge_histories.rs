//! Merge, facts in between, un-merge: against a twin of the workspace where nobody was ever merged.

use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{self, CustomerQuery, CustomerSort, SortOrder};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::tags::{self, TagChange, Whom};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::tag::{GroupSettings, TagSettings};
use perennial_domain::time::MICROS_PER_DAY;
use serde_json::{Value, json};

on_both! { random_merges_that_were_taken_back_leave_what_would_be_without_them }

/// SplitMix64: the same histories in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below
    }

    /// A message of one of the people. All of their identifiers are known by then: what is new goes by what the
    /// customer is at the time.
    fn message(&mut self, teller: &Teller, person: u64) -> Value {
        let (user, mail) = (format!("u{person}"), format!("p{person}@x.yz"));
        let track = |event: &str, properties: Value| json!({ "type": "track", "event": event, "userId": user, "properties": properties });
        match self.below(11) {
            0 => json!({ "type": "page", "anonymousId": format!("d{person}") }),
            1 => json!({ "type": "page", "anonymousId": format!("e{person}") }),
            2 => {
                json!({ "type": "identify", "userId": user, "traits": { "email": mail, "city": format!("c{}", self.below(3)) } })
            }
            3 => {
                json!({ "type": "identify", "anonymousId": format!("e{person}"), "traits": { "name": format!("n{}", self.below(3)) } })
            }
            4 => teller.order(&user, &format!("o{person}-{}", self.below(4)), 100 + self.below(900).cast_signed()),
            5 => teller.refund(&user, &format!("o{person}-{}", self.below(4)), 50),
            6 => track(
                "Product Progressed",
                json!({ "product": "puzzle", "level": self.below(5), "state": { "a": self.below(3) } }),
            ),
            7 => track("Preferences Updated", json!({ "topics": [format!("t{}", self.below(4))] })),
            8 => track("Shared", json!({ "share_id": format!("s{person}") })),
            9 if self.below(2) == 0 => track("Share Opened", json!({ "share_id": format!("s{}", self.below(PEOPLE)) })),
            9 => track("Signed Up", json!({ "invited_by": format!("u{}", self.below(PEOPLE)) })),
            _ => track("Seen", json!({})),
        }
    }
}

/// Two profiles a person: one that has signed in, and a device at which nobody has.
fn introduction() -> Vec<Value> {
    let of = |person: u64| {
        let mail = format!("p{person}@x.yz");
        [
            json!({ "type": "identify", "userId": format!("u{person}"), "anonymousId": format!("d{person}"), "traits": { "email": mail } }),
            json!({ "type": "page", "anonymousId": format!("e{person}") }),
        ]
    };
    (0..PEOPLE).flat_map(of).collect()
}

const PEOPLE: u64 = 5;
const ROUNDS: usize = 4;

async fn everybody(stage: &Stage) -> Vec<CustomerNumber> {
    let query = CustomerQuery::default();
    let (sort, order) = (CustomerSort::Number, SortOrder::Ascending);
    let list = customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 100).await.unwrap();
    list.items.iter().map(|item| CustomerNumber(u32::try_from(item.row.counters.number).unwrap())).collect()
}

async fn random_merges_that_were_taken_back_leave_what_would_be_without_them(stage: &Stage) {
    let twin = Stage::sqlite().await;
    let mut dice = Dice(28);
    let mut tellers = [Teller::users("src_site"), Teller::users("src_site")];
    tellers[0].tell(stage, &introduction()).await;
    tellers[1].tell(&twin, &introduction()).await;
    for workspace in [stage, &twin] {
        group_of_tags(workspace, "exclusive", Some(20), &TAGS[..2]).await;
        group_of_tags(workspace, "free", None, &TAGS[2..]).await;
    }
    for round in 0..ROUNDS {
        tell_both(stage, &twin, &mut tellers, &mut dice, 12).await;
        for _ in 0..6 {
            let (person, tag, is_set) = (dice.below(PEOPLE), dice.below(4), dice.below(3) > 0);
            for workspace in [stage, &twin] {
                tag_by_hand(workspace, person, tag, is_set).await;
            }
        }
        let numbers = everybody(stage).await;
        let pick = |dice: &mut Dice| numbers[usize::try_from(dice.below(numbers.len() as u64)).unwrap()];
        let mut merges = Vec::new();
        // Three merges at a time, so that customers of three profiles come about.
        for _ in 0..3 {
            let request = MergeRequest { one: pick(&mut dice), other: pick(&mut dice), keep: None };
            if let Ok(merge) = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await {
                merges.push(merge);
            }
        }
        assert_eq!(everybody(stage).await.len(), numbers.len() - merges.len());
        tell_both(stage, &twin, &mut tellers, &mut dice, 8).await;
        // In the order of the merges as often as against it.
        if dice.below(2) == 0 {
            merges.reverse();
        }
        for merge in &merges {
            identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
        }
        for workspace in [stage, &twin] {
            tags::expire_due(&workspace.app).await.unwrap();
        }
        assert_eq!(everybody(stage).await, everybody(&twin).await, "round {round}");
        for number in everybody(&twin).await {
            assert_eq!(snapshot(stage, number).await, snapshot(&twin, number).await, "round {round}, {number}");
        }
    }
}

const TAGS: [&str; 4] = ["a", "b", "c", "d"];

async fn group_of_tags(workspace: &Stage, code: &str, valid_days: Option<i64>, tag_codes: &[&str]) {
    let names = || (code.to_owned(), "标签".to_owned(), code.to_owned());
    let (code, name_zh, name_en) = names();
    let is_exclusive = valid_days.is_some();
    let group = GroupSettings { code: code.clone(), name_zh, name_en, is_exclusive, valid_days, is_archived: false };
    tags::create_group(&workspace.app, &TESTER, group, &Once::unkeyed()).await.unwrap();
    for tag in tag_codes {
        let (_, name_zh, name_en) = names();
        let tag = TagSettings { code: (*tag).to_owned(), name_zh, name_en, is_archived: false };
        tags::create_tag(&workspace.app, &TESTER, &code, tag, &Once::unkeyed()).await.unwrap();
    }
}

async fn tag_by_hand(workspace: &Stage, person: u64, tag: u64, is_set: bool) {
    let whom = Whom::One(named(workspace, &format!("u{person}")).await);
    let tag = vec![TAGS[usize::try_from(tag).unwrap()].to_owned()];
    let (set, remove) = if is_set { (tag, vec![]) } else { (vec![], tag) };
    let change = TagChange { set, remove, ..TagChange::default() };
    tags::change_tags(&workspace.app, &TESTER, &whom, &change, &Once::unkeyed()).await.unwrap();
}

/// The same messages to both, days apart so that limits of a week do not meet.
async fn tell_both(stage: &Stage, twin: &Stage, tellers: &mut [Teller; 2], dice: &mut Dice, count: usize) {
    for workspace in [stage, twin] {
        workspace.clock.advance_micros(8 * MICROS_PER_DAY);
    }
    let messages: Vec<Value> = (0..count)
        .map(|_| {
            let person = dice.below(PEOPLE);
            dice.message(&tellers[0], person)
        })
        .collect();
    for part in messages.chunks(5) {
        tellers[0].tell(stage, part).await;
        tellers[1].tell(twin, part).await;
    }
}
