//! Communities: a segment is invited into groups, and who joins is told by facts or written down by hand.

use crate::live::segment;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, create_user};
use perennial_app::communities::{
    self, AddedTo, Community, CommunityChange, CommunityError, GroupChange, InvitedQuery, NewCommunity, Preview, TopUp,
    ToppedUp, Wanted,
};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::live::{Live, follow, members_of};
use perennial_app::segments::{self, SegmentError};
use perennial_app::{audit, customers, pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::community::{Figures, JoinState};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::MICROS_PER_SECOND;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

on_both! {
    c79_six_hundred_and_forty_are_invited_into_four_groups_and_the_join_rate_is_tracked,
    another_size_and_other_numbers_are_shared_out_as_evenly,
    whoever_joined_is_written_down_by_hand_and_taken_back,
    a_group_is_named_by_the_code_that_somebody_wrote,
    invitations_stay_through_merging_and_parting_and_no_group_gets_too_large,
    whoever_is_erased_was_not_invited_and_a_file_about_somebody_names_their_groups,
    only_who_agreed_to_the_purpose_is_invited_and_stands_in_the_file,
    what_cannot_be_is_refused_and_two_at_once_invite_nobody_twice,
}

/// A workspace with an index that follows.
struct Table<'s> {
    stage: &'s Stage,
    live: Arc<Live>,
    teller: Teller,
    told: i64,
}

impl<'s> Table<'s> {
    fn open(stage: &'s Stage) -> Self {
        Self { stage, live: Arc::default(), teller: Teller::users("src_chat"), told: 0 }
    }

    /// As a server does within a second. All messages of a teller are a second apart: then they have happened.
    async fn tell(&mut self, messages: &[Value]) {
        self.teller.tell(self.stage, messages).await;
        self.told += messages.len() as i64;
        self.stage.clock.advance_micros((self.told + 1) * MICROS_PER_SECOND);
        // Before there is a segment nobody asks for an index.
        let has_followed = follow(&self.stage.app, &self.live).await.unwrap();
        assert!(has_followed || self.live.sequence().is_none());
    }

    async fn brew(&mut self, who: std::ops::Range<usize>) {
        let told: Vec<Value> = who.map(|who| event(who, "Coffee Brewed", &json!({ "method": "手冲" }))).collect();
        self.tell(&told).await;
    }

    async fn lovers(&mut self, count: usize) {
        self.brew(0..count).await;
        segment(self.stage, "pour_over", "did event \"Coffee Brewed\"[method is \"手冲\"]").await;
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
    }

    async fn preview(&self, size_max: i64) -> Result<Preview, CommunityError> {
        communities::preview_community(&self.stage.app, &self.live, &TESTER, "pour_over", size_max, None).await
    }

    async fn create(&self, new: NewCommunity) -> Result<Community, CommunityError> {
        communities::create_community(&self.stage.app, &self.live, &TESTER, new, &Once::unkeyed()).await
    }

    async fn top_up(&self) -> Result<ToppedUp, CommunityError> {
        communities::top_up(&self.stage.app, &self.live, &TESTER, "coffee", &Once::unkeyed()).await
    }

    async fn to_top_up(&self) -> TopUp {
        communities::preview_top_up(&self.stage.app, &self.live, &TESTER, "coffee").await.unwrap()
    }

    async fn get(&self) -> Community {
        communities::get_community(&self.stage.app, &TESTER, "coffee").await.unwrap()
    }

    /// Numbers of customers by group, page by page.
    async fn people(&self, group: Option<i64>, wanted: Option<&str>) -> BTreeMap<i64, Vec<i64>> {
        let query = InvitedQuery { group, wanted: wanted.map(|code| Wanted::parse(code).unwrap()) };
        let (mut found, mut after): (BTreeMap<i64, Vec<i64>>, Option<u32>) = (BTreeMap::new(), None);
        let mut count = 0;
        loop {
            let page = communities::invited_people(&self.stage.app, &TESTER, "coffee", query, (after, 70)).await;
            let page = page.unwrap();
            for one in &page.items {
                found.entry(one.group).or_default().push(one.customer.row.counters.number);
            }
            count += page.items.len() as u64;
            after = page.next;
            if after.is_none() {
                assert_eq!(page.count, count);
                return found;
            }
        }
    }

    async fn set_joined(&self, who: usize, has_joined: bool) -> Result<(i64, JoinState, bool), CommunityError> {
        let number = named(self.stage, &user(who)).await;
        // Nobody writes two things down at once.
        self.stage.clock.advance_micros(MICROS_PER_SECOND);
        let set = communities::set_joined(&self.stage.app, &TESTER, "coffee", number, has_joined).await;
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
        set.map(|one| (one.group, one.state, one.is_by_hand))
    }

    async fn file(&self, query: InvitedQuery, is_masked: bool) -> Vec<String> {
        let begun = communities::begin_file(&self.stage.app, &self.live, &TESTER, "coffee", query, is_masked).await;
        let (mut file, mut bytes) = (begun.unwrap(), Vec::new());
        while let Some(piece) = file.next_bytes().await.unwrap() {
            bytes.extend(piece);
        }
        String::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
    }
}

async fn members(stage: &Stage, live: &Arc<Live>, code: &str) -> BTreeSet<i64> {
    let page = members_of(&stage.app, live, &TESTER, code, None, 1_000).await.unwrap();
    page.items.iter().map(|item| item.row.counters.number).collect()
}

fn user(who: usize) -> String {
    format!("u{who}")
}

fn event(who: usize, name: &str, properties: &Value) -> Value {
    json!({ "type": "track", "userId": user(who), "event": name, "properties": properties })
}

fn joined(who: usize, group: &str) -> Value {
    event(who, "Community Joined", &json!({ "group": group }))
}

fn left(who: usize, group: &str) -> Value {
    event(who, "Community Left", &json!({ "group": group }))
}

fn coffee(size_max: i64) -> NewCommunity {
    NewCommunity {
        code: "coffee".to_owned(),
        name: " 手冲咖啡 ".to_owned(),
        segment: "pour_over".to_owned(),
        size_max,
        purpose: None,
    }
}

fn sizes(community: &Community) -> Vec<u64> {
    community.groups.iter().map(|group| group.figures.invited).collect()
}

/// The invited, those who have joined, those who are in, and the rate.
fn figures(figures: Figures) -> (u64, u64, u64, Option<u64>) {
    (figures.invited, figures.joined, figures.joined_now, figures.rate_basis_points())
}

fn invalid(error: CommunityError) -> String {
    match error {
        CommunityError::Invalid(fields) => fields.iter().map(|one| one.field).collect::<Vec<_>>().join(" "),
        other => panic!("{other}"),
    }
}

async fn told_of(stage: &Stage, action: &str) -> Vec<Value> {
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 100).await.unwrap();
    let own = entries.into_iter().filter(|entry| entry.action == action);
    own.map(|entry| Value::Object(entry.detail)).collect()
}

async fn c79_six_hundred_and_forty_are_invited_into_four_groups_and_the_join_rate_is_tracked(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(640).await;
    // Others, who are not meant.
    let other: Vec<Value> = (700..720).map(|who| event(who, "Coffee Brewed", &json!({ "method": "胶囊" }))).collect();
    table.tell(&other).await;
    let preview = table.preview(200).await.unwrap();
    assert_eq!((preview.members, preview.groups.as_slice()), (640, &[160; 4][..]));
    assert!(communities::list_communities(&stage.app, &TESTER).await.unwrap().is_empty(), "nothing is written down");
    let made = table.create(coffee(200)).await.unwrap();
    assert_eq!((made.row.name.as_str(), sizes(&made), made.figures.invited), ("手冲咖啡", vec![160; 4], 640));
    let codes: Vec<&str> = made.groups.iter().map(|group| group.code.as_str()).collect();
    assert_eq!(codes, ["coffee_1", "coffee_2", "coffee_3", "coffee_4"]);
    assert_eq!(figures(made.figures), (640, 0, 0, Some(0)));
    let detail = &told_of(stage, "community.created").await[0];
    assert_eq!(
        (&detail["customers"], &detail["groups"], &detail["segment"]),
        (&json!(640), &json!(4), &json!("pour_over"))
    );
    // By number: the first hundred and sixty are in the first group.
    let people = table.people(None, None).await;
    let all: Vec<i64> = people.values().flatten().copied().collect();
    let known: Vec<i64> = members(stage, &table.live, "pour_over").await.into_iter().collect();
    assert_eq!((known.len(), &all), (640, &known), "in the order of their numbers, each once");
    assert_eq!(people.values().map(Vec::len).collect::<Vec<_>>(), [160; 4]);
    // In the order in which they were told of, they are in groups of a hundred and sixty.
    let group = |who: usize| format!("coffee_{}", who / 160 + 1);
    // Every fourth joins; of the first group half; some a group that is not theirs; some are not invited at all.
    let mut told: Vec<Value> = (160..640).step_by(4).map(|who| joined(who, &group(who))).collect();
    told.extend((0..80).map(|who| joined(who, &group(who))));
    told.extend([joined(80, "coffee_2"), joined(700, "coffee_1"), joined(701, "elsewhere")]);
    table.tell(&told).await;
    let now = table.get().await;
    assert_eq!(figures(now.figures), (640, 201, 201, Some(3_141)), "201 of 640");
    assert_eq!(figures(now.groups[0].figures), (160, 81, 81, Some(5_063)));
    assert_eq!(figures(now.groups[1].figures), (160, 40, 40, Some(2_500)));
    // Ten leave, one comes back; who leaves another group than the one they joined stays.
    table.tell(&(0..10).map(|who| left(who, "coffee_1")).collect::<Vec<_>>()).await;
    table.tell(&[joined(0, "coffee_1"), left(10, "coffee_2")]).await;
    let now = table.get().await;
    assert_eq!(figures(now.groups[0].figures), (160, 81, 72, Some(5_063)));
    assert_eq!(figures(now.figures), (640, 201, 192, Some(3_141)));
    for (wanted, count) in [("joined", 201), ("in", 192), ("left", 9), ("waiting", 439)] {
        let found = table.people(None, Some(wanted)).await;
        assert_eq!(found.values().map(Vec::len).sum::<usize>(), count, "{wanted}");
    }
    assert_eq!(table.people(Some(1), Some("left")).await[&1].len(), 9);
    // As a segment: by the rules that the console offers.
    let first = "\"group\" is \"coffee_1\"";
    let is_in = format!(
        "did event \"Community Joined\"[{first}] and never event \"Community Left\" + event \"Community Join Undone\"[{first}] \
         after last event \"Community Joined\"[{first}]"
    );
    segment(stage, "in_first", &is_in).await;
    follow(&stage.app, &table.live).await.unwrap();
    // Without the one who joined another group, with the one who was not invited.
    assert_eq!(members(stage, &table.live, "in_first").await.len(), 71 + 1);
    // Four more: each group gets one.
    table.brew(720..724).await;
    let added: Vec<AddedTo> = (1..=4).map(|group| AddedTo { group, members: 1 }).collect();
    assert_eq!(table.to_top_up().await, TopUp { members: 4, added, new: vec![] });
    let done = table.top_up().await.unwrap();
    assert_eq!((done.invited, done.new_groups, sizes(&done.community)), (4, 0, vec![161; 4]));
    assert_eq!(table.top_up().await.unwrap().invited, 0, "nobody is invited twice");
    assert_eq!(told_of(stage, "community.topped_up").await.len(), 1);
    assert_eq!(table.get().await.figures.invited, 644);
}

async fn another_size_and_other_numbers_are_shared_out_as_evenly(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(100).await;
    for (size_max, groups) in [(500, vec![100]), (99, vec![50, 50]), (30, vec![25; 4]), (33, vec![25; 4])] {
        assert_eq!(table.preview(size_max).await.unwrap().groups, groups, "{size_max}");
    }
    let made = table.create(coffee(15)).await.unwrap();
    assert_eq!(sizes(&made), [15, 15, 14, 14, 14, 14, 14]);
    // Five have room; the other thirty-five take three new groups.
    table.brew(100..140).await;
    let planned = table.to_top_up().await;
    assert_eq!((planned.members, planned.added.len(), planned.new.as_slice()), (40, 5, &[12, 12, 11][..]));
    let done = table.top_up().await.unwrap();
    assert_eq!((done.invited, done.new_groups), (40, 3));
    assert_eq!(sizes(&done.community), [15, 15, 15, 15, 15, 15, 15, 12, 12, 11]);
    assert_eq!(done.community.groups[9].code, "coffee_10");
    let mut all: Vec<i64> = table.people(None, None).await.into_values().flatten().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 140);
    // Another community of the same segment is another matter.
    let other = NewCommunity { code: "beans".to_owned(), ..coffee(200) };
    assert_eq!(sizes(&table.create(other).await.unwrap()), [140]);
    let listed = communities::list_communities(&stage.app, &TESTER).await.unwrap();
    let told: Vec<(&str, usize)> = listed.iter().map(|one| (one.row.code.as_str(), one.groups_count)).collect();
    assert_eq!(told, [("beans", 1), ("coffee", 10)]);
}

async fn whoever_joined_is_written_down_by_hand_and_taken_back(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(4).await;
    table.create(coffee(2)).await.unwrap();
    assert_eq!(table.set_joined(0, false).await.unwrap(), (1, JoinState::Waiting, false), "nothing to take back");
    for _ in 0..2 {
        assert_eq!(table.set_joined(0, true).await.unwrap(), (1, JoinState::In, true));
    }
    assert_eq!(told_of(stage, "community.join_noted").await.len(), 1, "once");
    // It is a fact of theirs, of which rules can ask.
    let group = "\"group\" is \"coffee_1\"";
    let joined_rule = format!(
        "did event \"Community Joined\"[{group}] and never event \"Community Join Undone\"[{group}] \
         after last event \"Community Joined\"[{group}]"
    );
    segment(stage, "joined", &joined_rule).await;
    follow(&stage.app, &table.live).await.unwrap();
    let first = i64::from(named(stage, &user(0)).await.0);
    assert!(members(stage, &table.live, "joined").await.contains(&first));
    assert_eq!(table.set_joined(0, false).await.unwrap(), (1, JoinState::Waiting, false));
    assert!(!members(stage, &table.live, "joined").await.contains(&first));
    assert_eq!(figures(table.get().await.figures), (4, 0, 0, Some(0)));
    assert_eq!(table.set_joined(0, true).await.unwrap(), (1, JoinState::In, true), "and again");
    pipeline::hand_over(&stage.app).await.unwrap();
    let who = CustomerNumber(u32::try_from(first).unwrap());
    let (facts, _) = customers::customer_timeline(&stage.app, &TESTER, who, None, None, 20).await.unwrap();
    let names: Vec<String> =
        facts.into_iter().filter_map(|one| one.fact.tracked?.name).filter(|name| name.starts_with("Comm")).collect();
    assert_eq!(names, ["Community Joined", "Community Join Undone", "Community Joined"]);
    // What a touch-point told stays, whatever was written down of it.
    table.tell(&[joined(0, "coffee_1"), joined(1, "coffee_1")]).await;
    assert_eq!(table.set_joined(0, false).await.unwrap(), (1, JoinState::In, false));
    let refused = table.set_joined(1, false).await;
    assert!(matches!(refused, Err(CommunityError::Told)), "{refused:?}");
    // Left and written down again.
    table.tell(&[left(1, "coffee_1")]).await;
    assert_eq!(figures(table.get().await.figures), (4, 2, 1, Some(5_000)));
    assert_eq!(table.set_joined(1, true).await.unwrap(), (1, JoinState::In, true));
    assert_eq!(table.set_joined(1, false).await.unwrap(), (1, JoinState::Left, false));
    // Who was not invited, who may not, and into an archived one.
    table.tell(&[event(9, "Seen", &json!({}))]).await;
    let refused = table.set_joined(9, true).await;
    assert!(matches!(refused, Err(CommunityError::NotInvited)), "{refused:?}");
    let analyst =
        Actor::User { id: "usr_1".to_owned(), name: "ann".to_owned(), role: Role::Analyst, scope: Scope::Everyone };
    let refused = communities::set_joined(&stage.app, &analyst, "coffee", who, true).await;
    assert!(matches!(refused, Err(CommunityError::Forbidden(_))));
    let change = CommunityChange { name: "手冲咖啡".to_owned(), is_archived: true };
    communities::update_community(&stage.app, &TESTER, "coffee", 1, change).await.unwrap();
    assert!(matches!(table.set_joined(2, true).await, Err(CommunityError::Archived)));
    table.tell(&[joined(2, "coffee_2")]).await;
    assert_eq!(figures(table.get().await.figures), (4, 3, 2, Some(7_500)), "what is told is noted still");
}

async fn a_group_is_named_by_the_code_that_somebody_wrote(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(4).await;
    table.create(coffee(2)).await.unwrap();
    let new = |email: &str, role: Role| NewUser {
        email: format!("{email}@example.com"),
        name: email.to_owned(),
        role: role.code().to_owned(),
    };
    let mut users = Vec::new();
    for (name, role) in [("li", Role::Clerk), ("ann", Role::Analyst)] {
        users.push(create_user(&stage.app, &TESTER, new(name, role), &Once::unkeyed()).await.unwrap().0.id);
    }
    let change = |code: &str, owner: Option<&String>| GroupChange {
        code: code.to_owned(),
        link: Some("https://work.weixin.qq.com/gm/1".to_owned()),
        owner: owner.cloned(),
    };
    let put = |number: i64, version: i64, change: GroupChange| {
        communities::update_group(&stage.app, &TESTER, "coffee", number, version, change)
    };
    let changed = put(1, 1, change("wrOgQhDgAA", Some(&users[0]))).await.unwrap();
    let group = &changed.groups[0];
    assert_eq!((group.code.as_str(), group.version), ("wrOgQhDgAA", 2));
    assert_eq!(group.owner.as_ref().unwrap().name, "li");
    assert_eq!(changed.candidates.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["li"]);
    assert_eq!(put(1, 2, change("wrOgQhDgAA", Some(&users[0]))).await.unwrap().groups[0].version, 2, "nothing changed");
    assert!(matches!(put(1, 1, change("x", None)).await, Err(CommunityError::Changed)));
    assert!(matches!(put(2, 1, change("wrOgQhDgAA", None)).await, Err(CommunityError::GroupTaken)));
    assert!(matches!(put(3, 1, change("x", None)).await, Err(CommunityError::NoGroup)));
    assert_eq!(invalid(put(2, 1, change("x", Some(&users[1]))).await.unwrap_err()), "owner");
    assert_eq!(invalid(put(2, 1, change("a b", None)).await.unwrap_err()), "code");
    let detail = &told_of(stage, "community.group_updated").await[0];
    assert_eq!(detail["code"], json!({ "from": "coffee_1", "to": "wrOgQhDgAA" }));
    // From now on by that code alone; what was told stays when it changes again.
    table.tell(&[joined(0, "wrOgQhDgAA"), joined(1, "coffee_1")]).await;
    assert_eq!(table.get().await.figures.joined, 1);
    put(1, 2, change("another", None)).await.unwrap();
    assert_eq!(table.get().await.figures.joined, 1);
    table.tell(&[left(0, "another")]).await;
    assert_eq!(table.get().await.figures.joined_now, 0);
    // A code that somebody wrote is not given again.
    put(1, 3, change("beans_1", None)).await.unwrap();
    let refused = table.create(NewCommunity { code: "beans".to_owned(), ..coffee(200) }).await;
    assert!(matches!(refused, Err(CommunityError::GroupTaken)), "{refused:?}");
    assert_eq!(communities::list_communities(&stage.app, &TESTER).await.unwrap().len(), 1, "nothing is half made");
}

async fn invitations_stay_through_merging_and_parting_and_no_group_gets_too_large(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(4).await;
    table.create(coffee(2)).await.unwrap();
    // A stranger who joined the second group turns out to be the first of the first.
    table.tell(&[joined(9, "coffee_1"), joined(2, "coffee_2")]).await;
    assert_eq!(figures(table.get().await.figures), (4, 1, 1, Some(2_500)));
    let merge = async |one: usize, other: usize| {
        let request =
            MergeRequest { one: named(stage, &user(one)).await, other: named(stage, &user(other)).await, keep: None };
        identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap().id
    };
    let of_stranger = merge(0, 9).await;
    assert_eq!(figures(table.get().await.figures), (4, 2, 2, Some(5_000)));
    identity::unmerge(&stage.app, &TESTER, &of_stranger, &Once::unkeyed()).await.unwrap();
    assert_eq!(figures(table.get().await.figures), (4, 1, 1, Some(2_500)));
    // Two who were invited become one: the first invitation counts, and both their joins.
    let apart = table.people(None, None).await;
    let merged = merge(1, 2).await;
    let now = table.get().await;
    assert_eq!((sizes(&now), figures(now.figures)), (vec![2, 1], (3, 1, 1, Some(3_333))));
    assert_eq!(figures(now.groups[0].figures), (2, 1, 1, Some(5_000)), "they joined the other group");
    // While they are one, their second invitation holds its place: parting them makes no group too large.
    table.brew(4..5).await;
    follow(&stage.app, &table.live).await.unwrap();
    assert_eq!(table.to_top_up().await, TopUp { members: 1, added: vec![], new: vec![1] });
    table.top_up().await.unwrap();
    // What is written down while they are one is of the profile that has the strongest identifier, and taken back where it is.
    assert_eq!(table.set_joined(1, true).await.unwrap(), (1, JoinState::In, false), "they are in already");
    table.tell(&[left(2, "coffee_2")]).await;
    assert_eq!(table.set_joined(2, true).await.unwrap(), (1, JoinState::In, true), "by either name");
    assert_eq!(table.set_joined(1, false).await.unwrap(), (1, JoinState::Left, false));
    identity::unmerge(&stage.app, &TESTER, &merged, &Once::unkeyed()).await.unwrap();
    let people = table.people(None, None).await;
    assert_eq!((&people[&1], &people[&2], people[&3].len()), (&apart[&1], &apart[&2], 1));
    let now = table.get().await;
    assert_eq!((sizes(&now), figures(now.figures)), (vec![2, 2, 1], (5, 1, 0, Some(2_000))));
    follow(&stage.app, &table.live).await.unwrap();
    assert_eq!(table.top_up().await.unwrap().invited, 0);
    // Who was merged into somebody who was not invited brings their invitation with them.
    table.tell(&[event(20, "Seen", &json!({}))]).await;
    let of_other = merge(20, 3).await;
    follow(&stage.app, &table.live).await.unwrap();
    assert_eq!((table.get().await.figures.invited, table.top_up().await.unwrap().invited), (5, 0));
    identity::unmerge(&stage.app, &TESTER, &of_other, &Once::unkeyed()).await.unwrap();
    assert_eq!(table.people(None, None).await[&2], apart[&2]);
}

async fn whoever_is_erased_was_not_invited_and_a_file_about_somebody_names_their_groups(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(4).await;
    table.create(coffee(2)).await.unwrap();
    table.tell(&[joined(0, "coffee_1"), joined(1, "coffee_1")]).await;
    let who = named(stage, &user(0)).await;
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = export.next_bytes().await.unwrap() {
        bytes.extend(piece);
    }
    let text = String::from_utf8(bytes).unwrap();
    for record in ["community_invitation", "community_join"] {
        let line = text.lines().find(|line| line.contains(&format!("\"{record}\""))).unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line.to_string().contains("\"community\":\"coffee\""), "{line}");
    }
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 7").await.unwrap();
    let removed = |place: &str| erasure.removed.get(place).copied();
    assert_eq!((removed("community_invitations"), removed("community_joins")), (Some(1), Some(1)));
    let now = table.get().await;
    assert_eq!((sizes(&now), figures(now.figures)), (vec![1, 2], (3, 1, 1, Some(3_333))));
    assert!(matches!(
        communities::set_joined(&stage.app, &TESTER, "coffee", who, true).await,
        Err(CommunityError::NotInvited)
    ));
    // The place is free.
    table.brew(4..5).await;
    assert_eq!(table.to_top_up().await.added, [AddedTo { group: 1, members: 1 }]);
}

async fn only_who_agreed_to_the_purpose_is_invited_and_stands_in_the_file(stage: &Stage) {
    let mut table = Table::open(stage);
    let consent = |who: usize, event_name: &str| event(who, event_name, &json!({ "purpose": "marketing" }));
    let mut told: Vec<Value> = (0..5)
        .map(|who| {
            json!({ "type": "identify", "userId": user(who),
        "traits": { "phone": format!("1380000111{who}") } })
        })
        .collect();
    told.extend((0..4).map(|who| consent(who, "Consent Given")));
    table.tell(&told).await;
    table.lovers(5).await;
    let purpose = Some("marketing");
    let preview =
        communities::preview_community(&stage.app, &table.live, &TESTER, "pour_over", 2, purpose).await.unwrap();
    assert_eq!((preview.members, preview.without_consent, preview.groups), (4, 1, vec![2, 2]));
    let made = table.create(NewCommunity { purpose: purpose.map(str::to_owned), ..coffee(2) }).await.unwrap();
    assert_eq!(sizes(&made), [2, 2]);
    assert_eq!((table.to_top_up().await.members, table.top_up().await.unwrap().invited), (0, 0));
    // A file is what somebody sends by: who withdrew is left out of it, and stays invited.
    table.tell(&[consent(3, "Consent Revoked"), joined(0, "coffee_1")]).await;
    assert_eq!(table.get().await.figures.invited, 4);
    let all = table.file(InvitedQuery::default(), false).await;
    assert_eq!(all[0], "group,group_code,link,id,customer_id,phones,invited_at,state,joined_at");
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all[1].starts_with("1,coffee_1,,cus_") && all[1].contains("+8613800001110,") && all[1].contains(",in,"));
    assert!(!all.iter().any(|line| line.contains("0000 1113") || line.contains("00001113")));
    let detail = &told_of(stage, "community.exported").await[0];
    assert_eq!(
        (&detail["customers"], &detail["left_out"], &detail["naming"]),
        (&json!(3), &json!(1), &json!("phones"))
    );
    let second = InvitedQuery { group: Some(2), wanted: Wanted::parse("waiting") };
    let masked = table.file(second, true).await;
    assert_eq!(masked.len(), 2);
    assert!(masked[1].starts_with("2,coffee_2,") && masked[1].contains("+86138****1112"), "{masked:?}");
    let detail = &told_of(stage, "community.exported").await[0];
    assert_eq!(
        (&detail["group"], &detail["state"], &detail["naming"]),
        (&json!(2), &json!("waiting"), &json!("masked"))
    );
    let clerk =
        Actor::User { id: "usr_1".to_owned(), name: "li".to_owned(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = communities::begin_file(&stage.app, &table.live, &clerk, "coffee", second, false).await;
    assert!(matches!(refused.err(), Some(CommunityError::Forbidden(_))));
    assert!(communities::begin_file(&stage.app, &table.live, &clerk, "coffee", second, true).await.is_ok());
    let refused = communities::preview_community(&stage.app, &table.live, &TESTER, "pour_over", 2, Some("none")).await;
    assert!(matches!(refused, Err(CommunityError::Segment(SegmentError::Invalid(_)))), "{refused:?}");
}

async fn what_cannot_be_is_refused_and_two_at_once_invite_nobody_twice(stage: &Stage) {
    let mut table = Table::open(stage);
    table.lovers(6).await;
    for (new, fields) in [
        (NewCommunity { code: "Coffee".to_owned(), ..coffee(200) }, "code"),
        (NewCommunity { name: " ".to_owned(), ..coffee(501) }, "name size_max"),
        (coffee(1), "size_max"),
        (NewCommunity { segment: "none".to_owned(), ..coffee(200) }, "segment"),
    ] {
        assert_eq!(invalid(table.create(new).await.unwrap_err()), fields);
    }
    assert_eq!(invalid(table.preview(501).await.unwrap_err()), "size_max");
    segment(stage, "nobody_yet", "did event \"Coffee Brewed\"[method is \"虹吸\"]").await;
    follow(&stage.app, &table.live).await.unwrap();
    let empty = NewCommunity { segment: "nobody_yet".to_owned(), ..coffee(200) };
    assert_eq!(invalid(table.create(empty).await.unwrap_err()), "segment", "nobody is in it");
    let refused =
        communities::preview_community(&stage.app, &table.live, &TESTER, "none", 200, None).await.unwrap_err();
    assert!(matches!(refused, CommunityError::NoSegment), "{refused}");
    // Two who make it at once.
    let both = tokio::join!(table.create(coffee(2)), table.create(coffee(2)));
    let refused: Vec<CommunityError> = [both.0, both.1].into_iter().filter_map(Result::err).collect();
    assert!(matches!(refused.as_slice(), [CommunityError::Taken]), "{refused:?}");
    table.brew(6..10).await;
    let both = tokio::join!(table.top_up(), table.top_up());
    assert_eq!(both.0.unwrap().invited + both.1.unwrap().invited, 4);
    assert_eq!(sizes(&table.get().await), [2; 5]);
    // Renamed, archived, restored.
    let change = |name: &str, is_archived| CommunityChange { name: name.to_owned(), is_archived };
    let put = |version, change| communities::update_community(&stage.app, &TESTER, "coffee", version, change);
    assert_eq!(put(1, change("手冲咖啡", false)).await.unwrap().row.version, 1, "nothing is different");
    assert_eq!(put(1, change("Coffee", false)).await.unwrap().row.version, 2);
    assert!(matches!(put(1, change("Tea", false)).await, Err(CommunityError::Changed)));
    assert_eq!(invalid(put(2, change("", false)).await.unwrap_err()), "name");
    let uses = async || segments::uses_of(&stage.app, &TESTER, "pour_over").await.unwrap().communities;
    assert_eq!(uses().await.len(), 1);
    assert!(put(2, change("Coffee", true)).await.unwrap().row.archived_at.is_some());
    assert_eq!(uses().await, []);
    assert!(matches!(table.top_up().await, Err(CommunityError::Archived)));
    assert!(put(3, change("Coffee", false)).await.unwrap().row.archived_at.is_none());
    assert_eq!(uses().await, [("coffee".to_owned(), "Coffee".to_owned())]);
    for action in ["community.updated", "community.archived", "community.restored"] {
        assert_eq!(told_of(stage, action).await.len(), 1, "{action}");
    }
    // Nobody is in an archived segment.
    segments::set_segment_archived(&stage.app, &TESTER, "pour_over", true).await.unwrap();
    follow(&stage.app, &table.live).await.unwrap();
    assert!(table.get().await.is_segment_archived);
    assert!(matches!(table.top_up().await, Err(CommunityError::SegmentArchived)));
    assert!(matches!(table.preview(200).await, Err(CommunityError::SegmentArchived)));
    let missing = communities::get_community(&stage.app, &TESTER, "tea").await;
    assert!(matches!(missing, Err(CommunityError::NoCommunity)));
}
