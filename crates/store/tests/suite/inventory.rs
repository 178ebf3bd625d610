//! What there is of each kind of asset: whole customers, within a span, from every table that holds any.

use perennial_domain::inventory::Holding;
use perennial_domain::time::Instant;
use perennial_store::Scope;
use perennial_store::activity::{self, ActivityRow};
use perennial_store::consents::{self, ConsentRow, PurposeRow, TextRow};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::forms::{self, FormRow, Spot, SubmissionRow};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::inventory::{self, AssetPart, Span};
use perennial_store::parts::{self, PartRow};
use perennial_store::tags::{self, StandingRow};
use perennial_store::topics::{self, PickRow, TopicRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::usage_cards::{self, AnswerRow, CardRow, CardSettingsRow};
use perennial_testkit::TestStore;

on_both!(
    nothing_is_nothing,
    profiles_are_known_by_class_and_identities_by_type,
    tags_that_ended_are_none_and_decisions_are_counted_by_purpose,
    contents_are_those_that_can_be_answered_and_who_did,
);

const SPAN: Span = Span { from: Instant(100), through: Instant(200) };

fn held(total: i64, added: i64, covered: i64) -> Holding {
    Holding { total, added: Some(added), covered: Some(covered) }
}

fn part(code: &str, name: Option<&str>, holding: Holding) -> AssetPart {
    AssetPart { code: code.to_owned(), name: name.map(str::to_owned), holding }
}

async fn nothing_is_nothing(store: &TestStore) {
    let mut tx = store.database.read().await.unwrap();
    let none = Holding { total: 0, added: Some(0), covered: None };
    assert_eq!(inventory::profiles(&mut tx, SPAN).await.unwrap(), none);
    let buyers = customers::buyers(&mut tx, &Scope::Everyone).await.unwrap();
    assert_eq!(inventory::classes(&mut tx, buyers).await.unwrap(), [0; 6]);
    assert_eq!(inventory::identities(&mut tx, SPAN).await.unwrap(), (vec![], 0));
    assert_eq!(inventory::tags(&mut tx, SPAN).await.unwrap(), held(0, 0, 0));
    assert_eq!(inventory::with_events(&mut tx, buyers).await.unwrap(), 0);
    assert_eq!(inventory::consents(&mut tx, SPAN).await.unwrap(), (vec![], 0));
    let (contents, answered) = inventory::contents(&mut tx, SPAN).await.unwrap();
    let codes: Vec<&str> = contents.iter().map(|one| one.code.as_str()).collect();
    assert_eq!((codes, answered), (vec!["topics", "forms", "usage_cards", "consent_texts"], 0));
}

/// Customers 1 to 4; 1 is also profile 5.
async fn four_customers(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let customer = |number: i64, at, orders| CustomerCounters { orders, ..CustomerCounters::new(number, at) };
    let rows = [customer(1, 5, 2), customer(2, 100, 0), customer(3, 200, 0), customer(4, 201, 0)];
    customers::upsert(&mut tx, &rows).await.unwrap();
    let profile = |number: i64| PartRow {
        counters: CustomerCounters::new(number, 1),
        customer_number: 1,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[profile(1), profile(5)]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn profiles_are_known_by_class_and_identities_by_type(store: &TestStore) {
    four_customers(store).await;
    let mut tx = store.database.write().await.unwrap();
    let identity = |customer_number: i64, kind: &str, value: &str, first_seen_at| IdentityRow {
        customer_number,
        kind: kind.to_owned(),
        value: value.to_owned(),
        source: "s".to_owned(),
        first_seen_at,
    };
    let rows = [
        identity(1, "phone", "a", 5),
        identity(1, "phone", "b", 150),
        identity(1, "email", "c", 150),
        identity(2, "phone", "d", 100),
        identity(3, "anonymous_id", "e", 99),
    ];
    identity::insert_identities(&mut tx, &rows).await.unwrap();
    let seen = |customer_number| ActivityRow { customer_number, events: 1, first_at: 1, last_at: 1 };
    activity::add(&mut tx, &[seen(1), seen(2)]).await.unwrap();
    let told = |customer_number, name: &str, source: &str| TraitRow {
        customer_number,
        name: name.to_owned(),
        source: source.to_owned(),
        value: "x".to_owned(),
        at: 1,
    };
    let rows = [
        told(1, "city", "a"),
        told(1, "city", "b"),
        told(1, "gender", "a"),
        told(2, "deal_factor", "a"),
        // Somebody who was seen, and somebody who has bought, count once.
        told(2, "traffic_source", "a"),
        told(3, "traffic_source", "a"),
        told(1, "main_wish", "a"),
        told(3, "main_wish", "a"),
        told(3, "usage_scene", "a"),
        told(4, "no_field", "a"),
    ];
    traits::upsert(&mut tx, &rows).await.unwrap();
    let profiles = inventory::profiles(&mut tx, SPAN).await.unwrap();
    assert_eq!(profiles, Holding { total: 4, added: Some(2), covered: None });
    let buyers = customers::buyers(&mut tx, &Scope::Everyone).await.unwrap();
    // Identity, behaviour, consumption, decision, usage, other.
    assert_eq!(inventory::classes(&mut tx, buyers).await.unwrap(), [1, 3, 2, 1, 1, 0]);
    let (kinds, customers) = inventory::identities(&mut tx, SPAN).await.unwrap();
    let expected = [
        part("anonymous_id", None, held(1, 0, 1)),
        part("email", None, held(1, 1, 1)),
        part("phone", None, held(3, 2, 2)),
    ];
    assert_eq!((kinds.as_slice(), customers), (expected.as_slice(), 3));
    assert_eq!(inventory::with_events(&mut tx, buyers).await.unwrap(), 2, "who bought and was seen is one");
}

async fn tags_that_ended_are_none_and_decisions_are_counted_by_purpose(store: &TestStore) {
    four_customers(store).await;
    let mut tx = store.database.write().await.unwrap();
    let tag = |customer_number: i64, tag: &str, since_at, expires_at| StandingRow {
        customer_number,
        tag: tag.to_owned(),
        part_number: customer_number,
        since_at,
        expires_at,
    };
    let rows =
        [tag(1, "a", 1, None), tag(1, "b", 150, Some(201)), tag(2, "a", 150, Some(200)), tag(3, "a", 100, Some(500))];
    tags::add_standing(&mut tx, &rows).await.unwrap();
    assert_eq!(inventory::tags(&mut tx, SPAN).await.unwrap(), held(3, 2, 2));
    let decided = |id: &str, part_number, purpose: &str, at, text: Option<&str>| ConsentRow {
        id: id.to_owned(),
        part_number,
        purpose: purpose.to_owned(),
        channel: String::new(),
        decision: "granted".to_owned(),
        is_explicit: true,
        at,
        recorded_at: 900,
        source: "s".to_owned(),
        text_version: text.map(str::to_owned),
        text_hash: None,
        evidence: "{}".to_owned(),
    };
    let rows = [
        decided("a", 1, "marketing", 5, None),
        decided("b", 5, "marketing", 150, None),
        decided("c", 2, "marketing", 201, None),
        decided("d", 5, "wechat", 100, None),
    ];
    consents::insert(&mut tx, &rows).await.unwrap();
    let purpose = PurposeRow {
        code: "marketing".to_owned(),
        name: "Marketing".to_owned(),
        description: String::new(),
        channels: "[]".to_owned(),
        collects: "{}".to_owned(),
        created_by: "Ada".to_owned(),
        created_at: 1,
        version: 1,
    };
    consents::insert_purpose(&mut tx, &purpose).await.unwrap();
    let (by_purpose, customers) = inventory::consents(&mut tx, SPAN).await.unwrap();
    assert_eq!(customers, 2, "both profiles of a customer are one");
    let expected = [part("marketing", Some("Marketing"), held(3, 1, 2)), part("wechat", None, held(1, 1, 1))];
    assert_eq!(by_purpose, expected);
}

async fn contents_are_those_that_can_be_answered_and_who_did(store: &TestStore) {
    four_customers(store).await;
    let mut tx = store.database.write().await.unwrap();
    let topic = |code: &str, at, is_archived| TopicRow {
        code: code.to_owned(),
        name: code.to_owned(),
        description: String::new(),
        is_archived,
        created_by: "Ada".to_owned(),
        created_at: Instant(at),
        version: 1,
    };
    for row in [topic("a", 1, false), topic("b", 150, false), topic("c", 150, true)] {
        topics::insert(&mut tx, &row).await.unwrap();
    }
    let pick = |id: &str, part_number| PickRow {
        id: id.to_owned(),
        part_number,
        topics: "[\"a\"]".to_owned(),
        at: 1,
        recorded_at: 1,
        source: "s".to_owned(),
    };
    topics::add_picks(&mut tx, &[pick("a", 1), pick("b", 5), pick("c", 2)]).await.unwrap();
    let form = FormRow {
        id: "frm_1".to_owned(),
        slug: "slug".to_owned(),
        created_by: "usr_1".to_owned(),
        created_at: Instant(120),
        archived_at: None,
        version: 1,
        settings: "{}".to_owned(),
        changed_at: Instant(120),
    };
    forms::insert(&mut tx, &form).await.unwrap();
    for (place, part_number) in [Some(3), None].into_iter().enumerate() {
        let row = SubmissionRow {
            form_id: "frm_1".to_owned(),
            id: format!("sub_{place}"),
            version: 1,
            spot: Spot::default(),
            is_code_shown: false,
            at: Instant(1),
            received_at: Instant(1),
            part_number: None,
        };
        let key = [place as u8; 16];
        forms::add_submission(&mut tx, &row, &[1], key).await.unwrap();
        forms::set_person(&mut tx, &key, part_number).await.unwrap();
    }
    let card = CardRow {
        code: "card".to_owned(),
        settings: CardSettingsRow {
            name: "Card".to_owned(),
            product: String::new(),
            days_after: 7,
            open_days: 30,
            questions: "[]".to_owned(),
            rating_field: None,
            low_rating: 2,
            is_archived: false,
        },
        created_by: "Ada".to_owned(),
        created_at: Instant(99),
        version: 1,
    };
    usage_cards::insert(&mut tx, &card).await.unwrap();
    let answer = AnswerRow {
        id: "a".to_owned(),
        part_number: 5,
        card: "card".to_owned(),
        delivery: None,
        fields: "[]".to_owned(),
        at: 1,
        recorded_at: 1,
        source: "s".to_owned(),
        by_name: None,
    };
    usage_cards::add_answers(&mut tx, &[answer]).await.unwrap();
    let purpose = PurposeRow {
        code: "marketing".to_owned(),
        name: "Marketing".to_owned(),
        description: String::new(),
        channels: "[]".to_owned(),
        collects: "{}".to_owned(),
        created_by: "Ada".to_owned(),
        created_at: 1,
        version: 1,
    };
    consents::insert_purpose(&mut tx, &purpose).await.unwrap();
    let text = TextRow {
        purpose: "marketing".to_owned(),
        version: "1".to_owned(),
        locale: "en".to_owned(),
        text: "I agree".to_owned(),
        hash: "h".to_owned(),
        published_by: "Ada".to_owned(),
        published_at: 200,
    };
    consents::insert_text(&mut tx, &text).await.unwrap();
    let (contents, answered) = inventory::contents(&mut tx, SPAN).await.unwrap();
    let expected = [
        part("topics", None, held(2, 1, 2)),
        part("forms", None, held(1, 1, 1)),
        part("usage_cards", None, held(1, 0, 1)),
        part("consent_texts", None, held(1, 1, 0)),
    ];
    assert_eq!((contents.as_slice(), answered), (expected.as_slice(), 3));
}
