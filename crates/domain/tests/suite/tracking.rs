//! Tracked messages: what is read from what the SDKs send, and what becomes of what nobody should send.

use perennial_domain::fact::{Fact, FactKind, Tracked};
use perennial_domain::identity::IdentifierType;
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::tracking::{
    Accepted, BATCH_EVENTS_MAX, Batch, BodyError, EVENT_BYTES_MAX, MessageKind, Note, Outcome, Reading, Reason,
    Refused, Single,
};
use proptest::prelude::*;

pub const RECEIVED: &str = "2026-11-21T08:00:10Z";

pub fn received() -> Instant {
    Instant::parse_rfc3339(RECEIVED).unwrap()
}

pub fn read_batch(json: &str, currency: Option<&str>) -> Vec<Outcome> {
    let mut assigned = 0;
    let mut new_id = || {
        assigned += 1;
        format!("assigned-{assigned}")
    };
    let mut reading = Reading {
        source: "src_1",
        user_id_type: IdentifierType::UserId,
        currency: currency.and_then(Currency::parse),
        received_at: received(),
        new_message_id: &mut new_id,
    };
    Batch::parse(json).unwrap().read(&mut reading)
}

pub fn accepted(outcome: Outcome) -> Accepted {
    match outcome {
        Outcome::Accepted(accepted) => *accepted,
        Outcome::Refused(refused) => panic!("refused: {refused:?}"),
    }
}

fn refused(outcome: Outcome) -> Refused {
    match outcome {
        Outcome::Refused(refused) => *refused,
        Outcome::Accepted(accepted) => panic!("accepted: {accepted:?}"),
    }
}

/// One message in a batch.
pub fn one(message: &str) -> Outcome {
    read_batch(&format!("{{\"batch\":[{message}]}}"), None).remove(0)
}

fn tracked(fact: &Fact) -> &Tracked {
    fact.tracked.as_deref().unwrap()
}

fn identifiers(fact: &Fact) -> Vec<(&'static str, &str)> {
    fact.identifiers.iter().map(|one| (one.kind.code(), one.value.as_str())).collect()
}

#[test]
fn a_batch_of_every_type_becomes_facts() {
    let json = r#"{"writeKey":"wk_1","sentAt":"2026-11-21T07:00:05Z",
      "context":{"locale":"zh-CN","campaign":{"source":"wechat","medium":"qr","name":"spring"},"library":{"name":"x"}},
      "integrations":{"All":true},
      "batch":[
        {"type":"identify","messageId":"m1","userId":"u1","anonymousId":"a1","timestamp":"2026-11-21T07:00:00Z",
         "traits":{"email":"Ann@Example.com","phone":"138 1234 5678","name":"Ann","plan":"gold"}},
        {"type":"track","messageId":"m2","userId":"u1","event":"Product Viewed","properties":{ "sku":"A", "n":[1,2] },
         "context":{"locale":"en","page":{"url":"https://shop.test/a?b=c","path":"/a"},"traits":{"email":"ann@example.com"}}},
        {"type":"page","messageId":"m3","anonymousId":"a1","name":"Home","channel":"web"},
        {"type":"screen","messageId":"m4","anonymousId":"a1","category":"Cart"},
        {"type":"group","messageId":"m5","userId":"u1","groupId":"g1","traits":{"name":"Acme"}},
        {"type":"alias","messageId":"m6","userId":"u1","previousId":"a9"}
      ]}"#;
    let batch = Batch::parse(json).unwrap();
    assert_eq!((batch.write_key().as_deref(), batch.len(), batch.is_empty()), (Some("wk_1"), 6, false));
    let read: Vec<Accepted> = read_batch(json, None).into_iter().map(accepted).collect();
    let kinds: Vec<FactKind> = read.iter().map(|one| one.fact.kind).collect();
    use FactKind::{Alias, Event, Group, Identify, Page, Screen};
    assert_eq!(kinds, [Identify, Event, Page, Screen, Group, Alias]);

    let identify = &read[0].fact;
    let all = [("user_id", "u1"), ("phone", "+8613812345678"), ("email", "ann@example.com"), ("anonymous_id", "a1")];
    assert_eq!(identifiers(identify), all);
    let traits: Vec<(&str, &str)> = identify.traits.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
    assert_eq!(traits, [("name", "Ann"), ("plan", "gold")]);
    assert_eq!(identify.at.rfc3339(), "2026-11-21T08:00:05Z", "five seconds before it was sent");
    assert_eq!(tracked(identify).received_at, received());
    assert_eq!(tracked(identify).original_at, Instant::parse_rfc3339("2026-11-21T07:00:00Z"));
    assert_eq!(tracked(identify).sent_at, Instant::parse_rfc3339("2026-11-21T07:00:05Z"));

    let view = &read[1].fact;
    assert_eq!(identifiers(view), [all[0], all[2]]);
    assert_eq!(view.at, received(), "no time was said");
    let told = tracked(view);
    assert_eq!(told.name.as_deref(), Some("Product Viewed"));
    assert_eq!(told.properties.as_deref(), Some(r#"{ "sku":"A", "n":[1,2] }"#));
    assert_eq!((told.locale.as_deref(), told.page_path.as_deref()), (Some("en"), Some("/a")));
    assert_eq!(told.page_url.as_deref(), Some("https://shop.test/a?b=c"));
    assert_eq!((told.campaign.source.as_deref(), told.campaign.name.as_deref()), (Some("wechat"), Some("spring")));

    assert_eq!(
        (tracked(&read[2].fact).name.as_deref(), tracked(&read[2].fact).channel.as_deref()),
        (Some("Home"), Some("web"))
    );
    assert_eq!(tracked(&read[3].fact).name.as_deref(), Some("Cart"));
    assert_eq!(tracked(&read[4].fact).properties.as_deref(), Some(r#"{"groupId":"g1","traits":{"name":"Acme"}}"#));
    assert!(read[4].fact.traits.is_empty(), "they are the group's");
    assert_eq!(identifiers(&read[5].fact), [("user_id", "u1"), ("anonymous_id", "a9")]);
    assert!(read.iter().all(|one| !one.is_about_an_order() && one.note.is_none() && one.fact.key == one.message_key));
}

#[test]
fn a_message_is_refused_with_a_reason_and_its_shape() {
    let long = "x".repeat(100);
    let name = "x".repeat(501);
    let id = "x".repeat(201);
    let cases = [
        (r#"{"type":"track","event":"A"}"#.to_owned(), Reason::NoUserAnonId),
        (r#"{"type":"track","event":"A","userId":"","anonymousId":" "}"#.to_owned(), Reason::NoUserAnonId),
        (r#"{"type":"track","event":"A","userId":"null","anonymousId":"0000-00"}"#.to_owned(), Reason::NoUserAnonId),
        (r#"{"type":"track","event":"A","userId":{"a":1}}"#.to_owned(), Reason::NoUserAnonId),
        (r#"{"type":"alias","previousId":"p"}"#.to_owned(), Reason::NoUserAnonId),
        (format!(r#"{{"type":"track","event":"A","userId":"{id}","anonymousId":"a"}}"#), Reason::UnusableIdentifier),
        (r#"{"type":"track","event":"A","userId":"a\u0000b"}"#.to_owned(), Reason::UnusableIdentifier),
        (r#"{"type":"track","userId":"u"}"#.to_owned(), Reason::MissingEvent),
        (r#"{"type":"group","userId":"u"}"#.to_owned(), Reason::MissingGroupId),
        (r#"{"type":"alias","userId":"u"}"#.to_owned(), Reason::MissingPreviousId),
        (format!(r#"{{"type":"page","userId":"u","messageId":"{long}"}}"#), Reason::MessageIdTooLong),
        (format!(r#"{{"type":"track","userId":"u","event":"{name}"}}"#), Reason::NameTooLong),
        (r#"{"type":"delete","userId":"u"}"#.to_owned(), Reason::UnknownType),
        (r#"{"userId":"u"}"#.to_owned(), Reason::UnknownType),
        (r#"{"type":"track","type":"page","userId":"u"}"#.to_owned(), Reason::Malformed),
        (r#""track""#.to_owned(), Reason::Malformed),
        ("null".to_owned(), Reason::Malformed),
        ("[]".to_owned(), Reason::Malformed),
        (
            format!(r#"{{"type":"track","userId":"u","event":"A","x":"{}"}}"#, "y".repeat(EVENT_BYTES_MAX)),
            Reason::TooLarge,
        ),
    ];
    for (message, reason) in cases {
        let found = refused(one(&message));
        assert_eq!(found.reason, reason, "{}", message.chars().take(90).collect::<String>());
        assert!(found.shape.len() <= 2_010, "{}", found.shape);
    }
    let found = refused(one(r#"{"type":"track","event":"Order Completed","messageId":"m","properties":{"total":5}}"#));
    assert_eq!(
        (found.kind, found.name.as_deref(), found.message_id.as_deref()),
        (Some(MessageKind::Track), Some("Order Completed"), Some("m"))
    );
    assert_eq!(found.shape, "{type: text, event: text, messageId: text, properties: {total: number}}");
}

#[test]
fn one_bad_message_does_not_spoil_the_others() {
    let json =
        r#"{"batch":[{"type":"track","event":"A","userId":"u"},7,{"type":"page","userId":"u"},{"type":"track"}]}"#;
    let kinds: Vec<bool> = read_batch(json, None).iter().map(|one| matches!(one, Outcome::Accepted(_))).collect();
    assert_eq!(kinds, [true, false, true, false]);
}

#[test]
fn bodies_that_are_no_batch_are_told_from_broken_json() {
    let too_many = format!("{{\"batch\":[{}]}}", vec!["0"; BATCH_EVENTS_MAX + 1].join(","));
    let cases = [
        ("", BodyError::InvalidJson),
        ("{", BodyError::InvalidJson),
        ("{\"batch\":[{]}", BodyError::InvalidJson),
        ("{\"batch\":[]} trailing", BodyError::InvalidJson),
        ("{}", BodyError::NoBatch),
        ("{\"batch\":null}", BodyError::NoBatch),
        ("{\"batch\":7}", BodyError::NoBatch),
        ("[]", BodyError::NoBatch),
        (too_many.as_str(), BodyError::TooManyEvents),
    ];
    for (text, error) in cases {
        assert_eq!(Batch::parse(text).err(), Some(error), "{}", text.chars().take(40).collect::<String>());
    }
    assert_eq!(Single::parse("{", MessageKind::Track).err(), Some(BodyError::InvalidJson));
    assert!(Batch::parse("{\"batch\":[]}").unwrap().is_empty());
    let inside = Batch::parse("{\"batch\":[{\"writeKey\":\"wk_2\"}]}").unwrap();
    assert_eq!(inside.write_key().as_deref(), Some("wk_2"), "browser bundles name it in the message");
}

#[test]
fn numbers_are_ids_too_and_wrong_types_elsewhere_are_not_said() {
    let message = r#"{"type":"track","userId":17850,"anonymousId":null,"event":"A","timestamp":{},"properties":[1],
        "context":"none","traits":7,"messageId":12}"#;
    let read = accepted(one(message));
    assert_eq!(identifiers(&read.fact), [("user_id", "17850")]);
    assert_eq!(tracked(&read.fact).properties, None);
    assert_eq!(tracked(&read.fact).message_id, "12");
    let read = accepted(one(
        r#"{"type":"identify","userId":"u","traits":{"email":"no mail","phone":"x"},"context":{"page":[],"externalIds":{}}}"#,
    ));
    assert_eq!(identifiers(&read.fact), [("user_id", "u")]);
    assert_eq!(read.fact.traits.len(), 2, "what is no identifier stays a trait");
    assert_eq!(tracked(&read.fact).message_id, "assigned-1");
}

#[test]
fn external_ids_of_known_types_join_and_those_of_accounts_do_not() {
    let message = r#"{"type":"track","anonymousId":"a","event":"A","context":{"externalIds":[
        {"id":"M7","type":"member_no","collection":"users","encoding":"none"},
        {"id":"X","type":"member_no","collection":"accounts"},{"id":"y","type":"unheard_of"},7,{"id":"B@c.de","type":"email"}]}}"#;
    let expected = [("member_no", "M7"), ("email", "b@c.de"), ("anonymous_id", "a")];
    assert_eq!(identifiers(&accepted(one(message)).fact), expected);
}

#[test]
fn the_source_says_what_a_user_id_is() {
    let mut new_id = String::new;
    let mut reading = Reading {
        source: "src_1",
        user_id_type: IdentifierType::CustomerId,
        currency: None,
        received_at: received(),
        new_message_id: &mut new_id,
    };
    let single =
        Single::parse(r#"{"writeKey":"wk","userId":"17850.0","event":"A","type":"page"}"#, MessageKind::Track).unwrap();
    assert_eq!(single.write_key().as_deref(), Some("wk"));
    let read = accepted(single.read(&mut reading));
    assert_eq!(read.kind, MessageKind::Track, "the route says it");
    assert_eq!(identifiers(&read.fact), [("customer_id", "17850")]);
}

#[test]
fn the_request_says_when_it_was_sent_and_a_time_that_cannot_be_is_replaced() {
    let json = r#"{"sentAt":"2026-11-21T08:00:00Z","batch":[
        {"type":"page","userId":"u","originalTimestamp":"2026-11-21T07:59:00Z","sentAt":"2026-11-21T07:59:10Z"},
        {"type":"page","userId":"u","timestamp":"2036-01-01T00:00:00Z"}]}"#;
    let read: Vec<Accepted> = read_batch(json, None).into_iter().map(accepted).collect();
    assert_eq!(read[0].fact.at.rfc3339(), "2026-11-21T07:59:10Z");
    assert_eq!((read[1].fact.at, read[1].note), (received(), Some(Note::TimeReplaced)));
}

#[test]
fn codes_are_told_apart() {
    let mut codes: Vec<&str> =
        Reason::ALL.iter().map(|one| one.code()).chain(Note::ALL.iter().map(|one| one.code())).collect();
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
    for kind in MessageKind::ALL {
        assert_eq!(MessageKind::parse(kind.code()), Some(kind));
    }
}

#[test]
fn hostile_text_is_refused_or_kept_and_never_a_panic() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
    for text in [deep.as_str(), "\u{0}", "{\"batch\":\"\\ud800\"}", "\u{feff}{}", "{\"batch\":[1e999999]}"] {
        assert!(Batch::parse(text).is_err() || !read_batch(text, None).is_empty());
    }
    let message = format!(r#"{{"type":"track","userId":"u","event":"A","properties":{deep_object}}}"#);
    let read = accepted(one(&message));
    assert_eq!(
        tracked(&read.fact).properties.as_ref().map(String::len),
        Some(deep_object.len()),
        "kept as it was sent"
    );
    let message = format!(r#"{{"type":"identify","userId":"u","traits":{deep_object}}}"#);
    assert_eq!(refused(one(&message)).reason, Reason::Malformed);
    let surrogate = r#"{"type":"track","userId":"\ud800","event":"A"}"#;
    assert_eq!(refused(one(surrogate)).reason, Reason::Malformed);
    let duplicate = r#"{"type":"track","userId":"u","event":"Order Completed","properties":{"total":1,"total":2}}"#;
    assert_eq!(accepted(one(duplicate)).note, Some(Note::OrderWithoutId));
}

/// JSON of some depth with the names that are looked at among its keys.
fn json() -> impl Strategy<Value = serde_json::Value> {
    const NAMES: [&str; 22] = [
        "type",
        "userId",
        "anonymousId",
        "messageId",
        "event",
        "properties",
        "traits",
        "context",
        "timestamp",
        "sentAt",
        "batch",
        "writeKey",
        "email",
        "phone",
        "order_id",
        "total",
        "products",
        "price",
        "quantity",
        "externalIds",
        "id",
        "page",
    ];
    const TEXTS: [&str; 12] = [
        "track",
        "identify",
        "page",
        "group",
        "alias",
        "Order Completed",
        "Order Refunded",
        "2026-11-21T08:00:00Z",
        "-1",
        "a@b.cd",
        "9999999999999999999999",
        "\u{0}",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        prop::sample::select(TEXTS.to_vec()).prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), inner, 0..8)
                .prop_map(|map| map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_json_is_read_the_same_twice_and_keeps_the_invariants(items in prop::collection::vec(json(), 0..6)) {
        let text = serde_json::json!({ "batch": items }).to_string();
        let (first, again) = (read_batch(&text, Some("JPY")), read_batch(&text, Some("JPY")));
        prop_assert_eq!(first.len(), items.len());
        for (one, other) in first.into_iter().zip(again) {
            match (one, other) {
                (Outcome::Accepted(one), Outcome::Accepted(other)) => {
                    prop_assert_eq!(&one, &other);
                    prop_assert!(!one.fact.identifiers.is_empty());
                    prop_assert!(one.fact.at.0 >= 0 && one.fact.at.0 <= received().0 + MICROS_PER_DAY);
                    prop_assert!(one.fact.lines.is_sorted());
                    let unreadable = |text: &str| text.chars().any(char::is_control);
                    prop_assert!(!one.fact.identifiers.iter().any(|id| unreadable(&id.value)));
                    prop_assert!(!one.fact.traits.iter().any(|item| unreadable(&item.name) || unreadable(&item.value)));
                    prop_assert_eq!(one.is_about_an_order(), one.fact.order_no.is_some());
                    let json = serde_json::to_string(&one.fact).unwrap();
                    prop_assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), one.fact.clone());
                }
                (Outcome::Refused(one), Outcome::Refused(other)) => prop_assert_eq!(one, other),
                _ => prop_assert!(false, "read otherwise the second time"),
            }
        }
    }

    #[test]
    fn any_text_is_an_error_or_a_batch(text in "\\PC{0,200}", kind in prop::sample::select(MessageKind::ALL.to_vec())) {
        let mut new_id = String::new;
        let mut reading = Reading {
            source: "src_1",
            user_id_type: IdentifierType::UserId,
            currency: None,
            received_at: received(),
            new_message_id: &mut new_id,
        };
        // Random text hardly ever is JSON: what counts is that all of it is looked at and nothing panics.
        if let Ok(single) = Single::parse(&text, kind) {
            let read = single.read(&mut reading);
            prop_assert!(matches!(read, Outcome::Refused(_)));
        }
        prop_assert!(Batch::parse(&text).is_err());
    }
}

#[test]
fn an_app_is_known_by_its_device_at_the_places_of_the_sdks() {
    let message = r#"{"type":"track","event":"E","messageId":"m","userId":"u","anonymousId":"a",
        "integrations":{"All":true,"Google Analytics":{"clientId":"12.34"}},
        "context":{"device":{"type":"iOS","id":"D-1","advertisingId":"AB-CD","token":"t0"},
            "externalIds":[{"id":"o1","type":"open_id","collection":"users","encoding":"none"}]}}"#;
    let expected = [
        ("user_id", "u"),
        ("open_id", "o1"),
        ("ga_client_id", "12.34"),
        ("ios.id", "D-1"),
        ("ios.idfa", "ab-cd"),
        ("ios.push_token", "t0"),
        ("anonymous_id", "a"),
    ];
    assert_eq!(identifiers(&accepted(one(message)).fact), expected);
    let nobody = r#"{"type":"track","event":"E","messageId":"m","userId":"u","integrations":[],
        "context":{"device":{"type":"Android","id":"0","advertisingId":"00000000-0000-0000-0000-000000000000"}}}"#;
    assert_eq!(identifiers(&accepted(one(nobody)).fact), [("user_id", "u")], "an advertising id that is switched off");
    let desktop =
        r#"{"type":"track","event":"E","messageId":"m","userId":"u","context":{"device":{"type":"tv","id":"9"}}}"#;
    assert_eq!(identifiers(&accepted(one(desktop)).fact), [("user_id", "u")]);
}

#[test]
fn an_identify_whose_traits_stand_in_its_context_says_as_much() {
    let read = |message: &str| accepted(one(message)).fact;
    let root = read(r#"{"type":"identify","userId":"u1","messageId":"m","traits":{"email":"a@b.test","plan":"gold"}}"#);
    let inside =
        r#"{"type":"identify","userId":"u1","messageId":"m","context":{"traits":{"email":"a@b.test","plan":"gold"}}}"#;
    let told = read(inside);
    assert_eq!(told, root);
    assert!(!told.traits.is_empty() && tracked(&told).properties.is_some());
    let both = read(
        r#"{"type":"identify","userId":"u1","traits":{"plan":"gold"},"context":{"traits":{"plan":"old","size":"L"}}}"#,
    );
    assert_eq!(tracked(&both).properties.as_deref(), Some(r#"{"plan":"gold"}"#));
    // Of an event, the context's traits are known ones, not told anew.
    let event = r#"{"type":"track","event":"E","userId":"u1","context":{"traits":{"plan":"gold"}}}"#;
    assert!(read(event).traits.is_empty());
    for context in ["7", "[]", "{\"traits\":7}", "{\"traits\":[1]}", "null"] {
        let fact = read(&format!(r#"{{"type":"identify","userId":"u1","context":{context}}}"#));
        assert!(fact.traits.is_empty() && tracked(&fact).properties.is_none(), "{context}");
    }
}
