//! Whatever a matrix and a table of priorities say, nobody sees what is not allowed, and each candidate is told of once.

use perennial_domain::matrix::{Content, MatrixSettings, allowed, coverage, difference};
use perennial_domain::priority::{PriorityEntry, decide};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn stages(count: usize) -> Vec<String> {
    (0..count).map(|place| format!("stage_{place}")).collect()
}

/// Contents with cells by bits.
fn contents(cells: &[Vec<bool>]) -> Vec<Content> {
    let content = |(place, row): (usize, &Vec<bool>)| Content {
        code: format!("content_{place}"),
        name: format!("Content {place}"),
        url: None,
        stages: stages(row.len()).into_iter().zip(row).filter(|(_, is_on)| **is_on).map(|(stage, _)| stage).collect(),
    };
    cells.iter().enumerate().map(content).collect()
}

fn grid() -> impl Strategy<Value = Vec<Vec<bool>>> {
    (1usize..8).prop_flat_map(|stages| prop::collection::vec(prop::collection::vec(any::<bool>(), stages), 0..12))
}

/// Six stages and ten contents; and twelve contents of four stages.
#[test]
fn c80_of_six_stages_and_ten_contents_each_sees_what_it_may_and_what_is_empty_is_told() {
    for (stage_count, content_count) in [(6, 10), (4, 12)] {
        // A stage sees the contents whose number it divides; the last stage sees nothing, and so is content 0 seen by nobody.
        let is_on =
            |content: usize, stage: usize| content > 0 && stage + 1 < stage_count && content.is_multiple_of(stage + 1);
        let cells: Vec<Vec<bool>> =
            (0..content_count).map(|content| (0..stage_count).map(|stage| is_on(content, stage)).collect()).collect();
        let contents = contents(&cells);
        let codes = stages(stage_count);
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        for (stage, code) in codes.iter().enumerate() {
            let seen: Vec<&str> = allowed(&contents, code).iter().map(|content| content.code.as_str()).collect();
            let right: Vec<String> = (0..content_count)
                .filter(|content| is_on(*content, stage))
                .map(|content| format!("content_{content}"))
                .collect();
            assert_eq!(seen, right, "{code}");
        }
        let found = coverage(&contents, &codes);
        assert_eq!(found.uncovered_stages, [codes[stage_count - 1]]);
        assert_eq!(found.unused_contents, ["content_0"]);
    }
}

proptest! {
    #[test]
    fn who_is_in_a_stage_sees_what_names_it_and_nothing_else(cells in grid(), other in grid()) {
        let all = contents(&cells);
        let codes = stages(cells.first().map_or(3, Vec::len));
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let kept = MatrixSettings { name: "M".to_owned(), contents: all.clone() }.checked(&codes).unwrap();
        prop_assert_eq!(&kept.contents, &all);
        let found = coverage(&all, &codes);
        for code in &codes {
            let seen = allowed(&all, code);
            prop_assert!(seen.iter().all(|content| content.stages.iter().any(|stage| stage == code)));
            let hidden = all.iter().filter(|content| !seen.contains(content));
            prop_assert!(hidden.clone().all(|content| !content.stages.iter().any(|stage| stage == code)));
            prop_assert_eq!(seen.is_empty(), found.uncovered_stages.iter().any(|one| one == code));
        }
        prop_assert!(allowed(&all, "somewhere_else").is_empty());
        // What one adds the other takes back, and what is added was not there.
        let other = contents(&other);
        let (there, back) = (difference(&all, &other), difference(&other, &all));
        prop_assert_eq!((&there.allowed, &there.withdrawn), (&back.withdrawn, &back.allowed));
        let cells = |of: &[Content]| -> BTreeSet<(String, String)> {
            of.iter().flat_map(|one| one.stages.iter().map(|stage| (stage.clone(), one.code.clone()))).collect()
        };
        let mut moved = cells(&all);
        moved.retain(|cell| !there.withdrawn.contains(cell));
        moved.extend(there.allowed);
        prop_assert_eq!(moved, cells(&other));
    }

    #[test]
    fn each_candidate_is_chosen_agrees_or_is_suppressed(
        rows in prop::collection::vec((0u8..4, any::<bool>()), 0..30),
    ) {
        let entry = |(place, (plan, _)): (usize, &(u8, bool))| PriorityEntry {
            layer: format!("layer_{}", place % 4),
            stage: format!("stage_{place}"),
            plan: format!("Plan {plan}"),
        };
        let table: Vec<PriorityEntry> = rows.iter().enumerate().map(entry).collect();
        let of = |entry: &PriorityEntry| table.iter().position(|one| one == entry).unwrap();
        let found = decide(&table, |entry| rows[of(entry)].1);
        let first = rows.iter().position(|(_, is_in)| *is_in);
        prop_assert_eq!(found.chosen.map(of), first);
        let mut told: Vec<usize> = found.chosen.into_iter().chain(found.agreeing.clone()).chain(found.suppressed.clone()).map(of).collect();
        told.sort_unstable();
        let right: Vec<usize> = (0..rows.len()).filter(|place| rows[*place].1).collect();
        prop_assert_eq!(told, right);
        for one in &found.agreeing {
            prop_assert_eq!(&one.plan, &found.chosen.unwrap().plan);
        }
        for one in &found.suppressed {
            prop_assert_ne!(&one.plan, &found.chosen.unwrap().plan);
        }
    }
}
