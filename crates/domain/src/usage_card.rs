//! Usage cards: a few questions about a product, some days after it was delivered.
//!
//! A brand defines cards; a delivery is learned from the events of [`delivery_of`]; an answer is an event
//! [`ANSWERED_EVENT`]. Each question fills a field of the registry, whose type says what an answer may be: the answers of
//! an event are traits of its fact ([`taken_apart`]), so that they take the way of all traits. A card is due [`due_at`] a
//! delivery and is no longer asked when [`open_until`] has passed. Who judges low has a ticket opened. Invariant: nothing
//! depends on the order in which deliveries and answers arrive.

use crate::field::is_field_name;
use crate::settings::FieldError;
use crate::time::{Instant, MICROS_PER_DAY};
use crate::touch_point::is_code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub const ANSWERED_EVENT: &str = "Usage Card Answered";
pub const DELIVERED_EVENTS: [&str; 2] = ["Order Delivered", "Product Delivered"];

/// Cards of a workspace.
pub const CARDS_MAX: usize = 100;
pub const QUESTIONS_MAX: usize = 10;
pub const DAYS_MAX: i64 = 365;
pub const LOW_RATING_USUAL: i64 = 2;
pub const OPEN_DAYS_USUAL: i64 = 30;
const LOW_RATING_MAX: i64 = 100;
const NAME_CHARACTERS_MAX: usize = 60;
const TEXT_CHARACTERS_MAX: usize = 200;
const WORD_BYTES_MAX: usize = 100;
/// Products that one delivery names; further ones are left out.
const PRODUCTS_MAX: usize = 100;
/// What a product may go by.
const PRODUCT_NAMES: [&str; 3] = ["product", "product_id", "sku"];
const ORDER_NAMES: [&str; 3] = ["order_id", "orderId", "order_no"];

/// A question, in the languages of the brand, and the field that its answer fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub field: String,
    pub text_zh: String,
    pub text_en: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSettings {
    pub name: String,
    /// What the product goes by in deliveries; none: the card is about each delivered order.
    pub product: Option<String>,
    /// So many times 24 hours after the delivery it is due.
    pub days_after: i64,
    /// For so many days it is asked.
    pub open_days: i64,
    pub questions: Vec<Question>,
    /// The field of the question that asks for a judgement, a whole number.
    pub rating_field: Option<String>,
    /// A judgement of this or less opens a ticket.
    pub low_rating: i64,
    pub is_archived: bool,
}

impl CardSettings {
    /// All that is out of range; empty where it can be saved. Whether the fields are those of the registry, and of which
    /// type, is the caller's to know.
    pub fn check(&self, code: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !is_code(code) {
            refuse("code", "a to z, 0 to 9 and _, 1 to 40, a letter first");
        }
        if !is_text(&self.name, NAME_CHARACTERS_MAX) {
            refuse("name", "1 to 60 characters");
        }
        if self.product.as_deref().is_some_and(|product| word(product).as_deref() != Some(product)) {
            refuse("product", "1 to 100 bytes, without blanks around it, or null for all products");
        }
        if !(0..=DAYS_MAX).contains(&self.days_after) {
            refuse("days_after", "0 to 365");
        }
        if !(1..=DAYS_MAX).contains(&self.open_days) {
            refuse("open_days", "1 to 365");
        }
        if let Some(allowed) = self.wrong_questions() {
            refuse("questions", allowed);
        }
        if self.rating_field.as_deref().is_some_and(|field| !self.asks(field)) {
            refuse("rating_field", "the field of one of the questions, or null");
        }
        if !(0..=LOW_RATING_MAX).contains(&self.low_rating) {
            refuse("low_rating", "0 to 100");
        }
        errors
    }

    fn wrong_questions(&self) -> Option<&'static str> {
        if !(1..=QUESTIONS_MAX).contains(&self.questions.len()) {
            return Some("1 to 10 questions");
        }
        let is_right = |question: &Question| {
            is_field_name(&question.field)
                && is_text(&question.text_zh, TEXT_CHARACTERS_MAX)
                && is_text(&question.text_en, TEXT_CHARACTERS_MAX)
        };
        if !self.questions.iter().all(is_right) {
            return Some("a field and texts of 1 to 200 characters in both languages");
        }
        let fields: BTreeSet<&str> = self.questions.iter().map(|question| question.field.as_str()).collect();
        Some("each field once").filter(|_| fields.len() < self.questions.len())
    }

    pub fn asks(&self, field: &str) -> bool {
        self.questions.iter().any(|question| question.field == field)
    }

    pub fn is_low(&self, rating: i64) -> bool {
        rating <= self.low_rating
    }
}

fn is_text(text: &str, characters_max: usize) -> bool {
    (1..=characters_max).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}

pub fn due_at(delivered_at: Instant, days_after: i64) -> Instant {
    Instant(delivered_at.0.saturating_add(days_after * MICROS_PER_DAY))
}

pub fn open_until(delivered_at: Instant, days_after: i64, open_days: i64) -> Instant {
    due_at(delivered_at, days_after.saturating_add(open_days))
}

/// What an event says was delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    pub order_no: Option<String>,
    /// All that the delivered products go by.
    pub products: BTreeSet<String>,
}

/// `None` for other events.
pub fn delivery_of(event: &str, properties: Option<&str>) -> Option<Delivery> {
    if !DELIVERED_EVENTS.contains(&event) {
        return None;
    }
    let told: Map<String, Value> = serde_json::from_str(properties.unwrap_or("{}")).unwrap_or_default();
    let listed = told.get("products").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let products = std::iter::once(&told).chain(listed).flat_map(|one| names(one, &PRODUCT_NAMES));
    Some(Delivery { order_no: names(&told, &ORDER_NAMES).next(), products: products.take(PRODUCTS_MAX).collect() })
}

/// Which card an event answers, and of which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub card: String,
    pub order_no: Option<String>,
}

/// `None` for other events, and where no card is named.
pub fn answer_of(event: &str, properties: Option<&str>) -> Option<Answer> {
    if event != ANSWERED_EVENT {
        return None;
    }
    let told: Map<String, Value> = serde_json::from_str(properties?).ok()?;
    let card = told.get("card")?.as_str()?.trim();
    is_code(card).then(|| Answer { card: card.to_owned(), order_no: names(&told, &ORDER_NAMES).next() })
}

/// The answers of an event, by field, and its properties with the answers at the top, where the withdrawal of a consent
/// finds them. `None` where there are no answers.
pub fn taken_apart(properties: &str) -> Option<(Map<String, Value>, String)> {
    let mut told: Map<String, Value> = serde_json::from_str(properties).ok()?;
    let Value::Object(answers) = told.remove("answers")? else { return None };
    for (field, answer) in &answers {
        told.entry(field.clone()).or_insert_with(|| answer.clone());
    }
    Some((answers, Value::Object(told).to_string()))
}

fn names<'a>(told: &'a Map<String, Value>, of: &'a [&'static str]) -> impl Iterator<Item = String> + 'a {
    of.iter().filter_map(|name| match told.get(*name)? {
        Value::String(text) => word(text),
        Value::Number(number) => word(&number.to_string()),
        _ => None,
    })
}

fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let is_one = (1..=WORD_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
    is_one.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn card() -> CardSettings {
        let question =
            |field: &str| Question { field: field.into(), text_zh: "为什么？".into(), text_en: "Why?".into() };
        CardSettings {
            name: "Seven days".to_owned(),
            product: None,
            days_after: 7,
            open_days: OPEN_DAYS_USUAL,
            questions: ["usage_purpose", "usage_rating"].map(question).to_vec(),
            rating_field: Some("usage_rating".to_owned()),
            low_rating: LOW_RATING_USUAL,
            is_archived: false,
        }
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        assert_eq!(card().check("seven_days"), []);
        let named = |settings: &CardSettings, code: &str| -> Vec<&'static str> {
            settings.check(code).into_iter().map(|one| one.field).collect()
        };
        let mut wrong = CardSettings { name: " ".into(), product: Some(" ".into()), days_after: 366, ..card() };
        wrong.open_days = 0;
        wrong.low_rating = -1;
        wrong.rating_field = Some("city".into());
        let all = ["code", "name", "product", "days_after", "open_days", "rating_field", "low_rating"];
        assert_eq!(named(&wrong, "7 days"), all);
        let twice = CardSettings { questions: vec![card().questions[1].clone(); 2], ..card() };
        let many = CardSettings { questions: vec![card().questions[1].clone(); 11], ..card() };
        let none = CardSettings { questions: vec![], rating_field: None, ..card() };
        assert_eq!([&twice, &many, &none].map(|one| named(one, "a")), [["questions"]; 3]);
    }

    #[test]
    fn a_delivery_names_its_order_and_what_its_products_go_by() {
        let read = |event: &str, told: Value| delivery_of(event, Some(&told.to_string()));
        let told = json!({ "order_id": 17, "products": [{ "product_id": "P1", "sku": " TEA-1 " }, { "sku": "" }, 5] });
        let found = read("Order Delivered", told).unwrap();
        assert_eq!((found.order_no.as_deref(), found.products.len()), (Some("17"), 2));
        let found = read("Product Delivered", json!({ "product": "puzzle", "order_no": "A" })).unwrap();
        assert_eq!((found.order_no.as_deref(), found.products), (Some("A"), BTreeSet::from(["puzzle".to_owned()])));
        assert_eq!(delivery_of("Order Delivered", None), Some(Delivery::default()));
        assert_eq!(read("Order Shipped", json!({ "order_id": "A" })), None);
    }

    #[test]
    fn answers_stand_at_the_top_and_are_read_by_field() {
        let told = json!({ "card": "c", "order_id": "A", "answers": { "usage_rating": 2, "card": "x" } }).to_string();
        let (answers, kept) = taken_apart(&told).unwrap();
        assert_eq!(Value::Object(answers), json!({ "usage_rating": 2, "card": "x" }));
        let kept: Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept, json!({ "card": "c", "order_id": "A", "usage_rating": 2 }));
        let answer = answer_of(ANSWERED_EVENT, Some(&kept.to_string())).unwrap();
        assert_eq!((answer.card.as_str(), answer.order_no.as_deref()), ("c", Some("A")));
        assert_eq!(taken_apart(r#"{"card":"c"}"#), None);
        assert_eq!(answer_of(ANSWERED_EVENT, Some(r#"{"card":"No!"}"#)), None);
        assert_eq!(answer_of("Other", Some(r#"{"card":"c"}"#)), None);
    }

    #[test]
    fn it_is_due_some_days_after_and_open_for_some() {
        let day = |days: i64| Instant(days * MICROS_PER_DAY);
        assert_eq!((due_at(day(3), 7), open_until(day(3), 7, 30)), (day(10), day(40)));
        assert!(card().is_low(2) && !card().is_low(3));
    }
}
