//! Nothing in the tree tells about the machine it was written on, and lock files work everywhere.

use crate::tree::{assert_none, exists, files, read, root};
use std::fs;

/// Beginnings of paths that exist on one machine only, each split so that this file does not find itself.
const PLACES: [&str; 8] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers\\"),
    concat!("/tmp/ta", "rget"),
    concat!("/var/fo", "lders/"),
    concat!("/pri", "vate/"),
];

/// A path begins at the start of a line or after a character that cannot be part of one: `@/home/page` is an import.
fn begins_path(before: Option<char>) -> bool {
    before.is_none_or(|c| !(c.is_alphanumeric() || "_-.@~/*$}".contains(c)))
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let mut found = Vec::new();
    for path in files() {
        // Data and pictures are not text.
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for place in PLACES {
                let hit = line.match_indices(place).any(|(at, _)| begins_path(line[..at].chars().next_back()));
                if hit {
                    found.push(format!("{path}:{}: {place}", number + 1));
                }
            }
        }
    }
    assert_none(&found, "these lines name a place on the machine where they were written:");
}

/// What npm installs from: the console, our SDK, and the SDKs that are tried against a server.
const NPM_LOCKS: [&str; 3] =
    ["console/package-lock.json", "sdk/js/package-lock.json", "scripts/sdks/package-lock.json"];

fn npm_packages(path: &str) -> serde_json::Map<String, serde_json::Value> {
    assert!(exists(path), "{path} is missing: npm ci needs it");
    let lock: serde_json::Value = serde_json::from_str(&read(path)).unwrap();
    lock["packages"].as_object().unwrap().clone()
}

#[test]
fn npm_installs_from_the_public_registry() {
    for path in NPM_LOCKS {
        let elsewhere: Vec<String> = npm_packages(path)
            .iter()
            .filter_map(|(name, package)| Some((name, package["resolved"].as_str()?)))
            .filter(|(_, resolved)| !resolved.starts_with("https://registry.npmjs.org/"))
            .map(|(name, resolved)| format!("{name}: {resolved}"))
            .collect();
        assert_none(&elsewhere, &format!("these packages of {path} would be fetched from elsewhere:"));
    }
}

#[test]
fn every_locked_package_of_npm_has_a_checksum() {
    for path in NPM_LOCKS {
        let bare: Vec<String> = npm_packages(path)
            .iter()
            .filter(|(name, package)| {
                !name.is_empty() && package["link"].as_bool() != Some(true) && package["integrity"].is_null()
            })
            .map(|(name, _)| name.clone())
            .collect();
        assert_none(&bare, &format!("these packages have no integrity in {path}:"));
    }
}

#[test]
fn every_crate_comes_from_crates_io() {
    let locks = [read("Cargo.lock"), read("scripts/sdks/segment_rust/Cargo.lock")].concat();
    let elsewhere: Vec<String> = locks
        .lines()
        .filter(|line| line.starts_with("source = "))
        .filter(|line| !line.contains("registry+https://github.com/rust-lang/crates.io-index"))
        .map(str::to_owned)
        .collect();
    assert_none(&elsewhere, "these crates come from elsewhere:");
}
