//! The manifests read as a bill of materials: each dependency once, at the root, with what it is for.

use crate::tree::{assert_none, packages, read};

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let silent: Vec<String> = section
        .lines()
        .filter(|line| line.contains('=') && !line.starts_with('#') && !line.starts_with("perennial-"))
        .filter(|line| line.split_once(" # ").is_none_or(|(_, comment)| comment.trim().len() < 4))
        .map(str::to_owned)
        .collect();
    assert_none(&silent, "these dependencies lack a comment that says what they are for:");
}

#[test]
fn versions_stand_at_the_root_only() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        let folder = name.strip_prefix("perennial-").unwrap();
        let manifest = read(&format!("crates/{folder}/Cargo.toml"));
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies");
            } else if in_dependencies
                && line.contains('=')
                && !line.starts_with('#')
                && !line.contains("workspace = true")
            {
                wrong.push(format!("{name}: {line}"));
            }
        }
    }
    assert_none(&wrong, "use `workspace = true` here, and write the version at the root:");
}

#[test]
fn every_crate_describes_itself() {
    let silent: Vec<String> = packages()
        .iter()
        .filter(|package| package["description"].as_str().is_none_or(|text| text.len() < 20))
        .map(|package| package["name"].to_string())
        .collect();
    assert_none(&silent, "these crates have no description of one line in their manifest:");
}
