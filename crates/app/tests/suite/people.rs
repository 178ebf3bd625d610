//! What stories about people need: messages told as touch-points tell them, and all that is known of a customer.

use crate::stage::{Stage, TESTER};
use perennial_app::customers::{
    self, CustomerActivity, CustomerCounters, IdentityRow, ProfileTrait, TimelineItem, customer_profile,
    customer_timeline,
};
use perennial_app::pipeline::{self, PreparedBlock};
use perennial_app::progress::{ProductProgress, product_progress};
use perennial_app::relations::{Relations, customer_relations};
use perennial_app::tags::TagPeriod;
use perennial_app::topics::{CustomerPicks, customer_picks};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKind};
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_domain::tracking::{Batch, Outcome, Reading};
use serde_json::{Value, json};

/// A touch-point. Its messages are a second apart.
pub struct Teller {
    source: &'static str,
    user_id_type: IdentifierType,
    told: i64,
}

impl Teller {
    pub fn users(source: &'static str) -> Self {
        Self { source, user_id_type: IdentifierType::UserId, told: 0 }
    }

    /// `userId` is a member's number.
    pub fn members(source: &'static str) -> Self {
        Self { user_id_type: IdentifierType::MemberNo, ..Self::users(source) }
    }

    /// What somebody bought; `who` beginning with a d is a device, else a user.
    pub fn order(&self, who: &str, order_no: &str, minor: i64) -> Value {
        self.with_money("Order Completed", who, order_no, minor)
    }

    pub fn refund(&self, who: &str, order_no: &str, minor: i64) -> Value {
        self.with_money("Order Refunded", who, order_no, minor)
    }

    fn with_money(&self, event: &str, who: &str, order_no: &str, minor: i64) -> Value {
        let field = if who.starts_with('d') { "anonymousId" } else { "userId" };
        let total = format!("{}.{:02}", minor / 100, minor % 100).parse::<f64>().unwrap();
        json!({ "type": "track", "event": event, field: who,
            "properties": { "order_id": order_no, "total": total, "currency": "CNY" } })
    }

    fn read(&mut self, messages: &[Value], clock: Instant) -> Vec<Fact> {
        let mut facts = Vec::new();
        for message in messages {
            self.told += 1;
            let number = self.told;
            let mut new_id = || format!("{clock:?}-{number}");
            let mut reading = Reading {
                source: self.source,
                user_id_type: self.user_id_type,
                currency: Currency::parse("CNY"),
                received_at: Instant(clock.0 + number * MICROS_PER_SECOND),
                new_message_id: &mut new_id,
            };
            let body = json!({ "batch": [message] }).to_string();
            match Batch::parse(&body).unwrap().read(&mut reading).remove(0) {
                Outcome::Accepted(accepted) => facts.push(accepted.fact),
                Outcome::Refused(refused) => panic!("{message}: {refused:?}"),
            }
        }
        facts
    }

    /// Accepts, applies and hands over.
    pub async fn tell(&mut self, stage: &Stage, messages: &[Value]) {
        self.apply(stage, messages).await;
        pipeline::hand_over(&stage.app).await.unwrap();
    }

    /// Accepts and applies: history does not have it yet.
    pub async fn apply(&mut self, stage: &Stage, messages: &[Value]) {
        let facts = self.read(messages, stage.app.clock.now());
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: self.source.to_owned(),
            import_id: None,
            currency: Currency::parse("CNY").unwrap(),
            facts,
            rows: vec![],
        };
        let prepared = PreparedBlock::new(format!("{}:{}", self.source, self.told), block).unwrap();
        let mut tx = stage.app.store.write().await.unwrap();
        assert!(pipeline::accept(&mut tx, &prepared, stage.app.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        pipeline::apply_all(&stage.app).await.unwrap();
    }
}

/// Who has this identifier.
pub async fn named(stage: &Stage, identifier: &str) -> CustomerNumber {
    customers::find_customer(&stage.app, &TESTER, identifier)
        .await
        .unwrap_or_else(|error| panic!("{identifier}: {error}"))
}

/// All that is known of a customer, but for its value.
#[derive(Debug, PartialEq)]
pub struct Snapshot {
    counters: CustomerCounters,
    identities: Vec<IdentityRow>,
    traits: Vec<ProfileTrait>,
    activity: Option<CustomerActivity>,
    tags: Vec<TagPeriod>,
    timeline: Vec<(String, Instant, Option<i64>)>,
    progress: Vec<ProductProgress>,
    relations: Relations,
    picks: CustomerPicks,
}

impl Snapshot {
    pub fn number(&self) -> CustomerNumber {
        CustomerNumber(u32::try_from(self.counters.number).unwrap())
    }

    pub fn counters(self) -> CustomerCounters {
        self.counters
    }

    pub fn net_minor(&self) -> i64 {
        self.counters.net_minor
    }

    pub fn orders(&self) -> i64 {
        self.counters.orders
    }

    pub fn display_name(&self) -> Option<&str> {
        self.counters.display_name.as_deref()
    }

    pub fn identities(&self) -> &[IdentityRow] {
        &self.identities
    }

    pub fn events(&self) -> i64 {
        self.activity.map_or(0, |activity| activity.events)
    }

    pub fn tags(&self) -> &[TagPeriod] {
        &self.tags
    }

    pub fn timeline(&self) -> &[(String, Instant, Option<i64>)] {
        &self.timeline
    }
}

pub async fn snapshot(stage: &Stage, number: CustomerNumber) -> Snapshot {
    let profile = customer_profile(&stage.app, &TESTER, number).await.unwrap();
    let (facts, _) = customer_timeline(&stage.app, &TESTER, number, None, None, 200).await.unwrap();
    Snapshot {
        progress: product_progress(&stage.app, &TESTER, &number.public_id(), None).await.unwrap().products,
        relations: customer_relations(&stage.app, &TESTER, number, 9, 100).await.unwrap(),
        picks: customer_picks(&stage.app, &TESTER, number).await.unwrap(),
        counters: profile.item.row.counters,
        identities: profile.identities,
        traits: profile.traits,
        activity: profile.activity,
        tags: profile.tags,
        timeline: facts.into_iter().map(|item| (id_of(&item), item.fact.at, item.fact.amount_minor)).collect(),
    }
}

/// What is done by hand gets an id by chance, and a stage that merges draws more of them.
fn id_of(item: &TimelineItem) -> String {
    match &item.fact.tracked {
        Some(tracked) if item.fact.source == "perennial" => tracked.name.clone().unwrap_or_default(),
        _ => item.id.clone(),
    }
}

pub async fn timeline_kinds(stage: &Stage, number: CustomerNumber) -> Vec<FactKind> {
    // Small pages, so that the profiles' facts are put together across them.
    let (mut kinds, mut cursor) = (Vec::new(), None);
    loop {
        let page = customer_timeline(&stage.app, &TESTER, number, None, cursor.as_deref(), 3).await.unwrap();
        kinds.extend(page.0.iter().map(|item| item.fact.kind));
        cursor = page.1;
        if cursor.is_none() {
            return kinds;
        }
    }
}
