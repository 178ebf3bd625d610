//! `docs/capabilities.md` claims only what a test shows: each row names code and tests that exist.

use crate::tree::{assert_none, exists, read};
use std::collections::BTreeSet;

const LIST: &str = "docs/capabilities.md";
/// The whole list has this many.
const CAPABILITIES: u32 = 233;

struct Row {
    number: u32,
    code: Vec<String>,
    tests: Vec<String>,
}

fn rows(text: &str) -> Vec<Row> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
            let number = cells.first()?.strip_prefix('C')?.parse().ok()?;
            assert_eq!(cells.len(), 4, "{LIST}: number | what | code | tests: {line}");
            Some(Row { number, code: quoted(cells[2]), tests: quoted(cells[3]) })
        })
        .collect()
}

/// True when `file::name` exists: a Rust function of that name, or a TypeScript test of that title.
fn test_exists(reference: &str) -> bool {
    let Some((file, name)) = reference.split_once("::") else { return false };
    if !exists(file) {
        return false;
    }
    let text = read(file);
    if file.ends_with(".rs") { text.contains(&format!("fn {name}(")) } else { text.contains(&format!("'{name}'")) }
}

#[test]
fn every_capability_names_code_and_tests_that_exist() {
    let rows = rows(&read(LIST));
    assert!(!rows.is_empty(), "{LIST} has no rows");
    let mut wrong = Vec::new();
    for row in &rows {
        let number = row.number;
        if row.code.is_empty() || row.tests.is_empty() {
            wrong.push(format!("C{number} names no code or no test"));
        }
        wrong.extend(row.code.iter().filter(|path| !exists(path)).map(|path| format!("C{number}: no file {path}")));
        wrong.extend(
            row.tests.iter().filter(|test| !test_exists(test)).map(|test| format!("C{number}: no test {test}")),
        );
    }
    assert_none(&wrong, "docs/capabilities.md claims what is not there:");
}

#[test]
fn capabilities_are_listed_once_and_in_order() {
    let numbers: Vec<u32> = rows(&read(LIST)).iter().map(|row| row.number).collect();
    let sorted: Vec<u32> = numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(numbers, sorted);
    assert!(numbers.iter().all(|number| (1..=CAPABILITIES).contains(number)), "{numbers:?}");
}

#[test]
fn the_readme_claims_nothing_that_the_list_does_not() {
    let listed: BTreeSet<u32> = rows(&read(LIST)).iter().map(|row| row.number).collect();
    let readme = read("README.md");
    let claimed: BTreeSet<u32> = readme
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.strip_prefix('C')?.parse().ok())
        .filter(|number| *number != CAPABILITIES && *number != 1)
        .collect();
    assert_eq!(claimed.difference(&listed).collect::<Vec<_>>(), Vec::<&u32>::new(), "README.md names more than {LIST}");
}
