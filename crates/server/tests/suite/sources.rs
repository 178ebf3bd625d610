//! What every source file looks like: short, and opened by a comment that says what it is for.

use crate::tree::{assert_none, files, read};

const LINES_MAX: usize = 600;
/// Written by tools; nobody reads them from top to bottom.
const GENERATED: [&str; 1] = ["console/src/shared/api/schema.d.ts"];

#[test]
fn no_source_file_is_longer_than_a_person_reads() {
    let mut long = Vec::new();
    for path in files() {
        let source = [".rs", ".ts", ".tsx", ".py", ".sh"].iter().any(|end| path.ends_with(end));
        if source && !GENERATED.contains(&path.as_str()) {
            let lines = read(&path).lines().count();
            if lines > LINES_MAX {
                long.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert_none(&long, &format!("these files have more than {LINES_MAX} lines; split them by subject:"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut silent = Vec::new();
    for path in files() {
        let is_module = path.starts_with("crates/") && path.ends_with(".rs") && path.contains("/src/");
        if is_module && !read(&path).starts_with("//!") {
            silent.push(path);
        }
    }
    assert_none(&silent, "these modules do not open with a `//!` comment:");
}

#[test]
fn no_test_is_switched_off() {
    let mut off = Vec::new();
    // Split, so that this file does not find itself.
    let marks = [
        concat!("#[", "ignore"),
        concat!("test.", "skip("),
        concat!("it.", "skip("),
        concat!("test.", "only("),
        concat!("it.", "only("),
    ];
    for path in files() {
        let holds_tests = path.ends_with(".rs") || path.ends_with(".ts") || path.ends_with(".tsx");
        if holds_tests {
            let text = read(&path);
            off.extend(marks.iter().filter(|mark| text.contains(**mark)).map(|mark| format!("{path}: {mark}")));
        }
    }
    assert_none(&off, "a test runs or does not exist:");
}
