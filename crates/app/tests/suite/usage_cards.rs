//! Usage cards: who is due one, what an answer fills, and the ticket that a low judgement opens.

use crate::over_time::at;
use crate::people::{Teller, named, snapshot};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, create_user};
use perennial_app::consent::{self, Collects, PurposeSettings};
use perennial_app::customers::customer_profile;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::tickets::{self, AssignedTo, Ticket, TicketError, TicketQuery};
use perennial_app::usage_cards::{self, Card, Due, NewAnswer, UsageCardError};
use perennial_app::{audit, jobs, pipeline, privacy, webhooks};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::ticket::TicketState;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_domain::usage_card::{CardSettings, Question};
use perennial_domain::webhook::{EndpointSettings, EventType};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both! {
    c42_a_card_of_four_questions_seven_days_after_delivery_fills_four_fields_and_a_low_rating_opens_a_ticket,
    who_is_due_is_paged_and_ends_with_the_answer_or_with_time,
    each_low_answer_opens_one_ticket_by_the_threshold_of_its_card,
    what_is_answered_by_hand_is_a_fact_with_who_wrote_it_down,
    the_order_of_arrival_plays_no_part,
    a_merged_customer_is_due_once_and_each_profile_has_its_own_again,
    a_ticket_is_closed_once_with_a_note_and_told_to_whoever_listens,
    a_ticket_is_taken_handed_on_given_back_and_opened_again,
    what_a_card_asked_before_is_kept,
    an_erased_person_leaves_no_delivery_answer_or_ticket_and_an_export_has_them,
    a_withdrawn_purpose_takes_the_answers_too,
    cards_that_ask_for_what_is_no_field_are_refused_with_a_reason,
}

pub const FIELDS: [&str; 4] = ["usage_purpose", "usage_method", "usage_scene", "usage_rating"];

pub fn settings(fields: &[&str]) -> CardSettings {
    let question = |field: &&str| Question {
        field: (*field).to_owned(),
        text_zh: format!("问 {field}"),
        text_en: format!("Ask {field}"),
    };
    CardSettings {
        name: "Seven days with it".to_owned(),
        product: None,
        days_after: 7,
        open_days: 30,
        questions: fields.iter().map(question).collect(),
        rating_field: fields.contains(&"usage_rating").then(|| "usage_rating".to_owned()),
        low_rating: 2,
        is_archived: false,
    }
}

pub async fn card(stage: &Stage, code: &str, settings: CardSettings) -> Card {
    usage_cards::put_card(&stage.app, &TESTER, code, None, settings).await.unwrap()
}

fn delivered(user: &str, order: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Delivered",
        "properties": { "order_id": order, "products": [{ "product_id": "P-1", "sku": "TEA" }] } })
}

fn answered(user: &str, card: &str, order: Option<&str>, answers: Value) -> Value {
    json!({ "type": "track", "userId": user, "event": "Usage Card Answered",
        "properties": { "card": card, "order_id": order, "answers": answers } })
}

pub fn rated(user: &str, card: &str, rating: i64) -> Value {
    answered(user, card, None, json!({ "usage_rating": rating }))
}

async fn due(stage: &Stage) -> Vec<Due> {
    usage_cards::due_cards(&stage.app, &TESTER, None, None, 200).await.unwrap().items
}

/// Card and order of all who are due.
async fn due_orders(stage: &Stage) -> Vec<String> {
    let due = due(stage).await.into_iter();
    due.map(|one| format!("{} {}", one.card, one.order_no.unwrap_or_default())).collect()
}

pub async fn all_tickets(stage: &Stage) -> Vec<Ticket> {
    tickets::list_tickets(&stage.app, &TESTER, TicketQuery::default(), None, 200).await.unwrap().0
}

async fn held(stage: &Stage, who: CustomerNumber) -> BTreeMap<String, String> {
    let profile = customer_profile(&stage.app, &TESTER, who).await.unwrap();
    profile.traits.into_iter().map(|one| (one.name, one.now.value)).collect()
}

async fn events(stage: &Stage, who: CustomerNumber) -> Vec<String> {
    pipeline::hand_over(&stage.app).await.unwrap();
    snapshot(stage, who).await.timeline().iter().map(|(name, ..)| name.clone()).collect()
}

fn days(stage: &Stage, days: i64) {
    stage.clock.advance_seconds(days * 86_400);
}

async fn c42_a_card_of_four_questions_seven_days_after_delivery_fills_four_fields_and_a_low_rating_opens_a_ticket(
    stage: &Stage,
) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[delivered("u1", "A-1")]).await;
    let who = named(stage, "u1").await;
    days(stage, 7);
    stage.clock.advance_seconds(-60);
    assert_eq!(due(stage).await, [], "a minute before the seven days are over");
    stage.clock.advance_seconds(61);
    let [one] = &due(stage).await[..] else { panic!() };
    assert_eq!((one.card.as_str(), one.customer, one.order_no.as_deref()), ("seven_days", who, Some("A-1")));
    assert_eq!(
        (one.due_at.0 - one.delivered_at.0, one.open_until.0 - one.due_at.0),
        (7 * MICROS_PER_DAY, 30 * MICROS_PER_DAY)
    );
    let answers = json!({ "usage_purpose": "tea for guests", "usage_method": "three minutes",
        "usage_scene": "at home", "usage_rating": 2 });
    shop.tell(stage, &[answered("u1", "seven_days", Some("A-1"), answers)]).await;
    // Four fields are filled.
    let held = held(stage, who).await;
    let told: Vec<&str> = FIELDS.iter().map(|field| held[*field].as_str()).collect();
    assert_eq!(told, ["tea for guests", "three minutes", "at home", "2"]);
    let answers = usage_cards::customer_answers(&stage.app, &TESTER, who).await.unwrap();
    assert_eq!((answers.len(), answers[0].fields.len()), (1, 4));
    assert_eq!((answers[0].source.as_str(), answers[0].by.as_deref()), ("src_shop", None));
    // A ticket is open.
    let [ticket] = &all_tickets(stage).await[..] else { panic!() };
    assert_eq!((ticket.customer, ticket.state, ticket.closed.as_ref()), (who, TicketState::Open, None));
    assert_eq!(ticket.detail, json!({ "card": "seven_days", "order_no": "A-1" }));
    assert_eq!(due(stage).await, [], "who has answered is not asked again");
    // A good one fills the fields as well, and opens nothing.
    shop.tell(stage, &[delivered("u2", "B-1"), rated("u2", "seven_days", 3)]).await;
    assert_eq!(all_tickets(stage).await.len(), 1);
}

async fn who_is_due_is_paged_and_ends_with_the_answer_or_with_time(stage: &Stage) {
    card(stage, "all", CardSettings { days_after: 3, open_days: 2, ..settings(&FIELDS) }).await;
    card(stage, "tea", CardSettings { product: Some("TEA".into()), days_after: 1, ..settings(&FIELDS[..2]) }).await;
    card(stage, "coffee", CardSettings { product: Some("COFFEE".into()), days_after: 1, ..settings(&FIELDS) }).await;
    let mut shop = Teller::users("src_shop");
    let told: Vec<Value> = (1..=7).map(|number| delivered(&format!("u{number}"), &format!("O-{number}"))).collect();
    shop.tell(stage, &told).await;
    // One without a number, and the same again.
    let bare =
        json!({ "type": "track", "userId": "u8", "event": "Product Delivered", "properties": { "product": "TEA" } });
    shop.tell(stage, &[bare, delivered("u1", "O-1")]).await;
    assert_eq!(due(stage).await.len(), 0);
    days(stage, 2);
    assert_eq!(due_orders(stage).await.len(), 8, "of tea only");
    days(stage, 2);
    let all = due_orders(stage).await;
    assert_eq!((all.len(), all[0].as_str(), all[7].as_str(), all[15].as_str()), (16, "all O-1", "all ", "tea "));
    for limit in [1, 3, 16] {
        let (mut walked, mut after): (Vec<Due>, Option<String>) = (Vec::new(), None);
        loop {
            let page = usage_cards::due_cards(&stage.app, &TESTER, None, after.as_deref(), limit).await.unwrap();
            assert!(page.items.len() <= limit);
            walked.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(walked, due(stage).await, "{limit}");
    }
    let tea = usage_cards::due_cards(&stage.app, &TESTER, Some("tea"), None, 200).await.unwrap();
    assert_eq!(tea.items.len(), 8);
    let unknown = usage_cards::due_cards(&stage.app, &TESTER, Some("milk"), None, 200).await;
    assert!(matches!(unknown, Err(UsageCardError::NoCard)));
    let wrong = usage_cards::due_cards(&stage.app, &TESTER, None, Some("x"), 200).await;
    assert!(matches!(wrong, Err(UsageCardError::CursorMismatch)));
    // By order, of one card; and without an order of all that were before.
    shop.tell(stage, &[answered("u1", "tea", Some("O-1"), json!({ "usage_purpose": "guests" }))]).await;
    shop.tell(stage, &[rated("u2", "all", 5)]).await;
    let left = due_orders(stage).await;
    assert_eq!(left.len(), 14);
    assert!(!left.contains(&"tea O-1".to_owned()) && left.contains(&"all O-1".to_owned()));
    assert!(!left.contains(&"all O-2".to_owned()) && left.contains(&"tea O-2".to_owned()));
    // Somebody who sees nobody is told of nobody.
    let blind = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Nobody };
    assert_eq!(usage_cards::due_cards(&stage.app, &blind, None, None, 200).await.unwrap().items, []);
    // The card of three days is asked for two, and an archived one not at all.
    days(stage, 2);
    assert_eq!(due_orders(stage).await.len(), 7, "tea only");
    let archived = CardSettings { is_archived: true, ..settings(&FIELDS[..2]) };
    usage_cards::put_card(&stage.app, &TESTER, "tea", Some(1), archived).await.unwrap();
    assert_eq!(due(stage).await, []);
}

async fn each_low_answer_opens_one_ticket_by_the_threshold_of_its_card(stage: &Stage) {
    card(stage, "usual", settings(&FIELDS)).await;
    card(stage, "strict", CardSettings { low_rating: 4, ..settings(&FIELDS) }).await;
    card(stage, "no_rating", settings(&FIELDS[..3])).await;
    let mut shop = Teller::users("src_shop");
    let cases = [
        ("usual", json!({ "usage_rating": 0 }), true),
        ("usual", json!({ "usage_rating": "2.0" }), true),
        ("usual", json!({ "usage_rating": 3 }), false),
        ("usual", json!({ "usage_rating": "bad" }), false),
        ("usual", json!({ "usage_purpose": "1" }), false),
        ("strict", json!({ "usage_rating": 4 }), true),
        ("strict", json!({ "usage_rating": 5 }), false),
        ("no_rating", json!({ "usage_rating": 1 }), false),
        ("unknown", json!({ "usage_rating": 1 }), false),
    ];
    let mut opened = 0;
    for (card, answers, is_low) in cases {
        shop.tell(stage, &[answered("u1", card, None, answers.clone())]).await;
        opened += usize::from(is_low);
        assert_eq!(all_tickets(stage).await.len(), opened, "{card} {answers}");
    }
    let who = named(stage, "u1").await;
    assert_eq!(usage_cards::customer_answers(&stage.app, &TESTER, who).await.unwrap().len(), 9);
    // Several at once, in one message to the store.
    let many: Vec<Value> = (0..20).map(|number| rated(&format!("v{number}"), "usual", number % 5)).collect();
    shop.tell(stage, &many).await;
    assert_eq!(all_tickets(stage).await.len(), opened + 12);
    pipeline::apply_all(&stage.app).await.unwrap();
    assert_eq!(all_tickets(stage).await.len(), opened + 12);
}

async fn what_is_answered_by_hand_is_a_fact_with_who_wrote_it_down(stage: &Stage) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[delivered("u1", "A-1")]).await;
    days(stage, 8);
    let who = named(stage, "u1").await;
    let before = snapshot(stage, who).await.events();
    let li = Actor::User { id: "usr_1".into(), name: "Li".into(), role: Role::Clerk, scope: Scope::Everyone };
    let answers = |told: &[(&str, &str)]| NewAnswer {
        card: "seven_days".to_owned(),
        order_no: Some("A-1".to_owned()),
        answers: told.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        surface: Some("phone".to_owned()),
    };
    let write = async |actor: &Actor, new: &NewAnswer| {
        usage_cards::record_answer(&stage.app, actor, who, new, &Once::unkeyed()).await
    };
    let full = answers(&[("usage_scene", " at work "), ("usage_rating", "1")]);
    let wrong = write(&li, &answers(&[("usage_rating", "one"), ("usage_scene", "x")])).await;
    let Err(UsageCardError::Answers(wrong)) = wrong else { panic!("{wrong:?}") };
    assert_eq!(wrong, [("usage_rating".to_owned(), "a whole number".to_owned())]);
    assert!(matches!(write(&li, &answers(&[("city", "York")])).await, Err(UsageCardError::Answers(_))));
    assert!(matches!(write(&li, &answers(&[])).await, Err(UsageCardError::Invalid(_))));
    let no_card = NewAnswer { card: "none".into(), ..full.clone() };
    assert!(matches!(write(&li, &no_card).await, Err(UsageCardError::Invalid(_))));
    let no_order = NewAnswer { order_no: Some(" ".into()), ..full.clone() };
    assert!(matches!(write(&li, &no_order).await, Err(UsageCardError::Invalid(_))));
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    assert!(matches!(write(&analyst, &full).await, Err(UsageCardError::Forbidden(_))));
    let blind = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Nobody };
    assert!(matches!(write(&blind, &full).await, Err(UsageCardError::NoCustomer)));
    assert_eq!((due(stage).await.len(), all_tickets(stage).await.len()), (1, 0), "nothing of this was written");

    let written = write(&li, &full).await.unwrap();
    assert_eq!((written.by.as_deref(), written.source.as_str()), (Some("Li"), "perennial"));
    assert_eq!(usage_cards::customer_answers(&stage.app, &TESTER, who).await.unwrap(), [written]);
    assert_eq!(held(stage, who).await["usage_scene"], "at work");
    assert_eq!((due(stage).await.len(), all_tickets(stage).await.len()), (0, 1));
    let told = events(stage, who).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&"Usage Card Answered".to_owned()), "{told:?}");
    assert_eq!(snapshot(stage, who).await.events(), before, "nothing that a touch-point saw");
    let information = customer_profile(&stage.app, &TESTER, who).await.unwrap().information;
    let scene =
        information.classes.iter().flat_map(|class| &class.fields).find(|one| one.settings.name == "usage_scene");
    let said = scene.unwrap().said.clone().unwrap();
    assert_eq!((said.by.map(|by| by.name), said.surface.as_deref()), (Some("Li".to_owned()), Some("phone")));
    let entries = audit::list(&stage.app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!(entries[0].action, "customer.usage_answered");
    assert!(!serde_json::to_string(&entries[0].detail).unwrap().contains("work"), "an answer is about a person");
}

async fn the_order_of_arrival_plays_no_part(stage: &Stage) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    let now = stage.app.clock.now();
    let ago = |days: i64| Instant(now.0 - days * MICROS_PER_DAY);
    // The answer is there before its delivery, which is told twice, the later one first.
    shop.tell(stage, &[at(stage, ago(1), rated("u1", "seven_days", 5))]).await;
    shop.tell(stage, &[at(stage, ago(8), delivered("u1", "A-1")), at(stage, ago(20), delivered("u1", "A-1"))]).await;
    // One that was delivered after the answer, and is due all the same.
    shop.tell(stage, &[at(stage, ago(9), delivered("u2", "B-1")), at(stage, ago(10), rated("u2", "seven_days", 5))])
        .await;
    let [one] = &due(stage).await[..] else { panic!() };
    // Messages of a teller are a second apart.
    let late_seconds = (one.delivered_at.0 - ago(9).0) / MICROS_PER_SECOND;
    assert_eq!((one.order_no.as_deref(), late_seconds), (Some("B-1"), 4));
    shop.tell(stage, &[at(stage, ago(12), delivered("u2", "B-1"))]).await;
    assert_eq!(due(stage).await, [], "it was delivered before the answer");
}

async fn a_merged_customer_is_due_once_and_each_profile_has_its_own_again(stage: &Stage) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[delivered("u1", "A-1"), delivered("u2", "B-1")]).await;
    days(stage, 8);
    let (one, other) = (named(stage, "u1").await, named(stage, "u2").await);
    shop.tell(stage, &[rated("u2", "seven_days", 1)]).await;
    assert_eq!(due_orders(stage).await, ["seven_days A-1"]);
    let request = MergeRequest { one, other, keep: Some(one) };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    assert_eq!(due_orders(stage).await, Vec::<String>::new(), "they are one, and have answered");
    assert_eq!(all_tickets(stage).await[0].customer, one);
    assert_eq!(usage_cards::customer_answers(&stage.app, &TESTER, other).await.unwrap().len(), 1);
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(due_orders(stage).await, ["seven_days A-1"]);
    assert_eq!(all_tickets(stage).await[0].customer, other);
    assert_eq!(usage_cards::customer_answers(&stage.app, &TESTER, one).await.unwrap().len(), 0);
}

async fn a_ticket_is_closed_once_with_a_note_and_told_to_whoever_listens(stage: &Stage) {
    let endpoint = EndpointSettings {
        url: "https://93.184.216.34/hooks".to_owned(),
        description: "service desk".to_owned(),
        event_types: vec![EventType::TicketOpened, EventType::TicketClosed],
        with_imports: false,
    };
    let made = webhooks::create_endpoint(&stage.app, &TESTER, endpoint, true, &Once::unkeyed()).await.unwrap();
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[rated("u1", "seven_days", 1), rated("u2", "seven_days", 2)]).await;
    let open = all_tickets(stage).await;
    let service = Actor::User { id: "usr_1".into(), name: "Su".into(), role: Role::Service, scope: Scope::Everyone };
    for note in ["", "  ", &"x".repeat(1_001)] {
        let refused = tickets::close_ticket(&stage.app, &service, &open[0].id, note).await;
        assert!(matches!(refused, Err(TicketError::Invalid(_))));
    }
    stage.clock.advance_seconds(60);
    let closed = tickets::close_ticket(&stage.app, &service, &open[0].id, " sent a new one ").await.unwrap();
    let closing = closed.closed.clone().unwrap();
    let now = stage.app.clock.now();
    assert_eq!((closing.by.as_str(), closing.note.as_str(), closing.at), ("Su", "sent a new one", now));
    assert_eq!(tickets::ticket(&stage.app, &service, &open[0].id).await.unwrap(), closed);
    let again = tickets::close_ticket(&stage.app, &service, &open[0].id, "again").await;
    assert!(matches!(again, Err(TicketError::Closed)));
    let states = |tickets: Vec<Ticket>| tickets.into_iter().map(|one| one.id).collect::<Vec<_>>();
    let of = async |state| {
        let query = TicketQuery { state: Some(state), ..TicketQuery::default() };
        states(tickets::list_tickets(&stage.app, &TESTER, query, None, 50).await.unwrap().0)
    };
    assert_eq!(of(TicketState::Open).await, [open[1].id.clone()]);
    assert_eq!(of(TicketState::Closed).await, [open[0].id.clone()]);
    let query = TicketQuery { customer: Some(closed.customer), ..TicketQuery::default() };
    let own = tickets::list_tickets(&stage.app, &TESTER, query, None, 50).await.unwrap().0;
    assert_eq!(states(own), [open[0].id.clone()]);
    assert_eq!(events(stage, closed.customer).await[0], "Ticket Closed");
    let entries = audit::list(&stage.app, &TESTER, None, 1).await.unwrap().0;
    assert_eq!((entries[0].action.as_str(), entries[0].actor_name.as_str()), ("ticket.closed", "Su"));
    assert!(!serde_json::to_string(&entries[0].detail).unwrap().contains("new one"), "a note is about a person");
    // Who does not see the customer finds no ticket, and an analyst closes none.
    let blind = Actor::User { id: "u".into(), name: "n".into(), role: Role::Service, scope: Scope::Nobody };
    assert_eq!(tickets::list_tickets(&stage.app, &blind, TicketQuery::default(), None, 50).await.unwrap().0, []);
    assert!(matches!(tickets::ticket(&stage.app, &blind, &open[1].id).await, Err(TicketError::NoTicket)));
    let refused = tickets::close_ticket(&stage.app, &blind, &open[1].id, "x").await;
    assert!(matches!(refused, Err(TicketError::NoTicket)));
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    let refused = tickets::close_ticket(&stage.app, &analyst, &open[1].id, "x").await;
    assert!(matches!(refused, Err(TicketError::Forbidden(_))));
    let told = webhooks::deliveries(&stage.app, &TESTER, &made.endpoint.id, None, None, 50).await.unwrap();
    let types: Vec<&str> = told.0.iter().map(|one| one.event_type.as_str()).collect();
    assert_eq!(types, ["ticket.closed", "ticket.opened", "ticket.opened"]);
}

async fn a_ticket_is_taken_handed_on_given_back_and_opened_again(stage: &Stage) {
    let app = &stage.app;
    let endpoint = EndpointSettings {
        url: "https://93.184.216.34/hooks".to_owned(),
        description: "service desk".to_owned(),
        event_types: vec![EventType::TicketReopened],
        with_imports: false,
    };
    let hook = webhooks::create_endpoint(app, &TESTER, endpoint, true, &Once::unkeyed()).await.unwrap();
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[rated("u1", "seven_days", 1), rated("u2", "seven_days", 2)]).await;
    let id = all_tickets(stage).await[0].id.clone();
    let mut users = BTreeMap::new();
    for (name, role) in [
        ("Su", Role::Service),
        ("Wu", Role::Service),
        ("Ana", Role::Analyst),
        ("Li", Role::Clerk),
        ("Op", Role::Operator),
    ] {
        let new = NewUser {
            email: format!("{}@example.com", name.to_lowercase()),
            name: name.into(),
            role: role.code().into(),
        };
        users.insert(name, create_user(app, &TESTER, new, &Once::unkeyed()).await.unwrap().0.id);
    }
    // Who may: not an analyst, who writes nothing down, and not a clerk who sees nobody.
    let may = tickets::assignees(app, &TESTER, &id).await.unwrap();
    assert_eq!(may.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Op", "Su", "Wu"]);
    for wrong in [&users["Ana"], &users["Li"], &"usr_none".to_owned(), &String::new()] {
        let refused = tickets::assign_ticket(app, &TESTER, &id, 1, Some(wrong)).await;
        assert!(matches!(refused, Err(TicketError::Invalid(_))), "{refused:?}");
    }
    let su = Actor::User { id: users["Su"].clone(), name: "Su".into(), role: Role::Service, scope: Scope::Everyone };
    let taken = tickets::assign_ticket(app, &su, &id, 1, Some(&users["Su"])).await.unwrap();
    let assigned = taken.assigned.clone().unwrap();
    assert_eq!((assigned.name.as_str(), assigned.user_id.as_str(), taken.version), ("Su", users["Su"].as_str(), 2));
    // Of two who take it at the same time one is told.
    let late = tickets::assign_ticket(app, &TESTER, &id, 1, Some(&users["Wu"])).await;
    assert!(matches!(late, Err(TicketError::VersionConflict)));
    let with = async |assigned: AssignedTo| -> Vec<String> {
        let query = TicketQuery { assigned: Some(assigned), ..TicketQuery::default() };
        let found = tickets::list_tickets(app, &TESTER, query, None, 50).await.unwrap().0;
        found.into_iter().map(|one| one.id).collect()
    };
    assert_eq!(with(AssignedTo::User(users["Su"].clone())).await, std::slice::from_ref(&id));
    assert_eq!(with(AssignedTo::Nobody).await.len(), 1);
    let handed_on = tickets::assign_ticket(app, &su, &id, 2, Some(&users["Wu"])).await.unwrap();
    assert_eq!(handed_on.assigned.map(|one| one.name).as_deref(), Some("Wu"));
    let back = tickets::assign_ticket(app, &su, &id, 3, None).await.unwrap();
    assert_eq!((back.assigned, back.version), (None, 4));
    tickets::assign_ticket(app, &su, &id, 4, Some(&users["Su"])).await.unwrap();
    // Closed, nobody takes it; opened again it is with the same.
    let open = tickets::reopen_ticket(app, &su, &id, "why").await;
    assert!(matches!(open, Err(TicketError::Open)));
    tickets::close_ticket(app, &su, &id, "sent a new one").await.unwrap();
    let refused = tickets::assign_ticket(app, &su, &id, 6, None).await;
    assert!(matches!(refused, Err(TicketError::Closed)));
    for note in ["", " ", &"x".repeat(1_001)] {
        let refused = tickets::reopen_ticket(app, &su, &id, note).await;
        assert!(matches!(refused, Err(TicketError::Invalid(_))));
    }
    stage.clock.advance_seconds(60);
    let again = tickets::reopen_ticket(app, &su, &id, " it leaks too ").await.unwrap();
    assert_eq!((again.state, again.closed.as_ref()), (TicketState::Open, None));
    assert_eq!((again.reopened_at, again.version), (Some(app.clock.now()), 7));
    assert_eq!(again.assigned.as_ref().map(|one| one.name.as_str()), Some("Su"));
    stage.clock.advance_seconds(60);
    tickets::close_ticket(app, &su, &id, "sent another one").await.unwrap();
    // The timeline has all of it, and the log who did what, without the words.
    let told = events(stage, again.customer).await;
    let of_tickets: Vec<&str> = told.iter().map(String::as_str).filter(|name| name.starts_with("Ticket ")).collect();
    assert_eq!(of_tickets, ["Ticket Closed", "Ticket Reopened", "Ticket Closed"], "{told:?}");
    let entries = audit::list(app, &TESTER, None, 50).await.unwrap().0;
    let actions: Vec<&str> =
        entries.iter().map(|entry| entry.action.as_str()).filter(|action| action.starts_with("ticket.")).collect();
    assert_eq!(actions, [&["ticket.closed", "ticket.reopened", "ticket.closed"][..], &["ticket.assigned"; 4]].concat());
    assert!(
        !serde_json::to_string(&entries.iter().map(|one| &one.detail).collect::<Vec<_>>()).unwrap().contains("leaks")
    );
    let sent = webhooks::deliveries(app, &TESTER, &hook.endpoint.id, None, None, 50).await.unwrap();
    assert_eq!(sent.0.iter().map(|one| one.event_type.as_str()).collect::<Vec<_>>(), ["ticket.reopened"]);
    // Who does not see the customer, or writes nothing down, changes nothing.
    let blind = Actor::User { id: "u".into(), name: "n".into(), role: Role::Service, scope: Scope::Nobody };
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    assert!(matches!(tickets::assign_ticket(app, &blind, &id, 8, None).await, Err(TicketError::NoTicket)));
    assert!(matches!(tickets::reopen_ticket(app, &blind, &id, "x").await, Err(TicketError::NoTicket)));
    assert!(matches!(tickets::assignees(app, &blind, &id).await, Err(TicketError::NoTicket)));
    assert!(matches!(tickets::assign_ticket(app, &analyst, &id, 8, None).await, Err(TicketError::Forbidden(_))));
    assert!(matches!(tickets::reopen_ticket(app, &analyst, &id, "x").await, Err(TicketError::Forbidden(_))));
    assert!(matches!(tickets::assignees(app, &analyst, &id).await, Err(TicketError::Forbidden(_))));
    // Whoever may look after it no more has it no more when it is opened again.
    let disable = "UPDATE users SET status = 'disabled' WHERE name = 'Su'";
    stage.sql(disable, disable).await;
    let again = tickets::reopen_ticket(app, &TESTER, &id, "it leaks still").await.unwrap();
    assert_eq!((again.assigned, again.version), (None, 10));
    let newest: Vec<String> =
        audit::list(app, &TESTER, None, 2).await.unwrap().0.into_iter().map(|one| one.action).collect();
    assert_eq!(newest, ["ticket.reopened", "ticket.assigned"]);
}

async fn what_a_card_asked_before_is_kept(stage: &Stage) {
    let app = &stage.app;
    card(stage, "a", settings(&FIELDS)).await;
    let clerk = Actor::User { id: "u".into(), name: "Li".into(), role: Role::Operator, scope: Scope::Everyone };
    for version in 1..4 {
        stage.clock.advance_seconds(60);
        let changed = CardSettings { name: format!("Name {version}"), ..settings(&FIELDS[..1]) };
        usage_cards::put_card(app, &clerk, "a", Some(version), changed).await.unwrap();
    }
    let (newest, next) = usage_cards::card_versions(app, &clerk, "a", None, 3).await.unwrap();
    let told: Vec<(i64, &str, usize, Option<&str>)> = newest
        .iter()
        .map(|one| (one.version, one.settings.name.as_str(), one.settings.questions.len(), one.changed_by.as_deref()))
        .collect();
    assert_eq!(told, [(4, "Name 3", 1, Some("Li")), (3, "Name 2", 1, Some("Li")), (2, "Name 1", 1, Some("Li"))]);
    assert_eq!((next, newest[0].changed_at), (Some(2), Some(app.clock.now())));
    let (first, next) = usage_cards::card_versions(app, &clerk, "a", next, 3).await.unwrap();
    assert_eq!((first.len(), first[0].version, &first[0].settings, next), (1, 1, &settings(&FIELDS), None));
    let none = usage_cards::card_versions(app, &clerk, "b", None, 3).await;
    assert!(matches!(none, Err(UsageCardError::NoCard)));
}

async fn an_erased_person_leaves_no_delivery_answer_or_ticket_and_an_export_has_them(stage: &Stage) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[delivered("u1", "A-1"), rated("u1", "seven_days", 1), delivered("u2", "B-1")]).await;
    let who = named(stage, "u1").await;
    let ticket = all_tickets(stage).await[0].id.clone();
    tickets::close_ticket(&stage.app, &TESTER, &ticket, "called back").await.unwrap();
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    let mut text = String::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text += std::str::from_utf8(&bytes).unwrap();
    }
    let count = |record: &str| text.matches(&format!("\"record\":\"{record}\"")).count();
    assert_eq!((count("delivery"), count("usage_answer"), count("ticket")), (3, 1, 1), "{text}");
    assert!(text.contains("called back"));
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    let gone = ["deliveries", "usage_answers", "tickets"].map(|place| erasure.removed[place]);
    assert_eq!(gone, [3, 1, 1]);
    assert_eq!(all_tickets(stage).await, []);
    days(stage, 8);
    assert_eq!(due_orders(stage).await, ["seven_days B-1"]);
    shop.tell(stage, &[rated("u1", "seven_days", 1)]).await;
    assert_eq!(all_tickets(stage).await, [], "late answers of the erased are not taken in");
}

async fn a_withdrawn_purpose_takes_the_answers_too(stage: &Stage) {
    card(stage, "seven_days", settings(&FIELDS)).await;
    let purpose = PurposeSettings {
        name: "Surveys".to_owned(),
        collects: Collects { traits: vec!["usage_scene".to_owned(), "usage_rating".to_owned()], ..Collects::default() },
        ..PurposeSettings::default()
    };
    consent::put_purpose(&stage.app, &TESTER, "surveys", None, purpose).await.unwrap();
    let mut shop = Teller::users("src_shop");
    let told = json!({ "usage_scene": "in the bath", "usage_rating": -78901 });
    shop.tell(stage, &[answered("u1", "seven_days", None, told)]).await;
    let who = named(stage, "u1").await;
    assert_eq!(held(stage, who).await["usage_scene"], "in the bath");
    for event in ["Consent Given", "Consent Revoked"] {
        stage.clock.advance_seconds(60);
        let told = json!({ "type": "track", "userId": "u1", "event": event, "properties": { "purpose": "surveys" } });
        shop.tell(stage, &[told]).await;
    }
    jobs::run_until_idle(&stage.app).await.unwrap();
    let left = held(stage, who).await;
    assert_eq!((left.get("usage_scene"), left.get("usage_rating")), (None, None));
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("in the bath") && !text.contains("78901"), "{text}");
    }
}

async fn cards_that_ask_for_what_is_no_field_are_refused_with_a_reason(stage: &Stage) {
    let app = &stage.app;
    let refused = async |code: &str, settings: CardSettings| -> Vec<&'static str> {
        match usage_cards::put_card(app, &TESTER, code, None, settings).await {
            Err(UsageCardError::Invalid(fields)) => fields.into_iter().map(|one| one.field).collect(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused("a", settings(&["no_such_field"])).await, ["questions"]);
    let text = CardSettings { rating_field: Some("usage_scene".into()), ..settings(&FIELDS) };
    assert_eq!(refused("a", text).await, ["rating_field"]);
    assert_eq!(refused("A!", settings(&FIELDS)).await, ["code"]);
    let made = card(stage, "a", settings(&FIELDS)).await;
    assert_eq!((made.version, made.settings.questions.len()), (1, 4));
    let again = usage_cards::put_card(app, &TESTER, "a", None, settings(&FIELDS)).await;
    assert!(matches!(again, Err(UsageCardError::Exists)));
    let changed = CardSettings { name: " Renamed ".into(), ..settings(&FIELDS) };
    let changed = usage_cards::put_card(app, &TESTER, "a", Some(1), changed).await.unwrap();
    assert_eq!((changed.settings.name.as_str(), changed.version), ("Renamed", 2));
    let stale = usage_cards::put_card(app, &TESTER, "a", Some(1), settings(&FIELDS)).await;
    assert!(matches!(stale, Err(UsageCardError::Changed)));
    let none = usage_cards::put_card(app, &TESTER, "b", Some(1), settings(&FIELDS)).await;
    assert!(matches!(none, Err(UsageCardError::NoCard)));
    let clerk = Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = usage_cards::put_card(app, &clerk, "b", None, settings(&FIELDS)).await;
    assert!(matches!(refused, Err(UsageCardError::Forbidden(_))));
    assert_eq!(usage_cards::list_cards(app, &clerk).await.unwrap(), [changed]);
    let entries = audit::list(app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!(entries.iter().filter(|entry| entry.action == "usage_card.changed").count(), 2);
}
