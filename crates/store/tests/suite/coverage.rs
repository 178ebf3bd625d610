//! A public function of a slice without a test does not get in.

use std::fs;
use std::path::{Path, PathBuf};

const SLICES: [&str; 15] = [
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

#[test]
fn every_statement_is_used_by_the_source() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text: String = files(&source)
        .into_iter()
        .chain(files(&source.join("customers")))
        .filter(|path| !path.ends_with("dialect.rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let unused: Vec<&str> = perennial_store::inspect::statement_names()
        .into_iter()
        .filter(|name| !text.contains(&format!("\"{name}\"")))
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
}
