//! The tree under test: its root, its files, and cargo's view of it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that hold what tools and runs wrote.
const IGNORED_FOLDERS: [&str; 10] = [
    ".git",
    "target",
    "node_modules",
    "dist",
    "perennial-data",
    ".demo",
    ".venv",
    "__pycache__",
    "test-results",
    "playwright-report",
];

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// The files of the project, as paths from the root with slashes: tracked ones and those not yet added.
pub fn files() -> Vec<String> {
    let mut files = files_by_git().unwrap_or_else(|| {
        let mut found = Vec::new();
        walk(&root(), "", &mut found);
        found
    });
    let ignored = |path: &str| path.split('/').any(|folder| IGNORED_FOLDERS.contains(&folder));
    files.retain(|path| !ignored(path) && root().join(path).is_file());
    files.sort();
    assert!(files.iter().any(|path| path == "Cargo.toml"), "the list of files is not that of this project");
    files
}

fn files_by_git() -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let found: Vec<String> = text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    (output.status.success() && !found.is_empty()).then_some(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if !entry.file_type().unwrap().is_dir() {
            found.push(path);
        } else if !IGNORED_FOLDERS.contains(&name.as_str()) {
            walk(&entry.path(), &path, found);
        }
    }
}

/// The workspace's own packages, from `cargo metadata`.
pub fn packages() -> Vec<Value> {
    let text = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&text).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

pub fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Fails with one line per finding.
pub fn assert_none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
