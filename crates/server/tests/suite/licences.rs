//! The rules of `deny.toml` that matter most, checked without cargo-deny: licences and banned crates.

use crate::tree::{assert_none, cargo, read};

/// The quoted strings of one list in `deny.toml`: `key = [ "…", … ]`.
fn list(key: &str) -> Vec<String> {
    let text = read("deny.toml");
    let from = text.find(&format!("\n{key} = [")).unwrap_or_else(|| panic!("deny.toml has no list {key}"));
    let body = text[from..].split_once('[').unwrap().1;
    let body: String =
        body.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let end = body.find("\n]").unwrap_or(body.len());
    body[..end].split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Name and licence of every crate that is in the program for this platform.
fn shipped() -> Vec<(String, String)> {
    let arguments =
        ["tree", "--offline", "--workspace", "--edges", "normal,build", "--prefix", "none", "--format", "{p}|{l}"];
    let mut crates: Vec<(String, String)> = cargo(&arguments)
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(name, licence)| {
            let name = name.split(' ').take(2).collect::<Vec<_>>().join(" ");
            (name, licence.trim_end_matches(" (*)").trim().to_owned())
        })
        .collect();
    crates.sort();
    crates.dedup();
    assert!(crates.len() > 50, "cargo tree lists only {} crates", crates.len());
    crates
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is an old way to write OR.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    let met = either(&mut words, allowed);
    met && words.is_empty()
}

fn either(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while words.last() == Some(&"OR") {
        words.pop();
        // Evaluated in any case: the words must be consumed.
        let other = both(words, allowed);
        met = met || other;
    }
    met
}

fn both(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while words.last() == Some(&"AND") {
        words.pop();
        let other = one(words, allowed);
        met = met && other;
    }
    met
}

fn one(words: &mut Vec<&str>, allowed: &[String]) -> bool {
    match words.pop() {
        Some("(") => {
            let met = either(words, allowed);
            words.pop() == Some(")") && met
        }
        Some(name) if words.last() == Some(&"WITH") => {
            words.pop();
            let exception = words.pop().unwrap_or_default();
            let full = format!("{name} WITH {exception}");
            allowed.iter().any(|licence| *licence == full || licence == name)
        }
        Some(name) => allowed.iter().any(|licence| licence == name),
        None => false,
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    let allowed = ["MIT", "Apache-2.0"].map(str::to_owned);
    for (expression, met) in [
        ("MIT", true),
        ("MIT/GPL-3.0", true),
        ("GPL-3.0 OR Apache-2.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND Apache-2.0", true),
        ("(GPL-3.0 AND MIT) OR BSD-3-Clause", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn every_licence_is_allowed() {
    let allowed = list("allow");
    let wrong: Vec<String> = shipped()
        .iter()
        .filter(|(_, licence)| !is_met(licence, &allowed))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert_none(&wrong, "these licences are not in deny.toml:");
}

#[test]
fn no_banned_crate_is_in_the_program() {
    let banned = list("deny");
    assert!(banned.iter().any(|name| name == "openssl"), "deny.toml bans openssl: {banned:?}");
    let wrong: Vec<String> = shipped()
        .iter()
        .filter(|(name, _)| banned.iter().any(|ban| name.split(' ').next() == Some(ban)))
        .map(|(name, _)| name.clone())
        .collect();
    assert_none(&wrong, "deny.toml bans these crates:");
}

#[test]
fn one_version_of_what_may_exist_only_once() {
    let crates = shipped();
    for name in ["sqlx", "sqlx-core", "libsqlite3-sys", "datafusion", "arrow", "parquet", "deltalake", "rustls", "axum"]
    {
        let versions: Vec<&String> =
            crates.iter().map(|(found, _)| found).filter(|found| found.split(' ').next() == Some(name)).collect();
        assert!(versions.len() <= 1, "{versions:?}");
    }
}
