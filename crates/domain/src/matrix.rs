//! Matrices: which content may be shown to which stage of a layer (`docs/matrices.md`).
//!
//! Contents stand in an order, each with the stages that may see it. Invariants: whoever is in a stage may see the contents that
//! name it and no others ([`allowed`]); a stage without any is uncovered, a content without any is unused ([`coverage`]). What a
//! matrix says of a stage that the layer does not have is of nobody.

use crate::code::is_target;
use crate::tag::is_name;
use crate::touch_point::is_code;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub const MATRICES_MAX: usize = 50;
pub const CONTENTS_MAX: usize = 100;
pub(crate) const CODE_ALLOWED: &str = "a to z, 0 to 9 and _, 1 to 40, a letter first";
pub(crate) const NAME_ALLOWED: &str = "1 to 60 characters";
/// More of what is wrong is not told at once.
pub(crate) const MISPLACED_MAX: usize = 100;

/// What may be shown, and to which stages. Stored: later versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub code: String,
    pub name: String,
    /// Of a page; none where it has no address.
    pub url: Option<String>,
    /// Codes, in the order of the layer.
    pub stages: Vec<String>,
}

/// What cannot be accepted, and where in what was sent: `/contents/3/url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    pub pointer: String,
    pub allowed: &'static str,
}

impl Misplaced {
    pub fn new(pointer: impl Into<String>, allowed: &'static str) -> Self {
        Self { pointer: pointer.into(), allowed }
    }
}

/// What a person says of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixSettings {
    pub name: String,
    pub contents: Vec<Content>,
}

impl MatrixSettings {
    /// As it is kept: without blanks around, and with stages in the order of the layer.
    ///
    /// # Errors
    /// What is wrong, of a layer that has these stages.
    pub fn checked(self, stages: &[&str]) -> Result<Self, Vec<Misplaced>> {
        let mut found = Vec::new();
        if !is_name(&self.name) {
            found.push(Misplaced::new("/name", NAME_ALLOWED));
        }
        if self.contents.len() > CONTENTS_MAX {
            found.push(Misplaced::new("/contents", "at most 100 contents"));
        }
        let order: BTreeMap<&str, usize> = stages.iter().enumerate().map(|(place, code)| (*code, place)).collect();
        let mut seen = BTreeSet::new();
        for (place, content) in self.contents.iter().take(CONTENTS_MAX).enumerate() {
            refuse(content, &format!("/contents/{place}"), &order, &mut found);
            if !seen.insert(content.code.as_str()) {
                let pointer = format!("/contents/{place}/code");
                found.push(Misplaced::new(pointer, "a code that no other content of the matrix has"));
            }
        }
        if !found.is_empty() {
            found.truncate(MISPLACED_MAX);
            return Err(found);
        }
        let kept = |mut content: Content| {
            content.name = content.name.trim().to_owned();
            content.stages.sort_by_key(|code| order.get(code.as_str()).copied());
            content
        };
        Ok(Self { name: self.name.trim().to_owned(), contents: self.contents.into_iter().map(kept).collect() })
    }
}

fn refuse(content: &Content, at: &str, order: &BTreeMap<&str, usize>, found: &mut Vec<Misplaced>) {
    if !is_code(&content.code) {
        found.push(Misplaced::new(format!("{at}/code"), CODE_ALLOWED));
    }
    if !is_name(&content.name) {
        found.push(Misplaced::new(format!("{at}/name"), NAME_ALLOWED));
    }
    if content.url.as_deref().is_some_and(|url| !is_target(url)) {
        let allowed = "an address that begins with https:// or http://, at most 2000 bytes, without blanks";
        found.push(Misplaced::new(format!("{at}/url"), allowed));
    }
    let mut own = BTreeSet::new();
    // Of a layer's stages each can be named once, so what is told of them has an end.
    for (place, stage) in content.stages.iter().enumerate().take(order.len() + 1) {
        if !order.contains_key(stage.as_str()) || !own.insert(stage.as_str()) {
            found.push(Misplaced::new(format!("{at}/stages/{place}"), "the code of a stage of the layer, each once"));
        }
    }
}

/// Contents that somebody in this stage may see, in their order.
pub fn allowed<'a>(contents: &'a [Content], stage: &str) -> Vec<&'a Content> {
    contents.iter().filter(|content| content.stages.iter().any(|one| one == stage)).collect()
}

/// What a matrix lacks of a layer as it is now; codes, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Stages that may see nothing.
    pub uncovered_stages: Vec<String>,
    /// Contents that no stage of the layer may see.
    pub unused_contents: Vec<String>,
    /// Stages that the matrix names and the layer does not have any more.
    pub gone_stages: Vec<String>,
}

pub fn coverage(contents: &[Content], stages: &[&str]) -> Coverage {
    let named: BTreeSet<&str> = contents.iter().flat_map(|content| &content.stages).map(String::as_str).collect();
    let there: BTreeSet<&str> = stages.iter().copied().collect();
    let is_unused = |content: &&Content| !content.stages.iter().any(|stage| there.contains(stage.as_str()));
    let owned = |code: &&str| (*code).to_owned();
    Coverage {
        uncovered_stages: stages.iter().filter(|stage| !named.contains(*stage)).map(owned).collect(),
        unused_contents: contents.iter().filter(is_unused).map(|content| content.code.clone()).collect(),
        gone_stages: named.difference(&there).map(owned).collect(),
    }
}

/// What is another in a matrix than before; cells are a stage and a content, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub allowed: Vec<(String, String)>,
    pub withdrawn: Vec<(String, String)>,
    /// Contents in both that have another name or address.
    pub renamed: Vec<String>,
}

pub fn difference(before: &[Content], after: &[Content]) -> Difference {
    fn cells(contents: &[Content]) -> BTreeSet<(&str, &str)> {
        let mut cells = BTreeSet::new();
        for content in contents {
            cells.extend(content.stages.iter().map(|stage| (stage.as_str(), content.code.as_str())));
        }
        cells
    }
    let (was, is) = (cells(before), cells(after));
    let owned = |(stage, content): &(&str, &str)| ((*stage).to_owned(), (*content).to_owned());
    let is_renamed = |content: &&Content| {
        let was = before.iter().find(|one| one.code == content.code);
        was.is_some_and(|was| (&was.name, &was.url) != (&content.name, &content.url))
    };
    Difference {
        allowed: is.difference(&was).map(owned).collect(),
        withdrawn: was.difference(&is).map(owned).collect(),
        renamed: after.iter().filter(is_renamed).map(|content| content.code.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(code: &str, stages: &[&str]) -> Content {
        let stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
        Content { code: code.to_owned(), name: code.to_uppercase(), url: None, stages }
    }

    fn settings(contents: Vec<Content>) -> MatrixSettings {
        MatrixSettings { name: " Spring ".to_owned(), contents }
    }

    #[test]
    fn stages_stand_in_the_order_of_the_layer() {
        let kept = settings(vec![content("tea", &["old", "young"])]).checked(&["young", "mid", "old"]).unwrap();
        assert_eq!((kept.name.as_str(), kept.contents), ("Spring", vec![content("tea", &["young", "old"])]));
        assert_eq!(settings(Vec::new()).checked(&[]).unwrap().contents, []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |settings: MatrixSettings| -> Vec<String> {
            settings.checked(&["young", "old"]).unwrap_err().into_iter().map(|one| one.pointer).collect()
        };
        assert_eq!(told(MatrixSettings { name: " ".to_owned(), contents: Vec::new() }), ["/name"]);
        for (wrong, pointer) in [
            (content("Tea", &[]), "/contents/1/code"),
            (content("cup", &[]), "/contents/1/code"),
            (Content { name: String::new(), ..content("tea", &[]) }, "/contents/1/name"),
            (Content { url: Some("javascript:alert(1)".to_owned()), ..content("tea", &[]) }, "/contents/1/url"),
            (Content { url: Some(String::new()), ..content("tea", &[]) }, "/contents/1/url"),
            (content("tea", &["young", "gone"]), "/contents/1/stages/1"),
            (content("tea", &["old", "old"]), "/contents/1/stages/1"),
        ] {
            assert_eq!(told(settings(vec![content("cup", &[]), wrong])), [pointer]);
        }
        let many = (0..=CONTENTS_MAX).map(|number| content(&format!("c{number}"), &[])).collect();
        assert_eq!(told(settings(many)), ["/contents"]);
        // However many stages somebody names, not more are told of than a content can have, and of many contents the first.
        assert_eq!(told(settings(vec![content("tea", &["x"; 5_000])])).len(), 3);
        let many = (0..CONTENTS_MAX).map(|number| content(&format!("c{number}"), &["x"; 3])).collect();
        assert_eq!(told(settings(many)).len(), MISPLACED_MAX);
    }

    #[test]
    fn a_stage_that_the_matrix_does_not_know_is_uncovered() {
        let contents = [content("cup", &["young", "gone"]), content("pot", &[]), content("tea", &["gone"])];
        let found = coverage(&contents, &["young", "new"]);
        assert_eq!(found.uncovered_stages, ["new"]);
        assert_eq!(found.unused_contents, ["pot", "tea"]);
        assert_eq!(found.gone_stages, ["gone"]);
        assert_eq!(coverage(&[], &[]), Coverage::default());
    }

    #[test]
    fn a_difference_names_cells_and_what_has_another_name() {
        let before = [content("cup", &["a", "b"]), content("pot", &["a"])];
        let named = Content { url: Some("https://shop.example/cup".to_owned()), ..content("cup", &["b", "c"]) };
        let found = difference(&before, &[named, content("tea", &["a"])]);
        let cell = |stage: &str, content: &str| (stage.to_owned(), content.to_owned());
        assert_eq!(found.allowed, [cell("a", "tea"), cell("c", "cup")]);
        assert_eq!(found.withdrawn, [cell("a", "cup"), cell("a", "pot")]);
        assert_eq!(found.renamed, ["cup"]);
        assert_eq!(difference(&before, &before), Difference::default());
    }
}
