//! The register of layers: saved with all their stages, or not at all.

use super::error::{LayerError, LayerProblem, ProblemKind, out_of_range};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::segments::live::break_off;
use crate::segments::{
    Following, ReadProblem, ReadRule, RuleText, SEGMENTS_MAX, Segment, SegmentError, catalogue_in_tx, clauses,
    is_segment_code, of_json, read, segments_in_tx, tell_difference,
};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::layers::effective;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::{Rule, Tree, circle, digest, json, problems, reads};
use perennial_domain::tag::is_name;
use perennial_domain::time::Instant;
use perennial_store::layers::{self as table, LayerRow, LayerVersionRow};
use perennial_store::segments::{self, SegmentRow, VersionRow};
use perennial_store::{ReadTx, StoreError, WriteTx, sequences};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const LAYERS_MAX: usize = 50;
/// The 125 cells of RFM are the largest layer that is known.
pub const STAGES_MAX: usize = 130;
const DESCRIPTION_CHARACTERS_MAX: usize = 1_000;
const CODE_ALLOWED: &str = "a to z, 0 to 9 and _, 1 to 40, a letter first; not new or preview";
const NAME_ALLOWED: &str = "1 to 60 characters";
/// Stages of which the audit log says what changed.
const STAGES_TOLD_MAX: usize = 20;

/// What a person says of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSettings {
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Whom the layer is about; none: everybody.
    pub base: Option<RuleText>,
    /// The first whose rule holds has a customer.
    pub stages: Vec<StageSettings>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StageSettings {
    /// Of its segment.
    pub code: String,
    pub name: String,
    pub rule: RuleText,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// It stays.
    pub code: String,
    pub created_by: String,
    pub created_at: Instant,
    pub archived_at: Option<Instant>,
    /// What holds.
    pub newest: LayerVersion,
}

/// A layer as it was in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerVersion {
    /// Grows by one with each change.
    pub version: i64,
    pub name: String,
    pub description: String,
    pub base: Option<Rule>,
    pub stages: Vec<Stage>,
    pub changed_by: String,
    pub changed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Of its segment.
    pub code: String,
    pub name: String,
    /// As it was written.
    pub rule: Rule,
    /// That of its segment: within the base, without whoever an earlier stage has.
    pub effective: Rule,
}

/// How a stage is kept in a version.
#[derive(Serialize, Deserialize)]
struct KeptStage {
    code: String,
    name: String,
    rule: Value,
}

fn layer_of(row: LayerRow) -> Result<Layer, StoreError> {
    let LayerRow { code, archived_at, created_by, created_at, newest } = row;
    let newest = version_of(&code, newest)?;
    Ok(Layer { code, created_by, created_at, archived_at, newest })
}

fn version_of(code: &str, row: LayerVersionRow) -> Result<LayerVersion, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "layer_versions", column, row: code.to_owned() };
    let kept: Vec<KeptStage> = serde_json::from_str(&row.stages).map_err(|_| wrong("stages"))?;
    let base = row.base.as_deref().map(json::read_text).transpose().map_err(|_| wrong("base"))?;
    let own = |one: KeptStage| Ok((one.code, one.name, json::read(&one.rule).map_err(|_| wrong("stages"))?));
    let own: Vec<(String, String, Rule)> = kept.into_iter().map(own).collect::<Result<_, StoreError>>()?;
    Ok(LayerVersion {
        version: row.version,
        name: row.name,
        description: row.description,
        stages: stages_of(base.as_ref(), own),
        base,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}

fn stages_of(base: Option<&Rule>, own: Vec<(String, String, Rule)>) -> Vec<Stage> {
    let rules: Vec<(&str, &Rule)> = own.iter().map(|(code, _, rule)| (code.as_str(), rule)).collect();
    let effective = effective(base, &rules);
    let stage = |((code, name, rule), effective)| Stage { code, name, rule, effective };
    own.into_iter().zip(effective).map(stage).collect()
}

fn row_of(version: &LayerVersion) -> LayerVersionRow {
    let kept = |one: &Stage| KeptStage { code: one.code.clone(), name: one.name.clone(), rule: json::write(&one.rule) };
    let stages: Vec<KeptStage> = version.stages.iter().map(kept).collect();
    LayerVersionRow {
        version: version.version,
        name: version.name.clone(),
        description: version.description.clone(),
        base: version.base.as_ref().map(json::canonical),
        stages: serde_json::to_string(&stages).unwrap_or_default(),
        changed_by: version.changed_by.clone(),
        changed_at: version.changed_at,
    }
}

async fn layers_in_tx(tx: &mut ReadTx<'_>) -> Result<Vec<Layer>, StoreError> {
    table::all(tx).await?.into_iter().map(layer_of).collect()
}

pub(super) async fn layer_in_tx(tx: &mut ReadTx<'_>, code: &str) -> Result<Layer, LayerError> {
    layers_in_tx(tx).await?.into_iter().find(|one| one.code == code).ok_or(LayerError::NoLayer)
}

/// Codes of the stages that a layer had at an instant, by its versions; none where there was no such layer. Also of one that
/// was archived then.
pub(super) async fn stages_at(tx: &mut ReadTx<'_>, code: &str, at: Instant) -> Result<Vec<String>, StoreError> {
    let Some(row) = table::version_at(tx, code, at).await? else { return Ok(Vec::new()) };
    Ok(version_of(code, row)?.stages.into_iter().map(|stage| stage.code).collect())
}

/// By code; archived ones only, or the others only, or all.
pub async fn list_layers(app: &App, actor: &Actor, is_archived: Option<bool>) -> Result<Vec<Layer>, LayerError> {
    require(actor, Right::CustomersRead)?;
    let mut layers = layers_in_tx(&mut app.store.read().await?).await?;
    layers.retain(|one| is_archived.is_none_or(|wanted| one.archived_at.is_some() == wanted));
    Ok(layers)
}

pub async fn get_layer(app: &App, actor: &Actor, code: &str) -> Result<Layer, LayerError> {
    require(actor, Right::CustomersRead)?;
    layer_in_tx(&mut app.store.read().await?, code).await
}

pub async fn create_layer(
    app: &App,
    actor: &Actor,
    code: &str,
    settings: LayerSettings,
    once: &Once<'_, Layer>,
) -> Result<Layer, LayerError> {
    require(actor, Right::SegmentsManage)?;
    if !is_segment_code(code) {
        return Err(LayerError::at("/code", CODE_ALLOWED));
    }
    let mut tx = app.store.write().await?;
    once.claim::<LayerError>(app, &mut tx).await?;
    let layers = table::all(&mut tx).await?;
    if layers.iter().any(|one| one.code == code) {
        return Err(LayerError::Taken);
    }
    if layers.len() >= LAYERS_MAX {
        return Err(LayerError::at("/code", "a workspace has at most 50 layers"));
    }
    let newest = save_stages(app, &mut tx, actor, code, settings, None).await?;
    let row = LayerRow {
        code: code.to_owned(),
        archived_at: None,
        created_by: actor.name().to_owned(),
        created_at: app.clock.now(),
        newest: row_of(&newest),
    };
    if !table::insert(&mut tx, &row).await? {
        return Err(LayerError::Taken);
    }
    let mut detail = json!({ "version": 1 });
    tell_base(&mut detail, None, newest.base.as_ref());
    tell_stages(&mut detail, &[], &newest.stages);
    audit::append(app, &mut tx, actor, "layer.created", code, detail).await?;
    let layer = layer_of(row)?;
    once.keep(&mut tx, &layer).await?;
    tx.commit().await?;
    Ok(layer)
}

/// Adds a version, if `expected_version` is still the newest; where nothing is different, none. Segments of stages that are
/// other ones now have a new version each, those of stages that are left out are archived.
pub async fn update_layer(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
    settings: LayerSettings,
) -> Result<Layer, LayerError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let before = layer_in_tx(&mut tx, code).await?;
    if before.newest.version != expected_version {
        return Err(LayerError::VersionConflict);
    }
    if before.archived_at.is_some() {
        return Err(LayerError::Archived);
    }
    let newest = save_stages(app, &mut tx, actor, code, settings, Some(&before)).await?;
    let was = &before.newest;
    if (&newest.name, &newest.description, &newest.base, &newest.stages)
        == (&was.name, &was.description, &was.base, &was.stages)
    {
        return Ok(before);
    }
    let row = LayerVersionRow { version: expected_version, ..row_of(&newest) };
    if !table::advance(&mut tx, code, &row).await? {
        return Err(LayerError::VersionConflict);
    }
    let mut detail = json!({ "version": newest.version });
    if was.name != newest.name {
        detail["name"] = json!({ "from": was.name, "to": newest.name });
    }
    tell_base(&mut detail, was.base.as_ref(), newest.base.as_ref());
    tell_stages(&mut detail, &was.stages, &newest.stages);
    audit::append(app, &mut tx, actor, "layer.updated", code, detail).await?;
    tx.commit().await?;
    Ok(Layer { newest, ..before })
}

/// Archives a layer with its stages, where no other segment stands on them, or takes it back where its rules can still be used;
/// nothing happens where it is so already.
pub async fn set_layer_archived(app: &App, actor: &Actor, code: &str, is_archived: bool) -> Result<Layer, LayerError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let layer = layer_in_tx(&mut tx, code).await?;
    if layer.archived_at.is_some() == is_archived {
        return Ok(layer);
    }
    let codes: BTreeSet<&str> = layer.newest.stages.iter().map(|one| one.code.as_str()).collect();
    if is_archived {
        let all = segments_in_tx(&mut tx).await?;
        refuse_stood_on(&all, &codes, &BTreeMap::new())?;
    } else {
        let mut catalogue = catalogue_in_tx(&mut tx).await?;
        catalogue.segments.extend(codes.iter().map(|code| (*code).to_owned()));
        let wrong = |(place, one): (usize, &Stage)| {
            let found = problems(&one.effective, &catalogue).into_iter().map(of_json);
            found.map(move |problem| of_rule(&format!("/stages/{place}"), problem)).collect::<Vec<_>>()
        };
        let found: Vec<LayerProblem> = layer.newest.stages.iter().enumerate().flat_map(wrong).collect();
        if !found.is_empty() {
            return Err(LayerError::Invalid(found));
        }
    }
    let archived_at = is_archived.then(|| app.clock.now());
    let following = Following::load(&mut tx).await?;
    for code in &codes {
        following.require_tags(actor, code)?;
        if is_archived {
            archive_stage(app, &mut tx, code).await?;
        } else {
            segments::set_archived(&mut tx, code, None).await?;
        }
    }
    table::set_archived(&mut tx, code, archived_at).await?;
    sequences::reserve(&mut tx, sequences::SEGMENTS, 1).await?;
    let action = if is_archived { "layer.archived" } else { "layer.restored" };
    audit::append(app, &mut tx, actor, action, code, json!({})).await?;
    tx.commit().await?;
    Ok(Layer { archived_at, ..layer })
}

/// From now on nobody is in it, and who was is known up to now.
async fn archive_stage(app: &App, tx: &mut WriteTx<'_>, code: &str) -> Result<(), StoreError> {
    break_off(app, tx, code).await?;
    segments::set_archived(tx, code, Some(app.clock.now())).await
}

/// Whatever is wrong with a layer, or its next version with its segments saved.
async fn save_stages(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    code: &str,
    settings: LayerSettings,
    before: Option<&Layer>,
) -> Result<LayerVersion, LayerError> {
    let segments = segments_in_tx(tx).await?;
    let owners: BTreeMap<String, String> = table::stages(tx).await?.into_iter().collect();
    refuse_settings(&settings, code, &segments, &owners)?;
    let kept: BTreeSet<&str> = settings.stages.iter().map(|one| one.code.as_str()).collect();
    let was: &[Stage] = before.map_or(&[], |layer| &layer.newest.stages);
    let dropped: BTreeSet<&str> = was.iter().map(|one| one.code.as_str()).filter(|one| !kept.contains(one)).collect();
    let mut catalogue = catalogue_in_tx(tx).await?;
    catalogue.segments.retain(|one| !dropped.contains(one.as_str()));
    catalogue.segments.extend(kept.iter().map(|one| (*one).to_owned()));
    let newest = LayerVersion {
        version: before.map_or(0, |layer| layer.newest.version) + 1,
        changed_by: actor.name().to_owned(),
        changed_at: app.clock.now(),
        ..read_settings(&settings, &catalogue)?
    };
    let rules: BTreeMap<&str, &Rule> = newest.stages.iter().map(|one| (one.code.as_str(), &one.effective)).collect();
    refuse_stood_on(&segments, &dropped, &rules)?;
    let mut all: BTreeMap<String, Rule> =
        segments.iter().map(|one| (one.code.clone(), one.newest.rule.clone())).collect();
    all.extend(rules.iter().map(|(code, rule)| ((*code).to_owned(), (*rule).clone())));
    if let Some(found) = circle(&all) {
        let told = found.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" stands on ");
        let message = format!("segments do not stand on each other in a circle: {told}");
        return Err(LayerError::Invalid(vec![LayerProblem {
            pointer: "/stages".to_owned(),
            kind: ProblemKind::Rule,
            message,
        }]));
    }
    let known: BTreeMap<&str, &Segment> = segments.iter().map(|one| (one.code.as_str(), one)).collect();
    let following = Following::load(tx).await?;
    let mut new = Vec::new();
    for (place, stage) in newest.stages.iter().enumerate() {
        following.refuse_circle(&stage.code, &all).map_err(|error| at_stage(error, place))?;
        let known = known.get(stage.code.as_str()).copied();
        if save_stage(tx, actor, &following, stage, known, &newest).await? {
            new.push(stage.code.clone());
        }
    }
    for code in dropped {
        following.require_tags(actor, code)?;
        archive_stage(app, tx, code).await?;
    }
    if segments.len() + new.len() > SEGMENTS_MAX {
        return Err(LayerError::at("/stages", "a workspace has at most 500 segments"));
    }
    table::add_stages(tx, code, &new).await?;
    sequences::reserve(tx, sequences::SEGMENTS, 1).await?;
    Ok(newest)
}

/// Returns whether the segment is new.
async fn save_stage(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    following: &Following,
    stage: &Stage,
    known: Option<&Segment>,
    layer: &LayerVersion,
) -> Result<bool, LayerError> {
    let row = VersionRow {
        version: known.map_or(1, |one| one.newest.version),
        name: stage.name.clone(),
        description: String::new(),
        rule: json::canonical(&stage.effective),
        digest: digest(&stage.effective).hex(),
        changed_by: layer.changed_by.clone(),
        changed_at: layer.changed_at,
    };
    let Some(known) = known else {
        let row = SegmentRow {
            code: stage.code.clone(),
            archived_at: None,
            created_by: layer.changed_by.clone(),
            created_at: layer.changed_at,
            newest: row,
        };
        segments::insert(tx, &row).await?;
        return Ok(true);
    };
    let is_other = (&known.newest.name, &known.newest.rule) != (&stage.name, &stage.effective);
    if is_other || known.archived_at.is_some() {
        following.require_tags(actor, &stage.code)?;
    }
    if is_other && !segments::advance(tx, &stage.code, &row).await? {
        return Err(LayerError::VersionConflict);
    }
    if known.archived_at.is_some() {
        segments::set_archived(tx, &stage.code, None).await?;
    }
    Ok(false)
}

/// What is wrong beside the rules.
fn refuse_settings(
    settings: &LayerSettings,
    layer: &str,
    segments: &[Segment],
    owners: &BTreeMap<String, String>,
) -> Result<(), LayerError> {
    let mut found = Vec::new();
    if !is_name(settings.name.trim()) {
        found.push(out_of_range("/name", NAME_ALLOWED));
    }
    if settings.description.trim().chars().count() > DESCRIPTION_CHARACTERS_MAX {
        found.push(out_of_range("/description", "up to 1000 characters"));
    }
    if settings.stages.is_empty() || settings.stages.len() > STAGES_MAX {
        found.push(out_of_range("/stages", format!("1 to {STAGES_MAX} stages")));
    }
    let taken: BTreeSet<&str> = segments.iter().map(|one| one.code.as_str()).collect();
    let mut seen = BTreeSet::new();
    for (place, stage) in settings.stages.iter().take(STAGES_MAX).enumerate() {
        let pointer = format!("/stages/{place}/code");
        if !is_segment_code(&stage.code) {
            found.push(out_of_range(&pointer, CODE_ALLOWED));
        } else if !seen.insert(stage.code.as_str()) {
            found.push(out_of_range(&pointer, "a code that no other stage of the layer has"));
        } else if taken.contains(stage.code.as_str()) && owners.get(&stage.code).is_none_or(|owner| owner != layer) {
            let message = match owners.get(&stage.code) {
                Some(owner) => format!("the layer {owner} has a stage with this code"),
                None => "there is a segment with this code".to_owned(),
            };
            found.push(LayerProblem { pointer, kind: ProblemKind::Taken, message });
        }
        if !is_name(stage.name.trim()) {
            found.push(out_of_range(format!("/stages/{place}/name"), NAME_ALLOWED));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(LayerError::Invalid(found)) }
}

/// A layer that nobody has saved so far.
fn read_settings(settings: &LayerSettings, catalogue: &Catalogue) -> Result<LayerVersion, LayerError> {
    let mut found = Vec::new();
    let mut rule_of = |told: &RuleText, at: &str| {
        let ReadRule { rule, problems } = read(told, catalogue);
        found.extend(problems.into_iter().map(|problem| of_rule(at, problem)));
        rule.unwrap_or_else(|| Tree::Any(Vec::new()))
    };
    let base = settings.base.as_ref().map(|told| rule_of(told, "/base"));
    let own = settings.stages.iter().enumerate().map(|(place, stage)| {
        let rule = rule_of(&stage.rule, &format!("/stages/{place}"));
        (stage.code.clone(), stage.name.trim().to_owned(), rule)
    });
    let own: Vec<(String, String, Rule)> = own.collect();
    if !found.is_empty() {
        return Err(LayerError::Invalid(found));
    }
    let stages = stages_of(base.as_ref(), own);
    // With its base and what stands before it a stage may be too much.
    let wrong = |(place, stage): (usize, &Stage)| {
        let first = problems(&stage.effective, catalogue).into_iter().next()?;
        Some(of_rule(&format!("/stages/{place}"), ReadProblem { pointer: None, ..of_json(first) }))
    };
    let found: Vec<LayerProblem> = stages.iter().enumerate().filter_map(wrong).collect();
    if !found.is_empty() {
        return Err(LayerError::Invalid(found));
    }
    Ok(LayerVersion {
        version: 0,
        name: settings.name.trim().to_owned(),
        description: settings.description.trim().to_owned(),
        base,
        stages,
        changed_by: String::new(),
        changed_at: Instant(0),
    })
}

/// Where what was sent has the rule: as a text, or as JSON.
fn of_rule(at: &str, problem: ReadProblem) -> LayerProblem {
    let (pointer, message) = match (&problem.span, &problem.pointer) {
        (Some(_), _) => (format!("{at}/text"), problem.to_string()),
        (None, Some(pointer)) => (format!("{at}/rule{pointer}"), problem.message),
        (None, None) => (at.to_owned(), problem.message),
    };
    LayerProblem { pointer, kind: ProblemKind::Rule, message }
}

fn at_stage(error: SegmentError, place: usize) -> LayerError {
    match error {
        SegmentError::Rule(problems) => {
            let at = |problem| of_rule(&format!("/stages/{place}"), problem);
            LayerError::Invalid(problems.into_iter().map(at).collect())
        }
        other => other.into(),
    }
}

/// Segments that are to go must not be stood on by others, which have these rules in the place of their own.
fn refuse_stood_on(all: &[Segment], going: &BTreeSet<&str>, rules: &BTreeMap<&str, &Rule>) -> Result<(), LayerError> {
    let stands = |one: &&Segment| {
        let rule = rules.get(one.code.as_str()).copied().unwrap_or(&one.newest.rule);
        one.archived_at.is_none()
            && !going.contains(one.code.as_str())
            && reads(rule).segments.iter().any(|code| going.contains(code.as_str()))
    };
    let others: Vec<String> = all.iter().filter(stands).map(|one| one.code.clone()).collect();
    if others.is_empty() { Ok(()) } else { Err(LayerError::StoodOn(others)) }
}

/// For the audit log: what the base lost and won. Everybody is the base that says nothing.
fn tell_base(detail: &mut Value, before: Option<&Rule>, after: Option<&Rule>) {
    let told = |base: Option<&Rule>| base.map(clauses).unwrap_or_default();
    if told(before) != told(after) {
        let mut difference = json!({});
        tell_difference(&mut difference, &told(before), &told(after));
        detail["base"] = difference;
    }
}

/// For the audit log: stages in their order, and of each its new name and what its own rule lost and won.
fn tell_stages(detail: &mut Value, before: &[Stage], after: &[Stage]) {
    let codes = |stages: &[Stage]| -> Vec<String> { stages.iter().map(|one| one.code.clone()).collect() };
    if codes(before) != codes(after) {
        detail["stages"] = codes(after).into();
    }
    let was = |stage: &Stage| before.iter().find(|one| one.code == stage.code);
    let is_other = |stage: &&Stage| was(stage).is_none_or(|was| (&was.name, &was.rule) != (&stage.name, &stage.rule));
    let others: Vec<&Stage> = after.iter().filter(is_other).collect();
    for stage in others.iter().take(STAGES_TOLD_MAX) {
        let mut difference = json!({});
        if was(stage).is_none_or(|was| was.name != stage.name) {
            difference["name"] = stage.name.as_str().into();
        }
        let before = was(stage).map(|one| clauses(&one.rule)).unwrap_or_default();
        tell_difference(&mut difference, &before, &clauses(&stage.rule));
        detail["changed"][&stage.code] = difference;
    }
    if others.len() > STAGES_TOLD_MAX {
        detail["more_changed"] = (others.len() - STAGES_TOLD_MAX).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::rules::text::parse;

    fn stages(told: &[(&str, &str, &str)]) -> Vec<Stage> {
        let own =
            told.iter().map(|(code, name, rule)| ((*code).to_owned(), (*name).to_owned(), parse(rule).unwrap().rule));
        stages_of(None, own.collect())
    }

    #[test]
    fn the_audit_log_says_what_changed_of_base_names_and_rules() {
        let mut detail = json!({});
        let rule = |text: &str| parse(text).unwrap().rule;
        tell_base(&mut detail, None, Some(&rule("did orders and has tag vip")));
        assert_eq!(detail, json!({ "base": { "added": ["did orders", "has tag vip"] } }));
        let mut detail = json!({});
        tell_base(&mut detail, Some(&rule("did orders")), Some(&rule("did orders")));
        let before = stages(&[("young", "Young", "age < 30"), ("rest", "Rest", "everybody")]);
        let after = stages(&[("young", "The young", "age < 25"), ("rest", "Rest", "everybody")]);
        tell_stages(&mut detail, &before, &after);
        let young = json!({ "name": "The young", "removed": ["age < 30"], "added": ["age < 25"] });
        assert_eq!(detail, json!({ "changed": { "young": young } }));
    }

    #[test]
    fn of_many_changed_stages_the_audit_log_says_how_many_it_leaves_out() {
        let told: Vec<(String, String)> =
            (0..25).map(|number| (format!("s{number}"), format!("age = {number}"))).collect();
        let told: Vec<(&str, &str, &str)> =
            told.iter().map(|(code, rule)| (code.as_str(), "S", rule.as_str())).collect();
        let mut detail = json!({});
        tell_stages(&mut detail, &[], &stages(&told));
        assert_eq!((detail["changed"].as_object().unwrap().len(), &detail["more_changed"]), (20, &json!(5)));
    }
}
