//! The document of the interface.

use perennial_api::{Code, openapi, openapi_json};
use perennial_domain::plan::{PlanMode, ViolationKind};
use perennial_domain::tracking::{Note, Reason};
use std::collections::BTreeSet;
use std::path::PathBuf;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
const ERRORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");

#[test]
fn the_committed_document_is_the_one_of_this_code() {
    let made = openapi_json();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        committed == made,
        "docs/openapi.json is not the document of this code; write it with \
         UPDATE=1 cargo test -p perennial-api --test suite openapi, and look at the difference"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_who_may_call_it() {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{name} twice");
            assert!(operation["security"].is_array(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
}

/// The document knows a shape by the name of its type alone: of two, one would stand for both.
#[test]
fn no_two_shapes_share_a_name() {
    let mut names = BTreeSet::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for behind in text.split("ToSchema)]").skip(1) {
                let mut words = behind.split_whitespace().skip_while(|word| !matches!(*word, "struct" | "enum"));
                let name = words.nth(1).unwrap().trim_end_matches(['{', ';']).to_owned();
                assert!(names.insert(name.clone()), "{name} twice, the second in {}", path.display());
            }
        }
    }
    assert!(names.contains("ProfileFieldDto"), "{names:?}");
}

#[test]
fn every_code_is_explained() {
    let text = std::fs::read_to_string(ERRORS).unwrap();
    for code in Code::ALL {
        let heading = format!("| <a id=\"{0}\"></a>`{0}` | {1} |", code.name(), code.status().as_u16());
        assert!(text.contains(&heading), "docs/errors.md has no row that begins: {heading}");
    }
}

#[test]
fn every_reason_of_the_debugger_is_explained() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tracking.md")).unwrap();
    let of_plans = ViolationKind::ALL.map(ViolationKind::code).into_iter().chain(PlanMode::ALL.map(PlanMode::code));
    let of_messages = Reason::ALL.map(Reason::code).into_iter().chain(Note::ALL.map(Note::code));
    for code in of_messages.chain(of_plans) {
        assert!(text.contains(&format!("`{code}`")), "docs/tracking.md does not explain {code}");
    }
}

#[test]
fn the_document_says_what_a_rule_is() {
    let document = serde_json::to_value(openapi()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(schemas.contains_key(name), "{name}");
    }
    let rule = schemas["RuleDto"].to_string();
    assert!(
        rule.contains("#/components/schemas/RuleWindow") || rule.contains("#/components/schemas/RuleCounted"),
        "{rule}"
    );
    assert!(!text.contains("#/$defs/"));
}
