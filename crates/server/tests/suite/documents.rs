//! The documents name files that exist, so that a newcomer is never sent to an empty room.

use crate::tree::{assert_none, exists, files, read};

/// Folders at the root: a quoted path that begins with one of them must exist.
const ROOTS: [&str; 10] =
    ["crates/", "console/", "docs/", "scripts/", "sdk/", "examples/", "bench/", ".ci/", ".config/", "member/"];
/// Written by a build or a run.
const NOT_IN_THE_TREE: [&str; 3] = ["console/dist", "console/node_modules", "sdk/js/dist"];

fn documents() -> Vec<String> {
    files().into_iter().filter(|path| path.ends_with(".md")).collect()
}

/// The text between backticks, outside of fenced blocks.
fn quoted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

/// A path as the documents write it: a pattern (`*`, `{`, `<`, `NNNN`) is no path, and `file::test` or
/// `file:item` names a place in a file.
fn plain_path(word: &str) -> Option<&str> {
    let path = word.split(':').next()?.trim_end_matches('/');
    let is_pattern = path.chars().any(|c| "*{}<>… ".contains(c)) || path.contains("NNNN");
    let is_path = ROOTS.iter().any(|root| path.starts_with(root)) && !is_pattern;
    (is_path && !NOT_IN_THE_TREE.iter().any(|built| path.starts_with(built))).then_some(path)
}

#[test]
fn quoted_paths_exist() {
    let mut missing = Vec::new();
    for document in documents() {
        for path in quoted(&read(&document)).into_iter().filter_map(plain_path) {
            if !exists(path) {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert_none(&missing, "the documents name files that do not exist:");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for document in documents() {
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in read(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            let outside = path.is_empty() || path.contains("://") || path.starts_with("mailto:");
            let full = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
            if !outside && !exists(&full) {
                dead.push(format!("{document}: {target}"));
            }
        }
    }
    assert_none(&dead, "these links lead nowhere:");
}

#[test]
fn every_decision_has_a_number_a_status_and_a_reason() {
    let decisions: Vec<String> = files().into_iter().filter(|path| path.starts_with("docs/adr/0")).collect();
    assert!(!decisions.is_empty(), "docs/adr holds no decisions");
    for (index, path) in decisions.iter().enumerate() {
        let number = format!("{:04}", index + 1);
        assert!(path.starts_with(&format!("docs/adr/{number}-")), "{path}: {number} is next");
        let text = read(path);
        for part in ["Status:", "## Context", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{path} lacks {part}");
        }
    }
}
