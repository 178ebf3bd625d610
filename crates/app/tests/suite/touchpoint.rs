//! A source in a story: sends messages as its SDK would, and waits until they are kept.

use crate::stage::{Stage, TESTER};
use perennial_app::access::idempotency::Once;
use perennial_app::customers;
use perennial_app::sources::{self, Counts};
use perennial_app::tracking::Intake;
use perennial_domain::source::SourceSettings;
use perennial_domain::tracking::{Batch, Reading};
use serde_json::{Value, json};

pub struct TouchPoint {
    pub id: String,
    key: String,
    pub intake: Intake,
}

impl TouchPoint {
    pub async fn new(stage: &Stage, name: &str) -> Self {
        let settings = SourceSettings::named(name);
        let new = sources::create_source(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
        Self { id: new.source.id, key: new.write_key, intake: Intake::start(&stage.app) }
    }

    pub async fn send(&self, stage: &Stage, messages: &[Value]) {
        let source = self.intake.find(&self.key).await.unwrap();
        let text = json!({ "batch": messages }).to_string();
        let mut number = 0;
        let mut new_message_id = || {
            number += 1;
            format!("assigned-{number}")
        };
        let outcomes = Batch::parse(&text).unwrap().read(&mut Reading {
            source: &source.id,
            user_id_type: source.settings.user_id_type,
            currency: source.currency,
            received_at: perennial_domain::time::Clock::now(stage.clock.as_ref()),
            new_message_id: &mut new_message_id,
        });
        self.intake.accept(&source, outcomes, text.len()).await.unwrap();
    }

    pub async fn counts(&self, stage: &Stage) -> Counts {
        sources::get_source(&stage.app, &TESTER, &self.id).await.unwrap().totals
    }
}

/// A track event of a user.
pub fn track(user: &str, message_id: &str, event: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": user, "messageId": message_id, "event": event, "properties": properties })
}

/// Events of a user that were applied.
pub async fn events_of(stage: &Stage, user: &str) -> i64 {
    profile(stage, user).await.and_then(|profile| profile.activity).map_or(0, |activity| activity.events)
}

/// `None` where nobody is known by that name.
pub async fn profile(stage: &Stage, user: &str) -> Option<customers::CustomerProfile> {
    perennial_app::pipeline::apply_all(&stage.app).await.unwrap();
    let number = customers::find_customer(&stage.app, &TESTER, user).await.ok()?;
    Some(customers::customer_profile(&stage.app, &TESTER, number).await.unwrap())
}
