//! A public function of a slice without a test does not get in, nor one that only tests call.

use std::fs;
use std::path::{Path, PathBuf};

const SLICES: [&str; 61] = [
    "settings",
    "sequences",
    "journal",
    "identity",
    "customers",
    "orders",
    "traits",
    "values",
    "value_runs",
    "imports",
    "uploads",
    "jobs",
    "access",
    "audit",
    "idempotency",
    "sources",
    "tracking",
    "activity",
    "parts",
    "merges",
    "plans",
    "quarantine",
    "privacy",
    "consents",
    "webhooks",
    "stores",
    "clerks",
    "incentives",
    "touch_points",
    "codes",
    "units",
    "tags",
    "fields",
    "progress",
    "relations",
    "scenes",
    "topics",
    "usage_cards",
    "tickets",
    "reach",
    "forms",
    "index_snapshots",
    "inventory",
    "segments",
    "customer_changes",
    "automatic_tags",
    "segment_moves",
    "leases",
    "receipts",
    "layers",
    "scores",
    "clusters",
    "insights",
    "audiences",
    "key_customers",
    "communities",
    "matrices",
    "priorities",
    "wallets",
    "ledger",
    "earning",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn source_of(slice: &str) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let alone = source.join(format!("{slice}.rs"));
    let paths = if alone.exists() { vec![alone] } else { files(&source.join(slice)) };
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_public_function_is_called_by_the_suite() {
    let suite: String = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite"))
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut missing = Vec::new();
    let mut functions = 0;
    for slice in SLICES {
        let source = source_of(slice);
        for rest in source.split("\npub async fn ").skip(1) {
            let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            functions += 1;
            if !suite.contains(&format!("{slice}::{name}(")) {
                missing.push(format!("{slice}::{name}"));
            }
        }
    }
    assert!(functions > 90, "only {functions} functions were found");
    assert_eq!(missing, Vec::<String>::new());
}

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            texts.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            // What stands in a module of tests is no use of the program's.
            let text = fs::read_to_string(&entry).unwrap();
            texts.push(text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned());
        }
    }
    texts
}

/// The names under which a file knows a slice: its own, and those of `use …::{self as table}` and `use … as table`.
fn names_of<'a>(slice: &'a str, text: &'a str) -> Vec<&'a str> {
    let mut names = vec![slice];
    for introduction in [format!("{slice}::{{self as "), format!("{slice} as ")] {
        let renamed = text.split(introduction.as_str()).skip(1);
        names.extend(
            renamed.filter_map(|rest| rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()),
        );
    }
    names
}

#[test]
fn every_public_function_is_called_by_the_program() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let outside: Vec<String> =
        ["app", "api", "server"].iter().flat_map(|name| sources(&crates.join(name).join("src"))).collect();
    let inside = sources(&crates.join("store/src"));
    let mut unused = Vec::new();
    for slice in SLICES {
        let own = source_of(slice);
        for rest in own.split("\npub async fn ").skip(1) {
            let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            let calls =
                |text: &String| names_of(slice, text).iter().any(|slice| text.contains(&format!("{slice}::{name}(")));
            let by_its_module = own.matches(&format!("{name}(")).count() > 1;
            let imported =
                |text: &String| text.contains(&format!("{slice}::{{")) && text.contains(&format!(" {name}("));
            if !outside.iter().any(|text| calls(text) || imported(text)) && !inside.iter().any(calls) && !by_its_module
            {
                unused.push(format!("{slice}::{name}"));
            }
        }
    }
    assert_eq!(unused, Vec::<String>::new(), "nobody calls these but the suite: delete them");
}

#[test]
fn every_statement_is_used_by_the_source() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text: String = files(&source)
        .into_iter()
        .chain(files(&source.join("customers")))
        .chain(files(&source.join("ledger")))
        .filter(|path| !path.ends_with("dialect.rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let unused: Vec<&str> = perennial_store::inspect::statement_names()
        .into_iter()
        .filter(|name| !text.contains(&format!("\"{name}\"")))
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
}
