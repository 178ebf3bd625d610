//! The OpenAPI document, put together from the handlers.

use crate::documented_routes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use perennial_domain::rules::SCHEMA;
use serde_json::Value as Json;
use std::sync::OnceLock;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ObjectBuilder, OpenApi};
use utoipa::{Modify, OpenApi as _};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Perennial",
        description = "Customers, what they are worth, and what to do about it.\n\n\
            Money is an integer of the currency's smallest unit. Instants are RFC 3339 in UTC; days are days of the \
            brand's time zone. Lists are paged by an opaque cursor. Errors are application/problem+json with a \
            stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "access", description = "Sign-in, users, tokens, rights, audit log"),
        (name = "home", description = "The first page"),
        (name = "inventory", description = "What there is of each kind of digital asset, and how complete it is"),
        (name = "customers", description = "Customers and their timelines"),
        (name = "topics", description = "The preference centre: what customers want to hear of"),
        (name = "identity", description = "Which profiles are one customer: merging, and taking it back"),
        (name = "value", description = "What customers are worth"),
        (name = "imports", description = "Files in"),
        (name = "sources", description = "Touch-points that send facts as they happen, and what arrives from each"),
        (name = "privacy", description = "Consent, everything about a person as a file, and erasure"),
        (name = "upserts", description = "Orders and customers that a program tells"),
        (name = "pulls", description = "What came since the last time, for a warehouse"),
        (name = "webhooks", description = "Other systems hear what happens"),
        (name = "stores", description = "The tree of regions and stores, and who sees which part of it"),
        (name = "clerks", description = "Clerks, sign-ups, what they earn, and when it is paid"),
        (name = "fields", description = "What is asked of customers, who says it, and who is believed"),
        (name = "tags", description = "Groups of tags, tags on customers, and what became of them"),
        (name = "segments", description = "Whom a brand means: rules, why they hold for a customer, and segments in versions"),
        (name = "layers", description = "Layers: everybody of a base in exactly one of some stages"),
        (name = "matrices", description = "Which content stages of a layer may see, and which of several plans a customer gets"),
        (name = "clusters", description = "Customers who are alike in their figures, interviews about them, and reasons that they gave"),
        (name = "audiences", description = "Hashes of phone numbers of third parties, in and out"),
        (name = "communities", description = "Segments' members invited into groups of a chat, and who has joined"),
        (name = "insights", description = "Tests of what is new with their verdicts, and attributes in four quadrants"),
        (name = "receipts", description = "Orders of nobody, and codes by which whoever bought makes them their own"),
        (name = "usage-cards", description = "Questions about a product some days after it was delivered"),
        (name = "key-customers", description = "Owners and promises of contact, and who is overdue"),
        (name = "tickets", description = "What has to be looked after, until somebody closes it with a note"),
        (name = "touch-points", description = "Where people meet the brand, and how much came through each"),
        (name = "reach", description = "Whom a brand can speak to, at what cost, and how strangers become customers"),
        (name = "codes", description = "Codes that people scan: made in bulk, drawn, counted"),
        (name = "units", description = "Codes of packages, claimed once each"),
        (name = "forms", description = "Forms that people fill in themselves, on a page or at a counter: made in versions, counted"),
        (name = "rewards", description = "Wallets, what members have of each, and the rules by which orders earn"),
        (name = "operation", description = "Settings, jobs, health")
    ),
    components(schemas(crate::problem::ProblemBody)),
    modifiers(&Credentials)
)]
struct Head;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let cookie = ApiKeyValue::with_description(
            crate::auth::SESSION_COOKIE,
            "Session of the console. Methods that change something also need X-CSRF-Token. The names in the \
             requirement are the rights that are needed.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("API token: pat_…. The names in the requirement are the rights that are needed."))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

pub(crate) fn head() -> OpenApi {
    let mut document = Head::openapi();
    // The document changes with the interface, not with every release of the program.
    document.info.version = "1".to_owned();
    document
}

pub fn openapi() -> OpenApi {
    let mut document = documented_routes().into_openapi();
    add_rules(&mut document);
    document
}

/// Of what a rule is made of, the domain's own schema: each definition is a component.
fn add_rules(document: &mut OpenApi) {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap_or_default();
    let components = document.components.get_or_insert_with(Default::default);
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        // One keyword around all: of several the document would have no order.
        let whole = Extensions::from_iter([("allOf", Json::Array(vec![with_components(definition)]))]);
        let object = ObjectBuilder::new().schema_type(SchemaType::AnyValue).extensions(Some(whole));
        components.schemas.insert(component_of(name), object.into());
    }
}

/// The rule itself stands where the interface speaks of it.
fn component_of(definition: &str) -> String {
    let mut letters = definition.chars();
    match letters.next() {
        Some(first) if definition != "rule" => format!("Rule{}{}", first.to_uppercase(), letters.as_str()),
        _ => "RuleDto".to_owned(),
    }
}

fn with_components(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| {
                let definition = value.as_str().and_then(|text| text.strip_prefix("#/$defs/"));
                let own = definition.map(|name| format!("#/components/schemas/{}", component_of(name)).into());
                (key.clone(), own.unwrap_or_else(|| with_components(value)))
            };
            Json::Object(map.iter().map(pair).collect())
        }
        Json::Array(list) => list.iter().map(with_components).collect(),
        one => one.clone(),
    }
}

/// The document as it is committed: pretty, stable, with a line end.
pub fn openapi_json() -> String {
    let mut text = openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) async fn serve() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(openapi_json).as_str();
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
