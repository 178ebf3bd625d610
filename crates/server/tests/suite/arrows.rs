//! Who may depend on whom: server → api → app → {store, history, index, connect} → domain.

use crate::tree::{assert_none, packages};
use serde_json::Value;

/// Each crate, and the crates it may use. Later rows may use earlier ones, never the other way round.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("history", &["domain"]),
    ("connect", &["domain"]),
    ("index", &["domain"]),
    ("app", &["domain", "store", "history", "index", "connect"]),
    ("api", &["domain", "app"]),
    ("console-assets", &[]),
    ("server", &["domain", "store", "history", "connect", "app", "api", "console-assets"]),
    ("testkit", &["domain", "store", "history", "connect", "app", "api"]),
];

/// What only some crates may know. A name that ends in `*` stands for all that begin with it.
const OWNERS: [(&str, &[&str]); 15] = [
    ("sqlx*", &["store"]),
    ("deltalake*", &["history"]),
    ("datafusion*", &["history"]),
    ("arrow*", &["history"]),
    ("parquet*", &["history"]),
    ("object_store", &["history"]),
    ("roaring", &["index"]),
    ("axum*", &["api", "server", "console-assets"]),
    ("tower*", &["api", "server"]),
    ("http*", &["api", "server", "connect"]),
    ("hyper*", &["api", "server", "connect"]),
    ("utoipa*", &["api"]),
    ("rust-embed", &["console-assets"]),
    ("anyhow", &["server"]),
    ("clap", &["server"]),
];

/// What the pure rules may use at all. Everything else is input, output, a clock or a framework.
/// The simulator's random numbers come from a seed that is handed in.
const DOMAIN_MAY_USE: [&str; 12] = [
    "serde",
    "serde_json",
    "thiserror",
    "jiff",
    "special",
    "rayon",
    "sha2",
    "libm",
    "itoa",
    "rand_xoshiro",
    "strsim",
    "hdbscan",
];

struct Arrow {
    from: String,
    to: String,
    development: bool,
}

fn short(name: &str) -> &str {
    name.strip_prefix("perennial-").unwrap_or(name)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn dependencies() -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for package in packages() {
        for dependency in package["dependencies"].as_array().unwrap() {
            arrows.push(Arrow {
                from: text(&package, "name").to_owned(),
                to: text(dependency, "name").to_owned(),
                development: text(dependency, "kind") == "dev",
            });
        }
    }
    arrows
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |prefix| name.starts_with(prefix))
}

#[test]
fn every_crate_has_its_place() {
    for package in packages() {
        let name = text(&package, "name");
        assert!(ARROWS.iter().any(|(known, _)| *known == short(name)), "{name}: give it a place in ARROWS");
    }
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for arrow in dependencies().iter().filter(|arrow| arrow.to.starts_with("perennial-")) {
        let (from, to) = (short(&arrow.from), short(&arrow.to));
        let allowed = ARROWS.iter().find(|(name, _)| *name == from).is_some_and(|(_, allowed)| allowed.contains(&to));
        let place = |name: &str| ARROWS.iter().position(|(known, _)| *known == name);
        // Tests may also set up what lies below the crate they test.
        let for_tests = arrow.development && (to == "testkit" || place(to) < place(from));
        if !allowed && !for_tests {
            wrong.push(format!("{from} -> {to}"));
        }
    }
    assert_none(&wrong, "these arrows point the wrong way; ARCHITECTURE.md says which are allowed:");
}

#[test]
fn the_test_kit_is_for_tests_only() {
    let wrong: Vec<String> = dependencies()
        .iter()
        .filter(|arrow| arrow.to == "perennial-testkit" && !arrow.development)
        .map(|arrow| arrow.from.clone())
        .collect();
    assert_none(&wrong, "these crates would ship the test kit:");
}

#[test]
fn engines_stay_behind_the_crate_that_owns_them() {
    let mut wrong = Vec::new();
    for arrow in dependencies().iter().filter(|arrow| !arrow.development) {
        for (pattern, owners) in OWNERS {
            if matches(pattern, &arrow.to) && !owners.contains(&short(&arrow.from)) {
                wrong.push(format!("{} -> {}: only {owners:?} may", short(&arrow.from), arrow.to));
            }
        }
    }
    assert_none(&wrong, "these crates know too much:");
}

#[test]
fn the_domain_stays_pure() {
    let wrong: Vec<String> = dependencies()
        .iter()
        .filter(|arrow| short(&arrow.from) == "domain" && !arrow.development)
        .filter(|arrow| !DOMAIN_MAY_USE.contains(&arrow.to.as_str()))
        .map(|arrow| arrow.to.clone())
        .collect();
    assert_none(&wrong, "the domain is pure; it may not use:");
}
